"""Words of scenario files about gas: routes, bans, terminals, caps and cuts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as Spec
from pydantic import model_validator

from detente.mechanisms.phrases import Primitive, Why, Year, setting, when
from detente.model.parameter import Strict
from detente.model.scenario import Selector

ROUTES: dict[str, tuple[tuple[str, str], ...]] = {
    "nord-stream": (("RUS", "DEU"),),
    "yamal": (("BLR", "POL"),),
    "ukraine-transit": (("RUS", "UKR"), ("UKR", "SVK")),
    "turkstream": (("RUS", "TUR"),),
    "turkstream-north": (("TUR", "BGR"), ("BGR", "SRB"), ("SRB", "HUN")),
    "power-of-siberia": (("RUS", "CHN"),),
    "southern-corridor": (("AZE", "GEO"), ("GEO", "TUR"), ("TUR", "GRC"), ("GRC", "ITA")),
    "baltic-pipe": (("NOR", "DNK"), ("DNK", "POL")),
    "maghreb-europe": (("DZA", "MAR"), ("MAR", "ESP")),
    "medgaz": (("DZA", "ESP"),),
    "transmed": (("DZA", "TUN"), ("TUN", "ITA")),
    "greenstream": (("LBY", "ITA"),),
    "finland": (("RUS", "FIN"),),
}
"""Routes by name: their legs from state to state, as in the table of routes."""
Route = Literal[
    "nord-stream",
    "yamal",
    "ukraine-transit",
    "turkstream",
    "turkstream-north",
    "power-of-siberia",
    "southern-corridor",
    "baltic-pipe",
    "maghreb-europe",
    "medgaz",
    "transmed",
    "greenstream",
    "finland",
]


class GasRoute(Strict):
    """A gas pipeline is opened, repaired, throttled or closed: its open share reaches ``share`` over
    ``ramp`` years.

    Name a ``route``, or the two states of a leg as ``legs: [FROM, TO]``. 1 is the whole nameplate.
    """

    use: Literal["gas_route"]
    route: Route | None = None
    legs: tuple[str, str] | None = None
    share: Annotated[float, Spec(ge=0, le=1)]
    start: Year
    stop: Year | None = None
    ramp: Annotated[int, Spec(ge=0, le=50)] = 0
    why: Why

    @model_validator(mode="after")
    def _one_way_of_saying_it(self) -> GasRoute:
        if (self.route is None) == (self.legs is None):
            raise ValueError("give either a 'route' or 'legs', and not both")
        return self

    def expand(self) -> list[Primitive]:
        """Set the open share of every leg."""
        legs = ROUTES[self.route] if self.route else (self.legs or ("", ""),)
        return [
            {"do": "set", "field": "gas_pipe_open", "at": {"state": one, "partner": two}, "to": self.share}
            | {"why": self.why}
            | when(self.start, self.stop, self.ramp)
            for one, two in legs
        ]


class GasBan(Strict):
    """Buyers resolve to take ``part`` of a seller's gas no more (1: none of it; 0: they buy again)."""

    use: Literal["gas_ban"]
    by: Selector
    on: Selector
    part: Annotated[float, Spec(ge=0, le=1)] = 1.0
    start: Year
    stop: Year | None = None
    ramp: Annotated[int, Spec(ge=0, le=50)] = 0
    why: Why

    def expand(self) -> list[Primitive]:
        """Set the ban, buyer by seller."""
        return [setting(self, "gas_ban", self.part, state=self.by, partner=self.on)]


class GasDemand(Strict):
    """Gas demand at given prices changes by ``percent`` (savings below 0), reached after ``ramp`` years."""

    use: Literal["gas_demand"]
    who: Selector
    percent: Annotated[float, Spec(gt=-95, le=500)]
    start: Year
    stop: Year | None = None
    ramp: Annotated[int, Spec(ge=0, le=50)] = 0
    why: Why

    def expand(self) -> list[Primitive]:
        """Set the shift of demand, in log points."""
        from math import log1p

        to = round(log1p(self.percent / 100), 6)
        return [setting(self, "gas_demand_shift", to, state=self.who)]


class LngTerminal(Strict):
    """A terminal is added (or lost): ``bcm`` a year to land gas, or with ``side: export`` to ship it."""

    use: Literal["lng_terminal"]
    where: Selector
    bcm: Annotated[float, Spec(ge=-500, le=500)]
    side: Literal["import", "export"] = "import"
    start: Year
    ramp: Annotated[int, Spec(ge=0, le=50)] = 0
    why: Why

    def expand(self) -> list[Primitive]:
        """Shift the terminals' capacity, once."""
        field = "lng_regasification" if self.side == "import" else "lng_liquefaction"
        move = {"do": "shift", "field": field, "at": {"state": self.where}, "by": self.bcm, "why": self.why}
        return [move | when(self.start, None, self.ramp)]


class GasPriceCap(Strict):
    """States pay no more than ``usd`` (USD/MMBtu) for gas; what cannot be bought at it goes unserved."""

    use: Literal["gas_price_cap"]
    who: Selector
    usd: Annotated[float, Spec(gt=0, le=10_000)]
    start: Year
    stop: Year | None = None
    why: Why

    def expand(self) -> list[Primitive]:
        """Set the cap."""
        return [setting(self, "gas_price_cap", self.usd, state=self.who)]


class GasCut(Strict):
    """A seller holds back ``share`` of its gas from buyers, from ``start`` to ``stop`` (left out: that
    year alone).

    The engine has political cuts of its own, by chance (``gas_cut``); this one comes on top.
    """

    use: Literal["gas_cut"]
    by: Selector
    on: Selector
    share: Annotated[float, Spec(gt=0, le=1)] = 1.0
    start: Year
    stop: Year | None = None
    why: Why

    def expand(self) -> list[Primitive]:
        """Set what is held back."""
        at = {"state": self.by, "partner": self.on}
        move = {"do": "set", "field": "gas_withheld", "at": at, "to": self.share, "why": self.why}
        return [move | when(self.start, self.start if self.stop is None else self.stop)]


GAS_WORDS: dict[str, type[Strict]] = {
    "gas_route": GasRoute,
    "gas_ban": GasBan,
    "gas_demand": GasDemand,
    "lng_terminal": LngTerminal,
    "gas_price_cap": GasPriceCap,
    "gas_cut": GasCut,
}
