"""Ten sectors of the many-sector economy, and the industries of each source that make them up."""

from __future__ import annotations

SECTORS = (
    "agriculture",
    "energy",
    "refining",
    "chemicals",
    "metals",
    "machinery",
    "vehicles",
    "other_manufacturing",
    "utilities",
    "services",
)
GOODS = SECTORS[:8]
"""What crosses borders as goods: the sectors on which sanctions and trade costs act."""

_ICIO = {
    "agriculture": "A01 A02 A03 C10T12",
    "energy": "B05 B06",
    "refining": "C19",
    "chemicals": "C20 C21 C22",
    "metals": "C24A C24B",
    "machinery": "C25 C26 C27 C28",
    "vehicles": "C29 C301 C302T309",
    "other_manufacturing": "B07 B08 B09 C13T15 C16 C17_18 C23 C31T33",
    "utilities": "D E",
    "services": "F G H49 H50 H51 H52 H53 I J58T60 J61 J62_63 K L M N O P Q R S T",
}
_WIOD = {
    "agriculture": "c1 c3",
    "energy": "c2",
    "refining": "c8",
    "chemicals": "c9 c10",
    "metals": "c12",
    "machinery": "c13 c14",
    "vehicles": "c15",
    "other_manufacturing": "c4 c5 c6 c7 c11 c16",
    "utilities": "c17",
    "services": " ".join(f"c{k}" for k in range(18, 36)),
}
_GTAP = {
    "agriculture": "pdr wht gro v_f osd c_b pfb ocr ctl oap wol frs fsh cmt omt vol mil pcr sgr ofd b_t",
    "energy": "coa oil gas",
    "refining": "p_c",
    "chemicals": "chm bph rpp crp",
    "metals": "i_s nfm",
    "machinery": "fmp ele eeq ome",
    "vehicles": "mvh otn",
    "other_manufacturing": "oxt omn tex wap lea lum ppp nmm omf",
    "utilities": "ely gdt",
}


def _reversed(groups: dict[str, str], order: str = "") -> dict[str, str]:
    found = {code: sector for sector, codes in groups.items() for code in codes.split()}
    return {code: found[code] for code in order.split()} if order else found


ICIO = _reversed(_ICIO)
"""ICIO industry (2025 release) to sector; weapons are in C25 (machinery), ships and aircraft in vehicles."""
WIOD = _reversed(_WIOD, " ".join(f"c{k}" for k in range(1, 36)))
"""WIOD 2013 industry to sector, in WIOD's order. All of mining (c2) counts as energy, and fabricated metal
products (c12) as metals: the release cannot tell them apart."""
GTAP = _reversed(_GTAP)
"""GTAP sector (10 and older names) to sector; published elasticities come by GTAP sector."""
