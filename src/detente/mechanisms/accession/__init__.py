"""Accession to NATO and the European Union: who asks, who is judged ready, who says no, and when it is done.

A state asks; in each year the members together judge whether it is ready, and then each votes for itself. One
no is enough to stop it (unless a scenario changes the majority) and makes a known holdout, which gives in at
the rate of the record. After consent come the months of ratification. Nobody leaves but by a scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np

from detente.mechanisms import inputs, inputs_security
from detente.mechanisms.accession import equations as eq
from detente.mechanisms.accession import fields, interests
from detente.mechanisms.accession.places import eligible
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import Joint, load_parameters

INPUTS = (
    inputs.POLYARCHY,
    inputs.POPULATION,
    inputs.GOVERNANCE,
    inputs.LAND_BORDER,
    inputs_security.CAPABILITY,
    fields.NATO_MAJORITY,
    fields.EU_MAJORITY,
)
SEEN = {
    "ideal": "last.ideal_point",
    "polyarchy": "polyarchy",
    "power": "capability",
    "governance": "governance",
    "level": "last.peace_level",
    "flow": "last.trade_flow",
    "pact": "last.defence_pact",
    "border": "land_border",
}
LAGGED = tuple(
    f"last.{b.lower()}_{kind}"
    for b in fields.BLOCS
    for kind in ("member", "bid", "pending", "wait", "holdout")
)
STATES = ("bid", "ready", "ratify", "withdraw", "use")
"""Streams of luck over states, one of each for each bloc; votes have one over pairs."""
HALF_YEAR = 6.0
"""Consent is signed in the middle of its year on average: months of that year left for ratification."""
VOTES = 1 + len(eq.VOTE)


def mechanism(as_of: int | None = None) -> Mechanism:
    """The mechanism with estimates from data up to ``as_of`` (``None``: the newest)."""
    parameters = load_parameters(Path(__file__).parent, "accession", as_of)
    names = {q.name.partition(".")[2]: q.prior.joint.names for q in parameters if isinstance(q.prior, Joint)}
    leaning = {b: names[f"{b.lower()}_own"] for b in fields.BLOCS}
    streams = {f"{b.lower()}_{s}": ("state",) for b in fields.BLOCS for s in STATES}
    return Mechanism(
        name="accession",
        purpose="lets states ask to join NATO and the EU, and every member say yes or no",
        reads=(
            *SEEN.values(),
            "population",
            "last.real_gdp",
            "last.exports",
            "last.imports",
            *LAGGED,
            "nato_majority",
            "eu_majority",
        ),
        writes=fields.WRITES,
        inputs=INPUTS,
        parameters=parameters,
        chance={**streams, "vote": ("state", "partner")},  # type: ignore[dict-item]
        step=partial(step, leaning=leaning),
    )


def step(
    see: View, p: Values, u: Uniforms, leaning: Mapping[str, tuple[str, ...]]
) -> Mapping[str, np.ndarray]:
    """One year of both blocs; arrays (draw, n) and (draw, n, n). The unknown take the sample's mean."""
    with np.errstate(divide="ignore", invalid="ignore"):
        income = np.log(1e9 * see["last.real_gdp"] / see["population"])
    world = {name: see[field] for name, field in SEEN.items()}
    world["income"] = np.where(np.isfinite(income), income, np.nan)
    world["traded"] = see["last.exports"] + see["last.imports"]
    every = np.union1d(*(eligible(b, see.index.states) for b in fields.BLOCS))
    press = interests.pressures(world, every) | {"who": every}
    out: dict[str, np.ndarray] = {}
    for bloc in fields.BLOCS:
        luck = {s: u[f"{bloc.lower()}_{s}"] for s in STATES} | {"vote": u["vote"]}
        own = own_of(p[f"{bloc.lower()}_own"], leaning[bloc], see.index.states)
        out |= one_bloc(bloc, see, world, press, p, luck, own)
    return out


def own_of(drawn: np.ndarray, names: tuple[str, ...], states: tuple[str, ...]) -> np.ndarray:
    """Members' own leanings (draw, n) from estimates in the order of ``names``; 0 for all others."""
    out, place = np.zeros((drawn.shape[0], len(states))), {s: k for k, s in enumerate(states)}
    for j, name in enumerate(names):
        if name in place:
            out[:, place[name]] = drawn[:, j]
    return out


def one_bloc(
    bloc: str,
    see: View,
    world: Mapping[str, np.ndarray],
    press: Mapping[str, np.ndarray],
    p: Values,
    luck: Uniforms,
    own: np.ndarray,
) -> dict[str, np.ndarray]:
    """Bids, votes, ratification and memory of one bloc."""
    b = bloc.lower()
    members = see[f"last.{b}_member"] > 0.5
    who, rows = eligible(bloc, see.index.states), np.flatnonzero(members.any(axis=0))
    at = np.searchsorted(press["who"], who)
    burden, rival = interests.worst(press["threat"][:, :, at], members)
    patron, _ = interests.worst(press["patron"][:, :, at], members)
    asks = (see[f"last.{b}_bid"][:, who] > 0.5) & ~members[:, who]
    waits = see[f"last.{b}_wait"][:, who]
    case = {"members": members, "rows": rows, "who": who, "asks": asks, "waits": waits, "own": own}
    case |= {"burden": burden, "rival": rival, "patron": patron}
    case["pending"] = see[f"last.{b}_pending"][:, who]
    case["cols"] = np.flatnonzero((asks & (waits <= 0)).any(axis=0))
    case["open"] = (asks & (waits <= 0))[:, case["cols"]]
    case["held"] = see[f"last.{b}_holdout"][_cut(members, rows, who[case["cols"]])]
    voted = votes(bloc, world, case, p, luck)
    bids = new_bids(b, world, case, p, luck) & ~asks & ~members[:, who]
    return written(bloc, see, case, voted, bids, p, luck)


def _cut(members: np.ndarray, rows: np.ndarray, cols: np.ndarray) -> tuple[np.ndarray, ...]:
    return np.ix_(np.arange(members.shape[0]), rows, cols)


def votes(
    bloc: str, world: Mapping[str, np.ndarray], case: Mapping[str, np.ndarray], p: Values, luck: Uniforms
) -> dict[str, np.ndarray]:
    """Chances and votes on the pending candidates, (draw, row, k); readiness (draw, k)."""
    b, cols, rows, members = bloc.lower(), case["cols"], case["rows"], case["members"]
    who, k = case["who"][cols], len(eq.VOTE)
    beta, centre, scale = p[f"{b}_beta"], p[f"{b}_centre"], p[f"{b}_scale"]
    x = interests.of_votes(world, members, rows, who, case["burden"][:, cols], case["rival"][:, cols])
    x = eq.standard(x, centre[:, None, None, :k], scale[:, None, None, :k])
    odds = np.einsum("drck,dk->drc", x, beta[:, 1:VOTES]) + beta[:, :1, None] + case["own"][:, rows, None]
    gives_in = np.where(case["held"] > 1.5, p["gives_in_firm"][:, None, None], p["gives_in"][:, None, None])
    yes_chance = np.where(case["held"] > 0.5, gives_in, eq.chance(odds))
    r = interests.of_readiness(world, who, case["pending"][:, cols], False)
    r = eq.standard(r, centre[:, None, k:], scale[:, None, k:])
    ready = eq.chance(np.einsum("dck,dk->dc", r, beta[:, VOTES + 1 :]) + beta[:, VOTES : VOTES + 1])
    voting = members[:, rows, None] & case["open"][:, None, :]
    u = luck["vote"][_cut(members, rows, who)]
    yes = ((u if bloc == "NATO" else eq.second(u)) < yes_chance) & voting
    return {
        "chance": np.where(voting, yes_chance, np.nan),
        "ready": np.where(case["open"], ready, np.nan),
        "judged": luck["ready"][:, who] < ready,
        "yes": yes,
        "no": voting & ~yes,
        "can": eq.third(u) < p["negotiable"][:, None, None],
    }


def new_bids(
    b: str, world: Mapping[str, np.ndarray], case: Mapping[str, np.ndarray], p: Values, luck: Uniforms
) -> np.ndarray:
    """Who asks to join this year, (draw, eligible)."""
    who = case["who"]
    x = interests.of_bids(world, case["members"], case["rows"], who, case["burden"], case["patron"])
    x = eq.standard(x, p[f"{b}_bid_centre"][:, None], p[f"{b}_bid_scale"][:, None])
    beta = p[f"{b}_bid"]
    hazard = eq.chance(beta[:, :1] + np.einsum("dck,dk->dc", x, beta[:, 1:]))
    return np.asarray(luck["bid"][:, who] < hazard)


def written(
    bloc: str,
    see: View,
    case: Mapping[str, np.ndarray],
    voted: Mapping[str, np.ndarray],
    bids: np.ndarray,
    p: Values,
    luck: Uniforms,
) -> dict[str, np.ndarray]:
    """The fields of one bloc at the end of the year."""
    b, n, members, who = bloc.lower(), len(see.index), case["members"], case["who"]
    wait, enters, gone = decided(bloc, see[f"{b}_majority"], case, voted, p, luck)
    inside = members.copy()
    inside[:, who] |= enters
    asks = ((case["asks"] & ~gone) | bids) & ~inside[:, who]
    pending = who[case["cols"]]
    at = _cut(members, case["rows"], pending)
    held, accept = np.zeros((see.draws, n, n)), np.full((see.draws, n, n), np.nan)
    held[at] = remembered(case["held"], voted) * asks[:, case["cols"]][:, None, :]
    accept[at] = voted["chance"]
    refusing = np.where(case["open"], voted["no"].sum(axis=1), np.nan)
    return {
        f"{b}_member": inside * 1.0,
        f"{b}_bid": spread(asks, who, n, 0.0),
        f"{b}_pending": spread(np.where(asks & ~bids, case["pending"] + 1.0, 0.0), who, n, 0.0),
        f"{b}_wait": spread(np.where(asks, wait, 0.0), who, n, 0.0),
        f"{b}_holdout": held,
        f"{b}_ready": spread(voted["ready"], pending, n, np.nan),
        fields.HOLDOUTS[bloc]: spread(refusing, pending, n, np.nan),
        f"{b}_acceptance": accept,
    }


def decided(
    bloc: str,
    share: np.ndarray,
    case: Mapping[str, np.ndarray],
    voted: Mapping[str, np.ndarray],
    p: Values,
    luck: Uniforms,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Months of ratification left, who enters, and whose bid ends without entry: each (draw, eligible)."""
    b, cols = bloc.lower(), case["cols"]
    who = case["who"][cols]
    enough = eq.carried(yes=voted["yes"], members=case["members"], share=share[:, who])
    consent = case["open"] & voted["judged"] & enough
    used = luck["use"][:, who] >= p[f"{b}_not_used"][:, None]
    months = ratification(bloc, case["members"], who, p, luck)
    wait = np.where(case["waits"] > 0, case["waits"] - 12.0, 0.0)
    enters = (case["waits"] > 0) & (wait <= 0)
    enters[:, cols] |= consent & used & (months <= HALF_YEAR)
    wait[:, cols] = np.where(consent & used & (months > HALF_YEAR), months - HALF_YEAR, wait[:, cols])
    gone = (
        (luck["withdraw"][:, case["who"]] < p[f"{b}_withdraw"][:, None]) & case["asks"] & (case["waits"] <= 0)
    )
    gone[:, cols] = np.where(consent, ~used, gone[:, cols])
    return np.maximum(wait, 0.0), enters, gone


def remembered(held: np.ndarray, voted: Mapping[str, np.ndarray]) -> np.ndarray:
    """Known holdouts after the vote, (draw, row, k): 1 over what can be given, 2 over what cannot."""
    new = voted["no"] & voted["judged"][:, None, :]
    kind = np.where(new, np.where(voted["can"], 1.0, 2.0), 0.0)
    return np.where(held > 0.5, held * voted["no"], kind)


def ratification(bloc: str, members: np.ndarray, who: np.ndarray, p: Values, luck: Uniforms) -> np.ndarray:
    """Months from signature to accession of each pending candidate, (draw, k)."""
    from scipy.special import ndtri

    line = p["ratify"]
    line = np.stack((line[:, 0] + line[:, 2] * (bloc == "EU"), line[:, 1]), axis=1)
    count = np.maximum(members.sum(axis=1), 1)[:, None]
    z = ndtri(np.clip(luck["ratify"][:, who], 1e-12, 1 - 1e-12))
    return eq.months_to_ratify(members=count, line=line, spread=p["ratify_spread"], z=z)


def spread(values: np.ndarray, who: np.ndarray, n: int, fill: float) -> np.ndarray:
    """Values of some states (draw, k) in an array of all (draw, n)."""
    out = np.full((values.shape[0], n), fill)
    out[:, who] = values
    return out
