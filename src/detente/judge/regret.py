"""Regret: a friendship betrayed in one year or another, against never having tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente.mechanisms.written import parse_scenario
from detente.model.errors import DetenteError, Problem
from detente.model.scenario import Scenario
from detente.run.estimate import Estimate
from detente.run.result import Result

OF_A_YEAR = ("start", "year")
MEASURES = (
    ("peace level, {one} and {many}", "peace_level", "pair", False),
    ("military spending, {many}", "milex", "many", True),
    ("military spending, {one}", "milex", "one", True),
    ("real income, {many}", "real_income", "many", True),
    ("real income, {one}", "real_income", "one", True),
)


def moved(content: Mapping[str, Any], written: int, year: int) -> Scenario:
    """The scenario of a file with its break, written for one year, moved to another.

    Moves of the year ``written`` or later are the break and its answer, and move along. Of the others, those
    that would begin in or after ``year`` are left out, and those that stop when the break comes stop then.

    Raises
    ------
    DetenteError : the file has no move in or after ``written``, or none before ``year`` is left.
    """
    kept, after = [], 0
    for move in content["interventions"]:
        begins = next(move[k] for k in OF_A_YEAR if k in move)
        if begins >= written:
            after += 1
            kept.append({k: _later(v, k, year - written) for k, v in move.items()})
        elif begins < year:
            stop = {"stop": year - 1} if move.get("stop") and move["stop"] >= min(written, year) - 1 else {}
            kept.append({**move, **stop})
    if not after or len(kept) == after:
        what = f"no move in or after {written}" if not after else f"no friendship begins before {year}"
        raise DetenteError(Problem("--betrayal", what, "choose a year in which there is something to break"))
    body = {**content, "id": f"{content['id']}-{year}", "interventions": kept}
    import yaml

    return parse_scenario(yaml.safe_dump(body, sort_keys=False, allow_unicode=True), body["id"]).scenario


def _later(value: Any, key: str, by: int) -> Any:
    return value + by if key in (*OF_A_YEAR, "stop") and isinstance(value, int) else value


@dataclass(frozen=True)
class Regret:
    """What a friendship betrayed in ``year`` brought, against none."""

    year: int
    measure: str
    during: Estimate
    """Mean of the years from the first move to the year before the break."""
    after: Estimate
    """Mean of the ``window`` years from the break."""
    whole: Estimate
    """Mean of all years from the first move to the end of the run."""
    relative: bool


def curve(result: Result, worlds: Mapping[int, str], one: str, many: str, window: int) -> list[Regret]:
    """The regret of every betrayal, measure by measure. ``worlds``: scenario by year of its break."""
    out = []
    for title, field, who, relative in MEASURES:
        where = {
            "pair": {"state": one, "partner": many},
            "many": {"state": many},
            "one": {"state": one},
        }[who]
        for year, scenario in sorted(worlds.items()):
            path = result.differences(field, scenario, relative=relative, **where)
            first = min(m.start for m in result.documents[scenario].interventions) - result.years[0]
            at = year - result.years[0]
            spans = (slice(first, at), slice(at, at + window), slice(first, None))
            during, after, whole = (_mean(path[:, s], relative) for s in spans)
            named = title.format(one=one, many=many.removeprefix("bloc:"))
            out.append(Regret(year, named, during, after, whole, relative))
    return out


def _mean(path: Any, relative: bool) -> Estimate:
    from detente.run.estimate import summary

    return summary(path.mean(axis=1), "share" if relative else "")


def variants(content: Mapping[str, Any], written: int, years: Sequence[int]) -> dict[int, Scenario]:
    """One scenario for each year of betrayal."""
    return {year: moved(content, written, year) for year in sorted(set(years))}
