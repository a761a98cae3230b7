"""The rival theories of a run: in which draws each holds."""

from __future__ import annotations

from typing import Any

import numpy as np


def rival_theories(result: Any) -> dict[str, dict[str, np.ndarray]]:
    """For each parameter that chooses between theories: the draws (booleans) in which each one holds."""
    out = {}
    for card in result.parameter_cards:
        names = card.get("theories")
        if names and len(names) > 1:
            drawn = result.parameters[card["name"]]
            out[card["name"]] = {theory: drawn == k for k, theory in enumerate(names)}
    return out
