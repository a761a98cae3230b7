"""Crosswalk of codes: COW to Gleditsch-Ward by year (isard) and to ISO (countrycode)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source
from detente.data.sources._read import coded, r_table
from detente.data.states import from_cow, from_gw, registry

SOURCE = Source(
    key="crosswalk",
    title="Code crosswalks",
    producer="S. V. Miller, package isard; V. Arel-Bundock and others, package countrycode",
    citation="Miller, isard; Arel-Bundock, Enevoldsen and Yetman (2018), countrycode, JOSS 3(28).",
    bib=("isard", "countrycode2018"),
    licence="GPL-2 and GPL-3 (packages)",
    redistributable="derived",
    version="isard at commit 46944ad; countrycode at commit 284d6a2",
    files=(
        RawFile(
            "isard/cw_gw_panel.rda",
            "155f5413b63d6199461cdbbe76d02a55c945b6572fa77aac892b932f839f8a0c",
            "svmiller/isard",
            "46944ad97a5532cd8e3b33129463c8435a69846a",
            "data/cw_gw_panel.rda",
        ),
        RawFile(
            "countrycode/codelist_without_cldr.csv",
            "2632dba9d168d0ae0174468b27c62671668d8f8a4a84112dced13e4126e46980",
            "vincentarelbundock/countrycode",
            "284d6a2f7e49d826e10894227a05d4c857e21540",
            "dictionary/codelist_without_cldr.csv",
        ),
    ),
    by_hand="take the two files from github.com/svmiller/isard and github.com/vincentarelbundock/countrycode",
)


def load(raw: Path) -> pl.DataFrame:
    """State-years since 1946 with both codes and, by COW code, the ISO codes of countrycode.

    Columns: year, cow, gw, iso3, iso_numeric.
    """
    panel = r_table(raw / SOURCE.files[0].path).filter(pl.col("year") >= 1946)
    codes = pl.read_csv(
        raw / SOURCE.files[1].path,
        columns=["cown", "iso3c", "iso3n"],
        null_values=["NA"],
        encoding="utf8-lossy",
    )
    codes = codes.drop_nulls("cown").unique("cown", keep="first", maintain_order=True)
    return (
        panel.select(
            pl.col("year").cast(pl.Int32),
            pl.col("ccode").cast(pl.Int64).alias("cow"),
            pl.col("gwcode").cast(pl.Int64).alias("gw"),
        )
        .join(codes.rename({"cown": "cow", "iso3c": "iso3", "iso3n": "iso_numeric"}), on="cow", how="left")
        .sort("year", "cow", "gw")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Both codes of a state-year lead to the same state of ours; ISO codes agree with the registry."""
    both = frame.drop_nulls(["cow", "gw"]).with_columns(
        coded("cow", from_cow()).alias("a"), coded("gw", from_gw()).alias("b")
    )
    odd = both.filter(pl.col("a") != pl.col("b")).select("cow", "gw").unique()
    found = [Problem("registry.csv", f"COW {c} and GW {g} lead to two states") for c, g in odd.iter_rows()]
    iso = dict(frame.drop_nulls("iso3").select("cow", "iso3").unique().iter_rows())
    known = {c: s for s in registry() for c in s.cow}
    return found + [
        Problem("registry.csv", f"COW {c} is {known[c].state} here and {i} in countrycode")
        for c, i in sorted(iso.items())
        if c in known and known[c].state != i
    ]
