"""Who enters a war begun by others: entrants told apart from beginners, allies who kept their word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.conflict import equations, record
from detente.mechanisms.conflict.logit import information, joint, level, newton
from detente.mechanisms.conflict.panel import Panel

NODES = np.linspace(-6.0, 6.0, 121)
"""Grid over the luck of coalitions: finer than what one great coalition tells of its own."""
LOOSE, WIDTH, SPREAD = 30.0, 2.0, 3.0
"""Standard deviations of normal priors: of intercept and slope, of what the foe is, of the spread (half)."""


@dataclass(frozen=True)
class War:
    """Rows of a panel: the pair that began a war, and all pairs that fought in it (the first among them)."""

    row: int
    rows: tuple[int, ...]


def wars(panel: Panel, chance: np.ndarray) -> list[War]:
    """The wars of one dispute each, as known in the panel's last year, in order of year.

    The pair that began it is the likeliest of those that began the dispute on both sides; where none of these
    fought (Kuwait was overrun), the likeliest of all.
    """
    begun = np.flatnonzero(panel.outcome["war"] > 0)
    at = {(int(panel.year[r]), int(panel.a[r]), int(panel.b[r])): int(r) for r in begun}
    out = []
    for fought in record.war_sides(panel.who, int(panel.year.max())).values():
        rows = [at[year, a, b] for year, a, b, _ in fought]
        first = [r for r, (*_, began) in zip(rows, fought, strict=True) if began] or rows
        out.append(War(max(first, key=lambda r: chance[r]), tuple(rows)))
    return sorted(out, key=lambda war: (panel.year[war.row], war.row))


def coalition(panel: Panel, found: Sequence[War]) -> np.ndarray:
    """Rows of wars that did not begin by themselves: booleans (row,)."""
    out = np.zeros(len(panel.year), dtype=bool)
    out[[r for war in found for r in war.rows]] = True
    out[[war.row for war in found]] = False
    return out


@dataclass(frozen=True)
class Side:
    """One side of a war: a state, its foe, who is bound to it alone, and who came against the foe."""

    row: int
    foe: int
    own: int
    bound: frozenset[int]
    came: frozenset[int]

    def armed(self, panel: Panel) -> float:
        """Whether the foe had nuclear arms."""
        return float(panel.columns["armed_a" if panel.a[self.row] == self.foe else "armed_b"][self.row])


def sides(panel: Panel, found: Sequence[War]) -> Iterator[Side]:
    """Both sides of each war; who came, came at any time of the war and fought the one with whom it began."""
    for war in found:
        year, ends = panel.year[war.row], (int(panel.a[war.row]), int(panel.b[war.row]))
        now = (panel.year == year) & (panel.columns["pact"] > 0)
        for own, foe in (ends, ends[::-1]):
            bound = _partners(panel, np.flatnonzero(now), own) - _partners(panel, np.flatnonzero(now), foe)
            came = _partners(panel, np.array(war.rows), foe) - {own}
            yield Side(war.row, foe, own, frozenset(bound - {foe}), frozenset(came))


def _partners(panel: Panel, rows: np.ndarray, state: int) -> set[int]:
    mine = rows[(panel.a[rows] == state) | (panel.b[rows] == state)]
    return {int(s) for s in panel.a[mine] + panel.b[mine] - state}


def entrants(panel: Panel, chance: np.ndarray, found: Sequence[War]) -> tuple[np.ndarray, ...]:
    """One row for each side of a war and each third state not bound to it: terms (``ENTER``), came, side."""
    x, y, group = [], [], []
    for k, side in enumerate(sides(panel, found)):
        year = panel.year == panel.year[side.row]
        for r in np.flatnonzero(year & ((panel.a == side.foe) | (panel.b == side.foe))):
            third = int(panel.a[r] + panel.b[r] - side.foe)
            if third != side.own and third not in side.bound:
                end = "_a" if panel.a[r] == side.foe else "_b"
                great, armed = (float(panel.columns[name + end][r]) for name in ("major", "armed"))
                x.append((1.0, np.log(chance[r] / (1 - chance[r])), great, armed))
                y.append(float(third in side.came))
                group.append(k)
    return np.array(x), np.array(y), np.array(group)


def entering(parts: Sequence[tuple[np.ndarray, ...]]) -> dict[str, Any]:
    """Who enters a war begun by others: a logit on ``equations.ENTER``, from :func:`entrants` of the record.

    Most wars draw in nobody and a few draw in a dozen: each side of a war has a normal luck of its own in the
    intercept, integrated out; the last number is the log of its standard deviation. Nobody without a pact has
    come against a nuclear power, so what the foe is has normal priors around nought (``WIDTH``). The level is
    that of the count (:func:`logit.level`).
    """
    shift = np.cumsum([0, *(group.max() + 1 for _, _, group in parts)])
    x, y = (np.concatenate([part[k] for part in parts]) for k in (0, 1))
    group = np.concatenate([part[2] + k for part, k in zip(parts, shift, strict=False)])
    scale = np.where(np.arange(x.shape[1]) < 2, LOOSE, WIDTH)
    mean, errors = coalitions(x, y, group, scale)
    mean = level(mean, errors, lambda theta: float(average(theta, x).sum()), float(y.sum()))
    return joint((*equations.ENTER, "log_spread"), mean, errors)


def average(theta: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Chance (row,) of ``x`` (row, k), the luck of coalitions averaged out."""
    density = np.exp(-(NODES**2) / 2.0)
    odds = (x @ theta[:-1])[:, None] + np.exp(theta[-1]) * NODES
    return equations.hazard(odds) @ (density / density.sum())


def coalitions(
    x: np.ndarray, y: np.ndarray, group: np.ndarray, scale: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Logit of ``y`` (row,) on ``x`` (row, k) with a normal intercept of each group: estimates, covariance.

    Coefficients under normal priors of standard deviation ``scale`` (k,), then the log standard deviation of
    the groups under a half-normal one; quadrature on a grid, covariance from the information. Rows of a
    group lie together.
    """
    from scipy.optimize import minimize

    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = likelihood(theta, x, y, starts)
        spread = np.exp(theta[-1]) / SPREAD
        prior = float(((theta[:-1] / scale) ** 2).sum() + spread**2) / 2
        return prior - float(value.sum()), np.r_[theta[:-1] / scale**2, spread**2] - slope

    begin = np.r_[-3.0, 0.4, np.zeros(x.shape[1] - 2), 0.5]
    found = minimize(loss, begin, jac=True, method="BFGS", options={"gtol": 1e-4, "maxiter": 500})
    if np.abs(found.jac).max() > 1e-2:
        raise RuntimeError(f"the likelihood of coalitions did not come to rest: {found.message}")
    steps = 1e-4 * np.eye(len(begin))
    bend = np.array([(loss(found.x + e)[1] - loss(found.x - e)[1]) / 2e-4 for e in steps])
    return found.x, np.linalg.inv((bend + bend.T) / 2)


def likelihood(
    theta: np.ndarray, x: np.ndarray, y: np.ndarray, starts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood of each group (its luck integrated out) and the slope of their sum.

    ``starts``: first row of each group.
    """
    density = np.exp(-(NODES**2) / 2.0)
    odds = (x @ theta[:-1])[:, None] + np.exp(theta[-1]) * NODES
    sums = np.add.reduceat(y[:, None] * odds - np.logaddexp(0.0, odds), starts)
    sums = sums + np.log(density / density.sum())
    value = np.logaddexp.reduce(sums, axis=1)
    after = np.repeat(np.exp(sums - value[:, None]), np.diff(np.r_[starts, len(y)]), axis=0)
    left = after * (y[:, None] - equations.hazard(odds))
    return value, np.r_[x.T @ left.sum(axis=1), (left @ NODES).sum() * np.exp(theta[-1])]


def kept_word(panel: Panel, found: Sequence[War]) -> dict[str, Any]:
    """How often allies of either side of a war entered it, and whether nuclear arms kept them out.

    ``honour_record``: the share of sides with allies of whom at least one came. ``follow``: the share of
    the rest that came where one did. Who was attacked is not told apart: of the two sides' allies those of
    the attacked are the ones who owe, so the first is a low reading. ``honour_armed``: what the log-odds of
    the first gain if the foe is armed, under a normal prior (``WIDTH``). Half a case added to both sides of
    each other count.
    """
    owed = [side for side in sides(panel, found) if side.bound]
    due = np.array([len(side.bound) for side in owed], dtype=float)
    kept = np.array([len(side.came & side.bound) for side in owed], dtype=float)
    helped = kept > 0
    rate = (helped.sum() + 0.5) / (len(due) + 1.0)
    rest, came_too = (due - 1)[helped], (kept - 1)[helped]
    share = (came_too.sum() + 0.5) / (rest.sum() + 1.0)
    spread = np.sqrt(((came_too - share * rest) ** 2).sum()) / (rest.sum() + 1.0)
    error = (rate * (1 - rate) / (len(due) + 1.0)) ** 0.5
    x = np.column_stack([np.ones(len(due)), [side.armed(panel) for side in owed]])
    ridge = np.array([1e-3, WIDTH**-2])
    beta = newton(x, helped.astype(float), ridge=ridge)
    shy = np.linalg.inv(information(x, equations.hazard(x @ beta), ridge))[1, 1] ** 0.5
    return {
        "honour_record": _normal(rate, error),
        "honour_armed": _normal(beta[1], shy),
        "follow": _normal(share, max(float(spread), 0.01)),
    }


def _normal(mean: float, sd: float) -> dict[str, Any]:
    return {"normal": {"mean": round(float(mean), 4), "sd": round(float(sd), 4)}}
