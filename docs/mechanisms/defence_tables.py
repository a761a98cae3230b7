"""Write the tables of defence.md, between their marks: ``python docs/mechanisms/defence_tables.py``."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import yaml

from detente.data.bundle import table
from detente.data.risks import fatal_risks
from detente.mechanisms import defence
from detente.mechanisms.defence import fit, response, score
from detente.mechanisms.defence.equations import DEMAND
from detente.mechanisms.defence.estimation import part, student_regression
from detente.mechanisms.defence.opening import constants_of
from detente.mechanisms.defence.panel import Panel, assemble

HERE = Path(__file__).parent
SHOWN = (1985, 1990, 2000, 2014, 2024)
NEWEST = 2024
PERIODS = {"1990–2000": range(1985, 1996), "2001–2013": range(1996, 2009), "2014–2024": range(2009, 2020)}


def observed() -> dict[str, pl.DataFrame]:
    """The four tables of the fit."""
    return {
        "state_year": table("state_year"), "risks": fatal_risks(),
        "pacts": table("pacts"), "distance": table("distance"),
    }


def put(name: str, lines: list[str]) -> None:
    """Replace what stands between the marks called ``name``."""
    path, body = HERE / "defence.md", "\n".join(lines)
    text, count = re.subn(
        rf"(<!-- {name} begin -->).*?(<!-- {name} end -->)", rf"\1\n{body}\n\2",
        path.read_text(encoding="utf-8"), flags=re.DOTALL,
    )
    if count != 1:
        raise SystemExit(f"defence.md has no marks '{name}'")
    path.write_text(text, encoding="utf-8")


def grid(head: list[str], rows: list[list[str]]) -> list[str]:
    """A table in Markdown."""
    return ["| " + " | ".join(r) + " |" for r in (head, ["---"] * len(head), *rows)]


def estimates() -> list[str]:
    """One row for each parameter, one column for each vintage shown: estimate (standard error)."""
    path = Path(defence.__file__).parent / "estimates.yaml"
    vintages = yaml.safe_load(path.read_text(encoding="utf-8"))["vintages"]
    cells: dict[str, list[str]] = {}
    for year in SHOWN:
        for key, prior in vintages[year].items():
            if "joint" in prior:
                joint = prior["joint"]
                errors = np.sqrt(np.diag(joint["covariance"]))
                for n, m, e in zip(joint["names"], joint["mean"], errors, strict=True):
                    cells.setdefault(f"{key}: {n}", []).append(f"{m:.4f} ({e:.4f})" if e else "–")
            else:
                value = prior.get("fixed", prior.get("lognormal", {}).get("median"))
                cells.setdefault(key, []).append(f"{value:g}")
    return grid(["", *map(str, SHOWN)], [[k, *v] for k, v in cells.items()])


def losses(seen: Panel) -> list[str]:
    """Mean absolute error of the log share five years ahead, ours and the rivals'."""
    rows = []
    for period, origins in PERIODS.items():
        found = score.loss(score.track(seen, origins, 5, 200), 5)
        for r in found.iter_rows(named=True):
            told = "conditional" if r["conditional"] else "unconditional"
            rows.append([
                period, r["states"], told, f"{r['n']}", f"{r['median']:.3f}", f"{r['persistence']:.3f}",
                f"{r['common_trend']:.3f}", f"{100 * r['inside_90']:.0f} %",
            ])
    head = ["years forecast", "states", "run", "n", "ours", "persistence", "common trend", "inside our 90 %"]
    return grid(head, rows)


def paths(seen: Panel, origin: int, years: tuple[int, ...]) -> list[str]:
    """D3: published share (per cent of GDP) beside ours with 90 % interval, and persistence."""
    both = [score.backcast_of(seen, origin, max(years) - origin, 300, 1, told) for told in (False, True)]
    record = table("state_year").select("state", "year", "milex_share")
    published = {(s, y): v for s, y, v in record.iter_rows()}
    rows = []
    for state in score.D3:
        cells = [state, _percent(published.get((state, origin)))]
        for year in years:
            here = (pl.col("state") == state) & (pl.col("year") == year)
            plain, told = (f.filter(here).row(0, named=True) for f in both)
            span = f"{_percent(plain['median'])} [{_percent(plain['low'])}, {_percent(plain['high'])}]"
            cells += [_percent(plain["actual"]), span if plain["median"] else "–", _percent(told["median"])]
        rows.append(cells)
    head = ["state", f"{origin} = persistence"]
    for year in years:
        head += [f"{year} record", f"{year} ours [90 %]", "conditional"]
    return grid(head, rows)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.2f}"


def world(seen: Panel) -> list[str]:
    """D1: world military spending as a share of output."""
    imf = {1990: "3.6 (revised 3.5)", 1995: "2.4"}
    rows = []
    for year in (1985, 1990, 1995, 2000, 2014, 2024):
        reported, everyone = score.world_share(seen, year)
        rows.append([str(year), f"{100 * reported:.2f}", f"{100 * everyone:.2f}", imf.get(year, "")])
    head = ["year", "ours, reporting states", "ours, with imputed", "IMF (Gupta, Schiff & Clements 1996)"]
    return grid(head, rows)


def responses(seen: Panel) -> list[str]:
    """Response of each EU member to news of threat."""
    found = response.response_of(seen, constants_of(defence.mechanism()))
    union = table("blocs").filter((pl.col("bloc") == "EU") & pl.col("to_year").is_null())["state"]
    mine = found.filter(pl.col("state").is_in(union.to_list())).sort("state")
    rows = []
    for r in mine.iter_rows(named=True):
        value = f"{r['estimate']:.3f} ({r['error']:.3f})" if r["answer"] else "no answer"
        rows.append([r["state"], value, str(r["years"]), "yes" if r["clear"] else "no"])
    head = ["state", "response (error)", "years", "positive and clear"]
    all_states = found.filter(pl.col("answer"))
    clear, positive = all_states["clear"].sum(), (all_states["estimate"] > 0).sum()
    note = (
        f"EU members: {mine['clear'].sum()} of {mine.height} positive and clear. Of all {all_states.height} "
        f"states with an answer: {clear} clear, {positive} positive."
    )
    return [*grid(head, rows), "", note]


def disputes(seen: Panel) -> list[str]:
    """D4: spending for one point more of the chance of a fatal dispute."""
    r = response.dispute_response(seen, constants_of(defence.mechanism()))
    first = f"{r['first_year']:.2f} ({r['first_year_error']:.2f})"
    later = [f"{r['ten_years']:.2f}", f"{r['twenty_years']:.2f}"]
    head = ["", "first year", "after 10 years", "after 20 years", "published"]
    return grid(head, [["+1 point, % of spending", first, *later, "about 3"]])


def textbook(seen: Panel) -> list[str]:
    """State fixed effects, for comparison."""
    found = fit.fixed_effects(seen, constants_of(defence.mechanism()))
    return grid(list(found), [[f"{m:.3f} ({e:.3f})" for m, e in found.values()]])


def robust(seen: Panel) -> list[str]:
    """The newest vintage's demand on other data and with a dummy for each year."""
    constants = constants_of(defence.mechanism())
    parts = fit.columns(seen, constants)
    rows = fit.sample(seen, parts, DEMAND)
    year = np.array(seen.years)[rows.year]
    dummies = (year[:, None] == np.unique(year)[None, 1:]) * 1.0
    trials = {
        "as shipped": rows,
        "with year dummies": replace(rows, x=np.c_[rows.x, dummies]),
        "1970–1991": part(rows, year <= 1991),
        "1992–2021": part(rows, (year > 1991) & (year <= 2021)),
        "1992–2024": part(rows, year > 1991),
    }
    shown = ("pull", "threat_level", "threat_news", "growth", "follow", "free_ride")
    lines = []
    for name, trial in trials.items():
        found = student_regression(trial)
        pairs = dict(zip(DEMAND, zip(found.coefficients, found.errors, strict=False), strict=False))
        lines.append([name, *(f"{pairs[n][0]:.4f} ({pairs[n][1]:.4f})" for n in shown)])
    return grid(["", *shown], lines)


def lasting() -> list[str]:
    """Effect of one unit less threat for good, by the newest estimates at their means."""
    joint = {p.name: p for p in defence.mechanism().parameters}["defence.demand"].prior.joint
    memory = constants_of(defence.mechanism())["threat_memory"]
    path = response.step_response(dict(zip(joint.names, joint.mean, strict=True)), memory, 20)
    years = (1, 2, 5, 10, 15, 20)
    effect = [f"{100 * np.expm1(-path[y - 1]):.1f}" for y in years]
    return grid(["years on", *map(str, years)], [["spending, %", *effect]])


def main() -> None:
    """Write all tables."""
    frames = observed()
    seen = assemble(**frames, until=NEWEST)
    put("estimates", estimates())
    put("lasting", lasting())
    put("robust", robust(seen))
    put("world", world(seen))
    put("disputes", disputes(seen))
    put("responses", responses(seen))
    put("textbook", textbook(seen))
    put("paths 1985", paths(seen, 1985, (1990, 1995, 2000)))
    put("paths 2014", paths(seen, 2014, (2018, 2021, 2024)))
    put("losses", losses(seen))


if __name__ == "__main__":
    main()
