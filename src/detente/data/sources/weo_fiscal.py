"""IMF World Economic Outlook, April 2024: general government and output at purchasing power."""

from __future__ import annotations

import warnings
from pathlib import Path

import polars as pl

from detente.data.source import Problem, Source, bounds
from detente.data.sources import weo
from detente.data.sources._read import cell, from_pandas
from detente.data.states import by_code

SOURCE = Source(
    key="weo_fiscal",
    title="World Economic Outlook, April 2024: general government, output at purchasing power",
    producer=weo.SOURCE.producer,
    citation=weo.SOURCE.citation,
    bib=weo.SOURCE.bib,
    licence=weo.SOURCE.licence,
    redistributable="derived",
    version=weo.SOURCE.version,
    files=weo.SOURCE.files,
    by_hand=weo.SOURCE.by_hand,
)
SUBJECTS = {
    "GGX_NGDP": "expenditure",
    "GGR_NGDP": "revenue",
    "GGXCNL_NGDP": "balance",
    "GGXWDG_NGDP": "debt",
    "PPPGDP": "ppp_bn",
}


def load(raw: Path) -> pl.DataFrame:
    """State-years: state, year, expenditure, revenue, balance, debt (per cent of GDP), ppp_bn.

    Only years up to ``estimates_start_after``: what the IMF calls observed, by series. ``ppp_bn`` in billion
    current international dollars.
    """
    import rdata

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = rdata.parser.parse_file(raw / SOURCE.files[0].path)
        table = rdata.conversion.convert(parsed, default_encoding="latin-1")["IMFcountries"]
    table = table[table["weo_subject_code"].isin(list(SUBJECTS))]
    table = table.loc[:, [isinstance(c, str) for c in table.columns]]
    years = [c for c in table.columns if c.isdigit()]
    wide = from_pandas(table[["iso3c", "weo_subject_code", "estimates_start_after", *years]])
    long = wide.unpivot(
        years,
        index=["iso3c", "weo_subject_code", "estimates_start_after"],
        variable_name="year",
        value_name="value",
    ).with_columns(
        pl.col("iso3c").replace(weo.OTHER_CODES).alias("state"),
        pl.col("year").cast(pl.Int32),
        pl.col("estimates_start_after").cast(pl.Float64).alias("last"),
    )
    seen = long.filter((pl.col("year") <= pl.col("last")) & pl.col("state").is_in(list(by_code())))
    return (
        seen.pivot("weo_subject_code", index=["state", "year"], values="value")
        .rename(SUBJECTS)
        .select("state", "year", *SUBJECTS.values())
        .sort("state", "year")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Government of Russia and Ukraine in 2021 as named in the record of the file."""
    return bounds(
        "source 'weo_fiscal'",
        [
            ("expenditure of RUS 2021", cell(frame, "expenditure", state="RUS", year=2021), 34, 36),
            ("debt of UKR 2021", cell(frame, "debt", state="UKR", year=2021), 45, 53),
            ("states", frame["state"].n_unique(), 190, 196),
        ],
    )
