"""Write the tables of relations.md, between their marks: ``python docs/mechanisms/relations_tables.py``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from detente.data import bundle
from detente.mechanisms import relations
from detente.mechanisms.relations import effort, equations, fit, ladder, record, score
from detente.mechanisms.relations.fit import TABLES
from detente.mechanisms.relations.panel import Panel, dyad_years, members

ERAS = {
    "1947-69": (1947, 1969),
    "1970-88": (1970, 1988),
    "1989-99": (1989, 1999),
    "2000-20": (2000, 2020),
}


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A Markdown table; floats with three significant digits."""

    def cell(x: Any) -> str:
        return f"{x:.3g}" if isinstance(x, float) else str(x)

    head = list(head)
    lines = [head, ["---"] * len(head), *([cell(x) for x in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def coefficients(vintages: Mapping[int, Any]) -> str:
    """Mean (standard error) of each hazard's coefficients in the newest vintage."""
    newest = vintages[max(vintages)]
    names = [*equations.EQUATIONS, "climb_rivalry_completed"]
    said: dict[str, dict[str, str]] = {}
    for name in names:
        found = newest[name]["joint"]
        errors = np.sqrt(np.diag(np.array(found["covariance"])))
        said[name] = {
            n: f"{m:.2f} ({e:.2f})" for n, m, e in zip(found["names"], found["mean"], errors, strict=True)
        }
    shown = [c for c in equations.COVARIATES if any(c in of for of in said.values())]
    rows = ([covariate, *(said[n].get(covariate, "") for n in names)] for covariate in shown)
    return table(["covariate", *names], rows)


def stability(vintages: Mapping[int, Any]) -> str:
    """Selected coefficients by vintage."""
    chosen = (
        ("fall", "ideal_distance"),
        ("fall", "joint_democracy"),
        ("fall", "reach"),
        ("climb_rivalry", "joint_democracy"),
        ("climb_rivalry_completed", "log_years"),
        ("climb_peace", "ideal_distance"),
        ("climb_peace", "joint_democracy"),
        ("climb_peace", "defence_pact"),
    )

    def value(year: int, equation: str, name: str) -> float:
        found = vintages[year][equation]["joint"]
        return float(found["mean"][found["names"].index(name)])

    rows = ([year, *(f"{value(year, e, n):.2f}" for e, n in chosen)] for year in sorted(vintages))
    return table(["data to", *(f"{e}: {n}" for e, n in chosen)], rows)


def moves(panel: Panel) -> str:
    """Pair-years and moves by standing, and yearly rates."""
    standing = panel.covariates[:, : len(equations.STATUS)].argmax(axis=1)
    rows = []
    for k, name in enumerate(equations.STATUS):
        own = standing == k
        falls, climbs = (int((f(panel.next, panel.level) & own).sum()) for f in (np.less, np.greater))
        n = int(own.sum())
        rows.append([name, n, falls, f"{100 * falls / n:.3f} %", climbs, f"{100 * climbs / n:.3f} %"])
    return table(["standing", "pair-years", "falls", "a year", "climbs", "a year"], rows)


def eras(panel: Panel, estimates: Mapping[str, Any]) -> str:
    """Moves seen and expected from the newest estimates, by era: what period dummies would say."""
    fall, climb = effort.expected(panel, estimates)
    rivals = panel.level < 0.5
    down, up = panel.next < panel.level, panel.next > panel.level
    rows = []
    for name, (first, last) in ERAS.items():
        own = (panel.year >= first) & (panel.year <= last)
        kinds = ((down, fall, own), (up, climb, own & rivals), (up, climb, own & ~rivals))
        rows.append([name, *(f"{int(seen[at].sum())} ({due[at].sum():.0f})" for seen, due, at in kinds)])
    return table(["years", "falls (expected)", "climbs out of rivalry", "climbs from peace"], rows)


def track(tables: Mapping[str, Any]) -> str:
    """Out-of-time scores, coded pairs and all pairs."""
    rows = []
    for origin, horizons in score.score(tables).items():
        for ahead, groups in horizons.items():
            for group, methods in groups.items():
                m, t, s, k = (methods[x] for x in ("model", "told", "persistence", "markov"))
                for what in ("rps", "brier_fall", "brier_climb"):
                    best = min((m[what], "model"), (s[what], "persistence"), (k[what], "Markov"))[1]
                    rows.append([origin, ahead, group, what, *(f"{x[what]:.5f}" for x in (m, t, s, k)), best])
                falls, climbs = (
                    f"{m[x]} ({m[x + '_forecast']:.0f}; told {t[x + '_forecast']:.0f})"
                    for x in ("falls", "climbs")
                )
                rows.append(
                    [origin, ahead, group, "falls, climbs (forecast)", f"{falls}, {climbs}", "", "", "", ""]
                )
    return table(
        ["data to", "years ahead", "pairs", "score", "model", "told", "persistence", "Markov", "best"], rows
    )


def later(tables: Mapping[str, Any]) -> str:
    """Levels in 2020 foretold from 1990."""
    said = score.levels_later(tables)
    return table(
        ["level", *said], ([level, *(f"{said[m][level]:.0f}" for m in said)] for level in equations.GRID)
    )


def years(tables: Mapping[str, Any], vintages: Mapping[int, Any]) -> str:
    """Coverage of yearly counts with and without the luck of the year."""
    rows = []
    for name, kinds in score.year_counts(tables, vintages).items():
        alone, season = kinds["alone"], kinds["season"]
        total = f"{alone['seen']:.0f} ({alone['expected']:.0f})"
        cells = [f"{100 * k['inside']:.0f} % ({k['width']:.1f})" for k in (alone, season)]
        rows.append([name, alone["years"], total, *cells])
    return table(["hazard", "years", "moves (expected)", "pairs alone", "with the luck of the year"], rows)


SPANS = ((1974, 1984), (1984, 1994), (1994, 2020))


def tried(tables: Mapping[str, Any], panels: Mapping[str, Panel]) -> str:
    """One covariate more: log score gained after fitting to the years before, and the coefficient."""
    exposures = {d: exposure(tables, p) for d, p in panels.items()}
    chosen = (
        ("begun", "fall", "upheaval"),
        ("begun", "fall", "claim"),
        ("begun", "climb_rivalry", "claim"),
        ("completed", "climb_rivalry", "claim"),
        ("begun", "climb_peace", "claim"),
        ("begun", "fall", "both in EU"),
        ("begun", "fall", "both in NATO"),
        ("begun", "climb_peace", "both in EU"),
        ("begun", "climb_peace", "both in NATO"),
        ("begun", "climb_peace", "entered NATO"),
    )
    rows = []
    for dated, name, what in chosen:
        x = exposures[dated][what].astype(float)
        said = f"{name}_completed" if dated == "completed" else name
        rows.append([said, what, *gains(panels[dated], name, x, drop=what == "upheaval")])
    head = ["hazard", "covariate", "log-odds (error)", *(f"{a + 1}–{b % 100:02d}" for a, b in SPANS)]
    return table(head, rows)


def gains(panel: Panel, name: str, exposure: np.ndarray, *, drop: bool) -> list[str]:
    """The coefficient on all years, and the log score gained in each span with its 90 % half-width."""
    rows, moved, columns = fit.at_risk(panel, name)
    base = panel.covariates[rows][:, [c for c in columns if not drop or c != columns[-1]]]
    more = np.column_stack([base, exposure[rows]])
    year = panel.year[rows]
    pair = panel.a[rows].astype(np.int64) * 10_000 + panel.b[rows]
    standings = len(equations.EQUATIONS[name])
    mean, covariance = fit.logit(more, moved, standings, (pair, year))
    cells = [f"{mean[-1]:+.2f} ({covariance[-1, -1] ** 0.5:.2f})"]
    for cut, last in SPANS:
        old, new = year <= cut, (year > cut) & (year <= last)
        score_of = []
        for x in (base, more):
            odds = x[new] @ fit.logit(x[old], moved[old], standings, (pair[old], year[old]))[0]
            score_of.append(moved[new] * odds - np.logaddexp(0, odds))
        gain = np.bincount(year[new] - cut - 1, score_of[1] - score_of[0])
        cells.append(f"{gain.sum():+.1f} ± {1.645 * gain.std() * len(gain) ** 0.5:.1f}")
    return cells


def exposure(tables: Mapping[str, Any], panel: Panel) -> dict[str, np.ndarray]:
    """Candidates of :func:`tried`, as known at the end of the year before (entries: of the year itself)."""
    out = {"upheaval": panel.covariates[:, equations.COVARIATES.index("upheaval")]}
    claims = bundle.table("territorial_claims").select("claimant", "holder", "first", "last", "seen")
    stand = [
        (a, b, y)
        for a, b, first, last, seen in claims.iter_rows()
        for y in range(max(first, 1946), (last if last else 2021 if seen >= 2017 else seen + 1))
    ]
    out["claim"] = ladder.exposed(panel, stand, -1, -1)
    span = range(1946, 2021)
    for bloc in ("EU", "NATO"):
        member = members(tables["blocs"], panel.states, span, bloc)
        both = [
            member[t, panel.a] * member[t, panel.b] > 0
            for t in (panel.year - 1 - span[0], panel.year - span[0])
        ]
        out |= {f"both in {bloc}": both[0], f"entered {bloc}": both[1] & ~both[0]}
    return out


def observed(tables: Mapping[str, Any]) -> str:
    """Computations on the record, for the claims."""
    peace = tables["peace"]
    warm, late = record.years_to_warm_peace(peace), record.years_to_warm_peace(peace, since=1946)
    relapse = ", ".join(f"{100 * x:.1f} %" for x in record.relapse_rates(peace).values())
    below, broken = record.relapses_below(peace), record.broken_friendships(peace)
    reach = record.share_reaching(peace)
    low, mid, high = np.quantile(warm, (0.25, 0.5, 0.75))
    rows = [
        ["pairs that got from rivalry to warm peace", len(warm), "58"],
        [
            "... years, from last year of rivalry: median (quartiles)",
            f"{mid:.0f} ({low:.0f}-{high:.0f})",
            "17",
        ],
        ["... of rivalries that ended since 1946: pairs, median", f"{len(late)}, {np.median(late):.0f}", ""],
        [
            "left rivalry, watched 20 years: warm within 20 years",
            f"{reach['reached']} of {reach['pairs']}",
            "",
        ],
        ["relapsed within 5, 10, 20 years (Kaplan-Meier)", relapse, "1, 3, 17 %"],
        [
            "relapses that went lower than the rivalry left",
            f"{below['lower']} of {below['relapses']}",
            "18 of 61",
        ],
        ["falls from warm peace or better", f"{broken['falls']} in {broken['years']} years", ""],
        [
            "... earlier level known; ended below it",
            f"{broken['came_from_below']}; {broken['ended_below']}",
            "",
        ],
        [
            "... in rivalry within 20 years; warm again",
            f"{broken['rivals_within']}; {broken['back_within']}",
            "",
        ],
    ]
    for era, x in record.rivalry_endings(peace, {"1900-45": (1900, 1945)} | ERAS).items():
        rows.append([f"rivalries ended {era}: number, a year", f"{x['ended']}, {100 * x['rate']:.1f} %", ""])
    for level, x in record.mean_years(peace).items():
        rows.append([f"level {level}: pair-years per move out", f"{x['implied']:.0f}", ""])
    return table(["on the record (peace scale 3.1, 1900-2020)", "ours", "quick count"], rows)


def efforts(panel: Panel, estimates: Mapping[str, Any]) -> str:
    """Moves during deliberate efforts against the model's expectation."""
    listed = effort.cases()
    groups = {"all": listed, "most determined": [c for c in listed if c.get("most_determined")]}
    rows = []
    for name, chosen in groups.items():
        for kind, climbing in (("climbs", True), ("falls", False)):
            x = effort.faster_than_expected(panel, estimates, chosen, climbing=climbing)
            ratio = f"{x['log_ratio']:.2f} ({x['error']:.2f})"
            rows.append([name, x["efforts"], kind, int(x["seen"]), f"{x['expected']:.1f}", ratio])
    return table(["efforts", "number", "moves", "seen", "expected", "log ratio (error)"], rows)


def fill(text: str, parts: Mapping[str, str]) -> str:
    """The document with each ``<!-- name -->`` … ``<!-- end -->`` block replaced."""
    for name, part in parts.items():
        block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text = block.sub(lambda m, part=part: f"{m[1]}\n{part}\n\n{m[2]}", text)
    return text


def write(file: Path) -> None:
    """Refresh the tables of ``file``."""
    import yaml

    tables = {name: bundle.table(name) for name in TABLES}
    stored = (Path(relations.__file__).parent / "estimates.yaml").read_text(encoding="utf-8")
    vintages = yaml.load(stored, yaml.CSafeLoader)["vintages"]
    newest = vintages[max(vintages)]
    panel = dyad_years(tables, first=1947, until=max(vintages), memory_years=score.MEMORY_YEARS)
    late = dyad_years(
        tables, first=1947, until=max(vintages), memory_years=score.MEMORY_YEARS, dated="completed"
    )
    parts = {
        "years": years(tables, vintages),
        "tried": tried(tables, {"begun": panel, "completed": late}),
        "coefficients": coefficients(vintages),
        "stability": stability(vintages),
        "moves": moves(panel),
        "eras": eras(panel, newest),
        "efforts": efforts(panel, newest),
        "record": observed(tables),
        "later": later(tables),
        "track": track(tables),
    }
    file.write_text(fill(file.read_text(encoding="utf-8"), parts), encoding="utf-8")


if __name__ == "__main__":
    write(Path(__file__).with_name("relations.md"))
