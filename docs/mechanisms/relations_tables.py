"""Write the tables of relations.md, between their marks: ``python docs/mechanisms/relations_tables.py``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from detente.data import bundle
from detente.mechanisms import relations
from detente.mechanisms.relations import effort, equations, record, score
from detente.mechanisms.relations.fit import TABLES
from detente.mechanisms.relations.panel import Panel, dyad_years

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
        fit = newest[name]["joint"]
        errors = np.sqrt(np.diag(np.array(fit["covariance"])))
        said[name] = {
            n: f"{m:.2f} ({e:.2f})" for n, m, e in zip(fit["names"], fit["mean"], errors, strict=True)
        }
    rows = ([covariate, *(said[n].get(covariate, "") for n in names)] for covariate in equations.COVARIATES)
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
        fit = vintages[year][equation]["joint"]
        return float(fit["mean"][fit["names"].index(name)])

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
                m, s, k = (methods[x] for x in ("model", "persistence", "markov"))
                for what in ("rps", "brier_fall", "brier_climb"):
                    best = min((m[what], "model"), (s[what], "persistence"), (k[what], "Markov"))[1]
                    rows.append([origin, ahead, group, what, *(f"{x[what]:.5f}" for x in (m, s, k)), best])
                falls, climbs = (f"{m[x]} ({m[x + '_forecast']:.0f})" for x in ("falls", "climbs"))
                rows.append(
                    [origin, ahead, group, "falls, climbs (forecast)", f"{falls}, {climbs}", "", "", ""]
                )
    return table(["data to", "years ahead", "pairs", "score", "model", "persistence", "Markov", "best"], rows)


def later(tables: Mapping[str, Any]) -> str:
    """Levels in 2020 foretold from 1990."""
    said = score.levels_later(tables)
    return table(
        ["level", *said], ([level, *(f"{said[m][level]:.0f}" for m in said)] for level in equations.GRID)
    )


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
    parts = {
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
