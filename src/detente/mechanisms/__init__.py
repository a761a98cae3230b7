"""The domain: one folder for each mechanism, and the words of scenario files."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from detente.model.mechanism import Mechanism, Model, plan


def names() -> tuple[str, ...]:
    """Every mechanism that ships: the folders here that declare one."""
    here = Path(__file__).parent
    return tuple(
        sorted(p.parent.name for p in here.glob("*/__init__.py") if (p.parent / "parameters.yaml").exists())
    )


HINDSIGHT = "estimates"
"""Name of the note that a start before the earliest estimates carries."""
EARLIEST = 1990
"""Last year of the data behind the earliest estimates; a start before it gets them all the same."""


def default_model(as_of: int | None = None) -> Model:
    """The model of all mechanisms, with estimates made from data up to ``as_of`` (None: all data).

    Before :data:`EARLIEST` the earliest estimates there are, which know later years: see :func:`hindsight`.
    """
    cut = None if as_of is None else max(as_of, EARLIEST)
    made: list[Mechanism] = [import_module(f"{__name__}.{name}").mechanism(cut) for name in names()]
    return plan(tuple(made))


def hindsight(start: int) -> str:
    """What must be said of a start whose estimates know later years; empty where they do not."""
    if start >= EARLIEST:
        return ""
    return (
        f"The estimates know the years to {EARLIEST}, later than this start at the end of {start}: how "
        "states answered each other in between is hindsight; what happened in them is not known to the run."
    )
