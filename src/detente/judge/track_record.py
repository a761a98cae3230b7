"""The track record: each mechanism fitted to data up to a past year, scored on what followed.

The mechanisms' own ``score`` modules make the forecasts; here they are brought into one table and
compared with their naive rivals. Skill is 1 − (our score) / (the rival's): positive is better than
the rival, 0 no better, negative worse. Losses are shown like gains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from pathlib import Path
from typing import Any

from detente.judge.measurement import Tables

ORIGINS = (1990, 1995, 2000, 2005, 2010, 2014, 2018)


@dataclass(frozen=True)
class Row:
    """One comparison: a mechanism's forecasts from ``origin``, ``horizon`` years ahead, with one rival."""

    mechanism: str
    quantity: str
    score: str
    """Which score, in words; smaller is better."""
    origin: int
    horizon: int
    rival: str
    ours: float
    theirs: float
    n: int
    inside: float = nan
    """Share of outcomes inside our 90 % interval."""

    @property
    def skill(self) -> float:
        """1 − ours / theirs; NaN where the rival made no error at all."""
        return 1 - self.ours / self.theirs if self.theirs > 0 else nan


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


def _growth(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    from detente.mechanisms.growth import score

    found = score.track_record(tables("state_year"), origins, draws, seed)
    yield from _fans(found, "growth", "log real GDP since the origin", {"walk": "random walk with drift"})


def _alignment(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    from detente.mechanisms.alignment import score

    found = score.track_record(tables("state_year"), tables("peace"), tables("pacts"), origins, draws, seed)
    rivals = {"walk": "random walk", "mean": "own twenty-year mean"}
    yield from _fans(found, "alignment", "ideal point", rivals)


def _fans(
    found: Iterable[Mapping[str, Any]], name: str, quantity: str, rivals: Mapping[str, str]
) -> Iterator[Row]:
    """Rows from forecasts with draws: by CRPS, and by the absolute error of the median."""
    for f in found:
        for key, rival in rivals.items():
            for short, score in (("crps", "CRPS"), ("mae", "mean absolute error")):
                ours, theirs = f[f"{short}_ours"], f[f"{short}_{key}"]
                yield Row(
                    name,
                    quantity,
                    score,
                    f["origin"],
                    f["horizon"],
                    rival,
                    ours,
                    theirs,
                    f["n"],
                    f["inside_ours"],
                )


def _relations(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    from detente.mechanisms.relations import score

    newest = int(tables("peace")["year"].max())  # type: ignore[arg-type]
    needed = ("peace", "states", "state_year", "pacts", "contiguity", "distance")
    frames = {name: tables(name) for name in needed}
    for origin in origins:
        horizons = tuple(h for h in (5, 10) if origin + h <= newest)
        if horizons:
            for horizon, groups in score.score_origin(frames, origin, horizons, draws, seed).items():
                yield from _by_group(origin, horizon, groups)


def _by_group(origin: int, horizon: int, groups: Mapping[str, Any]) -> Iterator[Row]:
    scores = {
        "rps": "ranked probability score",
        "brier_fall": "Brier score of falls",
        "brier_climb": "Brier score of climbs",
    }
    for group, methods in groups.items():
        for rival in (m for m in methods if m != "model"):
            ours, theirs = methods["model"], methods[rival]
            for key, score in scores.items():
                quantity = f"peace level, {group} pairs"
                yield Row(
                    "relations",
                    quantity,
                    score,
                    origin,
                    horizon,
                    rival,
                    ours[key],
                    theirs[key],
                    ours["pairs"],
                )


def _defence(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    from detente.mechanisms.defence import score

    newest = int(tables("state_year").drop_nulls("milex_share")["year"].max())  # type: ignore[arg-type]
    frames = [tables(name) for name in ("state_year", "peace", "pacts", "distance")]
    for origin in origins:
        horizon = min(10, newest - origin)
        if horizon < 1:
            continue
        ahead = score.backcast(*frames, origin, horizon, draws, seed)
        for h in sorted({1, 5, 10, horizon} & set(range(1, horizon + 1))):
            for f in score.loss(ahead, h).iter_rows(named=True):
                who = "all states" if f["states"] == "all" else "the states of D3"
                for rival in ("persistence", "common_trend"):
                    yield Row(
                        "defence",
                        f"log share of output, {who}",
                        "mean absolute error",
                        origin,
                        h,
                        rival.replace("_", " "),
                        f["median"],
                        f[rival],
                        f["n"],
                        f["inside_90"],
                    )


SCORED: Mapping[str, Callable[[Tables, tuple[int, ...], int, int], Iterator[Row]]] = {
    "relations": _relations,
    "alignment": _alignment,
    "growth": _growth,
    "defence": _defence,
}
"""Mechanisms that can be scored, and how."""


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
        "Skill is 1 − our score / the rival's: above zero we did better, below zero worse.",
        "",
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
