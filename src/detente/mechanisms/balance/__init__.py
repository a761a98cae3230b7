"""Balance: who has what part of the world's capabilities, how many soldiers, and where they stand."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detente.mechanisms import inputs, inputs_force
from detente.mechanisms.balance import equations as eq
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

PAIR, STATE = ("state", "partner"), ("state",)
PERSONNEL = Field(
    "personnel", STATE, "thousand", "stock", "soldiers on active duty in the regular armed forces (COW)", 0.0
)
GOAL = Field(
    "personnel_goal",
    STATE,
    "thousand",
    "stock",
    "soldiers toward whom the armed forces tend",
    0.0,
    inner=True,
)
POWER = Field(
    "power_share",
    STATE,
    "share of the world's",
    "solved",
    "index of national capability (as COW's CINC): mean of the shares of the world's military spending and "
    "personnel, iron and steel, energy, population and urban population",
    0.0,
    1.0,
    instead="milex_share, personnel or gdp",
)
FORWARD = Field(
    "forward_troops",
    PAIR,
    "thousand",
    "stock",
    "forces of the state (row) based in the partner's (column) land or ports",
    0.0,
    kept_where="forward_troops_start",
)
BALANCE = Field(
    "local_balance",
    STATE,
    "0 to 1",
    "solved",
    "own soldiers and friends' beside them, over these and the hostile soldiers within reach, weighted by "
    "hostility and nearness",
    0.0,
    1.0,
    instead="forward_troops, personnel or peace_level",
)
THREAT = Field(
    "posture_threat",
    STATE,
    "index (log)",
    "solved",
    "log(1 + hostile soldiers within reach per soldier of one's own or of friends beside them)",
    0.0,
    instead="forward_troops, personnel or peace_level",
)
COST = Field(
    "posture_cost",
    STATE,
    "billion 2023 USD",
    "solved",
    "what it costs a year to base forces abroad rather than at home",
    0.0,
    instead="forward_troops",
)
INPUTS = (
    *inputs_force.WEIGHTS.values(),
    inputs_force.GDP_START,
    inputs_force.POPULATION_START,
    inputs_force.FORWARD_START,
    inputs.MILEX_START,
    inputs.POPULATION,
    inputs.MIN_DISTANCE,
    inputs.RELATION_CODED,
)
READS = (
    "milex",
    "milex_share",
    "real_gdp",
    "peace_level",
    "defence_pact",
    "last.milex_share",
    "last.population",
    "last.personnel",
    "last.personnel_goal",
    "last.forward_troops",
    *(f.name for f in INPUTS),
)
PROXIES = ("steel", "energy", "towns")


def mechanism(as_of: int | None = None) -> Mechanism:
    """The mechanism with estimates from data up to ``as_of`` (``None``: the newest)."""
    return Mechanism(
        name="balance",
        purpose="counts soldiers and shares of the world's capabilities, and weighs who stands near whom",
        reads=READS,
        writes=(PERSONNEL, GOAL, POWER, FORWARD, BALANCE, THREAT, COST),
        inputs=INPUTS,
        parameters=load_parameters(Path(__file__).parent, "balance", as_of),
        chance={"muster": ("state",)},
        step=step,
    )


def step(see: View, p: Values, u: Uniforms) -> dict[str, np.ndarray]:
    """One year; a state of unknown personnel is unknown in what rests on it and counts nowhere else."""
    goal, personnel = mustered(see, p, u["muster"])
    abroad = np.array(see["last.forward_troops"])
    hostile, friendly = forces(see, p, personnel, abroad)
    safe = friendly + p["garrison"][:, None]
    return {
        "personnel": personnel,
        "personnel_goal": goal,
        "power_share": power(see, p, personnel),
        "forward_troops": abroad,
        "local_balance": safe / (safe + hostile),
        "posture_threat": np.log1p(hostile / safe),
        "posture_cost": eq.standing_cost(abroad=abroad, cost=p["basing_cost"]),
    }


def mustered(see: View, p: Values, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Goal and soldiers of the year, thousand, (draw, n)."""
    pull, follow = p["adjustment"].T
    with np.errstate(divide="ignore", invalid="ignore"):
        share = see["milex_share"] / see["last.milex_share"]
        people = see["population"] / see["last.population"]
    goal = eq.goal_moved(
        goal=see["last.personnel_goal"],
        share=share,
        people=people,
        elasticity=follow / np.maximum(pull, 1e-6),
        drift=p["drift"],
    )
    luck = eq.shock(u=u, scale=p["noise"], freedom=float(p["tails"][0]), most=float(p["largest"][0]))
    before = see["last.personnel"]
    return goal, eq.soldiers(before=before, goal=goal, pull=np.clip(pull, 0.0, 1.0), luck=luck)


def power(see: View, p: Values, personnel: np.ndarray) -> np.ndarray:
    """Shares of the world's capabilities, (draw, n)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        output = see["real_gdp"] / see["gdp_start"]
        people = see["population"] / see["population_start"]
        spent = see["milex"] / see["milex_start"]
    # Who reports no spending is taken to keep its share of output; see equations.grown_weight for the rest.
    spending = see["spending_weight"] * np.where(np.isfinite(spent), spent, eq.known_ratio(output))
    proxies = [
        eq.grown_weight(
            weight=see[f"{part}_weight"], output=output, people=people, elasticity=p[f"{part}_growth"]
        )
        for part in PROXIES
    ]
    return eq.index_of_capability([spending, personnel, see["population"], *proxies])


def forces(see: View, p: Values, personnel: np.ndarray, abroad: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hostile soldiers within reach, and own and friends' soldiers, of every state, thousand, (draw, n)."""
    distance, reach = see["min_distance"], float(p["reach"][0])
    # A stride of 0 says that all draws share the matrix: one exponential of n × n numbers for all.
    near = eq.proximity(distance=distance if distance.strides[0] else distance[:1], reach=reach)
    enmity = eq.hostility(
        level=see["peace_level"],
        coded=see["relation_coded"],
        pact=see["defence_pact"],
        end=float(p["trusted"][0]),
    )
    home = eq.at_home(personnel=personnel, abroad=abroad)
    senders = np.flatnonzero(abroad.any(axis=(0, 2)))
    hostile = eq.force_near(
        home=home * p["mobile"][:, None], abroad=abroad, near=near, enmity=enmity, senders=senders
    )
    return hostile, eq.force_beside(home=home, abroad=abroad, enmity=enmity, senders=senders)
