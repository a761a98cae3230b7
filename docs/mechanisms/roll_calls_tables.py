"""Estimate ideal points from the roll calls and compare them with the published ones.

    python docs/mechanisms/roll_calls_tables.py [FOLDER OF RAW FILES]

Writes ``docs/mechanisms/roll_calls.md`` and the estimates ``ideal_points_own.csv`` beside the mechanism.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl

from detente.data.source import raw_folder
from detente.data.sources import unvotes
from detente.data.states import from_cow
from detente.mechanisms.alignment import roll_calls

HERE = Path(__file__).parent
OWN = HERE.parents[1] / "src" / "detente" / "mechanisms" / "alignment" / "ideal_points_own.csv"
PUBLISHED = "unga_ideal_points/IdealpointestimatesAll_Apr2020.csv"
SHOWN = ("USA", "GBR", "FRA", "RUS", "POL", "UKR", "TUR", "CHN", "IND")
SESSIONS = (30, 40, 44, 46, 48, 55, 63, 69, 74)


def published(raw: Path) -> pl.DataFrame:
    """Session, state, position of the release of April 2020 (all votes, by session)."""
    frame = pl.read_csv(raw / PUBLISHED, encoding="utf8-lossy", columns=["ccode", "session", "IdealPoint"])
    codes = from_cow()
    return frame.with_columns(
        pl.col("ccode").replace_strict(codes, default=None, return_dtype=pl.String).alias("state"),
        pl.col("session").cast(pl.Int32),
    ).drop_nulls("state").select("session", "state", pl.col("IdealPoint").cast(pl.Float64).alias("published"))


def own(raw: Path) -> tuple[pl.DataFrame, roll_calls.IdealPoints, float]:
    """Our positions with standard errors, the whole fit, and the mean log probability of held-out votes."""
    votes = roll_calls.votes_of(unvotes.load(raw))
    most, rest = roll_calls.split(votes)
    score = roll_calls.held_out(rest, roll_calls.ideal_points(most, "USA"))
    found = roll_calls.ideal_points(votes, "USA")
    rows = [
        (t, s, round(float(found.position[i, k]), 3), round(float(found.error[i, k]), 3))
        for i, s in enumerate(votes.states)
        for k, t in enumerate(votes.sessions)
        if np.isfinite(found.position[i, k])
    ]
    schema = {"session": pl.Int32, "state": pl.String, "position": pl.Float64, "error": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("session", "state"), found, score


def correlations(ours: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Correlation of the two by session, with the number of states in both."""
    both = ours.join(theirs, on=["session", "state"])
    return both.group_by("session").agg(
        pl.corr("position", "published").alias("r"), pl.len().alias("states")
    ).sort("session")


def main() -> None:
    raw = raw_folder(sys.argv[1] if len(sys.argv) > 1 else None)
    ours, found, score = own(raw)
    theirs = published(raw)
    r = correlations(ours, theirs)
    OWN.write_text(
        "# session (year + 1945), state, position, error: ideal points by detente's own model on the roll\n"
        "# calls of unvotes (Voeten 2013, CC0); made by docs/mechanisms/roll_calls_tables.py\n"
        + ours.write_csv(),
        encoding="utf-8",
    )
    (HERE / "roll_calls.md").write_text(text(ours, theirs, r, found, score), encoding="utf-8")
    print(r["r"].min(), r["r"].mean())


def text(ours, theirs, r, found, score) -> str:
    low = r.sort("r").row(0, named=True)
    lines = [
        "# Ideal points from the roll calls",
        "",
        "Written by `python docs/mechanisms/roll_calls_tables.py`; not edited by hand. Model and method:",
        "`src/detente/mechanisms/alignment/roll_calls.py` (dynamic ordinal item response, as Bailey, Strezhnev &",
        "Voeten 2017, posterior mode). Published: their file of April 2020, all votes, by session. The engine itself",
        "starts from the published release of July 2025, which reaches 2024; ours ends where the roll calls end",
        "(session 74, January 2020), and is there to show that the scale is understood and can be re-estimated.",
        "",
        f"- Lowest correlation in any session: **{low['r']:.3f}** (session {low['session']}, {low['states']} states); "
        f"mean over {r.height} sessions {r['r'].mean():.3f}. Asked: at least 0.95 in each.",
        f"- Mean log probability of a tenth of the votes, held out: {score:.4f} "
        f"({np.exp(score):.1%} a vote, geometric mean).",
        f"- Last round moved no position by more than {found.moved:.4f}.",
        "- Errors are standard errors given the roll calls' own parameters: too small where a session has few votes.",
        "- Correlation over all sessions at once is lower than within them: the published scale ties sessions together",
        "  by resolutions voted on again, ours by the walk of the states alone, so compare states, not decades.",
        "",
        "## Correlation with the published ideal points, by session",
        "",
        "| session | states | correlation |",
        "|--:|--:|--:|",
        *(f"| {s} | {n} | {c:.3f} |" for s, c, n in r.iter_rows()),
        "",
        "## Some states: ours (error), published",
        "",
        "| session | " + " | ".join(SHOWN) + " |",
        "|--:|" + "--:|" * len(SHOWN),
    ]
    mine = {(t, s): (p, e) for t, s, p, e in ours.iter_rows()}
    yours = {(t, s): p for t, s, p in theirs.iter_rows()}
    for t in SESSIONS:
        cells = []
        for s in SHOWN:
            if (t, s) not in mine or (t, s) not in yours:
                cells.append("")
                continue
            cells.append(f"{mine[t, s][0]:.2f} ({mine[t, s][1]:.2f}), {yours[t, s]:.2f}")
        lines.append(f"| {t} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
