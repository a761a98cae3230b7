"""Make the base economy, the pattern of the break and the priors of elasticities: ``detente fit sectors``.

Writes ``base.npz`` (the bundle's many-sector tables, as the step reads them), ``pattern.yaml`` and
``estimates.yaml`` beside this file. There is one vintage: before the accounts of 2022 and the trade of 2023
the mechanism is idle.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from detente.mechanisms.regressions import write_estimates
from detente.mechanisms.sectors.breaks import PATTERN
from detente.mechanisms.sectors.breaks import document as pattern
from detente.mechanisms.sectors.fit import base_economy, elasticity_priors, write_economy

HERE = Path(__file__).parent
KNOWN_FROM = 2023


def refit(table: Callable[[str], Any], folder: Path = HERE) -> Path:
    """Write the three files under ``folder``; ``table`` gives a table of the bundle by name."""
    economy = base_economy(table("sector_flows"), table("sector_inputs"))
    write_economy(economy, folder / "base.npz")
    broken = pattern(table("sector_trade_2013"), table("sanctions"), economy)
    text = yaml.safe_dump(broken, sort_keys=False, width=110, default_flow_style=None)
    (folder / PATTERN.name).write_text(text, encoding="utf-8")
    found = {KNOWN_FROM: elasticity_priors(table("elasticities"), economy.sectors)}
    return write_estimates(
        Path(__file__).parent,
        "bundle table elasticities: Fontagné et al. (2022), Hinz & Monastyrenko (2022)",
        found,
    )
