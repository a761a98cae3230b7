"""Write the tables of leaders.md and opinion.md: ``python docs/mechanisms/politics_tables.py``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from marks import put

from detente.judge.fitting import _table as table
from detente.mechanisms import opinion
from detente.mechanisms.leaders import equations as eq
from detente.mechanisms.leaders import fit, panel, score, windows
from detente.mechanisms.opinion import score as opinion_score

HERE = Path(__file__).parent
ORIGINS = (1990, 1995, 2000, 2005, 2010, 2014)


def coefficients(names: tuple[str, ...], mean: np.ndarray, error: np.ndarray) -> list[str]:
    """One line for each coefficient."""
    return [f"| {n} | {m:+.2f} | {e:.2f} |" for n, m, e in zip(names, mean, error, strict=True)]


def leaders_page() -> None:
    """Hazard, windows and scores of leaders.md."""
    whole = panel.assemble(table)
    mean, cov = fit.exit_logit(whole)
    head = ["| term | log-odds | error |", "|---|---:|---:|"]
    put("leaders.md", "exit", head + coefficients(eq.TERMS, mean, np.diag(cov) ** 0.5))
    found = windows.moves(table)
    lines = ["| years after | change | falls | rivalries easing |", "|---:|---|---:|---:|"]
    for lag in range(3):
        ways = np.array([found.after[w][lag] for w in windows.WAYS])
        falls, climbs = (
            windows.effect(found, climbing=c, rivals_only=c, covariates=ways) for c in (False, True)
        )
        for k, way in enumerate(windows.WAYS):
            cells = [f"{m[k]:+.2f} ({c[k, k] ** 0.5:.2f})" for m, c in (falls, climbs)]
            lines.append(f"| {lag} | {way} | {cells[0]} | {cells[1]} |")
    put("leaders.md", "windows", lines)
    lines = [
        "| from | cases | log score | by regime | by tenure too | AUC |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {r['origin']} | {r['n']} | {r['log_ours']:.3f} | {r['log_regime']:.3f} | {r['log_tenure']:.3f} "
        f"| {r['auc']:.2f} |"
        for r in score.track_record(whole, ORIGINS)
    ]
    put("leaders.md", "score", lines)


def opinion_page() -> None:
    """Effects, ages and scores of opinion.md."""
    priors = {p.name.partition(".")[2]: p.prior for p in opinion.mechanism().parameters}
    joints = [priors[f"effects_{theory}"].joint for theory in ("old", "lower")]
    lines = ["| log-odds | events fade (old) | events stay (lower) |", "|---|---:|---:|"]
    for k, name in enumerate(joints[0].names):
        cells = [f"{j.mean[k]:+.2f} ({j.covariance[k][k] ** 0.5:.2f})" for j in joints]
        lines.append(f"| {name} | {cells[0]} | {cells[1]} |")
    put("opinion.md", "effects", lines)
    gaps = priors["age_gap"].joint
    error = np.diag(np.array(gaps.covariance)) ** 0.5
    head = ["| country seen | under 35 less 60 and over, log-odds | error |", "|---|---:|---:|"]
    put("opinion.md", "ages", head + coefficients(gaps.names, np.array(gaps.mean), error))
    lines = [
        "| test | from | years ahead from | cases | ours | last survey | with others' change | inside 90 % |"
    ]
    lines.append("|---|---:|---:|---:|---:|---:|---:|---:|")
    rows = opinion_score.track_record(table, (2010, 2014, 2018)) + [opinion_score.held_out(table, 2023)]
    for r in rows:
        others = f"{r['mae_others']:.1f}" if "mae_others" in r else ""
        lines.append(
            f"| {r['test']} | {r['origin']} | {r.get('horizon', '')} | {r['n']} | {r['mae_ours']:.1f} "
            f"| {r['mae_persistence']:.1f} | {others} | {r['inside']:.0%} |"
        )
    put("opinion.md", "score", lines)


if __name__ == "__main__":
    leaders_page()
    opinion_page()
