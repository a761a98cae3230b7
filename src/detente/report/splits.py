"""Where theories disagree: effects that depend on which of rival theories is right, under each of them.

Rival theories are drawn, not averaged. Where they lead to very different effects, a mean over all
worlds describes no world, and an interval over them hides two groups behind one range.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from detente.judge.theories import rival_theories
from detente.report import cells
from detente.report.cells import Cell
from detente.report.plain import one_line
from detente.report.tables import Headline
from detente.run.result import Result

LEAST = 0.2
"""Share of the variance of an effect that a choice between theories explains before it is shown."""
FEWEST = 20
"""Draws that each theory needs."""


@dataclass(frozen=True, slots=True)
class Split:
    """One effect under each of the theories between which a parameter chooses."""

    parameter: str
    change: Cell
    """The effect over all theories."""
    under: tuple[tuple[str, Cell], ...]
    explained: float
    """Share of the variance between draws that lies between the theories (eta squared)."""

    @property
    def title(self) -> str:
        """The quantity and for whom."""
        return f"{self.change.look.title}, {self.change.label}"


@dataclass(frozen=True, slots=True)
class Dispute:
    """A choice between theories with the effects that hang on it, most explained first."""

    parameter: str
    question: str
    judgement: str
    splits: tuple[Split, ...]


def eta_squared(effect: np.ndarray, groups: Sequence[np.ndarray]) -> float:
    """Share of the variance of an effect (draw,) that lies between groups of draws (booleans); 0 if none."""
    known = np.isfinite(effect)
    kept = [effect[g & known] for g in groups if (g & known).any()]
    every = np.concatenate(kept) if kept else np.zeros(0)
    total = float(((every - every.mean()) ** 2).sum()) if len(every) else 0.0
    between = sum(len(k) * float(k.mean() - every.mean()) ** 2 for k in kept)
    return between / total if total > 0 else 0.0


def disputes(result: Result, headlines: Sequence[Headline]) -> list[Dispute]:
    """The choices between theories on which main figures hang: the one that explains most first."""
    cards = {c["name"]: c for c in result.parameter_cards}
    found: dict[str, list[Split]] = defaultdict(list)
    for parameter, theories in rival_theories(result).items():
        for h in headlines:
            split = _split(result, parameter, theories, h.change)
            if split is not None:
                found[parameter].append(split)
    ordered = sorted(found.items(), key=lambda kv: -max(s.explained for s in kv[1]))
    return [
        Dispute(
            parameter,
            one_line(cards[parameter]["why"]),
            one_line(cards[parameter]["judgement"]),
            tuple(sorted(splits, key=lambda s: -s.explained)),
        )
        for parameter, splits in ordered
    ]


def _split(result: Result, parameter: str, theories: Mapping[str, np.ndarray], change: Cell) -> Split | None:
    year = result.years.index(change.year)
    effect = cells.differences(result, change.measure, change.scenario, change.who)[:, year]
    groups = {t: g & np.isfinite(effect) for t, g in theories.items() if g.any()}
    if len(groups) < 2 or min(int(g.sum()) for g in groups.values()) < FEWEST:
        return None
    explained = eta_squared(effect, list(groups.values()))
    if explained < LEAST:
        return None
    under = tuple((t, cells.under(change, parameter, t, effect[g])) for t, g in groups.items())
    return Split(parameter, change, under, explained)


def sentence(dispute: Dispute, most: int = 3) -> Markup:
    """The question between the theories, and the main effects under each of them."""
    told, said = dispute.splits[:most], []
    for k, (theory, _) in enumerate(told[0].under):
        effects = _effects([s.under[k][1] for s in told])
        opening = "; if" if k else "If"
        said.append(Markup("{i} “{t}” holds, {e}").format(i=opening, t=theory.replace("_", " "), e=effects))
    return Markup("Theories disagree, and the means above hide it. {q} {s} ({n} worlds).").format(
        q=dispute.question, s=Markup("").join(said), n=_listed([c.worlds for _, c in told[0].under])
    )


def _effects(found: Sequence[Cell]) -> Markup:
    """'real income changes by +1.1 % in Russia and +0.04 % in NATO, trade by +9 % between …'."""
    by_measure: dict[str, list[Cell]] = defaultdict(list)
    for cell in found:
        by_measure[cell.measure].append(cell)
    clauses: list[Markup] = []
    for cells_of_one in by_measure.values():
        by = "" if clauses else "changes "
        noun = cells_of_one[0].look.noun
        clauses.append(Markup("{n} {b}by {e}").format(n=noun, b=by, e=_listed([*map(_effect, cells_of_one)])))
    return Markup(", and ").join(clauses)


def _effect(cell: Cell) -> Markup:
    unit = "" if cell.unit.startswith("%") else f" {cell.unit}"
    where = "between" if len(cell.who) > 1 else "in"
    return Markup("{d}{u} {i} {w}").format(d=cell.number("mean", sign=True), u=unit, i=where, w=cell.label)


def _listed(parts: Sequence[Markup]) -> Markup:
    if len(parts) == 1:
        return parts[0]
    return Markup("{} and {}").format(Markup(", ").join(parts[:-1]), parts[-1])


def line(split: Split) -> str:
    """One split in a line of plain text."""
    effects = [
        f"{c.text('mean', sign=True)} [{c.text('low', sign=True)}, {c.text('high', sign=True)}] "
        f"if “{t.replace('_', ' ')}” ({c.estimate.n} draws)"
        for t, c in split.under
    ]
    return f"{split.title}, by {split.parameter}: {'; '.join(effects)}"
