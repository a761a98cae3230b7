"""CEPII BACI 2023 (HS22, V202501), totals over products: the newest matrix."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.sources.baci import matrix_rows

SOURCE = Source(
    key="baci_2023",
    title="BACI 2023, totals over products",
    producer="CEPII; A. Ignatenko, A. Lashkaripour, L. Macedoni, I. Simonovska (arrangement)",
    citation="Gaulier and Zignago (2010), BACI, CEPII WP 2010-23; Ignatenko et al. (2025), JIE.",
    bib=("gaulier2010", "ignatenko2025"),
    licence="Etalab Open Licence 2.0 (from memory)",
    redistributable="yes",
    version="HS22 V202501",
    files=(
        RawFile(
            "baci-2023-liberation-day/trade_cepii.csv",
            "bd11e31857895ee12bc636bc8c5f854918ce2ba2855faea0488df67b8a992e4d",
            "JoeLoera/liberation-day-replication",
            "e1f26fdbebd5de80daaad03bdb8dbca1cf24e22d",
            "data/base_data/trade_cepii.csv",
        ),
        RawFile(
            "baci-2023-liberation-day/country_labels.csv",
            "f38268db3d579a6454313d7824d9d6f717be5a3c69cd05a64b713c6650ecf2ff",
            "JoeLoera/liberation-day-replication",
            "e1f26fdbebd5de80daaad03bdb8dbca1cf24e22d",
            "data/base_data/country_labels.csv",
        ),
    ),
    by_hand="take data/base_data from github.com/JoeLoera/liberation-day-replication, or aggregate BACI "
    "HS22 from cepii.fr",
)


def load(raw: Path) -> pl.DataFrame:
    """Flows 2023: exporter, importer, year, value (million current USD, FOB); zero as in BACI 2000-2020.

    A blank between two countries of which neither declared trade (Russia and Belarus, Korea and Vietnam,
    and others) is no zero either; :mod:`detente.data.tables_unreported` tells those apart and fills them.
    """
    labels = pl.read_csv(raw / SOURCE.files[1].path)
    codes = labels.sort("iso_code")["iso3"].to_list()
    table = pl.read_csv(raw / SOURCE.files[0].path, infer_schema_length=None)
    wide = table.select([f"export_ij{k}" for k in range(1, len(codes) + 1)])
    rows = matrix_rows(wide.cast(pl.Float64).fill_null(0.0).to_numpy() / 1000.0, codes, 2023)
    return rows.sort("exporter", "importer")


def check(frame: pl.DataFrame) -> list[Problem]:
    """Flows named in the record of the file, in billion USD."""

    def bn(one: str, two: str) -> float:
        return (cell(frame, "value", exporter=one, importer=two) or 0) / 1000

    return bounds(
        "source 'baci_2023'",
        [
            ("DEU to RUS", bn("DEU", "RUS"), 9.83, 9.85),
            ("RUS to CHN", bn("RUS", "CHN"), 128.9, 129.1),
            ("CHN to RUS", bn("CHN", "RUS"), 109.9, 110.1),
            ("RUS to IND", bn("RUS", "IND"), 66.0, 66.2),
            ("USA to GBR", bn("USA", "GBR"), 69.1, 69.3),
            ("exports of RUS", frame.filter(pl.col("exporter") == "RUS")["value"].sum() / 1000, 383.5, 383.7),
            ("world (tn)", frame["value"].sum() / 1e6, 21.6, 21.76),
        ],
    )
