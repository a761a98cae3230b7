"""IEA gas: flows and capacity at Europe's border points, imports by origin (only derived values ship)."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import by_code, from_name

SOURCE = Source(
    key="iea_gas",
    title="Gas Trade Flows; imports of natural gas by origin",
    producer="International Energy Agency; J. Hinz and others (arrangement)",
    citation="IEA (2022), Gas Trade Flows, September 2022; IEA, Natural Gas Information, via OECD; Chowdhry, "
    "Hinz, Kamin and Wanner (2024).",
    bib=("iea_gtf2022", "chowdhry2024"),
    licence="IEA terms: not for redistribution",
    redistributable="derived",
    version="September 2022; 2000-2021",
    files=(
        RawFile(
            "iea-gas-trade-flows/Export_GTF_IEA_202209.xls",
            "1c4d5e4fdbe782a5492979031756bc730ebfa9e8adf02259175a5f6fee8ba63b",
            "energyandcleanair/fossil_shipment_tracker_r",
            "0ac91f7ed4ccdaa26287856644e22a54b7107671",
            "inst/extdata/iea/Export_GTF_IEA_202209.xls",
        ),
        RawFile(
            "iea-oecd-bilateral-energy-services/gas_imports_2000_2021.csvy.gz",
            "0a244bee1f0179a837641729676fae6aafaebcd77eb7b63035b27103fbb284dc",
            "julianhinz/sanctions-coalitions",
            "09ac621597938ffbd6d858768510b9358e12ba1e",
            "input/oil_gas_services/gas_imports_2000_2021.csvy.gz",
        ),
    ),
    by_hand="iea.org/data-and-statistics/data-product/gas-trade-flows; the imports from "
    "github.com/julianhinz/sanctions-coalitions",
)
FIRST_MONTH = 5
"""Columns before: border point, exit, a blank one, entry, maximum flow (million m3 an hour)."""
NAMES = {
    "Republic of Türkiye": "TUR",
    "Slovak Republic": "SVK",
    "Liquefied Natural Gas": "LNG",
    "Czech Republic": "CZE",
}
HOURS = 8.76
"""Million m3 an hour to bcm a year."""


def load(raw: Path) -> pl.DataFrame:
    """Long table: measure, seller, buyer, year, value (bcm at 15 C).

    ``border``: flow across a border in 2019 and 2021; ``border_capacity``: its maximum; the seller is the
    neighbour, not the origin. ``origin``: imports of 2021 by origin, pipeline and LNG together.
    """
    return pl.concat([_borders(raw / SOURCE.files[0].path), _origins(raw / SOURCE.files[1].path)])


@cache
def _code(name: str) -> str | None:
    return NAMES.get(name) or from_name(name)


def _borders(path: Path) -> pl.DataFrame:
    import xlrd

    sheet = xlrd.open_workbook(path).sheet_by_index(0)
    head = sheet.row_values(0)
    year_of = {at: xlrd.xldate_as_tuple(head[at], 0)[0] for at in range(FIRST_MONTH, sheet.ncols)}
    sums: dict[tuple[str, str, str, int], float] = {}
    for k in range(1, sheet.nrows):
        row = sheet.row_values(k)
        one, two = (_code(str(row[at])) for at in (1, 3))
        if not one or not two:
            continue
        if isinstance(row[4], float):
            key = ("border_capacity", one, two, 2022)
            sums[key] = sums.get(key, 0.0) + row[4] * HOURS
        for at, year in year_of.items():
            if year in (2019, 2021) and isinstance(row[at], float):
                key = ("border", one, two, year)
                sums[key] = sums.get(key, 0.0) + row[at] / 1e3
    return _frame([(*key, value) for key, value in sums.items()])


def _origins(path: Path) -> pl.DataFrame:
    text = gzip.decompress(path.read_bytes()).decode("utf-8")
    body = text[text.index("\n---", 3) + 4 :].lstrip("\n")
    rows = pl.read_csv(body.encode(), infer_schema_length=0).filter(
        (pl.col("TIME") == "2021")
        & pl.col("COUNTRY").is_in(list(by_code()))
        & pl.col("ORIGIN").is_in([*by_code(), "TOTIMPST"])
    )
    value = pl.col("Value").cast(pl.Float64, strict=False) / 1e3
    found = rows.select("ORIGIN", "COUNTRY", value).drop_nulls().filter(pl.col("Value") > 0)
    return _frame([("origin", o, c, 2021, v) for o, c, v in found.iter_rows()])


def _frame(rows: list[tuple[str, str, str, int, float]]) -> pl.DataFrame:
    names = {
        "measure": pl.String,
        "seller": pl.String,
        "buyer": pl.String,
        "year": pl.Int32,
        "value": pl.Float64,
    }
    return pl.DataFrame(rows, schema=names, orient="row").sort("measure", "seller", "buyer", "year")


def check(frame: pl.DataFrame) -> list[Problem]:
    """Nord Stream, and Germany's and Italy's imports from Russia in 2021."""

    def one(measure: str, seller: str, buyer: str, year: int = 2021) -> float | None:
        return cell(frame, "value", measure=measure, seller=seller, buyer=buyer, year=year)

    return bounds(
        "source 'iea_gas'",
        [
            ("Nord Stream 2021", one("border", "RUS", "DEU"), 55, 56),
            ("Germany from Russia", one("origin", "RUS", "DEU"), 56, 57),
            ("Italy from Algeria", one("origin", "DZA", "ITA"), 22, 23),
            ("Waidhaus capacity", one("border_capacity", "CZE", "DEU", 2022), 40, 90),
        ],
    )
