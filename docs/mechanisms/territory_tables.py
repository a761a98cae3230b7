"""Write the tables of territory.md, between their marks: ``python docs/mechanisms/territory_tables.py`` (minutes)."""

from __future__ import annotations

from typing import Any

import numpy as np
from marks import put, rows
from scipy.stats import rankdata

from detente.data import bundle
from detente.data.peace import levels
from detente.data.start_territory import standing
from detente.judge import record_territory
from detente.judge.record import bundle_tables
from detente.mechanisms.relations import equations as relations
from detente.mechanisms.relations import ladder
from detente.mechanisms.relations.fit import TABLES
from detente.mechanisms.relations.panel import dyad_years
from detente.mechanisms.territory import equations as eq
from detente.mechanisms.territory import fit
from detente.mechanisms.territory.record import SETTLED, Record, claim_years, spells

PAGE = "territory.md"
TERMS = {"base rate": ("intercept",), "age": fit.FEW, "relations": eq.COVARIATES}
WAYS = {
    "dropped or renounced by the claimant": (1, 2),
    "agreed by the two": (4,),
    "a court, mediator or peace conference": (12, 13, 14),
    "dropped by the holder, or a plebiscite": (8, 9, 10),
    "taken by arms": (7,),
    "passed on, a state ended, or no longer relevant": (5, 6, 11, 15),
}


def table(name: str) -> Any:
    """A table of the bundle; ``levels`` the peace scale as continued."""
    return levels(2023) if name == "levels" else bundle.table(name)


def ways() -> list[str]:
    """How claims ended since 1946."""
    how = [s.how for s in spells(table("territorial_claims")) if s.last is None or s.last >= 1946]
    body = [[name, str(sum(h in codes for h in how))] for name, codes in WAYS.items()]
    return rows(
        ["how", "claims"], [*body, ["stood when last seen", str(how.count(None))], ["all", str(len(how))]]
    )


def coefficients(record: Record) -> list[str]:
    """Both theories, newest vintage."""
    found = [fit.settlement(record, TERMS[t]) for t in ("age", "relations")]
    cells = [[f"{h.mean[k]:+.2f} ({h.covariance[k, k] ** 0.5:.2f})" if h.covariance[k, k] > 0 else "" for h in found]
             for k in range(len(eq.COVARIATES))]  # fmt: skip
    return rows(
        ["log-odds a year", "age", "relations"], [[n, *c] for n, c in zip(eq.COVARIATES, cells, strict=True)]
    )


def scored(record: Record) -> list[str]:
    """Out of time: before the choice (to 1990), and after it."""
    body = []
    for origin, last in ((1965, 1990), (1975, 1990), (1990, 2017)):
        old, new = (
            record.take(record.year <= origin),
            record.take((record.year > origin) & (record.year <= last)),
        )
        for name, terms in TERMS.items():
            p, y = fit.chance(fit.settlement(old, terms), new), new.settled
            logged = -1000 * np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
            n = y.sum()
            ranked = (rankdata(p)[y > 0].sum() - n * (n + 1) / 2) / (n * (len(y) - n))
            counts = [f"{int(n)} ({p.sum():.0f})", f"{logged:.2f}", f"{ranked:.3f}"]
            body.append([f"{origin + 1}–{last}", name, *counts])
    return rows(["years", "terms", "settled (forecast)", "log score", "AUC"], body)


def associations() -> list[str]:
    """Moves and disputes of pairs whose claim stands, was settled, or is about to be."""
    panel = dyad_years({n: bundle.table(n) for n in TABLES}, until=2014, memory_years=10.0)
    part = ladder.between(panel, 1956, 2014)
    found = spells(table("territorial_claims"))
    stand = [(s.claimant, s.holder, y) for s in found for y in range(s.first, s.last or s.seen)]
    ended = [(s.claimant, s.holder, s.last) for s in found if s.last and s.how in SETTLED and s.last >= 1946]
    now = ladder.exposed(part, stand, -1, -1)
    exposures = {
        "claim stands": now,
        "settled 1–10 years ago": ladder.exposed(part, ended, -10, -1) & ~now,
        "to be settled in 1–5 years": ladder.exposed(part, ended, 1, 5),
    }
    mids = bundle.table("disputes").filter(bundle.table("disputes")["measure"] == "mid")
    begun = mids.filter(mids["onset"])
    onset, fatal = (
        ladder.exposed(part, list(x.select("a", "b", "year").iter_rows()), 0, 0)
        for x in (begun, begun.filter(begun["fatal"]))
    )
    outcomes = (
        ("climb out of rivalry", part.next > part.level, ladder.RIVALS),
        ("fall", part.next < part.level, ladder.FALLING),
        ("new dispute", onset, relations.STATUS),
        ("fatal dispute", fatal, relations.STATUS),
    )
    body = []
    for name, exposure in exposures.items():
        for what, came, standings in outcomes:
            a = ladder.associated(part, exposure, name, came, what, standings)
            body.append([name, what, f"{a.log_odds:+.2f} ({a.error:.2f})", f"{a.exposed:,}", str(a.moves)])
    return rows(["pairs", "in the year", "log-odds (error)", "pair-years", "number"], body)


def followed() -> list[str]:
    """What followed settlements, less what happened to claims that stood."""
    tables = bundle_tables()
    body = []
    for what, (unit, name, _) in record_territory.UNITS.items():
        m = record_territory.after_settlement(tables, what=what)
        body.append([name, f"{m.value:+.3f}", f"{m.low:+.3f} … {m.high:+.3f}", unit, str(m.n)])
    return rows(["", "change", "90 %", "unit", "settlements"], body)


def stakes() -> list[str]:
    """Official claims that stood past 2024, with what is claimed."""
    body = []
    for r in standing(2024).sort("territory").iter_rows(named=True):
        area = "" if r["area_km2"] is None else f"{r['area_km2']:,.0f}"
        people = "" if r["people"] is None else f"{r['people']:,}"
        body.append([r["territory"], r["claimant"], r["holder"], r["status"], str(r["first"]), area, people])
    return rows(
        ["land in dispute", "claimed by", "held by or with forces of", "status", "since", "km²", "people"],
        body,
    )


def main() -> None:
    """Write all tables."""
    record = claim_years(table)
    put(PAGE, "ways", ways())
    put(PAGE, "settles", coefficients(record))
    put(PAGE, "scored", scored(record))
    put(PAGE, "stakes", stakes())
    put(PAGE, "followed", followed())
    put(PAGE, "associations", associations())


if __name__ == "__main__":
    main()
