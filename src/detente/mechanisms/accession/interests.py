"""Covariates of votes and bids from the state of the world, the same in estimation and in a simulated year.

``see`` holds ideal, polyarchy, power, income (log GDP a head), governance, traded (goods trade with all) over
states (draw, n), and level, flow, pact, border over pairs (draw, n, n). ``rows`` are positions of the states
that are members in some draw, ``who`` of the candidates.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from detente.mechanisms.accession import equations as eq

World = Mapping[str, np.ndarray]


def pressures(see: World, who: np.ndarray) -> dict[str, np.ndarray]:
    """What every state could do to the candidates, by its share of the two powers: arrays (draw, k, state).

    ``threat`` by hostility, ``patron`` by a pact of defence; levels and pacts are symmetric.
    """
    power = eq.known(see["power"])
    theirs, own = power[:, None, :], power[:, who, None]
    whole = theirs + own
    weight = np.divide(theirs, whole, out=np.full(whole.shape, 0.5), where=whole > 0)
    hostile = eq.hostility(level=see["level"][:, who])
    return {"threat": hostile * weight, "patron": eq.known(see["pact"][:, who]) * weight}


def worst(pressure: np.ndarray, members: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The greatest pressure on the candidates ``at`` by a state that is no member, and whose it is.

    Each (draw, candidate); of equals the first.
    """
    outside = pressure[:, at]
    outside *= ~members[:, None, :]
    by = outside.argmax(axis=2)
    return np.take_along_axis(outside, by[..., None], 2)[..., 0], by


def size_of(see: World, members: np.ndarray, who: np.ndarray) -> np.ndarray:
    """Candidates' capabilities beside the members' together, (draw, k)."""
    bloc = np.where(members, eq.known(see["power"]), 0.0).sum(axis=1)[:, None]
    own = see["power"][:, who]
    return np.divide(own, bloc, out=np.full(own.shape, np.nan), where=bloc > 0)


def of_votes(
    see: World, members: np.ndarray, rows: np.ndarray, who: np.ndarray, burden: np.ndarray, rival: np.ndarray
) -> np.ndarray:
    """Covariates (draw, row, candidate, :data:`equations.VOTE`); unknown is NaN."""
    ideal = see["ideal"]
    shape = (burden.shape[0], len(rows), len(who))
    cut = (slice(None), rows[:, None], who)
    draws = np.arange(shape[0])[:, None]
    towards = see["level"][draws[:, :, None], rows[None, :, None], rival[:, None, :]]
    shared = eq.hostility(level=towards) * (burden > 0)[:, None, :]
    size = size_of(see, members, who)
    parts = (
        np.abs(ideal[:, rows, None] - ideal[:, None, who]),
        see["level"][cut],
        shared,
        trade_share(see, rows, who),
        np.broadcast_to(see["polyarchy"][:, rows, None], shape),
        np.broadcast_to(burden[:, None, :], shape),
        np.broadcast_to(size[:, None, :], shape),
    )
    return np.stack(parts, axis=-1)


def of_readiness(
    see: World, who: np.ndarray, pending: np.ndarray, cold_war: bool, talks: np.ndarray, since: np.ndarray
) -> np.ndarray:
    """Covariates (draw, candidate, :data:`equations.READY`); ``pending`` (draw, k) years since the bid,
    ``talks`` since talks were opened (0: not), ``since`` (draw,) since the last consent to anybody.

    Before 1990 (``cold_war``) no text asked for democracy: polyarchy and governance are taken as unknown.
    """
    then = np.full(pending.shape, np.nan)
    poly, clean = (then if cold_war else see[name][:, who] for name in ("polyarchy", "governance"))
    era, last = np.full(pending.shape, float(cold_war)), np.broadcast_to(since[:, None], pending.shape)
    parts = (poly, era, clean, np.log1p(pending), talks > 0, np.log1p(talks), np.log1p(last))
    return np.stack(parts, axis=-1)


def of_bids(
    see: World, members: np.ndarray, rows: np.ndarray, who: np.ndarray, burden: np.ndarray, patron: np.ndarray
) -> np.ndarray:
    """Covariates (draw, candidate, :data:`equations.BID`)."""
    inside = members[:, rows] * 1.0
    ideal = see["ideal"]
    near = eq.mean_over(np.abs(ideal[:, rows, None] - ideal[:, None, who]), inside)
    cut = (slice(None), rows[:, None], who)
    level = eq.mean_over(see["level"][cut], inside)
    count = see["border"][:, who].sum(axis=2)
    within = np.einsum("drk,dr->dk", see["border"][cut], inside)
    share = np.divide(within, count, out=np.zeros(count.shape), where=count > 0)
    income = see["income"][:, who] - _mean(see["income"], members)
    return np.stack((-near, level, burden, see["polyarchy"][:, who], share, patron, income), axis=-1)


def trade_share(see: World, rows: np.ndarray, who: np.ndarray) -> np.ndarray:
    """Square root of the candidate's share in each row state's goods trade, (draw, row, k)."""
    flow = see["flow"]
    both = eq.known(flow[:, rows[:, None], who]) + eq.known(flow[:, who, rows[:, None]])
    whole = eq.known(see["traded"][:, rows])[:, :, None]
    return np.sqrt(np.divide(both, whole, out=np.full(both.shape, np.nan), where=whole > 0))


def _mean(values: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Mean over members with a value, (draw, 1)."""
    known = members & np.isfinite(values)
    count = known.sum(axis=1, keepdims=True)
    total = np.where(known, values, 0.0).sum(axis=1, keepdims=True)
    return np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
