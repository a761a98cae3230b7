"""The economy of many sectors on our own or anybody's tables, without the rest of the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.mechanisms.sectors import GOODS, base, reading
from detente.mechanisms.sectors.economy import IMBALANCES, SWEEPS, Economy, Solution, solve
from detente.model.errors import DetenteError, Problems, nearest

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class SectorResult:
    """Effect of a change of trade costs in an economy of many sectors; arrays follow ``sectors``, ``states``.

    By state (n,): ``real_income``, what its value added buys at consumers' prices, ``real_spending``, what
    all its final spending buys (with what a deficit pays for), both relative to no change; ``price_index``
    of consumers and ``wage``, relative to world income; ``exports`` and ``imports`` without domestic sales,
    and their base values, in the money of the flows. By sector and state: ``price`` to the buyer and
    ``output`` in real terms, both relative to no change (NaN where there is none), ``output_value`` and
    ``base_output``.
    ``flow`` (sector, exporter, importer), domestic sales on the diagonal; ``base_flow`` likewise.
    ``input_share`` (seller, buyer): share in the inputs of the buyer's industries. ``sweeps`` were needed;
    ``step`` is the largest log change still called for.
    """

    sectors: tuple[str, ...]
    states: tuple[str, ...]
    real_income: np.ndarray
    real_spending: np.ndarray
    price_index: np.ndarray
    wage: np.ndarray
    price: np.ndarray
    output: np.ndarray
    output_value: np.ndarray
    base_output: np.ndarray
    exports: np.ndarray
    imports: np.ndarray
    base_exports: np.ndarray
    base_imports: np.ndarray
    flow: np.ndarray
    base_flow: np.ndarray
    input_share: np.ndarray
    sweeps: int
    step: float

    def table(self) -> pl.DataFrame:
        """One row a state: changes in percent, exports and imports in the money of the flows."""
        import polars as pl

        return pl.DataFrame(
            {
                "state": self.states,
                "real_income_percent": 100 * (self.real_income - 1),
                "exports": self.exports,
                "exports_percent": 100 * (self.exports / self.base_exports - 1),
                "imports": self.imports,
                "imports_percent": 100 * (self.imports / self.base_imports - 1),
                "price_index_percent": 100 * (self.price_index - 1),
                "real_spending_percent": 100 * (self.real_spending - 1),
            }
        )

    def by_sector(self) -> pl.DataFrame:
        """One row a sector and state: real output and buyer's price (change in percent), output, trade."""
        import polars as pl

        n, k = len(self.states), len(self.sectors)
        home, before = (np.einsum("jnn->jn", f) for f in (self.flow, self.base_flow))
        return pl.DataFrame(
            {
                "sector": np.repeat(self.sectors, n),
                "state": np.tile(self.states, k),
                "output_percent": (100 * (self.output - 1)).ravel(),
                "price_percent": (100 * (self.price - 1)).ravel(),
                "output_value": self.output_value.ravel(),
                "base_output": self.base_output.ravel(),
                "exports": (self.flow.sum(axis=2) - home).ravel(),
                "base_exports": (self.base_flow.sum(axis=2) - before).ravel(),
                "imports": (self.flow.sum(axis=1) - home).ravel(),
                "base_imports": (self.base_flow.sum(axis=1) - before).ravel(),
            }
        )

    def __str__(self) -> str:
        order = np.argsort(-self.real_income)
        chosen = order if len(order) <= 10 else [*order[:5], *order[-5:]]
        lines = [f"{self.states[i]}  {100 * (self.real_income[i] - 1):+8.3f} %" for i in chosen]
        return "\n".join(["Real income, largest gains and losses:", *lines])


def medians(study: str = "fontagne") -> dict[str, float]:
    """The shipped elasticities of a study by sector, medians of their priors."""
    import yaml

    held = yaml.safe_load((Path(__file__).parent / "estimates.yaml").read_text(encoding="utf-8"))
    joint = held["vintages"][max(held["vintages"])][f"log_theta_{study}"]["joint"]
    return {s: float(np.exp(m)) for s, m in zip(joint["names"], joint["mean"], strict=True)}


def counterfactual(
    flows: Any,
    cost_change: Any,
    *,
    inputs: Any = None,
    elasticities: float | Mapping[str, float] | None = None,
    goods: Sequence[str] | None = None,
    imbalance: str = "share",
    sweeps: int = SWEEPS,
) -> SectorResult:
    """General-equilibrium effects of a change of trade costs with sectors and input-output links.

    Caliendo & Parro (2015) in exact-hat algebra; see :mod:`detente.mechanisms.sectors.kernel`.

    Parameters
    ----------
    flows : table with sector, exporter, importer, value (domestic sales included; what is not listed is
        0), or ``None`` for the shipped economy: 80 countries and ROW, ten sectors, 2022.
    cost_change : log change of trade at given prices; -0.5 cuts a flow to 61 % before prices react. A table
        with exporter, importer, change, which acts on ``goods``; with a column sector, on what it names;
        or an array (n, n) or (sector, n, n).
    inputs : table with state, use, sector, share: what the industry ``use`` spends on goods of ``sector``,
        as a share of its output. Not given: everything is value added.
    elasticities : one number or a mapping by sector; default (shipped sectors only) the medians of ours.
    goods : sectors on which a change without a sector acts; default the goods of the shipped economy, or
        all sectors of a table.
    imbalance : "share" (deficits a constant share of world income), "ratio" (spending keeps its ratio to
        income) or "none": deficits are first taken out of the base, and the change acts on that.

    Raises
    ------
    DetenteError : every mistake found in the input, or no equilibrium within the tolerance.
    """
    problems = Problems()
    if imbalance not in IMBALANCES:
        problems.add("imbalance", f"is '{imbalance}'", nearest(imbalance, IMBALANCES))
    made = base() if flows is None else reading.economy(flows, inputs, problems)
    problems.raise_if_any()
    assert made is not None
    acting = tuple(goods or (GOODS if flows is None else made.sectors))
    for s in acting:
        if s not in made.sectors:
            problems.add("goods", f"unknown sector '{s}'", nearest(s, made.sectors))
    theta = reading.elasticities(elasticities, made.sectors, medians(), problems)
    moved = reading.change(cost_change, made, acting, problems)
    if flows is not None:
        reading.plausible(made, problems)
    problems.raise_if_any()
    if imbalance == "none":
        made = without_deficits(made, theta)
    return _result(made, found(made, moved, theta, imbalance, sweeps))


def without_deficits(economy: Economy, theta: np.ndarray) -> Economy:
    """The economy as it would be had every state to live on its income (Dekle, Eaton & Kortum 2008)."""
    n = len(economy.states)
    world = found(economy, np.zeros((n, n)), theta, "none", SWEEPS)
    return Economy(economy.sectors, economy.states, world.flow[0], economy.inputs)


def found(economy: Economy, change: np.ndarray, theta: np.ndarray, imbalance: str, sweeps: int) -> Solution:
    """One solution with its flows; raises :class:`DetenteError` if there is none within the tolerance."""
    change = change[None] if change.ndim == 3 else change
    world = solve(
        economy, change, theta=theta[None], imbalance=imbalance, flows=True, input_shares=True, sweeps=sweeps
    )
    if not world.converged[0]:
        raise DetenteError(
            f"no equilibrium found: after {world.sweeps[0]} sweeps prices still move by {world.step[0]:.1e}; "
            "look for a state that hardly trades, a deficit near income, or a very large cost change"
        )
    return world


def _result(made: Economy, world: Solution) -> SectorResult:
    flow = world.flow[0]
    home, before = np.einsum("jnn->n", flow), np.einsum("jnn->n", made.flow)
    return SectorResult(
        sectors=made.sectors,
        states=made.states,
        real_income=world.real_income[0],
        real_spending=world.real_spending[0],
        price_index=world.price_index[0],
        wage=world.wage[0],
        price=world.price[0],
        output=world.quantity[0],
        output_value=world.output[0],
        base_output=made.output,
        exports=flow.sum(axis=(0, 2)) - home,
        imports=flow.sum(axis=(0, 1)) - home,
        base_exports=made.flow.sum(axis=(0, 2)) - before,
        base_imports=made.flow.sum(axis=(0, 1)) - before,
        flow=flow,
        base_flow=made.flow,
        input_share=world.input_share[0],
        sweeps=int(world.sweeps[0]),
        step=float(world.step[0]),
    )
