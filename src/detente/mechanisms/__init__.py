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


def default_model(as_of: int | None = None) -> Model:
    """The model of all mechanisms, with estimates made from data up to ``as_of`` (None: all data)."""
    made: list[Mechanism] = [import_module(f"{__name__}.{name}").mechanism(as_of) for name in names()]
    return plan(tuple(made))
