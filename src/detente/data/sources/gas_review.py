"""bp and Energy Institute statistical reviews: gas output, use, trade and prices (only derived values
ship)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import from_name

SOURCE = Source(
    key="gas_review",
    title="Statistical reviews of world energy: natural gas",
    producer="bp; Energy Institute",
    citation="bp (2022), Statistical Review of World Energy, 71st edition; Energy Institute (2024), "
    "Statistical Review of World Energy, 73rd edition.",
    bib=("bp2022", "energyinstitute2024"),
    licence="copyright bp and Energy Institute; reproduction of the tables needs permission",
    redistributable="derived",
    version="2022 and 2024 editions",
    files=(
        RawFile(
            "energy-institute-bp/bp-stats-review-2022-all-data.xlsx",
            "9076a54fa989cc8d67d1d56b382228c19db1a101cf55679eff1cd1f662ba53c6",
            "yfbenkhalifa/DB2-Project1",
            "0f530225106ec1274c1b58b32422367aaf7c31fe",
            "data/bp-stats-review-2022-all-data.xlsx",
        ),
        RawFile(
            "energy-institute-bp/EI-Stats-Review-2024-All-Data.xlsx",
            "1f5c27446a6995448a84e943a22c7d9dd5812d3775b85cd0836df1e3b8dae729",
            "rajaeian-fatemeh/VisualCommunication",
            "8b52f0a105047bf885cac625f7a8f918daef35b6",
            "EI-Stats-Review-All-Data.xlsx",
        ),
    ),
    by_hand="from energyinst.org/statistical-review, all data workbook",
)
SERIES = {
    "Gas Production - Bcm": "output",
    "Gas Consumption - Bcm": "use",
    "Gas - LNG exports bcm": "lng_out",
}
SERIES |= {"Gas - LNG imports bcm": "lng_in"}
MATRICES = (
    (0, 2021, "Gas - Trade movts LNG", "lng"),
    (0, 2021, "Gas - Trade movts - pipeline", "pipe"),
    (1, 2023, "Gas trade - LNG", "lng"),
    (1, 2023, "Gas trade - pipeline", "pipe"),
)
PRICES = {1: "JPN_LNG", 2: "CHN_LNG", 3: "KOR_LNG", 5: "NBP", 6: "TTF", 7: "HH", 8: "AECO"}
"""Columns of the price sheet of 2024 by number: landed costs of LNG, and hubs."""
JKM = {2: "JKM"}
"""Column of the sheet of 2022, the last that prints the spot price in East Asia."""
SHORT = {"US": "USA", "UAE": "ARE", "Papua New Guinea": "PNG", "Trinidad & Tobago": "TTO", "Turkey": "TUR"}


def load(raw: Path) -> pl.DataFrame:
    """Long table: measure, seller, buyer, year, value (bcm at 40 MJ/m3; prices in USD/MMBtu).

    ``output``, ``use``, ``lng_out``, ``lng_in``: seller is the country, buyer empty. ``lng``, ``pipe``:
    flow in
    2021 and 2023. ``price``: seller is the hub. Countries by our code, groups of countries by their name.
    """
    from openpyxl import load_workbook

    books = [load_workbook(raw / f.path, data_only=True) for f in SOURCE.files]
    rows: list[tuple[str, str, str, int, float]] = []
    for sheet, measure in SERIES.items():
        rows += _series(_cells(books[1], sheet), measure)
    for book, year, sheet, measure in MATRICES:
        rows += _matrix(_cells(books[book], sheet), measure, year)
    rows += [*_prices(_cells(books[1], "Gas Prices"), PRICES), *_prices(_cells(books[0], "Gas Prices"), JKM)]
    names = {
        "measure": pl.String,
        "seller": pl.String,
        "buyer": pl.String,
        "year": pl.Int32,
        "value": pl.Float64,
    }
    return pl.DataFrame(rows, schema=names, orient="row")


def _cells(book: Any, sheet: str) -> list[list[Any]]:
    found = next(s for s in book.sheetnames if s.strip() == sheet)
    return [list(row) for row in book[found].iter_rows(values_only=True)]


@cache
def code(label: Any) -> str:
    """Our code for a country's name, else the name as it stands."""
    name = " ".join(str(label or "").split()).strip(" *#1")
    return SHORT.get(name) or from_name(name) or name


def _number(value: Any) -> float | None:
    if isinstance(value, int | float):
        return float(value)
    return 0.05 if str(value).strip() in ("^", "†") else None


def _series(cells: list[list[Any]], measure: str) -> Iterator[tuple[str, str, str, int, float]]:
    head = next(
        r for r in cells if sum(_number(c) is not None and 1960 < (_number(c) or 0) < 2030 for c in r) > 20
    )
    years: dict[int, int] = {}
    for at, value in enumerate(head):
        year = _number(value)
        if year is not None and 1960 < year < 2030 and (not years or year == max(years.values()) + 1):
            years[at] = int(year)
    for row in cells[cells.index(head) + 1 :]:
        for at, year in years.items():
            value = _number(row[at])
            if row[0] and value is not None and str(row[0]).strip() != "USSR":
                yield measure, code(row[0]), "", year, value


def _matrix(cells: list[list[Any]], measure: str, year: int) -> Iterator[tuple[str, str, str, int, float]]:
    last = next(k for k, r in enumerate(cells) if str(r[0] or "").strip() == "To")
    rows = range(2 if measure == "lng" else last, last + 1)
    heads = [
        code(" ".join(str(cells[k][at] or "") for k in rows).replace("From", ""))
        for at in range(len(cells[last]))
    ]
    for row in cells[last + 1 :]:
        for at in range(1, len(heads)):
            value = _number(row[at])
            if row[0] and heads[at] and value:
                yield measure, heads[at], code(row[0]), year, value


def _prices(cells: list[list[Any]], columns: dict[int, str]) -> Iterator[tuple[str, str, str, int, float]]:
    for row in cells:
        year = _number(row[0])
        for at, hub in columns.items():
            value = _number(row[at]) if year else None
            if year and 1980 < year < 2030 and value is not None:
                yield "price", hub, "", int(year), value


def check(frame: pl.DataFrame) -> list[Problem]:
    """Totals of 2021 and 2023 as printed in SOURCES and in the reviews themselves."""

    def one(measure: str, seller: str, year: int, buyer: str = "") -> float | None:
        return cell(frame, "value", measure=measure, seller=seller, buyer=buyer, year=year)

    return bounds(
        "source 'gas_review'",
        [
            ("US LNG exports 2021", one("lng_out", "USA", 2021), 94, 96),
            ("US LNG 2023", one("lng", "USA", 2023, "Total exports"), 114, 115),
            ("Russian pipeline exports 2023", one("pipe", "RUS", 2023, "Total exports"), 95, 96),
            ("Russian pipeline exports 2021", one("pipe", "RUS", 2021, "Total exports"), 201, 202),
            ("TTF 2022", one("price", "TTF", 2022), 37, 37.2),
            ("Henry Hub 2021", one("price", "HH", 2021), 3.8, 3.9),
            ("JKM 2021", one("price", "JKM", 2021), 18, 19),
            ("German use 2021", one("use", "DEU", 2021), 85, 93),
        ],
    )
