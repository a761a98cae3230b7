"""World Bank Commodity Price Data (the Pink Sheet): monthly world prices since 1960."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell

SOURCE = Source(
    key="pinksheet",
    title="Commodity Price Data (The Pink Sheet), monthly",
    producer="World Bank, Prospects Group",
    citation="World Bank (2026), Commodity Price Data (The Pink Sheet), 3 March 2026.",
    bib=("pinksheet2026",),
    licence="CC BY 4.0",
    redistributable="yes",
    version="3 March 2026",
    files=(
        RawFile(
            "worldbank-pinksheet/CMO-Historical-Data-Monthly.xlsx",
            "19e4f34acd48422dd55aebeeffce8bb3d8c0860fc6ab6115f1be0863c804009c",
            "laluprasad7/Network-Science-Hormuz-Trade-Network-Analysis",
            "97d55e011173f5339b4c8e1ca0b3b6a49363c3ae",
            "Project_Data/CMO-Historical-Data-Monthly.xlsx",
        ),
    ),
    by_hand="worldbank.org, Commodity Markets, 'Monthly prices' (CMO-Historical-Data-Monthly.xlsx)",
)
PRICES = {
    "Crude oil, Brent": "brent",
    "Wheat, US HRW": "wheat",
    "Urea": "urea",
    "DAP": "dap",
    "Potassium chloride": "potash",
    "Aluminum": "aluminium",
    "Copper": "copper",
    "Nickel": "nickel",
    "Iron ore, cfr spot": "iron_ore",
}
INDEX = {"Metals  & Minerals": "metals_index"}
"""The World Bank's own index of seven metals, 2010 = 100; weights (exports 2002-04, per cent): copper 38.4,
aluminium 26.7, iron ore 18.9, nickel 8.1, zinc 4.1, tin 2.1, lead 1.8."""


def load(raw: Path) -> pl.DataFrame:
    """Whole years only: series, year, price (mean of twelve months, current USD or index 2010 = 100)."""
    import openpyxl

    book = openpyxl.load_workbook(raw / SOURCE.files[0].path, read_only=True, data_only=True)
    parts = [
        _read(book[sheet], names) for sheet, names in (("Monthly Prices", PRICES), ("Monthly Indices", INDEX))
    ]
    months = pl.DataFrame(
        [row for part in parts for row in part], schema=["series", "month", "price"], orient="row"
    )
    return (
        months.with_columns(pl.col("month").str.slice(0, 4).cast(pl.Int32).alias("year"))
        .group_by("series", "year")
        .agg(pl.col("price").mean(), pl.len().alias("months"))
        .filter(pl.col("months") == 12)
        .drop("months")
        .sort("series", "year")
    )


def _read(sheet: object, names: dict[str, str]) -> list[tuple[str, str, float]]:
    """(series, month, price) of the named columns; a header may stand in any of the rows above the months."""
    rows = list(sheet.iter_rows(values_only=True))  # type: ignore[attr-defined]
    first = next(i for i, row in enumerate(rows) if str(row[0])[4:5] == "M")
    at = {}
    for row in rows[:first]:
        for place, text in enumerate(row):
            key = str(text).replace("**", "").strip()
            if key in names:
                at[place] = names[key]
    return [
        (name, str(row[0]), float(row[place]))
        for row in rows[first:]
        for place, name in at.items()
        if isinstance(row[place], int | float)
    ]


def check(frame: pl.DataFrame) -> list[Problem]:
    """Yearly means that were published widely."""
    return bounds(
        "source 'pinksheet'",
        [
            ("series", frame["series"].n_unique(), 10, 10),
            ("Brent 2008", cell(frame, "price", series="brent", year=2008), 97, 98),
            ("Brent 2022", cell(frame, "price", series="brent", year=2022), 99, 101),
            ("wheat 2022", cell(frame, "price", series="wheat", year=2022), 420, 440),
            ("urea 2022", cell(frame, "price", series="urea", year=2022), 690, 710),
            ("metals index 2010", cell(frame, "price", series="metals_index", year=2010), 99.5, 100.5),
        ],
    )
