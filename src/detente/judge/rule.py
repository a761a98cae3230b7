"""The verdict rule, and what a verdict carries.

*Supported* if the 90 % interval lies wholly on the asserted side of the threshold, *contradicted*
if wholly on the other side, *undecided* if it straddles it, *out of reach* if nothing of ours can
speak. The interval of an effect or a level runs from the 5 % to the 95 % quantile over draws, so
it holds the uncertainty of parameters and of luck. A chance or a median is one number for all
draws together; with one run for each parameter draw the two uncertainties cannot be told apart,
so its interval is the sampling interval of a share (Wilson 1927), and what rests on parameters is
shown by giving the verdict again under each rival theory.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isfinite, nan, sqrt
from typing import Any, Literal

import numpy as np

Finding = Literal["supported", "contradicted", "undecided", "out of reach", "measured"]
"""``measured``: shown beside a verdict, not judged."""

Z90 = 1.6448536269514722
"""Standard normal quantile of 0.95: a two-sided 90 % interval."""

FEWEST = 20
"""Draws below which no verdict is given: the 5 % quantile of fewer is the smallest of them."""

SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
}


def decide(low: float, high: float, relation: str, than: float, against: float | None = None) -> Finding:
    """The rule on one interval [low, high].

    Parameters
    ----------
    relation, than : the asserted side, as in ``>= 0.1``; ``covers`` asserts that ``than`` is in the interval.
    against : the threshold beyond which the assertion counts as contradicted, where it is not ``than``.
    """
    if not (isfinite(than) and low <= high):
        return "out of reach"
    if relation == "covers":
        return "supported" if low <= than <= high else "contradicted"
    holds = SIGNS[relation]
    far = than if against is None else against
    if holds(low, than) and holds(high, than):
        return "supported"
    if not holds(low, far) and not holds(high, far):
        return "contradicted"
    return "undecided"


def wilson(hits: float, n: int, z: float = Z90) -> tuple[float, float]:
    """Interval of a share by Wilson's score; NaN for no trials."""
    if n == 0:
        return nan, nan
    p, zz = hits / n, z * z
    centre = (p + zz / (2 * n)) / (1 + zz / n)
    half = z / (1 + zz / n) * sqrt(p * (1 - p) / n + zz / (4 * n * n))
    return (0.0 if hits == 0 else centre - half), (1.0 if hits == n else centre + half)


def median_interval(values: np.ndarray, z: float = Z90) -> tuple[float, float]:
    """Distribution-free 90 % interval of a median by order statistics; infinite values are late ones."""
    x = np.sort(values)
    n = len(x)
    half = z * sqrt(n) / 2
    return float(x[max(0, int(np.floor(n / 2 - half)))]), float(x[min(n - 1, int(np.ceil(n / 2 + half)) - 1)])


def katz(hits: np.ndarray, group: np.ndarray, z: float = Z90) -> tuple[float, float, float]:
    """Ratio of two chances with its interval (Katz et al. 1978), half a case added to each cell.

    ``hits`` and ``group`` are booleans over draws: chance where ``group`` holds over chance where not.
    """
    a, n1 = (hits & group).sum() + 0.5, group.sum() + 1.0
    b, n0 = (hits & ~group).sum() + 0.5, (~group).sum() + 1.0
    ratio = float((a / n1) / (b / n0))
    half = z * sqrt(1 / a - 1 / n1 + 1 / b - 1 / n0)
    return ratio, ratio * float(np.exp(-half)), ratio * float(np.exp(half))


Cells = tuple[int, int, int, int]
"""Counts of paired draws: both worlds, only the first, only the second, neither."""


def paired_cells(one: np.ndarray, two: np.ndarray) -> Cells:
    """How often both of two booleans over draws hold, only the first, only the second, and neither."""
    a, b = np.asarray(one, dtype=bool), np.asarray(two, dtype=bool)
    return int((a & b).sum()), int((a & ~b).sum()), int((~a & b).sum()), int((~a & ~b).sum())


def paired_difference(cells: Cells, z: float = Z90) -> tuple[float, float, float]:
    """Difference of two chances in the same draws, with its interval: Newcombe's square-and-add.

    Method 10 of Newcombe (1998b, Statistics in Medicine 17: 2635): Wilson's intervals of both shares, put
    together with the correlation of the pairs, which is made smaller by a continuity correction if positive.
    """
    both, first, second, neither = cells
    n = sum(cells)
    if n == 0:
        return nan, nan, nan
    p1, p2 = (both + first) / n, (both + second) / n
    (l1, u1), (l2, u2) = wilson(both + first, n, z), wilson(both + second, n, z)
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    odds = both * neither - first * second
    odds = max(odds - n / 2, 0.0) if odds > 0 else float(odds)
    phi = odds / sqrt(margins) if margins else 0.0

    def half(down: float, up: float) -> float:
        return sqrt(max(down**2 - 2 * phi * down * up + up**2, 0.0))

    return p1 - p2, p1 - p2 - half(p1 - l1, u2 - p2), p1 - p2 + half(u1 - p1, p2 - l2)


def paired_ratio(cells: Cells, z: float = Z90) -> tuple[float, float, float]:
    """Ratio of two chances in the same draws, with its interval: Bonett and Price's hybrid of Wilson's.

    Bonett & Price (2006, Biometrics 62: 1148-1153). The draws in which neither happens say nothing about the
    ratio and drop out. Infinite ends where the second never happens; NaN where neither ever does.
    """
    both, first, second, _ = cells
    n, one, two = both + first + second, both + first, both + second
    if n == 0:
        return nan, 0.0, inf
    scale = sqrt((first + second + 2) / ((one + 1) * (two + 1)))
    parts = (sqrt((1 - (m + 1) / (n + 2)) / (m + 1)) for m in (one, two))
    wide = z * scale / sum(parts)
    (l1, u1), (l2, u2) = wilson(one, n, wide), wilson(two, n, wide)
    return one / two if two else inf, l1 / u2, u1 / l2 if l2 > 0 else inf
