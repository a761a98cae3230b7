"""Oil, metals, grain and fertiliser: world prices, and what sellers earn who are barred from part of the
market."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from detente.mechanisms.commodities import equations as eq
from detente.mechanisms.commodities.fields import COMMODITIES, INPUTS, STOCKS, WRITES
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

Arrays = dict[str, np.ndarray]
FITTED = ("mean", "keep", "scale", "loading")
"""Order of the estimates of price paths: four of each, by commodity; then the log of the tail's degrees of
freedom."""


def mechanism(as_of: int | None = None) -> Mechanism:
    """The mechanism with price paths estimated on data up to ``as_of`` (``None``: the newest)."""
    return Mechanism(
        name="commodities",
        purpose="clears the world markets of oil, metals, grain and fertiliser under sanctions",
        reads=(
            "gdp",
            "last.gdp",
            "real_gdp",
            "sanction_complete",
            "sanction_partial",
            *(f"last.{f.name}" for f in STOCKS),
            *(f.name for f in INPUTS),
        ),
        writes=WRITES,
        step=step,
        inputs=INPUTS,
        parameters=load_parameters(Path(__file__).parent, "commodities", as_of),
        chance={"shared": (), **dict.fromkeys(COMMODITIES, ())},
    )


def step(see: View, p: Values, u: Uniforms) -> Arrays:
    """One year of the four markets; states without a known share of output stay NaN and take no part."""
    out: Arrays = {"commodity_trend": see["last.commodity_trend"] + growth(see)}
    boost = np.log(known_sum(see["real_gdp"], see["gdp"]) / known_sum(see["gdp"], see["real_gdp"]))
    failed = np.zeros(see.draws, dtype=bool)
    where = eq.sanctioned(
        complete=see["sanction_complete"], partial=see["sanction_partial"], market=see["former_market"][0]
    )
    for number, of in enumerate(COMMODITIES):
        closed = eq.closed_share(where=where, reach=see[f"{of}_reach"][0], unknown=p[f"{of}_partial_reach"])
        if of == "oil":
            out |= cartel(see, p, closed)
        found, unsolved = market(see, p, of, closed, boost, out)
        found[f"{of}_path"] = path(see, p, u, of, number)
        out |= found | priced(see, p, of, found, out["commodity_trend"])
        failed |= unsolved
    return {f.name: out[f.name] for f in WRITES} | {"failed": failed}


def known_sum(values: np.ndarray, beside: np.ndarray) -> np.ndarray:
    """Sum over the states for which both are known, (draw,); unknown states take no part."""
    return np.where(np.isfinite(values) & np.isfinite(beside), values, 0.0).sum(axis=1)


def growth(see: View) -> np.ndarray:
    """Growth of world output this year, log points, (draw,), over states known in both years."""
    now, before = see["gdp"], see["last.gdp"]
    return np.log(known_sum(now, before) / known_sum(before, now))


def cartel(see: View, p: Values, closed: np.ndarray) -> Arrays:
    """Whether OPEC+ has broken up, and how much of its spare capacity is sold.

    Under the theory that it breaks, it does so once a member wins back ``reopening`` of its former market.
    """
    won = see["oil_closed_start"] - closed >= p["reopening"][:, None]
    trigger = p.holds("opec_plus", "breaks") & (won & (see["oil_quota"] > 0)).any(axis=1)
    broken = np.maximum(see["last.opec_broken"], trigger)
    weight = np.nan_to_num(see["oil_share"]) * (see["swing_producer"] > 0)
    theirs = weight.sum(axis=1)
    keeping = np.divide(
        (weight * see["opec_discipline"]).sum(axis=1), theirs, out=np.ones_like(theirs), where=theirs > 0
    )
    open_now = np.maximum(broken, 1.0 - keeping)
    sold = see["last.spare_sold"]
    return {"opec_broken": broken, "spare_sold": sold + p["release_speed"] * (open_now - sold)}


def market(
    see: View, p: Values, of: str, closed: np.ndarray, boost: np.ndarray, cartel: Arrays
) -> tuple[Arrays, np.ndarray]:
    """Price effect, quantities and discount of one market, and which draws did not clear."""
    rerouted, at_start = memory(see, p, of, closed)
    kind = {"elasticity": p[f"{of}_trade_elasticity"], "short_over_long": p["short_over_long"]}
    part = np.nan_to_num(see[f"{of}_exported"])
    now = eq.discount(closed=closed, rerouted=rerouted, **kind)
    base = eq.discount(closed=see[f"{of}_closed_start"], rerouted=at_start, **kind)
    wedge = np.log(eq.received(discount=now, exported=part) / eq.received(discount=base, exported=part))
    known = np.nan_to_num(see[f"{of}_share"])
    elasticity, multiple = p[f"{of}_supply"][:, None], p[f"{of}_long_run"][:, None]
    last = np.log(see[f"last.{of}_supply"])
    habit, slope = eq.adjusted(habit=np.nan_to_num(last), elasticity=elasticity, multiple=multiple)
    direct = lost(p, part, closed - rerouted, see[f"{of}_closed_start"] - at_start)
    spare, defence = held_back(see, p, known, cartel) if of == "oil" else (np.zeros_like(wedge), 0.0)
    used, use_slope = eq.adjusted(
        habit=np.log(see[f"last.{of}_demand"]), elasticity=-p[f"{of}_demand"], multiple=p[f"{of}_long_run"]
    )
    used = used + p[f"{of}_income"] * boost / p[f"{of}_long_run"]
    whole = known.sum(axis=1, keepdims=True)
    x, found = eq.clearing(
        share=np.divide(known, whole, out=np.full_like(known, 1.0 / known.shape[1]), where=whole > 0),
        supply_habit=habit + slope * wedge + direct + spare,
        supply_slope=np.broadcast_to(slope, wedge.shape) + defence,
        demand_habit=used,
        demand_slope=use_slope,
    )
    x = np.where(whole[:, 0] > 0, x, 0.0)
    lasting = habit + slope * (x[:, None] + wedge)
    return {
        f"{of}_supply": np.where(np.isnan(last), np.nan, np.exp(lasting)),
        f"{of}_output": np.exp(lasting + direct + spare + defence * x[:, None]),
        f"{of}_demand": np.exp(used + use_slope * x),
        f"{of}_rerouted": eq.rerouting(rerouted=rerouted, closed=closed, speed=p["rerouting_speed"]),
        f"{of}_discount": now,
        f"{of}_effect": np.exp(x),
    }, ~found


def memory(see: View, p: Values, of: str, closed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What had been rerouted by the end of last year (never more than is closed), and at the start, (draw,
    n)."""
    at_start = eq.settled_at_start(
        closed=see[f"{of}_closed_start"], years=see["closed_years"], speed=p["rerouting_speed"]
    )
    last = see[f"last.{of}_rerouted"]
    return np.minimum(np.where(np.isnan(last), at_start, last), closed), at_start


def lost(p: Values, part: np.ndarray, fresh: np.ndarray, fresh_at_start: np.ndarray) -> np.ndarray:
    """Log output lost because newly barred exports find no way out, where the theory says so, (draw, n)."""
    rate = np.where(p.holds("rerouting", "policed"), p["policed_loss"], 0.0)[:, None]
    return np.log1p(-part * rate * np.maximum(fresh, 0.0)) - np.log1p(
        -part * rate * np.maximum(fresh_at_start, 0.0)
    )


def held_back(see: View, p: Values, known: np.ndarray, cartel: Arrays) -> tuple[np.ndarray, np.ndarray]:
    """Swing producers: log output from spare capacity sold, and their added slope while they defend the
    price."""
    swing = np.nan_to_num(see["swing_producer"]) * (known > 0)
    theirs = (known * swing).sum(axis=1, keepdims=True)
    more = np.divide(p["spare_capacity"][:, None], theirs, out=np.zeros_like(theirs), where=theirs > 0)
    sold = cartel["spare_sold"][:, None]
    return swing * np.log1p(sold * more), swing * (1.0 - sold) * p["price_defence"][:, None]


def path(see: View, p: Values, u: Uniforms, of: str, number: int) -> np.ndarray:
    """Price on the path without effects of ours, (draw,)."""
    values = dict(zip(FITTED, (p["paths"][:, number + 4 * k] for k in range(4)), strict=True))
    tail = 2.0 + np.exp(p["paths"][:, 16])
    luck = eq.shock(
        shared=u["shared"],
        own=u[of],
        loading=np.clip(values["loading"], -0.95, 0.95),
        df=np.clip(tail, 2.5, 200.0),
    )
    return eq.path_moved(
        price=see[f"last.{of}_path"],
        mean=values["mean"],
        keep=1.0 / (1.0 + np.exp(-values["keep"])),
        scale=np.exp(values["scale"]),
        shock=luck,
    )


def priced(see: View, p: Values, of: str, found: Mapping[str, np.ndarray], trend: np.ndarray) -> Arrays:
    """World price, discount with any cap, and what producers earn."""
    price = found[f"{of}_path"] * found[f"{of}_effect"]
    off = found[f"{of}_discount"]
    if of == "oil":
        off = eq.capped(
            price=price, discount=off, cap=np.nan_to_num(see["oil_price_cap"]), reach=p["cap_reach"]
        )
    world = see[f"{of}_world"] * np.exp(p[f"{of}_income"] * trend)
    part = see[f"{of}_exported"]
    paid = (price * world)[:, None] * see[f"{of}_share"] * found[f"{of}_output"]
    return {
        f"{of}_price": price,
        f"{of}_discount": np.where(np.isnan(part), np.nan, off),
        f"{of}_revenue": paid * eq.received(discount=off, exported=part) / 1e9,
    }
