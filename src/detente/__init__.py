"""detente: what would the world look like if those two stopped being enemies?

    >>> import detente
    >>> result = detente.what_if("russia-nato-friendship", draws=200)          # doctest: +SKIP
    >>> result.effect("real_income", "russia-nato-friendship",
    ...               state="RUS", year=2037, relative=True)                   # doctest: +SKIP
    >>> result.chance_of("peace_level", "russia-nato-friendship", at_least=0.75,
    ...                  state="RUS", partner="DEU", year=2037)                # doctest: +SKIP
    >>> verdicts = detente.verdicts(result)                                    # doctest: +SKIP
    >>> detente.page(result, verdicts, "page.html")                            # doctest: +SKIP

Nouns: World, Mechanism, Parameter, Scenario, Ensemble, Result, Claim. Verbs: what_if, verdicts,
page, read_scenario, default_model; and the tables and tools ``panel``, ``trade`` and ``gas``.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "World": "detente.model.world",
    "Mechanism": "detente.model.mechanism",
    "Parameter": "detente.model.parameter",
    "Scenario": "detente.model.scenario",
    "Ensemble": "detente.run.ensemble",
    "Result": "detente.run.result",
    "Claim": "detente.judge.claims",
    "what_if": "detente.api",
    "verdicts": "detente.api",
    "page": "detente.api",
    "read_scenario": "detente.api",
    "default_model": "detente.mechanisms",
}
_MODULES = {"panel": "detente.data.panel", "trade": "detente.trade", "gas": "detente.mechanisms.gas.api"}

__all__ = [*_HOME, *_MODULES]  # noqa: PLE0604  (names come from the table above)


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, so that importing detente costs nothing."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    if name in _MODULES:
        return import_module(_MODULES[name])
    raise AttributeError(f"module 'detente' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
