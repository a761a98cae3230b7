"""Budget: what becomes of the money that lower military spending frees, or higher spending takes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detente.mechanisms import inputs
from detente.mechanisms.budget import equations as eq
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters


def _use(name: str, meaning: str, unit: str = "fraction of GDP") -> Field:
    return Field(name, ("state",), unit, "solved", meaning, instead="milex_share")


FREED = _use("freed_share", "what armed forces take less than at the start of the run; negative: more")
CIVIL = _use("civil_spending_share", "part of it that goes to public spending other than military")
SCHOOLS = _use("schools_health_share", "part of civil_spending_share that goes to education and health")
DEFICIT = _use("deficit_share", "part of it that lowers the deficit")
TAXES = _use("tax_share", "part of it that lowers public revenue")
PER_HEAD = _use("freed_per_head", "money freed a year for each inhabitant", "2023 USD")
READS = ("milex_share", "milex_share_start", "real_gdp", "population")


def mechanism(as_of: int | None = None) -> Mechanism:
    """The mechanism with estimates from data up to ``as_of`` (``None``: the newest)."""
    return Mechanism(
        name="budget",
        purpose="says where the money goes that armed forces no longer cost",
        reads=READS,
        writes=(FREED, CIVIL, SCHOOLS, DEFICIT, TAXES, PER_HEAD),
        inputs=(inputs.MILEX_SHARE_START, inputs.POPULATION),
        parameters=load_parameters(Path(__file__).parent, "budget", as_of),
        step=step,
    )


def step(see: View, p: Values, u: Uniforms) -> dict[str, np.ndarray]:
    """The uses of a year; arrays (draw, n). The parts of a draw are the same for every state and year."""
    free = eq.freed(before=see["milex_share_start"], now=see["milex_share"])
    parts, schools = uses(p)
    return {
        "freed_share": free,
        "civil_spending_share": eq.amount(freed=free, part=parts[:, 0]),
        "schools_health_share": eq.amount(freed=free, part=schools),
        "deficit_share": eq.amount(freed=free, part=parts[:, 1]),
        "tax_share": eq.amount(freed=free, part=parts[:, 2]),
        "freed_per_head": eq.per_head(freed=free, gdp=see["real_gdp"], population=see["population"]),
    }


def uses(p: Values) -> tuple[np.ndarray, np.ndarray]:
    """Parts of a freed unit by use (draw, 3), and the part for education and health (draw,)."""
    expenditure, revenue, education, health = p["use"].T
    kept = p.holds("use_of_dividend", "kept")[:, None]
    parts = np.where(
        kept,
        eq.uses_if_kept(civil=p["kept_civil"]),
        eq.uses_on_record(expenditure=expenditure, revenue=revenue),
    )
    schools = eq.schools_and_health(
        civil=parts[:, 0], response=-(education + health), share=p["schools_in_civil"]
    )
    return parts, schools
