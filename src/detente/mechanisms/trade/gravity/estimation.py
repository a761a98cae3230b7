"""Estimate the effect of policies on trade: the tool behind ``detente.trade.estimate``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from detente.mechanisms.trade.gravity.design import Design, design
from detente.mechanisms.trade.gravity.fitting import Fit, fit, informative, pyfixest
from detente.mechanisms.trade.gravity.result import GravityEstimate
from detente.mechanisms.trade.gravity.specification import Specification
from detente.mechanisms.trade.gravity.table import Panel, checked
from detente.model.errors import Problems

if TYPE_CHECKING:
    import polars as pl


def estimate(panel: Panel, spec: Specification) -> GravityEstimate:
    """One regression on one panel.

    Raises
    ------
    DetenteError : everything that is wrong with the table; a regressor that does not vary, that the effects
        absorb, or that is only there where nothing is traded; no convergence; pyfixest not installed.
    """
    pyfixest()
    known = () if panel.history is None else tuple(panel.history.columns[3:])
    flows = checked(panel.flows, spec, known)
    unknown = panel.flows.height - flows.height
    made = design(Panel(flows, panel.history, panel.known, panel.notes), spec)
    poisson = spec.estimator == "ppml"
    codes, effects, cluster = coded(made, spec)
    if not poisson:
        codes = codes.filter(codes["value"] > 0).with_columns(
            value=codes.filter(codes["value"] > 0)["value"].log()
        )
    left, separated, alone = informative(codes, "value", effects, zeros=poisson)
    _enough(left, cluster, spec)
    left, regressors, empty = _with_trade(left, made) if poisson else (left, made.regressors, [])
    if empty:
        left, more, lone = informative(left, "value", effects)
        separated, alone = separated + more, alone + lone
        _enough(left, cluster, spec)
    _complain(made, [], [n for n in empty if n in spec.columns])
    found = fit(left, "value", regressors, effects, cluster, poisson=poisson, adjust=spec.adjust)
    _complain(made, [*(n for n in found.absorbed if n not in made.borders), *_vague(found, left)], [])
    return GravityEstimate(
        names=found.names,
        mean=found.mean,
        covariance=found.covariance,
        observations=found.observations,
        clusters=min(found.groups.values()),
        estimator=spec.estimator,
        groups=dict(zip(spec.cluster, found.groups.values(), strict=True)),
        levels=dict(zip(spec.effects, found.levels.values(), strict=True)),
        dropped={
            "the flow is unknown": unknown,
            "zero, and so is all trade of its effect": separated,
            "alone in its effect": alone,
            "flow of zero": 0 if poisson else made.frame.height - codes.height,
        },
        phased=dict(made.phased),
        r2=found.r2,
        years=tuple(sorted(made.frame["year"].unique().to_list())),
        notes=(
            *made.notes,
            *(f"{n}: left out with its rows, nothing is traded there" for n in empty),
            *(f"{n}: left out, the fixed effects hold it" for n in found.absorbed),
        ),
    )


def coded(made: Design, spec: Specification) -> tuple[pl.DataFrame, list[str], list[str]]:
    """The rows as numbers, and the columns of whole numbers that stand for the effects and the clusters."""
    import polars as pl

    place = {s: k for k, s in enumerate(sorted({*made.frame["exporter"], *made.frame["importer"]}))}
    frame = made.frame.with_columns(
        pl.col("exporter").replace_strict(place, return_dtype=pl.Int64).alias("_i"),
        pl.col("importer").replace_strict(place, return_dtype=pl.Int64).alias("_j"),
        pl.col("year").cast(pl.Int64).alias("_t"),
    )
    i, j, t, n = pl.col("_i"), pl.col("_j"), pl.col("_t"), len(place)
    both = pl.min_horizontal(i, j) * n + pl.max_horizontal(i, j)
    keys = {"exporter_year": t * n + i, "importer_year": t * n + j, "exporter": i, "importer": j, "year": t}

    def key(name: str, pair: Any) -> pl.Expr:
        if name == "pair" and name not in made.frame.columns:
            return pair
        own = name in made.frame.columns and name not in ("exporter", "importer", "year")
        return pl.col(name) if own else keys[name]

    effects = {f"_effect_{e}": key(e, i * n + j) for e in spec.effects}
    cluster = {f"_cluster_{c}": both if c == "pair" else key(c, both) for c in spec.cluster}
    codes = frame.select(
        "value",
        *made.regressors,
        *(e.rank("dense").cast(pl.Int32).alias(name) for name, e in (effects | cluster).items()),
    )
    return codes, list(effects), list(cluster)


def _with_trade(codes: pl.DataFrame, made: Design) -> tuple[pl.DataFrame, tuple[str, ...], list[str]]:
    """Without regressors that are 0 wherever there is trade, and without the rows that they explain."""
    import polars as pl

    traded = codes.filter(pl.col("value") > 0)
    flat = [n for n in made.regressors if traded[n].min() == traded[n].max() and traded[n].max() == 0]
    for name in flat:
        codes = codes.filter(pl.col(name) == 0)
    return codes, tuple(n for n in made.regressors if n not in flat), flat


def _enough(codes: pl.DataFrame, cluster: Sequence[str], spec: Specification) -> None:
    """Raise where no row is left that could inform the estimate, or a way of clustering has one cluster."""
    problems = Problems()
    if not codes.height:
        what = "no flow is left: each is alone in one of its effects, or zero like all others of its effect"
        problems.add("table", what, f"more years, or fewer effects than {', '.join(spec.effects)}")
    for name, column in zip(spec.cluster, cluster, strict=True):
        if codes.height and codes[column].n_unique() < 2:
            problems.add("cluster", f"there is only one cluster of '{name}'", "cluster by pair")
    problems.raise_if_any()


VAGUE = 10.0
"""Log points: an error of the effect of one standard deviation beyond this means: no estimate."""


def _vague(found: Fit, codes: pl.DataFrame) -> list[str]:
    """Regressors whose coefficient nothing pins down, though no exact collinearity was found."""
    errors = dict(zip(found.names, found.covariance.diagonal().clip(min=0) ** 0.5, strict=True))
    return [n for n, e in errors.items() if n in codes.columns and e * float(codes[n].std() or 0.0) > VAGUE]


def _complain(made: Design, absorbed: Sequence[str], empty: Sequence[str]) -> None:
    problems = Problems()
    for name in absorbed:
        problems.add(
            "policy",
            f"'{name}' cannot be told from the fixed effects and the other regressors",
            "leave it out, or the effect that holds it (a constant of the pair: effects without pair)",
        )
    for name in empty:
        problems.add(
            "policy",
            f"nothing is traded where '{name}' is not 0 (separation): its effect would be minus infinity",
            "leave it out, or join it with a like policy",
        )
    problems.raise_if_any()
