"""Write the tables of conflict.md, between their marks: ``python docs/mechanisms/conflict_tables.py``.

Needs ``detente[fit]`` (scikit-learn for the challenger). Some minutes on one core.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from detente.judge.fitting import _table
from detente.mechanisms import conflict
from detente.mechanisms.conflict import base_rates, bridge, equations, fit, record, score
from detente.mechanisms.conflict.logit import newton
from detente.mechanisms.conflict.panel import Panel

SPLIT, LAST = 1995, 2014
HERE = Path(__file__).parent


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A Markdown table; floats with three significant digits."""

    def cell(x: Any) -> str:
        return f"{x:.3g}" if isinstance(x, float) else str(x)

    head = list(head)
    lines = [head, ["---"] * len(head), *([cell(x) for x in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def c1(tables: dict[str, Any]) -> str:
    """Base rates beside the published ones."""
    rows = []
    for group, (n, onset, fatal) in base_rates.base_rates(tables).items():
        told = base_rates.PUBLISHED[group]
        rows.append(
            (
                group,
                n,
                n - told[0],
                f"{onset:.3f}",
                f"{onset - told[1]:+.3f}",
                f"{fatal:.3f}",
                f"{fatal - told[2]:+.3f}",
            )
        )
    return table(
        ("group", "pair-years", "difference", "onset %", "difference", "fatal %", "difference"), rows
    )


def headline(panel: Panel) -> str:
    """The one test: fitted to 1995, tested on 1996-2014."""
    cast = score.forecasts(panel, SPLIT, LAST)
    named = dict(cast.chance)
    named["boosted tree (challenger)"] = challenger(panel)
    rows = []
    for name, p in named.items():
        s = score.scores(cast.onset, p.clip(1e-9, 1 - 1e-9))
        rows.append(
            (
                name,
                f"{s['auc']:.4f}",
                f"{s['ap']:.3f}",
                f"{s['log']:.5f}",
                f"{s['brier']:.5f}",
                f"{s['forecast'] / s['actual']:.2f}",
            )
        )
    s = score.without(panel, SPLIT, LAST, score.RELATIONS)
    rows.append(
        (
            "model without the peace scale, no drift",
            f"{s['auc']:.4f}",
            f"{s['ap']:.3f}",
            f"{s['log']:.5f}",
            f"{s['brier']:.5f}",
            f"{s['forecast'] / s['actual']:.2f}",
        )
    )
    return table(("", "AUC", "AP", "log score", "Brier", "forecast/actual"), rows)


def challenger(panel: Panel, settings: dict[str, Any] | None = None) -> np.ndarray:
    """Chances of 1996-2014 by a boosted tree on the same covariates; settings chosen on 1981-1995."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    known, later = panel.take(panel.year <= SPLIT), panel.take(panel.year > SPLIT)
    stand_in = known.stand_in()
    tree = HistGradientBoostingClassifier(
        max_iter=200, learning_rate=0.03, max_leaf_nodes=8, min_samples_leaf=500, l2_regularization=50,
        early_stopping=False, random_state=1, **(settings or {}),
    )  # fmt: skip
    tree.fit(known.design(stand_in)[:, 1:], known.outcome["onset"])
    return tree.predict_proba(later.design(stand_in)[:, 1:])[:, 1]


def reliability(panel: Panel) -> str:
    """Forecast and actual onsets by decile, and by hundredth within the highest decile."""
    cast = score.forecasts(panel, SPLIT, LAST)
    p = cast.chance["model"]
    rows = [
        (f"decile {k}", r["n"], f"{100 * r['mean']:.3f}", f"{r['forecast']:.1f}", int(r["actual"]), gap(r))
        for k, r in enumerate(score.reliability(cast.onset, p), 1)
    ]
    rows += [
        (
            f"highest decile, tenth {k}",
            r["n"],
            f"{100 * r['mean']:.3f}",
            f"{r['forecast']:.1f}",
            int(r["actual"]),
            gap(r),
        )
        for k, r in enumerate(score.reliability(cast.onset, p, 100)[-10:], 1)
    ]
    return table(
        ("pairs by chance", "pair-years", "mean chance %", "forecast", "actual", "forecast/actual − 1"), rows
    )


def gap(r: dict[str, float]) -> str:
    """Relative gap of the forecast, with actual counts below five left out."""
    return f"{r['forecast'] / r['actual'] - 1:+.0%}" if r["actual"] >= 5 else "–"


def rolling(panel: Panel) -> str:
    """Rolling origins, ten years ahead each, one year at a time."""
    rows = []
    for origin in (1975, 1985, 1995, 2005):
        cast = score.forecasts(panel, origin, min(origin + 10, LAST))
        for name in (
            "model",
            "model without drift",
            "rivalry, border, peace years",
            "persistence",
            "base rate",
        ):
            s = score.scores(cast.onset, cast.chance[name])
            rows.append(
                (
                    f"{origin + 1}-{min(origin + 10, LAST)}",
                    name,
                    f"{s['auc']:.4f}",
                    f"{s['ap']:.3f}",
                    f"{s['log']:.5f}",
                    f"{s['forecast'] / s['actual']:.2f}",
                )
            )
    return table(("tested on", "", "AUC", "AP", "log score", "forecast/actual"), rows)


def allies(panel: Panel) -> str:
    """The coefficient of a pact as more is held constant."""
    rows = [
        (r["held"], f"{r['effect']:+.2f}", f"{r['error']:.2f}", f"{r['odds']:.2f}")
        for r in base_rates.allies(panel)
    ]
    return table(("held constant", "effect of a defence pact", "error", "odds ratio"), rows)


def coefficients(vintages: dict[int, Any]) -> str:
    """Mean (error) of the three equations."""

    def told(estimate: dict[str, Any]) -> dict[str, str]:
        j = estimate["joint"]
        return {
            n: f"{m:+.2f} ({j['covariance'][k][k] ** 0.5:.2f})"
            for k, (n, m) in enumerate(zip(j["names"], j["mean"], strict=True))
        }

    old, new = told(vintages[1995]["onset"]), told(vintages[2014]["onset"])
    fatal, war = told(vintages[2014]["fatal"]), told(vintages[2014]["war"])
    rows = [(t.replace("_", " "), old[t], new[t], fatal.get(t, ""), war.get(t, "")) for t in equations.TERMS]
    return table(
        ("term", "dispute, to 1995", "dispute, to 2014", "fatal, given a dispute", "war, given a fatal one"),
        rows,
    )


def escalation(panel: Panel) -> str:
    """Second stage: fitted to a year, log score after it, against the base rate."""
    rows = []
    for cut in (1980, SPLIT):
        known = panel.take(panel.year <= cut)
        stand_in = known.stand_in()
        x = known.design(stand_in)
        chance = equations.hazard(x @ newton(x, known.outcome["onset"]))
        told = fit.escalation(known, x, chance)
        later = panel.take(panel.year > cut)
        after = later.design(stand_in)[:, [equations.TERMS.index(t) for t in equations.ESCALATION]]
        begun, war = later.outcome["onset"] > 0, later.outcome["war"] > 0
        fatal = begun & ((later.outcome["fatal"] > 0) | war)
        for name, at, y in (("fatal", begun, fatal), ("war", fatal, war)):
            beta = bridge.mean(told[name])
            beta = beta + np.eye(len(beta))[0] * told[f"{name}_drift"]["normal"]["mean"]
            before = known.outcome["onset"] > 0
            if name == "war":
                before = before & ((known.outcome["fatal"] > 0) | (known.outcome["war"] > 0))
            base = float(known.outcome[name][before].mean())
            p, z = equations.hazard(after[at] @ beta), y[at].astype(float)
            rows.append(
                (
                    f"after {cut}",
                    name,
                    int(at.sum()),
                    f"{p.sum():.0f}",
                    int(z.sum()),
                    f"{score.log_score(z, p):.3f}",
                    f"{score.log_score(z, np.full(len(z), base)):.3f}",
                )
            )
    return table(("", "", "cases", "forecast", "actual", "log score", "base rate's"), rows)


def measures(tables: dict[str, Any], vintages: dict[int, Any]) -> str:
    """How armed conflicts of UCDP map to disputes in the years that both cover, and the drift of each vintage."""
    import polars as pl

    both = tables["disputes"]
    primary = tables["conflict"].with_columns(pl.col("intensity").cast(pl.Int8))
    mid = both.filter(pl.col("measure") == "mid").select("a", "b", "year", "onset", "fatal", "war")
    seen = primary.filter(pl.col("year") <= LAST).join(mid, on=["a", "b", "year"], how="left")
    rows = []
    for name, part in (
        ("armed conflict (25 dead)", seen.filter(pl.col("intensity") == 1)),
        ("war (1,000 dead)", seen.filter(pl.col("intensity") == 2)),
    ):
        shares = [
            part["onset"].is_not_null().mean(),
            *(part[c].fill_null(False).mean() for c in ("onset", "fatal", "war")),
        ]
        rows.append((name, part.height, *(f"{100 * v:.0f}" for v in shares)))
    first = table(
        (
            "UCDP, primary parties, 1946-2014",
            "pair-years",
            "dispute going on %",
            "one begins %",
            "fatal %",
            "war %",
        ),
        rows,
    )
    drifts = [
        (
            y,
            *(
                f"{v[k]['normal']['mean']:+.2f} ({v[k]['normal']['sd']:.2f})"
                for k in ("drift", "fatal_drift", "war_drift")
            ),
        )
        for y, v in vintages.items()
    ]
    return (
        first
        + "\n\n"
        + table(
            (
                "data up to",
                "drift of disputes",
                "drift of fatal given a dispute",
                "drift of war given a fatal one",
            ),
            drifts,
        )
    )


def wars_end(vintages: dict[int, Any]) -> str:
    """Chance that a war is not carried into the next year."""
    rows = []
    for measure in ("mid", "ucdp"):
        beta = bridge.mean(vintages[2024][f"war_end_{measure}"])
        rows.append(
            (
                measure,
                *(
                    f"{100 * float(equations.war_end(years=np.array(float(y)), coefficients=beta)):.0f}"
                    for y in (1, 2, 3, 5, 10)
                ),
            )
        )
    return table(("record", "after 1 year %", "2", "3", "5", "10"), rows)


def spending(tables: dict[str, Any], panel: Panel) -> str:
    """D4: log military spending on the predicted chance of a fatal dispute, states and years held constant."""
    whole = panel.take(panel.year <= 2000)
    stand_in = whole.stand_in()
    x = whole.design(stand_in)
    estimates = {
        "onset": fit.joint(
            equations.TERMS, newton(x, whole.outcome["onset"]), np.zeros((len(equations.TERMS),) * 2)
        )
    }
    chance = equations.hazard(x @ bridge.mean(estimates["onset"]))
    told = fit.escalation(whole, x, chance)["fatal"]
    columns = [equations.TERMS.index(t) for t in equations.ESCALATION]
    deadly = chance * equations.hazard(x[:, columns] @ bridge.mean(told))
    n, first = len(whole.who.codes), int(whole.year.min())
    safe = np.zeros((int(whole.year.max()) - first + 1, n))
    for side in (whole.a, whole.b):
        np.add.at(safe, (whole.year - first, side), np.log1p(-deadly))
    risk = 100 * (1 - np.exp(safe))
    place = whole.who.place
    rows = [
        (place[s], y, risk[y - first, place[s]], m, g, p)
        for s, y, m, g, p in tables["state_year"]
        .select("state", "year", "milex_share", "gdp_real", "polyarchy")
        .drop_nulls()
        .iter_rows()
        if 1950 <= y <= 2000 and m > 0
    ]
    state, year, at, share, gdp, poly = (np.array(c) for c in zip(*rows, strict=True))
    y = np.log(share * gdp)
    z = np.column_stack([at, np.log(gdp), poly])
    out = []
    for name, trim in (("all", np.ones(len(y), bool)), ("chance below 50 %", at < 50)):
        a, b = (
            within(z[trim], state[trim], year[trim]),
            within(y[trim][:, None], state[trim], year[trim])[:, 0],
        )
        beta = np.linalg.lstsq(a, b, rcond=None)[0]
        left = (b - a @ beta)[:, None] * a
        meat = sum(
            np.outer(left[state[trim] == s].sum(0), left[state[trim] == s].sum(0))
            for s in np.unique(state[trim])
        )
        bread = np.linalg.inv(a.T @ a)
        error = (bread @ meat @ bread)[0, 0] ** 0.5
        out.append(
            (
                name,
                int(trim.sum()),
                len(np.unique(state[trim])),
                f"{100 * beta[0]:+.2f}",
                f"{100 * error:.2f}",
                f"{beta[1]:.2f}",
            )
        )
    return table(
        ("state-years", "n", "states", "% of spending for +1 point", "error", "elasticity with output"), out
    )


def within(x: np.ndarray, *groups: np.ndarray) -> np.ndarray:
    """Columns with the means of each grouping taken out, alternately until still."""
    x = x.astype(float).copy()
    for _ in range(200):
        before = x.copy()
        for g in groups:
            _, at = np.unique(g, return_inverse=True)
            means = np.stack([np.bincount(at, weights=c) for c in x.T], axis=1) / np.bincount(at)[:, None]
            x -= means[at]
        if np.abs(x - before).max() < 1e-10:
            break
    return x


def write(parts: dict[str, str]) -> None:
    """Put each table between its marks in conflict.md."""
    path = HERE / "conflict.md"
    text = path.read_text(encoding="utf-8")
    for name, body in parts.items():
        text, n = re.subn(
            rf"(<!-- {name} -->\n).*?(<!-- end -->)",
            lambda m, body=body: f"{m[1]}{body}\n{m[2]}",
            text,
            flags=re.DOTALL,
        )
        if n != 1:
            raise SystemExit(f"conflict.md has {n} marks for the table '{name}'")
    path.write_text(text, encoding="utf-8")


def main() -> None:
    """All tables."""
    tables = {name: _table(name) for name in (*record.TABLES, "rivalry")}
    panel = score.panel_of(_table)
    source = Path(conflict.__file__).parent / "estimates.yaml"
    vintages = yaml.safe_load(source.read_text(encoding="utf-8"))["vintages"]
    write(
        {
            "c1": c1(tables),
            "allies": allies(panel),
            "headline": headline(panel),
            "reliability": reliability(panel),
            "rolling": rolling(panel),
            "coefficients": coefficients(vintages),
            "escalation": escalation(panel),
            "measures": measures(tables, vintages),
            "wars": wars_end(vintages),
            "spending": spending(tables, panel),
        }
    )


if __name__ == "__main__":
    main()
