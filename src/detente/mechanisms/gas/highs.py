"""The same market as a quadratic programme in volumes, solved by HiGHS: the reference for :mod:`kernel`.

Takayama & Judge (1971): largest sum of what gas is worth to users less the cost of making and moving it.
Curves
of supply and demand are replaced by their tangents at given prices, so that an equilibrium of the curves is a
solution of the programme if, and only if, the programme taken at its prices gives these prices back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.mechanisms.gas import equations
from detente.mechanisms.gas.market import PENALTY, Market

STEP = 1e-6


@dataclass(frozen=True)
class Programme:
    """min ½ x'Qx + c'x with Ax = 0, low ≤ x ≤ high; Q is diagonal. Columns: output, use, routes' parts."""

    linear: np.ndarray
    quadratic: np.ndarray
    low: np.ndarray
    high: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    nodes: int


@dataclass(frozen=True)
class Optimum:
    """Volumes by column of the programme, and the price (dual) of each node's balance."""

    volume: np.ndarray
    price: np.ndarray
    value: float


def programme(market: Market, price: np.ndarray) -> Programme:
    """The market with its curves replaced by their tangents at ``price`` (n,)."""
    net, n = market.network, price.size
    made, more = _tangent(lambda p: _made(market, p), price)
    used, less = _tangent(lambda p: _used(market, p), price)
    more, less = np.maximum(more, 1e-9), np.minimum(less, -1e-9)
    floor = np.minimum(market.least, market.route_capacity)
    first = np.flatnonzero(floor > 0)
    routes = np.concatenate([np.arange(market.cost.size), first])
    linear = np.concatenate(
        [
            price - made / more,
            -(price - used / less),
            market.cost + market.slope * floor,
            (market.cost - PENALTY - market.slope * floor)[first],
        ]
    )
    quadratic = np.concatenate([1.0 / more, -1.0 / less, market.slope[routes]])
    high = np.concatenate(
        [
            np.where(made > 0, market.capacity, 0.0),
            np.where(market.reference > 0, np.inf, 0.0),
            market.route_capacity - floor,
            floor[first],
        ]
    )
    at = 2 * n + np.arange(routes.size)
    rows = np.concatenate([np.arange(n), np.arange(n), net.heads[routes], net.tails[routes]])
    columns = np.concatenate([np.arange(n), n + np.arange(n), at, at])
    values = np.concatenate([np.ones(n), -np.ones(n), np.ones(routes.size), -np.ones(routes.size)])
    return Programme(linear, quadratic, np.zeros(linear.size), high, rows, columns, values, n)


def _made(market: Market, price: np.ndarray) -> np.ndarray:
    return equations.supply(
        price=price, capacity=market.capacity, cost=market.network.cost, curve=market.curve
    )


def _used(market: Market, price: np.ndarray) -> np.ndarray:
    return equations.demand(
        price=price,
        reference=market.reference,
        at=market.network.price,
        elasticity=market.elasticity,
        lost_load=market.lost_load,
    )


def _tangent(curve, price: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[no-untyped-def]
    step = STEP * np.maximum(price, 1.0)
    return curve(price), (curve(price + step) - curve(price - step)) / (2.0 * step)


def optimum(made: Programme) -> Optimum:
    """Solve with HiGHS (tolerances 1e-9).

    Raises
    ------
    ValueError : HiGHS does not report an optimum.
    """
    import highspy

    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    for tolerance in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        solver.setOptionValue(tolerance, 1e-9)
    solver.passModel(_model(made))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise ValueError(f"HiGHS stopped with {solver.modelStatusToString(solver.getModelStatus())}")
    found = solver.getSolution()
    value = float(solver.getInfo().objective_function_value)
    return Optimum(np.array(found.col_value), np.array(found.row_dual), value)


def _model(made: Programme):  # type: ignore[no-untyped-def]
    import highspy

    k, order = made.linear.size, np.lexsort((made.rows, made.columns))
    model = highspy.HighsModel()
    lp = model.lp_
    lp.num_col_, lp.num_row_ = k, made.nodes
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = made.linear, made.low, made.high
    lp.row_lower_ = lp.row_upper_ = np.zeros(made.nodes)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.searchsorted(made.columns[order], np.arange(k + 1)).astype(np.int32)
    lp.a_matrix_.index_ = made.rows[order].astype(np.int32)
    lp.a_matrix_.value_ = made.values[order]
    model.hessian_.dim_ = k
    model.hessian_.format_ = highspy.HessianFormat.kTriangular
    model.hessian_.start_ = np.arange(k + 1, dtype=np.int32)
    model.hessian_.index_ = np.arange(k, dtype=np.int32)
    model.hessian_.value_ = made.quadratic
    return model


def worth(made: Programme, volume: np.ndarray) -> float:
    """Objective of the programme at some volumes (lower is better)."""
    return float(made.linear @ volume + 0.5 * (made.quadratic * volume) @ volume)
