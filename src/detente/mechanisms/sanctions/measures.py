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
from detente.mechanisms.sanctions.measures_luck import mixed

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
    filled, missing = equations.known(states, dict(zip(equations.STAND_IN, p["stand_in"], strict=True)))
    share = np.exp(filled["log_share"])
    held, shared, coalitions = (surveyed_plain if plain else surveyed)(pairs, share)
    luck = dict(luck) | shut(luck, shared)
    was, now = trade
    seen = {
        "level": pairs["level"],
        "years_since_fall": pairs["years_since_fall"],
        "in_force": was,
        "missing": missing,
        "coded": pairs["coded"],
    }
    together = (was, was ^ now)
    moved = (_plain if plain else _compiled)(seen, filled, together, held, coalitions, p, luck)
    if len(members):
        _union(seen, filled, members, together, held, coalitions, p, luck, moved, plain)
    out = into or tuple(np.empty(was.shape) for _ in CHAIN)
    ends = luck["everybody"] < p["everybody_end"]
    for kind, new in zip(CHAIN, out, strict=True):
        flips, everybody = moved[kind], shared[kind]
        if everybody.any():
            flips[:, everybody] = (pairs[kind][:, everybody] > 0.5) & ends[everybody]
        (settled_plain if plain else _settled)(pairs[kind], flips, new)
    return out


def surveyed_plain(
    pairs: Terms, share: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], dict[str, np.ndarray]]:
    """(held, shared, coalitions) by kind: who has it of its own (n, n), targets everybody has it on (n,), and
    the share of world GDP that has it of its own (n,). Everybody's are nobody's own, as in the record.
    """
    known = {k: pairs[k] > 0.5 for k in CHAIN}
    shared = {k: equations.everybodys(known[k]) for k in CHAIN}
    held = {k: known[k] & ~shared[k] for k in CHAIN}
    return held, shared, {k: share @ held[k].astype(float) for k in CHAIN}


def surveyed(
    pairs: Terms, share: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], dict[str, np.ndarray]]:
    """As :func:`surveyed_plain`, in one compiled pass for each kind."""
    from detente.mechanisms.sanctions import measures_kernel

    n = len(share)
    held = np.empty((len(CHAIN), n, n), dtype=bool)
    shared, coalitions = {}, {}
    for k, kind in enumerate(CHAIN):
        count, weight = np.zeros(n), np.zeros(n)
        measures_kernel.survey(pairs[kind], share, held[k], count, weight)
        shared[kind] = count > equations.EVERYBODY * (n - 1)
        coalitions[kind] = np.where(shared[kind], 0.0, weight)
        held[k][:, shared[kind]] = False
    return dict(zip(CHAIN, held, strict=True)), shared, coalitions


def shut(luck: Terms, shared: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The shocks with those of targets that everybody has a kind on made infinite: nobody decides there."""
    return {
        f"{kind}_{shock}": np.where(shared[kind], np.inf, luck[f"{kind}_{shock}"])
        for kind in CHAIN
        for shock in ("quarrel", "thaw")
    }


def settled_plain(before: np.ndarray, flips: np.ndarray, new: np.ndarray) -> None:
    """Fill ``new``: what was, but for what moved; unknown stays unknown, and nobody has one on itself."""
    np.copyto(new, before)
    np.copyto(new, before <= 0.5, where=flips & ~np.isnan(before))
    np.fill_diagonal(new, 0.0)


def _settled(before: np.ndarray, flips: np.ndarray, new: np.ndarray) -> None:
    from detente.mechanisms.sanctions import measures_kernel

    measures_kernel.settle(before, flips, new)


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
    own = {kind: mixed(luck["kind"], k) for k, kind in enumerate(CHAIN)}
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

    stacked = np.asarray(held[CHAIN[0]].base)
    moved = np.zeros(stacked.shape, dtype=bool)
    things = (
        states["ideal_point"],
        states["log_share"],
        states["polyarchy"],
        np.minimum(seen["missing"], 1.0),
    )
    measures_kernel.moves(
        seen["level"],
        *trade,
        stacked,
        tuple(np.ascontiguousarray(x) for x in things),
        _stacked(coalitions, "{}"),
        *_given(p, luck),
        luck["kind"],
        moved,
    )
    return dict(zip(CHAIN, moved, strict=True))


def _stacked(by_name: Mapping[str, np.ndarray], pattern: str) -> np.ndarray:
    return np.array([by_name[pattern.format(k)] for k in CHAIN])


def _given(p: Terms, luck: Terms) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """Onset, its common share, lifting, its common share; and both shocks; each by kind."""
    names = ("{}_onset", "{}_onset_common", "{}_lifting", "{}_lifting_common")
    return tuple(_stacked(p, x) for x in names), tuple(_stacked(luck, x) for x in ("{}_quarrel", "{}_thaw"))


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


def union_common(
    level: np.ndarray, states: Terms, missing: np.ndarray, members: np.ndarray
) -> dict[str, np.ndarray]:
    """The covariates of :func:`union_rows` that measures need, without the others; ``level`` (m, n)."""
    ideal, democracy = states["ideal_point"], states["polyarchy"]
    unknown = np.minimum(missing, 1.0)
    one = np.ones(1)
    return {
        "constant": one,
        "rivalry": (level <= 0.25).mean(axis=0),
        "warm_peace": (level >= 0.75).mean(axis=0),
        "ideal_distance": np.abs(ideal[members, None] - ideal[None, :]).mean(axis=0),
        "sender_size": one * np.log(np.exp(states["log_share"])[members].sum()),
        "sender_democracy": one * democracy[members].mean(),
        "target_democracy": democracy,
        "union": one,
        "unknown": unknown[members].mean() + unknown,
    }


def _union(
    seen: Terms,
    states: Terms,
    members: np.ndarray,
    trade: tuple[np.ndarray, np.ndarray],
    held: Mapping[str, np.ndarray],
    coalitions: Mapping[str, np.ndarray],
    p: Terms,
    luck: Terms,
    moved: dict[str, np.ndarray],
    plain: bool,
) -> None:
    """The union's decisions, written over those of its members.

    As for trade: its measure is in force where more than half of its members have it; then they lift it
    together and not alone, and where it imposes one all members join.
    """
    most = 0.5 * len(members)
    was, is_now = trade[0][members], (trade[0] ^ trade[1])[members]
    before, after = (x.sum(axis=0) > most for x in (was, is_now))
    active = {k: h[members].sum(axis=0) > most for k, h in held.items()}
    rows = union_common(seen["level"][members], states, seen["missing"], members)
    share = np.exp(states["log_share"])[members]
    outside = {k: c - share @ held[k][members].astype(float) for k, c in coalitions.items()}
    given = {"trade": (before, before ^ after), "held": active, "coalitions": outside, "p": p}
    decided = (_union_plain if plain else _union_compiled)(rows, **given, luck=luck)
    beyond = np.ones(len(seen["level"]), dtype=bool)
    beyond[members] = False
    for kind in CHAIN:
        acts, had = decided[kind] & beyond, held[kind][members]
        mine = moved[kind][members]
        mine = np.where(active[kind], np.where(had, acts, mine), mine)
        moved[kind][members] = np.where(~active[kind] & acts, ~had, mine)


def _union_plain(
    rows: Terms,
    *,
    trade: tuple[np.ndarray, np.ndarray],
    held: Mapping[str, np.ndarray],
    coalitions: Mapping[str, np.ndarray],
    p: Terms,
    luck: Terms,
) -> dict[str, np.ndarray]:
    own, shocks = {k: luck[f"union_{k}"] for k in CHAIN}, {k: luck[k] for k in SHOCKS}
    return moves(rows, trade=trade, held=held, coalitions=coalitions, p=p, luck=own, shocks=shocks)


def _union_compiled(
    rows: Terms,
    *,
    trade: tuple[np.ndarray, np.ndarray],
    held: Mapping[str, np.ndarray],
    coalitions: Mapping[str, np.ndarray],
    p: Terms,
    luck: Terms,
) -> dict[str, np.ndarray]:
    """As :func:`_union_plain`, compiled."""
    from detente.mechanisms.sanctions import measures_kernel

    moved = np.zeros((len(CHAIN), len(trade[0])), dtype=bool)
    measures_kernel.union_moves(
        rows["rivalry"],
        rows["warm_peace"],
        rows["ideal_distance"],
        float(rows["sender_size"][0]),
        float(rows["sender_democracy"][0]),
        np.ascontiguousarray(rows["target_democracy"]),
        rows["unknown"],
        *trade,
        _stacked(held, "{}"),
        _stacked(coalitions, "{}"),
        *_given(p, luck),
        _stacked(luck, "union_{}"),
        moved,
    )
    return dict(zip(CHAIN, moved, strict=True))
