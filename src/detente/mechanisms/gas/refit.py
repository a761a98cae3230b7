"""Calibrate the networks and estimate again: ``detente fit gas``. Writes ``networks/YEAR.json`` and
``estimates.yaml``.

The networks rest on the tables gas_* of the bundle; which in turn need the producers' files to be made anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from detente.mechanisms.gas import calibrate, fit, network

HERE = Path(__file__).parent
YEARS = (2021, 2023)
VINTAGES = (1990, 2021, 2022, 2024)


def refit(table: Callable[[str], Any], vintages: tuple[int, ...] = VINTAGES) -> Path:
    """Write both; ``table`` gives a table of the bundle by name (``levels``: the peace scale continued).

    Before 2021 the market is not computed: the vintage of 1990 holds the hazard's prior only, so that the
    parameters can be loaded.
    """
    for year in YEARS:
        text = json.dumps(calibrate.build(table, year), separators=(",", ":"))
        (network.FOLDER / f"{year}.json").write_text(text + "\n", encoding="utf-8")
    network.calibrated.cache_clear()
    levels, slope = table("levels"), fit.withholding_slope()
    content = {
        "made_by": "detente fit gas",
        "data": "bundle tables gas_* (account of 2021, growth), cuts.csv, peace scale",
        "vintages": {
            y: {"withholding_slope": slope, "cut_hazard": fit.cut_hazard(levels, y)}
            | fit.growth(table("gas_growth"), y)
            for y in vintages
        },
    }
    path = HERE / "estimates.yaml"
    path.write_text(
        yaml.safe_dump(content, sort_keys=False, width=110, default_flow_style=None), encoding="utf-8"
    )
    return path
