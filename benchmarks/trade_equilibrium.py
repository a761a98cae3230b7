"""Speed and accuracy of the trade equilibrium on the Advanced Guide's border experiment (T1).

Protocol. One process, one thread. Every method gets the same 69 × 69 arrays (data of 2006, PPML
coefficients estimated here once) in its own objects, and is timed from there to the real GDP changes
of all 69 countries. Imports, reading, estimation and compilation (one discarded call each) are counted
in nobody's time. Ours and the plain NumPy fixed point: best of 5 rounds of 50 calls. gegravity 0.3
(Herman 2021), default solver: one call of ``simulate`` and, apart, one of ``build_baseline``, since
either takes seconds. Accuracy is the largest distance to the authors' own 69 results.

gegravity pins libraries that may conflict with ours; if it is not importable here, name an interpreter
that has it::

    python -m venv OTHER && OTHER/bin/pip install gegravity==0.3
    python benchmarks/trade_equilibrium.py --gegravity OTHER/bin/python [--write docs/benchmarks]

That interpreter is started by this script and gets the same arrays, in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[threads] = "1"

import numpy as np  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "trade"))

THEIRS = '''
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np, pandas as pd, gegravity as ge
given = np.load(sys.argv[1], allow_pickle=False)
names, trade, costs = given["countries"].tolist(), given["trade"], given["costs"]
n = len(names)
rows = pd.DataFrame({
    "exporter": np.repeat(names, n), "importer": np.tile(names, n), "year": "2006", "trade": trade.ravel(),
    "Y": np.repeat(trade.sum(1), n), "E": np.tile(trade.sum(0), n),
    "log_distance": costs[0].ravel(), "contiguity": costs[1].ravel(), "border": costs[2].ravel(),
})
columns = dict(imp_var_name="importer", exp_var_name="exporter", year_var_name="year",
               trade_var_name="trade", expend_var_name="E", output_var_name="Y")
found = []
for rescale in (1, 10, 100, 1000):
    base = ge.BaselineData(rows, **columns)
    coefficients = ge.CostCoeffs(
        pd.DataFrame({"var": ["log_distance", "contiguity", "border"], "b": given["b"], "se": 0.1}),
        identifier_col="var", coeff_col="b", stderr_col="se")
    model = ge.OneSectorGE(
        base, year="2006", reference_importer="DEU", expend_var_name="E", output_var_name="Y", sigma=7,
        cost_variables=["log_distance", "contiguity", "border"], cost_coeff_values=coefficients, quiet=True)
    start = time.perf_counter()
    try:
        model.build_baseline(omr_rescale=rescale)
        baseline = time.perf_counter() - start
        model.define_experiment(rows.assign(border=0.0))
        start = time.perf_counter()
        model.simulate()
        simulate = time.perf_counter() - start
        change = model.country_results["GDP change (percent)"].loc[names].tolist()
        found.append({"rescale": rescale, "baseline": baseline, "simulate": simulate, "change": change})
        break
    except Exception as problem:
        found.append({"rescale": rescale, "failed": str(problem)[:80]})
print("RESULT" + json.dumps(found))
'''


def best(call: Callable[[], object], rounds: int = 5, calls: int = 50) -> float:
    """Seconds for one call: the best round's mean, after one discarded call."""
    call()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(calls):
            call()
        times.append((time.perf_counter() - start) / calls)
    return min(times)


def gegravity(interpreter: str, arrays: dict[str, np.ndarray]) -> list[dict]:
    """What gegravity does with the same arrays: attempts with growing rescale factors until one runs."""
    with tempfile.TemporaryDirectory() as folder:
        np.savez(Path(folder) / "given.npz", **arrays)
        (Path(folder) / "theirs.py").write_text(THEIRS)
        done = subprocess.run(
            [interpreter, str(Path(folder) / "theirs.py"), str(Path(folder) / "given.npz")],
            capture_output=True, text=True, check=False,
        )
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT")]
    if not lines:
        raise SystemExit(f"gegravity did not run with {interpreter}:\n{done.stderr[-2000:]}")
    return json.loads(lines[0].removeprefix("RESULT"))


def problem():
    """Data, fitted base flows, the removal of borders, the published results."""
    import polars as pl
    from guide_data import guide

    from detente.mechanisms.trade.guide import fitted_base
    from detente.mechanisms.trade.guide_fit import border_gravity

    data = guide()
    names = np.array(data.countries)
    estimated = border_gravity(pl.DataFrame({
        "exporter": np.repeat(names, len(names)), "importer": np.tile(names, len(names)),
        "trade": data.trade.ravel(), "log_distance": data.log_distance.ravel(),
        "contiguity": data.contiguity.ravel(), "border": data.border.ravel(),
    }))
    b = {k: v for k, (v, _) in estimated.items()}
    return data, b, fitted_base(data.trade, data.log_cost(b)), -b["border"] * data.border


def ours() -> tuple[list, np.ndarray, dict[str, np.ndarray]]:
    """Rows (method, seconds, changes) of our methods, the published changes, the arrays for gegravity."""
    from detente.mechanisms.trade.equilibrium import solve
    from detente.mechanisms.trade.guide import guide_procedure
    from detente.mechanisms.trade.plain import fixed_point

    data, b, base, change = problem()
    sigma = np.array([7.0])

    def exact() -> np.ndarray:
        return solve(base, change, sigma=sigma).real_income[0]

    def guide_way() -> np.ndarray:
        return guide_procedure(base, change, sigma=7.0, reference=data.germany).real_gdp

    def plain() -> np.ndarray:
        price, index, _ = fixed_point(base, change, sigma=7.0, tolerance=1e-11)
        return price / index

    rows = [(name, best(call), 100 * (call() - 1)) for name, call in (
        ("detente, exact equilibrium (compiled)", exact),
        ("detente, the Guide's own procedure and stopping rule", guide_way),
        ("plain NumPy fixed point of the exact equilibrium", plain),
    )]
    costs = np.stack([data.log_distance, data.contiguity, data.border])
    arrays = {"countries": np.array(data.countries), "trade": data.trade, "b": np.array(list(b.values()))}
    return rows, data.results["real_gdp"], {**arrays, "costs": costs}


def theirs(interpreter: str, arrays: dict[str, np.ndarray], published: np.ndarray) -> tuple[list, list[str]]:
    """Rows of gegravity, and what went wrong on the way."""
    rows, notes = [], []
    for tried in gegravity(interpreter, arrays):
        rescale = f"omr_rescale={tried['rescale']}"
        if "failed" in tried:
            notes.append(f"gegravity with {rescale}: {tried['failed']}")
            continue
        rows.append((f"gegravity 0.3, simulate ({rescale})", tried["simulate"], np.array(tried["change"])))
        rows.append(("gegravity 0.3, build_baseline", tried["baseline"], np.full(len(published), np.nan)))
        nepal = arrays["countries"].tolist().index("NPL")
        notes.append(f"gegravity's Nepal: {tried['change'][nepal]:.1f} %, published {published[nepal]:.1f} %")
    return rows, notes


def main() -> None:
    """Print the table; with --write also save it as Markdown."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--gegravity", default=sys.executable, help="an interpreter that has gegravity 0.3")
    options.add_argument("--without-gegravity", action="store_true")
    options.add_argument("--write", type=Path, help="folder for trade_equilibrium.md")
    chosen = options.parse_args()
    rows, published, arrays = ours()
    more, notes = ([], []) if chosen.without_gegravity else theirs(chosen.gegravity, arrays, published)
    text = table(rows + more, published, notes)
    print(text)
    if chosen.write:
        chosen.write.mkdir(parents=True, exist_ok=True)
        (chosen.write / "trade_equilibrium.md").write_text(text + "\n", encoding="utf-8")


def table(rows: list, published: np.ndarray, notes: list[str]) -> str:
    """Markdown: time of one solve, ratio to gegravity's, distance to the authors' results."""
    slow = next((t for name, t, _ in rows if "simulate" in name), None)
    lines = [
        "# Trade equilibrium: speed and accuracy on the Advanced Guide's border experiment",
        "", f"69 countries, σ = 7, borders removed. {platform.python_version()} on {platform.machine()}, one "
        "thread; protocol in `benchmarks/trade_equilibrium.py`, which writes this page.", "",
        "| method | time of one solve | gegravity takes | largest distance to the 69 published | "
        "within 0.1 points |", "|---|---|---|---|---|",
    ]
    for name, seconds, change in rows:
        miss = np.abs(change - published)
        ratio = f"{slow / seconds:,.0f} × as long" if slow and "gegravity" not in name else ""
        near = "" if np.isnan(miss).all() else f"{(miss <= 0.1).sum()} of {len(miss)}"
        far = "" if np.isnan(miss).all() else f"{miss.max():.2g} points"
        lines.append(f"| {name} | {1e3 * seconds:,.2f} ms | {ratio} | {far} | {near} |")
    return "\n".join([*lines, "", *(f"- {note}" for note in notes)])


if __name__ == "__main__":
    main()
