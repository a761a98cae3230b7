"""Regressors of a gravity equation: policies with leads, lags and years since lifting; borders by year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente.mechanisms.trade.gravity.specification import Specification
from detente.mechanisms.trade.gravity.table import KEYS, Panel
from detente.model.errors import Problems

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Design:
    """The rows and regressors of a regression.

    ``frame``: exporter, importer, year, value, the regressors, columns named as effects or clusters.
    ``regressors`` in order; ``borders`` are those among them that are effects of the border by year;
    ``phased``: policy → present and lagged terms, whose sum is its whole effect.
    """

    frame: pl.DataFrame
    regressors: tuple[str, ...]
    borders: tuple[str, ...]
    phased: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]


def design(panel: Panel, spec: Specification) -> Design:
    """The sample and its regressors; ``panel.flows`` must have been checked.

    Raises
    ------
    DetenteError : a regressor that does not vary in the sample, an empty sample.
    """
    import polars as pl

    frame, notes = panel.flows, list(panel.notes)
    terms: dict[str, list[str]] = {p: [p] for p in spec.policies}
    phased = {p: (p, *(f"{p}_lag{k}" for k in spec.lags)) for p in spec.policies}
    for policy in spec.policies:
        shifts = {policy: 0} | {f"{policy}_lag{k}": k for k in spec.lags}
        shifts |= {f"{policy}_lead{k}": -k for k in spec.leads}
        for name, years in shifts.items():
            if name not in frame.columns:
                frame = shifted(frame, panel, policy, years, name)
        terms[policy] = [*shifts, *(f"{policy}_lifted{low}" for low, _ in spec.bins)]
        frame = since_lifted(frame, panel, policy, spec.bins)
    for control in spec.controls:
        if control not in frame.columns:
            frame = shifted(frame, panel, control, 0, control)
    regressors = [name for p in spec.policies for name in terms[p]] + list(spec.controls)
    frame = sample(frame, spec)
    notes += silent(frame, spec)
    frame = frame.with_columns(pl.col(regressors).cast(pl.Float64).fill_nan(None))
    whole = frame.drop_nulls(
        [*regressors, *(c for c in (*spec.effects, *spec.cluster) if c in frame.columns)]
    )
    if whole.height < frame.height:
        notes.append(f"{frame.height - whole.height:,} rows left out: a regressor is unknown there")
    frame, borders = by_year(whole) if spec.border_by_year else (whole, ())
    _vary(frame, regressors)
    kept = dict.fromkeys([*KEYS, "value", *regressors, *borders, *spec.effects, *spec.cluster])
    return Design(
        frame.select([c for c in kept if c in frame.columns]),
        (*regressors, *borders),
        borders,
        phased,
        tuple(notes),
    )


def _vary(frame: pl.DataFrame, regressors: list[str]) -> None:
    problems = Problems()
    if not frame.height:
        problems.add("table", "no row is left in these years", "see which years the table holds")
    else:
        for name in regressors:
            if frame[name].min() == frame[name].max():
                what = f"'{name}' has no variation: it is {frame[name][0]:g} in all {frame.height:,} rows"
                problems.add("policy", what, "leave it out, or widen the years")
    problems.raise_if_any()


def _pasts(panel: Panel, policy: str) -> pl.DataFrame:
    """exporter, importer, year, policy: from the history, else from the flows themselves."""
    held = panel.history if panel.history is not None and policy in panel.history.columns else panel.flows
    return held.select(*KEYS, policy).drop_nulls(policy)


def shifted(frame: pl.DataFrame, panel: Panel, policy: str, years: int, name: str) -> pl.DataFrame:
    """``frame`` with a column ``name``: the policy ``years`` earlier (later if negative); null: unknown."""
    import polars as pl

    past = _pasts(panel, policy).with_columns(pl.col("year") + years).rename({policy: name})
    frame = frame.join(past, on=KEYS, how="left", maintain_order="left")
    if policy not in panel.known:
        return frame
    first, last = panel.known[policy]
    inside = pl.col("year").is_between(first + years, last + years)
    filled = pl.when(inside & pl.col(name).is_null()).then(0).otherwise(pl.col(name))
    return frame.with_columns(pl.when(inside).then(filled).otherwise(None).alias(name))


def since_lifted(
    frame: pl.DataFrame, panel: Panel, policy: str, bins: tuple[tuple[int, int | None], ...]
) -> pl.DataFrame:
    """``frame`` with a column for each bin of years since ``policy`` was last in force (and is not now)."""
    import polars as pl

    if not bins:
        return frame
    on = _pasts(panel, policy).filter(pl.col(policy) > 0).select(*KEYS).with_columns(_last=pl.col("year"))
    place = frame.with_row_index("_row").select("_row", *KEYS).sort("year")
    found = place.join_asof(
        on.sort("year"), on="year", by=["exporter", "importer"], check_sortedness=False
    ).sort("_row")
    since = (pl.Series("_", frame["year"]) - found["_last"]).cast(pl.Int32)
    return frame.with_columns(
        ((since >= low) & (since <= (high or 10_000)))
        .fill_null(False)
        .cast(pl.Int8)
        .alias(f"{policy}_lifted{low}")
        for low, high in bins
    )


def sample(frame: pl.DataFrame, spec: Specification) -> pl.DataFrame:
    """The rows in the years asked for; with ``balanced``, only pairs that are there in all of them."""
    import polars as pl

    year = pl.col("year")
    first = int(frame["year"].min()) if spec.first is None else spec.first
    last = int(frame["year"].max()) if spec.last is None else spec.last
    inside = year.is_between(first, last) & ((year - first) % spec.every == 0) & ~year.is_in(spec.without)
    frame = frame.filter(inside)
    if spec.balanced:
        frame = frame.filter(pl.len().over("exporter", "importer") == frame["year"].n_unique())
    return frame


def silent(frame: pl.DataFrame, spec: Specification) -> list[str]:
    """A note of the years that were asked for and of which the table holds nothing."""
    if spec.first is None or spec.last is None:
        return []
    wanted = set(range(spec.first, spec.last + 1, spec.every)) - set(spec.without)
    none = sorted(wanted - set(frame["year"].unique().to_list()))
    if not none:
        return []
    return [f"no flows in {', '.join(map(str, none[:8]))}{' …' if len(none) > 8 else ''}"]


def by_year(frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """``frame`` with ``border_YEAR``, 1 for international flows of the year, for all years but the last."""
    import polars as pl

    years = sorted(frame["year"].unique().to_list())[:-1]
    abroad = pl.col("exporter") != pl.col("importer")
    frame = frame.with_columns(
        (abroad & (pl.col("year") == y)).cast(pl.Float64).alias(f"border_{y}") for y in years
    )
    return frame, tuple(f"border_{y}" for y in years)
