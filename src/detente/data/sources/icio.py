"""OECD Inter-Country Input-Output tables, 2025 release, year 2022: output of goods and its home share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import by_code

SOURCE = Source(
    key="icio",
    title="Inter-Country Input-Output tables 2022 (extract)",
    producer="OECD; A. Bhattathiripad, V. P. Veetil (arrangement)",
    citation="OECD (2025), Inter-Country Input-Output Database; Bhattathiripad and Veetil, sanction-simulator 0.1.4.",
    bib=("oecd_icio_2025", "sanction_simulator"),
    licence="CC BY 4.0 (OECD since 2024, from memory); package MIT",
    redistributable="yes",
    version="2025 release, year 2022",
    files=(
        RawFile(
            "oecd-icio-2022-derived/icio2022_bilateral_intermediate.npz",
            "7702ff6fd93501f300764c6df49098b56cf7ecd55f4c5d41723642cb1220cf65",
        ),
    ),
    by_hand="pip download sanction-simulator==0.1.4 and reduce its bench_cache.npz as section 1.4 of the source "
    "record says (flows by supplying sector, gross output)",
)
GOODS = "ABC"
"""ISIC sections of goods: agriculture, mining, manufacturing."""


def load(raw: Path) -> pl.DataFrame:
    """80 countries in 2022: state, goods_output, goods_inputs, goods_inputs_home (million USD), home_share.

    ``home_share`` is the domestic part of the goods that a country's industries use as inputs.
    """
    held = np.load(raw / SOURCE.files[0].path)
    goods = np.array([str(s)[0] in GOODS for s in held["sectors"]])
    flows = held["flow_sij"][goods].sum(axis=0)
    used, home = flows.sum(axis=0), np.diagonal(flows)
    return pl.DataFrame({
        "state": [str(c) for c in held["countries"]], "goods_output": held["gross_output_si"][goods].sum(axis=0),
        "goods_inputs": used, "goods_inputs_home": home, "home_share": home / used,
    }).filter(pl.col("state").is_in(list(by_code()))).sort("state")


def check(frame: pl.DataFrame) -> list[Problem]:
    """79 of the 80 countries are states of the registry (Hong Kong is not); output and shares are plausible."""
    return bounds("source 'icio'", [
        ("states", frame.height, 79, 79),
        ("goods output of RUS (bn)", (cell(frame, "goods_output", state="RUS") or 0) / 1e3, 1000, 2200),
        ("goods output of CHN (bn)", (cell(frame, "goods_output", state="CHN") or 0) / 1e3, 18_000, 28_000),
        ("lowest home share", frame["home_share"].min(), 0.05, 0.5), ("highest home share", frame["home_share"].max(), 0.7, 1.0),
    ])
