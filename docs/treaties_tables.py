"""Write the tables of docs/treaties.md from the treaties themselves: ``python docs/treaties_tables.py``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from detente.treaties.checks import shipped
from detente.treaties.places import gazetteer
from detente.treaties.treaty import Treaty

PAGE = Path(__file__).with_name("treaties.md")


def rows(treaty: Treaty) -> str:
    """One line of the table of treaties."""
    end = treaty.ended.isoformat() if treaty.ended else "–"
    states = dict.fromkeys(p.state for p in treaty.parties)
    parties = "every state" if treaty.universal else str(len(states))
    duties = ", ".join(
        dict.fromkeys(
            f"{a.article} {a.strength.replace('_', ' ')}" for a in treaty.articles if a.kind == "assist"
        )
    )
    others = ", ".join(dict.fromkeys(a.kind for a in treaty.articles if a.kind != "assist"))
    atop = " ".join(str(n) for n in treaty.atop) or "–"
    soft = "" if treaty.binding else " (political)"
    cells = (treaty.short + soft, treaty.in_force, end, parties, duties or "–", others or "–", atop)
    return f"| {' | '.join(map(str, cells))} |"


def doubts() -> Iterator[str]:
    """What each file notes as doubtful."""
    for treaty in shipped():
        for doubt in treaty.doubts:
            yield f"- **{treaty.short}.** {doubt}"


def tables() -> dict[str, str]:
    """Text for each marked part of the page."""
    columns = ("treaty", "in force", "ended", "states ever party", "duties to assist", "other duties", "ATOP")
    head = f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
    sites = gazetteer().sites
    names = sum(len((s.name, *s.also)) for s in sites)
    known = f"the gazetteer knows {len(sites)} places by {names} names"
    count = f"{len(shipped())} treaties are written out; {known}."
    return {
        "count": count,
        "treaties": "\n".join([head, *map(rows, shipped())]),
        "doubts": "\n".join(doubts()),
    }


def filled(text: str) -> str:
    """The page with every marked part replaced."""
    for name, table in tables().items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- end -->)"
        text = re.sub(pattern, lambda m, t=table: f"{m[1]}{t}\n{m[2]}", text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
