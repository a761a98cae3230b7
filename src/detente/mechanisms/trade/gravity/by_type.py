"""Effects of sanctions by type on trade, estimated by vintage for those mechanisms that draw them.

One regression on all pairs since 1950: complete and partial trade sanctions, financial sanctions, arms
embargoes, travel bans and the rest side by side, given trade agreements and defence pacts. Types come in
bundles, so the coefficients lean on each other: draw them jointly. The ruptures that the trade mechanism
measures by themselves (:data:`gravity_fit.CASES`) get a coefficient of their own and are not in the averages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from detente.mechanisms.trade.gravity.estimation import estimate
from detente.mechanisms.trade.gravity.panel import assemble
from detente.mechanisms.trade.gravity.result import GravityEstimate
from detente.mechanisms.trade.gravity.specification import Specification
from detente.mechanisms.trade.gravity.table import Panel
from detente.mechanisms.trade.gravity_fit import CASES, FIRST_YEAR

if TYPE_CHECKING:
    import polars as pl

KEY = "sanction_effect_by_type"
TYPES = ("complete", "partial", "financial", "arms", "travel")
"""The kinds that ship; military assistance and other sanctions are in the regression and stay there."""
SANCTIONS = tuple(f"sanction_{t}" for t in (*TYPES, "military", "other"))
CONTROLS = ("rta", "alliance")


def with_cases(panel: Panel, until: int) -> tuple[Panel, tuple[str, ...]]:
    """The panel with each rupture known by ``until`` taken out of all types and made a policy of its own."""
    import polars as pl

    history, begun = panel.history, [c for c, (_, since) in CASES.items() if since < until]
    assert history is not None
    for case in begun:
        target, since = CASES[case]
        trade_sanction = (pl.col("sanction_complete") + pl.col("sanction_partial")) > 0
        party = (pl.col("exporter") == target) | (pl.col("importer") == target)
        own = party & (pl.col("year") >= since) & trade_sanction
        history = history.with_columns(
            own.cast(pl.Int8).alias(case),
            *(pl.when(own).then(0).otherwise(pl.col(s)).cast(pl.Int8).alias(s) for s in SANCTIONS),
        )
    known = dict(panel.known) | dict.fromkeys(begun, panel.known["sanction_partial"])
    return Panel(panel.flows, history, known, panel.notes), tuple(begun)


def by_type(
    table: Callable[[str], pl.DataFrame], until: int, *, domestic: bool = False, **other: Any
) -> GravityEstimate:
    """The regression on data up to ``until``; ``table`` gives the bundle's tables by name.

    ``domestic``: with sales at home; ``other``: what a :class:`Specification` takes besides.
    """
    panel, cases = with_cases(assemble(table, (*SANCTIONS, *CONTROLS), domestic=domestic), until)
    seen = tuple(s for s in SANCTIONS if _varies(panel, s, until))
    span = {"first": FIRST_YEAR, "last": until} | other
    return estimate(panel, Specification((*seen, *CONTROLS, *cases), **span))


def _varies(panel: Panel, policy: str, until: int) -> bool:
    import polars as pl

    assert panel.history is not None
    return not panel.history.filter((pl.col("year") <= until) & (pl.col(policy) > 0)).is_empty()


def estimates(table: Callable[[str], pl.DataFrame], until: int) -> dict[str, Any]:
    """The key of ``estimates.yaml``: joint log effects of the types while in force."""
    found = by_type(table, until)
    document = found.joint([f"sanction_{t}" for t in TYPES])
    document["joint"]["names"] = list(TYPES)
    return {KEY: document}
