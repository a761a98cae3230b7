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
    """What the mechanism carries on: who holds out over what (shown), and clocks of its own."""
    b, name = bloc.lower(), bloc
    return (
        Field(
            f"{b}_holdout",
            PAIR,
            "0 to 4",
            "stock",
            f"the member (row) of {name} is known to hold out on the candidate: 1 over something that can be "
            "paid, 2 for a later round or reforms, 3 over a quarrel of the two, 4 against it as such",
            0.0,
            4.0,
        ),
        Field(
            f"{b}_talks",
            STATE,
            "years",
            "stock",
            f"years of talks (or of an action plan) of {name} with the candidate, this one included; 0: none",
            0.0,
        ),
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
            f"{b}_held_years",
            PAIR,
            "years",
            "stock",
            f"years for which the member (row) of {name} has held out on the candidate",
            0.0,
            inner=True,
        ),
        Field(
            f"{b}_since",
            (),
            "years",
            "stock",
            f"years since {name} last agreed to a candidate",
            0.0,
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
NATO_OFFER, EU_OFFER = (
    Field(
        f"{b.lower()}_offer",
        PAIR,
        "log-odds",
        "input",
        f"what is offered to the member (row) of {b} for its consent to the candidate, by what it adds to "
        "its yes and to its giving in; nought on record",
        -30.0,
        30.0,
    )
    for b in BLOCS
)
HOLDOUTS = {"NATO": "accession_holdouts", "EU": "eu_holdouts"}
