"""Write the tables of alliances.md, between their marks: ``python docs/mechanisms/alliances_tables.py``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from detente.data.bundle import table as bundled
from detente.mechanisms import alliances
from detente.mechanisms.alliances import equations as eq
from detente.mechanisms.alliances import fit, score
from detente.mechanisms.alliances.record import LAST, record

HERE = Path(__file__).parent
ESTIMATES = Path(alliances.__file__).parent / "estimates.yaml"


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A Markdown table; floats with three significant digits."""
    cells = [[f"{x:.3g}" if isinstance(x, float) else str(x) for x in row] for row in rows]
    head = list(head)
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *cells))


def newest() -> dict[str, Any]:
    """The newest vintage."""
    vintages: dict[int, dict[str, Any]] = yaml.safe_load(ESTIMATES.read_text(encoding="utf-8"))["vintages"]
    return vintages[max(vintages)]


def _coefficients(*names: str) -> str:
    found = newest()
    terms = list(dict.fromkeys(t for n in names for t in found[n]["joint"]["names"]))
    rows = []
    for term in terms:
        row: list[Any] = [term]
        for name in names:
            j = found[name]["joint"]
            if term in j["names"]:
                k = j["names"].index(term)
                row.append(f"{j['mean'][k]:.2f} ({np.sqrt(j['covariance'][k][k]):.2f})")
            else:
                row.append("")
        rows.append(row)
    return table(("term", *names), rows)


def pairs() -> str:
    """Treaties of two: made and ended."""
    return _coefficients("made", "ended")


def bodies() -> str:
    """Treaties of many: members that leave, and the end."""
    return _coefficients("leaves", "dissolved")


def drifts() -> str:
    """What multiplies the odds of late, and the records of NATO and the CSTO."""
    return table(
        ("parameter", "mean", "standard error"),
        [(k, v["normal"]["mean"], v["normal"]["sd"]) for k, v in newest().items() if "normal" in v],
    )


def scores() -> str:
    """Out-of-time scores, per thousand rows."""
    rows = score.track_record(bundled, (1990, 1995, 2000, 2005, 2010))
    keys = ("n", "events", "forecast", "log_ours", "log_base", "brier_ours", "brier_none")
    return table(
        ("estimated to", "kind", *keys), [(r["origin"], r["kind"], *(r[k] for k in keys)) for r in rows]
    )


def bound_by_luck() -> str:
    """Share of pair-years without a new state whose fitted chance of making a pact exceeds the bound."""
    known = record(bundled, LAST)
    panel = fit.pair_panel(known, LAST)
    x = fit.filled(panel["x"], fit.stand_ins(panel["x"]))[~panel["pact"]]
    old = x[:, -1] == 0
    p = eq.chance(x[old] @ np.array(newest()["made"]["joint"]["mean"]))
    above = int((p > eq.MOST).sum())
    return (
        f"{above} of {len(p):,} pair-years without a new state; the largest fitted chance is {p.max():.2f}."
    )


TABLES = (pairs, bodies, drifts, scores, bound_by_luck)


def filled(text: str) -> str:
    """The page with its tables made anew."""
    for make in TABLES:
        mark, made = make.__name__.replace("_", "-"), make()
        pattern = rf"(<!-- {mark} -->\n).*?(<!-- end -->)"
        text = re.sub(pattern, lambda m, made=made: m[1] + made + "\n" + m[2], text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    page = HERE / "alliances.md"
    page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
