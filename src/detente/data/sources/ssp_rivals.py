"""Shared Socioeconomic Pathways 1, 3, 4 and 5, 2024 release: output to 2100 beside SSP2's."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources import ssp
from detente.data.sources._read import cell, r_table
from detente.data.states import from_name

FILES = {
    "ssp1": "045b8478f8f205a62fdb1500086b5e9ced06ed31c9db3e8f25e5e4bf74d90e06",
    "ssp2": "39dac68c63772bf17826d277929dadb5d30c26541f3aed7588541037663777c4",
    "ssp3": "2c561f8456a3f672e3d97f86fc546ea360b4b60c8a91175b1f75f4d1bef6e477",
    "ssp4": "7e1442bea0097addb58dd864eefa2d80291c1df32d66fe45af97012188bd40f3",
    "ssp5": "d6d35d907717b85b6f6f49ac2fd5c4068debe5b6c7a042cb4703622be60af31c",
}
SOURCE = Source(
    key="ssp_rivals",
    title="Shared Socioeconomic Pathways 1 to 5, output, release 3 (2024)",
    producer=ssp.SOURCE.producer,
    citation=ssp.SOURCE.citation,
    bib=ssp.SOURCE.bib,
    licence=ssp.SOURCE.licence,
    redistributable="yes",
    version=ssp.SOURCE.version,
    files=tuple(
        RawFile(
            f"iiasa-ssp-2024/gdp_ctry.{name.upper()}.rda",
            digest,
            "bc3LC/rhap",
            "4dfadc89d478ca976c759b2d81a8f4c9c8c3ce2c",
            f"data/gdp_ctry.{name.upper()}.rda",
        )
        for name, digest in FILES.items()
    ),
    by_hand=ssp.SOURCE.by_hand.replace("SSP2", "SSP1 to SSP5").replace("two files", "files gdp_ctry.*.rda"),
)


def load(raw: Path) -> pl.DataFrame:
    """Every five years 2020-2100: state, year, ssp1 to ssp5 (GDP at PPP, 2011 USD)."""
    whole: pl.DataFrame | None = None
    for name, file in zip(FILES, SOURCE.files, strict=True):
        table = r_table(raw / file.path).select("region", "year", pl.col("gdp_dol2011_ppp").alias(name))
        whole = (
            table if whole is None else whole.join(table, on=["region", "year"], how="full", coalesce=True)
        )
    assert whole is not None
    names = {n: from_name(n) for n in whole["region"].unique()}
    return (
        whole.with_columns(
            pl.col("region").replace_strict(names, default=None, return_dtype=pl.String).alias("state"),
            pl.col("year").cast(pl.Int32),
        )
        .drop_nulls("state")
        .select("state", "year", *FILES)
        .sort("state", "year")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Fossil-fuelled development (SSP5) makes China richer by 2050 than regional rivalry (SSP3)."""
    rich, poor = (cell(frame, p, state="CHN", year=2050) or 0 for p in ("ssp5", "ssp3"))
    return bounds(
        "source 'ssp_rivals'",
        [
            ("GDP of CHN 2050, SSP5 over SSP3", rich / poor if poor else None, 1.05, 2.5),
            ("states", frame["state"].n_unique(), 175, 195),
        ],
    )
