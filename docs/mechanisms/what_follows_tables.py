"""Write the tables of investment.md, budget.md, arms.md and long_run.md.

Run it with ``python docs/mechanisms/what_follows_tables.py``. Each table stands between two marks in its
page; nothing else on the page is touched. A few minutes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import yaml
from marks import put

from detente.data.bundle import table as bundled
from detente.data.peace import levels
from detente.mechanisms import arms, budget, growth, investment, long_run
from detente.mechanisms.arms import panel as arms_panel
from detente.mechanisms.arms import score as arms_score
from detente.mechanisms.budget import backcast
from detente.mechanisms.budget import fit as budget_fit
from detente.mechanisms.growth import fit as growth_fit
from detente.mechanisms.growth import score as growth_score
from detente.mechanisms.investment import panel as investment_panel
from detente.mechanisms.investment import score as investment_score
from detente.model.chance import Chance
from detente.model.mechanism import Values, theories_of

ORIGINS = (1990, 1995, 2000, 2005, 2010, 2014, 2018)
WEST = (
    "USA",
    "CAN",
    "GBR",
    "FRA",
    "DEU",
    "ITA",
    "ESP",
    "NLD",
    "BEL",
    "LUX",
    "DNK",
    "NOR",
    "PRT",
    "GRC",
    "SWE",
)
WEST += ("FIN", "AUT", "CHE", "IRL")
LARGE = (
    "USA",
    "CHN",
    "JPN",
    "DEU",
    "IND",
    "GBR",
    "FRA",
    "ITA",
    "BRA",
    "CAN",
    "RUS",
    "KOR",
    "AUS",
    "ESP",
    "MEX",
)


def table(name):
    """A table of the bundle; ``levels`` is the peace scale continued."""
    return levels(2024) if name == "levels" else bundled(name)


def coefficients(module) -> list[str]:
    """One row for each estimated parameter, one column for each vintage: estimate (standard error)."""
    vintages = yaml.safe_load((Path(module.__file__).parent / "estimates.yaml").read_text(encoding="utf-8"))[
        "vintages"
    ]
    cells: dict[str, list[str]] = {}
    for entries in vintages.values():
        for key, prior in entries.items():
            for name, text in _texts(key, prior):
                cells.setdefault(name, []).append(text)
    lines = ["| | " + " | ".join(map(str, vintages)) + " |", "|---" * (len(vintages) + 1) + "|"]
    return lines + [f"| {name} | " + " | ".join(row) + " |" for name, row in cells.items()]


def _texts(key: str, prior: dict) -> list[tuple[str, str]]:
    if "joint" in prior:
        j = prior["joint"]
        return [
            (f"{key}: {n}", f"{m:.3f} ({j['covariance'][i][i] ** 0.5:.3f})")
            for i, (n, m) in enumerate(zip(j["names"], j["mean"], strict=True))
        ]
    if "normal" in prior:
        return [(key, f"{prior['normal']['mean']:.4f} ({prior['normal']['sd']:.4f})")]
    return [(key, f"{prior['fixed']:.4g}")]


def drawn(module, draws: int = 2000) -> Values:
    """Parameters of the newest vintage, drawn."""
    model, luck = module.mechanism(), Chance(1)
    values = {
        q.name.partition(".")[2]: q.at(luck.row(q.name, range(draws), 0, q.width)) for q in model.parameters
    }
    return Values(values, theories_of(model.parameters))


def events(panel) -> list[str]:
    """Inflows around years in which the sanctioned share of the world jumped, net of all states' median."""
    level = panel.level - np.nanmedian(panel.level, axis=1, keepdims=True)
    lines = ["| | cases | " + " | ".join(f"{k:+d}" for k in range(-1, 7)) + " |", "|---" * 10 + "|"]
    for name, sign in (("imposed on more than a quarter of the world", 1), ("lifted likewise", -1)):
        rows = []
        jump = sign * np.diff(panel.sanctioned, axis=0)
        for t, s in np.argwhere((jump > 0.25) & (panel.gdp[1:] > 5.0)):
            t += 1
            before = level[max(0, t - 3) : t, s]
            if np.isfinite(before).any():
                at = [t + k for k in range(-1, 7)]
                rows.append([level[a, s] - np.nanmean(before) if a < len(level) else np.nan for a in at])
        found = np.array(rows)
        mean, n = np.nanmean(found, axis=0), np.isfinite(found).sum(axis=0)
        error = np.nanstd(found, axis=0) / np.sqrt(n)
        cells = " | ".join(f"{m:+.2f} ({e:.2f})" for m, e in zip(mean, error, strict=True))
        lines.append(f"| {name} | {len(found)} | {cells} |")
    return lines


def fans(rows: list[dict], rivals: dict[str, str]) -> list[str]:
    """Means over origins of errors and coverage, by horizon."""
    heads = [f"MAE {r} | CRPS {r}" for r in ("ours", *rivals.values())]
    lines = [
        "| years ahead | forecasts | " + " | ".join(heads) + " | inside 90 % |",
        "|---" * (4 + 2 * len(heads)) + "|",
    ]
    for h in sorted({r["horizon"] for r in rows}):
        mine = [r for r in rows if r["horizon"] == h]
        n = sum(r["n"] for r in mine)

        def mean(key: str, mine=mine, n=n) -> float:
            return sum(r[key] * r["n"] for r in mine) / n

        cells = " | ".join(f"{mean('mae_' + k):.3f} | {mean('crps_' + k):.3f}" for k in ("ours", *rivals))
        lines.append(f"| {h} | {n:,} | {cells} | {mean('inside_ours'):.0%} |")
    return lines


def on_investment() -> None:
    """The tables of investment.md."""
    panel = investment_panel.assemble(table, 2024)
    put("investment.md", "estimates", coefficients(investment))
    put("investment.md", "events", events(panel))
    rows = investment_score.track_record(panel, ORIGINS)
    put("investment.md", "record", fans(rows, {"walk": "persistence", "mean": "ten-year mean"}))


def on_budget() -> None:
    """The tables of budget.md."""
    put("budget.md", "estimates", coefficients(budget))
    p = drawn(budget)
    parts, schools = budget.uses(p)
    kept = p.holds("use_of_dividend", "kept")
    lines = ["| of each euro freed | all draws | record | kept |", "|---|---|---|---|"]
    for name, values in (
        ("other public spending", parts[:, 0]),
        ("of it education and health", schools),
        ("lower deficit", parts[:, 1]),
        ("lower revenue", parts[:, 2]),
    ):
        cells = [
            f"{np.mean(v):.2f} ({np.quantile(v, 0.05):.2f} to {np.quantile(v, 0.95):.2f})"
            for v in (values, values[~kept], values[kept])
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    put("budget.md", "uses", lines)
    data = budget_fit.grids(table("state_year"), table("economy"), 2023)
    lines = [
        "| item | state-spans | change for each unit of military spending (standard error) |",
        "|---|---|---|",
    ]
    for items in (("expenditure", "revenue"), ("education",), ("health",)):
        rows = budget_fit.spans(data, items)
        slopes, covariance = budget_fit.instrumented(rows)
        lines += [
            f"| {c} | {len(rows)} | {slopes[k]:+.2f} ({covariance[k, k] ** 0.5:.2f}) |"
            for k, c in enumerate(items)
        ]
    put("budget.md", "raw", lines)
    years = range(1992, 2011)
    freed = backcast.foregone(table("state_year"), WEST, 1990, years)
    lines = ["| what a larger deficit does | mean | 90 % interval |", "|---|---|---|"]
    for name, counts in (("lowers consumption one for one", True), ("lowers investment", False)):
        lost = backcast.consumption_lost(freed, parts, counts) * 100
        low, high = np.quantile(lost, [0.05, 0.95])
        lines.append(f"| {name} | {lost.mean():.2f} % | {low:.2f} to {high:.2f} % |")
    said = (
        f"Freed in a mean year of 1992-2010, share of the joint GDP of {len(WEST)} states: "
        f"{freed.mean() * 100:.2f} %."
    )
    put("budget.md", "backcast", [said, "", *lines])


def on_arms() -> None:
    """The tables of arms.md."""
    put("arms.md", "estimates", coefficients(arms))
    rows = arms_score.track_record(arms_panel.assemble(table), ORIGINS)
    lines = ["| from | pairs | conditional | unconditional | persistence |", "|---|---|---|---|---|"]
    keys = ("conditional", "unconditional", "persistence")
    lines += [f"| {r['origin']} | {r['n']} | " + " | ".join(f"{r[k]:.1%}" for k in keys) + " |" for r in rows]
    put("arms.md", "record", lines)


def on_the_long_run() -> None:
    """The tables of long_run.md."""
    put("long_run.md", "estimates", coefficients(long_run))
    years, rates = growth_fit.growth_table(table("state_year"), 2024)
    states = sorted(table("state_year").drop_nulls("gdp_real")["state"].unique())
    big = np.array([s in LARGE for s in states])
    head = (
        "| from | years ahead | states | in 90 % | in 50 % | error, middle half / 1.35 | width of 90 % "
        "| large in 90 % |"
    )
    lines = [head, "|---" * 8 + "|"]
    for origin in (1980, 1985, 1990, 1995, 1999):
        at = int(origin - years[0])
        model = growth.mechanism(max(origin, 1990))
        fan = growth_score.forecast(rates[: at + 1], origin, 25, 200, 1, model)
        after = np.cumsum(rates[at + 1 :], axis=0)
        for h in (10, 25):
            good = np.isfinite(after[h - 1]) & np.isfinite(fan[h - 1]).all(axis=0)
            q = np.quantile(fan[h - 1][:, good], [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
            seen, large = after[h - 1][good], big[good]
            wide, half = (q[0] <= seen) & (seen <= q[4]), (q[1] <= seen) & (seen <= q[3])
            spread = np.subtract(*np.quantile(seen - q[2], [0.75, 0.25])) / 1.349
            lines.append(
                f"| {origin} | {h} | {good.sum()} | {wide.mean():.0%} | {half.mean():.0%} | {spread:.2f} "
                f"| {np.median(q[4] - q[0]):.2f} | {wide[large].sum()} of {large.sum()} |"
            )
    put("long_run.md", "coverage", lines)


if __name__ == "__main__":
    on_investment()
    on_budget()
    on_arms()
    on_the_long_run()
