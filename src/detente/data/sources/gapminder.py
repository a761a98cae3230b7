"""Gapminder's Systema Globalis: health spending, and totals of arms transfers, by state and year."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import by_code

_REPOSITORY = "open-numbers/ddf--gapminder--systema_globalis"
_COMMIT = "c63631abeb62af6db3910f68be7c2b443beca50b"
NAMES = {
    "total_health_spending_percent_of_gdp": (
        "5c3315f8c433297ccc813e616e8066b9cc25f0b9f1b0426309b55123b98659a1"
    ),
    "government_share_of_total_health_spending_percent": (
        "f37f16f3b50685bbe54f6bb03b080e026350667b1be3d59bcbde4df59ae71561"
    ),
    "arms_exports_sipri_tiv": "dd2ac0290af50524784e70dc44c5c758fa512bdfe3fd35da197c0ca4b1237c3e",
    "arms_imports_sipri_tiv": "c1528a1de6391bab96cf5646832b421ff77b325d1988eb65d519a2c0b090963b",
}
SOURCE = Source(
    key="gapminder",
    title="Systema Globalis: health spending (WHO), totals of arms transfers (SIPRI, World Bank)",
    producer="Gapminder",
    citation="Gapminder, Systema Globalis (WHO health accounts; World Bank from SIPRI).",
    bib=("gapminder2025",),
    licence="CC BY 4.0",
    redistributable="yes",
    version=_COMMIT[:8],
    files=tuple(
        RawFile(
            f"gapminder/{name}.csv",
            digest,
            _REPOSITORY,
            _COMMIT,
            f"countries-etc-datapoints/ddf--datapoints--{name}--by--geo--time.csv",
        )
        for name, digest in NAMES.items()
    ),
    by_hand="take the four series named in the file names from github.com/" + _REPOSITORY,
)


def load(raw: Path) -> pl.DataFrame:
    """State-years: state, year, health (public, per cent of GDP), arms_exports, arms_imports (million TIV).

    A year without a figure of arms is missing here, and may mean none.
    """
    whole: pl.DataFrame | None = None
    for name in NAMES:
        table = pl.read_csv(raw / f"gapminder/{name}.csv").select(
            pl.col("geo").str.to_uppercase().replace({"KOS": "XKX"}).alias("state"),
            pl.col("time").cast(pl.Int32).alias("year"),
            pl.col(name).cast(pl.Float64),
        )
        whole = table if whole is None else whole.join(table, on=["state", "year"], how="full", coalesce=True)
    assert whole is not None
    total, public, sold, bought = NAMES
    return (
        whole.filter(pl.col("state").is_in(list(by_code())))
        .select(
            "state",
            "year",
            (pl.col(total) * pl.col(public) / 100).alias("health"),
            (pl.col(sold) / 1e6).alias("arms_exports"),
            (pl.col(bought) / 1e6).alias("arms_imports"),
        )
        .sort("state", "year")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Public health spending of Germany; Russia's deliveries of arms fell by more than half 2018-2023."""
    return bounds(
        "source 'gapminder'",
        [
            ("public health of DEU 2019 (% of GDP)", cell(frame, "health", state="DEU", year=2019), 8, 10),
            ("arms exports of RUS 2018", cell(frame, "arms_exports", state="RUS", year=2018), 5000, 8000),
            ("arms exports of RUS 2023", cell(frame, "arms_exports", state="RUS", year=2023), 900, 2500),
        ],
    )
