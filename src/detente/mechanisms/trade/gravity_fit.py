"""Effect of trade sanctions on trade, estimated by PPML structural gravity.

The regression (Santos Silva & Tenreyro 2006; Yotov et al. 2016; Felbermayr et al. 2020)::

    trade[i, j, t] = exp(exporter-year[i, t] + importer-year[j, t] + pair[i, j, source]
                         + regressors[i, j, t] · beta) · error

Exporter-year and importer-year effects take up size, prices and everything else that one state does
to all its partners; pair effects take up whatever is lasting between two states, so beta is learnt
from changes within a pair. COW and BACI measure trade differently (importer's CIF against
reconciled FOB), hence one pair effect for each source. Errors are clustered by undirected pair.

Only international trade enters: domestic sales do not exist before the 1990s for most states.
Heavy libraries are imported when a function is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.mechanisms.regressions import joint
from detente.mechanisms.trade.flows import open_to_some, sanctioned_pairs
from detente.mechanisms.trade.gravity.fitting import fit, informative

if TYPE_CHECKING:
    import polars as pl

FIRST_YEAR = 1950
"""The sanctions record begins here."""

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2023)
"""Cut-off years; each set of estimates has seen nothing later."""

IN_FORCE = ((1, 2), (3, 5), (6, 99))
AFTER_LIFTING = ((1, 2), (3, 4), (5, 8), (9, 12))
KINDS = ("complete", "partial")


@dataclass(frozen=True)
class Estimate:
    """PPML coefficients with their clustered covariance."""

    names: tuple[str, ...]
    mean: np.ndarray
    covariance: np.ndarray
    observations: int
    clusters: int

    def of(self, name: str) -> tuple[float, float]:
        """Coefficient and standard error of one regressor."""
        k = self.names.index(name)
        return float(self.mean[k]), float(np.sqrt(self.covariance[k, k]))

    def sum(self, names: Sequence[str]) -> tuple[float, float]:
        """Sum of some coefficients and its standard error."""
        k = [self.names.index(n) for n in names]
        return float(self.mean[k].sum()), float(np.sqrt(self.covariance[np.ix_(k, k)].sum()))

    def joint(self, names: Sequence[str]) -> dict[str, Any]:
        """The prior document of some coefficients, rounded to what the errors justify."""
        k = [self.names.index(n) for n in names]
        return joint(names, self.mean[k], self.covariance[np.ix_(k, k)])


def ppml(
    frame: pl.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    effects: Sequence[str],
    cluster: str,
    adjust_for_regressors: bool = True,
) -> Estimate:
    """Poisson pseudo-maximum likelihood with fixed effects (:mod:`gravity.fitting`).

    Parameters
    ----------
    frame : one row for each flow; ``effects`` and ``cluster`` are columns of text or integers.
    adjust_for_regressors : multiply the covariance by (N - 1) / (N - K) with K counting the effects
        that are not nested in clusters; Stata's ``ppml`` does not.

    Raises
    ------
    ValueError : a regressor was dropped as collinear, so that its coefficient would mean something else.
    """
    import polars as pl

    keys = (*effects, cluster)
    codes = frame.select(
        pl.col(outcome, *regressors).cast(pl.Float64),
        *(pl.col(k).rank("dense").cast(pl.Int32) for k in dict.fromkeys(keys)),
    )
    if constant := [c for c in regressors if codes[c].min() == codes[c].max()]:
        raise ValueError(f"not identified, the same everywhere: {constant}")
    left, _, _ = informative(codes, outcome, effects)
    found = fit(left, outcome, regressors, effects, (cluster,), adjust=adjust_for_regressors)
    if found.absorbed:
        raise ValueError(f"not identified: {sorted(found.absorbed)}")
    return Estimate(found.names, found.mean, found.covariance, found.observations, found.groups[cluster])


def panel(trade: pl.DataFrame, sanctions: pl.DataFrame, until: int, first: int = FIRST_YEAR) -> pl.DataFrame:
    """Flows of ``first``..``until`` with their sanctions and the keys of the effects.

    ``trade``: exporter, importer, year, value, source. Flows not in the table are unknown and stay
    out, as do those flagged ``imputed``; zeros in the table are zeros. Left out are also domestic
    flows, and all flows of a state in a year in which more than half of the states sanction it: what
    everybody does to one state cannot be told from that state's own year effect.
    """
    import polars as pl

    flows = (
        open_to_some(trade, sanctions)
        .filter(pl.col("year").is_between(first, until) & (pl.col("exporter") != pl.col("importer")))
        .filter(pl.col("value").is_not_null())
        .with_columns(
            a=pl.min_horizontal("exporter", "importer"), b=pl.max_horizontal("exporter", "importer")
        )
    )
    joined = flows.join(sanctioned_pairs(sanctions), on=["a", "b", "year"], how="left", maintain_order="left")
    key = pl.concat_str
    return joined.with_columns(
        pl.col("complete", "partial", "nontrade").fill_null(0),
        pair=key("a", "b", separator="-"),
        flow=key("exporter", "importer", "source", separator="-"),
        exporter_year=key("exporter", "year", separator="-"),
        importer_year=key("importer", "year", separator="-"),
    )


EFFECTS = ("exporter_year", "importer_year", "flow")


def static_effect(
    trade: pl.DataFrame, sanctions: pl.DataFrame, until: int, first: int = FIRST_YEAR
) -> Estimate:
    """Average log effect on trade of a complete and of a partial trade sanction while in force."""
    frame = panel(trade, sanctions, until, first)
    return ppml(frame, "value", ("complete", "partial", "nontrade"), EFFECTS, "pair")


def event_years(sanctions: pl.DataFrame, until: int, horizon: int = 12) -> pl.DataFrame:
    """Where each pair-year stands relative to a trade sanction: a, b, year, kind, state, k.

    ``state`` is ``on`` (k-th year in force), ``after`` (k-th year since the last one in force, up to
    ``horizon``) or ``before`` (k-th year before imposition, up to 2; a year after an earlier sanction
    counts as ``after``). ``kind`` is that of the sanction in force, lifted or coming. A year beyond
    ``until`` is never looked at, so an imposition after the cut-off leaves no trace.
    """
    import polars as pl

    trade_sanctions = sanctioned_pairs(sanctions).filter(
        ((pl.col("complete") + pl.col("partial")) > 0) & (pl.col("year") <= until)
    )
    rows: list[tuple[str, str, int, str, str, int]] = []
    for (a, b), group in trade_sanctions.group_by("a", "b", maintain_order=True):
        kind = {y: KINDS[0] if c else KINDS[1] for y, c in group.select("year", "complete").iter_rows()}
        rows += [(str(a), str(b), *when) for when in _pair_history(kind, until, horizon)]
    text, whole = pl.String, pl.Int64
    schema = {"a": text, "b": text, "year": whole, "kind": text, "state": text, "k": whole}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _pair_history(kind: dict[int, str], until: int, horizon: int) -> list[tuple[int, str, str, int]]:
    """(year, kind, state, k) for every year touched by one pair's sanctions."""
    found, age, last = [], 0, None
    for year in range(min(kind) - 2, until + 1):
        if year in kind:
            age, last = age + 1, year
            found.append((year, kind[year], "on", age))
            continue
        age = 0
        coming = next((y for y in (year + 1, year + 2) if y in kind), None)
        if last is not None and year - last <= horizon:
            found.append((year, kind[last], "after", year - last))
        elif coming is not None:
            found.append((year, kind[coming], "before", coming - year))
    return found


def course(trade: pl.DataFrame, sanctions: pl.DataFrame, until: int, first: int = FIRST_YEAR) -> Estimate:
    """Log effect before, during and after a trade sanction by years (after Dai et al. 2021).

    Names: ``partial_before``, ``partial_on_1`` (first years 1-2), ``_on_3`` (3-5), ``_on_6`` (6 and
    more), ``partial_off_1`` (years 1-2 since lifting), ``_off_3``, ``_off_5``, ``_off_9``; and the
    same for ``complete``. The pair's other years are the reference. :data:`CASES` are left out.
    """
    import polars as pl

    frame = panel(trade, sanctions, until, first).filter(~pl.any_horizontal(*(of_case(c) for c in CASES)))
    events = event_years(sanctions, until)
    frame = frame.join(events, on=["a", "b", "year"], how="left", maintain_order="left")
    columns = {}
    for kind in KINDS:
        is_kind = pl.col("kind") == kind
        columns[f"{kind}_before"] = is_kind & (pl.col("state") == "before")
        for word, state, bins in (("on", "on", IN_FORCE), ("off", "after", AFTER_LIFTING)):
            for low, high in bins:
                columns[f"{kind}_{word}_{low}"] = (
                    is_kind & (pl.col("state") == state) & pl.col("k").is_between(low, high)
                )
    frame = frame.with_columns(**{n: c.fill_null(False).cast(pl.Int8) for n, c in columns.items()})
    seen = tuple(n for n in columns if frame.filter(pl.col(n) == 1)["value"].sum() > 0)
    return ppml(frame, "value", seen, EFFECTS, "pair")


@dataclass(frozen=True)
class Adjustment:
    """How a sanction's effect builds up and fades: log effect at full strength and two yearly rates."""

    mean: np.ndarray
    covariance: np.ndarray
    distance: float
    """Sum of squared standardised misfits; compare with the number of bins less three."""
    interior: bool
    """False where a rate lies on the edge of what rates can be, so that its error means nothing."""


def adjustment_path(full: float, phase_in: float, recovery: float) -> np.ndarray:
    """Mean log effect in each bin of :data:`IN_FORCE` and :data:`AFTER_LIFTING`.

    In the k-th year in force: full · (1 - (1 - phase_in)^k). In the k-th year after lifting:
    full · (1 - recovery)^k. The open bin is taken to be twenty years long.
    """
    years = [np.arange(low, min(high, low + 19) + 1) for low, high in IN_FORCE]
    after = [np.arange(low, high + 1) for low, high in AFTER_LIFTING]
    return full * np.array(
        [np.mean(1 - (1 - phase_in) ** k) for k in years] + [np.mean((1 - recovery) ** k) for k in after]
    )


def _bins(kind: str) -> list[str]:
    return [f"{kind}_on_{low}" for low, _ in IN_FORCE] + [f"{kind}_off_{low}" for low, _ in AFTER_LIFTING]


def adjustment(estimate: Estimate, kind: str) -> Adjustment:
    """Minimum-distance fit of :func:`adjustment_path` to the estimated course, with its covariance.

    Raises ValueError if the course lacks a bin.
    """
    from scipy.optimize import least_squares

    k = [estimate.names.index(n) for n in _bins(kind)]
    seen, weight = estimate.mean[k], np.linalg.inv(estimate.covariance[np.ix_(k, k)])
    root = np.linalg.cholesky(weight).T
    fit = least_squares(
        lambda x: root @ (adjustment_path(*x) - seen),
        x0=[seen[2], 0.4, 0.4],
        bounds=([-np.inf, 0.01, 0.01], [np.inf, 1.0, 1.0]),
    )
    interior = bool(np.all((fit.x[1:] > 0.011) & (fit.x[1:] < 0.999)))
    return Adjustment(fit.x, np.linalg.pinv(fit.jac.T @ fit.jac), float(2 * fit.cost), interior)


CASES = {"russia_2022": ("RUS", 2022)}
"""Ruptures too deep for the average of their kind, measured by themselves: target and first year."""


def of_case(case: str) -> pl.Expr:
    """The rows of :func:`panel` that belong to a case: its target's pairs under sanction since it began."""
    import polars as pl

    target, since = CASES[case]
    under = (pl.col("complete") + pl.col("partial")) > 0
    return ((pl.col("a") == target) | (pl.col("b") == target)) & (pl.col("year") >= since) & under


def case_effect(trade: pl.DataFrame, sanctions: pl.DataFrame, until: int, case: str) -> Estimate:
    """Effects with one case's pairs taken out of the average and given a coefficient of their own.

    Names: complete, partial, nontrade and the case. The case's coefficient is everything that
    changed between the target and its sanctioners relative to all others since it began: the
    sanctions, the answer to them, firms that left, the war if there is one.
    """
    import polars as pl

    frame, own = panel(trade, sanctions, until), of_case(case)
    frame = frame.with_columns(
        pl.when(own).then(0).otherwise(pl.col("complete")).alias("complete"),
        pl.when(own).then(0).otherwise(pl.col("partial")).alias("partial"),
        own.cast(pl.Int8).alias(case),
    )
    return ppml(frame, "value", ("complete", "partial", "nontrade", case), EFFECTS, "pair")


def estimates(
    trade: pl.DataFrame, sanctions: pl.DataFrame, until: int, with_course: bool = True
) -> dict[str, Any]:
    """Everything that the trade mechanism can draw, estimated on data up to ``until``.

    Keys: ``sanction_effect`` (log effect while in force, joint complete and partial) and each of
    :data:`CASES` that began before ``until``; with the course, ``sanction_course`` (event-time
    coefficients) and ``sanction_adjustment`` (joint full, phase_in, recovery, from partial sanctions;
    left out where the course lacks a bin or has no interior solution).
    """
    trade = trade.filter(trade["year"] <= until)
    sanctions = sanctions.filter(sanctions["year"] <= until)
    begun = [case for case, (_, since) in CASES.items() if since < until]
    if not begun:
        found = {"sanction_effect": static_effect(trade, sanctions, until).joint(KINDS)}
    for case in begun:
        fit = case_effect(trade, sanctions, until, case)
        found = {"sanction_effect": fit.joint(KINDS), case: fit.joint((case,))}
    return found | (timing(trade, sanctions, until) if with_course else {})


def timing(trade: pl.DataFrame, sanctions: pl.DataFrame, until: int) -> dict[str, Any]:
    """The keys ``sanction_course`` and ``sanction_adjustment`` of :func:`estimates`."""
    over_time = course(trade, sanctions, until)
    found = {"sanction_course": over_time.joint(over_time.names)}
    if not set(_bins("partial")) <= set(over_time.names):
        return found
    path = adjustment(over_time, "partial")
    if path.interior:
        names = ("full", "phase_in", "recovery")
        speed = Estimate(names, path.mean, path.covariance, over_time.observations, over_time.clusters)
        found["sanction_adjustment"] = speed.joint(names)
    return found
