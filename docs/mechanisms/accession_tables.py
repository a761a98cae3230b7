"""Write the tables of accession.md, between their marks: ``python docs/mechanisms/accession_tables.py``.

With ``--every-bid`` also the replay that leaves out one bid at a time (some minutes).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from detente.judge.fitting import _table
from detente.mechanisms import accession
from detente.mechanisms.accession import fit, holdouts, score

HERE = Path(__file__).parent
ORIGINS = (1990, 1995, 2000, 2005, 2010, 2014, 2018)


def table(head: tuple[str, ...], rows: list[tuple]) -> str:
    """A Markdown table; floats with three significant digits."""
    cells = [
        head,
        ("---",) * len(head),
        *([f"{x:.3g}" if isinstance(x, float) else str(x) for x in r] for r in rows),
    ]
    return "\n".join("| " + " | ".join(c) + " |" for c in cells)


def estimates() -> str:
    """Effects on votes and readiness, both blocs."""
    held = {q.name.partition(".")[2]: q.prior.joint for q in accession.mechanism().parameters if q.width > 1}
    rows = []
    for k, name in enumerate(held["nato_beta"].names):
        row = [name.replace("_", " ")]
        for b in ("nato", "eu"):
            j = held[f"{b}_beta"]
            row.append(f"{j.mean[k]:+.2f} ± {j.covariance[k][k] ** 0.5:.2f}")
        rows.append(tuple(row))
    return table(("log-odds per standard deviation", "NATO", "EU"), rows)


def bargaining(data: dict) -> str:
    """Rates at which known holdouts give in."""
    rows = []
    for words, negotiable in (("something that can be given", True), ("something that cannot", False)):
        s = holdouts.conversion(data["holdouts"], negotiable, 2024)
        rows.append((words, s.trials, s.hits, f"{s.mean:.3f} ± {s.sd:.3f}"))
    return table(("asked for", "holdout-years", "gave in", "rate a year"), rows)


def replay(data: dict) -> str:
    """Rolling origins, pooled."""
    rows = []
    for bloc, found in data["panels"].items():
        for origin in ORIGINS:
            told = score.rolling(found.cases, data["holdouts"], origin, 5)
            if told:
                s = {m: score.scores(told, m) for m in ("model", "base rate", "persistence")}
                rows.append(
                    (bloc, origin, s["model"]["n"], int(s["model"]["actual"]))
                    + tuple(s[m][k] for k in ("log", "brier") for m in s)
                )
    head = ("bloc", "origin", "candidate-years", "consents", "log: ours", "base", "still")
    return table((*head, "Brier: ours", "base", "still"), rows)


def every_bid(data: dict) -> str:
    """One bid left out at a time."""
    rows = []
    for bloc, found in data["panels"].items():
        told = score.leave_one_out(found.cases, data["holdouts"], 2024)
        for m in ("model", "base rate", "persistence"):
            s = score.scores(told, m)
            rows.append((bloc, m, s["log"], s["brier"], s["forecast"], s["actual"], s["n"]))
    return table(("bloc", "method", "log", "Brier", "consents forecast", "actual", "candidate-years"), rows)


def main() -> None:
    """Rewrite the marked parts of accession.md."""
    data = fit.record(_table)
    parts = {"estimates": estimates(), "bargaining": bargaining(data), "replay": replay(data)}
    if "--every-bid" in sys.argv:
        parts["every-bid"] = every_bid(data)
    page = HERE / "accession.md"
    text = page.read_text(encoding="utf-8")
    for name, body in parts.items():
        text = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
            lambda m, b=body: m[1] + b + "\n" + m[2],
            text,
            flags=re.S,
        )
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
