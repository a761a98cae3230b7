"""How old, how complete, how free and how imputed each field of the observed world is."""

from __future__ import annotations

import numpy as np

from detente.data.source import source

SOURCES_OF = {
    "gdp": ("wdi", "weo"),
    "base_gdp": ("wdi", "weo"),
    "base_gdp_usd": ("wdi", "weo"),
    "population": ("wdi", "weo", "ssp"),
    "baseline_growth": ("weo", "ssp", "wdi"),
    "growth_volatility": ("wdi", "weo"),
    "polyarchy": ("democracy",),
    "ideal_point": ("ideal_points",),
    "milex_share": ("wdi",),
    "milex": ("wdi",),
    "milex_norm": ("wdi",),
    "land_border": ("contiguity",),
    "min_distance": ("distance", "geodist"),
    "defence_pact": ("atop", "nato"),
    "peace_level": ("peace_scale", "ucdp", "gsdb"),
    "sanction_complete": ("gsdb", "nato"),
    "sanction_partial": ("gsdb", "nato"),
    "sanction_financial": ("gsdb", "nato"),
    "sanction_arms": ("gsdb", "nato"),
    "sanction_travel": ("gsdb", "nato"),
    "base_sanction_age": ("gsdb", "nato"),
    "fdi_inflow": ("wdi_economy", "wdi"),
    "governance": ("ti_cpi", "wgi"),
    "arms_base": ("sipri_transfers", "gapminder"),
    "price_level": ("wdi_economy", "weo_fiscal", "wdi"),
    "ppp_factor": ("wdi_economy", "weo_fiscal", "wdi"),
    "ssp1_gap": ("ssp_rivals",),
    "base_flow": ("baci_2023", "baci", "cow_trade", "icio", "wdi"),
}
"""The sources behind each field of the start; fields derived from these are not repeated."""


def rows(year: int | None = None) -> list[dict[str, str | int | float]]:
    """One row for each field of the start of ``year``: what ``detente data status`` prints.

    Keys: field, source, newest (year), age (years), coverage ("174 of 195 states", or share of pairs),
    share (0 to 1, observed in the newest year), licence, rule (of imputation; empty if there is none).
    """
    from detente.data.start import observed

    start = observed(year)
    found = []
    for field, keys in SOURCES_OF.items():
        said, value = start.notes.get(field), start.values[field]
        if said is None:
            continue
        headers = [source(k).header for k in keys]
        found.append(
            {
                "field": field,
                "source": "; ".join(h.title for h in headers),
                "newest": said.newest,
                "age": start.year - said.newest,
                "coverage": _coverage(value),
                "share": round(said.observed, 3),
                "licence": "; ".join(dict.fromkeys(f"{h.licence} [{h.redistributable}]" for h in headers)),
                "rule": said.rule,
            }
        )
    return found


def _coverage(value: np.ndarray) -> str:
    if value.ndim == 1:
        return f"{int(np.isfinite(value).sum())} of {value.size} states"
    apart = ~np.eye(value.shape[0], dtype=bool)
    return f"{100 * np.isfinite(value[apart]).mean():.0f} % of pairs"
