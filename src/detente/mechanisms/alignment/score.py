"""Track record of *alignment*: forecasts from past years against what followed and against naive rivals.

Each forecast runs the mechanism's own step with the estimates of the origin's vintage; polyarchy,
peace levels and pacts stay as they were in the origin year. Naive rivals, each with its own fan from
the record up to the origin: *random walk* (no change; spread of past h-year changes) and *mean*
(each state's own mean of the last twenty years; spread of past departures from it).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from detente.mechanisms.alignment import BEFORE, LEVELS_BEFORE, mechanism, thirds, triads
from detente.mechanisms.alignment import equations as eq
from detente.mechanisms.alignment.panel import pairs, table
from detente.mechanisms.fans import compared
from detente.mechanisms.peace_levels import levels
from detente.model.chance import Chance
from detente.model.mechanism import Mechanism, Values, View, theories_of
from detente.model.parameter import Choice
from detente.model.space import Index

HORIZONS = (1, 5, 10)
GAIN = 0.8
"""Share of a surprise in a position that lasts: what the estimates imply for the newest vintage (docs)."""


def track_record(
    state_year: Any, peace: Any, pacts: Any, origins: tuple[int, ...], draws: int = 200, seed: int = 1
) -> list[dict[str, Any]]:
    """One row for each origin and horizon: n; MAE, CRPS, share inside the 90 % interval, ours and rivals'.

    Frames as in the data bundle. MAE is of the median forecast; CRPS is from the draws.
    """
    rows = []
    seen = state_year.filter(state_year["ideal_point"].is_not_null())
    years = np.arange(1946, int(seen["year"].max()) + 1)
    states = tuple(sorted(seen["state"].unique()))
    position = table(state_year, "ideal_point", years, states)
    for origin in origins:
        fans = forecast(state_year, peace, pacts, origin, max(HORIZONS), states, draws, seed)
        past = position[: origin - 1946 + 1]
        for h in HORIZONS:
            if origin + h <= years[-1]:
                after = position[origin + h - 1946]
                rivals = {"ours": fans[h - 1], **naive(past, h, draws)}
                rows.append({"origin": origin, "horizon": h, **compared(rivals, after)})
    return rows


def answers_record(
    state_year: Any, peace: Any, pacts: Any, origins: tuple[int, ...], draws: int = 200, seed: int = 1
) -> list[dict[str, Any]]:
    """Forecasts five years on of the third parties whose rival had drawn closer to another by the origin.

    One row an origin with such states: scores as in :func:`track_record` of the mechanism with the estimated
    answers in all draws (*answers*), in none (*none*), and at even odds (*even*); same luck.
    """
    rows = []
    frames, horizon = (state_year, peace, pacts), triads.SPAN
    known_positions = state_year.filter(state_year["ideal_point"].is_not_null())
    states = tuple(sorted(known_positions["state"].unique()))
    odds = {"answers": (1.0, 0.0), "none": (0.0, 1.0), "even": (0.5, 0.5)}
    for origin in origins:
        after = table(state_year, "ideal_point", np.array([origin + horizon]), states)[0]
        treated = thirds.treated_in(thirds.seen(state_year, peace, origin + horizon), origin, states)
        fans = {
            name: forecast(*frames, origin, horizon, states, draws, seed, believing(mechanism(origin), o))[-1]
            for name, o in odds.items()
        }
        if (treated & np.isfinite(after)).any():
            rows.append({"origin": origin, **compared(fans, np.where(treated, after, np.nan))})
    return rows


def believing(model: Mechanism, odds: tuple[float, float]) -> Mechanism:
    """The mechanism with other odds for estimated answers of third parties and for none."""
    prior = Choice(choice=dict(zip(("as_estimated", "none"), odds, strict=True)))
    changed = tuple(
        q.model_copy(update={"prior": prior}) if q.name.endswith(".third_parties") else q
        for q in model.parameters
    )
    return replace(model, parameters=changed)


def forecast(
    state_year: Any,
    peace: Any,
    pacts: Any,
    origin: int,
    ahead: int,
    states: tuple[str, ...],
    draws: int,
    seed: int,
    model: Mechanism | None = None,
) -> np.ndarray:
    """Simulated ideal points, (ahead, draw, state), from what was known at the end of ``origin``."""
    model = model or mechanism(origin)
    index = Index(states, tuple(range(len(states))))
    luck, numbers = Chance(seed), range(draws)
    values = {
        q.name.partition(".")[2]: q.at(luck.row(f"param/{q.name}", numbers, 0, q.width))
        for q in model.parameters
    }
    world = {
        k: np.broadcast_to(v, (draws, *v.shape))
        for k, v in known(state_year, peace, pacts, origin, states).items()
    }
    out = []
    for year in range(origin + 1, origin + ahead + 1):
        uniforms = {
            s: luck.uniforms(f"{model.name}/{s}", numbers, year, d, index) for s, d in model.chance.items()
        }
        view = View(year, index, draws, world)
        new = model.step(view, Values(values, theories_of(model.parameters)), uniforms)
        world = {
            **world,
            "last.ideal_point": new["ideal_point"],
            "last.ideal_point_passing": new["ideal_point_passing"],
            **{f"last.{f.name}": new[f.name] for f in (*BEFORE, LEVELS_BEFORE)},
        }
        out.append(new["ideal_point"])
    return np.array(out)


def known(
    state_year: Any, peace: Any, pacts: Any, origin: int, states: tuple[str, ...]
) -> dict[str, np.ndarray]:
    """What the mechanism reads, as it stood at the end of ``origin``; nothing later."""
    years = np.arange(origin - 15, origin + 1)
    history = table(state_year, "ideal_point", years, states)
    polyarchy = table(state_year, "polyarchy", years, states)[-1]
    now = years[-1:]
    upto = peace.filter(peace["year"] <= origin)
    signed = pacts.filter(pacts["year"] <= origin)
    place = {s: i for i, s in enumerate(states)}
    level = levels(upto, place, range(origin - triads.SPAN, origin + 1)).astype(float)
    memory = np.full(level.shape[1:], np.nan)
    for then in level[:-1]:
        memory = triads.remembered(level=then, memory=memory)
    allied = newest_pairs(signed.filter(signed["defence"].cast(bool)), signed, now, states)
    return {
        "last.ideal_point": history[-1],
        "last.ideal_point_passing": eq.passing_part(history=history, gain=GAIN),
        "last.peace_level": level[-1],
        "defence_pact": allied.astype(float),
        "polyarchy": polyarchy,
        "last.polyarchy": polyarchy,
        **{f"last.{f.name}": history[-1 - k] for k, f in enumerate(BEFORE, 1)},
        f"last.{LEVELS_BEFORE.name}": memory,
    }


def newest_pairs(chosen: Any, whole: Any, now: np.ndarray, states: tuple[str, ...]) -> np.ndarray:
    """Pairs that hold in the one year of ``now``, or in the table's newest year where it ends earlier."""
    year = np.array([min(int(now[0]), int(whole["year"].max()))])
    return pairs(chosen, whole, year, states)[0]


def naive(past: np.ndarray, h: int, draws: int) -> dict[str, np.ndarray]:
    """Fans (draw, state) of the two rivals: quantiles of past errors of the same rule over all states."""
    usual = np.array([_mean(past[max(0, t - 19) : t + 1]) for t in range(len(past))])
    ranks = (np.arange(draws) + 0.5) / draws
    walk = (past[h:] - past[:-h])[-35:]
    from_mean = (past[h:] - usual[:-h])[-35:]
    return {
        "walk": past[-1] + np.nanquantile(walk, ranks)[:, None],
        "mean": np.where(np.isnan(past[-1]), np.nan, usual[-1]) + np.nanquantile(from_mean, ranks)[:, None],
    }


def _mean(values: np.ndarray) -> np.ndarray:
    known_cells = np.isfinite(values)
    count = known_cells.sum(axis=0)
    total = np.where(known_cells, values, 0.0).sum(axis=0)
    return np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
