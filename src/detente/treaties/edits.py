"""Treaties edited in a what-if: who joins or leaves, what is dissolved, founded or amended, and when.

An edit is a small document. Edits apply in the order of their days; before its day nothing changes.
Applying the same list twice gives the same as applying it once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field as Spec
from pydantic import TypeAdapter, ValidationError, model_validator

from detente.model.documents import read_document
from detente.model.errors import DetenteError, Problem, Problems, nearest
from detente.model.parameter import Strict
from detente.treaties.checks import by_name, schema_problems
from detente.treaties.scale import Strength
from detente.treaties.treaty import (
    Accession,
    Area,
    Article,
    Id,
    Majority,
    Party,
    Removal,
    Rule,
    Scope,
    State,
    Treaty,
)


class Join(Strict):
    """States become parties."""

    edit: Literal["join"]
    treaty: str
    who: tuple[State, ...]
    on: date


class Leave(Strict):
    """Parties leave."""

    edit: Literal["leave"]
    treaty: str
    who: tuple[State, ...]
    on: date


class Dissolve(Strict):
    """A treaty ends."""

    edit: Literal["dissolve"]
    treaty: str
    on: date


class Found(Strict):
    """A new treaty of mutual defence, by default for attacks on territory anywhere."""

    edit: Literal["found"]
    treaty: Id
    name: str = ""
    who: Annotated[tuple[State, ...], Spec(min_length=2)]
    on: date
    strength: Strength = "by_all_means"
    areas: tuple[Area, ...] = ()
    among_members: bool = False
    accession: Majority = Majority(unanimity=True)


class Amend(Strict):
    """A treaty's rules change: where an article holds, how strong it is, how one joins or is suspended."""

    edit: Literal["amend"]
    treaty: str
    on: date
    article: str = ""
    not_in: tuple[Area, ...] = ()
    also_in: tuple[Area, ...] = ()
    strength: Strength | None = None
    accession: Majority | None = None
    suspension: Majority | None = None
    expulsion: Majority | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Amend:
        about_article = bool(self.not_in or self.also_in or self.strength)
        if about_article and not self.article:
            raise ValueError("'not_in', 'also_in' and 'strength' need 'article'")
        if not (about_article or self.accession or self.suspension or self.expulsion):
            raise ValueError(
                "says no change: give not_in, also_in or strength with an article, or accession, "
                "suspension or expulsion"
            )
        return self


Edit = Annotated[Join | Leave | Dissolve | Found | Amend, Spec(discriminator="edit")]
_EDIT: TypeAdapter[Any] = TypeAdapter(Edit)
KINDS = ("join", "leave", "dissolve", "found", "amend")


def apply(treaties: Sequence[Treaty], edits: Iterable[Any]) -> tuple[Treaty, ...]:
    """The treaties after the edits, in the order of their days.

    Raises
    ------
    DetenteError : an edit of a treaty or article that is not there, one that founds a treaty under a name
        that is taken, or makes a state leave of which it is no party; all of them at once.
    """
    held, problems = {t.id: t for t in treaties}, Problems()
    for edit in sorted(edits, key=lambda e: e.on):
        try:
            if edit.edit == "found":
                held[edit.treaty] = _founded(edit, held.get(edit.treaty))
                continue
            treaty = by_name(edit.treaty, held.values())
            held[treaty.id] = _DO[edit.edit](treaty, edit)
        except DetenteError as error:
            problems.extend(
                Problem(p.where or f"edit '{edit.edit}'", p.what, p.remedy) for p in error.problems
            )
    problems.raise_if_any()
    return tuple(held.values())


def _join(treaty: Treaty, edit: Join) -> Treaty:
    new = [s for s in edit.who if not treaty.binds(s, edit.on)]
    parties = [p for p in treaty.parties if not (p.state in new and p.from_ >= edit.on)]
    parties += [
        Party.model_construct(state=s, from_=edit.on, to=None, signed=None, note="edited") for s in new
    ]
    return treaty.model_copy(update={"parties": tuple(parties)})


def _leave(treaty: Treaty, edit: Leave) -> Treaty:
    strangers = [s for s in edit.who if not _was_party(treaty, s, edit.on)]
    if strangers:
        raise DetenteError(
            [
                Problem(
                    "",
                    f"{s} is no party of {treaty.short} on {edit.on} and cannot leave it",
                    _members(treaty, edit.on),
                )
                for s in strangers
            ]
        )
    return treaty.model_copy(update={"parties": tuple(_without(treaty.parties, edit.who, edit.on))})


def _was_party(treaty: Treaty, state: str, on: date) -> bool:
    return treaty.binds(state, on) or any(p.state == state and p.to == on for p in treaty.parties)


def _without(parties: Iterable[Party], who: Sequence[str], on: date) -> Iterable[Party]:
    for p in parties:
        if p.state not in who or (p.to is not None and p.to <= on):
            yield p
        elif p.from_ < on:
            yield p.model_copy(update={"to": on})


def _members(treaty: Treaty, on: date) -> str:
    return "parties then: " + ", ".join(treaty.members(on) or ("none",))


def _dissolve(treaty: Treaty, edit: Dissolve) -> Treaty:
    if treaty.ended is not None and treaty.ended < edit.on:
        raise DetenteError(
            Problem("", f"{treaty.short} ended on {treaty.ended} already", "name an earlier day")
        )
    return treaty.model_copy(update={"ended": edit.on})


def _founded(edit: Found, there: Treaty | None) -> Treaty:
    made = founded(edit)
    if there is not None and there != made:
        raise DetenteError(
            Problem("", f"a treaty '{edit.treaty}' is there already", "choose another name, or join it")
        )
    return made


def founded(edit: Found) -> Treaty:
    """The treaty that a founding edit writes: defence, consultation, peaceful settlement."""
    rules: list[dict[str, Any]] = [{"areas": edit.areas}] if edit.areas else [{"everywhere": True}]
    among = "yes" if edit.among_members else "open"
    articles = [
        _clause("1", "Members settle disputes without force.", kind="settle", trigger="force_or_threat"),
        _clause("2", "Members consult at any threat.", kind="consult", trigger="threat", anywhere=True),
        _clause(
            "3", "An attack on one is met by all.", kind="assist", strength=edit.strength, among_parties=among
        ),
    ]
    return Treaty.model_validate(
        {
            "id": edit.treaty,
            "name": edit.name or edit.treaty,
            "short": edit.name or edit.treaty,
            "in_force": edit.on,
            "parties": [{"state": s, "from": edit.on} for s in dict.fromkeys(edit.who)],
            "scope": {"article": "3", "territory": rules},
            "articles": articles,
            "accession": [
                {"decides": "all members", "majority": edit.accession, "text": "As the founders laid down."}
            ],
        }
    )


def _clause(article: str, text: str, **said: Any) -> dict[str, Any]:
    return {"article": article, "text": text} | said


def _amend(treaty: Treaty, edit: Amend) -> Treaty:
    update: dict[str, Any] = {}
    if edit.article:
        update["articles"] = _articles(treaty, edit)
    if edit.accession:
        update["accession"] = _superseded(treaty.accession, edit, Accession, _entry(treaty, edit))
    for key in ("suspension", "expulsion"):
        majority = getattr(edit, key)
        if majority:
            new = {
                "possible": True,
                "majority": majority,
                "text": f"Added by amendment: {key} by the others.",
            }
            update[key] = _superseded(getattr(treaty, key), edit, Removal, new)
    return treaty.model_copy(update=update)


def _entry(treaty: Treaty, edit: Amend) -> dict[str, Any]:
    now = next((a for a in treaty.accession if a.on(edit.on)), None)
    kept = (
        now.model_dump(exclude={"from_", "to", "majority"})
        if now
        else {"decides": "the parties", "text": "By amendment."}
    )
    return kept | {"majority": edit.accession}


def _superseded(old: Sequence[Any], edit: Amend, kind: Any, new: dict[str, Any]) -> tuple[Any, ...]:
    """What was in force ends on the day; the new rule begins."""
    kept = [x.model_copy(update={"to": edit.on}) if x.on(edit.on) else x for x in old if x.from_ != edit.on]
    return (*kept, kind.model_validate(new | {"from": edit.on}))


def _articles(treaty: Treaty, edit: Amend) -> tuple[Article, ...]:
    named = [a for a in treaty.articles if a.article == edit.article and a.on(edit.on)]
    if not named:
        raise DetenteError(
            Problem(
                "",
                f"{treaty.short} has no article '{edit.article}'",
                nearest(edit.article, [a.article for a in treaty.articles]),
            )
        )
    out: list[Article] = []
    for a in treaty.articles:
        if a not in named:
            out.append(a)
            continue
        if a.from_ != edit.on:
            out.append(a.model_copy(update={"to": edit.on}))
        changes: dict[str, Any] = {"from_": edit.on, "scope": _rescoped(treaty.rules(a), edit)}
        out.append(a.model_copy(update=changes | ({"strength": edit.strength} if edit.strength else {})))
    return tuple(out)


def _rescoped(scope: Scope, edit: Amend) -> Scope:
    barred = tuple(
        Rule(areas=edit.not_in, reading="no", note="excepted by amendment") for _ in edit.not_in[:1]
    )
    added = tuple(Rule(areas=edit.also_in) for _ in edit.also_in[:1])
    rules = [r for r in scope.territory if r not in (*barred, *added)]
    return scope.model_copy(update={"territory": (*rules, *barred, *added)})


_DO: dict[str, Any] = {"join": _join, "leave": _leave, "dissolve": _dissolve, "amend": _amend}


def read_edits(path: Path) -> tuple[Any, ...]:
    """Edits from a file with a list ``edits:``; every problem at once, with file and line."""
    document, problems, found = read_document(path), Problems(), []
    listed = document.content.get("edits")
    if not isinstance(listed, list) or not listed or set(document.content) - {"edits"}:
        raise DetenteError(
            Problem(
                document.where("edits"), "has no list 'edits' alone", "write `edits:` and `- edit: join` …"
            )
        )
    for number, raw in enumerate(listed):
        kind = raw.get("edit") if isinstance(raw, dict) else None
        if kind not in KINDS:
            problems.add(document.where("edits", number), f"'{kind}' is no edit", nearest(str(kind), KINDS))
            continue
        try:
            found.append(_EDIT.validate_python(raw))
        except ValidationError as error:
            model = {"join": Join, "leave": Leave, "dissolve": Dissolve, "found": Found, "amend": Amend}[kind]
            inner = [e | {"loc": e["loc"][1:]} for e in error.errors()]
            problems.extend(schema_problems(document, ("edits", number), model, inner))
    problems.raise_if_any()
    return tuple(found)


DAY = r"(\d{4})(?:-(\d{2})-(\d{2}))?"
PHRASES: tuple[tuple[str, str], ...] = (
    (rf"^([A-Z]{{3}}(?:[ ,]+[A-Z]{{3}})*) in (.+?) from {DAY}$", "join"),
    (rf"^([A-Z]{{3}}(?:[ ,]+[A-Z]{{3}})*) out of (.+?) from {DAY}$", "leave"),
    (rf"^(.+?) dissolved from {DAY}$", "dissolve"),
    (rf"^(.+?) article (\S+) (not|also) in (\w+) from {DAY}$", "amend"),
)
EXAMPLES = (
    "RUS in NATO from 2030 · USA out of NATO from 2027-01-20 · NATO dissolved from 2030 · "
    "NATO article 5 not in asia from 2030"
)


def parse_assumption(text: str) -> Any:
    """One edit in a phrase, as ``RUS in NATO from 2030`` (a year alone means its first day).

    Raises
    ------
    DetenteError : a phrase of another form, with the forms there are.
    """
    for pattern, kind in PHRASES:
        match = re.match(pattern, text.strip())
        if not match:
            continue
        *words, year, month, day = match.groups()
        try:
            when = date(int(year), int(month or 1), int(day or 1))
            return _EDIT.validate_python({"edit": kind, "on": when} | _named(kind, words))
        except (ValueError, ValidationError) as error:
            raise DetenteError(Problem("--assume", f"'{text}': {_first(error)}", EXAMPLES)) from None
    raise DetenteError(Problem("--assume", f"'{text}' is not understood", EXAMPLES))


def _named(kind: str, words: Sequence[str]) -> dict[str, Any]:
    if kind == "dissolve":
        return {"treaty": words[0]}
    if kind == "amend":
        return {"treaty": words[0], "article": words[1], f"{words[2]}_in": (words[3],)}
    return {"who": tuple(words[0].replace(",", " ").split()), "treaty": words[1]}


def _first(error: Exception) -> str:
    return str(error.errors()[0]["msg"]) if isinstance(error, ValidationError) else str(error)
