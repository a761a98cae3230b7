"""Write the tables of tourism.md: ``python docs/mechanisms/tourism_tables.py``.

Each table stands between two marks in its page; nothing else on the page is touched.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import yaml
from marks import put

from detente.data.bundle import table
from detente.data.start import observed
from detente.mechanisms import tourism
from detente.mechanisms.tourism import fit, score
from detente.model.chance import Chance
from detente.model.mechanism import Values, View, theories_of

PAGE = Path(__file__).with_name("tourism.md")
DRAWS = 1000
YEARS = 5


def simulated(lifted: bool, draws: int = DRAWS) -> tuple[tuple[str, ...], list[dict[str, np.ndarray]]]:
    """States, and each year's output from 2025; ``lifted``: nobody sanctions Russia or is sanctioned by it.

    Income and peace stay as at the start: what moves is closed links alone.
    """
    start, model, luck = observed(), tourism.mechanism(), Chance(1)
    numbers, states = range(draws), start.index.states
    drawn = {
        q.name.partition(".")[2]: q.at(luck.row(f"param/{q.name}", numbers, 0, q.width))
        for q in model.parameters
    }
    held = {}
    for name in model.reads:
        value = np.array(start.values[name.removeprefix("last.")], dtype=float)
        if lifted and name.startswith("sanction_"):
            rus = states.index("RUS")
            value[rus], value[:, rus] = 0.0, 0.0
        held[name] = np.broadcast_to(value, (draws, *value.shape))
    outs = []
    for year in range(2025, 2025 + YEARS):
        out = model.step(
            View(year, start.index, draws, held), Values(drawn, theories_of(model.parameters)), {}
        )
        held |= {f"last.{k}": v for k, v in out.items() if f"last.{k}" in held}
        outs.append(dict(out))
    return states, outs


def interval(sample: np.ndarray, digits: int = 1) -> str:
    """Median and 90 % interval."""
    low, middle, high = np.quantile(sample, [0.05, 0.5, 0.95])
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def estimates() -> list[str]:
    """Both fits by vintage."""
    file = Path(tourism.__file__).with_name("estimates.yaml")
    vintages = yaml.safe_load(file.read_text(encoding="utf-8"))["vintages"]
    lines = ["| data to | fit | income of the origin | a point of the peace level |", "|---:|---|---:|---:|"]
    for year, held in vintages.items():
        for kind in ("within", "between"):
            mean = held[kind]["joint"]["mean"]
            error = np.sqrt(np.diag(held[kind]["joint"]["covariance"]))
            cells = " | ".join(f"{m:.2f} ({e:.2f})" for m, e in zip(mean, error, strict=True))
            lines.append(f"| {year if year >= 2008 else 'prior'} | {kind} | {cells} |")
    frames = [table(n) for n in ("tourism_seen", "state_year", "peace", "geodist")]
    rows = fit.panel(*frames, 2018)
    lines += ["", f"{len(rows):,} rows, {rows['dyad'].nunique()} pairs, 2008-2018."]
    return lines


def now_and_then() -> list[str]:
    """Flows with closed and reopened links, and the base year."""
    states, shut = simulated(False)
    _, free = simulated(True)
    index, base = observed().index, observed().values["tourist_base"]
    rus, usa = states.index("RUS"), states.index("USA")
    union = index.positions(["bloc:EU"])
    cells = {
        "arrivals in Russia": (lambda o: o["arrivals"][:, rus], np.nansum(base[:, rus])),
        "Russia to the EU": (lambda o: o["tourists"][:, rus, union].sum(1), base[rus, union].sum()),
        "EU to Russia": (lambda o: o["tourists"][:, union, rus].sum(1), base[union, rus].sum()),
        "Russia to the USA": (lambda o: o["tourists"][:, rus, usa], base[rus, usa]),
        "USA to Russia": (lambda o: o["tourists"][:, usa, rus], base[usa, rus]),
    }
    lines = [
        "| million a year | 2018 | 2025, closed | reopened, +1 | +3 | +5 |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for what, (read, before) in cells.items():
        parts = [interval(read(o), 2) for o in (shut[0], free[0], free[2], free[4])]
        lines.append(f"| {what} | {before:.2f} | {' | '.join(parts)} |")
    return lines


def check() -> list[str]:
    """What is known of 2023, which was not used but for the share left."""
    states, shut = simulated(False)
    index = observed().index
    rus, union = states.index("RUS"), index.positions(["bloc:EU"])
    ours = {
        "all entries of foreigners to Russia, million": (shut[0]["arrivals"][:, rus], 15.4),
        "entries of citizens of the EU, million": (shut[0]["tourists"][:, union, rus].sum(1), 0.50),
    }
    lines = ["| | ours, 2025 | reported, 2023 | difference |", "|---|---:|---:|---:|"]
    for what, (sample, seen) in ours.items():
        lines.append(f"| {what} | {interval(sample, 2)} | {seen} | {np.median(sample) - seen:+.2f} |")
    flow = table("tourism").filter((pl.col("year") == 2018) & (pl.col("origin") == "RUS"))["tourists"].sum()
    world = table("tourism").filter(pl.col("year") == 2018)["tourists"].sum()
    lines += [
        f"| departures from Russia, 2018, million (base pattern) | {flow:.1f} | 42.0 | {flow - 42:+.1f} |",
        f"| world arrivals, 2018, million (base pattern) | {world:.0f} | about 1,400 | {world - 1400:+.0f} |",
    ]
    return lines


def record() -> list[str]:
    """Out-of-time scores of the fitted relation."""
    lines = ["| origin | years | pairs | MAE ours | unchanged | skill |", "|---:|---:|---:|---:|---:|---:|"]
    for r in score.track_record(
        table("tourism_seen"), table("state_year"), table("peace"), (2010, 2014, 2017)
    ):
        lines.append(
            f"| {r['origin']} | {r['horizon']} | {r['n']} | {r['ours']:.3f} | {r['unchanged']:.3f} "
            f"| {1 - r['ours'] / r['unchanged']:+.2f} |"
        )
    return lines


if __name__ == "__main__":
    put("estimates", estimates())
    put("flows", now_and_then())
    put("check", check())
    put("record", record())
