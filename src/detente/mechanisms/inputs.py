"""Observed quantities that several mechanisms read and none of them explains yet.

Each is declared once here; the observed world (:mod:`detente.data.start`) provides the numbers.
"""

from __future__ import annotations

from detente.model.field import Field

POLYARCHY = Field(
    "polyarchy",
    ("state",),
    "index 0-1",
    "input",
    "V-Dem electoral democracy index (v2x_polyarchy); 1 is most democratic",
    0.0,
    1.0,
)
POPULATION = Field("population", ("state",), "persons", "input", "total population", 0.0)
BASELINE_GROWTH = Field(
    "baseline_growth",
    ("state",),
    "log points a year",
    "input",
    "projected growth of real GDP before any effect of ours",
)
LAND_BORDER = Field(
    "land_border",
    ("state", "partner"),
    "0 or 1",
    "input",
    "the two share a land or river border (COW direct contiguity, type 1)",
    0.0,
    1.0,
    symmetric=True,
)
MIN_DISTANCE = Field(
    "min_distance",
    ("state", "partner"),
    "km",
    "input",
    "shortest distance between the two territories (CShapes 2.0)",
    0.0,
    symmetric=True,
)
DEFENCE_PACT = Field(
    "defence_pact",
    ("state", "partner"),
    "0 or 1",
    "input",
    "both are bound by a treaty of mutual defence (ATOP; NATO table since 2018)",
    0.0,
    1.0,
    symmetric=True,
    grid=(0.0, 1.0),
)
RECONCILIATION = Field(
    "reconciliation",
    ("state", "partner"),
    "0 to 1",
    "input",
    "deliberate effort at rapprochement: councils, exercises, hotlines, exchanges; 0 none, 1 as in the "
    "most determined cases on record",
    0.0,
    1.0,
    symmetric=True,
)
ALL = (POLYARCHY, POPULATION, BASELINE_GROWTH, LAND_BORDER, MIN_DISTANCE, DEFENCE_PACT, RECONCILIATION)
