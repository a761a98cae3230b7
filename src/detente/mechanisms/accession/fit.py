"""Estimates of every vintage, from the record up to its year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from detente.mechanisms.accession import equations as eq
from detente.mechanisms.accession import holdouts, likelihood
from detente.mechanisms.accession.panel import LAST, Case, Panel, panel

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, LAST)
MONTHS = (1.0, 0.5), (1.5, 0.5)
"""Means and standard deviations of the prior of the line of ratification: intercept, slope (log months)."""
Table = Callable[[str], Any]


def record(table: Table) -> dict[str, Any]:
    """The panels of both blocs, bids and holdouts as plain rows."""
    return {
        "panels": {b: panel(b, table) for b in ("NATO", "EU")},
        "bids": list(table("accession_bids").iter_rows(named=True)),
        "holdouts": list(table("accession_holdouts").iter_rows(named=True)),
    }


def upto(cases: Sequence[Case], year: int) -> list[Case]:
    """Cases known by the end of ``year``."""
    return [c for c in cases if c.year <= year]


def gives_in(known: Sequence[Mapping[str, Any]], last: int) -> tuple[holdouts.Share, holdouts.Share]:
    """Yearly rates at which known holdouts convert: with a demand that can be met, and without."""
    return holdouts.conversion(known, True, last), holdouts.conversion(known, False, last)


def vintage(data: Mapping[str, Any], last: int) -> dict[str, Any]:
    """All estimates from the record up to ``last``."""
    known, bids = data["holdouts"], data["bids"]
    rates = gives_in(known, last)
    out: dict[str, Any] = {
        "gives_in": normal(rates[0]),
        "gives_in_firm": normal(rates[1]),
        "negotiable": normal(holdouts.negotiable_share(known, last)),
    }
    out |= ratify(data, last)
    for bloc, found in data["panels"].items():
        b = bloc.lower()
        consent = likelihood.fit_consent(upto(found.cases, last), (rates[0].mean, rates[1].mean))
        asked = likelihood.fit_bids([c for c in found.chances if c.year <= last])
        out |= _consent(b, consent) | _bids(b, asked)
        out[f"{b}_withdraw"] = normal(holdouts.withdrawals(bids, bloc, last))
        out[f"{b}_not_used"] = normal(holdouts.not_used(bids, bloc, last))
    return out


def _consent(b: str, c: likelihood.Consent) -> dict[str, Any]:
    names = ("vote", *eq.VOTE, "ready", *(f"ready_{n}" for n in eq.READY))
    sizes = (*eq.VOTE, *(f"ready_{n}" for n in eq.READY))
    return {
        f"{b}_beta": joint(names, c.beta, c.covariance),
        f"{b}_own": joint(c.members, c.own, np.diag(c.own_sd**2)),
        f"{b}_centre": joint(sizes, c.centre, np.zeros((len(sizes),) * 2)),
        f"{b}_scale": joint(sizes, c.scale, np.zeros((len(sizes),) * 2)),
    }


def _bids(b: str, f: likelihood.Bids) -> dict[str, Any]:
    none = np.zeros((len(eq.BID),) * 2)
    return {
        f"{b}_bid": joint(("intercept", *eq.BID), f.beta, f.covariance),
        f"{b}_bid_centre": joint(eq.BID, f.centre, none),
        f"{b}_bid_scale": joint(eq.BID, f.scale, none),
    }


def ratify(data: Mapping[str, Any], last: int, with_held: bool = False) -> dict[str, Any]:
    """Log months of ratification on log ratifiers, and a shift for the EU, rounds of both blocs together."""
    rows, y = [], []
    for bloc, found in data["panels"].items():
        count = members_by_year(found)
        for _, n, months in holdouts.rounds(data["bids"], data["holdouts"], count, bloc, last, with_held):
            rows.append((1.0, np.log(n), float(bloc == "EU")))
            y.append(np.log(months))
    x, told = np.array(rows), np.array(y)
    centre = np.array([MONTHS[0][0], MONTHS[0][1], 0.0])
    weight = np.diag([1 / MONTHS[1][0] ** 2, 1 / MONTHS[1][1] ** 2, 1.0])
    variance = 0.2
    for _ in range(20):
        precision = x.T @ x / variance + weight
        line = np.linalg.solve(precision, x.T @ told / variance + weight @ centre)
        variance = float(((told - x @ line) ** 2).sum() / max(len(told) - 2, 1))
    return {
        "ratify": joint(("intercept", "log_ratifiers", "eu"), line, np.linalg.inv(precision)),
        "ratify_spread": {"fixed": round(variance**0.5, 4)},
    }


def members_by_year(found: Panel) -> dict[int, int]:
    """How many members each year of the panel began with (years without a candidate: as the last one)."""
    seen = {c.year: len(c.members) for c in found.cases}
    first, out, held = min(seen), {}, seen[min(seen)]
    for year in range(first - 10, LAST + 1):
        held = seen.get(year, held)
        out[year] = held
    return out


def joint(names: Sequence[str], mean: np.ndarray, covariance: np.ndarray) -> dict[str, Any]:
    """A joint normal as a document, four significant digits."""
    short = [[float(f"{v:.4g}") for v in row] for row in np.atleast_2d(covariance)]
    return {"joint": {"names": list(names), "mean": [float(f"{v:.4g}") for v in mean], "covariance": short}}


def normal(share: holdouts.Share) -> dict[str, Any]:
    """A share as a normal document."""
    return {"normal": {"mean": float(f"{share.mean:.4g}"), "sd": float(f"{share.sd:.4g}")}}


def write(path: Path, made: Mapping[int, Mapping[str, Any]]) -> None:
    """Write ``estimates.yaml``."""
    body = {
        "made_by": "detente fit accession",
        "data": "bids and holdouts of our own record, V-Dem, UNGA ideal points, NMC 7.0, the peace scale, "
        "trade (COW, BACI), WDI, TI and WGI corruption, ATOP 5.1, COW contiguity; to the vintage's year",
        "vintages": {int(y): dict(v) for y, v in made.items()},
    }
    text = yaml.safe_dump(body, sort_keys=False, width=110, default_flow_style=None, allow_unicode=True)
    path.write_text(text, encoding="utf-8")
