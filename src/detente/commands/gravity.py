"""``detente gravity``: the effect of policies on trade, estimated on our own panel or a user's table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

THREE_WAY = "exporter_year,importer_year,pair"


def gravity(
    policy: Annotated[
        str, typer.Option(help="policies whose effect is asked for, with commas")
    ] = "sanction_complete,sanction_partial,rta",
    table: Annotated[Path | None, typer.Option(help=".csv or .parquet (our own panel if left out)")] = None,
    controls: Annotated[str, typer.Option(help="further columns")] = "",
    lags: Annotated[str, typer.Option(help="phase-in: years after, as 4,8")] = "",
    leads: Annotated[str, typer.Option(help="anticipation: years before")] = "",
    lifted: Annotated[
        str, typer.Option(help="persistence: first years of bins after the end, as 1,3,5")
    ] = "",
    years: Annotated[str | None, typer.Option(help="first and last year, as 1986:2020")] = None,
    every: Annotated[int, typer.Option(help="take each so many years")] = 1,
    without: Annotated[str, typer.Option(help="years to leave out")] = "",
    effects: Annotated[str, typer.Option(help="fixed effects")] = THREE_WAY,
    cluster: Annotated[str, typer.Option(help="errors clustered by; several: multiway")] = "pair",
    border: Annotated[bool, typer.Option("--border", help="effect of the border by year")] = False,
    domestic: Annotated[bool, typer.Option("--domestic", help="with sales at home")] = False,
    balanced: Annotated[bool, typer.Option("--balanced", help="only pairs there in every year")] = False,
    ols: Annotated[bool, typer.Option("--ols", help="least squares of log flows instead of PPML")] = False,
    names: Annotated[str, typer.Option(help="the table's own names, as value=trade,exporter=iso_o")] = "",
    out: Annotated[Path | None, typer.Option(help="write the coefficients to this .csv")] = None,
    show: Annotated[bool, typer.Option("--show", help="list what our own panel holds, and stop")] = False,
) -> None:
    """Estimate the effect of policies on trade (PPML, three-way fixed effects) and print the table."""
    from detente import trade

    if show:
        for name, meaning in trade.policies().items():
            print(f"{name:24} {meaning}")
        return
    found = trade.estimate(
        table,
        policy,
        controls=controls,
        effects=effects,
        leads=leads,
        lags=lags,
        lifted=lifted,
        border_by_year=border,
        domestic=(domestic or border) if table is None else None,
        years=years,
        every=every,
        without=without,
        balanced=balanced,
        cluster=cluster,
        estimator="ols" if ols else "ppml",
        columns=_renamed(names),
    )
    print(found)
    if out is not None:
        found.frame.write_csv(out)
        print(f"\nWritten: {out}")


def _renamed(text: str) -> dict[str, str]:
    """Pairs OURS=THEIRS with commas between, as a dictionary."""
    from detente.model.errors import Problems

    found, problems = {}, Problems()
    for part in filter(None, (p.strip() for p in text.split(","))):
        ours, sign, theirs = part.partition("=")
        if not (sign and ours.strip() and theirs.strip()):
            problems.add("--names", f"'{part}' names no column", "write OURS=THEIRS, as value=trade")
        found[ours.strip()] = theirs.strip()
    problems.raise_if_any()
    return found
