"""From arrays to an equilibrium: who takes part, the solve for all draws, what did not converge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TOLERANCE = 1e-11
SWEEPS = 200


@dataclass(frozen=True)
class Equilibrium:
    """A solved world trade; arrays have shape (draw, n) or (draw, n, n), draws that failed are NaN.

    ``price``: factory-gate price relative to the base, numeraire world output at base prices.
    ``price_index``: what a unit of the importer's basket costs, relative to the base.
    ``flow``: exporter × importer, in the money of the base, domestic sales on the diagonal.
    ``exports``, ``imports``: without domestic sales; unknown flows are left out.
    ``converged``: (draw,); ``step``: the largest log price change still called for; ``sweeps``.
    """

    price: np.ndarray
    price_index: np.ndarray
    flow: np.ndarray
    exports: np.ndarray
    imports: np.ndarray
    converged: np.ndarray
    step: np.ndarray
    sweeps: np.ndarray

    @property
    def real_income(self) -> np.ndarray:
        """What a unit of own output buys, relative to the base: p/P, shape (draw, n)."""
        return self.price / self.price_index


def taking_part(base: np.ndarray, quantity: np.ndarray | None = None) -> np.ndarray:
    """States with usable data: domestic sales known and positive, some trade with others that have them,
    output above 0 in every draw. A state that trades with nobody has no price that others could be told by.

    ``base`` (b, n, n), ``quantity`` (draw, n) or None. Returns booleans (n,).
    """
    home = np.diagonal(base, axis1=1, axis2=2)
    known = (np.isfinite(home) & (home > 0)).all(axis=0)
    trade = (base > 0) & known[:, None] & known
    trade[:, np.arange(len(known)), np.arange(len(known))] = False
    known &= (trade.any(axis=1) | trade.any(axis=2)).all(axis=0)
    if quantity is not None:
        known &= (np.isfinite(quantity) & (quantity > 0)).all(axis=0)
    return known


def solve(
    base: np.ndarray,
    change: np.ndarray,
    *,
    sigma: np.ndarray,
    quantity: np.ndarray | None = None,
    guess: np.ndarray | None = None,
    supply: float = 1.0,
    tolerance: float = TOLERANCE,
    sweeps: int = SWEEPS,
) -> Equilibrium:
    """Equilibrium of every draw after a change of trade costs or of output.

    Parameters
    ----------
    base : flows (n, n), or (b, n, n) with b = 1 or one matrix a draw; row exporter, diagonal domestic.
    change : log change of the trade term t^(1-σ), (n, n) or (b, n, n); NaN counts as no change.
    sigma : elasticity of substitution, (draw,), above 1.
    quantity : output at base prices, (draw, n); default: the row sums of ``base``.
    guess : prices to start from, (draw, n); NaN starts at 1.
    supply : 1 for the full-endowment equilibrium, 0 for given output and expenditure.

    A state without domestic sales or output in some draw takes no part and comes out NaN; flows to
    and from it are left out of every sum. An unknown flow between two that do counts as no trade.
    """
    from detente.mechanisms.trade.kernel import many_draws

    shape = (-1, *np.shape(base)[-2:])
    base, change = (np.ascontiguousarray(m, dtype=float).reshape(shape) for m in (base, change))
    draws, n = len(sigma), base.shape[-1]
    inside = np.flatnonzero(taking_part(base, quantity))
    q = np.full((draws, len(inside)), np.nan)
    if quantity is not None:
        q[:] = quantity[:, inside]
    x = np.zeros(q.shape)
    if guess is not None:
        np.log(guess[:, inside], out=x, where=guess[:, inside] > 0)
    flow, index, abroad = np.empty((draws, n, n)), np.empty(q.shape), np.empty((draws, 2, n))
    used, step = np.zeros(draws, dtype=np.int64), np.full(draws, np.inf)
    many_draws(
        base,
        change,
        inside,
        q,
        np.ascontiguousarray(sigma, dtype=float),
        float(supply),
        x,
        tolerance,
        sweeps,
        flow,
        index,
        abroad,
        used,
        step,
    )
    converged = step <= tolerance
    for array in (x, flow, index, abroad):
        array[~converged] = np.nan
    return Equilibrium(
        _spread(np.exp(x), inside, n),
        _spread(index, inside, n),
        flow,
        abroad[:, 0],
        abroad[:, 1],
        converged,
        step,
        used,
    )


def balanced(base: np.ndarray, output: np.ndarray) -> Equilibrium:
    """The base matrix carried to new output at unchanged trade costs and factory-gate prices.

    ``output`` (draw, n); each state's spending keeps its base ratio to output, scaled by one factor
    so that the world adds up. ``flow`` is the base matrix times an exporter and an importer factor
    (structural gravity with given margins); prices of the result carry no meaning.
    """
    base = np.reshape(base, (-1, *np.shape(base)[-2:]))
    # An exporter and an importer factor share the growth of a flow, hence the square root to begin with.
    with np.errstate(invalid="ignore", divide="ignore"):  # states without data are left out by the solver
        begin = np.sqrt(np.nansum(base, axis=2) / output)
    return solve(
        base,
        np.zeros((1, *base.shape[1:])),
        sigma=np.full(len(output), 2.0),
        quantity=output,
        guess=begin,
        supply=0.0,
    )


def _spread(values: np.ndarray, inside: np.ndarray, n: int) -> np.ndarray:
    """Values of the states that take part on the full axis, NaN elsewhere."""
    full = np.full((len(values), n), np.nan)
    full[:, inside] = values
    return full
