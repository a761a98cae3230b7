"""Start values over pairs of states: ground, pacts, peace, sanctions, and the base matrix of trade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from detente.data import peace
from detente.data.bundle import table
from detente.data.sources.contiguity import LAST as CONTIGUITY_TO
from detente.data.start_states import EARLY_TO, Notes, Values, origin, series
from detente.data.states import by_code
from detente.model.world import Observation

PRODUCERS = {"baci": "CEPII BACI", "cow": "COW dyadic trade 4.0", "icio": "OECD ICIO"}
"""Who made the flows of a year, by the name that the table gives them."""

LAND = 1
REMEMBERED = 5
"""Years of peace levels before the start that a run remembers."""


def place(
    rows: pl.DataFrame, one: str, two: str, column: str, states: Sequence[str], fill: float
) -> np.ndarray:
    """A column of pair rows as a matrix (state, partner); cells without a row hold ``fill``."""
    at = {s: i for i, s in enumerate(states)}
    kept = rows.filter(pl.col(one).is_in(list(states)) & pl.col(two).is_in(list(states))).drop_nulls(column)
    matrix = np.full((len(states), len(states)), fill)
    i, j = (kept[c].replace_strict(at, return_dtype=pl.Int64).to_numpy() for c in (one, two))
    matrix[i, j] = kept[column].cast(pl.Float64).to_numpy()
    return matrix


def both_ways(matrix: np.ndarray) -> np.ndarray:
    """A matrix given for a above b, mirrored; the larger of the two where both are given."""
    return np.fmax(matrix, matrix.T)


def off_diagonal(matrix: np.ndarray, value: float) -> np.ndarray:
    """The matrix with ``value`` on its diagonal."""
    held = matrix.copy()
    np.fill_diagonal(held, value)
    return held


def share(known: np.ndarray) -> float:
    """Share of true cells off the diagonal."""
    n = known.shape[0]
    return float(known[~np.eye(n, dtype=bool)].mean())


def ground(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Land borders and minimum distances as of ``year``.

    A spell counts if it began by then (or with the younger of the two states) and had not ended.
    """
    born = {s: by_code()[s].start.year for s in states}
    begun = pl.col("start") <= pl.max_horizontal(
        pl.lit(year),
        pl.col("a").replace_strict(born, default=9999),
        pl.col("b").replace_strict(born, default=9999),
    )
    here = pl.col("a").is_in(list(states)) & pl.col("b").is_in(list(states))
    lasting = (pl.col("end") > year) | (pl.col("end") == CONTIGUITY_TO)
    border = (
        table("contiguity")
        .filter(here & begun & lasting & (pl.col("type") == LAND))
        .with_columns(pl.lit(1.0).alias("is"))
    )
    spells = (
        table("distance")
        .filter(here & begun)
        .sort("start")
        .unique(["a", "b"], keep="last", maintain_order=True)
    )
    measured = both_ways(place(spells, "a", "b", "km", states, np.nan))
    between = place(table("geodist"), "exporter", "importer", "dist", states, np.nan)
    km = np.where(np.isnan(measured), both_ways(between), measured)
    values = {
        "land_border": off_diagonal(both_ways(place(border, "a", "b", "is", states, 0.0)), 0.0),
        "min_distance": off_diagonal(km, 0.0),
    }
    notes = {
        "land_border": Observation(
            "COW direct contiguity 3.2", min(year, 2016), 1.0, "later years: as in 2016"
        ),
        "min_distance": Observation(
            "CShapes 2.0 (peacesciencer)",
            min(year, 2019),
            share(np.isfinite(measured)),
            "later years: as in 2019; pairs it lacks (microstates): distance of the main cities (GeoDist)",
        ),
    }
    return values, notes


def pacts(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Mutual defence in ``year``."""
    rows = table("pacts").filter(pl.col("year") == year)
    matrix = both_ways(place(rows, "a", "b", "defence", states, 0.0))
    return {"defence_pact": off_diagonal(matrix, 0.0)}, {
        "defence_pact": Observation(
            "ATOP 5.1; NATO accessions",
            min(year, 2018),
            1.0,
            "after 2018: ATOP's last year, with accessions to NATO",
        )
    }


def relations(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Level of peace, its memory, and which pairs the scale has coded by ``year``."""
    past = peace.history(states, year)
    level = past.level[-1].astype(float)
    ever = past.coded.any(axis=0)
    values = {
        "peace_level": off_diagonal(level, peace.NEGATIVE_PEACE),
        "relation_coded": off_diagonal(ever * 1.0, 0.0),
        "years_in_level": off_diagonal(peace.years_in_level(past), 0.0),
        "years_since_fall": off_diagonal(peace.years_since_fall(past), peace.NEVER),
    }
    values["peace_level_reached"] = values["peace_level"].copy()
    values["peace_levels_before"] = digits(past.level[-1 - REMEMBERED : -1])
    coded_in = min(year, peace.CODED_TO)
    now = past.coded[coded_in - past.years[0]]
    said = Observation(
        "peace scale 3.1 (Diehl, Goertz and Gallegos)",
        coded_in,
        share(now),
        peace.RULE + (peace.NOWCAST if year > peace.CODED_TO else ""),
    )
    same = replace(said, rule="as peace_level")
    others = ("peace_level_reached", "years_in_level", "years_since_fall", "relation_coded")
    return values, {"peace_level": said} | dict.fromkeys(others, same)


def digits(level: np.ndarray) -> np.ndarray:
    """Levels of successive years (year, n, n) as one number a pair: digits to base 6, the newest last.

    In quarters, 5 where unknown, as ``mechanisms.alignment.triads.remembered`` writes them; a test holds the
    two together.
    """
    out = np.zeros(level.shape[1:])
    for now in level:
        out = out * 6 + np.where(np.isnan(now), 5.0, np.rint(4.0 * now))
    return out


def base_year(year: int) -> int:
    """The newest year up to ``year`` with a matrix of world trade."""
    years = table("trade").filter(pl.col("imputed") | ~pl.col("exporter").is_in(["TWN"]))["year"].unique()
    return int(years.filter(years <= year).max())


def sanctions(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Trade sanctions in force at the start, and those in force in the year of the base matrix."""
    rows = table("sanctions")
    now, base = min(year, int(rows["year"].max())), base_year(year)
    names = {
        "sanction_complete": (now, "complete"),
        "sanction_partial": (now, "partial"),
        "base_sanction_complete": (base, "complete"),
        "base_sanction_partial": (base, "partial"),
        "base_sanction_age": (base, "age"),
        "sanction_age": (now, "age"),
        "sanction_financial": (now, "financial"),
        "sanction_arms": (now, "arms"),
        "sanction_travel": (now, "travel"),
        "base_sanction_financial": (base, "financial"),
    }
    values = {
        field: place(rows.filter(pl.col("year") == y), "sender", "target", column, states, 0.0)
        for field, (y, column) in names.items()
    }
    values["sanction_age"] += np.where(values["sanction_age"] > 0, year - now, 0)
    alone = (values["base_sanction_age"] == 0) & (values["base_sanction_financial"] > 0)
    values["base_sanction_age"] += np.where(alone, years_running(states, base, "financial"), 0.0)
    values["joins_sanctions"] = np.zeros((len(states),) * 2)
    rule = (
        "the newest year of GSDB stands for later ones (its last year is where coding stops, not where "
        "sanctions end); EU, G7, G8, NATO and UN act through all members"
    )
    notes = {field: Observation("GSDB v4", y, 1.0, rule) for field, (y, _) in names.items()}
    return values, notes


def years_running(states: Sequence[str], year: int, kind: str) -> np.ndarray:
    """For how many consecutive years up to ``year`` a sanction of one kind has been in force."""
    rows = table("sanctions").filter(pl.col(kind) & (pl.col("year") <= year))
    ages = (
        rows.sort("sender", "target", "year")
        .with_columns((pl.col("year") - pl.int_range(pl.len()).over("sender", "target")).alias("run"))
        .group_by("sender", "target", "run")
        .agg(pl.len().alias("years"), pl.col("year").max())
        .filter(pl.col("year") == year)
    )
    return place(ages, "sender", "target", "years", states, 0.0)


def coalitions(states: Sequence[str], year: int) -> dict[str, tuple[str, ...]]:
    """``sanctioning-XXX`` → states with a sanction of their own on XXX in force, of any kind, in their order.

    From the newest year of GSDB up to ``year``; what binds a state only as a member of the UN is left out.
    """
    rows = table("sanctions")
    now = min(year, int(rows["year"].max()))
    kinds = pl.any_horizontal("complete", "partial", "financial", "arms", "travel")
    here = pl.col("sender").is_in(list(states)) & pl.col("target").is_in(list(states))
    own = rows.filter(here & (pl.col("year") == now) & ~pl.col("un") & kinds)
    senders = dict(own.group_by("target").agg(pl.col("sender")).iter_rows())
    return {f"sanctioning-{t}": tuple(s for s in states if s in senders[t]) for t in states if t in senders}


def trade(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """The base matrix of goods with sales at home, and the money and output of its year."""
    base = base_year(year)
    rows = table("trade").filter(pl.col("year") == base)
    flow = place(rows, "exporter", "importer", "value", states, np.nan)
    seen = place(
        rows.with_columns((~pl.col("imputed")).alias("seen")), "exporter", "importer", "seen", states, 0.0
    )
    home = table("early" if base <= EARLY_TO else "domestic").filter(pl.col("year") == base)
    np.fill_diagonal(flow, np.diag(place(home, "state", "state", "domestic_sales", states, np.nan)))
    n, abroad = len(states), off_diagonal(flow, 0.0)
    known = np.isfinite(abroad) & ~np.eye(n, dtype=bool)
    values = {
        "base_flow": flow,
        "trade_flow": flow.copy(),
        "trade_cost": np.zeros((n, n)),
        "base_year": np.full(n, float(base)),
        "base_gdp": series("gdp_real", states, [base])[0],
        "base_gdp_usd": series("gdp_usd", states, [base])[0] / 1e9,
        "exports": np.where(known.any(axis=1), np.nansum(abroad, axis=1), np.nan),
        "imports": np.where(known.any(axis=0), np.nansum(abroad, axis=0), np.nan),
        "sanction_bite": np.full((n, n), np.nan),
        "real_income": np.ones(n),
        "price_index": np.ones(n),
        "factory_price": np.ones(n),
    }
    rule = (
        "sales at home: goods output of ICIO 2022 (elsewhere 0.65 of GDP) less exports; flows with "
        "territories that are no states are left out"
    )
    if base == 2023:
        rule += "; flows that neither side declared moved on from 2020, Taiwan from ICIO 2022"
    said = Observation(
        f"{PRODUCERS[rows['source'].mode().sort()[0]]}, ICIO 2022, WDI", base, share(seen > 0), rule
    )
    same = replace(said, rule="as base_flow")
    return values, {"base_flow": said} | dict.fromkeys(("trade_flow", "exports", "imports"), same) | {
        k: Observation(origin("gdp", base)[0], base, float(np.isfinite(values[k]).mean()))
        for k in ("base_gdp", "base_gdp_usd")
    }
