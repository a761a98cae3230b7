"""Write the tables of un.md, between their marks: ``python docs/mechanisms/un_tables.py``.

With ``--count RAW`` first counts the small tables that ship with the mechanism from the raw folder:
``council_vetoes.csv``, ``eu_vetoes.csv``, ``assembly_by_issue.csv``.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from detente.data.bundle import table as bundled
from detente.data.sources._read import r_table
from detente.mechanisms import alliances
from detente.mechanisms.alignment import assembly
from detente.mechanisms.alliances import deadlock

HERE = Path(__file__).parent
THERE = Path(alliances.__file__).parent
GROUPS = {
    "Middle East": "Middle East",
    "North Africa": "Middle East",
    "Western Europe": "Europe",
    "Eastern Europe": "Europe",
    "Southern Africa": "Africa",
    "Central Africa": "Africa",
    "West Africa": "Africa",
}
FLAGS = {"USA": ("USA",), "GBR": ("UK",), "FRA": ("France",), "RUS": ("USSR", "Russia"), "CHN": ("China",)}
ISO = {
    "AT": "AUT", "BG": "BGR", "CY": "CYP", "CZ": "CZE", "DK": "DNK", "FR": "FRA", "GB": "GBR", "GR": "GRC",
    "HU": "HUN", "LU": "LUX", "MT": "MLT", "NL": "NLD", "PL": "POL", "RO": "ROU", "SK": "SVK",
}  # fmt: skip


def count(raw: Path) -> None:
    """Count the three small tables from the producers' files."""
    with (raw / "unsc/unsc_vetoes_1946_sept2022.csv").open(encoding="utf-8", errors="replace") as f:
        rows = [council_row(r) for r in csv.DictReader(f) if int(r["year"]) <= 2021]
    head = "# From the list of Yordan, World Politics Data Lab (MIT), after the Dag Hammarskjold Library"
    write("council_vetoes", head, ("year", "group", "states"), rows)
    with (raw / "eu_vetoes/veto_data.csv").open(encoding="utf-8-sig") as f:
        found = [
            (r["date_veto"][:4], ISO[r["ms_veto"]], r["issue"], r["issue_country"])
            for r in csv.DictReader(f, delimiter=";")
            if r["date_veto"]
        ]
    head = "# From the EU Veto Tracker of Ovádek (MIT): vetoes of members in the Councils, to June 2025"
    write("eu_vetoes", head, ("year", "state", "issue", "about"), sorted(found))
    head = (
        "# Counted from unvotes 0.3 (Voeten 2013, CC0): roll calls of the General Assembly by issue on which "
        "USA, GBR, FRA and USSR/RUS all voted; a roll call may bear several issues"
    )
    write("assembly_by_issue", head, ("year", "issue", "alike", "votes"), alike_by_issue(raw))


def council_row(r: dict[str, str]) -> tuple[str, str, str]:
    """Year, group of issues, and who cast the veto."""
    group = "admission" if r["crisis_topic"] == "Admission" else GROUPS.get(r["region"], "elsewhere")
    who = [s for s, flags in FLAGS.items() if any(r[f] == "1" for f in flags)]
    return r["year"], group, " ".join(who)


def alike_by_issue(raw: Path) -> list[tuple[Any, ...]]:
    """Roll calls a year and issue, and those on which the four voted alike."""
    import polars as pl

    votes, calls, issues = (
        r_table(raw / f"unvotes/{n}.rda").with_columns(pl.col("rcid").cast(pl.Int32))
        for n in ("un_votes", "un_roll_calls", "un_roll_call_issues")
    )
    ours = votes.filter(pl.col("country_code").is_in(list(assembly.FOUR))).unique(["rcid", "country_code"])
    each = ours.group_by("rcid").agg(pl.len().alias("present"), pl.col("vote").n_unique().alias("kinds"))
    dated = each.filter(pl.col("present") == 4).join(calls, on="rcid").join(issues, on="rcid")
    year = pl.col("date").cast(pl.String).str.slice(0, 4).cast(pl.Int32).alias("year")
    counted = dated.with_columns(year, pl.col("issue").cast(pl.String)).group_by("year", "issue")
    return (
        counted.agg((pl.col("kinds") == 1).sum().alias("alike"), pl.len().alias("votes"))
        .sort("year", "issue")
        .rows()
    )


def write(name: str, head: str, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """One small table beside the mechanism."""
    lines = [head, ",".join(columns), *(",".join(str(x) for x in r) for r in rows)]
    (THERE / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A Markdown table; floats with three significant digits."""
    cells = [[f"{x:.3g}" if isinstance(x, float) else str(x) for x in row] for row in rows]
    head = list(head)
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *cells))


def council_by_decade() -> str:
    """Vetoed drafts by decade and group of issues, and by who cast them."""
    rows, out = deadlock.shipped("council_vetoes"), []
    groups = ("admission", "Europe", "Middle East", "Africa", "elsewhere")
    for first in range(1946, 2022, 10):
        now = [r for r in rows if first <= int(r["year"]) < first + 10]
        by = [sum(r["group"] == g for r in now) for g in groups]
        cast = [sum(s in r["states"].split() for r in now) for s in deadlock.FIVE]
        out.append((f"{first}–{min(first + 9, 2021)}", len(now), *by, *cast))
    return table(("years", "vetoed", *groups, *deadlock.FIVE), out)


def council_scores() -> str:
    """The moved ten-year mean against the plain one, out of time, by what moves it."""
    out = []
    for name, columns in (("distance", (0,)), ("rivalries", (1,)), ("wars", (2,)), ("all three", (0, 1, 2))):
        for r in deadlock.council_record(bundled, columns):
            skill = 1 - r["log_moved"] / r["log_decade"]
            out.append(
                (name, r["horizon"], r["n"], r["mae_moved"], r["mae_decade"], r["log_moved"], r["log_decade"],
                 f"{skill:+.3f}")
            )  # fmt: skip
    return table(
        ("moved by", "years ahead", "years", "MAE", "MAE of the mean", "log score", "of the mean", "skill"),
        out,
    )


def assembly_by_issue() -> str:
    """Share of roll calls on which the four vote alike, by issue and five years, with the widest distance."""
    rows = deadlock.shipped("assembly_by_issue")
    issues = sorted({r["issue"] for r in rows})
    points = {
        (s, y): x
        for s, y, x in bundled("state_year").select("state", "year", "ideal_point").iter_rows()
        if s in ("USA", "GBR", "FRA", "RUS") and x is not None
    }
    out = []
    for first in range(1946, 2020, 5):
        now = [r for r in rows if first <= int(r["year"]) < first + 5]
        cells = []
        for issue in issues:
            alike, votes = (sum(int(r[k]) for r in now if r["issue"] == issue) for k in ("alike", "votes"))
            cells.append(f"{alike / votes:.0%} of {votes}" if votes else "–")
        gaps = [
            np.ptp([points[s, y] for s in ("USA", "GBR", "FRA", "RUS")])
            for y in range(first, first + 5)
            if all((s, y) in points for s in ("USA", "GBR", "FRA", "RUS"))
        ]
        out.append((f"{first}–{min(first + 4, 2019)}", f"{np.mean(gaps):.2f}", *cells))
    return table(("years", "widest distance", *issues), out)


def union_scores() -> str:
    """Vetoes in the Union: log score a member-year of the five years after each origin."""
    rows = deadlock.union_record(bundled)
    names = ("spread", "spread and past", "past", "base")
    return table(
        ("estimated to", "member-years", "vetoes", *names),
        [(r["origin"], r["n"], r["vetoes"], *(f"{r[k]:.4f}" for k in names)) for r in rows],
    )


def union_estimates() -> str:
    """The regression on all member-years."""
    panel = deadlock.union_panel(bundled)
    beta, cov = deadlock.poisson(panel["vetoes"], panel["x"])
    rows = zip(("constant", *deadlock.UNION_TERMS), beta, np.sqrt(np.diag(cov)), strict=True)
    return table(("term", "log rate ratio", "standard error"), [(n, float(b), float(s)) for n, b, s in rows])


TABLES = (council_by_decade, council_scores, assembly_by_issue, union_scores, union_estimates)


def filled(text: str) -> str:
    """The page with its tables made anew."""
    for make in TABLES:
        mark = make.__name__.replace("_", "-")
        pattern = rf"(<!-- {mark} -->\n).*?(<!-- end -->)"
        made = make()
        text = re.sub(pattern, lambda m, made=made: m[1] + made + "\n" + m[2], text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--count", type=Path)
    raw = asked.parse_args().count
    if raw:
        count(raw)
    page = HERE / "un.md"
    if page.exists():
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
