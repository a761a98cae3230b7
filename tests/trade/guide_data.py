"""Data and published results of the Advanced Guide, chapter 2, application 1 ("trade without borders").

guide_2006_flows.csv: 69 countries, manufacturing trade of 2006 with domestic sales (million USD),
distance (km), contiguity. guide_2006_results.csv: the authors' results in percent. Both extracted from
the files of Yotov, Piermartini, Monteiro & Larch (2016), An Advanced Guide to Trade Policy Analysis,
WTO/UNCTAD, as published at github.com/pachadotdev/tradepolicy, CC BY 4.0.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
PUBLISHED = {"log_distance": -0.7913, "contiguity": 0.6736, "border": -2.4745}
SIGMA = 7.0


@dataclass(frozen=True)
class Guide:
    countries: tuple[str, ...]
    trade: np.ndarray
    log_distance: np.ndarray
    contiguity: np.ndarray
    border: np.ndarray
    results: dict[str, np.ndarray]

    @property
    def germany(self) -> int:
        return self.countries.index("DEU")

    def log_cost(self, coefficients: dict[str, float]) -> np.ndarray:
        return (
            coefficients["log_distance"] * self.log_distance
            + coefficients["contiguity"] * self.contiguity
            + coefficients["border"] * self.border
        )


def guide() -> Guide:
    rows = list(csv.DictReader((HERE / "guide_2006_flows.csv").open()))
    published = list(csv.DictReader((HERE / "guide_2006_results.csv").open()))
    countries = tuple(sorted({r["exporter"] for r in rows}))
    place = {c: i for i, c in enumerate(countries)}
    trade, distance, contiguity = (np.full((len(countries),) * 2, np.nan) for _ in range(3))
    for r in rows:
        at = place[r["exporter"]], place[r["importer"]]
        trade[at], distance[at], contiguity[at] = float(r["trade"]), float(r["dist"]), float(r["cntg"])
    assert tuple(r["country"] for r in published) == countries
    results = {k: np.array([float(r[k]) for r in published]) for k in published[0] if k != "country"}
    return Guide(countries, trade, np.log(distance), contiguity, 1.0 - np.eye(len(countries)), results)
