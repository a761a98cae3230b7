"""OECD Inter-Country Input-Output tables 2022, basic metals alone: the file of :mod:`icio`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from detente.data.source import Problem, bounds
from detente.data.sources import icio
from detente.data.sources._read import cell

SOURCE = replace(icio.SOURCE, key="icio_metals", title="Inter-Country Input-Output tables 2022, basic metals")
METALS = ("C24A", "C24B")


def load(raw: Path) -> pl.DataFrame:
    """State, output (million USD of 2022) of basic metals, and the part sold abroad of what industries
    buy."""
    held = np.load(raw / SOURCE.files[0].path)
    mine = np.isin([str(s) for s in held["sectors"]], METALS)
    flows = held["flow_sij"][mine].astype(float).sum(axis=0)
    sold = flows.sum(axis=1)
    at_home = np.diag(flows)
    return pl.DataFrame(
        {
            "state": [str(c) for c in held["countries"]],
            "output": held["gross_output_si"][mine].astype(float).sum(axis=0),
            "abroad": np.divide(sold - at_home, sold, out=np.zeros_like(sold), where=sold > 0),
        }
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """World output of basic metals; China makes nearly half."""
    total = float(frame["output"].sum())
    return bounds(
        "source 'icio_metals'",
        [
            ("world output of basic metals (tn)", total / 1e6, 4, 6),
            ("share of CHN", (cell(frame, "output", state="CHN") or 0) / total, 0.4, 0.5),
            ("part of RUS sold abroad", cell(frame, "abroad", state="RUS"), 0.25, 0.4),
        ],
    )
