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

from detente.judge import replay_conflict
from detente.judge.fitting import _table
from detente.mechanisms import conflict
from detente.mechanisms.conflict import base_rates, bridge, entry, equations, fit, record, score
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
    named["plain logit"] = plain(panel)
    named["model without the peace scale, no drift"] = score.without(panel, SPLIT, LAST, score.RELATIONS)
    rows = []
    for name, p in named.items():
        p = p.clip(1e-9, 1 - 1e-9)
        s, r = score.scores(cast.onset, p), score.scores(cast.onset[cast.at_risk], p[cast.at_risk])
        rows.append(
            (
                name,
                f"{s['auc']:.4f}",
                f"{s['ap']:.3f}",
                f"{r['auc']:.4f}",
                f"{r['ap']:.3f}",
                f"{s['log']:.5f}",
                f"{s['brier']:.5f}",
                f"{s['forecast'] / s['actual']:.2f}",
            )
        )
    head = ("", "AUC", "AP", "AUC at risk", "AP at risk", "log score", "Brier", "forecast/actual")
    return table(head, rows)


PLAIN = ("land", "water", "log_km", "power", "power_ratio", "democracy_low", "democracy_high", "defence_pact")


def simplest(panel: Panel, stand_in: dict[str, float]) -> np.ndarray:
    """Design of the plain logit: peace years, whether one went on last year, past disputes, and PLAIN."""
    years, recent = (panel.columns[k].astype(float) for k in ("peace_years", "recent"))
    memory = np.column_stack([np.log1p(years), years == 0, np.log1p(recent)])
    return np.column_stack([panel.design(stand_in, ("intercept", *PLAIN)), memory])


def plain(panel: Panel) -> np.ndarray:
    """Chances of 1996-2014 by the plain logit."""
    known, later = panel.take(panel.year <= SPLIT), panel.take(panel.year > SPLIT)
    stand_in = known.stand_in()
    beta = newton(simplest(known, stand_in), known.outcome["onset"])
    return equations.hazard(simplest(later, stand_in) @ beta)


def outcomes(panel: Panel) -> str:
    """AUC and AP of 1996-2014 by what is forecast, model (no drift) and plain logit, fitted on the same rows."""
    kinds = {"dyadic MID 4.03": (panel.outcome["onset"] > 0, panel.outcome["going"] > 0)}
    kinds["MID 5.0 by peacesciencer"] = peacesciencer(panel)
    rows, stand_in = [], panel.take(panel.year <= SPLIT).stand_in()
    designs = (panel.design(stand_in, score.TERMS), simplest(panel, stand_in))
    every = np.ones(len(panel.year), bool)
    for name, (onset, going) in kinds.items():
        for rule, y, use in (
            ("a dispute begins; all pair-years", onset, every),
            ("a dispute begins; without years in which only an old one goes on", onset, onset | ~going),
            ("a dispute goes on", going, every),
        ):
            known, later, cells = use & (panel.year <= SPLIT), use & (panel.year > SPLIT), []
            for x in designs:
                p = equations.hazard(x[later] @ newton(x[known], y[known].astype(float)))
                s = score.scores(y[later].astype(float), p)
                cells += [f"{s['auc']:.4f}", f"{s['ap']:.3f}"]
            rows.append((name, rule, int(y[later].sum()), *cells))
    head = ("record", "forecast", "cases", "model AUC", "model AP", "plain AUC", "plain AP")
    return table(head, rows)


def peacesciencer(panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """Onset and ongoing of each row by the file of the R package (one dispute for each pair-year)."""
    import pyreadr

    from detente.data.source import raw_folder
    from detente.data.states import from_cow

    codes, place = from_cow(), panel.who.place
    at = {key: k for k, key in enumerate(zip(panel.year, panel.a, panel.b, strict=True))}
    onset, going = np.zeros((2, len(panel.year)), dtype=bool)
    (rows,) = pyreadr.read_r(str(raw_folder() / "peacesciencer" / "cow_mid_ddydisps.rda")).values()
    for one, two, year, on in rows[["ccode1", "ccode2", "year", "cowmidonset"]].itertuples(index=False):
        if year >= 1946 and int(one) in codes and int(two) in codes:
            k = at.get((int(year), *sorted(place[codes[int(c)]] for c in (one, two))))
            if k is not None:
                onset[k] |= on > 0
                going[k] = True
    return onset, going


def challenger(panel: Panel, settings: dict[str, Any] | None = None) -> np.ndarray:
    """Chances of 1996-2014 by a boosted tree on the same covariates; settings chosen on 1981-1995."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    known, later = panel.take(panel.year <= SPLIT), panel.take(panel.year > SPLIT)
    stand_in = known.stand_in()
    tree = HistGradientBoostingClassifier(
        max_iter=200, learning_rate=0.03, max_leaf_nodes=8, min_samples_leaf=500, l2_regularization=50,
        early_stopping=False, random_state=1, **(settings or {}),
    )  # fmt: skip
    tree.fit(known.design(stand_in, score.TERMS)[:, 1:], known.outcome["onset"])
    return tree.predict_proba(later.design(stand_in, score.TERMS)[:, 1:])[:, 1]


def reliability(panel: Panel) -> str:
    """Forecast and actual onsets by decile, and by hundredth within the highest decile, in several spans."""
    spans = [(1970, 1980), (1980, 1990), (1985, SPLIT), (SPLIT, LAST)]
    casts = [score.forecasts(panel, *span) for span in spans]
    pairs = [(c.onset, c.chance["model"]) for c in casts]
    refitted = [score.forecasts(panel, o, min(o + 5, LAST)) for o in range(SPLIT, LAST, 5)]
    pairs.append(
        tuple(np.concatenate(c) for c in zip(*((c.onset, c.chance["model"]) for c in refitted), strict=True))
    )
    rows = [(f"decile {k + 1}", *(gap(score.reliability(y, p)[k]) for y, p in pairs)) for k in range(10)] + [
        (f"highest decile, tenth {k + 1}", *(gap(score.reliability(y, p, 100)[90 + k]) for y, p in pairs))
        for k in range(10)
    ]
    named = [f"{a + 1}-{b}" for a, b in spans]
    return table(("pairs by chance", *named, f"{named[-1]}, refitted every five years"), rows)


def calibrated(panel: Panel) -> str:
    """Deciles of 1996-2014 after a calibration learnt out of fold before 1996."""
    from sklearn.isotonic import IsotonicRegression

    past = [score.forecasts(panel, o, o + 5) for o in range(1970, SPLIT, 5)]
    y0, p0 = (np.concatenate(c) for c in ([c.onset for c in past], [c.chance["model"] for c in past]))
    cast = score.forecasts(panel, SPLIT, LAST)
    y, p = cast.onset, cast.chance["model"]

    def spline(v: np.ndarray) -> np.ndarray:
        odds = np.log(v / (1 - v))
        return np.column_stack([np.ones(len(v)), odds, np.maximum(odds + 7, 0), np.maximum(odds + 5, 0)])

    steps = IsotonicRegression(out_of_bounds="clip", y_min=1e-6).fit(p0, y0).predict(p).clip(1e-6, 0.99)
    smooth = equations.hazard(spline(p) @ newton(spline(p0), y0))
    order = np.array_split(np.argsort(p, kind="stable"), 10)
    rows = []
    for name, v in (("as it is", p), ("isotonic", steps), ("spline of the log-odds", smooth)):
        cells = (gap({"forecast": v[r].sum(), "actual": y[r].sum()}) for r in order[5:])
        rows.append((name, *cells, f"{score.log_score(y, v):.5f}"))
    return table(("calibration", *(f"decile {k}" for k in range(6, 11)), "log score"), rows)


def gap(r: dict[str, float]) -> str:
    """Forecast and actual count, and the relative gap unless the count is below five."""
    counts = f"{r['forecast']:.0f} / {int(r['actual'])}"
    return f"{counts} ({r['forecast'] / r['actual'] - 1:+.0%})" if r["actual"] >= 5 else counts


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
    fatal, war = told(vintages[2014]["fatal"]), told(vintages[2014]["war_shield"])
    war = {k: v for k, v in war.items() if k not in ("one_armed", "two_nuclear")}
    columns = (old, new, fatal, war)
    terms = (*equations.TERMS, "deadly", "armed_bare", "armed_met")
    rows = [(t.replace("_", " "), *(c.get(t, "") for c in columns)) for t in terms]
    return table(
        ("term", "dispute, to 1995", "dispute, to 2014", "fatal, given a dispute", "war, given a fatal one"),
        rows,
    )


def nuclear(vintages: dict[int, Any]) -> str:
    """What nuclear arms do to war given a fatal dispute, to who enters and to allies' word: mean (error)."""
    shown = {
        "war, shield": ("war_shield", ("armed_bare", "armed_met")),
        "war, armed": ("war_armed", ("one_armed", "two_nuclear")),
        "entering": ("enter", (*equations.ENTER, "log_spread")),
    }
    years, rows = (1990, 1995, 2005, 2014, 2024), []
    for where, (key, terms) in shown.items():
        for term in terms:
            cells = []
            for year in years:
                j = vintages[year][key]["joint"]
                k = j["names"].index(term)
                cells.append(f"{j['mean'][k]:+.2f} ({j['covariance'][k][k] ** 0.5:.2f})")
            rows.append((where, term.replace("_", " "), *cells))
    told = [vintages[year]["honour_armed"]["normal"] for year in years]
    rows.append(("allies' word", "foe armed", *(f"{n['mean']:+.2f} ({n['sd']:.2f})" for n in told)))
    return table(("where", "term", *(f"to {year}" for year in years)), rows)


def escalation(panel: Panel) -> str:
    """Second stage: fitted to a year, log score after it, against the base rate; entrants left out throughout."""
    rows = []
    for cut in (1980, SPLIT):
        known, later = panel.take(panel.year <= cut), panel.take(panel.year > cut)
        stand_in = known.stand_in()
        beta = newton(known.design(stand_in), known.outcome["onset"])
        chance = [equations.hazard(p.design(stand_in) @ beta) for p in (known, later)]
        told = fit.escalation(known, stand_in, chance[0], cut)
        before, since = stages(known, chance[0]), after(panel, np.concatenate(chance), cut)
        for name, terms in equations.STAGES.items():
            (seen, once), (at, y) = before[name], since[name]
            z = y[at].astype(float)
            base = np.full(len(z), float(once[seen].mean()))
            for kind in [name] if name == "fatal" else [f"war_{t}" for t in equations.NUCLEAR_THEORIES]:
                weights = bridge.mean(told[kind])
                weights[0] += bridge.drift_of(told, f"{kind}_drift")
                p = equations.hazard(later.take(at).design(stand_in, terms) @ weights)
                scores = (f"{score.log_score(z, v):.3f}" for v in (p, base))
                named = kind.replace("_", ", ")
                rows.append((f"after {cut}", named, int(at.sum()), f"{p.sum():.0f}", int(z.sum()), *scores))
    return table(("", "", "cases", "forecast", "actual", "log score", "base rate's"), rows)


def stages(panel: Panel, chance: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Rows of each stage (entrants of wars left out), and in which of all rows it happened."""
    return fit.stages(panel, entry.wars(panel, chance))


def after(panel: Panel, chance: np.ndarray, cut: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The same of the years after ``cut``."""
    late = panel.year > cut
    return {k: (rows[late], y[late]) for k, (rows, y) in stages(panel, chance).items()}


def replays(tables: dict[str, Any]) -> str:
    """Events a year after four origins, from the year before and (where a world can start) simulated whole."""
    rows = []
    for origin, until in ((1979, 1989), (1989, 1999), (1999, 2014), (2009, 2014)):
        ours = {"year by year": replay_conflict.year_by_year(tables, origin, until, 100)}
        if origin >= 1999:
            ours["whole run"] = replay_conflict.replayed(origin, until, 20)
        for how, found in ours.items():
            for r in replay_conflict.beside(found, replay_conflict.recorded(origin, until)):
                span = f"{r['ours']:.2f} [{r['low']:.2f}, {r['high']:.2f}]"
                event = str(r["event"]).replace("_", " ")
                rows.append((f"{origin + 1}-{until}", how, event, span, f"{r['record']:.2f}"))
    return table(("years", "how", "event", "a year, ours [5 to 95 %]", "record"), rows)


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
                for k in ("drift", "fatal_drift", "war_shield_drift")
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
    told = fit.escalation(whole, stand_in, chance, 2000)["fatal"]
    deadly = chance * equations.hazard(whole.design(stand_in, equations.FATAL) @ bridge.mean(told))
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
            "outcomes": outcomes(panel),
            "reliability": reliability(panel),
            "calibrated": calibrated(panel),
            "rolling": rolling(panel),
            "coefficients": coefficients(vintages),
            "nuclear": nuclear(vintages),
            "escalation": escalation(panel),
            "replays": replays(tables),
            "measures": measures(tables, vintages),
            "wars": wars_end(vintages),
            "spending": spending(tables, panel),
        }
    )


if __name__ == "__main__":
    main()
