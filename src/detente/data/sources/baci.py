"""CEPII BACI, all goods, 2000-2020: a reconciled matrix for every year."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import by_code

SOURCE = Source(
    key="baci",
    title="BACI 2000-2020, totals over products",
    producer="CEPII; repository of AlessandroSpike (arrangement)",
    citation="Gaulier and Zignago (2010), BACI: International Trade Database at the Product-Level, CEPII "
    "WP 2010-23.",
    bib=("gaulier2010",),
    licence="Etalab Open Licence 2.0 (from memory)",
    redistributable="yes",
    version="as packed in DatiProcessati.mat",
    files=(
        RawFile(
            "baci-2000-2020-panel/DatiProcessati.mat",
            "7bde63d4a534acac62069d756b9faa4ad8f5d2d484c1cb8e59548dcc8e66929e",
            "AlessandroSpike/An-Optimal-Transport-approach-to-model-the-community-structure-of-the-International-Trade-Network",
            "1c0aa82479ca19a4a447283dffe53557b45ab4f0",
            "Data/DatiProcessati.mat",
        ),
    ),
    by_hand="take Data/DatiProcessati.mat from the repository of the paper, or aggregate BACI from "
    "cepii.fr over products",
)
YEARS = tuple(range(2000, 2021))
ELSEWHERE = "ZZZ"
"""All territories that are no states of the registry, taken together."""


def load(raw: Path) -> pl.DataFrame:
    """Flows 2000-2020: exporter, importer, year, value (million current USD, FOB).

    Zero is a recorded absence of trade between two covered states. A state without any flow in a year
    is not covered then and has no rows. The slice 2021 of the file is empty and is not read. Taiwan and
    Kosovo are absent; see :func:`matrix_rows` for territories.
    """
    import scipy.io

    held = scipy.io.loadmat(raw / SOURCE.files[0].path)
    text = held["__function_workspace__"].tobytes().decode("utf-16-le", "ignore")
    run = re.search("[A-Z]{600,}", text)
    assert run is not None, "the country order of DatiProcessati.mat was not found"
    codes = [run.group()[i : i + 3] for i in range(0, 630, 3)]
    cube = np.asarray(held["MatriceEx"], dtype=np.float64) / 1000.0
    frames = [matrix_rows(cube[:, :, k], codes, year) for k, year in enumerate(YEARS)]
    return pl.concat(frames).sort("exporter", "importer", "year")


def matrix_rows(matrix: np.ndarray, codes: list[str], year: int) -> pl.DataFrame:
    """A matrix of flows (exporter, importer) as rows.

    Territories that are no states of the registry (Hong Kong, Macao, Puerto Rico, ...) are added up
    under the code ELSEWHERE. Only those with any trade in the year have rows.
    """
    known = np.array([c in by_code() for c in codes])
    names = np.array([c for c in codes if c in by_code()] + [ELSEWHERE])
    gather = np.zeros((names.size, len(codes)))
    gather[np.arange(known.sum()), np.flatnonzero(known)] = 1.0
    gather[-1, ~known] = 1.0
    filled = gather @ np.nan_to_num(matrix, nan=0.0) @ gather.T
    alive = np.flatnonzero(filled.sum(0) + filled.sum(1) > 0)
    i, j = (g.ravel() for g in np.meshgrid(alive, alive, indexing="ij"))
    off = i != j
    return pl.DataFrame(
        {
            "exporter": names[i[off]].tolist(),
            "importer": names[j[off]].tolist(),
            "year": np.full(off.sum(), year, dtype=np.int32),
            "value": filled[i[off], j[off]],
        }
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Flows named in the record of the file, in billion USD."""

    def bn(one: str, two: str, year: int) -> float:
        return (cell(frame, "value", exporter=one, importer=two, year=year) or 0) / 1000

    return bounds(
        "source 'baci'",
        [
            ("DEU to RUS 2013", bn("DEU", "RUS", 2013), 46.4, 46.6),
            ("DEU to RUS 2020", bn("DEU", "RUS", 2020), 26.2, 26.4),
            ("RUS to CHN 2019", bn("RUS", "CHN", 2019), 57.9, 58.1),
            ("RUS to UKR 2013", bn("RUS", "UKR", 2013), 24.9, 25.1),
            ("CHN to USA 2020", bn("CHN", "USA", 2020), 437.8, 438.0),
            ("world 2019 (tn)", frame.filter(pl.col("year") == 2019)["value"].sum() / 1e6, 17.3, 17.49),
        ],
    )
