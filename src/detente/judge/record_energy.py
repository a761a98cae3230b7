"""Computations on the record of gas: who depended on whom, pipelines, cuts, what withholding does to prices.

Flows and prices come from the market calibrated to the account of a year that ships with the package
(:func:`detente.mechanisms.gas.api.market`); pipelines from the table ``gas_pipes``; cuts from the list of
political cuts on which their hazard is fitted (``mechanisms/gas/cuts.csv``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from detente.judge.measurement import Measurement, Tables, members, missing, plain

Selector = str | Sequence[str]
ACCOUNT = ("gas_review", "iea_gas")
"""Sources of the account of flows."""

ELASTICITIES = (-0.18, -0.262, -0.098)
"""Short-run elasticity of demand: middle and 90 % of the gas mechanism's prior (-0.18, error 0.05)."""


def gas_share(tables: Tables, *, buyers: Selector, seller: str, year: int, of: str = "use") -> Measurement:
    """Gas made by the seller and used by the buyers, by pipe and ship, over all they use (or their imports).

    ``of``: ``use``, or ``imports``, which are use less own output. States without gas drop out.
    """
    from detente.mechanisms.gas.api import market

    if of not in ("use", "imports"):
        raise missing(f"share of '{of}'; valid: use, imports")
    chosen = list(members(tables, buyers, year))
    sold = market(year).sales(0.0)
    mine = sold.filter(sold["buyer"].is_in(chosen) & (sold["seller"] == seller))
    bought = sum(float(mine[column].sum()) for column in ("pipe_before", "lng_before"))
    nodes = tables("gas_nodes")
    nodes = nodes.filter((nodes["year"] == year) & nodes["state"].is_in(chosen))
    whole = float(nodes["use"].sum()) - (float(nodes["output"].sum()) if of == "imports" else 0.0)
    remark = f"{bought:.0f} of {whole:.0f} bcm in our account, which is a few per cent below published totals"
    meaning = f"gas from {seller} as a share of the {of} of {plain(buyers)} in {year}"
    return Measurement(bought / whole, "share", meaning, (*ACCOUNT, "blocs"), n=len(nodes), remark=remark)


def pipeline_capacity(tables: Tables, *, legs: Mapping[str, float], used: float = 1.0) -> Measurement:
    """Nameplate of pipeline legs (``FROM-TO`` → the share of each that is open), times the share ``used``."""
    pipes = tables("gas_pipes")
    newest = pipes.filter(pipes["year"] == pipes["year"].max())
    total = 0.0
    for leg, share in legs.items():
        start, _, end = leg.partition("-")
        row = newest.filter((newest["from"] == start) & (newest["to"] == end))
        if row.is_empty():
            raise missing(f"pipeline {leg}")
        total += share * float(row["nameplate"].sum())
    said = ", ".join(f"{leg} ({share:.0%})" if share != 1 else leg for leg, share in legs.items())
    part = f"{used:.0%} of " if used != 1 else ""
    return Measurement(used * total, "bcm", f"{part}the capacity of {said}", ("iea_gas",), n=len(legs))


def pipeline_use(tables: Tables, *, legs: Sequence[str], year: int) -> Measurement:
    """Gas carried by pipeline legs (``FROM-TO``) in the account of a year, over their nameplate."""
    pipes = tables("gas_pipes")
    pipes = pipes.filter(pipes["year"] == year)
    rows = pipes.filter((pipes["from"] + "-" + pipes["to"]).is_in(list(legs)))
    if len(rows) < len(legs):
        raise missing(f"account of all of {', '.join(legs)} in {year}")
    share = float(rows["flow"].sum()) / float(rows["nameplate"].sum())
    return Measurement(share, "share", f"use of {', '.join(legs)} in {year}", ACCOUNT, n=len(legs))


def gas_cut_years(
    tables: Tables, *, seller: str, since: int, until: int, buyers: Selector | None = None
) -> Measurement:
    """Share of years in which the seller held back gas for a political reason from any of the buyers (or any
    state). From the curated list of cuts; blocs with their members of ``until``."""
    from detente.mechanisms.gas.fit import cuts

    rows = cuts()
    rows = rows.filter((rows["seller"] == seller) & rows["year"].is_between(since, until))
    if buyers is not None:
        rows = rows.filter(rows["buyer"].is_in(list(members(tables, buyers, until))))
    years = sorted(rows["year"].unique().to_list())
    whom = "any state" if buyers is None else plain(buyers)
    meaning = f"years {since}-{until} with a political cut by {seller} of {whom}"
    remark = "years: " + (", ".join(map(str, years)) or "none")
    n = until - since + 1
    return Measurement(len(years) / n, "share of years", meaning, ("gas_cuts",), n=n, remark=remark)


def withholding_price(tables: Tables, *, seller: str, bcm: float, year: int, hub: str = "TTF") -> Measurement:
    """Change of a hub's price if the seller held back ``bcm`` of its pipeline sales for a year.

    The shipped market of ``year``, before and after; the interval is that of the short-run elasticity of
    demand.
    """
    from detente.mechanisms.gas.api import market

    found = []
    for elasticity in ELASTICITIES:
        prices = market(year, withhold={seller: bcm}, elasticity=elasticity).prices()
        row = prices.filter(prices["hub"] == hub)
        if row.is_empty():
            raise missing(f"gas hub '{hub}'; valid: {', '.join(prices['hub'])}")
        found.append(float(row["percent"][0]) / 100)
    meaning = f"change of the price at {hub} if {seller} held back {bcm:g} bcm in {year}"
    words = "90 % of the short-run elasticity of demand (-0.18, error 0.05)"
    return Measurement(
        found[0], "share of the price", meaning, ACCOUNT, min(found), max(found), interval=words
    )
