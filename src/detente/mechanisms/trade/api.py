"""Structural gravity on anybody's table, without the rest of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.mechanisms.trade.equilibrium import solve
from detente.model.errors import DetenteError, Problems, nearest

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class TradeResult:
    """Effect of a change of trade costs on every state; arrays follow ``states``.

    ``real_income``: ratio of what a state's output buys, with and without the change (1 = unchanged).
    ``price``: factory-gate price; numeraire: the value of world output. ``price_index``: price of what
    the state buys. ``exports``, ``imports`` without domestic sales, and their base values, in the money
    of the flows; ``flow`` exporter × importer, domestic sales on the diagonal.
    ``sweeps`` passes over the matrix were needed; ``step`` is the largest price change still called for.
    """

    states: tuple[str, ...]
    real_income: np.ndarray
    price: np.ndarray
    price_index: np.ndarray
    exports: np.ndarray
    imports: np.ndarray
    base_exports: np.ndarray
    base_imports: np.ndarray
    flow: np.ndarray
    sweeps: int
    step: float

    def table(self) -> pl.DataFrame:
        """One row a state: changes in percent, exports and imports in the money of the flows."""
        import polars as pl

        def percent(ratio: np.ndarray) -> np.ndarray:
            return 100.0 * (ratio - 1.0)

        return pl.DataFrame(
            {
                "state": self.states,
                "real_income_percent": percent(self.real_income),
                "exports": self.exports,
                "exports_percent": percent(self.exports / self.base_exports),
                "imports": self.imports,
                "imports_percent": percent(self.imports / self.base_imports),
                "price_index_percent": percent(self.price_index),
            }
        )

    def __str__(self) -> str:
        order = np.argsort(-self.real_income)
        chosen = order if len(order) <= 10 else [*order[:5], *order[-5:]]
        lines = [f"{self.states[i]}  {100 * (self.real_income[i] - 1):+8.3f} %" for i in chosen]
        return "\n".join(["Real income, largest gains and losses:", *lines])


def counterfactual(
    flows: Any, cost_change: Any, *, sigma: float = 6.0, states: Sequence[str] | None = None
) -> TradeResult:
    """General-equilibrium effects of a change of bilateral trade costs (Yotov et al. 2016, ch. 2).

    Parameters
    ----------
    flows : base-year trade with domestic sales: a polars or pandas table with columns ``exporter``,
        ``importer``, ``value`` (a pair that is not listed does not trade), or a square array with the
        exporter in rows. Any money.
    cost_change : log change of the trade term t^(1-σ), that is, of trade at given prices; -0.5 cuts a
        flow to 61 % before prices react. A table with columns ``exporter``, ``importer``, ``change``
        (0 where not listed), or a square array in the order of ``states``.
    sigma : elasticity of substitution between goods of different countries, above 1.
    states : names of the rows of an array; for a table, default its exporters and importers, sorted.

    Raises
    ------
    DetenteError : every mistake found in the input, or no equilibrium within the tolerance.

    Examples
    --------
    >>> import numpy as np
    >>> closed = np.array([[90.0, 10.0], [10.0, 40.0]])
    >>> freer = np.array([[0.0, 0.7], [0.7, 0.0]])
    >>> counterfactual(closed, freer, sigma=6, states=["BIG", "SMA"]).real_income.round(4).tolist()
    [1.0176, 1.0413]
    """
    problems = Problems()
    if not (np.isfinite(sigma) and sigma > 1):
        problems.add("sigma", f"is {sigma}; goods must be substitutes", "give a number above 1, such as 6")
    names = _names(flows, states, problems)
    problems.raise_if_any()
    base = _matrix(flows, "value", names, "flows", problems, empty=0.0)
    change = _matrix(cost_change, "change", names, "cost_change", problems, empty=0.0)
    problems.raise_if_any()
    _plausible(base, change, names, problems)
    problems.raise_if_any()
    return _solved(base, change, float(sigma), names)


def _solved(base: np.ndarray, change: np.ndarray, sigma: float, names: tuple[str, ...]) -> TradeResult:
    world = solve(base, change, sigma=np.array([sigma]))
    if not world.converged[0]:
        raise DetenteError(
            f"no equilibrium found: after {world.sweeps[0]} sweeps prices still move by {world.step[0]:.1e}; "
            "look for a state that hardly trades or a very large cost change"
        )
    base_home = np.diag(base)
    return TradeResult(
        states=names,
        real_income=world.real_income[0],
        price=world.price[0],
        price_index=world.price_index[0],
        exports=world.exports[0],
        imports=world.imports[0],
        base_exports=base.sum(axis=1) - base_home,
        base_imports=base.sum(axis=0) - base_home,
        flow=world.flow[0],
        sweeps=int(world.sweeps[0]),
        step=float(world.step[0]),
    )


def _names(flows: Any, states: Sequence[str] | None, problems: Problems) -> tuple[str, ...]:
    if states is not None:
        names = tuple(str(s) for s in states)
        for name in sorted({s for s in names if names.count(s) > 1}):
            problems.add("states", f"'{name}' is named more than once")
        return names
    if not isinstance(flows, np.ndarray) and _has(flows, ("exporter", "importer")):
        return tuple(sorted({str(s) for c in ("exporter", "importer") for s in _column(flows, c)}))
    if isinstance(flows, np.ndarray) and flows.ndim == 2:
        return tuple(str(i) for i in range(len(flows)))
    problems.add("flows", "is neither a square array nor a table with columns exporter, importer, value")
    return ()


def _has(table: Any, columns: Sequence[str]) -> bool:
    return all(c in getattr(table, "columns", ()) for c in columns)


def _column(table: Any, name: str) -> list[Any]:
    return list(table[name].to_list() if hasattr(table[name], "to_list") else table[name])


def _matrix(
    given: Any, value: str, names: tuple[str, ...], where: str, problems: Problems, empty: float
) -> np.ndarray:
    """Exporter × importer array in the order of ``names`` from an array or a long table."""
    n = len(names)
    if not _has(given, ("exporter", "importer", value)):
        if hasattr(given, "columns"):
            problems.add(where, f"has columns {list(given.columns)}", f"needs exporter, importer, {value}")
            return np.zeros((n, n))
        array = np.asarray(given, dtype=float)
        if array.shape != (n, n):
            problems.add(where, f"has shape {array.shape}", f"needs {(n, n)}: a row and a column a state")
            return np.zeros((n, n))
        return array.copy()
    place = {name: i for i, name in enumerate(names)}
    matrix, seen, strangers = np.full((n, n), empty), set(), set()
    rows = zip(_column(given, "exporter"), _column(given, "importer"), _column(given, value), strict=True)
    for exporter, importer, number in rows:
        pair = (str(exporter), str(importer))
        unknown = {s for s in pair if s not in place}
        for s in sorted(unknown - strangers):
            problems.add(where, f"unknown state '{s}'", nearest(s, names))
        strangers |= unknown
        if pair in seen:
            problems.add(where, f"{pair[0]} → {pair[1]} is listed twice", "add the rows up or drop one")
        seen.add(pair)
        if not unknown:
            matrix[place[pair[0]], place[pair[1]]] = np.nan if number is None else float(number)
    return matrix


def _plausible(base: np.ndarray, change: np.ndarray, names: tuple[str, ...], problems: Problems) -> None:
    """Note what makes the problem unsolvable or meaningless, with the pair or state at fault."""
    for i, j in zip(*np.nonzero(~np.isfinite(base) | (base < 0)), strict=True):
        what = f"{names[i]} → {names[j]} is {base[i, j]}"
        problems.add("flows", what, "a flow is a number of 0 or more; leave out what is unknown")
    for i, j in zip(*np.nonzero(~np.isfinite(change)), strict=True):
        problems.add("cost_change", f"{names[i]} → {names[j]} is {change[i, j]}", "give a finite log change")
    for i in np.flatnonzero(np.diag(base) == 0):
        problems.add(
            "flows",
            f"{names[i]} has no domestic sales",
            f"add the row {names[i]} → {names[i]}: output minus exports",
        )
