"""Start values of the gas market: routes open and closed, terminals, projects, the ban that the Union has
announced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from detente.data.bundle import table
from detente.data.start_pairs import place
from detente.data.start_states import Notes, Values, series
from detente.model.world import Observation

FIRST = 2021
"""No gas market before this year: capacities and flows by route are not on record here."""
BAN_FROM = 2028
"""First year of the end of Russian gas that REPowerEU (May 2022) announced for 2027."""
AIM_KNOWN = 2022
TERMINALS_KNOWN = 2024
"""The register of projects is of January 2024; earlier starts know of none."""
NO_CAP = 1e6
UNDONE = ("lng_underway", "lng_held_back", "lng_terminals_underway", "lng_terminal_margin")


def base_year(at: int) -> int | None:
    """The newest year up to ``at`` with a balanced account of gas."""
    years = [int(y) for y in table("gas_nodes")["year"].unique() if y <= at]
    return max(years) if years and at >= FIRST else None


def gas(
    states: Sequence[str], at: int, union: Sequence[str]
) -> tuple[Values, Mapping[str, Mapping[int, np.ndarray]], Notes]:
    """(values, paths, notes) of all start fields of the gas market; unknown (NaN) before 2021.

    ``union``: members of the European Union, who have announced to take no more Russian gas.
    """
    n, base = len(states), base_year(at)
    values: dict[str, np.ndarray] = {
        name: np.zeros(n)
        for name in (
            "gas_demand_shift",
            "gas_supply_shift",
            "lng_export_coming",
            "lng_import_coming",
            *UNDONE,
        )
    }
    values |= {"gas_price_cap": np.full(n, NO_CAP), "gas_price_memory": np.full(n, np.nan)}
    values |= {
        "gas_ban": np.zeros((n, n)),
        "lng_lane": np.zeros((n, n)),
        "gas_withheld": np.zeros((n, n)),
        "gas_pipe_open": np.zeros((n, n)),
        "gas_pipe_capacity": np.zeros((n, n)),
    }
    for name in (
        "gas_price",
        "lng_fob_price",
        "lng_landed_price",
        "lng_liquefaction",
        "lng_regasification",
        "gas_base_gdp",
    ):
        values[name] = np.full(n, np.nan)
    if base is None:
        for name in UNDONE:
            values[name] = np.full(n, np.nan)
        rule = f"no gas market before {FIRST}: routes and capacities are not on record"
        return values, {}, {"gas_pipe_open": Observation("none", at, 0.0, rule)}
    values["gas_pipe_capacity"], values["gas_pipe_open"] = pipes(states, at, base)
    values["lng_liquefaction"], values["lng_regasification"] = plants(states, base, at)
    values["lng_lane"] = lanes(states, at, values["lng_liquefaction"], values["lng_regasification"])
    values["gas_base_gdp"] = series("gdp_real", states, [base])[0]
    return values, paths(states, at, union), notes(at, base)


def pipes(states: Sequence[str], at: int, base: int) -> tuple[np.ndarray, np.ndarray]:
    """(nameplate, open share) from state to state at the end of ``at``."""
    rows = table("gas_pipes").filter(pl.col("year") == base)
    changed = (pl.col("open2024") - pl.col("open_base")).abs() > 1e-6
    usable = pl.col("capacity") / pl.col("nameplate")
    share = pl.when(changed & (at >= TERMINALS_KNOWN)).then(pl.col("open2024")).otherwise(usable)
    rows = rows.with_columns(share.alias("share"))
    both = (place(rows, "from", "to", c, states, 0.0) for c in ("nameplate", "share"))
    nameplate, shares = both
    return nameplate, shares


def plants(states: Sequence[str], base: int, at: int) -> tuple[np.ndarray, np.ndarray]:
    """(liquefaction, regasification) in bcm a year at the end of ``at``; NaN where the network's own
    stands."""
    rows = table("gas_terminals")
    out = []
    for side in ("export", "import"):
        running = rows.filter(
            (pl.col("kind") == "running") & (pl.col("side") == side) & (pl.col("year") == base)
        )
        held = table("gas_lng").filter((pl.col("side") == side) & (pl.col("year") == base))
        flow = dict(held.group_by("state").agg(pl.col("bcm").sum()).iter_rows())
        cap = dict(running.select("state", "bcm").iter_rows())
        new = rows.filter(
            (pl.col("kind") == "coming")
            & (pl.col("side") == side)
            & (pl.col("year") <= at)
            & (pl.col("year") > base - (side == "export"))
        )
        more = (
            dict(new.group_by("state").agg(pl.col("bcm").sum()).iter_rows()) if at >= TERMINALS_KNOWN else {}
        )
        names = cap.keys() | flow.keys() | more.keys()
        total = {
            s: usable(s, side, cap.get(s, 0.0), flow.get(s, 0.0)) + 0.9 * more.get(s, 0.0) * (s != "RUS")
            for s in names
        }
        out.append(np.array([total.get(s, 0.0) for s in states]))
    return out[0], out[1]


BOUND_BY_PLANTS = ("USA", "RUS", "NOR", "CAN", "MEX")
"""As in the calibration: exporters whose plants limit LNG; what they shipped is what the plants can."""


def usable(state: str, side: str, nameplate: float, flow: float) -> float:
    """Capacity that the base year's flow shows to be usable, as the calibration has it."""
    cap = max(nameplate, flow / 0.97)
    full = side == "export" and state in BOUND_BY_PLANTS and flow > 0.8 * cap
    return flow if full else cap


def paths(states: Sequence[str], at: int, union: Sequence[str]) -> dict[str, dict[int, np.ndarray]]:
    """Projects by year, and the announced ban."""
    found: dict[str, dict[int, np.ndarray]] = {}
    place_of = {s: k for k, s in enumerate(states)}
    if at >= TERMINALS_KNOWN:
        rows = table("gas_terminals").filter((pl.col("kind") == "coming") & (pl.col("year") > at))
        for side, name in (("export", "lng_export_coming"), ("import", "lng_import_coming")):
            for year in range(at + 1, int(rows["year"].max() or at) + 2):
                now = rows.filter((pl.col("side") == side) & (pl.col("year") == year))
                given = dict(now.select("state", "bcm").iter_rows())
                found.setdefault(name, {})[year] = np.array([given.get(s, 0.0) for s in states])
    if at >= AIM_KNOWN and "RUS" in place_of:
        ban = np.zeros((len(states), len(states)))
        ban[[place_of[s] for s in union], place_of["RUS"]] = 1.0
        found["gas_ban"] = {BAN_FROM: ban}
    return found


def lanes(
    states: Sequence[str], at: int, export: np.ndarray, import_: np.ndarray, smallest: float = 0.5
) -> np.ndarray:
    """1 where the row state liquefies and the column state lands ``smallest`` bcm a year or more, with what
    is known to be under construction at the end of ``at``; else 0."""
    rows = table("gas_terminals").filter((pl.col("kind") == "coming") & (pl.col("year") > at))
    able = []
    for side, now in (("export", export), ("import", import_)):
        mine = rows.filter(pl.col("side") == side).group_by("state").agg(pl.col("bcm").sum())
        more = dict(mine.iter_rows()) if at >= TERMINALS_KNOWN else {}
        able.append(now + np.array([more.get(s, 0.0) for s in states]) >= smallest)
    found = np.outer(able[0], able[1]).astype(float)
    np.fill_diagonal(found, 0.0)
    return found


def notes(at: int, base: int) -> Notes:
    """Where it comes from."""
    own = "bp and Energy Institute reviews, IEA border flows, balanced by us"
    terminals = "Global Energy Monitor, January 2024"
    known = "" if at >= TERMINALS_KNOWN else "no later project or route is known"
    return {
        "gas_pipe_open": Observation(
            own, at if at >= TERMINALS_KNOWN else base, 1.0, known or "hand-made table of routes"
        ),
        "gas_pipe_capacity": Observation(
            "IEA maximum flows, GEM, operators", base, 1.0, "rounded; 0 where no pipe"
        ),
        "lng_liquefaction": Observation(terminals, base, 1.0, known or "plants begun in 2024 at nine tenths"),
        "lng_regasification": Observation(
            terminals, base, 1.0, known or "plants begun in 2024 at nine tenths"
        ),
        "lng_lane": Observation(terminals, at, 1.0, known or "running and under construction"),
        "gas_base_gdp": Observation("World Bank WDI, IMF WEO", base, 1.0),
        "gas_ban": Observation(
            "REPowerEU (COM(2022) 230)", at, 1.0, f"an aim from {BAN_FROM} on for EU members"
        ),
    }
