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
    citation="OECD (2025), Inter-Country Input-Output Database; Bhattathiripad and Veetil, "
    "sanction-simulator 0.1.4.",
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
    by_hand="pip download --no-deps sanction-simulator==0.1.4, take sanction_simulator/data/bench_cache.npz "
    "out of the wheel (a zip file), then detente.data.sources.icio.extract(bench_cache, raw_folder)",
)
GOODS = "ABC"
"""ISIC sections of goods: agriculture, mining, manufacturing."""


def load(raw: Path) -> pl.DataFrame:
    """Goods in 2022, 79 states: exporter, importer, inputs, output (million current USD).

    ``inputs`` are goods that the importer's industries buy from the exporter as inputs (at home where the two
    are the same); ``output``, only there, is the state's gross output of goods. Hong Kong is left out.
    """
    held = np.load(raw / SOURCE.files[0].path)
    goods = np.array([str(s)[0] in GOODS for s in held["sectors"]])
    flows, output = held["flow_sij"][goods].sum(axis=0), held["gross_output_si"][goods].sum(axis=0)
    names = np.array([str(c) for c in held["countries"]])
    i, j = (g.ravel() for g in np.meshgrid(range(names.size), range(names.size), indexing="ij"))
    made = [float(output[a]) if a == b else None for a, b in zip(i, j, strict=True)]
    return (
        pl.DataFrame(
            {
                "exporter": names[i].tolist(),
                "importer": names[j].tolist(),
                "inputs": flows[i, j].astype(float),
                "output": pl.Series(made, dtype=pl.Float64),
            }
        )
        .filter(pl.col("exporter").is_in(list(by_code())) & pl.col("importer").is_in(list(by_code())))
        .sort("exporter", "importer")
    )


def extract(bench_cache: str | Path, raw: str | Path) -> Path:
    """Make the file of this source from the network in sanction-simulator 0.1.4; the recorded bytes.

    Nodes of the network are sector-major. ``A`` are input shares of the buying node, ``omb`` the part of
    its output spent on inputs, ``go`` its gross output, ``z`` what it sells to final demand and the rest
    of the world; flows from node to node are ``A * omb * go``. Needs about 400 MB of memory.
    """
    held = np.load(bench_cache)
    sectors, countries = held["sectors"], held["countries"]
    shape = (sectors.size, countries.size)
    cost = held["omb"] * held["go"]
    flows = (held["A"] * cost[None, :]).reshape(*shape, *shape)
    target = Path(raw) / SOURCE.files[0].path
    target.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        target,
        flow_sij=flows.sum(axis=2).astype(np.float32),
        use_kjs=flows.sum(axis=1).transpose(0, 2, 1).astype(np.float32),
        gross_output_si=held["go"].reshape(shape),
        other_use_si=held["z"].reshape(shape),
        intermediate_cost_si=cost.reshape(shape),
        countries=countries,
        sectors=sectors,
    )
    return target


def home(frame: pl.DataFrame) -> pl.DataFrame:
    """By state: goods_output (million USD) and home_share, the domestic part of the goods used as inputs."""
    at_home = frame.filter(pl.col("exporter") == pl.col("importer"))
    used = frame.group_by("importer").agg(pl.col("inputs").sum().alias("used"))
    return (
        at_home.join(used, on="importer")
        .select(
            pl.col("importer").alias("state"),
            pl.col("output").alias("goods_output"),
            (pl.col("inputs") / pl.col("used")).alias("home_share"),
        )
        .sort("state")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """79 of 80 countries are states of the registry (Hong Kong is not); output and shares are plausible."""
    states = home(frame)
    return bounds(
        "source 'icio'",
        [
            ("states", states.height, 79, 79),
            ("goods output of RUS (bn)", (cell(states, "goods_output", state="RUS") or 0) / 1e3, 1000, 2200),
            (
                "goods output of CHN (bn)",
                (cell(states, "goods_output", state="CHN") or 0) / 1e3,
                18_000,
                28_000,
            ),
            ("lowest home share", states["home_share"].min(), 0.05, 0.5),
            ("highest home share", states["home_share"].max(), 0.7, 1.0),
        ],
    )
