"""Financial, arms and travel sanctions: imposed and lifted as parts of packages.

Measures come and go with the trade sanctions of the same sender and with each other (of new trade
sanctions 1950-2023, nearly half came with each of the three). Their joint chance is taken apart along a
chain: trade first (:mod:`equations`), then financial, travel and arms sanctions, each a probit given what
the sender has just decided on those before it::

    P(kind moves | trade's move, earlier kinds' moves) = Phi( x · beta )

with a normal shock common to all senders of a target and year, as for trade. The European Union decides
as one; measures of more than half of all states (the UN's) end for all at once.

Arrays of one draw: states (n,), pairs (n, n) with the sender in rows and the target in columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from detente.mechanisms.sanctions import equations
from detente.mechanisms.sanctions.equations import Terms

CHAIN = ("financial", "travel", "arms")
"""The kinds, each decided in the light of trade and of those before it."""
ONSET = (
    "constant",
    "rivalry",
    "ideal_distance",
    "sender_size",
    "sender_democracy",
    "target_democracy",
    "trade_new",
    "trade_held",
    "earlier_new",
    "other_held",
    "coalition",
    "union",
    "unknown",
)
LIFTING = ("constant", "warm_peace", "trade_lifted", "trade_held", "earlier_lifted")
SALTS = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
"""Odd constants that give each kind of the chain a uniform of its own."""


def mixed(u: np.ndarray, salt: int) -> np.ndarray:
    """A uniform for one more decision out of the 53 bits of a pair's uniform.

    The finaliser of SplitMix64 (Steele, Lea & Flood 2014) on the bits plus a salt: one to one, so that
    equal luck stays equal in every world, and no trace of the order of ``u`` is left.
    """
    with np.errstate(over="ignore"):
        z = (u * 2.0**53).astype(np.uint64) + np.uint64(salt)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(11)).astype(float) + 0.5) * 2.0**-53


def chain_terms(
    common: Terms,
    kind: str,
    *,
    trade: tuple[np.ndarray, np.ndarray],
    held: Mapping[str, np.ndarray],
    moved: Mapping[str, np.ndarray],
    coalition: np.ndarray,
) -> dict[str, np.ndarray]:
    """Covariates of one kind's decision.

    ``common`` are :func:`equations.pair_terms` (or a union's), ``trade`` says whether a trade sanction was
    in force at the end of last year and whether it moved since, ``held`` the former of each kind, ``moved``
    the latter of the kinds before this one in the chain; ``coalition`` is the share of world GDP that had
    this kind.
    """
    was, has_moved = trade
    others = [held[k] for k in CHAIN if k != kind]
    earlier = [(held[k], moved[k]) for k in CHAIN[: CHAIN.index(kind)]]
    nothing = np.zeros(1, dtype=bool)
    return dict(common) | {
        "trade_new": (~was & has_moved).astype(float),
        "trade_held": (was & ~has_moved).astype(float),
        "trade_lifted": (was & has_moved).astype(float),
        "earlier_new": _any([~h & m for h, m in earlier], nothing),
        "earlier_lifted": _any([h & m for h, m in earlier], nothing),
        "other_held": _any(others, nothing),
        "coalition": coalition,
    }


def _any(parts: Sequence[np.ndarray], nothing: np.ndarray) -> np.ndarray:
    found = nothing
    for part in parts:
        found = found | part
    return found.astype(float)


def moves(
    common: Terms,
    *,
    trade: tuple[np.ndarray, np.ndarray],
    held: Mapping[str, np.ndarray],
    coalitions: Mapping[str, np.ndarray],
    p: Terms,
    luck: Mapping[str, np.ndarray],
    shocks: Terms,
) -> dict[str, np.ndarray]:
    """Which measures move: booleans for each kind, down the chain; plain NumPy.

    ``luck`` holds a uniform for each kind, ``shocks`` standard normals for each target under
    ``financial_quarrel``, ``financial_thaw`` and so on.
    """
    moved: dict[str, np.ndarray] = {}
    for kind in CHAIN:
        terms = chain_terms(common, kind, trade=trade, held=held, moved=moved, coalition=coalitions[kind])
        found = np.zeros(held[kind].shape, dtype=bool)
        for move, names, shock, possible in (
            ("onset", ONSET, "quarrel", ~held[kind]),
            ("lifting", LIFTING, "thaw", held[kind]),
        ):
            x = equations.index(terms, names, p[f"{kind}_{move}"])
            x = equations.conditional_index(x, p[f"{kind}_{move}_common"], shocks[f"{kind}_{shock}"])
            found |= equations.happens(np.broadcast_to(x, found.shape), luck[kind], possible)
        moved[kind] = found
    return moved


def year_of_measures(
    *,
    pairs: Terms,
    trade: tuple[np.ndarray, np.ndarray],
    states: Terms,
    members: np.ndarray,
    p: Terms,
    luck: Terms,
    plain: bool = False,
    into: tuple[np.ndarray, ...] = (),
) -> tuple[np.ndarray, ...]:
    """Financial, travel and arms sanctions at the end of the year for one draw, in the order of CHAIN.

    ``pairs``: level, years_since_fall, coded and the three kinds at the end of last year; ``trade``: whether
    a trade sanction was in force then and is now; the rest as :func:`equations.year_of_sanctions`.
    What is unknown (NaN) counts as none for others and stays unknown.
    """
    held = {k: pairs[k] > 0.5 for k in CHAIN}
    shared = {k: equations.everybodys(held[k]) for k in CHAIN}
    filled, missing = equations.known(states, dict(zip(equations.STAND_IN, p["stand_in"], strict=True)))
    share = np.exp(filled["log_share"])
    coalitions = {k: np.where(shared[k], 0.0, share @ held[k].astype(float)) for k in CHAIN}
    was, now = trade
    seen = {
        "level": pairs["level"],
        "years_since_fall": pairs["years_since_fall"],
        "in_force": was,
        "missing": missing,
        "coded": pairs["coded"],
    }
    together = (was, was ^ now)
    if plain:
        moved = _plain(seen, filled, together, held, coalitions, p, luck)
    else:
        moved = _compiled(seen, filled, together, held, coalitions, p, luck)
    if len(members):
        _union(seen, filled, members, together, held, p, luck, moved)
    out = into or tuple(np.empty(was.shape) for _ in CHAIN)
    ends = luck["everybody"] < p["everybody_end"]
    for kind, new in zip(CHAIN, out, strict=True):
        flips = moved[kind]
        if shared[kind].any():
            flips[:, shared[kind]] = held[kind][:, shared[kind]] & ends[shared[kind]]
        np.copyto(new, pairs[kind])
        np.copyto(new, ~held[kind], where=flips & ~np.isnan(pairs[kind]))
        np.fill_diagonal(new, 0.0)
    return out


def trade_moves(pairs: Terms, now: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Whether a sender's own trade sanction was in force at the end of last year, and is now.

    ``now`` begins with complete and partial. Sanctions by everybody (the UN's) are not a sender's own.
    """
    was = (pairs["complete"] > 0.5) | (pairs["partial"] > 0.5)
    own = ~equations.everybodys(was)
    return was & own, ((now[0] > 0.5) | (now[1] > 0.5)) & own


def _plain(
    seen: Terms,
    states: Terms,
    trade: tuple[np.ndarray, np.ndarray],
    held: Mapping[str, np.ndarray],
    coalitions: Mapping[str, np.ndarray],
    p: Terms,
    luck: Terms,
) -> dict[str, np.ndarray]:
    """What single senders do."""
    common = equations.pair_terms(**seen, states=states)
    own = {k: mixed(luck["kind"], salt) for k, salt in zip(CHAIN, SALTS, strict=True)}
    shocks = {k: luck[k][None, :] for k in SHOCKS}
    rows = {k: c[None, :] for k, c in coalitions.items()}
    moved = moves(common, trade=trade, held=held, coalitions=rows, p=p, luck=own, shocks=shocks)
    for found in moved.values():
        np.fill_diagonal(found, False)
    return moved


SHOCKS = tuple(f"{kind}_{shock}" for kind in CHAIN for shock in ("quarrel", "thaw"))
"""Streams of the shocks common to all senders of a target."""
UNION_STREAMS = tuple(f"union_{kind}" for kind in CHAIN)
"""Streams of the union's decisions."""


def _compiled(
    seen: Terms,
    states: Terms,
    trade: tuple[np.ndarray, np.ndarray],
    held: Mapping[str, np.ndarray],
    coalitions: Mapping[str, np.ndarray],
    p: Terms,
    luck: Terms,
) -> dict[str, np.ndarray]:
    """As :func:`_plain`, in one compiled pass."""
    from detente.mechanisms.sanctions import measures_kernel

    stacked = np.stack([held[k] for k in CHAIN])
    moved = np.zeros(stacked.shape, dtype=bool)
    measures_kernel.moves(
        seen["level"],
        *trade,
        stacked,
        states["ideal_point"],
        states["log_share"],
        states["polyarchy"],
        np.minimum(seen["missing"], 1.0),
        np.stack([coalitions[k] for k in CHAIN]),
        np.stack([p[f"{k}_onset"] for k in CHAIN]),
        np.array([p[f"{k}_onset_common"] for k in CHAIN]),
        np.stack([p[f"{k}_lifting"] for k in CHAIN]),
        np.array([p[f"{k}_lifting_common"] for k in CHAIN]),
        np.stack([luck[f"{k}_quarrel"] for k in CHAIN]),
        np.stack([luck[f"{k}_thaw"] for k in CHAIN]),
        luck["kind"],
        moved,
    )
    return dict(zip(CHAIN, moved, strict=True))


def union_rows(
    common: Terms, members: np.ndarray, held: Mapping[str, np.ndarray], states: Terms
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """A union's covariates for each target, and the coalition outside it for each kind; shapes (n,).

    ``common`` are the :func:`equations.pair_terms` of its members (m, n), ``held`` of all states (n, n).
    """
    share = np.exp(states["log_share"])
    rows = equations.union_terms(common, members, held[CHAIN[0]], states)
    outside = {
        k: equations.coalition(h, share) - equations.coalition(h[members], share[members])
        for k, h in held.items()
    }
    return rows, outside


def _union(
    seen: Terms,
    states: Terms,
    members: np.ndarray,
    trade: tuple[np.ndarray, np.ndarray],
    held: Mapping[str, np.ndarray],
    p: Terms,
    luck: Terms,
    moved: dict[str, np.ndarray],
) -> None:
    """The union's decisions, written over those of its members.

    As for trade: its measure is in force where more than half of its members have it; then they lift it
    together and not alone, and where it imposes one all members join.
    """
    common = equations.pair_terms(**seen, states=states, senders=members)
    rows, outside = union_rows(common, members, held, states)
    was, is_now = trade[0], trade[0] ^ trade[1]
    before, after = (x[members].mean(axis=0) > 0.5 for x in (was, is_now))
    active = {k: h[members].mean(axis=0) > 0.5 for k, h in held.items()}
    own = {k: luck[f"union_{k}"] for k in CHAIN}
    decided = moves(
        rows,
        trade=(before, before ^ after),
        held=active,
        coalitions=outside,
        p=p,
        luck=own,
        shocks={k: luck[k] for k in SHOCKS},
    )
    beyond = np.ones(len(was), dtype=bool)
    beyond[members] = False
    for kind in CHAIN:
        acts, had = decided[kind] & beyond, held[kind][members]
        mine = moved[kind][members]
        mine = np.where(active[kind], np.where(had, acts, mine), mine)
        moved[kind][members] = np.where(~active[kind] & acts, ~had, mine)
