"""Write the tables of sectors.md: ``python docs/mechanisms/sectors_tables.py [PART …]``.

Needs the producers' raw files (DETENTE_RAW) for ``accounts``, ``software``, ``borders`` and ``friendly_fire``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
from marks import put, rows

HERE = Path(__file__).parent
SENDERS_2014 = ["AUS", "AUT", "BEL", "BGR", "CAN", "CHE", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GBR", "GRC", "HRV", "HUN", "IRL", "ISL", "ITA", "JPN", "LTU", "LUX", "LVA", "MLT", "NLD", "NOR", "NZL", "POL", "PRT", "ROU", "SVK", "SVN", "SWE", "UKR", "USA"]
"""The 37 that Crozet & Hinz (2020) count as sanctioning: EU-28, USA, Japan, Canada, Australia, Norway,
Switzerland, Iceland, New Zealand, Ukraine."""
INDUSTRIAL = ["AUS", "AUT", "BEL", "CAN", "CHE", "DEU", "DNK", "ESP", "FIN", "FRA", "GBR", "GRC", "IRL", "ISL", "ITA", "JPN", "NLD", "NOR", "PRT", "SWE", "USA"]
"""The 22 industrial countries of Anderson & van Wincoop without New Zealand, which the panel lacks."""


def accounts() -> None:
    """Size, exports and balance of the closed accounts against WDI 2022."""
    from detente.data.source import raw_folder
    from detente.data.sources import wdi, wdi_economy
    from detente.mechanisms.sectors import base

    e, raw = base(), raw_folder(None)
    both = wdi.load(raw).join(wdi_economy.load(raw), on=["state", "year"]).filter(pl.col("year") == 2022)
    told = {r["state"]: r for r in both.iter_rows(named=True)}
    home = np.einsum("jnn->n", e.flow)
    exports = e.flow.sum(axis=(0, 2)) - home
    body, gaps = [], []
    for k, s in enumerate(e.states):
        if s not in told or told[s]["exports_gdp"] is None or told[s]["gdp_usd"] is None:
            continue
        gdp, abroad = told[s]["gdp_usd"] / 1e9, told[s]["exports_gdp"]
        balance = told[s]["exports_gdp"] - told[s]["imports_gdp"]
        ours = e.value[k] / 1e3, 100 * exports[k] / e.value[k], -100 * e.deficit[k] / e.value[k]
        gaps.append((ours[0] / gdp - 1, ours[1] - abroad, ours[2] - balance))
        if s in ("USA", "CHN", "DEU", "RUS", "GBR", "FRA", "POL", "TUR", "IND", "NLD", "UKR", "KAZ"):
            body.append([s, *(f"{v:,.0f}" for v in (ours[0], gdp)), f"{100 * gaps[-1][0]:+.0f} %",
                         *(f"{v:.1f}" for v in (ours[1], abroad)), f"{gaps[-1][1]:+.1f}",
                         *(f"{v:+.1f}" for v in (ours[2], balance)), f"{gaps[-1][2]:+.1f}"])
    header = ["", "value added, bn USD", "GDP (WDI)", "difference", "exports, % of it", "WDI", "difference",
              "balance, %", "WDI", "difference"]
    middle = np.median(np.array(gaps), axis=0)
    put("sectors.md", "accounts", [*rows(header, body), "", f"Median difference over {len(gaps)} states: value added "
        f"{100 * middle[0]:+.1f} %, exports {middle[1]:+.1f} points of GDP, balance {middle[2]:+.2f} points."])


def elasticities() -> None:
    """Medians and 90 % intervals of the priors, by study."""
    import yaml

    from detente.mechanisms import sectors

    path = Path(sectors.__file__).parent / "estimates.yaml"
    held = next(iter(yaml.safe_load(path.read_text(encoding="utf-8"))["vintages"].values()))
    body = []
    for k, s in enumerate(sectors.SECTORS):
        line = [s]
        for study in ("fontagne", "hinz"):
            joint = held[f"log_theta_{study}"]["joint"]
            m, sd = joint["mean"][k], joint["covariance"][k][k] ** 0.5
            line.append(f"{np.exp(m):.1f} ({np.exp(m - 1.645 * sd):.1f}–{np.exp(m + 1.645 * sd):.1f})")
        body.append(line)
    put("sectors.md", "elasticities", rows(["", "Fontagné et al. (2022)", "Hinz & Monastyrenko (2022)"], body))


def software() -> None:
    """EU enlargement in 44 countries by Stata's ge_gravity, all flows and welfare."""
    import pyreadr

    from detente.data.source import raw_folder
    from detente.mechanisms.sectors.economy import Economy, solve

    path = raw_folder(None) / "wiod-2016-aggregate" / "TradeData0014_Results.rda"
    held = next(iter(pyreadr.read_r(str(path)).values()))
    held = held[held["w_eu"].notna()].sort_values(["exporter", "importer"])
    n = held["exporter"].nunique()
    names = sorted(held["exporter"].unique())
    got = {c: held[c].to_numpy(dtype=float).reshape(n, n) for c in ("trade", "eu_effect", "X_eu", "w_eu", "X_mult", "w_mult")}
    made = Economy(("all",), tuple(names), got["trade"][None].copy(), np.zeros((1, 1, n)))
    body = []
    for rule, suffix, said in (("share", "eu", "additive"), ("ratio", "mult", "multiplicative")):
        world = solve(made, got["eu_effect"], theta=np.array([[4.0]]), imbalance=rule, flows=True)
        welfare = got[f"w_{suffix}"][:, 0]
        flow = np.abs(world.flow[0, 0] / got[f"X_{suffix}"] - 1).max()
        for s in ("POL", "HUN", "DEU"):
            k = names.index(s)
            ours, theirs = 100 * (world.real_spending[0, k] - 1), 100 * (welfare[k] - 1)
            body.append([said, s, f"{ours:.4f}", f"{theirs:.4f}", f"{ours - theirs:+.1e}"])
        gap = np.abs(100 * (world.real_spending[0] - welfare)).max()
        body.append([said, f"largest of {n}", "", "", f"{gap:.1e} (flows: {flow:.1e} relative)"])
    put("sectors.md", "software", rows(["deficits", "", "welfare ours, %", "ge_gravity, %", "difference"], body))


def _industrial(year: int) -> tuple[list[str], np.ndarray]:
    """Manufactures among the industrial countries and all others together, domestic sales included."""
    from detente.data.source import raw_folder
    from detente.data.sources import agtpa

    held = agtpa.load(raw_folder(None)).filter(pl.col("year") == year)
    names = [*INDUSTRIAL, "ROW"]
    at = {s: k for k, s in enumerate(names)}
    flow = np.zeros((len(names), len(names)))
    for i, j, v in held.select("exporter", "importer", "trade").drop_nulls().iter_rows():
        flow[at.get(i, at["ROW"]), at.get(j, at["ROW"])] += v
    return names, flow


def borders() -> None:
    """T5: trade with borders over trade without, for a few sizes of the border, against the published."""
    from detente.mechanisms.trade.equilibrium import solve

    names, flow = _industrial(1993)
    usa, can = names.index("USA"), names.index("CAN")
    rest = [k for k, s in enumerate(names) if s not in ("USA", "CAN", "ROW")]
    others = np.array([(i, j) for i in rest for j in rest if i != j]).T
    body = [["published", "", "0.56", "0.70", "6", "1.25"]]
    for depth in (1.0, 1.65, 2.0):
        free = np.where(np.eye(len(names)) > 0, 0.0, depth)
        world = solve(flow, free, sigma=np.array([5.0]), supply=0.0).flow[0]
        ratio = flow / world
        cross = (flow[usa, can] + flow[can, usa]) / (world[usa, can] + world[can, usa])
        pairs = flow[others[0], others[1]].sum() / world[others[0], others[1]].sum()
        body.append(["ours", f"{depth:.2f}", *(f"{v:.2f}" for v in (cross, pairs, ratio[can, can], ratio[usa, usa]))])
    put("sectors.md", "borders", rows(["", "border, log points", "USA–Canada", "other industrial pairs", "inside Canada", "inside USA"], body))


def _wiod_2011():
    """The 41 economies of WIOD 2011 in ten sectors."""
    from detente.data.sector_codes import SECTORS
    from detente.data.source import raw_folder
    from detente.data.sources import wiod
    from detente.data.tables_sectors import cube
    from detente.mechanisms.sectors.economy import Economy

    held = wiod.load(raw_folder(None))
    states = tuple(sorted(set(held["exporter"])))
    whole = cube(held, {"sector": SECTORS, "exporter": states, "importer": states}).clip(0)
    used = cube(
        held.filter(pl.col("use") != "final"), {"use": SECTORS, "sector": SECTORS, "importer": states}
    ).clip(0)
    # Stocks can be run down: final use below nothing is cut, and inputs held below what is bought.
    used *= np.minimum(1.0, 0.9999 * whole.sum(axis=1) / used.sum(axis=0).clip(1e-9))
    return Economy(SECTORS, states, whole, used / whole.sum(axis=2)[:, None].clip(1e-9))


def friendly_fire() -> None:
    """T6: the cost shock that takes 7.4 % off Russia's exports; what it takes off the senders'."""
    from scipy.optimize import brentq

    from detente.data.start import observed
    from detente.mechanisms.sectors import GOODS
    from detente.mechanisms.sectors.api import medians
    from detente.mechanisms.sectors.economy import solve as many
    from detente.mechanisms.trade.equilibrium import solve as one

    start = observed(2013)
    base = start.values["base_flow"]

    def shocked(names: tuple[str, ...], by: float) -> np.ndarray:
        under, russia = np.isin(names, SENDERS_2014), np.array(names) == "RUS"
        return -by * ((under[:, None] & russia) | (russia[:, None] & under))

    def abroad(flow: np.ndarray, names: tuple[str, ...]) -> tuple[float, float, float]:
        """Exports of Russia, of the senders, and of the senders to Russia."""
        total, under = np.nansum(flow, axis=1) - np.diag(flow), np.isin(names, SENDERS_2014)
        russia = list(names).index("RUS")
        return float(total[russia]), float(np.nansum(total[under])), float(np.nansum(flow[under, russia]))

    def first(by: float) -> np.ndarray:
        return one(base, shocked(start.index.states, by), sigma=np.array([6.0])).flow[0]

    economy = _wiod_2011()
    theta = np.array([[medians()[s] for s in economy.sectors]])
    marked = np.isin(economy.sectors, GOODS)

    def second(by: float) -> np.ndarray:
        world = many(economy, shocked(economy.states, by), theta=theta, shared=marked, flows=True)
        return world.flow[0][marked].sum(axis=0)

    body = [["Crozet & Hinz (2020)", "", "-7.4 % (53 bn)", "-0.3 % (42 bn)", "", ""]]
    for said, run, names in (
        ("one sector, 2013", first, start.index.states), ("ten sectors, WIOD 2011", second, economy.states)
    ):
        before = abroad(run(0.0), names)
        depth = brentq(lambda b: abroad(run(b), names)[0] / before[0] - (1 - 0.074), 0.01, 2.0, xtol=1e-4)  # noqa: B023
        after = abroad(run(depth), names)
        lost = [(b - a) / 1e3 * 1.5 for a, b in zip(after, before, strict=True)]
        change = [100 * (a - b) / w for a, b, w in zip(after, before, (*before[:2], before[1]), strict=True)]
        body.append([said, f"{depth:.3f}", *(f"{c:.2f} % ({v:.0f} bn)" for c, v in zip(change, lost, strict=True)),
                     f"{change[1] + 0.3:+.2f} to {change[2] + 0.3:+.2f} points"])
    put("sectors.md", "friendly fire", rows(
        ["", "shock, log points of trade", "Russia's exports", "the senders' exports", "of which to Russia alone",
         "difference (senders)"], body))


def lifted() -> None:
    """What the return of all trade that broke in 2022 does, by sector, at the median elasticities."""
    from detente.data.start import observed
    from detente.mechanisms import sectors
    from detente.mechanisms.sectors import breaks, equations
    from detente.mechanisms.sectors.api import medians
    from detente.mechanisms.sectors.economy import solve
    from detente.mechanisms.trade import rupture

    start = observed()
    broken = np.nan_to_num(rupture.pattern(start.index, rupture.known()["russia_2022"], "RUS"))
    e = sectors.base()
    node = equations.node_of(start.index.states, e.states)
    change = equations.node_change(
        change=broken[None], base_flow=start.values["base_flow"], node=node, nodes=e.states
    )
    theta = np.array([[medians(study)[s] for s in e.sectors] for study in ("fontagne", "hinz", "fontagne")])
    goods, measured = np.isin(e.sectors, sectors.GOODS), np.array([True, True, False])
    moved = breaks.by_sector(np.repeat(change, 3, axis=0), e, goods, measured, breaks.read())
    world = solve(e, moved, theta=theta)
    shown = ("RUS", "DEU", "POL", "FIN", "ITA", "NOR", "USA", "CHN", "IND", "TUR", "KAZ", "UKR")
    at = [e.states.index(s) for s in shown]
    income = [[s, *(f"{100 * (world.real_income[d, k] - 1):+.2f}" for d in (0, 1, 2))] for s, k in zip(shown, at, strict=True)]
    put("sectors.md", "lifted", rows(["real income, %", "Fontagné, as measured", "Hinz, as measured", "Fontagné, even"], income))
    body = [[e.sectors[j], *(f"{100 * (world.quantity[0, j, k] - 1):+.1f}" for k in at)] for j in range(len(e.sectors))]
    put("sectors.md", "outputs", rows(["real output, % (Fontagné, as measured)", *shown], body))
    pattern = breaks.read()["weights"]
    put("sectors.md", "pattern", rows(["weight", *pattern["sold"]], [
        ["partners sold to Russia", *(f"{v:.2f}" for v in pattern["sold"].values())],
        ["partners bought in Russia", *(f"{v:.2f}" for v in pattern["bought"].values())]]))


if __name__ == "__main__":
    parts = ("accounts", "elasticities", "software", "borders", "friendly_fire", "lifted")
    for part in sys.argv[1:] or parts:
        globals()[part]()
