"""Chances of imposing and of lifting trade sanctions.

Discrete-time hazards with a normal (probit) link, for a sender i and a target j that has (lifting) or
has not (onset) a trade sanction of i against it at the end of last year::

    P(move[i, j]) = Phi( x[i, j] · beta )

Senders answer to the same events: what one does to a target in a year goes with what others do to
it. That is one normal shock f[j] for each target and year, common to all its senders, with share
``rho`` of the variance of what the covariates leave open (one-factor model, Vasicek 2002)::

    P(move[i, j] | f) = Phi( (x · beta - sqrt(rho) f[j]) / sqrt(1 - rho) )

Averaged over f this is the line above again. The European Union decides as one sender: its
covariates are the means over its members.

Arrays of one draw: states (n,), pairs (n, n) with the sender in rows and the target in columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

NEVER = 99.0
RECENT = 2.0
"""A fall of the peace level is recent for this many years."""
EVERYBODY = 0.5
"""Share of all states beyond which a target's sanctions count as everybody's (in practice the UN's)."""

ONSET = (
    "constant",
    "rivalry",
    "negative_peace",
    "warm_peace",
    "recent_fall",
    "ideal_distance",
    "sender_size",
    "target_size",
    "sender_democracy",
    "target_democracy",
    "retaliation",
    "coalition",
    "union",
    "unknown",
)
LIFTING = ("constant", "warm_peace")
"""More covariates fit the record better and forecast it worse; see docs/mechanisms/sanctions.md."""

STAND_IN = ("ideal_point", "log_share", "polyarchy")
"""Quantities of a state that take the sample's mean where they are unknown."""

Terms = Mapping[str, np.ndarray]
Rows = np.ndarray | slice


def known(states: Terms, stand_in: Mapping[str, float]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """States' quantities with stand-ins for what is unknown, and how many are unknown for each state."""
    missing = sum(np.isnan(states[k]).astype(float) for k in STAND_IN)
    return {k: np.where(np.isnan(states[k]), stand_in[k], states[k]) for k in STAND_IN}, np.asarray(missing)


def log_share(gdp: np.ndarray) -> np.ndarray:
    """Logarithm of each state's share in world GDP; NaN where its GDP is unknown or not positive."""
    total = np.nansum(gdp)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(gdp > 0, np.log(gdp / total), np.nan)


def coalition(in_force: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Share of world GDP of the senders that sanction each target; in_force (m, n), share (m,)."""
    return share @ in_force


def pair_terms(
    *,
    level: np.ndarray,
    coded: np.ndarray,
    years_since_fall: np.ndarray,
    in_force: np.ndarray,
    states: Terms,
    missing: np.ndarray,
    senders: Rows = slice(None),
) -> dict[str, np.ndarray]:
    """Covariates of the senders and all targets at the end of last year; shapes broadcast to (m, n).

    ``coded`` is the record's word whether the peace scale knows the pair; see :func:`known_to_be_coded`.
    The reference is a pair that the peace scale has never coded: most pairs of states. Sizes are log
    shares of world GDP, democracies V-Dem polyarchy, ``coalition`` the share of world GDP of the
    states that sanction the target.
    """
    ideal, share = states["ideal_point"], np.exp(states["log_share"])
    level, since, missing = level[senders], years_since_fall[senders], np.minimum(missing, 1.0)
    coded = known_to_be_coded(coded[senders], level, since)
    return {
        "constant": np.ones((1, 1)),
        "rivalry": (level <= 0.25).astype(float),
        "negative_peace": (coded & (level == 0.5)).astype(float),
        "warm_peace": (level >= 0.75).astype(float),
        "recent_fall": (since <= RECENT).astype(float),
        "ideal_distance": np.abs(ideal[senders, None] - ideal[None, :]),
        "sender_size": states["log_share"][senders, None],
        "target_size": states["log_share"][None, :],
        "sender_democracy": states["polyarchy"][senders, None],
        "target_democracy": states["polyarchy"][None, :],
        "retaliation": in_force.T[senders].astype(float),
        "coalition": coalition(in_force, share)[None, :],
        "union": np.zeros((1, 1)),
        "unknown": missing[senders, None] + missing[None, :],
    }


def union_terms(
    terms: Terms, members: np.ndarray, in_force: np.ndarray, states: Terms
) -> dict[str, np.ndarray]:
    """The covariates of a union that decides as one, for each target: shape (n,).

    ``terms`` are :func:`pair_terms` of its members (m, n). Means over them; its size is theirs
    together, and its coalition are the states outside it.
    """
    active = in_force[members]
    n = active.shape[1]
    rows = {k: np.broadcast_to(v, active.shape).mean(axis=0) for k, v in terms.items()}
    share = np.exp(states["log_share"])
    rows["sender_size"] = np.full(n, np.log(share[members].sum()))
    rows["coalition"] = coalition(in_force, share) - coalition(active, share[members])
    rows["union"] = np.ones(n)
    return rows


def index(terms: Terms, names: Sequence[str], beta: np.ndarray) -> np.ndarray:
    """Linear index x · beta, summed from the smallest shapes up."""
    parts = sorted(((b * terms[k]) for k, b in zip(names, beta, strict=True)), key=lambda x: x.size)
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def conditional_index(x: np.ndarray, rho: float, shock: np.ndarray) -> np.ndarray:
    """Index given the target's common shock: (x - sqrt(rho) shock) / sqrt(1 - rho)."""
    return (x - np.sqrt(rho) * shock) / np.sqrt(1.0 - rho)


def happens(x: np.ndarray, u: np.ndarray, possible: np.ndarray) -> np.ndarray:
    """Where u < Phi(x), among what is possible; only cells that could qualify are evaluated."""
    from scipy.special import ndtr

    out = np.zeros(u.shape, dtype=bool)
    if not possible.any():
        return out
    candidates = possible & (u < ndtr(x[possible].max()))
    out[candidates] = u[candidates] < ndtr(x[candidates])
    return out


def everybodys(in_force: np.ndarray) -> np.ndarray:
    """Targets that more than half of the other states sanction: booleans (n,)."""
    return in_force.sum(axis=0) > EVERYBODY * (len(in_force) - 1)


def years_in_force(*, in_force_last: np.ndarray, age_last: np.ndarray, in_force: np.ndarray) -> np.ndarray:
    """Age of each sanction: 1 in the year of imposition, 0 without one.

    A sanction that a scenario imposed last year, after the age was written, counts as one year old then.
    """
    before = np.where(in_force_last, np.maximum(age_last, 1.0), 0.0)
    return np.where(in_force, before + 1.0, 0.0)


def year_of_sanctions(
    *,
    pairs: Terms,
    states: Terms,
    members: np.ndarray,
    p: Terms,
    luck: Terms,
    plain: bool = False,
    into: tuple[np.ndarray, ...] = (),
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(complete, partial, age) at the end of the year for one draw; each (n, n), sender in rows.

    ``pairs``: level, years_since_fall, coded, complete, partial, age at the end of last year;
    ``states``: ideal_point, polyarchy, log_share; ``members``: positions of the union's members;
    ``p``: the draw's parameters; ``luck``: its uniforms, and the shocks ``quarrel`` and ``thaw`` as
    standard normals (low ones bring sanctions, and bring them down). ``plain`` does without numba;
    ``into`` are three arrays to write to.
    """
    was = (pairs["complete"] > 0.5) | (pairs["partial"] > 0.5)
    shared = everybodys(was)
    filled, missing = known(states, dict(zip(STAND_IN, p["stand_in"], strict=True)))
    seen = {
        "level": pairs["level"],
        "years_since_fall": pairs["years_since_fall"],
        "in_force": was & ~shared,
        "missing": missing,
        "coded": pairs["coded"],
    }
    imposed, lifted, hard = (moves_plain if plain else moves_compiled)(seen, filled, p, luck)
    if len(members):
        terms = pair_terms(**seen, states=filled, senders=members)
        rows = union_terms(terms, members, seen["in_force"], filled)
        _union(rows, members, was, p, luck, imposed, lifted, hard)
    imposed[:, shared], lifted[:, shared] = False, False
    lifted[:, shared & (luck["everybody"] < p["everybody_end"])] = True
    if plain:
        return settled(pairs, was, imposed, lifted, hard)
    return settled_compiled(pairs, was, imposed, lifted, hard, into)


def settled(
    pairs: Terms, was: np.ndarray, imposed: np.ndarray, lifted: np.ndarray, hard: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sanctions and their age after the year's moves; what was unknown stays unknown."""
    complete = np.where(lifted, 0.0, pairs["complete"]) + (imposed & hard)
    partial = np.where(lifted, 0.0, pairs["partial"]) + (imposed & ~hard)
    age = years_in_force(in_force_last=was, age_last=pairs["age"], in_force=(was & ~lifted) | imposed)
    unknown = np.isnan(pairs["complete"]) | np.isnan(pairs["partial"])
    if unknown.any():
        complete, partial, age = (np.where(unknown, np.nan, x) for x in (complete, partial, age))
    return complete, partial, age


def settled_compiled(
    pairs: Terms,
    was: np.ndarray,
    imposed: np.ndarray,
    lifted: np.ndarray,
    hard: np.ndarray,
    into: tuple[np.ndarray, ...] = (),
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As :func:`settled`, in one compiled pass."""
    from detente.mechanisms.sanctions import kernel

    complete, partial, age = into or tuple(np.empty(was.shape) for _ in range(3))
    kernel.settle(
        pairs["complete"], pairs["partial"], pairs["age"], was, imposed, lifted, hard, complete, partial, age
    )
    return complete, partial, age


def known_to_be_coded(
    relation_coded: np.ndarray, level: np.ndarray, years_since_fall: np.ndarray
) -> np.ndarray:
    """Whether the pair has, or has had, a relation that the peace scale codes."""
    return (relation_coded > 0.5) | ((level != 0.5) & ~np.isnan(level)) | (years_since_fall < NEVER)


def moves_plain(
    seen: Terms, states: Terms, p: Terms, luck: Terms
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What single senders do: (imposed, lifted, complete if imposed), booleans (n, n)."""
    terms, was = pair_terms(**seen, states=states), seen["in_force"]
    onset = conditional_index(index(terms, ONSET, p["onset"]), p["onset_common"], luck["quarrel"][None, :])
    lifting = conditional_index(
        index(terms, LIFTING, p["lifting"]), p["lifting_common"], luck["thaw"][None, :]
    )
    imposed = happens(onset, luck["move"], ~was & ~np.eye(len(was), dtype=bool))
    hard = happens(p["kind"][0] + p["kind"][1] * terms["rivalry"], luck["kind"], imposed)
    return imposed, happens(lifting, luck["move"], was), hard


def moves_compiled(
    seen: Terms, states: Terms, p: Terms, luck: Terms
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As :func:`moves_plain`, in one compiled pass."""
    from detente.mechanisms.sanctions import kernel

    was = seen["in_force"]
    imposed, lifted, hard = (np.zeros(was.shape, dtype=bool) for _ in range(3))
    share = np.exp(states["log_share"])
    kernel.moves(
        seen["level"],
        seen["years_since_fall"],
        seen["coded"],
        was,
        states["ideal_point"],
        states["log_share"],
        states["polyarchy"],
        np.minimum(seen["missing"], 1.0),
        coalition(was, share),
        p["onset"],
        p["onset_common"],
        p["lifting"],
        p["lifting_common"],
        p["kind"],
        luck["quarrel"],
        luck["thaw"],
        luck["move"],
        luck["kind"],
        imposed,
        lifted,
        hard,
    )
    return imposed, lifted, hard


def _union(
    rows: Terms,
    members: np.ndarray,
    was: np.ndarray,
    p: Terms,
    luck: Terms,
    imposed: np.ndarray,
    lifted: np.ndarray,
    hard: np.ndarray,
) -> None:
    """The union's decisions, written over those of its members.

    Its sanction is in force where more than half of its members have one. Then they lift it together
    and not alone; where it imposes one, all members without a sanction of their own join.
    """
    active = was[members].mean(axis=0) > 0.5
    onset = conditional_index(index(rows, ONSET, p["onset"]), p["onset_common"], luck["quarrel"])
    lifting = conditional_index(index(rows, LIFTING, p["lifting"]), p["lifting_common"], luck["thaw"])
    outside = np.ones(len(was), dtype=bool)
    outside[members] = False
    begins = happens(onset, luck["union_move"], outside & ~active)
    ends = happens(lifting, luck["union_move"], outside & active)
    kind = happens(p["kind"][0] + p["kind"][1] * rows["rivalry"], luck["union_kind"], begins)
    held, joins = was[members], np.broadcast_to(begins, (len(members), len(was)))
    lifted[members] = np.where(active, held & ends, lifted[members] & ~joins)
    imposed[members] = np.where(joins, ~held, imposed[members])
    hard[members] = np.where(joins, kind, hard[members])
