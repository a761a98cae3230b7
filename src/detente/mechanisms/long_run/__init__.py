"""Long run: every state's economic weight, at purchasing power and in dollars of the day."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detente.mechanisms import inputs
from detente.mechanisms.long_run import equations as eq
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

HOME = "USA"
"""The state whose dollar is the measure."""
MOVE = "gdp or real_gdp's levers"
PRICE_LEVEL = Field(
    "price_level",
    ("state",),
    "log ratio",
    "stock",
    "what a dollar buys in the United States costs in the state, in logs: 0 as dear, negative cheaper",
    -5.0,
    2.0,
)
US_PRICES = Field("us_prices", (), "2023 = 1", "stock", "price level of the United States", 0.0)
GDP_PPP = Field(
    "gdp_ppp",
    ("state",),
    "billion international dollars of 2023",
    "solved",
    "output at purchasing power parity: what is produced, at the same prices everywhere",
    0.0,
    instead=MOVE,
)
GDP_MARKET = Field(
    "gdp_market",
    ("state",),
    "billion 2023 USD at exchange rates of the year",
    "solved",
    "output at the year's exchange rates, without inflation in the United States",
    0.0,
    instead=MOVE,
)
GDP_USD = Field(
    "gdp_usd",
    ("state",),
    "billion USD of the year",
    "solved",
    "output in dollars of the day: at the year's prices and exchange rates",
    0.0,
    instead=MOVE,
)
INPUTS = (
    inputs.POPULATION,
    inputs.PPP_FACTOR,
    inputs.PRICE_LEVEL_HABIT,
    inputs.RELATIVE_INCOME_HABIT,
)


def mechanism(as_of: int | None = None) -> Mechanism:
    """The mechanism with estimates from data up to ``as_of`` (``None``: the newest)."""
    return Mechanism(
        name="long_run",
        purpose="weighs every economy at purchasing power and in dollars of the day",
        reads=("real_gdp", "last.price_level", "last.us_prices", *(f.name for f in INPUTS)),
        writes=(PRICE_LEVEL, US_PRICES, GDP_PPP, GDP_MARKET, GDP_USD),
        inputs=INPUTS,
        parameters=load_parameters(Path(__file__).parent, "long_run", as_of),
        chance={"rate": ("state",), "dollar": (), "inflation": ()},
        step=step,
    )


def step(see: View, p: Values, u: Uniforms) -> dict[str, np.ndarray]:
    """One year; a state without output, population or price level stays unknown."""
    home = see.index.position(HOME)
    ppp = see["real_gdp"] * see["ppp_factor"]
    before = see["last.price_level"]
    income = eq.relative_income(ppp=ppp, population=see["population"], home=home)
    expected = eq.expected_change(
        level=before,
        habit=see["price_level_habit"],
        speed=p["own_speed"],
        slope=np.where(p.holds("exchange_rates", "income"), p["slope"], 0.0),
        risen=income - see["relative_income_habit"],
    )
    scale, df = np.exp(p["rate_noise"]).T
    luck = eq.shock(u=u["rate"], scale=scale, df=df, largest=p["largest_shock"]) + eq.dollar(
        u=u["dollar"], sd=p["dollar"]
    )
    level = np.clip(before + expected + luck, PRICE_LEVEL.low, PRICE_LEVEL.high)
    level[:, home] = before[:, home]
    prices = eq.prices(
        before=see["last.us_prices"], inflation=p["inflation"], sd=p["inflation_noise"], u=u["inflation"]
    )
    market = ppp * np.exp(level)
    return {
        "price_level": level,
        "us_prices": prices,
        "gdp_ppp": ppp,
        "gdp_market": market,
        "gdp_usd": market * prices[:, None],
    }
