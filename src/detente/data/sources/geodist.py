"""CEPII GeoDist: distances, common language, colonial ties."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, r_table
from detente.data.states import by_code

SOURCE = Source(
    key="geodist",
    title="GeoDist",
    producer="CEPII: T. Mayer, S. Zignago",
    citation="Mayer and Zignago (2011), Notes on CEPII's distances measures, CEPII WP 2011-25.",
    bib=("mayer2011",),
    licence="CC0 (package); Etalab Open Licence",
    redistributable="yes",
    version="2011, package cepiigeodist",
    files=(
        RawFile(
            "cepii-geodist/dist_cepii.rda",
            "5d38f8c769ab5aa2769a20995b2547fa719b98138150b5764d045436ff9394b9",
            "cran/cepiigeodist",
            "d66e4d69dbbd5dc15b79944b259250a57a657a8b",
            "data/dist_cepii.rda",
        ),
    ),
    by_hand="install the R package cepiigeodist, or download dist_cepii from cepii.fr",
)
OLD_CODES = {"ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "PAL": "PSE", "YUG": "SRB"}
FLAGS = ("contig", "comlang_off", "colony", "comcol", "smctry")


def load(raw: Path) -> pl.DataFrame:
    """Ordered pairs: exporter, importer, distw, dist (km), contig, comlang, colony, comcol, smctry.

    Distances within a state are included. Montenegro, South Sudan and Kosovo are not covered.
    """
    table = r_table(raw / SOURCE.files[0].path)
    return (
        table.select(
            pl.col("iso_o").replace(OLD_CODES).alias("exporter"),
            pl.col("iso_d").replace(OLD_CODES).alias("importer"),
            pl.col("distw").cast(pl.Float64, strict=False),
            "dist",
            *[pl.col(f) == 1 for f in FLAGS],
        )
        .rename({"comlang_off": "comlang"})
        .filter(pl.col("exporter").is_in(list(by_code())) & pl.col("importer").is_in(list(by_code())))
        .sort("exporter", "importer")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Germany's distances to Russia and France as named in the record of the file."""
    return bounds(
        "source 'geodist'",
        [
            ("DEU-RUS dist (km)", cell(frame, "dist", exporter="DEU", importer="RUS"), 2060, 2070),
            ("DEU-RUS distw (km)", cell(frame, "distw", exporter="DEU", importer="RUS"), 2650, 2660),
            ("DEU-FRA distw (km)", cell(frame, "distw", exporter="DEU", importer="FRA"), 785, 795),
            ("DEU-FRA contiguous", cell(frame, "contig", exporter="DEU", importer="FRA"), 1, 1),
        ],
    )
