"""Refit every vintage: ``detente fit trade`` (some minutes). Writes
``estimates.yaml`` beside this file and, for ruptures measured by themselves, ``ruptures/estimates.yaml`` and
``ruptures/CASE.yaml``: a rupture enters the vintages whose data hold it, and a run that starts earlier
has no such parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from detente.mechanisms.trade import effects_fit
from detente.mechanisms.trade.gravity import by_type
from detente.mechanisms.trade.gravity_fit import CASES, VINTAGES, estimates
from detente.mechanisms.trade.rupture import document, scale

if TYPE_CHECKING:
    import polars as pl

HERE = Path(__file__).parent
MADE_BY = "detente fit trade"
DATA = "bundle tables trade (COW 1950-1999, BACI 2000-2020 and 2023) and sanctions (GSDB v4)"


def documents(vintages: Mapping[int, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The two files' contents by path: all other keys, and the ruptures in the vintages that know them."""
    usual = {y: {k: v for k, v in found.items() if k not in CASES} for y, found in sorted(vintages.items())}
    own = {
        y: {k: scale(**v["joint"]) for k, v in found.items() if k in CASES}
        for y, found in sorted(vintages.items())
    }
    own = {y: found for y, found in own.items() if found}
    return {
        name: {"made_by": MADE_BY, "data": DATA, "vintages": content}
        for name, content in (("estimates.yaml", usual), ("ruptures/estimates.yaml", own))
    }


def write(vintages: Mapping[int, Mapping[str, Any]], folder: Path = HERE) -> None:
    """Write both files under ``folder``."""
    for name, content in documents(vintages).items():
        text = yaml.safe_dump(content, sort_keys=False, width=110, default_flow_style=None)
        (folder / name).write_text(text, encoding="utf-8")


def write_breaks(trade: pl.DataFrame, sanctions: pl.DataFrame, folder: Path = HERE) -> None:
    """Write the measured breaks of every case, from the newest year of trade."""
    for case in CASES:
        content = document(trade, sanctions, case, int(trade["year"].max()))
        text = yaml.safe_dump(content, sort_keys=False, default_flow_style=None, width=110)
        (folder / "ruptures" / f"{case}.yaml").write_text(text, encoding="utf-8")


def refit(table: Callable[[str], Any], vintages: tuple[int, ...] = VINTAGES) -> Path:
    """Estimate each vintage on data up to its year and write the files; ``table`` gives a table by name."""
    trade, sanctions = table("trade"), table("sanctions")
    write({year: estimates(trade, sanctions, year) | by_type.estimates(table, year) for year in vintages})
    write_breaks(trade, sanctions)
    effects_fit.refit(trade, sanctions, vintages=vintages)
    return HERE / "estimates.yaml"
