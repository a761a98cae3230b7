"""What a test measures, in words for the reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def describe(test: Any) -> str:
    """One phrase, such as 'effect on milex_share of bloc:NATO, 10 years on, against the baseline'."""
    return str(_WORDS[test.kind](test))


def _who(selector: Any) -> str:
    return selector if isinstance(selector, str) else " ".join(selector)


def _where(q: Any) -> str:
    places = q.where if isinstance(q.where, tuple) else (q.where,)
    said = [_who(p.state) + (f" → {_who(p.partner)}" if p.partner is not None else "") for p in places]
    return " and ".join(s for s in said if s != "all") or "all"


def _when(year: int) -> str:
    return str(year) if year >= 1000 else f"{year} years on" if year != 1 else "1 year on"


def _span(span: tuple[int, int]) -> str:
    return _when(span[0]) if span[0] == span[1] else f"mean of {_when(span[0])} to {_when(span[1])}"


def _quantity(q: Any) -> str:
    words = f"{q.field} of {_where(q)}"
    if q.apart_from is not None:
        return f"distance in {q.field} of {_where(q)} to {_who(q.apart_from)}"
    if q.share_of is not None:
        return f"{words} as a share of {_who(q.share_of)}"
    for term in q.plus:
        words += f" + {term.times:g} × {term.field} of {_where(term)}"
    return f"{words} over {q.over}" if q.over is not None else words


def _happening(w: Any) -> str:
    side = f"≥ {w.at_least:g}" if w.at_least is not None else f"≤ {w.at_most:g}"
    words = f"{w.field} of {_where(w)} {side}"
    if w.across != "mean":
        words += f" for {w.across}"
    if w.lasting > 1:
        words += f", {w.lasting} years running"
    if w.after_at_least is not None:
        words += f" after ≥ {w.after_at_least:g}"
    until = f"by {_when(w.by)}" if w.since is None else _span((w.since, w.by))
    return f"{words} {until.replace('mean of', 'from')}, in {w.scenario}"


def _event(t: Any) -> str:
    if t.versus is None:
        return f"chance of {_happening(t.what)}"
    joined = "less" if t.compare == "difference" else "over"
    other = f"that in {t.versus}" if isinstance(t.versus, str) else f"the chance of {_happening(t.versus)}"
    return f"chance of {_happening(t.what)}, {joined} {other}"


def _effect(t: Any) -> str:
    return f"effect on {_quantity(t)}, {_span(t.at)}, {t.scenario} against {t.versus}"


def _count(t: Any) -> str:
    side = f"{t.each.relation} {t.each.than:g}"
    return f"states of {_who(t.states)} whose effect on {t.field} is {side}, {_when(t.at)}, {t.scenario}"


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "level": lambda t: f"{_quantity(t)}, {_span(t.at)}, in {t.scenario}",
    "inside": lambda t: (
        f"{_quantity(t)}, {_span(t.at)}, in {t.scenario}: is {t.than:g} in the middle {t.part:.0%} of worlds?"
    ),
    "effect": _effect,
    "speed": lambda t: (
        f"part of the effect on {_quantity(t)} at {_when(t.late)} that is there {_when(t.early)}"
    ),
    "count": _count,
    "event": _event,
    "years_until": lambda t: f"median years until {_happening(t.what)}",
    "chance_ratio": lambda t: (
        f"chance of {_happening(t.what)} where {_quantity(t.rising)} rises, over where it falls"
    ),
    "combine": lambda t: "; ".join(describe(x) for x in t.tests),
    "record": lambda t: t.record,
    "out_of_reach": lambda t: "",
}
