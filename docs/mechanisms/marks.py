"""Tables of these pages stand between two marks each; scripts replace what is between them and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

HERE = Path(__file__).parent


def put(page: str, name: str, lines: Sequence[str]) -> None:
    """Replace what stands between ``<!-- name begin -->`` and ``<!-- name end -->`` of a page beside this file.

    Raises SystemExit if the page has no such marks, or has them twice.
    """
    path, body = HERE / page, "\n".join(lines)
    text, count = re.subn(
        rf"(<!-- {name} begin -->).*?(<!-- {name} end -->)",
        lambda m: f"{m[1]}\n{body}\n{m[2]}",
        path.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    if count != 1:
        raise SystemExit(f"{page} has no marks '{name}', or has them twice")
    path.write_text(text, encoding="utf-8")


def rows(header: Iterable[str], body: Iterable[Iterable[str]]) -> list[str]:
    """The lines of a Markdown table: first column to the left, all others to the right."""
    head = list(header)
    marks = ["---", *["--:"] * (len(head) - 1)]
    return ["| " + " | ".join(r) + " |" for r in (head, marks, *body)]
