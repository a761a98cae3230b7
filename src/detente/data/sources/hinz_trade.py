"""Trade of 38 countries by sector in 2013, the year before the first sanctions on Russia."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from detente.data.sector_codes import GOODS, GTAP
from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import by_code

SOURCE = Source(
    key="hinz_trade",
    title="BACI 2013 by GTAP sector, 38 countries",
    producer="CEPII; J. Hinz, E. Monastyrenko (arrangement)",
    citation="Hinz and Monastyrenko (2022), Bearing the cost of politics, JIE 137; Gaulier and Zignago "
    "(2010), BACI.",
    bib=("hinz2022", "gaulier2010"),
    licence="BACI: Etalab Open Licence 2.0 (from memory)",
    redistributable="yes",
    version="replication files of 2022",
    files=(
        RawFile(
            "hinz-monastyrenko-2013/TradeMatrix.mat",
            "e0648ef347c710fdfa33cd39b6e65a8883ab97cb4c410b317269d4abe46bc97d",
            "julianhinz/prices-in-russia",
            "81ba3558bab7116f80bcc0b2b61ab6945a5256ed",
            "section 4 - Counterfactuals/data/TradeMatrix.mat",
        ),
        RawFile(
            "hinz-monastyrenko-2013/embargo.csv",
            "8b780f018cacaaad4205ba6627e8b7b5f9fc0bcd19211d884b597cac5947934f",
            "julianhinz/prices-in-russia",
            "81ba3558bab7116f80bcc0b2b61ab6945a5256ed",
            "section 4 - Counterfactuals/data/embargo.csv",
        ),
    ),
    by_hand="take the files from github.com/julianhinz/prices-in-russia",
)
SPELT = {"Czechia": "CZE", "United States": "USA", "United Kingdom": "GBR", "Turkey": "TUR", "Russia": "RUS"}


def load(raw: Path) -> pl.DataFrame:
    """Flows of goods: sector (ours), exporter, importer, value (million current USD, FOB), 2013.

    The file has the importer in rows, thousand USD, and GTAP sectors; gas is under-declared.
    """
    from scipy.io import loadmat

    listed = pl.read_csv(raw / SOURCE.files[1].path)
    gtap = listed["sectors"].drop_nulls().to_list()
    called = {s.name: code for code, s in by_code().items()} | SPELT
    names = [called[c] for c in listed["origins"].drop_nulls().to_list()]
    held = next(v for k, v in loadmat(str(raw / SOURCE.files[0].path)).items() if not k.startswith("__"))
    trade = np.nan_to_num(held.reshape(len(gtap), len(names), len(names))) / 1e3
    s, j, i = (g.ravel() for g in np.meshgrid(*map(range, trade.shape), indexing="ij"))
    frame = pl.DataFrame(
        {
            "sector": np.array([GTAP[g] for g in gtap])[s],
            "exporter": np.array(names)[i],
            "importer": np.array(names)[j],
            "value": trade.ravel(),
        }
    )
    kept = frame.filter(pl.col("sector").is_in(list(GOODS)) & (pl.col("exporter") != pl.col("importer")))
    return (
        kept.group_by("sector", "exporter", "importer")
        .agg(pl.col("value").sum())
        .sort("sector", "exporter", "importer")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Flows named in the record of the file, in billion USD."""

    def bn(one: str, two: str) -> float:
        pair = (pl.col("exporter") == one) & (pl.col("importer") == two)
        return float(frame.filter(pair)["value"].sum()) / 1e3

    energy = cell(frame, "value", sector="energy", exporter="RUS", importer="DEU")
    return bounds(
        "source 'hinz_trade'",
        [
            ("countries", frame["exporter"].n_unique(), 38, 38),
            ("DEU to RUS", bn("DEU", "RUS"), 45, 46),
            ("RUS to DEU", bn("RUS", "DEU"), 28.5, 29.5),
            ("CHN to USA", bn("CHN", "USA"), 415, 418),
            ("energy RUS to DEU", (energy or 0) / 1e3, 10, 29),
        ],
    )
