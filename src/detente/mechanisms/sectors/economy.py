"""A base economy of many sectors, and its equilibrium after a change: arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

TOLERANCE = 1e-10
SWEEPS = 400
GROWTH_ROUNDS = 25
GROWTH_TOLERANCE = 1e-6
"""How closely grown flows meet the sizes called for. The accounts close whatever is left, since sizes are
then read off the flows."""
IMBALANCES = ("share", "ratio", "none")


@dataclass(frozen=True)
class Economy:
    """Accounts of the base year.

    ``flow`` (sector, n, n): sales from exporter (row) to importer, domestic sales on the diagonal, any
    money. ``inputs`` (sector, sector, n): share of the output of the first sector in country n that it
    spends on goods of the second. Everything else follows: output and use are sums of ``flow``, final use
    is what industries do not use, value added what inputs leave over, the deficit spending less income.
    """

    sectors: tuple[str, ...]
    states: tuple[str, ...]
    flow: np.ndarray
    inputs: np.ndarray

    @cached_property
    def sold_to(self) -> np.ndarray:
        """Flows with the importer in rows."""
        return np.ascontiguousarray(self.flow.transpose(0, 2, 1))

    @cached_property
    def output(self) -> np.ndarray:
        """Gross output (sector, n)."""
        return self.flow.sum(axis=2)

    @cached_property
    def bought(self) -> np.ndarray:
        """All use (sector, n)."""
        return self.flow.sum(axis=1)

    @cached_property
    def value_share(self) -> np.ndarray:
        """Value added over output (sector, n)."""
        return 1.0 - self.inputs.sum(axis=1)

    @cached_property
    def final(self) -> np.ndarray:
        """Final use (sector, n)."""
        return self.bought - np.einsum("jkn,jn->kn", self.inputs, self.output)

    @cached_property
    def value(self) -> np.ndarray:
        """Value added (n,)."""
        return (self.value_share * self.output).sum(axis=0)

    @cached_property
    def taste(self) -> np.ndarray:
        """Shares of final spending by sector (sector, n)."""
        return self.final / self.final.sum(axis=0)

    @cached_property
    def deficit(self) -> np.ndarray:
        """Final spending less value added (n,); imports less exports."""
        return self.final.sum(axis=0) - self.value

    @cached_property
    def links(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Home share of use (sector, n), and for prices and for spending the inverse (sector, sector, n)
        of I less the part of the input-output rounds that stays at home.
        """
        home = np.einsum("jnn->jn", self.flow)
        share = home / self.bought
        rounds = share[:, None] * self.inputs
        spent = np.einsum("kjn->jkn", self.inputs * home[:, None]) / self.bought[:, None]
        return share, _inverse(rounds), _inverse(spent)


def _inverse(rounds: np.ndarray) -> np.ndarray:
    matrices = np.eye(rounds.shape[0]) - rounds.transpose(2, 0, 1)
    return np.ascontiguousarray(np.linalg.inv(matrices).transpose(1, 2, 0))


@dataclass(frozen=True)
class Solution:
    """Equilibria of an economy, relative to its base; draw axis first, NaN in draws that failed.

    Relative to the base: ``wage`` (draw, n), ``price`` of what is bought and ``cost`` of what is made (draw,
    sector, n), ``price_index`` of final users (draw, n); numeraire: world income. In the money of the base
    at new prices: ``output`` and ``spending`` by sector (draw, sector, n), ``final`` spending (draw, n).
    ``base_output``, ``base_final`` and ``value`` (value added) are of the base. ``flow`` (draw, sector, n, n)
    and ``input_share`` (draw, n, n: seller's share in the inputs that the buyer's industries use) are empty
    if not asked for.
    """

    wage: np.ndarray
    price: np.ndarray
    cost: np.ndarray
    price_index: np.ndarray
    output: np.ndarray
    spending: np.ndarray
    final: np.ndarray
    base_output: np.ndarray
    base_final: np.ndarray
    value: np.ndarray
    flow: np.ndarray
    input_share: np.ndarray
    converged: np.ndarray
    step: np.ndarray
    sweeps: np.ndarray

    @property
    def quantity(self) -> np.ndarray:
        """Real output relative to the base, (draw, sector, n); NaN where the base has none."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.output / self.base_output / self.cost)

    @property
    def real_income(self) -> np.ndarray:
        """What a state's value added buys at its consumers' prices, relative to the base; (draw, n)."""
        return self.wage / self.price_index

    @property
    def real_spending(self) -> np.ndarray:
        """What all final spending buys, that out of a deficit included, relative to the base; (draw, n)."""
        return self.final / self.base_final / self.price_index


def solve(
    economy: Economy,
    change: np.ndarray,
    *,
    theta: np.ndarray,
    growth: np.ndarray | None = None,
    shared: np.ndarray | None = None,
    imbalance: str = "share",
    flows: bool = False,
    input_shares: bool = False,
    tolerance: float = TOLERANCE,
    sweeps: int = SWEEPS,
) -> Solution:
    """Equilibrium of every draw after a change of trade costs.

    Parameters
    ----------
    change : log change of trade at given prices, exporter in rows: (n, n) or (draw or 1, n, n) acting on the
        sectors marked in ``shared`` (booleans (sector,), default all); or (draw or 1, sector, n, n).
    theta : trade elasticities (draw, sector), above 0.
    growth : size of each country relative to the base, (draw, n); the base is first carried there
        (:mod:`growth_kernel`), and the solution is relative to that.
    imbalance : "share": deficits a constant share of world income; "ratio": spending keeps its ratio to
        income; "none": no deficits after the change (they vanish with it).
    """
    from detente.mechanisms.sectors.batch import many_draws

    sectors, n = economy.output.shape
    draws, by_sector = len(theta), np.ndim(change) == 4
    moved = np.exp(np.reshape(change, (-1, sectors if by_sector else 1, n, n)).astype(float))
    marked = np.ones(sectors, dtype=bool) if shared is None else np.asarray(shared, dtype=bool)
    sizes = np.ones((0, n)) if growth is None else np.ascontiguousarray(growth, dtype=float)
    u, held = np.zeros((draws, 1 + 2 * sectors, n)), np.zeros((draws, 3, sectors, n))
    income = np.zeros((draws, 4, n))
    flow = np.empty((draws if flows else 0, sectors, n, n))
    share = np.empty((draws if input_shares else 0, n, n))
    used, step = np.zeros(draws, dtype=np.int64), np.full(draws, np.inf)
    many_draws(
        economy.flow, economy.sold_to, economy.output, economy.bought, economy.inputs, moved, marked,
        np.ascontiguousarray(theta, dtype=float), sizes, int(imbalance == "ratio"), imbalance == "none",
        economy.links, (GROWTH_ROUNDS, GROWTH_TOLERANCE), tolerance, sweeps,
        u, held, income, flow, share, used, step,
    )  # fmt: skip
    converged = step <= tolerance
    for array in (u, held, income, flow, share):
        array[~converged[: len(array)]] = np.nan
    hat = np.exp(u)
    return Solution(
        wage=hat[:, 0],
        price=hat[:, 1 : 1 + sectors],
        cost=np.exp(held[:, 0]),
        price_index=np.exp(income[:, 3]),
        output=held[:, 1],
        spending=hat[:, 1 + sectors :],
        final=income[:, 2],
        base_output=held[:, 2],
        base_final=income[:, 1],
        value=income[:, 0],
        flow=flow,
        input_share=share,
        converged=converged,
        step=step,
        sweeps=used,
    )
