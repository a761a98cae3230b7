"""Refit every vintage and write ``estimates.yaml``: ``python -m detente.mechanisms.growth.refit FOLDER``.

FOLDER holds the table ``state_year`` of the data bundle as a parquet file.
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from detente.mechanisms.growth.fit import estimates

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2024)


def main(folder: Path, vintages: tuple[int, ...] = VINTAGES) -> None:
    """Estimate each vintage on data up to its year and write the file beside this one."""
    import polars as pl

    table = pl.read_parquet(folder / "state_year.parquet")
    document = {
        "made_by": "python -m detente.mechanisms.growth.refit FOLDER (tables of the bundle)",
        "data": "real GDP of the bundle (WDI, chained); forecasts from 1980 on, errors known by the vintage",
        "vintages": {year: estimates(table, year) for year in vintages},
    }
    text = yaml.safe_dump(document, sort_keys=False, width=110, default_flow_style=None)
    (Path(__file__).parent / "estimates.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
