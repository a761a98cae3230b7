"""One self-contained page for a run: it opens offline, prints, and asks nothing of any server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from detente.judge.verdict import Verdict
from detente.model.scenario import Scenario
from detente.report import background, cells, charts, claim_rows, figures, maps, splits, tables
from detente.report.economy import Economy, economy
from detente.report.figures import Figure
from detente.report.force import Force, force
from detente.report.politics import Politics, politics
from detente.report.theme import COLOURS, FONT
from detente.report.weights import Basis, basis
from detente.report.words import Answer, answer
from detente.run.result import BASE, Result

TOP = 10
"""Rows in each of the tables of winners and losers."""


@dataclass(frozen=True)
class World:
    """All that the page says of one scenario."""

    document: Scenario
    answer: Answer
    headlines: list[tables.Headline]
    disputes: list[splits.Dispute]
    map: Figure | None
    legend: list[tuple[str, str]]
    standings: list[tables.Standing]
    ends: Figure | None
    economy: Economy | None
    force: Force | None
    politics: Politics | None
    moves: list[background.MoveRow]
    pairing: list[tuple[str, str, str]]
    basis: Basis | None
    failed: int

    @property
    def winners(self) -> list[tables.Standing]:
        """States whose mean effect is a gain, largest first."""
        return [s for s in self.standings if s.mean > 0][:TOP]

    @property
    def losers(self) -> list[tables.Standing]:
        """States whose mean effect is a loss, largest first."""
        return [s for s in reversed(self.standings) if s.mean < 0][:TOP]


def write_page(
    result: Result, verdicts: Sequence[Verdict], out: Path, areas: Sequence[maps.Shape] | None = None
) -> Path:
    """Write the page of a run and return its path.

    Parameters
    ----------
    verdicts : of ``detente.judge``; may be empty.
    out : the file to write; a folder means ``index.html`` inside it.
    areas : shapes of the map; those that ship with the data if left out.
    """
    out = out / "index.html" if out.is_dir() else out
    partial = out.with_suffix(".partial")
    partial.write_text(page(result, verdicts, areas), encoding="utf-8")
    partial.replace(out)
    return out


def page(result: Result, verdicts: Sequence[Verdict], areas: Sequence[maps.Shape] | None = None) -> str:
    """The page as text."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("detente.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["share"] = cells.share
    return environment.get_template("page.html.j2").render(**content(result, verdicts, areas))


def content(
    result: Result, verdicts: Sequence[Verdict], areas: Sequence[maps.Shape] | None = None
) -> dict[str, Any]:
    """Everything that the template needs, computed."""
    scenarios = [s for s in result.scenarios if s != BASE]
    shapes, undrawn = world_shapes() if areas is None else (areas, ())
    worlds = [_world(result, s, shapes) for s in scenarios]
    alone = scenarios[0] if len(scenarios) == 1 else ""
    groups = claim_rows.claim_groups(verdicts, result.index, alone)
    return {
        "title": worlds[0].document.title if worlds else "The baseline",
        "result": result,
        "worlds": worlds,
        "timelines": figures.timelines(result, scenarios),
        "hatched": [(a.name, a.note) for a in shapes if a.hatched],
        "noted": [(a.name, a.note) for a in shapes if a.note and not a.hatched] + list(undrawn),
        "claims": groups,
        "cruxes": [(finding, row) for finding, rows in groups for row in rows if row.crux],
        "claims_judged": len(verdicts),
        "parameters": background.parameter_rows(result),
        "ages": background.ages(result),
        "stances": background.STANCES,
        "record": background.record_rows(result),
        "licences": background.licences(result),
        "citation": background.citation(result),
        "colours": COLOURS,
        "font": Markup(FONT),  # noqa: S704 (a constant of ours that stands inside a style sheet)
    }


def _world(result: Result, scenario: str, areas: Sequence[maps.Shape]) -> World:
    standings = tables.standings(result, scenario)
    drawn: Figure | None = None
    limits: tuple[float, ...] = ()
    if "real_income" in result.fields and areas:
        drawn, limits = figures.income_map(result, scenario, areas)
    document, said = result.documents[scenario], answer(result, scenario)
    rows = tables.headlines(result, scenario)
    return World(
        document,
        said,
        rows,
        [] if said.unchanged else splits.disputes(result, rows),
        drawn,
        figures.legend(limits),
        standings,
        _ends(standings),
        None if said.unchanged else economy(result, scenario, areas),
        None if said.unchanged else force(result, scenario, areas),
        None if said.unchanged else politics(result, scenario, areas),
        background.moves(document, result),
        background.pairing(result, scenario),
        None if said.unchanged else basis(result, scenario),
        int(result.failures.get(scenario, 0)),
    )


def _ends(standings: Sequence[tables.Standing]) -> Figure | None:
    """The two ends of the table as dots with their intervals."""
    up = [s for s in standings if s.mean > 0][:TOP]
    down = [s for s in standings if s.mean < 0][-TOP:]
    if not (up or down):
        return None
    rows = [
        {"label": s.name, "mean": s.mean, "low": s.low, "high": s.high, "sign": s.sign} for s in (*up, *down)
    ]
    named = "; ".join(f"{s.name} {s.text} % ({s.interval})" for s in (*up[:3], *down[-3:]))
    return Figure(
        "Largest gains and losses",
        "of real income, with the range of nine worlds in ten",
        f"Largest gains and losses of real income: {named}",
        Markup(charts.svg(charts.intervals(rows, "effect on real income, %"))),  # noqa: S704
        "Dots are means, lines hold 90 % of worlds; grey where the line holds zero.",
    )


def world_shapes() -> tuple[tuple[maps.Shape, ...], tuple[tuple[str, str], ...]]:
    """The shapes that ship with the data, and name and note of disputes that the map cannot show."""
    from detente.data.geometry import named_only, world_map

    return maps.shapes(world_map()["features"]), named_only()
