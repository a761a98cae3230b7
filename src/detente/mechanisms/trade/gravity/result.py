"""What a gravity estimation returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from detente.mechanisms.trade.gravity_fit import Estimate
from detente.model.errors import DetenteError, Problem, nearest

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, repr=False)
class GravityEstimate(Estimate):
    """Coefficients of a gravity equation with their clustered covariance.

    ``clusters`` is the smallest number of clusters; ``groups`` the number in each way of clustering;
    ``levels`` of each fixed effect; ``dropped``: reason → rows that could not inform the estimate;
    ``phased``: policy → present and lagged terms; ``r2``: of the levels' likelihood (McFadden) for PPML.
    """

    estimator: str = "ppml"
    groups: Mapping[str, int] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)
    phased: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    r2: float = float("nan")
    years: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def of(self, name: str) -> tuple[float, float]:
        """Coefficient and standard error of one regressor; raises :class:`DetenteError` if there is none."""
        self._known([name])
        return super().of(name)

    def total(self, policy: str) -> tuple[float, float]:
        """Whole effect of a policy that is phased in: the sum of its present and lagged terms, and its
        standard error (delta method; the sum is linear, so it is exact).
        """
        if policy not in self.phased:
            raise DetenteError(
                Problem("policy", f"no policy '{policy}' was estimated", nearest(policy, self.phased))
            )
        return self.sum([t for t in self.phased[policy] if t in self.names])

    def jointly_zero(self, names: Sequence[str]) -> tuple[float, float]:
        """Wald statistic and p-value (chi-square) of the hypothesis that all these coefficients are 0."""
        from scipy.stats import chi2

        self._known(names)
        k = [self.names.index(n) for n in names]
        seen = self.mean[k]
        statistic = float(seen @ np.linalg.pinv(self.covariance[np.ix_(k, k)]) @ seen)
        return statistic, float(chi2.sf(statistic, len(k)))

    def _known(self, names: Sequence[str]) -> None:
        for name in names:
            if name not in self.names:
                raise DetenteError(
                    Problem("coefficient", f"'{name}' was not estimated", nearest(name, self.names))
                )

    @property
    def frame(self) -> pl.DataFrame:
        """term, coefficient, se, z, p, low, high (95 %), percent (change of trade at given prices)."""
        import polars as pl

        rows = [(n, *self.of(n)) for n in self.names]
        rows += [(f"{p}, total", *self.total(p)) for p, terms in self.phased.items() if len(terms) > 1]
        return pl.DataFrame([_row(*r) for r in rows])

    def __repr__(self) -> str:
        head = ("", "coefficient", "se", "z", "p", "%")
        body = [_cells(r) for r in self.frame.iter_rows(named=True)]
        widths = [max(len(r[k]) for r in (head, *body)) for k in range(len(head))]
        lines = [
            "  ".join([r[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(r[1:], widths[1:], strict=True))])
            for r in (head, *body)
        ]
        return "\n".join([*lines, "", *self.said()])

    def _repr_html_(self) -> str:
        def line(cells: Sequence[str], tag: str) -> str:
            return "<tr>" + "".join(f"<{tag}>{escape(c)}</{tag}>" for c in cells) + "</tr>"

        body = "".join(line(_cells(r), "td") for r in self.frame.iter_rows(named=True))
        head = line(("", "coefficient", "se", "z", "p", "%"), "th")
        return f"<table>{head}{body}</table>" + "".join(f"<p>{escape(s)}</p>" for s in self.said())

    def said(self) -> list[str]:
        """What was estimated on what, in sentences."""
        method = "PPML" if self.estimator == "ppml" else "OLS of log flows"
        effects = ", ".join(f"{k} ({v:,})" for k, v in self.levels.items()) or "none"
        clusters = ", ".join(f"{k} ({v:,})" for k, v in self.groups.items())
        lines = [
            f"{method}, {self.observations:,} flows, {_span(self.years)}; "
            f"{'pseudo-' if self.estimator == 'ppml' else ''}R2 {self.r2:.4f}",
            f"fixed effects: {effects}; errors clustered by {clusters}",
        ]
        lines += [f"{rows:,} rows dropped: {why}" for why, rows in self.dropped.items() if rows]
        return lines + list(self.notes)


def _span(years: Sequence[int]) -> str:
    gaps = {b - a for a, b in zip(years, years[1:], strict=False)}
    if len(years) > 1 and len(gaps) == 1:
        return f"{years[0]}-{years[-1]}" + (f", every {min(gaps)} years" if min(gaps) > 1 else "")
    return ", ".join(map(str, years)) if len(years) < 7 else f"{len(years)} years of {years[0]}-{years[-1]}"


def _row(term: str, coefficient: float, se: float) -> dict[str, str | float | None]:
    from scipy.special import ndtr

    z = coefficient / se if se > 0 else float("nan")
    return {
        "term": term,
        "coefficient": coefficient,
        "se": se,
        "z": z,
        "p": float(2 * ndtr(-abs(z))),
        "low": coefficient - 1.959964 * se,
        "high": coefficient + 1.959964 * se,
        "percent": 100 * float(np.expm1(coefficient)) if coefficient < 20 else None,
    }


def _cells(row: Mapping[str, float | str | None]) -> tuple[str, ...]:
    def said(name: str, form: str) -> str:
        value = row[name]
        return "" if value is None or value != value else format(value, form)

    return (
        str(row["term"]),
        said("coefficient", "+.4f"),
        said("se", ".4f"),
        said("z", "+.2f"),
        said("p", ".3f"),
        said("percent", "+.1f"),
    )
