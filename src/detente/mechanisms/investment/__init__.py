"""Investment: capital that comes from abroad, and the know-how and growth that it may bring."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detente.mechanisms import inputs
from detente.mechanisms.investment import equations as eq
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

FDI_INFLOW = Field(
    "fdi_inflow",
    ("state",),
    "billion 2023 USD",
    "stock",
    "net inflow of foreign direct investment in the year; negative when owners abroad withdraw more than "
    "they bring",
)
FDI_DRIFT = Field(
    "fdi_drift",
    ("state",),
    "asinh of per cent of GDP",
    "stock",
    "how far the level to which inflows return has moved from the habit; 0 at the start",
    inner=True,
)
KNOW_HOW = Field(
    "know_how",
    ("state",),
    "log points of productivity",
    "stock",
    "productivity gained since the start by opening and investment, against the projection of output; 0 at "
    "the start",
)
KNOW_HOW_GAIN = Field(
    "know_how_gain",
    ("state",),
    "log points a year",
    "event",
    "what this year's opening and investment add to next year's growth of output",
    -0.1,
    0.1,
)
INPUTS = (
    inputs.GOVERNANCE,
    inputs.FDI_HABIT,
    inputs.FDI_VOLATILITY,
    inputs.SANCTIONED_HABIT,
    inputs.RIVALS_HABIT,
    inputs.GOVERNANCE_HABIT,
    inputs.COMPLETE_START,
    inputs.PARTIAL_START,
)
READS = (
    "sanction_complete",
    "sanction_partial",
    "sanction_financial",
    "peace_level",
    "real_gdp",
    "last.real_gdp",
    "last.fdi_inflow",
    "last.fdi_drift",
    "last.know_how",
    *(f.name for f in INPUTS),
)


def mechanism(as_of: int | None = None) -> Mechanism:
    """The mechanism with estimates from data up to ``as_of`` (``None``: the newest)."""
    return Mechanism(
        name="investment",
        purpose="moves direct investment from abroad and the know-how that comes with opening",
        reads=READS,
        writes=(FDI_INFLOW, FDI_DRIFT, KNOW_HOW, KNOW_HOW_GAIN),
        inputs=INPUTS,
        parameters=load_parameters(Path(__file__).parent, "investment", as_of),
        chance={"shock": ("state",), "drift": ("state",), "tide": ()},
        step=step,
    )


def step(see: View, p: Values, u: Uniforms) -> dict[str, np.ndarray]:
    """One year; arrays (draw, n). A state without an inflow keeps none (NaN) and may still gain know-how."""
    weight = see["last.real_gdp"]
    complete = eq.coverage(flag=see["sanction_complete"], weight=weight)
    partial = eq.coverage(
        flag=np.maximum(see["sanction_partial"] - see["sanction_complete"], 0.0), weight=weight
    )
    any_kind = np.maximum(
        see["sanction_financial"], np.maximum(see["sanction_complete"], see["sanction_partial"])
    )
    goal = where_to(see, p, eq.coverage(flag=any_kind, weight=weight), weight)
    before = eq.asinh_share(inflow=see["last.fdi_inflow"], gdp=see["last.real_gdp"])
    luck = eq.shock(
        u=u["shock"], size=see["fdi_volatility"], noise=p["noise"], largest=p["largest_shock"]
    ) + eq.tide(u=u["tide"], sd=p["tide"])
    drift = eq.drifted(
        before=see["last.fdi_drift"], sd=p["drift"][:, None] * see["fdi_volatility"], u=u["drift"]
    )
    level = eq.adjusted(before=before, norm=goal + drift, persistence=p["response"][:, 0], shock=luck)
    share = p["partial_closure"][:, None]
    level = eq.within_record(level=level, habit=see["fdi_habit"], lowest=p["lowest"], highest=p["highest"])
    opened = see["complete_start"] - complete + share * (see["partial_start"] - partial)
    gain = know_how_gain(see, p, goal, opened)
    return {
        "fdi_inflow": eq.inflow(level=level, gdp=see["real_gdp"]),
        "fdi_drift": drift,
        "know_how": see["last.know_how"] + gain,
        "know_how_gain": gain,
    }


def where_to(see: View, p: Values, sanctioned: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The level to which inflows return under the theory of sanctions that holds in each draw, (draw, n)."""
    rivals = eq.coverage(flag=see["peace_level"] <= eq.RIVAL, weight=weight) - see["rivals_habit"]
    own = long_run(p["response"])
    brief = p.holds("sanctions_on_investment", "brief")
    lasting = p.holds("sanctions_on_investment", "lasting")
    own[brief | lasting, 0] = 0.0
    own[:, 2] = np.where(p.holds("governance_on_investment", "none"), 0.0, own[:, 2])
    habit = np.where(
        lasting[:, None],
        eq.senders_stay_away(
            habit=see["fdi_habit"],
            sanctioned=sanctioned,
            usual=see["sanctioned_habit"],
            loss=p["loss_of_senders"],
        ),
        see["fdi_habit"],
    )
    return eq.norm(
        habit=habit,
        sanctioned=sanctioned - see["sanctioned_habit"],
        rivals=rivals,
        governance=see["governance"] - see["governance_habit"],
        response=own,
    )


def long_run(response: np.ndarray) -> np.ndarray:
    """Long-run responses (draw, 3) from estimates (draw, 4): persistence, then the responses of a year."""
    return response[:, 1:] / (1.0 - np.clip(response[:, 0:1], 0.0, 0.95))


def know_how_gain(see: View, p: Values, goal: np.ndarray, opened: np.ndarray) -> np.ndarray:
    """Growth that opening or investment adds, under the theory that holds in each draw, (draw, n).

    Investment counts by the level to which it tends, not by the luck of the year.
    """
    known, memory = see["last.know_how"], p["know_how_memory"]
    by_opening = p.holds("know_how_from", "opening")
    from_opening = eq.gain_from_opening(opened=opened, known=known, rate=p["opening_growth"], memory=memory)
    from_investment = eq.gain_from_investment(
        level=goal,
        habit=see["fdi_habit"],
        known=known,
        per_point=p["investment_growth"],
        memory=memory,
    )
    fades = -known / memory[:, None]
    by_investment = p.holds("know_how_from", "investment")[:, None]
    gain = np.where(by_opening[:, None], from_opening, np.where(by_investment, from_investment, fades))
    return np.clip(gain, KNOW_HOW_GAIN.low, KNOW_HOW_GAIN.high)
