"""What the words of scenario files share: how years and reasons are written, and when a move acts."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field as Spec

Year = Annotated[int, Spec(ge=1800, le=2200)]
Why = Annotated[str, Spec(min_length=3)]
Primitive = dict[str, Any]


def when(start: int, stop: int | None, ramp: int = 0) -> Primitive:
    """The years of a primitive."""
    return {"start": start, "stop": stop, "ramp": ramp}


def setting(word: Any, field: str, to: float, **at: Any) -> Primitive:
    """The primitive that sets a field from a word's ``start`` to its ``stop``, over its ``ramp`` (if any).

    ``at`` is where: ``state=``, ``state=`` and ``partner=``, or ``between=``.
    """
    move = {"do": "set", "field": field, "at": at, "to": to, "why": word.why}
    return move | when(word.start, word.stop, getattr(word, "ramp", 0))
