"""Energy Institute, Statistical Review of World Energy 2024: oil produced and used, by country.

Reproduction needs the Institute's permission: only shares, rounded, of some years ship.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell

SOURCE = Source(
    key="ei_oil",
    title="Statistical Review of World Energy 2024: oil",
    producer="Energy Institute",
    citation="Energy Institute (2024), Statistical Review of World Energy, 73rd edition.",
    bib=("ei2024",),
    licence="copyright Energy Institute; reproduction needs written permission",
    redistributable="derived",
    version="2024 (to 2023)",
    files=(
        RawFile(
            "energy-institute-bp/EI-Stats-Review-2024-All-Data.xlsx",
            "1f5c27446a6995448a84e943a22c7d9dd5812d3775b85cd0836df1e3b8dae729",
            "rajaeian-fatemeh/VisualCommunication",
            "8b52f0a105047bf885cac625f7a8f918daef35b6",
            "EI-Stats-Review-All-Data.xlsx",
        ),
    ),
    by_hand="energyinst.org, Statistical Review, 'all data' workbook",
)
SHEETS = {"produced": "Oil Production - barrels", "used": "Oil Consumption - barrels"}
WORLD = "WLD"
STATES = {
    "Canada": "CAN",
    "Mexico": "MEX",
    "US": "USA",
    "Argentina": "ARG",
    "Brazil": "BRA",
    "Chile": "CHL",
    "Colombia": "COL",
    "Ecuador": "ECU",
    "Guyana": "GUY",
    "Peru": "PER",
    "Trinidad & Tobago": "TTO",
    "Venezuela": "VEN",
    "Austria": "AUT",
    "Belgium": "BEL",
    "Bulgaria": "BGR",
    "Croatia": "HRV",
    "Cyprus": "CYP",
    "Czech Republic": "CZE",
    "Denmark": "DNK",
    "Estonia": "EST",
    "Finland": "FIN",
    "France": "FRA",
    "Germany": "DEU",
    "Greece": "GRC",
    "Hungary": "HUN",
    "Iceland": "ISL",
    "Ireland": "IRL",
    "Italy": "ITA",
    "Latvia": "LVA",
    "Lithuania": "LTU",
    "Luxembourg": "LUX",
    "Netherlands": "NLD",
    "North Macedonia": "MKD",
    "Norway": "NOR",
    "Poland": "POL",
    "Portugal": "PRT",
    "Romania": "ROU",
    "Slovakia": "SVK",
    "Slovenia": "SVN",
    "Spain": "ESP",
    "Sweden": "SWE",
    "Switzerland": "CHE",
    "Turkey": "TUR",
    "Ukraine": "UKR",
    "United Kingdom": "GBR",
    "Azerbaijan": "AZE",
    "Belarus": "BLR",
    "Kazakhstan": "KAZ",
    "Russian Federation": "RUS",
    "Turkmenistan": "TKM",
    "Uzbekistan": "UZB",
    "Iran": "IRN",
    "Iraq": "IRQ",
    "Israel": "ISR",
    "Kuwait": "KWT",
    "Oman": "OMN",
    "Qatar": "QAT",
    "Saudi Arabia": "SAU",
    "Syria": "SYR",
    "United Arab Emirates": "ARE",
    "Yemen": "YEM",
    "Algeria": "DZA",
    "Angola": "AGO",
    "Chad": "TCD",
    "Republic of Congo": "COG",
    "Egypt": "EGY",
    "Equatorial Guinea": "GNQ",
    "Gabon": "GAB",
    "Libya": "LBY",
    "Nigeria": "NGA",
    "South Sudan": "SSD",
    "Sudan": "SDN",
    "Tunisia": "TUN",
    "Morocco": "MAR",
    "South Africa": "ZAF",
    "Australia": "AUS",
    "Brunei": "BRN",
    "China": "CHN",
    "India": "IND",
    "Indonesia": "IDN",
    "Malaysia": "MYS",
    "Thailand": "THA",
    "Vietnam": "VNM",
    "Bangladesh": "BGD",
    "Japan": "JPN",
    "New Zealand": "NZL",
    "Pakistan": "PAK",
    "Philippines": "PHL",
    "Singapore": "SGP",
    "South Korea": "KOR",
    "Sri Lanka": "LKA",
    "Taiwan": "TWN",
    "Total World": "WLD",
}
"""Names of the workbook that are states; its remainders ("Other Africa") are counted in the world only."""


def load(raw: Path) -> pl.DataFrame:
    """State-years 1965-2023: state (WLD is the world), year, produced, used; thousand barrels a day.

    A state that the workbook does not name in a sheet is null there; zero before a state existed is null too.
    """
    import openpyxl

    book = openpyxl.load_workbook(raw / SOURCE.files[0].path, read_only=True, data_only=True)
    whole: pl.DataFrame | None = None
    for column, sheet in SHEETS.items():
        rows = [list(row) for row in book[sheet].iter_rows(values_only=True)]
        head = next(row for row in rows if str(row[0]).startswith("Thousand barrels"))
        years = [(i, int(y)) for i, y in enumerate(head) if isinstance(y, int | float)][:59]
        found = [
            (STATES[str(row[0]).strip()], year, float(row[i]))
            for row in rows
            if str(row[0]).strip() in STATES
            for i, year in years
            if isinstance(row[i], int | float) and row[i] > 0
        ]
        table = pl.DataFrame(
            found, schema={"state": pl.String, "year": pl.Int32, column: pl.Float64}, orient="row"
        )
        whole = table if whole is None else whole.join(table, on=["state", "year"], how="full", coalesce=True)
    assert whole is not None
    return whole.sort("state", "year")


def check(frame: pl.DataFrame) -> list[Problem]:
    """World and Russian oil of 2021 and 2023."""
    return bounds(
        "source 'ei_oil'",
        [
            ("last year", frame["year"].max(), 2023, 2023),
            (
                "world produced 2023 (mb/d)",
                (cell(frame, "produced", state=WORLD, year=2023) or 0) / 1e3,
                95,
                98,
            ),
            (
                "Russia produced 2021 (mb/d)",
                (cell(frame, "produced", state="RUS", year=2021) or 0) / 1e3,
                10.9,
                11.1,
            ),
            (
                "Russia produced 2023 (mb/d)",
                (cell(frame, "produced", state="RUS", year=2023) or 0) / 1e3,
                11.0,
                11.2,
            ),
            ("USA used 2023 (mb/d)", (cell(frame, "used", state="USA", year=2023) or 0) / 1e3, 18.5, 19.5),
        ],
    )
