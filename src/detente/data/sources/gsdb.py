"""Global Sanctions Database, release 4: cases, with their lists of states taken apart."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.states import from_name

SOURCE = Source(
    key="gsdb",
    title="Global Sanctions Database, release 4 (cases)",
    producer="G. Felbermayr, A. Kirilakha, C. Syropoulos, E. Yalcin, Y. V. Yotov",
    citation="Felbermayr et al. (2020), EER 129; Yalcin et al. (2025), The World Economy (release 4).",
    bib=("felbermayr2020", "yalcin2025"),
    licence="on request, with citation",
    redistributable="derived",
    version="4 (1949-2023)",
    files=(
        RawFile(
            "gsdb/GSDB_V4.csv",
            "ef9ed413a470c4a3be73365d560bb0ea1ccc3b5c3d8746f8d269276273259f3f",
            "xintong-utk/civil-wars-research-paper",
            "131c5b0fb8f92ffcb688f96fe489851de4759baa",
            "GSDB_V4.csv",
        ),
    ),
    by_hand="ask for GSDB release 4 at globalsanctionsdatabase.com (case-level file GSDB_V4.csv)",
)
LAST = 2023
"""End 2023 is the end of the coding, not of the sanction."""
COMMAS = (
    "Egypt, Arab Rep.",
    "Korea, North",
    "Korea, South",
    "Congo, Democratic Republic of the",
    "Yemen, North",
    "Gambia, The",
)
"""Names that hold a comma of their own."""
OTHER_NAMES = {"Egypt, Arab Rep.": "EGY"}
GROUPS = {"EU": "EU", "EEC": "EU", "G7": "G7", "G8": "G8", "NATO": "NATO", "UN": "UN"}
"""Groups that are taken apart into members: our blocs, and UN for all states."""
WAR = {"end_war", "prevent_war", "territorial_conflict"}
"""Objectives of a case that are about war between or within states."""
FLAGS = ("arms", "military", "financial", "travel", "other")


def parties(text: str) -> list[str]:
    """The names in a list of GSDB, names with commas of their own kept whole."""
    for name in COMMAS:
        text = text.replace(name, name.replace(", ", "; "))
    return [name.strip().replace("; ", ", ") for name in text.split(",") if name.strip()]


def party(name: str) -> str:
    """Our code of a state, ``bloc:NAME`` of a group we expand, ``?NAME`` of anything else."""
    code = OTHER_NAMES.get(name) or from_name(name)
    if code:
        return code
    return f"bloc:{GROUPS[name]}" if name in GROUPS else f"?{name}"


def load(raw: Path) -> pl.DataFrame:
    """One row per case, sender and target named in it.

    Columns: case, sender, target (a code, bloc:NAME or ?NAME), begin, end, complete, partial, and the
    flags arms, military, financial, travel, other, over_war (an objective of the case is to end or prevent a
    war or a territorial conflict). ``complete`` is a trade sanction that closes exports
    or imports entirely (exp_compl or imp_compl), ``partial`` one that restricts them.
    """
    table = pl.read_csv(raw / SOURCE.files[0].path, infer_schema_length=None)
    rows = []
    for row in table.iter_rows(named=True):
        kind = row["descr_trade"] or ""
        complete = bool(row["trade"]) and "compl" in kind
        partial = bool(row["trade"]) and not complete
        flags = [bool(row[f]) for f in FLAGS] + [bool(WAR & set((row["objective"] or "").split(",")))]
        rows += [
            (row["case_id"], party(s), party(t), row["begin"], row["end"], complete, partial, *flags)
            for s in parties(row["sanctioning_state"])
            for t in parties(row["sanctioned_state"])
        ]
    schema = {
        "case": pl.Int32,
        "sender": pl.String,
        "target": pl.String,
        "begin": pl.Int32,
        "end": pl.Int32,
        "complete": pl.Boolean,
        "partial": pl.Boolean,
        **dict.fromkeys((*FLAGS, "over_war"), pl.Boolean),
    }
    return pl.DataFrame(rows, schema=schema, orient="row").unique().sort("case", "sender", "target")


def check(frame: pl.DataFrame) -> list[Problem]:
    """1547 cases, 48 on Russia, 33 of them begun in 2022 or 2023."""
    russia = frame.filter(pl.col("target") == "RUS")
    return bounds(
        "source 'gsdb'",
        [
            ("cases", frame["case"].n_unique(), 1547, 1547),
            ("cases on Russia (with the Soviet Union)", russia["case"].n_unique(), 48, 75),
            (
                "cases on Russia begun 2022-23",
                russia.filter(pl.col("begin") >= 2022)["case"].n_unique(),
                33,
                34,
            ),
            ("last year", frame["end"].max(), 2023, 2023),
        ],
    )
