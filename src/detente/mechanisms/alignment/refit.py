"""Refit every vintage and write ``estimates.yaml``: ``python -m detente.mechanisms.alignment.refit FOLDER``.

FOLDER holds the tables ``state_year``, ``peace`` and ``pacts`` of the data bundle as parquet files.
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from detente.mechanisms.alignment.assembly import shipped
from detente.mechanisms.alignment.fit import estimates

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2024)


def main(folder: Path, vintages: tuple[int, ...] = VINTAGES) -> None:
    """Estimate each vintage on data up to its year and write the file beside this one."""
    import polars as pl

    tables = [pl.read_parquet(folder / f"{name}.parquet") for name in ("state_year", "peace", "pacts")]
    document = {
        "made_by": "python -m detente.mechanisms.alignment.refit FOLDER (tables of the bundle)",
        "data": "UNGA ideal points July 2025 (idealpointfp), V-Dem polyarchy, peace scale 3.1, ATOP 5.1 with "
        "the NATO table; roll calls of unvotes; at most the last 35 years before each vintage",
        "vintages": {year: estimates(*tables, shipped("alike"), year) for year in vintages},
    }
    text = yaml.safe_dump(document, sort_keys=False, width=110, default_flow_style=None)
    (Path(__file__).parent / "estimates.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
