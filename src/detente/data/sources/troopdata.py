"""Forces and bases of the United States abroad: troopdata (Flynn, Allen and Machain; Vine)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import by_code, from_cow

SOURCE = Source(
    key="troopdata",
    title="United States forces by host 1950-2024, and bases abroad",
    producer="M. E. Flynn, M. A. Allen and C. Machain; D. Vine",
    citation="Flynn, Machain and Allen (2022), troopdata: Tools for analyzing cross-national military "
    "deployment and basing data (from the Defense Manpower Data Center); Vine (2015), Base Nation.",
    bib=("flynn2022", "vine2015"),
    licence="GPL-3 (package); counts of the US Department of Defense are public domain",
    redistributable="derived",
    version="3946bcf8",
    files=(
        RawFile(
            "troopdata/troopdata-rebuild-country-year.csv",
            "875aa5c712506950786d791feb2a01b030c61e9afbc6df37baee5f453ce5fe5e",
            "meflynn/troopdata",
            "3946bcf89a6d72de8abace812dc557f1f249f5f7",
            "data-raw/troopdata-rebuild-country-year.csv",
        ),
        RawFile(
            "troopdata/basedata.csv",
            "5a552e81b39bdbb7af42b6206dd47340a6a9f114bf84c24c0e167cf74844ccda",
            "meflynn/troopdata",
            "3946bcf89a6d72de8abace812dc557f1f249f5f7",
            "data-raw/basedata.csv",
        ),
    ),
    by_hand="install the R package troopdata (github.com/meflynn/troopdata)",
)


def load(raw: Path) -> pl.DataFrame:
    """Host-years: state, year, troops (persons on active duty), bases (Vine's map, dated 2015; else null)."""
    path = raw / SOURCE.files[0].path
    yearly = pl.read_csv(path, infer_schema_length=None, null_values=["NA", ""], encoding="utf8-lossy")
    codes = from_cow()
    troops = (
        yearly.select(
            pl.col("ccode")
            .cast(pl.Int64)
            .replace_strict(codes, default=None, return_dtype=pl.String)
            .alias("state"),
            pl.col("year").cast(pl.Int16),
            pl.col("troops_ad").cast(pl.Float64, strict=False).alias("troops"),
        )
        .filter(pl.col("state").is_in(list(by_code())) & (pl.col("state") != "USA"))
        .group_by("state", "year")
        .agg(pl.col("troops").sum())
    )
    return troops.join(_bases(raw), on=["state", "year"], how="left").sort("state", "year")


def _bases(raw: Path) -> pl.DataFrame:
    """Bases and small sites by host, dated 2015, the year of the book."""
    sites = pl.read_csv(
        raw / SOURCE.files[1].path, infer_schema_length=None, null_values=["NA", ""], encoding="utf8-lossy"
    )
    kept = sites.filter((pl.col("base") == 1) | (pl.col("lilypad") == 1)).drop_nulls("iso3c")
    return kept.group_by(pl.col("iso3c").alias("state")).agg(
        pl.len().cast(pl.Int16).alias("bases"), pl.lit(2015, dtype=pl.Int16).first().alias("year")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Germany: a quarter of a million soldiers in the middle 1980s, some 35 thousand of late."""
    return bounds(
        "source 'troopdata'",
        [
            ("Germany 1985", cell(frame, "troops", state="DEU", year=1985), 2.2e5, 2.7e5),
            ("Germany 2023", cell(frame, "troops", state="DEU", year=2023), 3.0e4, 4.0e4),
        ],
    )
