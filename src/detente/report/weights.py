"""What an answer rests on: parameters by weight, the share of judgement, theories that turn the sign."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from markupsafe import Markup

from detente.judge.attribution import Attribution, attribution
from detente.report import cells, charts
from detente.report.figures import Figure, chosen
from detente.report.looks import look
from detente.report.parties import Party, answer_year
from detente.report.plain import one_line
from detente.run.result import Result

MOST_QUANTITIES, MOST_PARAMETERS = 7, 12
WORTH_A_WORD = 1.0
"""Share of the spread, in per cent, from which a parameter is explained below the drawing."""
BASES = ("estimate", "literature", "judgement", "luck")


@dataclass(frozen=True, slots=True)
class BasisRow:
    """One effect and what its spread between worlds comes from, in per cent as written."""

    quantity: str
    who: str
    shares: tuple[str, ...]
    """In the order of ``BASES``."""
    judgement: str
    """Share of judgement in what the parameters explain."""
    reason: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What the main effects of a scenario rest on."""

    rows: tuple[BasisRow, ...]
    figure: Figure | None
    flips: tuple[str, ...]
    heaviest: tuple[tuple[str, str, str], ...]
    """Parameters that weigh most: name, share of the spread as written, and what they say."""

    @property
    def reasons(self) -> list[str]:
        """Why something could not be weighed, each reason once."""
        return list(dict.fromkeys(r.reason for r in self.rows if r.reason))


def basis(result: Result, scenario: str) -> Basis:
    """Weights of parameters in the main effects of a scenario, in the year of its answer."""
    year = result.years.index(answer_year(result.documents[scenario], result.years))
    rows, weighed, flips = [], [], []
    for measure, who in _main(result, scenario):
        effect = cells.differences(result, measure, scenario, who)[:, year]
        found = attribution(result, effect)
        title, label = look(measure, result.fields.get(measure)).title, " – ".join(p.label for p in who)
        rows.append(_row(title, label, found))
        if found.weights:
            weighed.append(found)
        flips += [_flip(f"{title}, {label}", f.parameter, f.medians) for f in found.flips]
    ranked = _ranked(weighed)
    why = {c["name"]: one_line(c["why"]) for c in result.parameter_cards}
    heaviest = [(n, cells.share(s), why[n]) for (n, b), s in ranked if b != "luck" and s >= WORTH_A_WORD]
    return Basis(tuple(rows), _figure(ranked), tuple(flips), tuple(heaviest[:3]))


def _main(result: Result, scenario: str) -> list[tuple[str, tuple[Party, ...]]]:
    """The quantities of the page's timelines without those of further pairs and the coarse copy of peace."""
    shown = chosen(result, scenario)
    first: tuple[Party, ...] = next((who for _, who in shown if len(who) == 2), ())
    kept = [(m, who) for m, who in shown if m != "warm_pairs" and (len(who) == 1 or who == first)]
    return kept[:MOST_QUANTITIES]


def _row(title: str, label: str, found: Attribution) -> BasisRow:
    shares = tuple(cells.share(100 * found.by_basis[b]) if found.by_basis else "" for b in BASES)
    judged = cells.share(100 * found.judgement) if isfinite(found.judgement) else ""
    return BasisRow(title, label, shares, judged, found.reason)


def _flip(what: str, parameter: str, medians: Mapping[str, float]) -> str:
    sides = [f"{t.replace('_', ' ')} {'up' if m > 0 else 'down'}" for t, m in medians.items() if m]
    return f"{what}: {parameter} ({', '.join(sides)})"


def _ranked(weighed: Sequence[Attribution]) -> list[tuple[tuple[str, str], float]]:
    """(parameter, basis) and mean weight in per cent over the effects that could be weighed; with luck."""
    total: dict[tuple[str, str], float] = defaultdict(float)
    for found in weighed:
        for w in found.weights:
            total[w.parameter, w.basis] += 100 * w.share / len(weighed)
        total["all luck together", "luck"] += 100 * found.by_basis["luck"] / len(weighed)
    return sorted((kv for kv in total.items() if kv[1] >= 0.05), key=lambda kv: -kv[1])[:MOST_PARAMETERS]


def _figure(ranked: Sequence[tuple[tuple[str, str], float]]) -> Figure | None:
    """Parameters by their weight, and luck for comparison."""
    if not ranked:
        return None
    rows = [{"label": name, "share": round(share, 2), "basis": basis} for (name, basis), share in ranked]
    named = "; ".join(f"{r['label']} {r['share']:.0f} %" for r in rows[:5])
    return Figure(
        "What the spread between worlds comes from",
        "mean over the effects in the table",
        f"Share of the spread of the main effects that each parameter accounts for: {named}",
        Markup(charts.svg(charts.weights(rows))),
        "Average marginal share of variance explained (Lindeman, Merenda & Gold 1980), on ranks. Luck holds "
        "all accidents of the worlds and what acts in curves and combinations.",
    )
