"""What an effect rests on: which parameters move it, and which of them are our own judgement.

Over draws the effect is regressed on the parameters, both as normal scores of their ranks. A
parameter's weight is the average over all orders of entry of what it adds to the variance explained
(Lindeman, Merenda & Gold 1980; equal to Shapley values of R²), so weights add up to the R² even
where parameters are drawn together. With few
draws a parameter that does nothing would still explain a little by accident. Two guards: only
parameters whose own part passes an F test at 1 % are weighed (the others get weight 0), and what
chance alone would give is taken off (the adjusted R²). What is left over is luck, and whatever acts
in curves and combinations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import nan
from typing import Any

import numpy as np

from detente.judge.rule import FEWEST
from detente.judge.theories import rival_theories

FEWEST_PER_COLUMN = 5
"""Draws needed for each number that is regressed on; a parameter with more numbers is not weighed."""

LEVEL = 0.01
"""Chance with which a parameter that does nothing is weighed all the same."""

SHAPLEY_UP_TO = 10
"""Parameters that enter the exact Shapley sum; the others count one at a time, after these."""


@dataclass(frozen=True)
class Weight:
    """Share of the variance of an effect that a parameter accounts for."""

    parameter: str
    basis: str
    share: float
    direction: float
    """Correlation of normal scores with the effect's; NaN for sets of parameters and for rival theories."""


@dataclass(frozen=True)
class Flip:
    """A choice between theories on which the sign of the effect depends."""

    parameter: str
    medians: Mapping[str, float]
    """Median effect under each theory."""


@dataclass(frozen=True)
class Attribution:
    """What an effect rests on."""

    weights: tuple[Weight, ...]
    by_basis: Mapping[str, float]
    """Share of variance by basis: estimate, literature, judgement; and ``luck`` for the rest."""
    flips: tuple[Flip, ...]
    n: int
    reason: str = ""
    """Why weights are missing; empty if none are."""

    @property
    def judgement(self) -> float:
        """Share of what the parameters explain that rests on judgement; NaN if they explain nothing."""
        explained = sum(v for k, v in self.by_basis.items() if k != "luck")
        return self.by_basis.get("judgement", 0.0) / explained if explained > 0 else nan


def attribution(result: Any, effect: np.ndarray) -> Attribution:
    """Weights of a result's parameters in an effect.

    Parameters
    ----------
    result : a :class:`detente.run.result.Result`; its ``parameters`` and ``parameter_cards`` are used.
    effect : the effect in each draw, shape (draw,); NaN where a draw failed.
    """
    basis = {c["name"]: c["basis"] for c in result.parameter_cards}
    theories = rival_theories(result)
    columns = {name: _columns(values, theories.get(name)) for name, values in result.parameters.items()}
    flips = tuple(_flips(effect, theories))
    return weigh(effect, {k: v for k, v in columns.items() if v.shape[1]}, basis, flips)


def weigh(
    effect: np.ndarray,
    columns: Mapping[str, np.ndarray],
    basis: Mapping[str, str],
    flips: tuple[Flip, ...] = (),
) -> Attribution:
    """As :func:`attribution`, from columns (draw, k) of each parameter."""
    known = np.isfinite(effect)
    y, n = _scores(effect[known]), int(known.sum())
    if n < FEWEST or np.ptp(y) == 0:
        why = f"{n} worlds are too few" if n < FEWEST else "the effect is the same in every world"
        return Attribution((), {}, flips, n, why)
    x = {name: np.column_stack([_scores(c[known]) for c in value.T]) for name, value in columns.items()}
    wide = sorted(name for name, v in x.items() if v.shape[1] * FEWEST_PER_COLUMN > n)
    shares = dict.fromkeys(x, 0.0) | _shapley(y, _at_work(y, {p: v for p, v in x.items() if p not in wide}))
    weights = tuple(
        Weight(name, basis.get(name, "judgement"), shares[name], _direction(y, x[name]))
        for name in sorted(shares, key=lambda p: -shares[p])
        if name not in wide
    )
    by_basis = {
        b: sum(w.share for w in weights if w.basis == b) for b in ("estimate", "literature", "judgement")
    }
    reason = f"too few worlds ({n}) to weigh {', '.join(wide)}" if wide else ""
    rest = max(0.0, 1 - sum(by_basis.values()))
    return Attribution(weights, by_basis | {"luck": rest}, flips, n, reason)


def _at_work(y: np.ndarray, x: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Parameters whose own part passes the F test, strongest first, as many as the draws allow."""
    from scipy.special import fdtrc

    n, chance = len(y), {}
    for name, columns in x.items():
        k = columns.shape[1]
        plain = _plain_r2(y, columns)
        chance[name] = float(fdtrc(k, n - k - 1, plain / k / max((1 - plain) / (n - k - 1), 1e-300)))
    kept, room = {}, n // FEWEST_PER_COLUMN
    for name in sorted(chance, key=lambda p: (chance[p], p)):
        if chance[name] < LEVEL and x[name].shape[1] <= room:
            kept[name] = x[name]
            room -= x[name].shape[1]
    return kept


def _columns(values: np.ndarray, theories: Mapping[str, np.ndarray] | None) -> np.ndarray:
    """Numbers to regress on: 0/1 for all but one theory; parts that do not vary are left out."""
    if theories is not None:
        table = np.column_stack(list(theories.values())[1:]).astype(float)
    else:
        table = np.asarray(values, dtype=float).reshape(len(values), -1)
    return table[:, np.ptp(table, axis=0) > 0]


def _scores(values: np.ndarray) -> np.ndarray:
    """Normal scores (van der Waerden), centred, with unit variance; all zero if nothing varies.

    A monotone curve then counts like a line, and a few extreme worlds decide nothing.
    """
    from scipy.special import ndtri

    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    scores = ndtri((ranks - 0.5) / len(values))
    centred = scores - scores.mean()
    spread = centred.std()
    return centred / spread if spread > 1e-12 else np.zeros(len(values))


def _plain_r2(y: np.ndarray, x: np.ndarray) -> float:
    fitted = x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return 1 - float(((y - fitted) ** 2).sum() / (y**2).sum())


def _explained(y: np.ndarray, parts: Sequence[np.ndarray]) -> float:
    """Adjusted R² of least squares, not below 0."""
    if not parts:
        return 0.0
    x, n = np.column_stack(parts), len(y)
    plain = _plain_r2(y, x)
    return max(0.0, 1 - (1 - plain) * (n - 1) / max(1, n - int(x.shape[1]) - 1))


def _shapley(y: np.ndarray, x: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Shapley shares of the adjusted R²; exact for the strongest, marginal for the rest."""
    alone = {name: _explained(y, [v]) for name, v in x.items()}
    strong = sorted(alone, key=lambda p: -alone[p])[:SHAPLEY_UP_TO]
    worth = {
        frozenset(some): _explained(y, [x[p] for p in some])
        for size in range(len(strong) + 1)
        for some in combinations(strong, size)
    }
    shares = {p: _share(p, strong, worth) for p in strong}
    inside, before = list(strong), worth[frozenset(strong)]
    for name in sorted(set(x) - set(strong), key=lambda p: -alone[p]):
        after = max(before, _explained(y, [x[p] for p in [*inside, name]]))
        shares[name], before = after - before, after
        inside.append(name)
    return {p: max(0.0, s) for p, s in shares.items()}


def _share(name: str, players: Sequence[str], worth: Mapping[frozenset[str], float]) -> float:
    from math import comb

    others, k = [p for p in players if p != name], len(players)
    total = 0.0
    for size in range(k):
        gains = [worth[frozenset(s) | {name}] - worth[frozenset(s)] for s in combinations(others, size)]
        total += sum(gains) / (k * comb(k - 1, size))
    return total


def _direction(y: np.ndarray, x: np.ndarray) -> float:
    return float(np.mean(y * x[:, 0])) if x.shape[1] == 1 and len(np.unique(x)) > 2 else nan


def _flips(effect: np.ndarray, theories: Mapping[str, Mapping[str, np.ndarray]]) -> list[Flip]:
    """Choices between theories whose median effects differ in sign."""
    found = []
    for parameter, by_theory in theories.items():
        groups = {t: effect[m & np.isfinite(effect)] for t, m in by_theory.items()}
        medians = {t: float(np.median(v)) for t, v in groups.items() if len(v) >= 20}
        if min(medians.values(), default=0) < 0 < max(medians.values(), default=0):
            found.append(Flip(parameter, medians))
    return found
