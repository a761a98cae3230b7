"""Write the tables on third parties in alignment.md: ``python docs/mechanisms/thirds_tables.py``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import yaml
from marks import put, rows

from detente.data.bundle import table
from detente.mechanisms import alignment
from detente.mechanisms.alignment import score, thirds

PAGE = "alignment.md"
CASES = (
    ("USA", "CHN", "RUS", 1972),
    ("RUS", "USA", "CHN", 1989),
    ("RUS", "USA", "CHN", 1994),
    ("RUS", "CHN", "USA", 2014),
    ("RUS", "CHN", "USA", 2022),
    ("USA", "IND", "CHN", 2005),
)
ORIGINS = tuple(range(1990, 2016))


def distances(known: thirds.Seen) -> list[str]:
    """Nearer by distance, by C's own move, by the other's; and on the peace scale."""
    panel = thirds.triples(known)
    body = []
    for name in thirds.EFFECTS:
        found = [thirds.answers(panel, f"{name}_{kind}") for kind in ("nearer", "own", "theirs", "peace")]
        body.append(
            [
                name,
                *(f"{f['estimate']:.3f} ({f['error']:.3f})" for f in found),
                f"{found[0]['n']:,}",
                f"{found[0]['treated']:,}",
            ]
        )
    head = (
        "",
        "nearer, votes",
        "had only C moved",
        "had only the other moved",
        "peace scale",
        "triad-years",
        "treated",
    )
    return rows(head, body)


def effects() -> list[str]:
    """The estimate by vintage."""
    path = Path(alignment.__file__).parent / "estimates.yaml"
    vintages = yaml.safe_load(path.read_text(encoding="utf-8"))["vintages"]
    body = []
    for year, found in vintages.items():
        j = found["answers"]["joint"]
        error = np.sqrt(np.diag(j["covariance"]))
        body.append([str(year), *(f"{m:.2f} ({e:.2f})" for m, e in zip(j["mean"], error, strict=True))])
    return rows(("vintage", *thirds.EFFECTS), body)


def record() -> list[str]:
    """Forecasts of third parties five years ahead, with answers, without, and at even odds."""
    frames = [table(name) for name in ("state_year", "peace", "pacts")]
    found = score.answers_record(*frames, ORIGINS, draws=100)
    kinds = ("answers", "none", "even")
    body = []
    for label, some in (
        ("1990–2002", [r for r in found if r["origin"] < 2003]),
        ("2003–2015", [r for r in found if r["origin"] >= 2003]),
        ("all", found),
    ):
        n = [r["n"] for r in some]
        means = [np.average([r[f"{m}_{k}"] for r in some], weights=n) for m in ("mae", "crps") for k in kinds]
        better = sum(r["crps_answers"] < r["crps_none"] for r in some)
        body.append([label, str(sum(n)), *(f"{x:.4f}" for x in means), f"{better} of {len(some)}"])
    head = ("origins", "forecasts", *(f"{m} {k}" for m in ("MAE", "CRPS") for k in kinds), "origins better")
    return rows(head, body)


def cases(known: thirds.Seen) -> list[str]:
    """The record around single years."""
    body = []
    for r in thirds.cases(known, CASES):
        cells = [
            " → ".join("–" if np.isnan(x) else f"{x:.2f}" for x in r[k])
            + " (" + " → ".join(f"{x:g}" for x in r[k + "_peace"]) + ")"
            for k in ("ab", "ca", "cb")
        ]  # fmt: skip
        body.append([str(r["year"]), f"{r['a']}–{r['b']}", r["c"], *cells])
    return rows(("year", "A–B", "C", "distance A–B (peace)", "C–A", "C–B"), body)


if __name__ == "__main__":
    known = thirds.seen(table("state_year"), table("peace"), 2024)
    put(PAGE, "distances", distances(known))
    put(PAGE, "effects", effects())
    put(PAGE, "thirds-cases", cases(known))
    put(PAGE, "thirds-record", record())
