"""What is to be estimated: policies, timing, effects, sample, errors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from detente.model.errors import DetenteError, Problems, nearest

THREE_WAY = ("exporter_year", "importer_year", "pair")
ESTIMATORS = ("ppml", "ols")
MADE = ("exporter_year", "importer_year", "pair", "exporter", "importer", "year")
"""Effects and clusters that every table has."""


@dataclass(frozen=True)
class Specification:
    """A regression of trade; every field is checked when it is made.

    policies : columns whose effect is asked for; leads, lags and bins after lifting are made for these.
    controls : further columns, taken as they are.
    effects : fixed effects: ``exporter_year``, ``importer_year``, ``pair`` (each direction has its own, and
        so have domestic sales), or other columns of the table.
    leads, lags : years; the regression gets the policy so many years later and earlier beside the present.
    lifted : first years of bins of years since a policy ended: (1, 3, 5) makes 1-2, 3-4 and 5 or more.
    border_by_year : an effect of the international border in each year but the last (globalisation).
    first, last, every, without : years of the sample; ``every`` 4 takes the first and each fourth after it.
    balanced : only directed pairs that are there in every year of the sample.
    cluster : ``pair`` (both directions together), ``exporter``, ``importer``, ``year``, or other columns;
        several mean multiway clustering.
    estimator : ``ppml``, or ``ols`` of the logarithm (flows of zero fall out).
    adjust : multiply the covariance by (N - 1) / (N - K); Stata's ``ppml`` does not.
    """

    policies: tuple[str, ...]
    controls: tuple[str, ...] = ()
    effects: tuple[str, ...] = THREE_WAY
    leads: tuple[int, ...] = ()
    lags: tuple[int, ...] = ()
    lifted: tuple[int, ...] = ()
    border_by_year: bool = False
    first: int | None = None
    last: int | None = None
    every: int = 1
    without: tuple[int, ...] = ()
    balanced: bool = False
    cluster: tuple[str, ...] = ("pair",)
    estimator: str = "ppml"
    adjust: bool = True

    def __post_init__(self) -> None:
        problems = Problems()
        if not (self.policies or self.controls):
            problems.add("policy", "nothing is to be estimated", "name a column, such as rta")
        for twice in sorted({n for n in self.columns if self.columns.count(n) > 1}):
            problems.add("policy", f"'{twice}' is named more than once")
        for name, years in (("leads", self.leads), ("lags", self.lags)):
            for k in years:
                if k < 1:
                    problems.add(name, f"{k} is not a number of years", "whole numbers from 1, such as 4, 8")
        problems.extend(self._bins_wrong().found)
        if self.every < 1:
            problems.add("every", f"is {self.every}", "1 for each year, 4 for every fourth")
        if self.first is not None and self.last is not None and self.first > self.last:
            problems.add("years", f"{self.first} comes after {self.last}", "write FIRST:LAST")
        if not self.cluster:
            problems.add("cluster", "errors must be clustered by something", "pair is the usual choice")
        if self.estimator not in ESTIMATORS:
            problems.add("estimator", f"there is no '{self.estimator}'", nearest(self.estimator, ESTIMATORS))
        problems.raise_if_any()

    def _bins_wrong(self) -> Problems:
        problems, starts = Problems(), self.lifted
        rising = all(a < b for a, b in zip(starts, starts[1:], strict=False))
        if starts and (starts[0] < 1 or not rising):
            problems.add(
                "lifted",
                f"{starts} are no first years of bins",
                "rising whole numbers from 1, such as 1, 3, 5",
            )
        return problems

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the regression is about."""
        return (*self.policies, *self.controls)

    @property
    def bins(self) -> tuple[tuple[int, int | None], ...]:
        """First and last year of each bin after lifting; the last bin is open."""
        ends = [k - 1 for k in self.lifted[1:]]
        return tuple(zip(self.lifted, [*ends, None], strict=True)) if self.lifted else ()


def names(given: str | Iterable[str]) -> tuple[str, ...]:
    """A name, several with commas between, or a list of names, as a tuple."""
    words = given.split(",") if isinstance(given, str) else given
    return tuple(w.strip() for w in words if w.strip())


def whole_numbers(where: str, given: int | str | Sequence[int]) -> tuple[int, ...]:
    """A number, several with commas between, or a list of numbers, as a tuple."""
    if isinstance(given, int):
        return (given,)
    words = given.split(",") if isinstance(given, str) else list(given)
    try:
        return tuple(int(w) for w in words if str(w).strip())
    except ValueError:
        problems = Problems()
        problems.add(where, f"'{given}' are not numbers of years", "write them with commas: 4,8")
        raise DetenteError(problems.found) from None
