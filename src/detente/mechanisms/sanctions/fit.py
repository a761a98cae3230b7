"""Estimation of the hazards of imposing and lifting trade sanctions, and their score out of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.regressions import joint
from detente.mechanisms.sanctions import equations
from detente.mechanisms.sanctions.record import Decisions, Frames, decisions, years

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2023)
KIND = ("constant", "rivalry")
PRIOR_SD = 2.0


@dataclass(frozen=True)
class Probit:
    """Coefficients with their covariance, clustered."""

    names: tuple[str, ...]
    mean: np.ndarray
    covariance: np.ndarray
    rows: int
    events: int

    def joint(self) -> dict[str, Any]:
        """The prior document."""
        return joint(self.names, self.mean, self.covariance)


def probit(x: np.ndarray, y: np.ndarray, cluster: np.ndarray, names: tuple[str, ...]) -> Probit:
    """Probit by Newton steps; covariance clustered (sandwich, G / (G - 1)).

    Each slope has the weak prior Normal(0, :data:`PRIOR_SD`). It moves nothing that the data speak
    about; where a group saw no event at all, it keeps the estimate finite and its error wide.

    Raises
    ------
    ValueError : no convergence in 60 steps.
    """
    beta = np.zeros(x.shape[1])
    prior = np.diag([0.0] + [PRIOR_SD**-2] * (len(beta) - 1))
    sign = np.where(y, 1.0, -1.0)
    for _ in range(60):
        score, weight = _probit_score(x @ beta, sign)
        hessian = (x * weight[:, None]).T @ x + prior
        step = np.linalg.solve(hessian, x.T @ score - prior @ beta)
        beta = beta + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-9:
            break
    else:
        raise ValueError(f"probit did not converge: last step {np.abs(step).max():.1e}")
    bread = np.linalg.inv(hessian)
    group = np.unique(cluster, return_inverse=True)[1]
    sums = np.stack([np.bincount(group, score * column) for column in x.T], axis=1)
    count = len(sums)
    covariance = bread @ (sums.T @ sums * count / (count - 1) + prior) @ bread
    return Probit(names, beta, covariance, len(y), int(y.sum()))


def _probit_score(index: np.ndarray, sign: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First derivative of the log-likelihood by the index, and minus the second."""
    from scipy.special import log_ndtr

    q = sign * index
    mills = np.exp(-0.5 * q * q - 0.9189385332046727 - log_ndtr(q))
    return sign * mills, mills * (mills + q)


def common_share(index: np.ndarray, y: np.ndarray, group: np.ndarray, nodes: int = 16) -> tuple[float, float]:
    """Share ``rho`` of the open variance that is common to a group, with its standard error.

    Maximum likelihood of the one-factor model given the indices (Gauss-Hermite over the common
    shock); the standard error comes from the curvature of the profile.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_ndtr

    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    log_weight = np.log(weights / weights.sum())
    index, sign, label, count = _tallied(index, y, group)

    def minus_log_likelihood(rho: float) -> float:
        parts = (
            np.stack(
                [
                    np.bincount(label, count * log_ndtr(sign * equations.conditional_index(index, rho, node)))
                    for node in points
                ]
            )
            + log_weight[:, None]
        )
        top = parts.max(axis=0)
        return float(-(top + np.log(np.exp(parts - top).sum(axis=0))).sum())

    best = minimize_scalar(
        minus_log_likelihood, bounds=(0.001, 0.95), method="bounded", options={"xatol": 1e-3}
    )
    rho, h = float(best.x), 0.01
    low, high = max(rho - h, 1e-4), min(rho + h, 0.96)
    values = [minus_log_likelihood(r) for r in (low, rho, high)]
    bend = (values[2] - values[1]) / (high - rho) - (values[1] - values[0]) / (rho - low)
    curvature = 2 * bend / (high - low)
    return rho, float(1 / np.sqrt(curvature)) if curvature > 0 else h


def _tallied(
    index: np.ndarray, y: np.ndarray, group: np.ndarray, step: float = 0.02
) -> tuple[np.ndarray, ...]:
    """Rows of a group with one outcome and nearly one index, counted: (index, sign, label, count)."""
    label = np.unique(group, return_inverse=True)[1].astype(np.int64)
    bins = np.round((index - index.min()) / step).astype(np.int64)
    width = int(bins.max()) + 1
    cell, inverse, count = np.unique((label * width + bins) * 2 + y, return_inverse=True, return_counts=True)
    mean = np.bincount(inverse, index) / count
    return mean, np.where(cell % 2, 1.0, -1.0), cell // 2 // width, count.astype(float)


def stand_ins(frames: Frames, until: int) -> dict[str, float]:
    """Mean of each state quantity over the states alive in every year up to ``until``."""
    found: dict[str, list[np.ndarray]] = {k: [] for k in equations.STAND_IN}
    for year in years(frames, until):
        for k, values in found.items():
            values.append(year.states[k][year.alive])
    return {k: round(float(np.nanmean(np.concatenate(v))), 4) for k, v in found.items()}


def everybodys_end(frames: Frames, until: int) -> tuple[int, int]:
    """(spell-years, ends) of sanctions by everybody, in practice the UN's, up to ``until``."""
    exposed, ended, before = 0, 0, None
    for year in years(frames, until):
        if before is not None:
            exposed += int(before.everybodys.sum())
            ended += int((before.everybodys & ~year.everybodys).sum())
        before = year
    return exposed, ended


def estimates(frames: Frames, until: int) -> dict[str, Any]:
    """One vintage: everything the mechanism draws, from decisions up to ``until``.

    Keys: ``onset``, ``lifting`` (joint probit coefficients, clustered by target), ``onset_common``,
    ``lifting_common`` (share of the common shock), ``kind`` (joint, complete rather than partial at
    onset), ``everybody_end`` (yearly chance), ``stand_in``.
    """
    frames = frames.until(until)
    stand_in = stand_ins(frames, until)
    onset, lifting = decisions(frames, until, stand_in)
    found: dict[str, Any] = {}
    for name, record in (("onset", onset), ("lifting", lifting)):
        fit = probit(record.x, record.moved, record.target, record.names)
        share, error = common_share(record.x @ fit.mean, record.moved, target_year(record))
        found[name] = fit.joint()
        found[f"{name}_common"] = {"normal": {"mean": round(share, 4), "sd": round(error, 4)}}
    found["kind"] = kind_at_onset(onset).joint()
    exposed, ended = everybodys_end(frames, until)
    # Jeffreys' interval for a share: mean and spread of Beta(ended + 1/2, rest + 1/2).
    a, b = ended + 0.5, exposed - ended + 0.5
    found["everybody_end"] = {
        "normal": {
            "mean": round(a / (a + b), 4),
            "sd": round(float(np.sqrt(a * b / (a + b) ** 2 / (a + b + 1))), 4),
        }
    }
    found["stand_in"] = joint(
        equations.STAND_IN, np.array([stand_in[k] for k in equations.STAND_IN]), np.zeros((3, 3))
    )
    return found


def kind_at_onset(onset: Decisions) -> Probit:
    """Whether a new trade sanction is complete, by rivalry of the pair; clustered by target."""
    rows = onset.of(onset.moved)
    columns = [rows.names.index(k) for k in KIND]
    return probit(rows.x[:, columns], rows.complete, rows.target, KIND)


def target_year(record: Decisions) -> np.ndarray:
    """One label for each target and year."""
    return record.target.astype(np.int64) * 10_000 + record.year


def score(frames: Frames, until: int, horizon: int) -> dict[str, dict[str, float]]:
    """Forecasts one year ahead in ``until + 1`` .. ``until + horizon``, fitted on data up to ``until``.

    For ``onset`` and ``lifting``: number of decisions, events, expected events, Brier and log scores
    (lower is better) of the model, of the base rate of the years before, of the base rate of the last
    ten years before, and Brier score of persistence (nothing changes); area under the ROC curve.
    """
    past = frames.until(until)
    stand_in = stand_ins(past, until)
    train = decisions(past, until, stand_in)
    test = decisions(frames.until(until + horizon), until + horizon, stand_in)
    report = {}
    for name, old, new in zip(("onset", "lifting"), train, test, strict=True):
        new = new.of(new.year > until)
        fit = probit(old.x, old.moved, old.target, old.names)
        from scipy.special import ndtr

        recent = old.moved[old.year > until - 10].mean()
        report[name] = scores(
            new.moved,
            {
                "model": ndtr(new.x @ fit.mean),
                "base_rate": np.full(len(new.moved), old.moved.mean()),
                "recent_rate": np.full(len(new.moved), recent),
            },
        )
    return report


def scores(y: np.ndarray, forecasts: dict[str, np.ndarray]) -> dict[str, float]:
    """Brier and log scores of each forecast of the events ``y``; area under the curve of ``model``."""
    out = {"decisions": float(len(y)), "events": float(y.sum()), "persistence_brier": float(y.mean())}
    for name, p in forecasts.items():
        p = p.clip(1e-9, 1 - 1e-9)
        out[f"{name}_expected"] = float(p.sum())
        out[f"{name}_brier"] = float(np.mean((p - y) ** 2))
        out[f"{name}_log"] = float(-np.mean(np.where(y, np.log(p), np.log1p(-p))))
    out["auc"] = _auc(forecasts["model"], y)
    return out


def _auc(p: np.ndarray, y: np.ndarray) -> float:
    from scipy.stats import rankdata

    rank, ones = rankdata(p), y.sum()
    return float((rank[y].sum() - ones * (ones + 1) / 2) / (ones * (len(y) - ones)))
