"""The peace scale as one history without holes: coded years, filled pairs, and a nowcast after 2020.

Everything that is not the producers' coding follows a rule written here, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from detente.data.bundle import table
from detente.data.states import by_code

CODED_TO = 2020
FIRST = 1900
NEGATIVE_PEACE = 0.5
NEVER = 99.0
RULE = (
    "pairs that the scale does not code: 0.5, negative peace; pairs in transition: one step above the last "
    "coded level if that is 0 or 0.25, else that level"
)
NOWCAST = (
    "; after 2020: armed conflict between the two (UCDP/PRIO) 0; a trade sanction over a war or territory, "
    "begun after 2020 and answered by a sanction of the other (GSDB, not the UN's), at most 0.25; else the "
    "last level"
)


@dataclass(frozen=True)
class History:
    """Levels of the peace scale at the end of each year; arrays (year, state, partner), symmetric.

    ``coded`` is true where the level is the producers' own. NaN where one of the two did not exist.
    """

    years: tuple[int, ...]
    level: np.ndarray
    coded: np.ndarray


def history(states: Sequence[str], year: int) -> History:
    """Levels for all pairs of ``states`` from 1900 to the end of ``year``, by the rules of this module.

    Reads nothing later than ``year``.
    """
    years = tuple(range(FIRST, year + 1))
    raw, listed = _coded(states, years)
    level = np.where(_alive(states, years), NEGATIVE_PEACE, np.nan).astype(np.float32)
    level = np.where(listed, _through_transitions(raw), level)
    level = np.where(_alive(states, years), level, np.nan)
    if year > CODED_TO:
        level = _nowcast(level, states, years)
    coded = ~np.isnan(raw)
    return History(years, level, coded)


def _coded(states: Sequence[str], years: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Levels as coded (NaN in transition and where not coded), and whether the pair is listed at all."""
    n, place = len(states), {s: i for i, s in enumerate(states)}
    level = np.full((len(years), n, n), np.nan, dtype=np.float32)
    listed = np.zeros(level.shape, dtype=bool)
    peace = table("peace").filter(
        pl.col("a").is_in(list(states)) & pl.col("b").is_in(list(states)) & (pl.col("year") <= years[-1])
    )
    i, j = (peace[c].replace_strict(place, return_dtype=pl.Int64).to_numpy() for c in ("a", "b"))
    t = peace["year"].to_numpy() - years[0]
    for x, y in ((i, j), (j, i)):
        level[t, x, y] = peace["level"].to_numpy()
        listed[t, x, y] = True
    return level, listed


def _alive(states: Sequence[str], years: Sequence[int]) -> np.ndarray:
    """Whether both states of the pair exist in the year; the diagonal is never alive."""
    one = np.array(
        [[by_code()[s].exists_during(y) or by_code()[s].exists_after(y) for s in states] for y in years]
    )
    return one[:, :, None] & one[:, None, :] & ~np.eye(len(states), dtype=bool)


def _through_transitions(raw: np.ndarray) -> np.ndarray:
    """Levels with those in transition filled from the last coded one.

    Of the 72 transitions that leave rivalry (0 or 0.25) and end in a coded level, all but one end higher,
    so one step up is the cautious reading; from other levels they go both ways, so the level is kept.
    """
    last = np.full(raw.shape[1:], np.nan, dtype=raw.dtype)
    filled = raw.copy()
    for t in range(raw.shape[0]):
        known = ~np.isnan(raw[t])
        step = np.where(last < NEGATIVE_PEACE, last + 0.25, last)
        filled[t] = np.where(known, raw[t], np.where(np.isnan(last), NEGATIVE_PEACE, step))
        last = np.where(known, raw[t], last)
    return filled


def _nowcast(level: np.ndarray, states: Sequence[str], years: Sequence[int]) -> np.ndarray:
    """Levels after the last coded year, from armed conflicts and new trade sanctions."""
    level = level.copy()
    alive = _alive(states, years)
    for year in range(CODED_TO + 1, years[-1] + 1):
        t = year - years[0]
        now = np.where(np.isnan(level[t - 1]), NEGATIVE_PEACE, level[t - 1])
        now = np.where(_sanctioned(states, year), np.minimum(now, 0.25), now)
        now = np.where(_fighting(states, year), 0.0, now)
        level[t] = np.where(alive[t], now, np.nan)
    return level


def _acts(rows: pl.DataFrame, one: str, two: str, states: Sequence[str]) -> np.ndarray:
    """True where a row names the pair in this order."""
    mark, place = np.zeros((len(states), len(states)), dtype=bool), {s: i for i, s in enumerate(states)}
    for a, b in rows.select(one, two).iter_rows():
        if a in place and b in place:
            mark[place[a], place[b]] = True
    return mark


def _sanctioned(states: Sequence[str], year: int) -> np.ndarray:
    """Pairs of which one sanctions the other's trade over a war since 2021, and is sanctioned back.

    Not every new trade sanction counts: GSDB codes each listing of a foreign firm by the US Treasury as
    one, and read like that the United States would be rivals of Mexico, Korea and 50 others. The sanctions
    of 2023 stand for later years.
    """
    cases = table("sanctions").filter(~pl.col("un"))
    now = cases.filter(pl.col("year") == min(year, cases["year"].max()))
    new = _acts(now.filter(pl.col("war_since") > CODED_TO), "sender", "target", states)
    answered = new & _acts(now, "sender", "target", states).T
    return answered | answered.T


def _fighting(states: Sequence[str], year: int) -> np.ndarray:
    """Pairs in armed conflict with each other in the year."""
    mark = _acts(table("conflict").filter(pl.col("year") == year), "a", "b", states)
    return mark | mark.T


def years_in_level(past: History) -> np.ndarray:
    """Years since the pair entered its newest level, 0 in the year of the move; NaN where it has no level."""
    now, count = past.level[-1], np.zeros(past.level.shape[1:])
    running = ~np.isnan(now)
    for t in range(past.level.shape[0] - 1, -1, -1):
        running = running & (past.level[t] == now)
        count += running
    return np.where(np.isnan(now), np.nan, np.maximum(count - 1, 0))


def years_since_fall(past: History) -> np.ndarray:
    """Years since the level last fell (0: in the newest year), NEVER if it has not; NaN without a level.

    A step down from an uncoded year to a coded one is the start of coding and no fall.
    """
    newest = past.years[-1]
    when = np.full(past.level.shape[1:], np.nan)
    for t in range(1, past.level.shape[0]):
        known = past.coded[t - 1] | (past.years[t] > CODED_TO)
        when = np.where((past.level[t] < past.level[t - 1]) & known, past.years[t], when)
    since = np.where(np.isnan(when), NEVER, np.minimum(newest - when, NEVER - 1))
    return np.where(np.isnan(past.level[-1]), np.nan, since)


def levels(year: int) -> pl.DataFrame:
    """The table ``peace`` up to ``year``: the producers' coding, and after 2020 the nowcast of this module.

    Columns a, b, year, level. A pair that the scale never coded appears after 2020 only where the
    nowcast gives it another level than negative peace.
    """
    coded = table("peace").select("a", "b", "year", "level").filter(pl.col("year") <= year)
    if year <= CODED_TO:
        return coded
    names = list(by_code())
    past = history(names, year)
    listed = set(coded.select("a", "b").unique().iter_rows())
    rows = []
    for later in range(CODED_TO + 1, year + 1):
        level = past.level[past.years.index(later)]
        for i, j in zip(*np.nonzero(np.triu(np.isfinite(level), 1)), strict=True):
            if (names[i], names[j]) in listed or level[i, j] != NEGATIVE_PEACE:
                rows.append((names[i], names[j], later, float(level[i, j])))
    return pl.concat([coded, pl.DataFrame(rows, schema=coded.schema, orient="row")])
