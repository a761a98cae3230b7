"""The Advanced Guide's estimates of trade agreements, made again: a check of the PPML estimator.

Yotov, Piermartini, Monteiro & Larch (2016), *An Advanced Guide to Trade Policy Analysis*, chapter 1,
application 3: 69 countries, 1986-2006 every four years, manufacturing trade with domestic sales.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from detente.mechanisms.trade.gravity_fit import Estimate, ppml

if TYPE_CHECKING:
    import polars as pl

YEARS = tuple(range(1986, 2007, 4))
LAGS = ("rta", "rta_lag4", "rta_lag8", "rta_lag12")
PUBLISHED = {
    "international trade only": {"rta": 0.191},
    "pair effects": {"rta": 0.557},
    "phase-in": {
        "rta": 0.291,
        "rta_lag4": 0.414,
        "rta_lag8": 0.169,
        "rta_lag12": 0.119,
        "sum": 0.993,
        "sum, standard error": 0.094,
    },
    "phase-in, globalisation": {"rta": 0.116, "rta_lag4": 0.288, "rta_lag8": 0.069, "rta_lag12": 0.002},
}
"""Table 3 of the application, as printed (columns 2, 4, 6 and 7)."""


def applications(guide: pl.DataFrame) -> pl.DataFrame:
    """The application's sample of ``agtpa_applications`` with the keys of its effects.

    All home sales share one pair effect; ``border_YEAR`` is 1 for international flows of that year
    (the last year is the reference).
    """
    import polars as pl

    year, abroad = pl.col("year").cast(pl.Int64), pl.col("exporter") != pl.col("importer")
    return guide.filter(year.is_in(YEARS)).with_columns(
        exporter_year=pl.concat_str("exporter", year),
        importer_year=pl.concat_str("importer", year),
        pair=pl.when(abroad).then(pl.col("pair_id")).otherwise(0).cast(pl.Int64),
        abroad=abroad,
        log_distance=pl.col("dist").log(),
        **{f"border_{y}": (abroad & (year == y)).cast(pl.Int8) for y in YEARS[:-1]},
    )


def advanced_guide(guide: pl.DataFrame) -> dict[str, Estimate]:
    """The four regressions of :data:`PUBLISHED` on the raw data of the guide.

    Standard errors are clustered by pair without the adjustment for the number of regressors, as
    Stata's ``ppml`` does.
    """
    import polars as pl

    sample = applications(guide)
    traded = sample.filter(pl.col("trade").sum().over("pair") > 0)
    both = ("exporter_year", "importer_year")

    def fit(frame: pl.DataFrame, regressors: Sequence[str], effects: Sequence[str]) -> Estimate:
        return ppml(frame, "trade", regressors, effects, "pair_id", adjust_for_regressors=False)

    borders = tuple(f"border_{y}" for y in YEARS[:-1])
    gravity = ("log_distance", "cntg", "lang", "clny")
    return {
        "international trade only": fit(sample.filter("abroad"), (*gravity, "rta"), both),
        "pair effects": fit(traded, ("rta",), (*both, "pair")),
        "phase-in": fit(traded, LAGS, (*both, "pair")),
        "phase-in, globalisation": fit(traded, (*LAGS, *borders), (*both, "pair")),
    }


def comparison(guide: pl.DataFrame) -> list[tuple[str, str, float, float]]:
    """(regression, term, published, ours) for every published figure."""
    rows = []
    for name, estimate in advanced_guide(guide).items():
        for term, printed in PUBLISHED[name].items():
            if term.startswith("sum"):
                ours = estimate.sum(LAGS)[int(term != "sum")]
            else:
                ours = estimate.of(term)[0]
            rows.append((name, term, printed, ours))
    return rows


def markdown(rows: list[tuple[str, str, float, float]]) -> str:
    """The comparison as a table for the documentation."""
    lines = ["| regression | term | published | ours | difference |", "|---|---|--:|--:|--:|"]
    lines += [
        f"| {name} | {term} | {printed:.3f} | {ours:.4f} | {ours - printed:+.4f} |"
        for name, term, printed, ours in rows
    ]
    return "\n".join(lines)
