"""Militarised disputes, fatal disputes and wars of every pair of states, and how wars end.

A logit of onset with what was known by the year before, a second stage for what a dispute becomes, allies who
keep their word or do not, others who enter a war, and a hazard of wars to end. Coefficients are fitted on
dyadic MID 4.03 (MID 5.0); UCDP bridges the ten years between the end of that record and the present.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from detente.mechanisms import inputs, inputs_security
from detente.mechanisms.conflict import equations, fields
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

INPUTS = (
    inputs.POLYARCHY,
    inputs.LAND_BORDER,
    inputs_security.WATER_BORDER,
    inputs.MIN_DISTANCE,
    inputs.RELATION_CODED,
    inputs.MILEX_START,
    inputs_security.CAPABILITY,
    inputs_security.MAJOR_POWER,
    inputs_security.NUCLEAR_ARMED,
)
OF_PAIRS = {
    "land": "land_border",
    "water": "water_border",
    "km": "min_distance",
    "pact": "defence_pact",
    "level": "last.peace_level",
    "coded": "relation_coded",
    "recent": "last.dispute_memory",
    "peace_years": "last.peace_years",
    "deadly": "last.fatal_memory",
    "claim": "last.territorial_claim",
    "at_war": "last.at_war",
    "war_years": "last.war_years",
}
OF_STATES = {
    "major": "major_power",
    "armed": "nuclear_armed",
    "polyarchy": "polyarchy",
    "ideal": "last.ideal_point",
}
KERNEL_PAIRS = (
    "land",
    "water",
    "log_km",
    "pact",
    "shielded",
    "level",
    "coded",
    "recent",
    "at_war",
    "war_years",
    "deadly",
    "claim",
    "covered",
)
"""Squares in the order in which the compiled loop takes them."""
TOTALS = {"expected_disputes": "dispute_risk", "expected_fatal": "fatal_risk", "expected_wars": "war_risk"}
"""World totals and the chances that they sum, over pairs not at war already."""
SHIELDED = equations.TERMS.index("shielded")


def mechanism(as_of: int | None = None) -> Mechanism:
    """The conflict mechanism, with estimates from data up to ``as_of`` (the newest if ``None``)."""
    return Mechanism(
        name="conflict",
        purpose="begins disputes, fatal disputes and wars between pairs of states, and ends wars",
        reads=(*OF_PAIRS.values(), *OF_STATES.values(), "last.milex", "capability", "milex_start"),
        writes=fields.WRITES,
        step=step,
        inputs=INPUTS,
        parameters=load_parameters(Path(__file__).parent, "conflict", as_of),
        chance={"dispute": fields.PAIR, "join": ("state",), "season": ()},
    )


def step(see: View, p: Values, u: Uniforms) -> Mapping[str, np.ndarray]:
    """One year of all pairs: arrays (draw, n, n), symmetric, the diagonal nought.

    One uniform for each pair (the upper triangle) decides in order whether a dispute begins, whether it is
    fatal and whether it is war; for two at war, whether the war goes on. Unknown covariates take the mean of
    the estimation sample; an unknown state poisons no other. Compiled; :func:`plain_year` is its twin.
    """
    from detente.mechanisms.conflict import kernel

    n = len(see.index)
    out = {f.name: np.zeros((see.draws, n, n)) for f in fields.OF_PAIRS}
    safe, expected = np.ones((see.draws, n)), np.zeros((see.draws, 3))
    luck = np.ascontiguousarray(u["dispute"])
    for draw, given in _draws(see, p, u):
        pairs, states, one = given["pairs"], given["states"], given["one"]
        out["peace_years"][draw] = pairs["peace_years"]
        np.fill_diagonal(out["peace_years"][draw], 0.0)
        squares = pairs | {"log_km": given["log_km"]}
        kernel.year(
            *(np.ascontiguousarray(squares[k]) for k in KERNEL_PAIRS),
            *(np.ascontiguousarray(states[k]) for k in ("log_power", "major", "armed", "polyarchy", "ideal")),
            luck[draw],
            *(np.ascontiguousarray(one[k]) for k in ("onset", "fatal", "war", "war_end", "stand_in")),
            float(one["season"]),
            *(values[draw] for values in out.values()),
            safe[draw],
            expected[draw],
        )
        _others_join({k: v[draw] for k, v in out.items()}, given, u, draw)
    totals = dict(zip(TOTALS, expected.T.copy(), strict=True))
    return out | totals | {"conflict_risk": 1.0 - safe}


def plain_year(see: View, p: Values, u: Uniforms) -> Mapping[str, np.ndarray]:
    """What :func:`step` computes, in plain NumPy on the pairs i < j: the oracle of the compiled loop."""
    n = len(see.index)
    i, j = np.triu_indices(n, 1)
    out = {f.name: np.zeros((see.draws, n, n)) for f in fields.OF_PAIRS}
    for draw, given in _draws(see, p, u):
        found = equations.year_of_pairs(given, (i, j), u["dispute"][draw])
        for name, values in found.items():
            out[name][draw][i, j] = out[name][draw][j, i] = values
        _others_join({k: v[draw] for k, v in out.items()}, given, u, draw)
    return out | summed(out, see["last.at_war"])


def summed(out: Mapping[str, np.ndarray], was_at_war: np.ndarray) -> dict[str, np.ndarray]:
    """Chance of each state, and what is expected in the world (wars that go on are no new ones)."""
    new = [np.where(was_at_war > 0.5, 0.0, out[risk]).sum(axis=(1, 2)) / 2.0 for risk in TOTALS.values()]
    safe = (1.0 - out["fatal_risk"]).prod(axis=2)
    return dict(zip(TOTALS, new, strict=True)) | {"conflict_risk": 1.0 - safe}


def _draws(see: View, p: Values, u: Uniforms):  # noqa: ANN202
    """Each draw with its pairs, states and parameters as the equations take them."""
    cinc = equations.capability(
        cinc=see["capability"], milex_start=see["milex_start"], milex=see["last.milex"]
    )
    power = equations.log_power(cinc)
    pact = see["defence_pact"]
    log_km, held, bound = np.log1p(see["min_distance"][0] / equations.KM), None, {}
    for draw in range(see.draws):
        pairs = {k: see[name][draw] for k, name in OF_PAIRS.items()}
        now = pact[draw], see["nuclear_armed"][draw]
        if held is None or not all(map(_same, now, held)):
            bound = {"shielded": equations.shields(now[0]), "covered": equations.covered(*now)}
            held = now
        if draw and see["min_distance"].strides[0]:
            log_km = np.log1p(pairs["km"] / equations.KM)
        states = {k: see[name][draw] for k, name in OF_STATES.items()} | {"log_power": power[draw]}
        one = of_draw(p, draw, float(u["season"][draw]))
        yield draw, {"pairs": pairs | bound, "states": states, "one": one, "log_km": log_km}


def _same(x: np.ndarray, y: np.ndarray) -> bool:
    """Whether two draws hold the same values; one broadcast over draws lies in one place."""
    same_place = x.__array_interface__["data"][0] == y.__array_interface__["data"][0]
    return same_place or np.array_equal(x, y, equal_nan=True)


def of_draw(p: Values, draw: int, luck: float = 0.5) -> dict[str, np.ndarray]:
    """One draw's parameters under the theories that hold in it.

    ``onset`` with the drift in its intercept and the shield of third parties as the theory of deterrence has
    it (other effects as estimated, the mean level kept); ``season`` what the year multiplies all odds by.
    """
    one = {k: np.asarray(v[draw]) for k, v in p.arrays.items()}
    onset = np.array(one["onset"])
    for theory, effect in (("benson", one["shield_benson"]), ("none", 0.0)):
        if p.holds("deterrence", theory)[draw]:
            onset[0] += (onset[SHIELDED] - effect) * one["shielded_mean"]
            onset[SHIELDED] = effect
    onset[0] += one["drift"]
    measure = "mid" if p.holds("war_length", "mid")[draw] else "ucdp"
    honour = float(next(one[f"honour_{t}"] for t in p.theories["honour"] if p.holds("honour", t)[draw]))
    shy = one["honour_armed"] if p.holds("honour_nuclear", "record")[draw] else 0.0
    spread = float(one["season"])
    factor = np.exp(spread * _quantile(luck) - spread**2 / 2)
    fatal = np.array(one["fatal"])
    fatal[0] += one["fatal_drift"]
    held = next(f"war_{t}" for t in p.theories["nuclear"] if p.holds("nuclear", t)[draw])
    war = np.array(one[held])
    war[0] += one[f"{held}_drift"]
    changed = {
        "onset": onset,
        "fatal": fatal,
        "war": war,
        "season": factor,
        "war_end": one[f"war_end_{measure}"],
        "honour": (-np.log(1.0 / min(max(honour, 1e-9), 1 - 1e-9) - 1.0), float(shy)),
    }
    return one | changed


def coalition_luck(u: np.ndarray, wars: Sequence[tuple[int, int]]) -> np.ndarray:
    """Standard normals (n,) of the coalitions against those who fight; nought for the others.

    From the diagonal of ``u`` (n, n), which no pair uses: a low number brings many, as everywhere.
    """
    out = np.zeros(len(u))
    for side in {state for war in wars for state in war}:
        out[side] = -_quantile(float(u[side, side]))
    return out


@lru_cache(maxsize=4096)
def _quantile(luck: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(min(max(luck, 1e-12), 1 - 1e-12))


def _others_join(out: Mapping[str, np.ndarray], given: Mapping, u: Uniforms, draw: int) -> None:
    """Add to one draw's events the third states that enter its wars, with what follows from it (in place)."""
    if not out["war"].any():
        return
    one = given["one"]
    wars = equations.attackers(
        begun=out["war"] > 0.5,
        log_power=given["states"]["log_power"],
        slope=float(one["initiator"]),
        u=u["dispute"][draw],
    )
    enters = equations.joined(
        wars=wars,
        pact=given["pairs"]["pact"],
        fighting=np.maximum(out["at_war"], given["pairs"]["at_war"]),
        risk=out["dispute_risk"],
        states=given["states"],
        honour=one["honour"],
        follow=float(one["follow"]),
        enter=one["enter"],
        u=u["join"][draw],
        against=coalition_luck(u["dispute"][draw], wars),
    )
    for name in ("dispute", "fatal_dispute", "war", "at_war", "war_years"):
        out[name][enters] = 1.0
    out["dispute_memory"][enters] = equations.KEPT * given["pairs"]["recent"][enters] + 1.0
    out["fatal_memory"][enters] = equations.FATAL_KEPT * given["pairs"]["deadly"][enters] + 1.0
    out["peace_years"][enters] = 0.0
