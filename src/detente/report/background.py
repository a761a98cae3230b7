"""What stands behind the numbers: the premise move by move, data ages, the run record, how to cite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from detente.mechanisms import HINDSIGHT
from detente.model.scenario import Param, Scale, Scenario, Set
from detente.report import cells
from detente.report.figures import chosen
from detente.report.looks import look
from detente.report.parties import called
from detente.report.plain import named, source_named
from detente.report.words import hindsight_of
from detente.run.result import Result

STANCES = {"set": "set", "chance": "left to chance", "untouched": "untouched"}

DONE = {"exact": "set to", "floor": "raised to at least", "ceiling": "lowered to at most"}
"""What a `set` does, by its bound."""


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One intervention in words."""

    when: str
    what: str
    why: str


def moves(document: Scenario, result: Result) -> list[MoveRow]:
    """The interventions as they act, after the domain words were expanded, in order of time."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for m in sorted(document.interventions, key=lambda m: m.start):
        title, rest = _what(m, result)
        rows.setdefault((_when(m), rest, m.why), []).append(title)
    return [MoveRow(when, f"{_all(t)} {rest}", why) for (when, rest, why), t in rows.items()]


def _all(titles: list[str]) -> str:
    """Moves that are alike in all but their field share a row."""
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"


def _when(move: Any) -> str:
    until = f"–{move.stop}" if move.stop is not None and move.stop != move.start else ""
    after = " on" if move.stop is None and isinstance(move, Set | Param) else ""
    ramp = f", over {move.ramp} years" if move.ramp > 1 else ""
    return f"{move.start}{until}{after}{ramp}"


def _what(move: Any, result: Result) -> tuple[str, str]:
    """What a move touches, and where and how."""
    if isinstance(move, Param):
        entry = f" ({move.entry})" if move.entry else ""
        return f"parameter {move.parameter}{entry}", f"held at {_value(move.to)}"
    title = look(move.field, result.fields.get(move.field)).title
    title = title[:1].lower() + title[1:] if title[1:2].islower() else title
    where = _where(move, result)
    if isinstance(move, Set):
        return title, f"{where} {DONE[move.bound]} {_value(move.to)}"
    if isinstance(move, Scale):
        return title, f"{where} multiplied by {_value(move.by)}"
    return title, f"{where} moved by {'+' if move.by > 0 else ''}{_value(move.by)}"


def _where(move: Any, result: Result) -> str:
    def name(selector: Any) -> str:
        return called((selector,) if isinstance(selector, str) else selector, result.index, most=60)

    if move.at.between is not None:
        return f"between {name(move.at.between[0])} and {name(move.at.between[1])}"
    if move.at.partner is not None:
        return f"of {name(move.at.state)} toward {name(move.at.partner)}"
    return f"of {name(move.at.state)}"


def _value(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}".replace("-", cells.MINUS)


@dataclass(frozen=True, slots=True)
class Age:
    """Where the start value of a field comes from and how old it is."""

    field: str
    source: str
    newest: int
    years_old: int
    observed: str
    rule: str


def ages(result: Result) -> list[Age]:
    """Data behind the start, oldest first; fields that share source, year and coverage share a row.

    ``observed`` is the share of cells that is not imputed.
    """
    start = int(result.record["start_year"])
    groups: dict[tuple[str, int, float], list[str]] = {}
    for name, n in result.start_notes.items():
        if name == HINDSIGHT:  # said in record_rows; it is not data
            continue
        key = (str(n["source"]), int(n["newest"]), round(float(n["observed"]), 3))
        groups.setdefault(key, []).append(name)
    rows = [
        Age(
            _titles(names, result),
            source_named(source, result.index),
            newest,
            start - newest,
            cells.share(100 * observed),
            _rules(names, result),
        )
        for (source, newest, observed), names in groups.items()
    ]
    return sorted(rows, key=lambda a: (-a.years_old, a.field))


def _titles(names: list[str], result: Result) -> str:
    titles = [look(n, result.fields.get(n)).title for n in names]
    return ", ".join([titles[0], *(t[:1].lower() + t[1:] if t[1:2].islower() else t for t in titles[1:])])


def _rules(names: list[str], result: Result) -> str:
    """Rules of imputation of several fields, each once; 'as another field' says nothing new."""
    said = dict.fromkeys(str(result.start_notes[n]["rule"]) for n in names)
    told = [r for r in said if r and not (r.startswith("as ") and len(said) > 1)]
    return named("; ".join(told), result.index) or "none: what is not observed is missing"


def parameter_rows(result: Result) -> list[dict[str, str]]:
    """Every parameter in one line: what it rests on, its middle and 90 % interval, and why."""
    return [
        {
            "name": c["name"],
            "unit": c["unit"],
            "basis": c["basis"],
            "rests": c["source"] or c["judgement"],
            "why": c["why"],
            "value": _card_value(c),
        }
        for c in result.parameter_cards
    ]


def _card_value(card: Mapping[str, Any]) -> str:
    if "theories" in card:
        total = sum(card["theories"].values())
        return "; ".join(
            f"{t.replace('_', ' ')} {100 * w / total:.0f}{cells.THIN}%" for t, w in card["theories"].items()
        )
    if "entries" in card:
        return f"{len(card['entries'])} estimates with their covariance"
    places = cells.decimals([card["low"], card["median"], card["high"]])
    low, middle, high = (cells.written(card[k], places) for k in ("low", "median", "high"))
    return middle if low == high else f"{middle} [{low}, {high}]"


def pairing(result: Result, scenario: str) -> list[tuple[str, str, str]]:
    """How much shared luck narrows effects: variance without it over variance with it, by field and side."""
    year, found = result.years[-1], []
    for measure, who in chosen(result, scenario):
        if measure in result.fields:
            gain = result.pairing_gain(measure, scenario, year=year, **cells.place(measure, who, result))
            if gain == gain and gain not in (float("inf"), 0.0):
                label = " – ".join(p.label for p in who)
                found.append(
                    (
                        look(measure, result.fields[measure]).title,
                        label,
                        f"{gain:,.1f}".replace(",", cells.THIN),
                    )
                )
    return found


def record_rows(result: Result) -> list[tuple[str, str]]:
    """The run record in short: all that must be the same for the same numbers."""
    r = result.record
    return [
        ("Run", str(r["request_hash"])),
        ("Seed", str(r["seed"])),
        ("Paired draws", str(r["draws"])),
        (
            "Years",
            f"{result.years[0]}–{result.years[-1]}, starting from the world at the end of {r['start_year']}",
        ),
        ("States", str(len(result.index))),
        *((f"Scenario {s}", f"fingerprint {f}") for s, f in r["fingerprints"].items()),
        *((("Estimates", said),) if (said := hindsight_of(result)) else ()),
        ("Observed start", f"hash {r['start_hash']}"),
        ("Priors", f"hash {r['priors_hash']}"),
        *((f"Version of {name}", str(v)) for name, v in r["versions"].items()),
        *((f"Failed draws, {s}", str(n)) for s, n in result.failures.items()),
    ]


def licences(result: Result) -> list[dict[str, str]]:
    """Title, citation, version and licence of the sources behind the starting world and the estimates."""
    if not result.start_notes:
        return []
    from detente.data.source import sources

    headers = [s.header for s in sources().values()]
    return [
        {"title": h.title, "citation": h.citation, "licence": h.licence, "version": h.version}
        for h in headers
        if h.redistributable != "no"
    ]


def citation(result: Result) -> str:
    """How to cite this run."""
    r = result.record
    ids = ", ".join(s for s in result.scenarios if s != "baseline") or "baseline"
    version, run = r["versions"].get("detente", ""), str(r["request_hash"])[:12]
    return (
        f"The detente contributors. detente {version}: an open laboratory for counterfactual international "
        f"politics. Run {run} ({ids}; {r['draws']} paired draws, seed {r['seed']})."
    )
