"""What the record says of the gas market: Russia's markup, political cuts, how voyages answer to cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.mechanisms.gas.calibrate import AT_COST
from detente.mechanisms.gas.network import POOL, calibrated

if TYPE_CHECKING:
    import polars as pl

GROUPS = ("hostile", "cold", "warm")
"""Levels of peace: rivalries (up to 0.25), negative peace (0.5), warm peace and security communities."""
DELIVERIES = {
    "RUS": [
        "UKR",
        "BLR",
        "MDA",
        "GEO",
        "ARM",
        "LTU",
        "LVA",
        "EST",
        "FIN",
        "POL",
        "DEU",
        "AUT",
        "CZE",
        "SVK",
        "HUN",
        "BGR",
        "ROU",
        "SRB",
        "TUR",
        "GRC",
        "ITA",
        "FRA",
        "NLD",
        "DNK",
    ],
    "DZA": ["ITA", "ESP", "MAR", "TUN"],
    "NOR": ["DEU", "FRA", "GBR", "BEL", "NLD"],
    "NLD": ["DEU", "BEL", "FRA"],
}
"""Sellers and buyers with deliveries by pipeline from 1992 on (some from later; small in number)."""
SPAN = (1992, 2022)


def withholding_slope() -> dict[str, Any]:
    """USD/MMBtu per bcm: what Russia's western sales of 2021 fetched over cost and tax, over their volume.

    Mean over the routes out of the pool that end abroad, and onward from Belarus, weighted by flow. The error
    is that of the gap: home price (a judgement) and tax each within about 1 USD/MMBtu.
    """
    net = calibrated(2021)
    pool = net.place[POOL]
    out = [k for k in net.of_kind("pipe") if net.tails[k] == pool and net.ends(k)[1] != AT_COST]
    out += [k for k in net.of_kind("pipe") if net.ends(k)[0] == AT_COST]
    fetched = net.price[net.heads[out]] - net.transport[out] - net.price[net.tails[out]]
    gap = float((fetched * net.flow[out]).sum() / net.flow[out].sum())
    sold = float(net.flow[net.of_kind("gateway")][0])
    return {"normal": {"mean": round(gap / sold, 4), "sd": round(1.5 / sold, 4)}}


def cuts() -> pl.DataFrame:
    """Political cuts of gas: seller, buyer, year, share_of_year, what, source."""
    import polars as pl

    return pl.read_csv(Path(__file__).parent / "cuts.csv")


def cut_hazard(levels: pl.DataFrame, until: int) -> dict[str, Any]:
    """Log yearly chance of a political cut for a pair that trades gas, by :data:`GROUPS`; joint estimate.

    ``levels``: a, b, year, level. Jeffreys' posterior of a rate (k + 1/2 over n + 1), normal in logs with
    variance 1 / (k + 1/2). Years from 1992 to the smaller of ``until`` and 2022.
    """
    last = min(until, SPAN[1])
    known = {(a, b, y): v for a, b, y, v in levels.select("a", "b", "year", "level").drop_nulls().iter_rows()}
    cut = {(s, b, y) for s, b, y in cuts().select("seller", "buyer", "year").iter_rows() if y <= last}
    counts = np.zeros((3, 2))
    for seller, buyers in DELIVERIES.items():
        for buyer in buyers:
            for year in range(SPAN[0], last + 1):
                level = known.get((seller, buyer, year - 1), known.get((buyer, seller, year - 1)))
                if level is not None:
                    counts[int(level > 0.25) + int(level > 0.5)] += ((seller, buyer, year) in cut, 1)
    rate = (counts[:, 0] + 0.5) / (counts[:, 1] + 1.0)
    spread = 1.0 / (counts[:, 0] + 0.5)
    mean = [round(float(v), 4) for v in np.log(rate)]
    covariance = np.diag(spread.round(4)).tolist()
    return {"joint": {"names": list(GROUPS), "mean": mean, "covariance": covariance}}


def growth(rows: pl.DataFrame, until: int) -> dict[str, Any]:
    """Income elasticity of use and persistence of trends from table ``gas_growth``, known in ``until``.

    The table's first cut-off serves for earlier years too, in which the market is not computed.
    """
    known = [int(y) for y in rows["until"].unique() if y <= until]
    mine = rows.filter(rows["until"] == (max(known) if known else rows["until"].min()))
    return {
        what: {"normal": {"mean": mean, "sd": sd}}
        for what, mean, sd in mine.select("what", "estimate", "error").iter_rows()
    }


def voyage_slope(
    lng: pl.DataFrame, sea: pl.DataFrame, year: int, per_thousand_km: float
) -> tuple[float, float]:
    """(price gap that doubles a proportional voyage, its error) by PPML on exporter and region.

    Trade falls by exp(-b x cost); the slope is 1/b. Cost is the mean sea distance to the region's importers,
    weighted by what they land, times the freight per 1,000 km. Effects of exporter and region are taken out.
    """
    import pandas as pd
    import pyfixest as pf

    rows = lng.filter(lng["year"] == year)
    weight = {
        (s, r): v
        for s, r, v in rows.filter(rows["side"] == "import").select("state", "region", "bcm").iter_rows()
    }
    km = {(e, i): v for e, i, v in sea.iter_rows()}
    sold = {
        (s, r): v
        for s, r, v in rows.filter(rows["side"] == "export").select("state", "region", "bcm").iter_rows()
    }
    regions, table = sorted({r for _, r in weight}), []
    for e in sorted({s for s, _ in sold}):
        for region in regions:
            there = [(km[e, i], v) for (i, r), v in weight.items() if r == region and (e, i) in km]
            if there:
                mean = sum(d * v for d, v in there) / sum(v for _, v in there)
                table.append((e, region, sold.get((e, region), 0.0), mean / 1e3 * per_thousand_km))
    frame = pd.DataFrame(table, columns=["e", "r", "y", "cost"])
    found = pf.fepois("y ~ cost | e + r", data=frame, vcov={"CRV1": "e"})
    b, error = -float(found.coef()["cost"]), float(found.se()["cost"])
    return 1.0 / b, error / b**2
