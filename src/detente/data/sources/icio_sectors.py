"""OECD Inter-Country Input-Output tables 2022, ten sectors: the file of :mod:`icio`, every cell of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from detente.data.sector_codes import ICIO, SECTORS
from detente.data.source import Problem, bounds
from detente.data.sources import icio
from detente.data.sources._read import cell

SOURCE = replace(icio.SOURCE, key="icio_sectors", title="Inter-Country Input-Output tables 2022, by sector")


def load(raw: Path) -> pl.DataFrame:
    """Million current USD of 2022, 80 countries (Hong Kong among them), by the ten sectors sold (``sector``).

    Four kinds of rows, told by ``kind``: ``inputs`` that industries of the importer buy from the exporter
    (at home where the two are the same); ``used`` by the industry ``use`` of the importer, whatever the
    origin; ``output`` of the exporter; and ``elsewhere``, what of it goes to final use anywhere or to the
    rest of the world in any use. What does not apply is null.
    """
    held = np.load(raw / SOURCE.files[0].path)
    names = [str(c) for c in held["countries"]]
    group = np.zeros((len(SECTORS), len(held["sectors"])))
    group[[SECTORS.index(ICIO[str(s)]) for s in held["sectors"]], range(len(held["sectors"]))] = 1.0
    found = {
        "inputs": np.tensordot(group, held["flow_sij"].astype(float), 1),
        "used": np.einsum("ak,kjs,bs->ajb", group, held["use_kjs"].astype(float), group),
        "output": group @ held["gross_output_si"],
        "elsewhere": group @ held["other_use_si"],
    }
    axes = {
        "inputs": ("exporter", "importer"),
        "used": ("importer", "use"),
        "output": ("exporter",),
        "elsewhere": ("exporter",),
    }
    return pl.concat([_rows(kind, found[kind], axes[kind], names) for kind in found])


def _rows(kind: str, values: np.ndarray, axes: tuple[str, ...], names: list[str]) -> pl.DataFrame:
    at = [g.ravel() for g in np.meshgrid(*map(range, values.shape), indexing="ij")]
    columns = {"sector": np.array(SECTORS)[at[0]]}
    for axis, place in zip(axes, at[1:], strict=True):
        columns[axis] = np.array(SECTORS if axis == "use" else names)[place]
    frame = pl.DataFrame(columns | {"value": values.ravel()})
    missing = [pl.lit(None, pl.String).alias(c) for c in ("exporter", "importer", "use") if c not in columns]
    return frame.with_columns(pl.lit(kind).alias("kind"), *missing).select(
        "kind", "sector", "exporter", "importer", "use", "value"
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """World totals and flows named in the record of the file; output is what is sold."""
    total = dict(frame.group_by("kind").agg(pl.col("value").sum() / 1e6).iter_rows())
    energy = cell(frame, "value", kind="inputs", sector="energy", exporter="RUS", importer="CHN") or 0.0
    return bounds(
        "source 'icio_sectors'",
        [
            ("world output (tn)", total["output"], 192.3, 192.5),
            ("world inputs (tn)", total["inputs"], 99.2, 99.3),
            (
                "output less what is sold (tn)",
                total["output"] - total["inputs"] - total["elsewhere"],
                -1e-3,
                1e-3,
            ),
            ("inputs less what is used (tn)", total["inputs"] - total["used"], -1e-3, 1e-3),
            ("energy RUS to CHN (bn)", energy / 1e3, 34, 42),
        ],
    )
