"""General equilibrium of trade at two depths behind one function.

``depth="one sector"``: goods as a whole, any number of states (:mod:`detente.mechanisms.trade`).
``depth="sectors"``: ten sectors with input-output links, 80 countries and the rest of the world
(:mod:`detente.mechanisms.sectors`). Mechanisms do not know each other; they meet here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from detente.mechanisms.sectors.api import SectorResult
from detente.mechanisms.sectors.api import counterfactual as _many
from detente.mechanisms.trade.api import TradeResult
from detente.mechanisms.trade.api import counterfactual as _one
from detente.model.errors import DetenteError, Problem, nearest

DEPTHS = ("one sector", "sectors")


def counterfactual(
    flows: Any,
    cost_change: Any,
    *,
    depth: str = "one sector",
    states: Sequence[str] | None = None,
    sigma: float | None = None,
    inputs: Any = None,
    elasticities: float | Mapping[str, float] | None = None,
    goods: Sequence[str] | None = None,
    imbalance: str | None = None,
) -> TradeResult | SectorResult:
    """General-equilibrium effects of a change of bilateral trade costs.

    ``cost_change`` is the log change of trade at given prices in both: -0.5 cuts a flow to 61 % before
    prices react.

    Parameters
    ----------
    flows : "one sector": a table with exporter, importer, value or a square array, domestic sales included.
        "sectors": a table with sector, exporter, importer, value, or ``None`` for the shipped economy.
    cost_change : a table with exporter, importer, change (0 where not listed), or an array in the order of
        the states; "sectors" also takes a column sector or an array by sector.
    depth : "one sector" or "sectors".
    states, sigma : "one sector" only: names of an array's rows; elasticity of substitution (default 6).
    inputs, elasticities, goods, imbalance : "sectors" only, see
        :func:`detente.mechanisms.sectors.api.counterfactual`.

    Returns
    -------
    ``TradeResult`` or ``SectorResult``: both have states, real_income, price_index, exports, imports,
    base_exports, base_imports, flow and ``table()`` with the same first columns.

    Raises
    ------
    DetenteError : every mistake found in the input, or no equilibrium within the tolerance.
    """
    own = {
        "one sector": {"states": states, "sigma": sigma},
        "sectors": {"inputs": inputs, "elasticities": elasticities, "goods": goods, "imbalance": imbalance},
    }
    if depth not in DEPTHS:
        raise DetenteError(Problem("depth", f"is '{depth}'", nearest(depth, DEPTHS)))
    other = next(d for d in DEPTHS if d != depth)
    strange = [k for k, v in own[other].items() if v is not None]
    if strange:
        raise DetenteError(
            [
                Problem(k, f"means nothing at depth '{depth}'", f"leave it out, or depth='{other}'")
                for k in strange
            ]
        )
    given: dict[str, Any] = {k: v for k, v in own[depth].items() if v is not None}
    return _one(flows, cost_change, **given) if depth == "one sector" else _many(flows, cost_change, **given)
