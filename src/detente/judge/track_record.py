"""The track record: each mechanism fitted to data up to a past year, scored on what followed.

Forecasts come from the mechanisms' own score functions (:mod:`detente.judge.scores`); here they are
summed up beside their naive rivals. Skill is 1 − (our score) / (the rival's): positive is better than
the rival, 0 no better, negative worse. Losses are shown like gains.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite, nan
from pathlib import Path
from typing import Any

from detente.judge.measurement import Tables
from detente.judge.scores import SCORED, Row

ORIGINS = (1990, 1995, 2000, 2005, 2010, 2014, 2018)


def track_record(
    origins: Sequence[int] = ORIGINS,
    tables: Tables | None = None,
    mechanisms: Iterable[str] | None = None,
    draws: int = 200,
    seed: int = 1,
) -> list[Row]:
    """Score mechanisms from past years.

    Parameters
    ----------
    origins : last year that each forecast knows.
    tables : observed tables by name; the shipped bundle if left out.
    mechanisms : names of the mechanisms to score; all that can be if left out.
    """
    if tables is None:
        from detente.judge.record import bundle_tables

        tables = bundle_tables()
    names = tuple(SCORED) if mechanisms is None else tuple(mechanisms)
    return [row for name in names for row in SCORED[name](tables, tuple(origins), draws, seed)]


def summary(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Over origins, for each mechanism, quantity, score, horizon and rival: means weighted by cases.

    Keys: those, with ``ours``, ``theirs``, ``skill``, ``won`` (origins at which we beat the rival),
    ``origins``, ``n``, ``inside``.
    """
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for r in rows:
        groups.setdefault((r.mechanism, r.quantity, r.score, r.horizon, r.rival), []).append(r)
    out = []
    for (mechanism, quantity, score, horizon, rival), found in groups.items():
        n = sum(r.n for r in found)
        ours, theirs, inside = (
            sum(getattr(r, key) * r.n for r in found) / n if n else nan
            for key in ("ours", "theirs", "inside")
        )
        out.append(
            {
                "mechanism": mechanism,
                "quantity": quantity,
                "score": score,
                "horizon": horizon,
                "rival": rival,
                "ours": ours,
                "theirs": theirs,
                "skill": 1 - ours / theirs if theirs > 0 else nan,
                "won": sum(r.ours < r.theirs for r in found),
                "origins": len(found),
                "n": n,
                "inside": inside,
            }
        )
    return out


def write(rows: Sequence[Row], path: Path) -> Path:
    """Write the track record as Markdown: first the losses in words, then summaries, then every row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_text(rows), encoding="utf-8")
    return path


def as_text(rows: Sequence[Row]) -> str:
    """The page of :func:`write`."""
    whole = summary(rows)
    lost = [s for s in whole if isfinite(s["skill"]) and s["skill"] <= 0]
    lines = [
        "# Track record",
        "",
        "Made by `detente track-record`; not edited by hand. Each mechanism was estimated on data up to a",
        "past year, run forward, and scored on what followed, beside naive rivals that knew as much.",
        "Skill is 1 − our score / the rival's: above zero we did better, below zero worse. Forecasts from",
        "neighbouring years overlap and states move together, so a small skill of either sign is noise.",
        "",
        f"Scored here: {', '.join(dict.fromkeys(r.mechanism for r in rows))}.",
        f"Over all origins, {len(whole) - len(lost)} of {len(whole)} comparisons were won, "
        f"{len(lost)} lost or drawn.",
        "",
        "## Where we lost",
        "",
    ]
    lines += [
        f"- {s['mechanism']}, {s['quantity']}, {_years(s['horizon'])} ahead, {s['score']}: "
        f"{s['ours']:.4g} against {s['theirs']:.4g} by {s['rival']} (skill {s['skill']:+.3f})"
        for s in sorted(lost, key=lambda s: s["skill"])
    ] or ["Nowhere, over all origins together; single origins are below."]
    lines += ["", "## Over all origins", "", *_summary_table(whole), "", "## Every origin", ""]
    return "\n".join([*lines, *_row_table(rows)]) + "\n"


def _years(horizon: int) -> str:
    return "1 year" if horizon == 1 else f"{horizon} years"


def _summary_table(whole: Sequence[Mapping[str, Any]]) -> list[str]:
    head = "| mechanism | quantity | years ahead | score | ours | rival | rival's | skill "
    head += "| origins won | cases | inside 90 % |"
    lines = [head, "|---|---|--:|---|--:|---|--:|--:|--:|--:|--:|"]
    for s in whole:
        lines.append(
            f"| {s['mechanism']} | {s['quantity']} | {s['horizon']} | {s['score']} | {s['ours']:.4g} "
            f"| {s['rival']} | {s['theirs']:.4g} | {_signed(s['skill'])} | {s['won']} of {s['origins']} "
            f"| {s['n']} | {_percent(s['inside'])} |"
        )
    return lines


def _row_table(rows: Sequence[Row]) -> list[str]:
    head = "| mechanism | quantity | from | years ahead | score | ours | rival | rival's | skill "
    head += "| n | inside 90 % |"
    lines = [head, "|---|---|--:|--:|---|--:|---|--:|--:|--:|--:|"]
    for r in rows:
        lines.append(
            f"| {r.mechanism} | {r.quantity} | {r.origin} | {r.horizon} | {r.score} | {r.ours:.4g} "
            f"| {r.rival} | {r.theirs:.4g} | {_signed(r.skill)} | {r.n} | {_percent(r.inside)} |"
        )
    return lines


def _signed(value: float) -> str:
    return f"{value:+.3f}" if isfinite(value) else "–"


def _percent(value: float) -> str:
    return f"{value:.0%}" if isfinite(value) else "–"
