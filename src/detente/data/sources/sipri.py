"""SIPRI military expenditure: not shipped; it checks the World Bank's series, which derives from it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import from_name

SOURCE = Source(
    key="sipri",
    title="SIPRI Military Expenditure Database, 1949-2024",
    producer="Stockholm International Peace Research Institute",
    citation="SIPRI (2025), Military Expenditure Database.",
    bib=("sipri_milex_2025",),
    licence="SIPRI fair use: attribution, non-commercial, limited extracts",
    redistributable="no",
    version="2025 (to 2024)",
    files=(
        RawFile(
            "sipri/SIPRI-Milex-data-1949-2024_2.xlsx",
            "8a31c2794c8070230b3b9ef26a3249663f6317a8bc86ba3ec3099c791cdb692f",
            "podsv-fs26-ad24/ad24-6-fancyproject",
            "fa10b3ca8f4ec4c38748b3be1377d532b43e4874",
            "data/sources/milex/SIPRI-Milex-data-1949-2024_2.xlsx",
        ),
    ),
    by_hand="download the workbook SIPRI-Milex-data-1949-2024 from sipri.org/databases/milex",
)
SHEETS = {"Current US$": "milex_usd_m", "Share of GDP": "share", "Constant (2023) US$": "milex_2023_usd_m"}
ENDED = {"German Democratic Republic": "DDR", "Czechoslovakia": "CSK", "USSR": "RUS", "Yemen, North": "YEM"}


def load(raw: Path) -> pl.DataFrame:
    """State-years: state, year, milex_usd_m, share (of GDP, fraction), milex_2023_usd_m.

    Cells "xxx" (no state) and "..." (no estimate) are missing.
    """
    import openpyxl

    book = openpyxl.load_workbook(raw / SOURCE.files[0].path, read_only=True, data_only=True)
    rows = [
        (code, year, column, value)
        for sheet, column in SHEETS.items()
        for code, year, value in _cells(list(book[sheet].iter_rows(values_only=True)))
    ]
    long = pl.DataFrame(
        rows,
        schema={"state": pl.String, "year": pl.Int32, "what": pl.String, "value": pl.Float64},
        orient="row",
    )
    return long.pivot("what", index=["state", "year"], values="value", aggregate_function="last").sort(
        "state", "year"
    )


def _cells(table: list[tuple]) -> list[tuple[str, int, float]]:
    head = next(i for i, row in enumerate(table) if row and row[0] == "Country")
    years = {j: int(v) for j, v in enumerate(table[head]) if str(v).isdigit()}
    found = []
    for row in table[head + 1 :]:
        name = str(row[0]).strip() if row[0] else ""
        code = ENDED.get(name) or from_name(name)
        if code:
            found += [(code, y, float(row[j])) for j, y in years.items() if isinstance(row[j], int | float)]
    return found


def check(frame: pl.DataFrame) -> list[Problem]:
    """Spending in 2024 (constant 2023 USD, million) as named in the record of the file."""

    def of(state: str) -> float | None:
        return cell(frame, "milex_2023_usd_m", state=state, year=2024)

    return bounds(
        "source 'sipri'",
        [
            ("RUS 2024", of("RUS"), 150_500, 150_570),
            ("POL 2024", of("POL"), 34_450, 34_520),
            ("UKR 2024", of("UKR"), 66_750, 66_820),
            ("states", frame["state"].n_unique(), 165, 180),
        ],
    )


def disagreement(sipri: pl.DataFrame, wdi: pl.DataFrame) -> list[Problem]:
    """Where the World Bank's burden is not SIPRI's: the median gap since 1990 must be under 2 per cent."""
    both = sipri.join(wdi.select("state", "year", "milex_percent"), on=["state", "year"]).filter(
        (pl.col("year") >= 1990) & (pl.col("share") > 0) & (pl.col("milex_percent") > 0)
    )
    gap = both.select((pl.col("milex_percent") / 100 / pl.col("share")).log().abs().median()).item()
    return bounds(
        "sources 'sipri' and 'wdi'", [("median log gap of military burden since 1990", gap, 0.0, 0.02)]
    )
