"""The outcome of a bid in a finished run: when it ends in entry, who says no, who is last, what would buy it.

Asked of a :class:`detente.run.Result` (draws and years), and of the record of holdouts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

import numpy as np

from detente.judge.measurement import Tables
from detente.judge.rule import wilson
from detente.model.errors import DetenteError, Problem, Problems, nearest

BLOCS = ("NATO", "EU")
PER = {
    "relation": ("relations one step better (a quarter of the scale)", 0.25),
    "distance": ("votes in the UN half a point nearer", -0.5),
    "burden": ("the worst threat that it brings along halved from its height", -0.5),
    "size": ("a tenth of the members' capabilities less", -0.1),
}
"""What could move a vote, and by how much it is moved here."""


KINDS = ("price", "time", "tie", "purpose")
"""Kinds of demands in the order in which the mechanism numbers them, from 1."""
WORDS = {
    "price": "something that somebody can pay",
    "time": "a later round or reforms first",
    "tie": "a quarrel of the two settled",
    "purpose": "that the candidate stay out as such",
}
HORIZON = 60
"""Years after which a holdout counts as lasting for good."""


@dataclass(frozen=True)
class Voter:
    """One member: its answer in the run, and what it asked for on record."""

    member: str
    acceptance: float
    """Mean chance of a yes in a year in which it is asked."""
    holds_out: float
    """Share of draws in which it is known to hold out at some time."""
    last: float
    """Share of the draws with a holdout in which it is the last; those last together share a draw."""
    kind: str
    """What it most often asks for in the run; empty where it never holds out."""
    asked: tuple[str, ...]


@dataclass(frozen=True)
class Price:
    """What it took on record to win a holdout by what it asked for, and how long the engine lets it last."""

    kind: str
    quarrels: float
    gave_in: float
    years: tuple[float, float, float]
    """Years until a tenth, half and nine tenths of such holdouts gave in; infinite beyond the horizon."""
    bought: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """A candidate's bid in one world of a run."""

    candidate: str
    bloc: str
    scenario: str
    draws: int
    asked: float
    """Share of draws in which a bid is pending at some time."""
    entered: float
    entered_low: float
    entered_high: float
    years: tuple[float, float, float]
    """First, middle and last tenth of the years of entry, among the draws that enter; NaN if none does."""
    by_year: Mapping[int, float]
    ready: float
    refusing: float
    """Mean number of members saying no in a pending year."""
    voters: tuple[Voter, ...]


def outcome(result: Any, tables: Tables, candidate: str, bloc: str, scenario: str = "baseline") -> Outcome:
    """Distribution of entry and the ledger of votes of one candidate in one world of a run.

    Raises
    ------
    DetenteError : a bloc without the mechanism, a state or world that the run does not have, a candidate that
        is a member from the start.
    """
    _refuse(result, candidate, bloc, scenario)
    b = bloc.lower()
    inside = np.asarray(result.values(f"{b}_member", scenario, state=candidate), dtype=float) > 0.5
    inside = inside.reshape(inside.shape[0], -1)
    pending = np.asarray(result.values(f"{b}_bid", scenario, state=candidate), dtype=float) > 0.5
    pending = pending.reshape(inside.shape)
    years = np.asarray(result.years)
    if inside[:, 0].all():
        what = f"{candidate} is a member of {bloc} from {years[0]} on in '{scenario}'"
        raise DetenteError(Problem("--candidate", what, "score it with: detente criteria"))
    done = inside.any(axis=1)
    when = years[inside.argmax(axis=1)][done]
    low, high = wilson(float(done.sum()), len(done))
    ready = np.asarray(result.values(f"{b}_ready", scenario, state=candidate), dtype=float)
    holdouts = "accession_holdouts" if bloc == "NATO" else "eu_holdouts"
    refusing = np.asarray(result.values(holdouts, scenario, state=candidate), dtype=float)
    spread = tuple(float(x) for x in np.quantile(when, (0.1, 0.5, 0.9))) if len(when) else (np.nan,) * 3
    return Outcome(
        candidate,
        bloc,
        scenario,
        len(done),
        float((pending.any(axis=1) | done).mean()),
        float(done.mean()),
        low,
        high,
        spread,  # type: ignore[arg-type]
        {int(y): float(v) for y, v in zip(years, inside.mean(axis=0), strict=True)},
        _mean(ready),
        _mean(refusing),
        _voters(result, tables, candidate, bloc, scenario),
    )


def _refuse(result: Any, candidate: str, bloc: str, scenario: str) -> None:
    problems = Problems()
    if bloc not in BLOCS:
        problems.add("--bloc", f"accession to '{bloc}' is not modelled", nearest(bloc, list(BLOCS)))
    if scenario not in result.scenarios:
        problems.add("--scenario", f"the run has no world '{scenario}'", nearest(scenario, result.scenarios))
    problems.extend(result.index.problems(candidate, "--candidate"))
    problems.raise_if_any()


def _voters(result: Any, tables: Tables, candidate: str, bloc: str, scenario: str) -> tuple[Voter, ...]:
    """Members by their chance of a yes, the hardest first; empty where the run did not keep the pairs."""
    yes, holding = (f"{bloc.lower()}_{name}" for name in ("acceptance", "holdout"))
    try:
        pairs = result.selected_pairs("all", candidate, yes)
        given = {"state": "all", "partner": candidate, "how": "each"}
        values, held = (np.asarray(result.values(f, scenario, **given), dtype=float) for f in (yes, holding))
    except DetenteError:
        return ()
    asked, last, ever = demands(tables, bloc), lasts(held), (held > 0).any(axis=1).mean(axis=0)
    found = []
    for k, (member, _) in enumerate(pairs):
        mean = _mean(values[..., k])
        if isfinite(mean):
            told = tuple(asked.get(member, ()))
            found.append(Voter(member, mean, float(ever[k]), float(last[k]), most(held[..., k]), told))
    return tuple(sorted(found, key=lambda v: v.acceptance))


def lasts(held: np.ndarray) -> np.ndarray:
    """Share of the draws with a holdout in which each member is the last, (member,); sums to 1.

    ``held`` (draw, year, member): 0 where it does not hold out. Members last in the same year share a draw.
    """
    years = np.arange(1, held.shape[1] + 1)[None, :, None]
    end = np.where(held > 0, years, 0).max(axis=1)
    final = end.max(axis=1, keepdims=True)
    mine = (end == final) & (final > 0)
    return np.asarray(
        (mine / np.maximum(mine.sum(axis=1, keepdims=True), 1)).sum(axis=0) / max((final > 0).sum(), 1)
    )


def most(held: np.ndarray) -> str:
    """What a member most often asks for, over draws and years; empty if it never holds out."""
    counts = [(held == k).sum() for k in range(1, len(KINDS) + 1)]
    return KINDS[int(np.argmax(counts))] if any(counts) else ""


def bargains(tables: Tables, bloc: str, as_of: int | None = None) -> tuple[Price, ...]:
    """What each kind of demand took: quarrels of both blocs, years by the engine's rates, what was given.

    The years are those of a single holdout from its first refusal, over draws of the estimates.
    """
    from detente.mechanisms import accession

    rate = next(
        q for q in accession.mechanism(as_of).parameters if q.name == "accession.gives_in"
    ).prior.joint
    rows = list(tables("accession_holdouts").iter_rows(named=True))
    out = []
    for number, kind in enumerate(KINDS):
        mine = [h for h in rows if h["kind"] == kind]
        quarrels = {(h["bloc"], h["quarrel"]): h["end"] == "lifted" for h in mine}
        bought = dict.fromkeys(h["bought"] for h in mine if h["bought"] and h["bloc"] == bloc)
        years = waiting(np.array(rate.mean), np.array(rate.covariance), number)
        out.append(Price(kind, len(quarrels), sum(quarrels.values()), years, tuple(bought)))
    return tuple(out)


def waiting(beta: np.ndarray, covariance: np.ndarray, kind: int) -> tuple[float, float, float]:
    """Years until a tenth, half and nine tenths of lone holdouts of a kind (from 0) have given in.

    ``beta`` (k,) and ``covariance`` (k, k): log-odds of giving in, as the mechanism's ``gives_in``. The
    parameters are uncertain: shares are over 2,000 draws of them.
    """
    from scipy.special import expit, ndtri

    from detente.model.chance import Chance

    values, vectors = np.linalg.eigh(covariance)
    z = ndtri(Chance(1).row("waiting", range(2000), 0, len(beta)))
    drawn = beta + z @ (vectors * np.sqrt(values.clip(0.0))).T
    odds = drawn[:, 0] + drawn[:, 1 + kind]
    rates = expit(odds[:, None] + drawn[:, -2:-1] * np.log(np.arange(1, HORIZON + 1)))
    still = np.cumprod(1 - rates, axis=1).mean(axis=0)
    gone = [np.flatnonzero(still <= 1 - share) for share in (0.1, 0.5, 0.9)]
    return tuple(float(g[0] + 1) if len(g) else float("inf") for g in gone)  # type: ignore[return-value]


def demands(tables: Tables, bloc: str) -> dict[str, list[str]]:
    """What each member asked for on record when it held out, and what bought it."""
    out: dict[str, list[str]] = {}
    for h in tables("accession_holdouts").iter_rows(named=True):
        if h["bloc"] == bloc:
            bought = f"; bought by: {h['bought']}" if h["bought"] else ""
            line = f"{h['state']} {h['first']}-{h['last']}: {h['asked']}{bought}"
            out.setdefault(h["member"], []).append(line)
    return out


def prices(bloc: str, as_of: int | None = None) -> list[tuple[str, float, float, float]]:
    """What moves a vote most: words, change of log-odds for the move named, and its 90 % interval.

    From the estimates; a step of each covariate that a policy could bring about.
    """
    from detente.mechanisms import accession
    from detente.mechanisms.accession import equations as eq

    held = {
        q.name.partition(".")[2]: q.prior.joint for q in accession.mechanism(as_of).parameters if q.width > 1
    }
    beta, scale = held[f"{bloc.lower()}_beta"], held[f"{bloc.lower()}_scale"]
    out = []
    for name, (words, step) in PER.items():
        k = eq.VOTE.index(name)
        size = step / scale.mean[k]
        sd = beta.covariance[k + 1][k + 1] ** 0.5 * abs(size)
        middle = beta.mean[k + 1] * size
        out.append((words, middle, middle - 1.645 * sd, middle + 1.645 * sd))
    return sorted(out, key=lambda row: -row[1])


def plain(found: Outcome | Price) -> dict[str, Any]:
    """As plain data; unknown and infinite numbers become null."""
    return {k: _plain(v) for k, v in asdict(found).items()}


def _mean(x: np.ndarray) -> float:
    known = np.isfinite(x)
    return float(x[known].mean()) if known.any() else float("nan")


def _plain(x: Any) -> Any:
    if isinstance(x, float):
        return x if isfinite(x) else None
    if isinstance(x, dict):
        return {k: _plain(v) for k, v in x.items()}
    if isinstance(x, list | tuple):
        return [_plain(v) for v in x]
    return x
