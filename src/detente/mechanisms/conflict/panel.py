"""Pair-years: what was known of every pair by the year before, and what the year brought."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from detente.mechanisms.conflict import equations, record
from detente.mechanisms.conflict.record import Memory, Registry

FIRST = 1946
OUTCOMES = ("onset", "fatal", "war", "going")


@dataclass(frozen=True)
class Panel:
    """One row for each pair of states that exist on at least one day of the year.

    ``columns`` are the raw quantities that ``equations.covariates`` takes, ``onset``, ``fatal`` and ``war``
    what the year brought (a fatal dispute and a war are those that begin in it; ``going``: one goes on).
    """

    who: Registry
    year: np.ndarray
    a: np.ndarray
    b: np.ndarray
    columns: Mapping[str, np.ndarray]
    outcome: Mapping[str, np.ndarray] = field(default_factory=dict)

    def take(self, rows: np.ndarray) -> Panel:
        """The same panel with only these rows."""
        return Panel(
            self.who,
            self.year[rows],
            self.a[rows],
            self.b[rows],
            {k: v[rows] for k, v in self.columns.items()},
            {k: v[rows] for k, v in self.outcome.items()},
        )

    @property
    def pair(self) -> np.ndarray:
        """A number for each pair."""
        return self.a.astype(np.int64) * 10_000 + self.b

    def covariates(self, stand_in: Mapping[str, float]) -> dict[str, np.ndarray]:
        """The covariates by name."""
        plain = {k: v.astype(float) for k, v in self.columns.items() if not k.endswith(("_a", "_b"))}
        states = {
            k: (self.columns[k + "_a"].astype(float), self.columns[k + "_b"].astype(float))
            for k in equations.STATES
        }
        return equations.covariates(**plain, states=states, stand_in=stand_in)

    def stand_in(self) -> dict[str, float]:
        """Means of the covariates that may be unknown, over the rows where they are known."""
        found = self.covariates(dict.fromkeys(equations.STAND_IN, np.nan))
        return {name: float(np.nanmean(found[name])) for name in equations.STAND_IN}

    def design(self, stand_in: Mapping[str, float], terms: Sequence[str] = equations.TERMS) -> np.ndarray:
        """Matrix (row, term) of the onset equation, or of the one with other ``terms``; intercept first."""
        found = self.covariates(stand_in)
        out = np.ones((len(self.year), len(terms)))
        for k, name in enumerate(terms[1:], 1):
            out[:, k] = found[name]
        return out


def dyad_years(
    tables: Mapping[str, Any], first: int = FIRST, until: int = 2014, measure: str = "mid"
) -> Panel:
    """The panel of the years ``first`` … ``until``, disputes by one ``measure`` (mid, gml or ucdp)."""
    who = record.registry(tables["states"])
    disputes = record.disputes_by_year(tables["disputes"], who, measure)
    known = known_by(tables, who, range(first - 1, until))
    parts = []
    for (year, memory), now in zip(
        ((y, m) for y, m in record.memories(disputes, who, until - 1) if y >= first - 1), known, strict=True
    ):
        parts.append(rows(who, year + 1, now, memory, disputes.get(year + 1)))
    return joined(who, parts)


def known_by(tables: Mapping[str, Any], who: Registry, years: range) -> Iterator[dict[str, np.ndarray]]:
    """Everything known at the end of each of ``years`` but the memory of disputes.

    Squares ``land``, ``water``, ``km``, ``pact``, ``shielded``, ``covered``, ``level``, ``coded``, ``claim``;
    the values of states.
    """
    states = record.state_values(tables, who, years)
    pacts = record.by_year(tables["pacts"], who, {"defence": 0.0})
    levels = record.levels_by_year(tables["levels"], who, years)
    for t, (year, (level, coded)) in enumerate(zip(years, levels, strict=True)):
        pact = np.nan_to_num(pacts[min(max(year, min(pacts)), max(pacts))]["defence"])
        standing = record.standing(tables, who, year)
        yield (
            record.ground(tables, who, year)
            | standing
            | {
                "pact": pact,
                "shielded": equations.shields(pact),
                "covered": equations.covered(pact, standing["armed"]),
                "level": level,
                "coded": coded * 1.0,
                "claim": record.claims(tables["territories"], who, year),
                "log_power": equations.log_power(states["cinc"][t]),
                "polyarchy": states["polyarchy"][t],
                "ideal": states["ideal_point"][t],
            }
        )


def rows(
    who: Registry,
    year: int,
    known: Mapping[str, np.ndarray],
    memory: Memory,
    disputes: Mapping[str, np.ndarray] | None,
) -> dict[str, np.ndarray]:
    """The pairs of one year as columns: what was known, and what the year brought (NaN without a record)."""
    n = len(who.codes)
    alive = who.alive(year)
    i, j = np.triu_indices(n, 1)
    here = alive[i] & alive[j]
    i, j = i[here], j[here]
    told = known | memory.squares
    squares = ("land", "water", "km", "pact", "shielded", "covered", "level", "coded", "claim")
    squares = (*squares, *memory.squares)
    out = {name: told[name][i, j].astype(np.float32) for name in squares}
    for name in equations.STATES:
        value = memory.recent.sum(axis=1) if name == "activity" else told[name]
        out[name + "_a"], out[name + "_b"] = value[i].astype(np.float32), value[j].astype(np.float32)
    none = np.zeros((n, n))
    brought = disputes or dict.fromkeys(OUTCOMES, none)
    onset = brought["onset"][i, j]
    out |= {"onset": onset, "fatal": onset * brought["fatal"][i, j], "war": onset * brought["war"][i, j]}
    out["going"] = brought["going"][i, j]
    return out | {"year": np.full(len(i), year, dtype=np.int16), "a": i, "b": j}


def joined(who: Registry, parts: list[dict[str, np.ndarray]]) -> Panel:
    """The rows of several years as one panel."""
    whole = {k: np.concatenate([part[k] for part in parts]) for k in parts[0]}
    year, a, b = (whole.pop(k) for k in ("year", "a", "b"))
    outcome = {k: whole.pop(k) for k in OUTCOMES}
    return Panel(who, year, a, b, whole, outcome)
