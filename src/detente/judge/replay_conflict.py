"""Disputes, fatal disputes and wars as the engine makes them from a past year, and the record."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from detente.mechanisms.conflict.record import Registry
    from detente.model.mechanism import Values, View

EVENTS = ("dispute", "fatal_dispute", "war")
LEFT_OUT = ("arms", "budget", "commodities", "gas", "long_run", "sectors", "tourism")
"""Mechanisms that bear on no dispute."""
CHUNK = 5
SEEN = {
    "land_border": "land",
    "water_border": "water",
    "min_distance": "km",
    "defence_pact": "pact",
    "last.peace_level": "level",
    "relation_coded": "coded",
    "last.dispute_memory": "recent",
    "last.peace_years": "peace_years",
    "last.fatal_memory": "deadly",
    "last.territorial_claim": "claim",
    "major_power": "major",
    "nuclear_armed": "armed",
    "polyarchy": "polyarchy",
    "last.ideal_point": "ideal",
}
"""What the mechanism reads, by its name in the record."""


def replayed(start: int, until: int, draws: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Events of each year after ``start`` in the whole world, arrays (draw, year), nothing later known.

    ``dispute``, ``fatal_dispute``, ``war``: pairs of states in which one began (wars entered included);
    ``expected``: disputes expected.
    """
    from detente.data.start import observed
    from detente.mechanisms import names
    from detente.model.chance import Chance
    from detente.model.mechanism import plan
    from detente.model.scenario import BASELINE, compile_scenario
    from detente.model.simulate import simulate

    kept = [n for n in names() if n not in LEFT_OUT]
    model = plan(tuple(import_module(f"detente.mechanisms.{n}").mechanism(start) for n in kept))
    world, years = observed(start), range(start + 1, until + 1)
    program = compile_scenario(BASELINE, model, world.index)
    out = {name: np.zeros((draws, len(years))) for name in (*EVENTS, "expected")}
    for first in range(0, draws, CHUNK):
        rows = range(first, min(first + CHUNK, draws))
        for year, lanes in simulate(model, world, (program,), years, Chance(seed), rows):
            found = lanes[0].world
            for name in EVENTS:
                out[name][rows, year - start - 1] = found[name].sum(axis=(1, 2)) / 2
            out["expected"][rows, year - start - 1] = found["expected_disputes"]
    return out


def year_by_year(
    tables: Mapping[str, Any], start: int, until: int, draws: int, seed: int = 1
) -> dict[str, np.ndarray]:
    """Events of each year after ``start`` where the year before is known, arrays (draw, year).

    The mechanism's own step, with estimates from data up to ``start``, on the record's own covariates:
    relations, memories and wars of the year before are not simulated. For origins earlier than the first
    world that the engine can start from, and to tell the level from what feeds back on it.
    """
    from detente.mechanisms import conflict
    from detente.mechanisms.conflict import bridge, record
    from detente.mechanisms.conflict.panel import known_by
    from detente.model.chance import Chance

    who, years, rows, chance = (
        record.registry(tables["states"]),
        range(start, until),
        range(draws),
        Chance(seed),
    )
    p, streams = estimated(tables, start, draws, chance), conflict.mechanism().chance
    disputes, fought = record.disputes_by_year(tables["disputes"], who, "mid"), bridge.at_war(tables, who)
    memories = (m for y, m in record.memories(disputes, who, until - 1) if y >= start)
    out = {name: np.zeros((draws, len(years))) for name in EVENTS}
    for k, (year, known, memory) in enumerate(
        zip(years, known_by(tables, who, years), memories, strict=True)
    ):
        see = _view(who, year, known | memory.squares, fought.get(year, {}), draws)
        u = {name: chance.uniforms(name, rows, year, dims, see.index) for name, dims in streams.items()}
        found = conflict.step(see, p, u)
        for name in EVENTS:
            out[name][:, k] = found[name].sum(axis=(1, 2)) / 2
    return out


def estimated(tables: Mapping[str, Any], until: int, draws: int, chance: Any) -> Values:
    """Draws of the mechanism's parameters, estimated on data up to ``until``."""
    from detente.mechanisms import conflict
    from detente.mechanisms.conflict import fit
    from detente.mechanisms.conflict.panel import dyad_years
    from detente.model.mechanism import Values, theories_of
    from detente.model.parameter import load_parameters

    told = Path(conflict.__file__).with_name("parameters.yaml").read_text(encoding="utf-8")
    with TemporaryDirectory() as folder:
        Path(folder, "parameters.yaml").write_text(told, encoding="utf-8")
        found = fit.estimate(tables, dyad_years(tables, until=until), until)
        fit.write(Path(folder, "estimates.yaml"), {until: found})
        parameters = load_parameters(Path(folder), "conflict", until)
    drawn = {
        q.name.partition(".")[2]: q.at(chance.row(f"param/{q.name}", range(draws), 0, q.width))
        for q in parameters
    }
    return Values(drawn, theories_of(parameters))


def _view(
    who: Registry,
    year: int,
    known: Mapping[str, np.ndarray],
    fought: Mapping[tuple[int, int], int],
    draws: int,
) -> View:
    """What the mechanism sees in the year after ``year``; states that do not exist are left out."""
    from detente.model.mechanism import View
    from detente.model.space import Index

    n, alive = len(who.codes), who.alive(year + 1)
    seen = {name: np.asarray(known[told], dtype=float) for name, told in SEEN.items()}
    seen["capability"] = np.exp(known["log_power"])
    seen |= {"last.milex": np.ones(n), "milex_start": np.ones(n)}
    seen["last.war_years"] = np.zeros((n, n))
    for (i, j), lasted in fought.items():
        seen["last.war_years"][i, j] = seen["last.war_years"][j, i] = lasted
    seen["last.at_war"] = (seen["last.war_years"] > 0) * 1.0
    here = np.flatnonzero(alive)
    index = Index(tuple(who.codes[k] for k in here), tuple(int(k) for k in here))
    cut = {k: np.ascontiguousarray(v[np.ix_(*[here] * v.ndim)]) for k, v in seen.items()}
    return View(year + 1, index, draws, {k: np.broadcast_to(v, (draws, *v.shape)) for k, v in cut.items()})


def recorded(start: int, until: int) -> dict[str, np.ndarray]:
    """The same by the dyadic MID file (to 2014): events that began in each year after ``start``."""
    import polars as pl

    from detente.data.bundle import table

    rows = table("disputes").filter((pl.col("measure") == "mid") & pl.col("onset"))
    kinds = {
        "dispute": pl.lit(True),
        "fatal_dispute": pl.col("fatal").cast(bool) | pl.col("war").cast(bool),
        "war": pl.col("war").cast(bool),
    }
    return {
        name: np.array(
            [rows.filter((pl.col("year") == y) & which).height for y in range(start + 1, until + 1)]
        )
        for name, which in kinds.items()
    }


def compared(start: int, until: int, draws: int, seed: int = 1) -> list[dict[str, float | str]]:
    """Events a year of the engine's worlds and on record."""
    return beside(replayed(start, until, draws, seed), recorded(start, until))


def beside(ours: Mapping[str, np.ndarray], record: Mapping[str, np.ndarray]) -> list[dict[str, float | str]]:
    """Events a year, ours (mean; 5 and 95 % of the draws' means over the span) and on record."""
    out: list[dict[str, float | str]] = []
    for name in EVENTS:
        means = ours[name].mean(axis=1)
        low, high = np.quantile(means, (0.05, 0.95))
        told = float(record[name].mean())
        row = {"event": name, "ours": float(means.mean()), "low": float(low), "high": float(high)}
        out.append(row | {"record": told, "inside": float(low <= told <= high)})
    return out
