"""Write the tables of defence.md, between their marks: ``python docs/mechanisms/defence_tables.py``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import yaml
from defence_figure import figure
from marks import put as put_in

from detente.data.bundle import table
from detente.data.pledges import with_history
from detente.mechanisms import defence
from detente.mechanisms.defence import fit, published, response, score
from detente.mechanisms.defence.equations import DEMAND
from detente.mechanisms.defence.estimation import part, student_regression
from detente.mechanisms.defence.opening import constants_of
from detente.mechanisms.defence.panel import Panel, assemble

HERE = Path(__file__).parent
SHOWN = (1985, 1990, 2000, 2014, 2024)
NEWEST = 2024
PAGE = "defence.md"
PERIODS = {"1990–2000": range(1985, 1996), "2001–2013": range(1996, 2009), "2014–2024": range(2009, 2020)}


def put(name: str, lines: list[str]) -> None:
    """Replace what stands between the marks called ``name`` on the page."""
    put_in(PAGE, name, lines)


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


def losses(tracks: dict[str, pl.DataFrame]) -> list[str]:
    """Mean absolute error of the log share five years ahead, ours and the rivals'."""
    rows = []
    for period, frame in tracks.items():
        for r in score.loss(frame, 5).iter_rows(named=True):
            told = "conditional" if r["conditional"] else "unconditional"
            rows.append(
                [
                    period,
                    r["states"],
                    told,
                    f"{r['n']}",
                    f"{r['median']:.3f}",
                    f"{r['persistence']:.3f}",
                    f"{r['common_trend']:.3f}",
                    f"{100 * r['inside_90']:.0f} %",
                ]
            )
    head = ["years forecast", "states", "run", "n", "ours", "persistence", "common trend", "inside our 90 %"]
    return grid(head, rows)


def errors_by(frame: pl.DataFrame, by: str) -> list[str]:
    """Mean absolute error of the log share five years ahead by state or by year forecast, states of D3."""
    good = frame.filter((pl.col("ahead") == 5) & ~pl.col("conditional") & pl.col("state").is_in(score.D3))
    good = good.drop_nulls(["actual", *score.RIVALS])
    errors = [(pl.col(r).log() - pl.col("actual").log()).abs().mean().alias(r) for r in score.RIVALS]
    bias = (pl.col("median").log() - pl.col("actual").log()).mean().alias("bias")
    found = good.group_by(by).agg(*errors, bias)
    order = pl.col("median") - pl.col("persistence")
    found = found.sort(by) if by == "year" else found.sort(order, descending=True)
    rows = [
        [str(r[by]), *(f"{r[k]:.3f}" for k in score.RIVALS), f"{r['bias']:+.3f}"]
        for r in found.iter_rows(named=True)
    ]
    return grid([by, "ours", "persistence", "common trend", "our mean error, signed"], rows)


def paths(frame: pl.DataFrame, years: tuple[int, ...]) -> list[str]:
    """D3: the record (per cent of GDP) beside ours with 90 % interval and the common trend; persistence is the first."""
    rows = []
    for state in score.D3:
        mine = {r["year"]: r for r in frame.filter(pl.col("state") == state).iter_rows(named=True)}
        cells = [state, _percent(mine[years[0]]["persistence"])]
        for year in years:
            r = mine[year]
            span = f"{_percent(r['median'])} [{_percent(r['low'])}, {_percent(r['high'])}]"
            cells += [_percent(r["actual"]), span if r["median"] else "–", _percent(r["common_trend"])]
        rows.append(cells)
    head = ["state", "persistence"]
    for year in years:
        head += [f"{year} record", f"{year} ours [90 %]", f"{year} trend"]
    known = frame.filter(pl.col("state").is_in(score.D3)).drop_nulls(["actual", "low", "high"])
    inside = known.filter(pl.col("actual").is_between(pl.col("low"), pl.col("high"))).height
    note = f"Inside our 90 % interval: {inside} of {known.height} state-years ({100 * inside / known.height:.0f} %), all years."
    return [*grid(head, rows), "", note]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.2f}"


def world(seen: Panel) -> list[str]:
    """D1: world military spending as a share of output."""
    imf, record = {1990: "3.6 (revised 3.5)", 1995: "2.4"}, table("state_year")
    rows = []
    for year in (1985, 1990, 1995, 2000, 2014, 2024):
        reported, everyone = score.world_share(seen, year)
        day = published.world_at_prices_of_the_day(record, seen, year)
        rows.append([str(year), *(f"{100 * v:.2f}" for v in (day, reported, everyone)), imf.get(year, "")])
    head = [
        "year",
        "ours, dollars of the day",
        "ours, 2023 prices",
        "the same with imputed",
        "IMF (Gupta, Schiff & Clements 1996)",
    ]
    cut, both = published.cuts(seen, 1990, 1995)
    return [
        *grid(head, rows),
        "",
        f"Lower in 1995 than in 1990: {cut} of {both} states ({100 * cut / both:.0f} %); theirs: 90 of 130 (69 %).",
    ]


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
    early, rows = seen.until(2000), []
    trials = {
        "all": (1.0, False),
        "chance up to 50 %": (0.5, False),
        "chance up to 25 %": (0.25, False),
        "all, state effects too": (1.0, True),
    }
    for name, (highest, within) in trials.items():
        r = published.spending_on_risk(early, highest, within)
        rows.append([name, f"{r['percent']:.1f} ({r['error']:.1f})", str(r["rows"]), str(r["states"])])
    rows.append(["Nordhaus, Oneal & Russett (2012), 1950–2000", "about 3", "", "165"])
    r = response.dispute_response(seen, constants_of(defence.mechanism()))
    first = f"{r['first_year']:.2f} ({r['first_year_error']:.2f})"
    note = f"In our yearly equation, with the chance in the place of threat: {first} % in the first year, {r['ten_years']:.2f} after 10, {r['twenty_years']:.2f} after 20."
    return [*grid(["state-years 1960–2000", "% more spending per point", "rows", "states"], rows), "", note]


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
    """Write all tables and the two figures."""
    seen = assemble(with_history(table), NEWEST)
    put("estimates", estimates())
    put("lasting", lasting())
    put("robust", robust(seen))
    put("world", world(seen))
    put("disputes", disputes(seen))
    put("responses", responses(seen))
    put("textbook", textbook(seen))
    for origin, horizon, years in ((1985, 15, (1990, 1995, 2000)), (2014, 10, (2018, 2021, 2024))):
        frame = score.backcast_of(seen, origin, horizon, 300)
        put(f"paths {origin}", paths(frame, years))
        figure(seen, frame, HERE.parent / "images" / f"defence-{origin}.svg")
    tracks = {name: score.track(seen, origins, 5, 200) for name, origins in PERIODS.items()}
    put("losses", losses(tracks))
    put("by state", errors_by(tracks["2014–2024"], "state"))
    put("by year", errors_by(tracks["2014–2024"], "year"))


if __name__ == "__main__":
    main()
