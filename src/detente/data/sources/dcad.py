"""Defence Cooperation Agreements (DCAD 1.0): who signed which framework or sector agreement when."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import coded
from detente.data.sources.mids import in_registry_order
from detente.data.states import from_cow

SOURCE = Source(
    key="dcad",
    title="Defense Cooperation Agreement Dataset 1.0",
    producer="B. J. Kinne",
    citation="Kinne (2020), The Defense Cooperation Agreement Dataset (DCAD), JCR 64(4).",
    bib=("kinne2020",),
    licence="free for research with citation",
    redistributable="derived",
    version="1.0, 1980-2010",
    files=(
        RawFile(
            "dcad/DCAD-v1.0-main.csv",
            "f7d56e1703ae7cd7395b636210fa5d33a5fc3feafe5686734c212ffd5af7405a",
            "jandresgannon/AlliesArmaments",
            "7161d1ac7c8c367cebc15654e905a58e93fcbdba",
            "inst/extdata/Kinne_JCR_2019/DCAD-v1.0-main.csv",
        ),
    ),
    by_hand="download DCAD from the author's page or Dataverse",
)
FIRST, LAST = 1980, 2010


def load(raw: Path) -> pl.DataFrame:
    """Agreements of two states: a, b, year (signed), kind (``general``: a framework; ``sector``)."""
    table = pl.read_csv(raw / SOURCE.files[0].path, infer_schema_length=None, encoding="utf8-lossy")
    named = table.select(
        coded("ccode1", from_cow()).alias("one"),
        coded("ccode2", from_cow()).alias("two"),
        pl.col("signYear").cast(pl.Int32).alias("year"),
        pl.col("type").alias("kind"),
    ).drop_nulls()
    whole = named.filter(pl.col("year").is_between(FIRST, LAST) & (pl.col("one") != pl.col("two")))
    return in_registry_order(whole).sort("a", "b", "year")


def check(frame: pl.DataFrame) -> list[Problem]:
    """As many agreements as the producers count, and 171 with Russia."""
    russian = frame.filter((pl.col("a") == "RUS") | (pl.col("b") == "RUS"))
    return bounds(
        "source 'dcad'",
        [("agreements", frame.height, 1800, 1871), ("agreements with Russia", russian.height, 165, 172)],
    )
