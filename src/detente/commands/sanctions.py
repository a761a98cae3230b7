"""``detente sanctions``: who sanctions a state, what it costs, what a member more or less would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import polars as pl

    from detente.judge.coalitions import Coalition

SHOWN = 12
SAYS = {
    "measured": "if all the trade that broke off between them since 2022 is due to the sanctions",
    "average": "if the sanctions do what sanctions of their kinds do on average",
}


def sanctions(
    on: Annotated[str, typer.Option(help="the state under sanctions, by code or name")],
    by: Annotated[
        str, typer.Option(help="only these senders, with commas: DEU,bloc:G7; -HUN leaves one out")
    ] = "",
    kind: Annotated[
        str, typer.Option(help="only these kinds, with commas: complete,partial,financial,arms,travel")
    ] = "",
    add: Annotated[str, typer.Option(help="outsiders to try as members, with commas")] = "",
    year: Annotated[int | None, typer.Option(help="as in this year (the newest if left out)")] = None,
) -> None:
    """Show who sanctions a state, with what, since when; what it costs both sides; what members add."""
    from detente.data.bundle import table
    from detente.data.states import code_of
    from detente.judge import coalitions
    from detente.report.terminal import console, show_rows

    on, kinds = code_of(on), _words(kind) or coalitions.KINDS
    coalitions.checked(table, on, "average", kinds)
    chosen = _chosen(on, _words(by), year)
    who = coalitions.senders(table, on, year)
    if chosen is not None:
        who = who.filter(who["sender"].is_in(chosen))
    out = console()
    _say(out, f"{on} is under sanctions by {_states(who.height)} in the record of {_year(table, year)}.")
    show_rows(_senders(who), out)
    if not any(who[k].any() for k in kinds if k in coalitions.effects()):
        _say(out, "None of them is of a kind that has an effect on goods trade.")
        return
    theories = [t for t in coalitions.THEORIES if t == "average" or _broken(on, year)]
    for theory in theories:
        found = coalitions.coalition(
            table,
            on,
            members=chosen,
            kinds=kinds,
            outsiders=_words(add) or coalitions.OUTSIDERS,
            year=year,
            theory=theory,
        )
        _cost(out, found)
        show_rows(_members(found), out)
        show_rows(_outsiders(found), out)
    _say(
        out,
        "Changes of real income in percent, general equilibrium of goods trade with one sector; a member's "
        "sanctions go with the answer to them. Arms embargoes and travel bans have no effect on goods trade.",
    )


def _states(n: int) -> str:
    return "1 state" if n == 1 else f"{n} states"


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _chosen(on: str, by: tuple[str, ...], year: int | None) -> list[str] | None:
    """The senders meant; a list of what is left out alone is taken from all who sanction."""
    if not by:
        return None
    if all(word.startswith("-") for word in by):
        by = (f"bloc:sanctioning-{on}", *by)
    from detente.data.start import FIRST, NEWEST, world_index
    from detente.model.errors import Problems

    index, problems = world_index(min(max(year or NEWEST, FIRST), NEWEST)), Problems()
    problems.extend(index.problems(by, "--by"))
    problems.raise_if_any()
    return list(index.members(by))


def _year(table: Any, year: int | None) -> int:
    newest = int(table("sanctions")["year"].max())
    return newest if year is None else min(year, newest)


def _broken(on: str, year: int | None) -> bool:
    from detente.mechanisms.trade.gravity_fit import CASES

    return any(target == on and (year is None or since <= year) for target, since in CASES.values())


def _say(out: Any, text: str) -> None:
    out.print()
    out.print(text, soft_wrap=True)


def _senders(who: pl.DataFrame) -> list[dict[str, Any]]:
    """One line for every set of kinds and first year, with the states that share it."""
    from detente.judge.coalitions import KINDS

    groups: dict[tuple[Any, ...], list[str]] = {}
    for row in who.sort("since", "sender").iter_rows(named=True):
        held = ", ".join(k for k in KINDS if row[k])
        groups.setdefault((row["since"], held), []).append(row["sender"])
    return [{"since": since, "kinds": held, "by": " ".join(s)} for (since, held), s in groups.items()]


def _cost(out: Any, found: Coalition) -> None:
    apart = float(found.members["alone_target"].sum())
    share = found.target / found.everybody if found.everybody else float("nan")
    on = found.on
    _say(out, f"What they cost, {SAYS[found.theory]} (trade of {found.year}):")
    _say(
        out,
        f"  {on} {found.target:+.2f} % of real income ({found.target_billion:+.1f} billion dollars a year); "
        f"the senders together {found.senders:+.3f} % ({found.billion:+.1f} billion).\n"
        f"  One by one they would cost {on} {apart:+.2f} % in sum; everybody together "
        f"{found.everybody:+.2f} %, of which this coalition makes {100 * share:.0f} %.",
    )


def _members(found: Coalition) -> list[dict[str, Any]]:
    return [
        {
            "member": r["state"],
            "its own loss": _percent(r["own"]),
            "alone": _percent(r["alone_own"]),
            f"{found.on} if it were alone": _percent(r["alone_target"]),
            "if it leaves, its own": _percent(r["leaves_own"]),
            f"and {found.on}": _percent(r["leaves_target"]),
        }
        for r in found.members.head(SHOWN).iter_rows(named=True)
    ]


def _outsiders(found: Coalition) -> list[dict[str, Any]]:
    return [
        {
            "if it joins": r["state"],
            "its own": _percent(r["joins_own"]),
            f"and {found.on}": _percent(r["joins_target"]),
        }
        for r in found.outsiders.iter_rows(named=True)
    ]


def _percent(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")
