"""Defence: what every state spends on its military, from predicted risk, allies, income and habit."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detente.mechanisms import inputs, inputs_security
from detente.mechanisms.defence import equations as eq
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

THREAT = Field(
    "threat",
    ("state",),
    "index (log)",
    "solved",
    "log(1 + others' military spending, weighted by the chance of a fatal dispute and nearness, per own GDP)",
    0.0,
    instead="peace_level, at_war",
)
THREAT_NORM = Field(
    "threat_norm",
    ("state",),
    "index (log)",
    "stock",
    "the threat to which the state has grown used (exponential mean of past threat)",
    0.0,
    inner=True,
)
MILEX_SHARE = Field(
    "milex_share",
    ("state",),
    "fraction of GDP",
    "stock",
    "military spending as a share of GDP (SIPRI definition)",
    0.0,
    1.2,
)
MILEX_NORM = Field(
    "milex_norm",
    ("state",),
    "fraction of GDP",
    "stock",
    "the share to which the state is used (exponential mean of past log shares); allies react to departures "
    "from it. Start: geometric mean of the last ten observed shares",
    0.0,
    1.2,
    inner=True,
)
MILEX = Field(
    "milex",
    ("state",),
    "billion 2023 USD",
    "solved",
    "military spending: milex_share × real_gdp",
    0.0,
    instead="milex_share",
)
MILEX_PER_HEAD = Field(
    "milex_per_head",
    ("state",),
    "2023 USD",
    "solved",
    "military spending a year for each inhabitant; the difference between worlds is the dividend a head",
    0.0,
    instead="milex_share",
)
FISCAL_ROOM = Field(
    "fiscal_room",
    ("state",),
    "fraction of GDP",
    "stock",
    "balance of general government less its exponential mean of ten years; unknown counts as 0",
    -1.0,
    1.0,
    inner=True,
)
READS = (
    "fatal_risk",
    "min_distance",
    "defence_pact",
    "polyarchy",
    "baseline_growth",
    "unreported_milex",
    "pledged_share",
    "population",
    "nato_member",
    "real_gdp",
    "last.real_gdp",
    "last.milex",
    "last.milex_share",
    "last.milex_norm",
    "last.threat_norm",
    "last.fiscal_room",
)
INPUTS = (
    inputs.MIN_DISTANCE,
    inputs.POLYARCHY,
    inputs.BASELINE_GROWTH,
    inputs.UNREPORTED_MILEX,
    inputs.POPULATION,
    inputs_security.PLEDGED_SHARE,
)


def mechanism(as_of: int | None = None) -> Mechanism:
    """The mechanism with estimates from data up to ``as_of`` (``None``: the newest)."""
    return Mechanism(
        name="defence",
        purpose="moves every state's military spending with its risks, allies, pledges, money and habit",
        reads=READS,
        writes=(THREAT, THREAT_NORM, MILEX_SHARE, MILEX_NORM, MILEX, MILEX_PER_HEAD, FISCAL_ROOM),
        inputs=INPUTS,
        parameters=load_parameters(Path(__file__).parent, "defence", as_of),
        chance={"shock": ("state",), "tide": ()},
        step=step,
    )


def step(see: View, p: Values, u: Uniforms) -> dict[str, np.ndarray]:
    """One year of military spending; arrays (draw, n). A state without a share keeps none (NaN).

    A share of exactly 0 (a state without armed forces) stays 0.
    """
    menace = threats(see, p)
    used_to = reference(see, menace)
    share, norm = see["last.milex_share"], see["last.milex_norm"]
    log_share = np.log(np.where(share > 0, share, np.nan))
    log_norm = np.log(np.where(norm > 0, norm, np.nan))
    surprise = growth_surprise(see)
    change = expected_change(see, p, menace, used_to, log_share, log_norm, surprise) + luck(see, p, u)
    new = np.where(share == 0, 0.0, np.clip(np.exp(log_share + change), MILEX_SHARE.low, MILEX_SHARE.high))
    grown = eq.norm_moved(
        norm=log_norm, value=np.log(np.where(new > 0, new, np.nan)), memory=p["share_memory"][:, None]
    )
    return {
        "threat": menace,
        "threat_norm": eq.norm_moved(norm=used_to, value=menace, memory=p["threat_memory"][:, None]),
        "milex_share": new,
        "milex_norm": np.where(share == 0, 0.0, np.exp(grown)),
        "milex": new * see["real_gdp"],
        "milex_per_head": eq.per_head(milex=new * see["real_gdp"], population=see["population"]),
        "fiscal_room": room_next(see, p, surprise),
    }


def room_next(see: View, p: Values, surprise: np.ndarray) -> np.ndarray:
    """Fiscal room at the end of the year (draw, n), within the bounds of the field."""
    moved = eq.room_moved(room=see["last.fiscal_room"], growth_surprise=surprise, course=p["fiscal"])
    return np.clip(moved, FISCAL_ROOM.low, FISCAL_ROOM.high)


def growth_surprise(see: View) -> np.ndarray:
    """Log growth of real GDP less what was projected (draw, n); 0 where either is unknown."""
    return np.nan_to_num(np.log(see["real_gdp"] / see["last.real_gdp"]) - see["baseline_growth"], nan=0.0)


def capability(see: View) -> np.ndarray:
    """Spending of a year ago; for states that report none, what their capabilities suggest."""
    return np.where(np.isnan(see["last.milex"]), see["unreported_milex"], see["last.milex"])


def threats(see: View, p: Values) -> np.ndarray:
    """Threat index of every state (draw, n)."""
    risk, force = see["fatal_risk"], capability(see)
    rivals = np.empty(force.shape)
    near = None
    for d in range(see.draws):
        # Distances and reach are as a rule the same in all draws: one exponential of n × n numbers for all.
        if near is None or see["min_distance"].strides[0] or p["reach"][d] != p["reach"][0]:
            near = eq.proximity(distance=see["min_distance"][d], reach=p["reach"][d])
        rivals[d] = eq.rival_spending(weight=near * eq.danger(risk[d]), capability=force[d])
    return eq.threat(rivals=rivals, gdp=see["last.real_gdp"], sensitivity=p["sensitivity"][:, None])


def reference(see: View, menace: np.ndarray) -> np.ndarray:
    """The threat that states are used to; where no memory is given, this year's is taken for normal."""
    norm = see["last.threat_norm"]
    return np.where(np.isnan(norm), menace, norm)


def expected_change(
    see: View,
    p: Values,
    menace: np.ndarray,
    used_to: np.ndarray,
    log_share: np.ndarray,
    log_norm: np.ndarray,
    surprise: np.ndarray,
) -> np.ndarray:
    """Expected change of the log share, (draw, n)."""
    deviation = log_share - log_norm
    # A stride of 0 says that all draws share the matrix: no need to treat it once for each.
    pact = see["defence_pact"] if see["defence_pact"].strides[0] else see["defence_pact"][:1]
    columns = eq.regressors(
        log_share=log_share,
        threat=menace,
        threat_norm=used_to,
        growth_surprise=surprise,
        allies=eq.spill_in(pact=pact, deviation=deviation),
        mighty=eq.spill_in(pact=pact, deviation=deviation, weight=see["last.milex"]),
        pledged=np.where(see["nato_member"] > 0, see["pledged_share"], 0.0),
        room=see["last.fiscal_room"],
    )
    return eq.demand(columns=columns, coefficients=coefficients(p))


def coefficients(p: Values) -> np.ndarray:
    """Coefficients of demand (draw, 9) under the theory of spill-in that holds in each draw.

    A theory fixes the sign of its effect; our data give the size.
    """
    riders, followers = p["demand_free_riding"].copy(), p["demand_following"].copy()
    ride, follow = eq.DEMAND.index("free_ride"), eq.DEMAND.index("follow")
    riders[:, ride] = np.minimum(riders[:, ride], 0.0)
    followers[:, follow] = np.maximum(followers[:, follow], 0.0)
    holds_ride = p.holds("spill_in", "free_riding")[:, None]
    holds_follow = p.holds("spill_in", "following")[:, None]
    return np.where(holds_ride, riders, np.where(holds_follow, followers, p["demand"]))


def luck(see: View, p: Values, u: Uniforms) -> np.ndarray:
    """This year's shocks to the log share, the state's own and the common one, (draw, n)."""
    width = eq.scale(polyarchy=see["polyarchy"], gdp=see["last.real_gdp"], noise=p["noise"])
    own = eq.shock(u=u["shock"], scale=width, noise=p["noise"], largest=p["largest_shock"])
    return own + eq.common_shock(u=u["tide"], sd=p["tide"])
