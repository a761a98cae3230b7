"""Accession to NATO and the European Union: who asks, who is judged ready, who says no, and when it is done.

A state asks; in each year the members together judge whether it is ready, and then each votes for itself. One
no is enough to stop it (unless a scenario changes the majority) and makes a known holdout, which gives in at
a rate by what it asks for. After consent come the months of ratification, which a member may hold up. Members
of NATO are those that its treaty still binds (alliances).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np

from detente.mechanisms import inputs, inputs_security
from detente.mechanisms.accession import bargain, fields, interests
from detente.mechanisms.accession import equations as eq
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
    fields.NATO_OFFER,
    fields.EU_OFFER,
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
    for kind in ("member", "bid", "pending", "wait", "holdout", "held_years", "talks", "since")
)
STATES = ("bid", "ready", "ratify", "withdraw", "use", "give", "talks")
"""Streams of luck over states, one of each for each bloc; votes have one over pairs."""
HALF_YEAR = 6.0
"""Consent is signed in the middle of its year on average: months of that year left for ratification."""
VOTES = 1 + len(eq.VOTE)
PLACE = {bloc: k for k, bloc in enumerate(fields.BLOCS)}
Arrays = Mapping[str, np.ndarray]


def mechanism(as_of: int | None = None) -> Mechanism:
    """The mechanism with estimates from data up to ``as_of`` (``None``: the newest)."""
    parameters = load_parameters(Path(__file__).parent, "accession", as_of)
    names = {q.name.partition(".")[2]: q.prior.joint.names for q in parameters if isinstance(q.prior, Joint)}
    leaning = {b: names[f"{b.lower()}_own"] for b in fields.BLOCS}
    streams = {f"{b.lower()}_{s}": ("state",) for b in fields.BLOCS for s in STATES}
    own = (f"{b.lower()}_{name}" for b in fields.BLOCS for name in ("majority", "offer"))
    return Mechanism(
        name="accession",
        purpose="lets states ask to join NATO and the EU, and every member say yes or no",
        reads=(
            *SEEN.values(),
            "population",
            "last.real_gdp",
            "last.exports",
            "last.imports",
            "last.nato_bound",
            *LAGGED,
            *own,
        ),
        writes=fields.WRITES,
        inputs=INPUTS,
        parameters=parameters,
        chance={**streams, "vote": ("state", "partner")},  # type: ignore[dict-item]
        step=partial(step, leaning=leaning),
    )


def step(see: View, p: Values, u: Uniforms, leaning: Mapping[str, tuple[str, ...]]) -> Arrays:
    """One year of both blocs; arrays (draw, n) and (draw, n, n). The unknown take the sample's mean."""
    with np.errstate(divide="ignore", invalid="ignore"):
        income = np.log(1e9 * see["last.real_gdp"] / see["population"])
    world = {name: see[field] for name, field in SEEN.items()}
    world["income"] = np.where(np.isfinite(income), income, np.nan)
    world["traded"] = see["last.exports"] + see["last.imports"]
    every = np.union1d(*(candidates(b, see) for b in fields.BLOCS))
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


def inside_of(bloc: str, see: View) -> np.ndarray:
    """Who votes, booleans (draw, n): members, of NATO those that its treaty still binds."""
    found: np.ndarray = see[f"last.{bloc.lower()}_member"] > 0.5
    return found & (see["last.nato_bound"] > 0.5) if bloc == "NATO" else found


def candidates(bloc: str, see: View) -> np.ndarray:
    """Positions of the states that the treaty admits and that are not members in every draw."""
    who = eligible(bloc, see.index.states)
    return who[~(inside_of(bloc, see)[:, who].all(axis=0))]


def one_bloc(
    bloc: str, see: View, world: Arrays, press: Arrays, p: Values, luck: Uniforms, own: np.ndarray
) -> dict[str, np.ndarray]:
    """Bids, talks, votes, ratification and memory of one bloc."""
    case = standing(bloc, see, press) | {"own": own}
    case["standing"] = readiness(world, case, see.year < eq.COLD_WAR_TO)
    voted = votes(bloc, world, case, p, luck)
    fate = decided(bloc, see[f"{bloc.lower()}_majority"], case, voted, p, luck)
    fate["bids"] = new_bids(bloc.lower(), world, case, p, luck)
    fate["opened"] = talks_opened(bloc.lower(), world, case, p, luck)
    return written(bloc, see, case, voted, fate)


def standing(bloc: str, see: View, press: Arrays) -> dict[str, np.ndarray]:
    """How things stand at the start of the year: over the eligible (draw, k), and cut to pending bids."""
    b, members = bloc.lower(), inside_of(bloc, see)
    who, rows = candidates(bloc, see), np.flatnonzero(members.any(axis=0))
    at = np.searchsorted(press["who"], who)
    burden, rival = interests.worst(press["threat"], members, at)
    patron, _ = interests.worst(press["patron"], members, at)
    asks = (see[f"last.{b}_bid"][:, who] > 0.5) & ~members[:, who]
    case = {"members": members, "rows": rows, "who": who, "asks": asks}
    case |= {"burden": burden, "rival": rival, "patron": patron, "since": see[f"last.{b}_since"]}
    case |= {name: see[f"last.{b}_{name}"][:, who] for name in ("pending", "wait", "talks")}
    cols = np.flatnonzero(asks.any(axis=0))
    waits = asks & (case["wait"] > 0)
    case |= {"cols": cols, "open": (asks & ~waits)[:, cols], "late": waits[:, cols]}
    cut = _cut(rows, who[cols])
    voting = members[:, rows, None] & asks[:, None, cols]
    case |= {"held": np.where(voting, see[f"last.{b}_holdout"][cut], 0.0)}
    return case | {
        "years": see[f"last.{b}_held_years"][cut],
        "offer": see[f"{b}_offer"][cut],
        "voting": voting,
    }


def _cut(rows: np.ndarray, cols: np.ndarray) -> tuple[slice, np.ndarray, np.ndarray]:
    return slice(None), rows[:, None], cols


def readiness(world: Arrays, case: Arrays, cold_war: bool) -> np.ndarray:
    """Covariates of readiness of the pending candidates, (draw, col, :data:`equations.READY`)."""
    cols = case["cols"]
    age = np.maximum(case["pending"][:, cols], 1.0)
    talks = case["talks"][:, cols]
    return interests.of_readiness(world, case["who"][cols], age, cold_war, talks, case["since"])


def votes(bloc: str, world: Arrays, case: Arrays, p: Values, luck: Uniforms) -> dict[str, np.ndarray]:
    """Chances and votes on the pending candidates, (draw, row, col); readiness (draw, col)."""
    b, cols, rows, members = bloc.lower(), case["cols"], case["rows"], case["members"]
    who, k = case["who"][cols], len(eq.VOTE)
    beta, centre, scale = p[f"{b}_beta"], p[f"{b}_centre"], p[f"{b}_scale"]
    x = interests.of_votes(world, members, rows, who, case["burden"][:, cols], case["rival"][:, cols])
    x = eq.standard(x, centre[:, None, None, :k], scale[:, None, None, :k])
    odds = np.einsum("drck,dk->drc", x, beta[:, 1:VOTES]) + beta[:, :1, None] + case["own"][:, rows, None]
    odds += case["offer"]
    r = eq.standard(case["standing"], centre[:, None, k:], scale[:, None, k:])
    ready = eq.chance(np.einsum("dck,dk->dc", r, beta[:, VOTES + 1 :]) + beta[:, VOTES : VOTES + 1])
    told = (case["voting"] & case["open"][:, None, :]) & (case["held"] == 0)
    chance = np.where(told, eq.chance(odds), np.nan)
    yes = ~told | (eq.digits(luck["vote"][_cut(rows, who)], PLACE[bloc]) < chance)
    where = np.nonzero(case["held"])
    given = {"held": case["held"], "years": case["years"], "beta": p["gives_in"], "where": where}
    chance[where] = bargain.giving_in(**given, offer=case["offer"][where])
    yes[where] = bargain.together(luck["give"][:, who], where, case["held"][where]) < chance[where]
    return {
        "odds": odds,
        "chance": chance,
        "ready": np.where(case["open"], ready, np.nan),
        "judged": (luck["ready"][:, who] < ready) & case["open"],
        "no": case["voting"] & ~yes,
    }


def talks_opened(b: str, world: Arrays, case: Arrays, p: Values, luck: Uniforms) -> np.ndarray:
    """With which candidates talks are opened this year, (draw, col)."""
    cols = case["cols"]
    named = dict(zip(eq.READY, np.moveaxis(case["standing"], -1, 0), strict=True))
    size = interests.size_of(world, case["members"], case["who"][cols])
    named |= {"burden": case["burden"][:, cols], "size": size}
    x = np.stack([named[name] for name in eq.TALKS], axis=-1)
    hazard = chance_of(f"{b}_talks", x, p)
    free = case["open"] & (case["talks"][:, cols] == 0)
    return np.asarray((luck["talks"][:, case["who"][cols]] < hazard) & free)


def new_bids(b: str, world: Arrays, case: Arrays, p: Values, luck: Uniforms) -> np.ndarray:
    """Who asks to join this year, (draw, eligible); nobody asks a body that has no member."""
    who = case["who"]
    x = interests.of_bids(world, case["members"], case["rows"], who, case["burden"], case["patron"])
    somebody = case["members"].any(axis=1, keepdims=True)
    free = ~case["asks"] & ~case["members"][:, who] & somebody
    return np.asarray((luck["bid"][:, who] < chance_of(f"{b}_bid", x, p)) & free)


def chance_of(name: str, x: np.ndarray, p: Values) -> np.ndarray:
    """A fitted hazard (draw, k) at covariates (draw, k, covariate)."""
    x = eq.standard(x, p[f"{name}_centre"][:, None], p[f"{name}_scale"][:, None])
    beta = p[name]
    return eq.chance(beta[:, :1] + np.einsum("dck,dk->dc", x, beta[:, 1:]))


def decided(
    bloc: str, share: np.ndarray, case: Arrays, voted: Arrays, p: Values, luck: Uniforms
) -> dict[str, np.ndarray]:
    """What becomes of the pending bids, (draw, col): consent, months left, entry, the end without entry; and
    who holds up ratification from now on (draw, row, col)."""
    b, cols, voting = bloc.lower(), case["cols"], case["voting"]
    who, members = case["who"][cols], case["members"]
    enough = eq.carried(no=voted["no"], voting=voting, share=share[:, who])
    consent = voted["judged"] & enough
    used = luck["use"][:, who] >= p[f"{b}_not_used"][:, None]
    signed = consent & used
    # The candidate's own row of the votes is free: its cells carry the luck of what comes after the vote.
    after = luck["vote"][:, who, case["rows"][:, None]]
    surer = eq.chance(voted["odds"] + p["late"][:, None, None])
    blocks = voting & signed[:, None, :] & ~voted["no"] & (eq.digits(after, 2 + PLACE[bloc]) >= surer)
    free = eq.carried(no=voted["no"] | blocks, voting=voting, share=share[:, who])
    months = np.where(
        signed, ratification(bloc, members, who, p, luck) - HALF_YEAR, case["wait"][:, cols] - 12.0
    )
    under_way = signed | case["late"]
    enters = under_way & (months <= 0) & free
    gone = (luck["withdraw"][:, who] < p[f"{b}_withdraw"][:, None]) & case["open"] & ~consent
    new = blocks | (voted["no"] & (case["held"] == 0) & voted["judged"][:, None, :])
    d = np.nonzero(new)
    asked = bargain.kinds_of(eq.digits(after, PLACE[bloc])[d], p["demands"][d[0]])
    held, years = bargain.remembered(case["held"], case["years"], voted["no"], new, asked)
    wait = np.where(under_way & ~enters, np.maximum(months, 1.0), 0.0)
    gone |= consent & ~used
    return {"wait": wait, "enters": enters, "gone": gone, "consent": consent, "held": held, "years": years}


def ratification(bloc: str, members: np.ndarray, who: np.ndarray, p: Values, luck: Uniforms) -> np.ndarray:
    """Months from signature to accession of each pending candidate, (draw, k)."""
    from scipy.special import ndtri

    line = p["ratify"]
    line = np.stack((line[:, 0] + line[:, 2] * (bloc == "EU"), line[:, 1]), axis=1)
    count = np.maximum(members.sum(axis=1), 1)[:, None]
    z = ndtri(np.clip(luck["ratify"][:, who], 1e-12, 1 - 1e-12))
    return eq.months_to_ratify(members=count, line=line, spread=p["ratify_spread"], z=z)


def written(bloc: str, see: View, case: Arrays, voted: Arrays, fate: Arrays) -> dict[str, np.ndarray]:
    """The fields of one bloc at the end of the year."""
    b, n, cols, who = bloc.lower(), len(see.index), case["cols"], case["who"]
    pending, inside = who[cols], case["members"].copy()
    inside[:, pending] |= fate["enters"]
    asks = case["asks"] | fate["bids"]
    asks[:, cols] &= ~fate["gone"] & ~fate["enters"]
    goes_on = asks[:, cols]
    talks = np.where(case["talks"][:, cols] > 0, case["talks"][:, cols] + 1.0, fate["opened"] * 1.0)
    at = _cut(case["rows"], pending)
    held, years, accept = (
        np.zeros((see.draws, n, n)),
        np.zeros((see.draws, n, n)),
        np.full((see.draws, n, n), np.nan),
    )
    held[at] = fate["held"] * goes_on[:, None, :]
    years[at] = fate["years"] * goes_on[:, None, :]
    accept[at] = voted["chance"]
    refusing = np.where(case["asks"][:, cols], voted["no"].sum(axis=1), np.nan)
    agreed = fate["consent"].any(axis=1)
    return {
        f"{b}_member": inside * 1.0,
        f"{b}_bid": spread(asks, who, n, 0.0),
        f"{b}_pending": spread(np.where(asks, case["pending"] + 1.0, 0.0), who, n, 0.0),
        f"{b}_wait": spread(fate["wait"] * goes_on, pending, n, 0.0),
        f"{b}_talks": spread(talks * goes_on, pending, n, 0.0),
        f"{b}_since": np.where(agreed, 1.0, case["since"] + 1.0),
        f"{b}_holdout": held,
        f"{b}_held_years": years,
        f"{b}_ready": spread(voted["ready"], pending, n, np.nan),
        fields.HOLDOUTS[bloc]: spread(refusing, pending, n, np.nan),
        f"{b}_acceptance": accept,
    }


def spread(values: np.ndarray, who: np.ndarray, n: int, fill: float) -> np.ndarray:
    """Values of some states (draw, k) in an array of all (draw, n)."""
    out = np.full((values.shape[0], n), fill)
    out[:, who] = values
    return out
