"""World Input-Output Database, 2013 release: who uses whose goods, as inputs and as final goods, in 2011."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from detente.data.sector_codes import SECTORS, WIOD
from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell

SOURCE = Source(
    key="wiod",
    title="World Input-Output Database, 2013 release, 2011",
    producer="WIOD consortium: M. Timmer, E. Dietzenbacher, B. Los, R. Stehrer, G. de Vries; B. Quast (R)",
    citation="Timmer, Dietzenbacher, Los, Stehrer and de Vries (2015), An Illustrated User Guide to the "
    "World Input-Output Database, Review of International Economics 23, 575-605.",
    bib=("timmer2015",),
    licence="CC BY 4.0 (from memory); package GPL-3",
    redistributable="yes",
    version="2013 release, year 2011",
    files=(
        RawFile(
            "wiod-2013-release/wiot_2011.RData",
            "8345949612ef0ed824e4e07e140b0ce0b4c77a758975116544a2db660560efb0",
            "bquast/wiod",
            "59a28ac22fbd7751ea84c0f33722b5246b0af46d",
            "data/wiot_2011.RData",
        ),
    ),
    by_hand="install the R package wiod from github.com/bquast/wiod and take data/wiot_2011.RData",
)
RENAMED = {"ROM": "ROU", "RoW": "ROW"}


def load(raw: Path) -> pl.DataFrame:
    """Flows of 2011: exporter, importer, sector (what is sold), use (the buying sector or ``final``), value.

    40 countries and ``ROW``, the ten sectors of :mod:`detente.data.sector_codes`; million current USD,
    domestic flows where exporter and importer are the same. Final use sums consumption, investment and
    changes of stocks. The year misallocates Russia's energy exports (Germany's gas imports are secret).
    """
    import warnings

    import rdata

    with warnings.catch_warnings():  # the R class of the list is not known to rdata, its contents are
        warnings.simplefilter("ignore")
        held = rdata.read_rda(raw / SOURCE.files[0].path)["wiot_2011"]
    inter, final = (np.asarray(held[k], dtype=float) for k in ("inter", "final"))
    names = [RENAMED.get(str(c), str(c)) for c in np.asarray(held["countries"])]
    n, k = len(names), len(SECTORS)
    group = np.zeros((k, len(WIOD)))
    group[[SECTORS.index(s) for s in WIOD.values()], range(len(WIOD))] = 1.0
    inputs = np.einsum("as,isjt,bt->iajb", group, inter.reshape(n, len(WIOD), n, len(WIOD)), group)
    bought = np.einsum("as,isjc->iaj", group, final.reshape(n, len(WIOD), n, -1))
    flows = np.concatenate([inputs, bought[..., None]], axis=3)
    i, s, j, u = (g.ravel() for g in np.meshgrid(*map(range, flows.shape), indexing="ij"))
    uses = np.array([*SECTORS, "final"])
    return pl.DataFrame(
        {
            "exporter": np.array(names)[i],
            "importer": np.array(names)[j],
            "sector": np.array(SECTORS)[s],
            "use": uses[u],
            "value": flows.ravel(),
        }
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """World output and two flows named in the record of the file."""

    def bn(one: str, two: str) -> float:
        pair = frame.filter((pl.col("exporter") == one) & (pl.col("importer") == two))
        return float(pair["value"].sum()) / 1e3

    russia = frame.filter((pl.col("exporter") == "RUS") & (pl.col("use") != "final"))
    return bounds(
        "source 'wiod'",
        [
            ("countries", frame["exporter"].n_unique(), 41, 41),
            ("world output (tn)", frame["value"].sum() / 1e6, 141, 143),
            ("DEU to RUS (bn)", bn("DEU", "RUS"), 44, 46),
            ("CHN to USA (bn)", bn("CHN", "USA"), 410, 415),
            (
                "Russian steel in Russian machines (bn)",
                (cell(russia, "value", importer="RUS", sector="metals", use="machinery") or 0) / 1e3,
                1,
                60,
            ),
        ],
    )
