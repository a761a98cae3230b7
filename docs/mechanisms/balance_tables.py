"""Tables of docs/mechanisms/balance.md: python docs/mechanisms/balance_tables.py"""

from __future__ import annotations

import numpy as np

from detente.data.bundle import table
from detente.mechanisms.balance import fit, mechanism
from detente.mechanisms.warheads import fit as stock
from detente.mechanisms.warheads import mechanism as warheads

AHEAD = 5
ORIGINS = (1990, 1995, 2000, 2005, 2010, 2014)


def means(build, origin: int, name: str) -> np.ndarray:
    """Middle of a parameter as estimated on data up to the origin."""
    held = next(p for p in build(origin).parameters if p.name == name)
    return np.atleast_1d(np.squeeze(held.at(np.full((1, held.width), 0.5))))


def personnel() -> None:
    """Soldiers five years ahead, told the military share and population that came: error in log points."""
    panel = fit.grids(table("state_year"), ("milper", "milex_share", "population", "gdp_real"), 2022)
    soldiers, share, people = (fit.log(panel[c]) for c in ("milper", "milex_share", "population"))
    print("| origin | states | model | persistence | persistence with drift |\n|---|---|---|---|---|")
    for origin in ORIGINS:
        t = origin - fit.FIRST
        pull, follow = means(mechanism, origin, "balance.adjustment")
        drift = means(mechanism, origin, "balance.drift")[0]
        goal, here = soldiers[t].copy(), soldiers[t].copy()
        for k in range(t + 1, t + AHEAD + 1):
            goal = goal + follow / pull * (share[k] - share[k - 1]) + people[k] - people[k - 1] + drift
            here = here + pull * (goal - here)
        seen = soldiers[t + AHEAD]
        use = np.isfinite(seen) & np.isfinite(here)
        drifted = soldiers[t] + people[t + AHEAD] - people[t] + AHEAD * drift
        errors = [np.abs(v - seen)[use].mean() for v in (here, soldiers[t], drifted)]
        print(f"| {origin} | {use.sum()} | " + " | ".join(f"{e:.3f}" for e in errors) + " |")


def stockpiles() -> None:
    """Stockpiles five years ahead: mean absolute error in log points of the trend and of persistence."""
    print("| origin | stockpiles | trend | persistence |\n|---|---|---|---|")
    rows = table("warheads")
    for origin in (*ORIGINS, 2018):
        kept = means(warheads, origin, "warheads.persistence")[0]
        found = []
        for state in sorted(rows["state"].unique()):
            counts = dict(rows.filter(rows["state"] == state).select("year", "warheads").iter_rows())
            if counts.get(origin, 0) >= stock.SMALL and origin + AHEAD in counts:
                pace = stock.paces({y: n for y, n in counts.items() if y <= origin}).get(origin, 0.0)
                grown = 0.0
                for _ in range(AHEAD):
                    step = kept * pace
                    pace = stock.MEMORY * pace + (1 - stock.MEMORY) * step
                    grown += step
                seen = np.log(counts[origin + AHEAD] / counts[origin])
                found.append((abs(grown - seen), abs(seen)))
        trend, still = np.mean(found, axis=0)
        print(f"| {origin} | {len(found)} | {trend:.3f} | {still:.3f} |")


if __name__ == "__main__":
    personnel()
    print()
    stockpiles()
