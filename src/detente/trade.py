"""Trade tools without the rest of the engine: ``counterfactual`` (equilibrium) and ``estimate`` (gravity).

>>> from detente import trade
>>> found = trade.estimate(policy="sanction_complete,sanction_partial,rta",
...                        years="1990:2020", every=5)                       # doctest: +SKIP
>>> found.total("rta")                                                       # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from detente.economy import SectorResult, TradeResult, counterfactual
from detente.mechanisms.trade import api as _api
from detente.mechanisms.trade.gravity.estimation import estimate as _estimate
from detente.mechanisms.trade.gravity.panel import CONSTANT, DEFAULT, MEANING, POLICIES, assemble
from detente.mechanisms.trade.gravity.result import GravityEstimate
from detente.mechanisms.trade.gravity.specification import THREE_WAY, Specification, names, whole_numbers
from detente.mechanisms.trade.gravity.table import Panel, read
from detente.model.errors import DetenteError, Problem

__all__ = [
    "GravityEstimate",
    "SectorResult",
    "TradeResult",
    "counterfactual",
    "estimate",
    "panel",
    "policies",
]


def __getattr__(name: str) -> Any:
    """What else stands in :mod:`detente.mechanisms.trade.api`."""
    return getattr(_api, name)


def policies() -> dict[str, str]:
    """The policies and constants of the pair that our own panel holds, and what each means."""
    return {name: MEANING[name] for name in (*POLICIES, *CONSTANT)}


def panel(policy: str | Iterable[str] = DEFAULT, *, domestic: bool = False) -> Panel:
    """The panel of the bundle with these policies; ``.flows`` and ``.history`` are polars tables."""
    from detente.data.bundle import table

    return assemble(table, names(policy), domestic=domestic)


def estimate(
    table: Any = None,
    policy: str | Iterable[str] = DEFAULT,
    *,
    controls: str | Iterable[str] = (),
    effects: str | Iterable[str] = THREE_WAY,
    leads: int | str | Sequence[int] = (),
    lags: int | str | Sequence[int] = (),
    lifted: int | str | Sequence[int] = (),
    border_by_year: bool = False,
    domestic: bool | None = None,
    years: str | tuple[int | None, int | None] | None = None,
    every: int = 1,
    without: int | str | Sequence[int] = (),
    balanced: bool = False,
    cluster: str | Iterable[str] = ("pair",),
    estimator: str = "ppml",
    adjust: bool = True,
    columns: Mapping[str, str] | None = None,
) -> GravityEstimate:
    """Effect of policies on trade by structural gravity (Yotov et al. 2016, ch. 1).

    trade = exp(effects + policies · β + controls · γ) · error, by Poisson pseudo-maximum likelihood (Santos
    Silva & Tenreyro 2006), with exporter-year, importer-year and pair effects unless others are named.

    Parameters
    ----------
    table : polars or pandas table, or a .csv or .parquet file, with exporter, importer, year, value and the
        policies; None is the panel of our own bundle (:func:`policies` lists what it holds), a :class:`Panel`
        is taken as it is.
    policy, controls, effects, cluster : names of columns, a list or with commas between.
    leads, lags, lifted : years; see :class:`Specification`. A column ``rta_lag4`` of the table is used where
        there is one; else the policy of four years ago is looked up; rows where it is unknown are left out.
    border_by_year : an effect of the border in each year but the last; needs sales at home.
    domestic : sales at home in our own panel; by default where the border is asked for. Of a table given, all
        rows are used, and with ``domestic=False`` only the international ones.
    years, every, without, balanced : the sample: "1986:2006", every 4, without 2020.
    estimator : "ppml" or "ols".
    adjust : correct the errors for the number of parameters (Stata's ``ppml`` does not).
    columns : the table's own names, as {"value": "trade"}.

    Raises
    ------
    DetenteError : everything that is wrong, at once.
    """
    first, last = _span(years)
    spec = Specification(
        policies=names(policy),
        controls=names(controls),
        effects=names(effects),
        leads=whole_numbers("leads", leads),
        lags=whole_numbers("lags", lags),
        lifted=whole_numbers("lifted", lifted),
        border_by_year=border_by_year,
        first=first,
        last=last,
        every=every,
        without=whole_numbers("without", without),
        balanced=balanced,
        cluster=names(cluster),
        estimator=estimator,
        adjust=adjust,
    )
    if table is None:
        home = border_by_year if domestic is None else domestic
        return _estimate(panel(spec.columns, domestic=home), spec)
    given = table if isinstance(table, Panel) else Panel(read(table, columns))
    if domestic is False:
        abroad = given.flows["exporter"] != given.flows["importer"]
        given = Panel(given.flows.filter(abroad), given.history, given.known, given.notes)
    return _estimate(given, spec)


def _span(years: str | tuple[int | None, int | None] | None) -> tuple[int | None, int | None]:
    if years is None:
        return None, None
    if isinstance(years, tuple):
        return years
    first, _, last = years.partition(":")
    if not (first.strip().isdecimal() and last.strip().isdecimal()):
        raise DetenteError(
            Problem("years", f"'{years}' is no span of years", "write FIRST:LAST, as in 1986:2006")
        )
    return int(first), int(last)
