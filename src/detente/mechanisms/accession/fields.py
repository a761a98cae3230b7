"""Fields of accession: members, bids, votes, and what is remembered of them."""

from __future__ import annotations

from detente.model.field import Field

BLOCS = ("NATO", "EU")
STATE, PAIR = ("state",), ("state", "partner")


def _of(bloc: str) -> tuple[Field, ...]:
    return _told(bloc) + _memory(bloc)


def _told(bloc: str) -> tuple[Field, ...]:
    """What a run shows."""
    b, name = bloc.lower(), bloc
    holdouts = "accession_holdouts" if bloc == "NATO" else "eu_holdouts"
    votes = f"{b}_bid, polyarchy, peace_level or reconciliation"
    return (
        Field(f"{b}_member", STATE, "0 or 1", "stock", f"member of {name}", 0.0, 1.0, grid=(0.0, 1.0)),
        Field(
            f"{b}_bid",
            STATE,
            "0 or 1",
            "stock",
            f"has asked to join {name} and waits for the members' consent or for ratification",
            0.0,
            1.0,
            grid=(0.0, 1.0),
        ),
        Field(
            f"{b}_ready",
            STATE,
            "chance a year",
            "solved",
            f"chance that {name} as a whole judges the candidate ready this year; unknown without a bid",
            0.0,
            1.0,
            instead=votes,
        ),
        Field(
            f"{b}_acceptance",
            PAIR,
            "chance a year",
            "solved",
            f"chance that the member (row) of {name} says yes to the candidate (column) this year once it is "
            "judged ready; unknown without a bid",
            0.0,
            1.0,
            instead=votes,
        ),
        Field(
            holdouts,
            STATE,
            "members",
            "solved",
            f"members of {name} that would say no this year to the candidate; unknown without a bid",
            0.0,
            instead=votes,
        ),
    )


def _memory(bloc: str) -> tuple[Field, ...]:
    """What the mechanism carries on for itself."""
    b, name = bloc.lower(), bloc
    return (
        Field(f"{b}_pending", STATE, "years", "stock", f"years since the bid for {name}", 0.0, inner=True),
        Field(
            f"{b}_wait",
            STATE,
            "months",
            "stock",
            f"months of ratification left after the consent of {name}; 0: none is under way",
            0.0,
            inner=True,
        ),
        Field(
            f"{b}_holdout",
            PAIR,
            "0, 1 or 2",
            "stock",
            f"the member (row) of {name} is known to hold out on the candidate: 1 over something that can be "
            "given, 2 over something that cannot",
            0.0,
            2.0,
            inner=True,
        ),
    )


WRITES = tuple(f for bloc in BLOCS for f in _of(bloc))
NATO_MAJORITY, EU_MAJORITY = (
    Field(
        f"{b.lower()}_majority",
        STATE,
        "share of members",
        "input",
        f"share of the members of {b} that must accept this candidate; 1 is unanimity, as in the treaty",
        0.0,
        1.0,
    )
    for b in BLOCS
)
HOLDOUTS = {"NATO": "accession_holdouts", "EU": "eu_holdouts"}
