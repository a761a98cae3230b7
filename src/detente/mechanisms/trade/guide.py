"""The general-equilibrium procedure of the Advanced Guide, as its authors run it.

Yotov, Piermartini, Monteiro & Larch (2016), *An Advanced Guide to Trade Policy Analysis*, chapter 2,
application 1 (after Anderson, Larch & Yotov 2018, "GEPPML"). It exists here to reproduce their
published numbers digit by digit; the engine itself uses :mod:`detente.mechanisms.trade.kernel`.

The two differ for a reason. The Guide re-estimates a gravity equation with exporter and importer
effects in each round. Since the trade values handed to that regression are already a product of an
exporter term, an importer term and the trade cost, the regression returns them unchanged, and the
round is a closed formula. What it stops at depends on the path: flows imply one expenditure, the
price index is computed with another (φ times output), and the loop stops once prices move by less
than 0.01. For almost every country that hardly matters; for Hong Kong, which spends four times what
it produces, the two expenditures end 5 % apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.mechanisms.trade.equilibrium import solve


@dataclass(frozen=True)
class GuideResult:
    """Changes relative to the base, each (n,): factory price, inward resistance P, real GDP; rounds run."""

    price: np.ndarray
    price_index: np.ndarray
    real_gdp: np.ndarray
    rounds: int


def fitted_base(trade: np.ndarray, log_cost: np.ndarray, tolerance: float = 1e-13) -> np.ndarray:
    """PPML fitted values for given trade costs: row and column sums of ``trade``, structure of the costs.

    ``trade`` (n, n) observed flows with domestic sales; ``log_cost`` (n, n) log of t^(1-σ).
    Poisson regression with exporter and importer effects matches both margins (Fally 2015).
    """
    fitted, sold, bought = np.exp(log_cost), trade.sum(axis=1), trade.sum(axis=0)
    for _ in range(10_000):
        fitted = fitted * (bought / fitted.sum(axis=0))
        gap = sold / fitted.sum(axis=1)
        fitted = fitted * gap[:, None]
        if np.abs(gap - 1).max() < tolerance:
            return fitted
    raise RuntimeError("the fitted flows did not reach their margins")


def guide_procedure(
    base: np.ndarray,
    change: np.ndarray,
    *,
    sigma: float,
    reference: int,
    stop: float = 0.01,
    rounds: int = 500,
) -> GuideResult:
    """Full-endowment effects of a change of trade costs by the Guide's rounds and stopping rule.

    ``base`` (n, n) fitted base flows, ``change`` (n, n) log change of t^(1-σ), ``reference`` the
    position of the country whose inward resistance is 1. Raises ``RuntimeError`` after ``rounds``.
    """
    sold = base.sum(axis=1)
    first = solve(base, change, sigma=np.array([sigma]), supply=0.0)
    seller, buyer = _effects(first.flow[0] / (base * np.exp(change)), reference)
    spent, power = 1.0, 1.0 / (1.0 - sigma)
    step = seller**power
    step_before = np.zeros(len(base))
    outward, inward = 1.0 / seller, 1.0 / buyer
    outward_step, inward_step = 1.0, 1.0
    for done in range(1, rounds + 1):
        raw_seller = seller * step / outward_step
        raw_buyer = buyer * step / inward_step
        flow = base * np.exp(change) * raw_seller[:, None] * raw_buyer
        output = flow.sum(axis=1) / sold
        new_seller, new_buyer = raw_seller * raw_buyer[reference], raw_buyer / raw_buyer[reference]
        now = output[reference]
        gap = step - step_before
        step_before, step = step, ((new_seller / seller) / (now / spent)) ** power
        outward_step = output * now / new_seller / outward
        inward_step = output / (new_buyer * now) / inward
        seller, buyer, spent = new_seller, new_buyer, now
        outward, inward = outward * outward_step, inward * inward_step
        if gap.std() <= stop and abs(gap.max()) <= stop:
            price, index = (seller / spent) ** power, inward**power
            return GuideResult(price, index, price / index, done)
    raise RuntimeError(f"the Guide's procedure did not settle in {rounds} rounds")


def _effects(ratio: np.ndarray, reference: int) -> tuple[np.ndarray, np.ndarray]:
    """Split a matrix that is an exporter times an importer factor; the reference importer's is 1."""
    return ratio[:, reference].copy(), ratio[reference] / ratio[reference, reference]
