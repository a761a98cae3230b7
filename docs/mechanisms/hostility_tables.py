"""Write the tables of hostility.md, between their marks: ``python docs/mechanisms/hostility_tables.py`` (minutes)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import yaml
from marks import put, rows
from scipy.optimize import minimize
from scipy.stats import rankdata

from detente.data import bundle
from detente.data.peace import levels
from detente.mechanisms import hostility
from detente.mechanisms.conflict import record as quarrels
from detente.mechanisms.conflict.panel import dyad_years as dispute_years
from detente.mechanisms.hostility import equations as eq
from detente.mechanisms.hostility import fit, score
from detente.mechanisms.hostility.panel import Panel, dyad_years
from detente.mechanisms.logits import hazard, newton
from detente.mechanisms.relations import fit as relations_fit
from detente.mechanisms.relations.panel import dyad_years as peace_years

PAGE = "hostility.md"
FIRST, CUT, LAST = 2005, 2010, 2014
METHODS = score.METHODS


def table(name: str) -> Any:
    """A table of the bundle; ``levels`` the peace scale as continued."""
    return levels(2023) if name == "levels" else bundle.table(name)


def coefficients() -> list[str]:
    """Effects and reversion by vintage."""
    text = (Path(hostility.__file__).parent / "estimates.yaml").read_text(encoding="utf-8")
    vintages = {y: v for y, v in yaml.safe_load(text)["vintages"].items() if y > 2000}
    body = []
    for k, name in enumerate((*eq.STANDING, *eq.EVENTS)):
        cells = [v["effects"]["joint"] for v in vintages.values()]
        body.append([name, *(f"{c['mean'][k]:+.2f} ({c['covariance'][k][k] ** 0.5:.2f})" for c in cells)])
    keep = [v["keep"]["normal"] for v in vintages.values()]
    body.append(["kept a year", *(f"{c['mean']:.2f} ({c['sd']:.2f})" for c in keep)])
    body.append(["shock a year", *(f"{v['shock']['fixed']:.2f}" for v in vintages.values())])
    return rows(["log-odds", *(f"to {y}" for y in vintages)], body)


def seen_by(data: Panel) -> dict[tuple[str, str, int], float]:
    """Each pair's hostility at the end of the years 2004-14, from events up to then."""
    found = {cut: fit.estimate(data.upto(cut)) for cut in (2005, 2010)}
    out = {}
    for year in range(FIRST - 1, LAST + 1):
        now = data.upto(year)
        view = fit.seen(now, found[2005 if year < 2010 else 2010]).view
        out |= {(*pair, year): float(v) for pair, v in zip(now.pairs, view, strict=True)}
    return out


def added(odds: np.ndarray, view: np.ndarray, came: np.ndarray, year: np.ndarray) -> list[str]:
    """What hostility adds to a hazard fitted without it: fit to 2010, scored after it."""

    def best(x: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        def loss(b: np.ndarray) -> float:
            e = odds[at] + x[at] @ b
            return float((np.logaddexp(0, e) - came[at] * e).sum())

        found = minimize(loss, np.zeros(x.shape[1]), method="BFGS")
        return found.x, np.sqrt(np.diag(found.hess_inv))

    one = np.ones((len(came), 1))
    both = np.column_stack([one, view + 3.0])
    every, late = np.ones(len(came), dtype=bool), year > CUT
    whole, error = best(both, every)
    chance = {}
    for name, x in (("without", one), ("with", both)):
        b, _ = best(x, ~late)
        chance[name] = hazard(odds[late] + x[late] @ b)
    y = came[late]
    cells = [f"{whole[1]:+.2f} ({error[1]:.2f})", f"{int(came.sum())}, {int(y.sum())}"]
    for p in chance.values():
        logged = -1000 * np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        cells.append(f"{logged:.2f}")
    return [*cells, *(f"{auc(y, p):.3f}" for p in chance.values())]


def auc(y: np.ndarray, p: np.ndarray) -> float:
    """Chance that a row in which it came is ranked above one in which it did not."""
    n = y.sum()
    return float((rankdata(p)[y > 0].sum() - n * (n + 1) / 2) / (n * (len(y) - n)))


def known(seen: dict[tuple[str, str, int], float], codes: Any, panel: Any) -> np.ndarray:
    """Hostility of each row's pair at the end of the year before."""
    ends = zip(panel.a, panel.b, panel.year, strict=True)
    return np.array([seen.get((*sorted((codes[a], codes[b])), int(y) - 1), np.nan) for a, b, y in ends])


def relations(seen: dict[tuple[str, str, int], float]) -> list[list[str]]:
    """Moves on the peace scale, with the relations mechanism's own hazards to 2004 given."""
    held = {name: bundle.table(name) for name in relations_fit.TABLES}
    panel = peace_years(held, first=1947, until=LAST + 1, memory_years=10.0)
    old, new = panel.take(panel.year < FIRST), panel.take(panel.year >= FIRST)
    view = known(seen, new.states, new)
    out = []
    for move in ("fall", "climb_rivalry", "climb_peace"):
        _, beta, _ = relations_fit.hazard(old, move)
        at, moved, columns = relations_fit.at_risk(new, move)
        use = np.isfinite(view[at])
        odds = new.covariates[at][:, columns][use] @ beta
        out.append([move.replace("_", " from "), *added(odds, view[at][use], moved[use], new.year[at][use])])
    return out


def disputes(seen: dict[tuple[str, str, int], float]) -> list[list[str]]:
    """Onset of militarised disputes, with the conflict mechanism's terms fitted to 2004 given."""
    from detente.mechanisms.conflict import score as conflict_score

    held = {n: bundle.table(n) for n in quarrels.TABLES if n != "levels"} | {"levels": bundle.table("peace")}
    panel = dispute_years(held)
    old, new = panel.take(panel.year < FIRST), panel.take((panel.year >= FIRST) & (panel.year <= LAST))
    terms = conflict_score.TERMS
    means = old.stand_in()
    odds = new.design(means, terms) @ newton(old.design(means, terms), old.outcome["onset"])
    view = known(seen, panel.who.codes, new)
    use = np.isfinite(view)
    return [["new dispute", *added(odds[use], view[use], new.outcome["onset"][use], new.year[use])]]


def main() -> None:
    """Write all tables."""
    put(PAGE, "effects", coefficients())
    body = []
    for r in score.track_record(table):
        errors = [f"{100 * r[f'mae_{m}']:.2f}" for m in METHODS]
        ranks = [f"{r[f'rank_{m}']:.3f}" for m in METHODS]
        gain = f"{100 * r['gain']:+.2f} ± {100 * r['wide']:.2f}"
        body.append([str(r["origin"]), str(r["horizon"]), f"{r['n']:,}", *errors, gain, *ranks])
    names = ["ours", "last year", "mean"]
    head = ["from", "years ahead", "pairs", *names, "gain on mean", *(f"rank {n}" for n in names)]
    put(PAGE, "record", rows(head, body))
    days = [
        [str(r["year"]), f"{r['n']:,}", *(f"{r[f'rank_{m}']:.3f}" for m in METHODS)]
        for r in score.hostile_days(table)
    ]
    put(PAGE, "gdelt", rows(["year", "pairs", *names], days))
    seen = seen_by(dyad_years(table))
    head = ["", "coefficient", "moves, after 2010", "log without", "log with", "AUC without", "AUC with"]
    put(PAGE, "foretells", rows(head, relations(seen) + disputes(seen)))


if __name__ == "__main__":
    main()
