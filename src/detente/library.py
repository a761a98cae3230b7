"""Where the scenarios and claims that ship with the package lie."""

from __future__ import annotations

import re
from pathlib import Path

from detente.model.errors import DetenteError, Problem, nearest

_INSTALLED = Path(__file__).parent / "library_files"
_CHECKOUT = Path(__file__).resolve().parents[2]


def shipped(kind: str) -> Path:
    """Folder of the shipped ``scenarios`` or ``claims``: in the wheel, or in a checkout."""
    for folder in (_INSTALLED / kind, _CHECKOUT / kind):
        if folder.is_dir():
            return folder
    raise DetenteError(
        Problem(kind, "the files that ship with detente are missing", "install the package again")
    )


def find_scenario(name: str) -> Path:
    """A scenario file by path, or a shipped one by its id.

    Raises
    ------
    DetenteError : neither a file nor a shipped scenario, with the nearest one.
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        return path
    ids = {p.stem: p for p in sorted(shipped("scenarios").glob("*.yaml"))}
    if name not in ids and path.exists():
        return path  # a folder, say; whoever reads it says so
    if name not in ids:
        raise DetenteError(Problem(name, "is neither a file nor a scenario that ships", nearest(name, ids)))
    return ids[name]


TEMPLATE = """\
id: {id}
title: What happens if …
premise: >
  One or two sentences: who does what, when.

interventions:
  # Words: rapprochement, war_ends, breach, lift_sanctions, impose_sanctions, trade_opening, pact,
  # leave_pact, realignment, reform, spending_pledge, opec_breaks, oil_price_cap,
  # visa_waiver. Primitives: do: set | shift | scale | param.
  # States are three-letter codes; groups are bloc:NATO, bloc:EU, …; -HUN takes Hungary out.
  - use: rapprochement
    between: [GRC, TUR]
    start: 2027
    ramp: 3
    level: 0.5
    why: why this move belongs to the premise

watch:            # pairs whose own values are kept
  - [GRC, TUR]
"""


def _as_id(stem: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:64].rstrip("-") or "my-scenario"


def write_template(path: Path) -> Path:
    """Write a scenario template; an existing file is never touched."""
    if path.exists():
        raise DetenteError(Problem(str(path), "exists already", "name a new file"))
    if not path.parent.is_dir():
        raise DetenteError(Problem(str(path.parent), "no such folder", "make it first"))
    path.write_text(TEMPLATE.format(id=_as_id(path.stem)), encoding="utf-8")
    return path
