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


def rate(known: Sequence[Mapping[str, Any]], last: int) -> holdouts.Rate:
    """Yearly rate at which known holdouts give in, from the record up to ``last``."""
    return holdouts.fit_rate(holdouts.holdout_years(known, last))


def vintage(data: Mapping[str, Any], last: int) -> dict[str, Any]:
    """All estimates from the record up to ``last``."""
    known, bids = data["holdouts"], data["bids"]
    gives, asked = rate(known, last), holdouts.demand_counts(known, last)
    fits = consents(data, last)
    out: dict[str, Any] = {
        "gives_in": joint(("common", *eq.KINDS, *eq.HELD), gives.beta, gives.covariance),
        "demands": joint(eq.KINDS, np.log(asked), np.diag(1 / asked)),
        "late": normal(*late(data, fits, last)),
    }
    out |= ratify(data, last)
    for bloc, found in data["panels"].items():
        b = bloc.lower()
        chances = [c for c in found.chances if c.year <= last]
        hopes = likelihood.fit_hazard(np.array([c.x for c in chances]), np.array([c.bid for c in chances]))
        out |= _consent(b, fits[bloc]) | _hazard(f"{b}_bid", eq.BID, hopes)
        out |= _hazard(f"{b}_talks", eq.TALKS, talks(found, last))
        for name, share in (("withdraw", holdouts.withdrawals), ("not_used", holdouts.not_used)):
            told = share(bids, bloc, last)
            out[f"{b}_{name}"] = normal(told.mean, told.sd)
    return out


def consents(data: Mapping[str, Any], last: int) -> dict[str, likelihood.Consent]:
    """Consent of each bloc, pooled with the other's, from the record up to ``last``."""
    known = {bloc: upto(found.cases, last) for bloc, found in data["panels"].items()}
    return {
        bloc: likelihood.fit_consent(mine, [c for b, theirs in known.items() if b != bloc for c in theirs])
        for bloc, mine in known.items()
    }


def talks(found: Panel, last: int) -> likelihood.Hazard:
    """Chance a year that talks (an action plan) are opened with a pending candidate that has none."""
    rows = [c for c in found.cases if c.year <= last and c.talks is not None]
    x = np.array([opening_of(c) for c in rows])
    return likelihood.fit_hazard(x, np.array([c.talks for c in rows]))


def opening_of(c: Case) -> np.ndarray:
    """Covariates of the opening of talks (:data:`equations.TALKS`)."""
    standing = dict(zip(eq.READY, c.r, strict=True)) | dict(zip(eq.VOTE, c.x[0], strict=True))
    return np.array([standing[name] for name in eq.TALKS])


def late(data: Mapping[str, Any], fits: Mapping[str, likelihood.Consent], last: int) -> tuple[float, float]:
    """How much surer a member's yes is in ratification than in the vote, both blocs together."""
    odds: list[float] = []
    refused: list[float] = []
    for bloc, found in data["panels"].items():
        held = holdouts.held_up(data["holdouts"], bloc, last)
        for c in found.cases:
            if c.consent and c.year <= last:
                odds += fits[bloc].odds(c).tolist()
                told = (held.get((c.state, m), (0, 0.0)) for m in c.members)
                refused += [share if first >= c.year else 0.0 for first, share in told]
    return holdouts.fit_late(odds, refused)


def _consent(b: str, c: likelihood.Consent) -> dict[str, Any]:
    names = ("vote", *eq.VOTE, "ready", *(f"ready_{n}" for n in eq.READY))
    sizes = (*eq.VOTE, *(f"ready_{n}" for n in eq.READY))
    return {
        f"{b}_beta": joint(names, c.beta, c.covariance),
        f"{b}_own": joint(c.members, c.own, np.diag(c.own_sd**2)),
        f"{b}_centre": joint(sizes, c.centre, np.zeros((len(sizes),) * 2)),
        f"{b}_scale": joint(sizes, c.scale, np.zeros((len(sizes),) * 2)),
    }


def _hazard(name: str, covariates: tuple[str, ...], f: likelihood.Hazard) -> dict[str, Any]:
    none = np.zeros((len(covariates),) * 2)
    return {
        name: joint(("intercept", *covariates), f.beta, f.covariance),
        f"{name}_centre": joint(covariates, f.centre, none),
        f"{name}_scale": joint(covariates, f.scale, none),
    }


def ratify(data: Mapping[str, Any], last: int) -> dict[str, Any]:
    """Log months of ratification on log ratifiers, and a shift for the EU; rounds held up are left out."""
    rows, y = [], []
    for bloc, found in data["panels"].items():
        held = holdouts.held_up(data["holdouts"], bloc, last)
        for _, n, months in holdouts.rounds(data["bids"], held, members_by_year(found), bloc, last):
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


def normal(mean: float, sd: float) -> dict[str, Any]:
    """A normal document."""
    return {"normal": {"mean": float(f"{mean:.4g}"), "sd": float(f"{sd:.4g}")}}


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
