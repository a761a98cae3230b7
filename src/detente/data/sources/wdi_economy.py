"""World Development Indicators: investment from abroad, prices across countries, public money."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import by_code

_REPOSITORY, _COMMIT = "datasets/world-development-indicators", "4ebec5a2273f531ba238a34dbe440394dc5a6c4b"
NAMES = {
    "bx.klt.dinv.cd.wd": ("fdi_usd", "9c90839988c376cdd22ae213f3044cca18a325c18c4e7f2daa1fb6b2cd6cee56"),
    "ny.gdp.pcap.pp.cd": ("ppp_per_head", "361ab014e883ce6881142acaf0bed29eda5aa6897ed51a6c230e58180145a96c"),
    "ne.exp.gnfs.zs": ("exports_gdp", "323759e9d4b217da54a2f0a3df16e70077eb83422e3dba08628a32dc48783607"),
    "ne.imp.gnfs.zs": ("imports_gdp", "f64a1dd8ba2ac40d263b91b89f7ab35869e151e007d919615699d1403ddcfba5"),
    "se.xpd.totl.gd.zs": ("education", "6a58dfb46331708851c35ab4bdc23395a33b5f6a4160d4427e505af174b5f558"),
    "gc.xpn.totl.gd.zs": (
        "central_expense",
        "58b2aeb8c5ea558d521779c61635441bfb6bc957be1ad1abb7b5efd8c0e79abb",
    ),
    "gc.tax.totl.gd.zs": ("tax", "141364d6ba215b530aeac7064d9292eabe1205d5c29006d84f29451d7aeeda59"),
    "fi.res.totl.cd": ("reserves_usd", "8ebb0c3e09d4bcc28481e663c289ed3330a6b6d4fe4534d121fe0108c4aa36b4"),
}
"""Indicator: column and checksum; shares are per cent of GDP, ``ppp_per_head`` international dollars."""

SOURCE = Source(
    key="wdi_economy",
    title="World Development Indicators: investment, prices, public money",
    producer="World Bank",
    citation="World Bank, World Development Indicators (datasets/world-development-indicators, 1 July 2026).",
    bib=("wdi2026",),
    licence="CC BY 4.0",
    redistributable="yes",
    version="1 July 2026",
    files=tuple(
        RawFile(f"wdi/{name}.csv", digest, _REPOSITORY, _COMMIT, f"indicators/{name}/data.csv")
        for name, (_, digest) in NAMES.items()
    ),
    by_hand="download the indicators named in the file names from data.worldbank.org as long tables "
    "(Country Name, Country Code, Year, Value)",
)


def load(raw: Path) -> pl.DataFrame:
    """State-years: state, year and the columns of :data:`NAMES`; aggregates are left out.

    Education spending of exactly 0 stands for missing in the file and is read so.
    """
    whole: pl.DataFrame | None = None
    for name, (column, _) in NAMES.items():
        table = (
            pl.read_csv(raw / f"wdi/{name}.csv", schema_overrides={"Value": pl.Float64})
            .select(
                pl.col("Country Code").alias("state"),
                pl.col("Year").cast(pl.Int32).alias("year"),
                pl.col("Value").alias(column),
            )
            .filter(pl.col("state").is_in(list(by_code())))
        )
        whole = table if whole is None else whole.join(table, on=["state", "year"], how="full", coalesce=True)
    assert whole is not None
    education = pl.when(pl.col("education") > 0).then("education")
    return whole.with_columns(education).sort("state", "year")


def check(frame: pl.DataFrame) -> list[Problem]:
    """Investment into Russia as named in the claims catalogue, and output per head at common prices."""

    def of(column: str, state: str, year: int) -> float:
        return cell(frame, column, state=state, year=year) or 0.0

    return bounds(
        "source 'wdi_economy'",
        [
            ("investment into RUS 2008 (bn)", of("fdi_usd", "RUS", 2008) / 1e9, 74, 76),
            ("investment into RUS 2013 (bn)", of("fdi_usd", "RUS", 2013) / 1e9, 68, 70),
            ("investment into RUS 2022 (bn)", of("fdi_usd", "RUS", 2022) / 1e9, -41, -39),
            ("PPP output per head of DEU 2021", of("ppp_per_head", "DEU", 2021), 55_000, 65_000),
            ("education of SWE 2010 (% of GDP)", of("education", "SWE", 2010), 6, 8),
        ],
    )
