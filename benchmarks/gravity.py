"""PPML with three-way fixed effects on our full panel: our tool against bare pyfixest.

Protocol. One process for each method, one thread for numbers, started fresh so that peak memory is its own.
Both get the same rows: every recorded flow of the bundle's panel since 1950 with two kinds of trade sanctions and
trade agreements. *Bare pyfixest* is ``fepois(value ~ ... | exporter_year + importer_year + pair)`` with errors
clustered by pair, on a pandas frame whose effects are already whole numbers (the form it likes best), defaults
otherwise; its time counts the call alone, not the making of the frame. *Ours* is ``detente.trade.estimate`` on a
table of text and numbers: checking it for doubles, negative flows and missing columns, looking up policies,
dropping what cannot inform, coding the effects, the fit, the clustered covariance. Compilation is done before by
a small regression. Times are of the best of ``--rounds``; processor time counts, since machines are shared.

    python benchmarks/gravity.py [--first 1950] [--rounds 2] [--write docs/benchmarks]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
import warnings
from pathlib import Path

for threads in (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "RAYON_NUM_THREADS",
):
    os.environ[threads] = "1"
os.environ.setdefault("POLARS_MAX_THREADS", "1")

ROOT = Path(__file__).resolve().parents[1]
POLICIES = ("sanction_complete", "sanction_partial", "rta")
BOUND = 1.5


def frame(first: int):
    """The panel as one table of text and numbers: exporter, importer, year, value, pair, policies."""
    from detente import trade
    from detente.mechanisms.trade.gravity.design import design
    from detente.mechanisms.trade.gravity.specification import Specification

    return design(trade.panel(POLICIES), Specification(POLICIES, first=first)).frame


def theirs(table, rounds: int) -> tuple[tuple[float, float], dict[str, list[float]]]:
    """Bare pyfixest."""
    import pandas as pd
    import polars as pl
    import pyfixest as pf

    low, high = pl.min_horizontal("exporter", "importer"), pl.max_horizontal("exporter", "importer")
    keys = {
        "exporter_year": pl.concat_str("exporter", "year"),
        "importer_year": pl.concat_str("importer", "year"),
        "flow": pl.col("pair"),
        "both": pl.concat_str(low, high),
    }
    codes = table.select("value", *POLICIES, **{k: e.rank("dense").cast(pl.Int32) for k, e in keys.items()})
    data = pd.DataFrame({c: codes[c].to_numpy() for c in codes.columns})
    formula = f"value ~ {' + '.join(POLICIES)} | exporter_year + importer_year + flow"

    def run(rows):
        return pf.fepois(formula, rows, vcov={"CRV1": "both"}, store_data=False)

    run(data[(table["year"] >= table["year"].max() - 8).to_numpy()].copy())
    fit, times = timed(lambda: run(data), rounds)
    return times, {n: [float(fit.coef()[n]), float(fit.se()[n])] for n in POLICIES}


def ours(table, rounds: int) -> tuple[tuple[float, float], dict[str, list[float]]]:
    """Our tool."""
    from detente import trade

    last = int(table["year"].max())
    trade.estimate(table, POLICIES, years=(last - 8, last))
    found, times = timed(lambda: trade.estimate(table, POLICIES), rounds)
    return times, {n: list(found.of(n)) for n in POLICIES}


def timed(call, rounds: int):
    """The last result and, for the fastest round, seconds on the clock and of processor time."""
    times = []
    for _ in range(rounds):
        clock, processor = time.perf_counter(), time.process_time()
        found = call()
        times.append((time.process_time() - processor, time.perf_counter() - clock))
    return found, min(times)


def child(method: str, first: int, rounds: int) -> None:
    """Time one method and print what it took as JSON."""
    warnings.simplefilter("ignore")
    table = frame(first)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    times, found = {"ours": ours, "pyfixest": theirs}[method](table, rounds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said = {"rows": table.height, "processor": times[0], "seconds": times[1], "mb": peak, "mb_before": before}
    print(json.dumps(said | {"found": found}))


def measure(first: int, rounds: int) -> dict[str, dict]:
    """Both methods, each in a process of its own."""
    made = {}
    for method in ("pyfixest", "ours"):
        call = [sys.executable, __file__, "--child", method, "--first", str(first), "--rounds", str(rounds)]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
        made[method] = json.loads(done.stdout.splitlines()[-1])
    return made


def report(made: dict[str, dict], first: int, rounds: int) -> str:
    """The result as a page."""
    from importlib.metadata import version

    bare, tool = made["pyfixest"], made["ours"]
    lines = [
        "# Gravity estimation: our tool against bare pyfixest",
        "",
        f"{bare['rows']:,} flows since {first}, three policies, exporter-year, importer-year and pair effects, errors by",
        f"pair. pyfixest {version('pyfixest')}, Python {platform.python_version()}, one thread; best of {rounds}.",
        "",
        "| | processor time, s | on the clock, s | peak memory, MB | of which the table |",
        "| --- | --: | --: | --: | --: |",
        *(
            f"| {name} | {m['processor']:.1f} | {m['seconds']:.1f} | {m['mb']:,.0f} | {m['mb_before']:,.0f} |"
            for name, m in (("bare pyfixest", bare), ("detente.trade.estimate", tool))
        ),
        "",
        f"Ratio of processor time: **{tool['processor'] / bare['processor']:.2f}** (bound: {BOUND}). The machine was "
        "shared, so the clock says little.",
        "",
        "| | bare pyfixest | error | ours | error |",
        "| --- | --: | --: | --: | --: |",
        *(
            f"| {n} | {bare['found'][n][0]:.5f} | {bare['found'][n][1]:.5f} | {tool['found'][n][0]:.5f} | "
            f"{tool['found'][n][1]:.5f} |"
            for n in POLICIES
        ),
        "",
        "Ours does more (checks, policies, coding) and less: zeros that their own effect predicts perfectly are taken out",
        "by grouped filters before the fit. Written by `python benchmarks/gravity.py --write docs/benchmarks`.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and with ``--write`` put the page into the folder; code 1 above the bound."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--first", type=int, default=1950)
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--write", type=Path)
    options.add_argument("--child", choices=("ours", "pyfixest"))
    given = options.parse_args()
    if given.child:
        child(given.child, given.first, given.rounds)
        return
    made = measure(given.first, given.rounds)
    page = report(made, given.first, given.rounds)
    print(page)
    if given.write:
        (given.write / "gravity.md").write_text(page, encoding="utf-8")
    if made["ours"]["processor"] > BOUND * made["pyfixest"]["processor"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
