"""Write the tables of ladder.md, between their marks: ``python docs/mechanisms/ladder_tables.py`` (minutes)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import exp
from pathlib import Path
from typing import Any

from detente.data import bundle
from detente.mechanisms.relations import ladder
from detente.mechanisms.relations.fit import TABLES
from detente.mechanisms.relations.panel import dyad_years
from detente.mechanisms.vocabulary_relations import efforts

NEEDED = (*TABLES, "steps", "event_warmth", "territorial_disputes", "disputes", "territories")


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *([str(x) for x in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def row(a: ladder.Association) -> list[str]:
    """One association, its hazard ratio and what it rests on."""
    low, high = a.interval
    ratio = f"{exp(a.log_odds):.2f} ({exp(low):.2f}–{exp(high):.2f})"
    named = a.exposure.replace("_", " ")
    return [named, a.move, f"{a.log_odds:+.2f} ({a.error:.2f})", ratio, f"{a.exposed:,}", str(a.moves)]


HEAD = ("after", "move in the year", "log-odds (error)", "odds ratio, 90 %", "pair-years", "moves")


def tables_now() -> dict[str, str]:
    """Every table of the page by the name of its mark."""
    held = {name: bundle.table(name) for name in NEEDED}
    panel = dyad_years(held, until=2020, memory_years=10.0)
    steps = [row(a) for found in ladder.ladder(panel, held).values() for a in found]
    warm = []
    for kind in ("agreement", "sector_agreement", "exercise", "visit"):
        w = ladder.warmth(held["event_warmth"], ladder.events_of(held["steps"], kind))
        warm.append([kind.replace("_", " "), f"{w['effect']:+.2f} ({w['error']:.2f})", f"{w['pairs']:.0f}"])
    used = [
        [k.replace("_", " "), f"{v['effort']:.2f}", v["basis"], v.get("source", ""), v["why"].strip()]
        for k, v in efforts().items()
    ]
    return {
        "steps": table(HEAD, steps),
        "warmth": table(
            ("step", "change of log(friendly / hostile events), error", "pairs that change"), warm
        ),
        "land": table(HEAD, [row(a) for a in ladder.quarrel(panel, held)]),
        "used": table(("step", "adds to effort", "basis", "source", "why"), used),
    }


def main() -> None:
    """Replace what stands between the marks of ladder.md."""
    page = Path(__file__).with_name("ladder.md")
    text = page.read_text(encoding="utf-8")
    for name, body in tables_now().items():
        mark = f"<!-- {name} -->"
        text = re.sub(f"{mark}.*?{mark}", lambda _, b=body, m=mark: f"{m}\n{b}\n{m}", text, flags=re.DOTALL)
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
