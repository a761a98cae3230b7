"""Estimate mechanisms again on the bundle."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from detente.data.bundle import table
from detente.data.peace import levels
from detente.data.pledges import with_history
from detente.mechanisms import names
from detente.model.errors import DetenteError, Problem, nearest


def refit(name: str) -> Path:
    """Rewrite a mechanism's ``estimates.yaml``; returns the file.

    Raises
    ------
    DetenteError : no such mechanism, or the libraries for estimation are not installed.
    """
    if name not in names():
        raise DetenteError(Problem(name, "no such mechanism", nearest(name, names())))
    try:
        place = "detente.judge.refit_war_toll" if name == "war_toll" else f"detente.mechanisms.{name}.refit"
        written: Path = import_module(place).refit(_table)
    except ImportError as error:
        what = f"fitting needs a library that is not installed ({error.name})"
        raise DetenteError(Problem(name, what, "pip install 'detente[fit]'")) from None
    return written


def _table(name: str) -> Any:
    """A table of the bundle; ``levels`` is the peace scale continued to the newest year of the data."""
    if name == "levels":
        return levels(int(table("state_year")["year"].max()) - 1)
    return with_history(table)(name)
