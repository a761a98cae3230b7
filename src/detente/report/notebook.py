"""How a Result shows itself in a notebook: the answer and its main figures, no script, no style sheet."""

from __future__ import annotations

from markupsafe import Markup

from detente.report.tables import Headline, headlines
from detente.report.words import answer
from detente.run.result import BASE, Result

_CELL = Markup('<td style="text-align:{}">{}</td>')


def result_html(result: Result) -> str:
    """HTML for ``Result._repr_html_``: for each scenario its sentences and a table."""
    r = result.record
    parts = [
        Markup(
            "<p><b>detente</b> · {} paired draws · {}–{} · {} states · seed {} · run <code>{}</code></p>"
        ).format(
            r["draws"],
            result.years[0],
            result.years[-1],
            len(result.index),
            r["seed"],
            str(r["request_hash"])[:12],
        )
    ]
    parts += [_world(result, s) for s in result.scenarios if s != BASE]
    return str(Markup("<div>{}</div>").format(Markup("").join(parts)))


def _world(result: Result, scenario: str) -> Markup:
    said = answer(result, scenario)
    sentences = Markup("").join(Markup("<li>{}</li>").format(s) for s in said.sentences)
    head = Markup("<h4>{}</h4><ol>{}</ol>").format(result.documents[scenario].title, sentences)
    lost = result.failures[scenario]
    note = Markup("<p>{} draws failed and are left out.</p>").format(lost) if lost else Markup("")
    return head + (Markup("") if said.unchanged else _table(headlines(result, scenario), said.year)) + note


def _table(rows: list[Headline], year: int) -> Markup:
    body = Markup("").join(
        Markup("<tr>{}{}{}{}{}{}{}</tr>").format(
            _CELL.format("left", h.title),
            _CELL.format("left", h.change.label),
            _CELL.format("right", h.here.number("mean")),
            _CELL.format("right", h.there.number("mean")),
            _CELL.format("right", h.change.number("mean", sign=True)),
            _CELL.format(
                "right", h.change.text("low", sign=True) + " to " + h.change.text("high", sign=True)
            ),
            _CELL.format("left", h.says),
        )
        for h in rows
    )
    names = ("", "for", "without", "with", "difference", "90 % interval", "so")
    head = Markup("").join(Markup("<th>{}</th>").format(n) for n in names)
    return Markup("<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
        f"Figures for {year}", head, body
    )
