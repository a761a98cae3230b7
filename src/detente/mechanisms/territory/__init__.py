"""Claims on territory between states: which stand, when they are settled, when they flare up, what return
would take.

A claim is a state of the pair: the claimant (row) holds that land under the partner's (column) control is
its own. The engine makes no new claims and moves no land by force; it settles the old ones with the chances
on record, and scenarios settle them. What a settlement does to the two states' relations is in the word
``settle_territory``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detente.mechanisms import inputs, inputs_security
from detente.mechanisms.territory import equations as eq
from detente.mechanisms.territory import fields
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

INPUTS = (inputs.POLYARCHY, inputs_security.CAPABILITY, *fields.INPUTS)
READS = (
    "last.territorial_claim",
    "last.claim_years",
    "last.peace_level",
    "last.peace_years",
    "defence_pact",
    "dispute_risk",
    "dispute",
    "at_war",
    *(f.name for f in INPUTS),
)


def mechanism(as_of: int | None = None) -> Mechanism:
    """The mechanism with estimates from data up to ``as_of`` (``None``: the newest)."""
    return Mechanism(
        name="territory",
        purpose="keeps claims on territory between states, settles them and lets them flare up as on record",
        reads=READS,
        writes=fields.WRITES,
        inputs=INPUTS,
        parameters=load_parameters(Path(__file__).parent, "territory", as_of),
        chance={"end": fields.PAIR, "flare": fields.PAIR},
        step=step,
    )


def step(see: View, p: Values, u: Uniforms) -> dict[str, np.ndarray]:
    """One year of all claims: arrays (draw, claimant, holder).

    All claims of a state on another count as one; NaN (unknown) stays unknown.
    """
    claim = see["last.territorial_claim"].copy()
    n = len(see.index)
    i, j = np.nonzero((claim > 0.5).any(axis=0))
    stands = claim[:, i, j] > 0.5
    age = np.where(stands, see["last.claim_years"][:, i, j] + 1.0, 0.0)
    chance = np.where(stands, chances(see, p, i, j, age), 0.0)
    ends = u["end"][:, i, j] < chance
    claim[:, i, j] = np.where(ends, 0.0, claim[:, i, j])
    stands &= ~ends
    frozen = stands & (see["seized_land"][:, i, j] > 0.5) & ~(see["at_war"][:, i, j] > 0.5)
    square = {
        "claim_years": np.where(stands, age, 0.0),
        "settlement_chance": chance,
        "claim_settled": ends * 1.0,
        "frozen_conflict": frozen * 1.0,
    }
    out = {name: _placed(values, i, j, claim.shape) for name, values in square.items()}
    stake = {
        name: eq.at_stake(stands=stands, amount=see[size][:, i, j], holder=j, states=n)
        for name, size in (("land_at_stake", "claimed_area"), ("people_at_stake", "claimed_people"))
    }
    made, met = (eq.summed(stands * 1.0, k, n) for k in (i, j))
    counts = {"territorial_claim": claim, "claims_made": made, "claims_met": met}
    return out | stake | counts | flares(see, p, u, (stands, i, j))


def chances(see: View, p: Values, i: np.ndarray, j: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Chance of the claims of i on j to be settled within the year, (draw, claim), as the theory of the draw
    has it."""
    score, power = see["polyarchy"], see["capability"]
    terms = eq.covariates(
        level=see["last.peace_level"][:, i, j],
        democracy=(score[:, i], score[:, j]),
        power=(power[:, i], power[:, j]),
        pact=see["defence_pact"][:, i, j],
        age=np.maximum(age - 1.0, 0.0),
        calm=see["last.peace_years"][:, i, j],
        salience=see["claim_salience"][:, i, j],
    )
    relations = p.holds("what_settles", "relations")[:, None]
    weights = np.where(relations, p["settles_relations"], p["settles_age"])
    return eq.settlement_chance(terms, weights=weights, stand_in=p["stand_in"])


def flares(
    see: View, p: Values, u: Uniforms, claims: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> dict[str, np.ndarray]:
    """Disputes over the land between two with a standing claim: the share on record of their disputes.

    ``claims``: which stand (draw, claim), claimants and holders (claim,).
    """
    stands, i, j = claims
    n = len(see.index)
    pairs, place = np.unique(np.minimum(i, j) * n + np.maximum(i, j), return_inverse=True)
    either = eq.summed(stands * 1.0, place, len(pairs)) > 0.5
    a, b = pairs // n, pairs % n
    share = np.where(either, p["flares"][:, None], 0.0)
    risk = share * np.nan_to_num(see["dispute_risk"][:, a, b])
    begun = (see["dispute"][:, a, b] > 0.5) & (u["flare"][:, a, b] < share)
    out = {}
    for name, values in (("flare_up_risk", risk), ("flare_up", begun * 1.0)):
        out[name] = _placed(values, a, b, (see.draws, n, n))
        out[name][:, b, a] = values
    return out


def _placed(values: np.ndarray, i: np.ndarray, j: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    out = np.zeros(shape)
    out[:, i, j] = values
    return out
