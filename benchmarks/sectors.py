"""Speed and exactness of the many-sector equilibrium: 81 economies × 10 sectors.

    python benchmarks/sectors.py [--write docs/benchmarks] [--plain]

One process, one thread, processor time (other work on the machine does not count), after one discarded call.
Best of 5 rounds. The experiment is the return of all trade that broke in 2022; elasticities are the medians of
Fontagné et al. "In the engine" is the whole step of the mechanism, ten draws at a time as the engine calls
it, sizes of 2030, draws of all parameters. ``--plain`` adds the NumPy oracle of the tests.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[threads] = "1"

import numpy as np  # noqa: E402


def best(call: Callable[[], object], rounds: int = 5, calls: int = 10) -> float:
    """Processor seconds for one call: the best round's mean, after one discarded call."""
    call()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        for _ in range(calls):
            call()
        times.append((time.process_time() - start) / calls)
    return min(times)


def problem():
    """The shipped economy, the change between its nodes, one row of elasticities, and the observed start."""
    from detente.data.start import observed
    from detente.mechanisms import sectors
    from detente.mechanisms.sectors import equations
    from detente.mechanisms.sectors.api import medians
    from detente.mechanisms.trade import rupture

    start, economy = observed(), sectors.base()
    broken = np.nan_to_num(rupture.pattern(start.index, rupture.known()["russia_2022"], "RUS"))
    node = equations.node_of(start.index.states, economy.states)
    change = equations.node_change(
        change=broken[None], base_flow=start.values["base_flow"], node=node, nodes=economy.states
    )
    theta = np.array([[medians()[s] for s in economy.sectors]])
    return economy, change, theta, start, broken


def step_of(start, broken: np.ndarray, draws: int = 10) -> Callable[[], object]:
    """A call of the mechanism's step with realistic arrays."""
    from detente.mechanisms import sectors
    from detente.model.chance import Chance
    from detente.model.mechanism import Values, View, theories_of
    from detente.model.simulate import draw_parameters

    m = sectors.mechanism()
    drawn = draw_parameters(m.parameters, Chance(1), range(draws), start)
    p = Values({k.partition(".")[2]: v for k, v in drawn.items()}, theories_of(m.parameters))
    growth = 1.0 + 0.2 * np.arange(draws)[:, None] / draws * np.linspace(0.5, 1.5, len(start.index))
    arrays = {
        "gdp": start.values["base_gdp"] * growth,
        "cost_change": broken * np.linspace(0.3, 1.0, draws)[:, None, None],
        "base_flow": np.broadcast_to(start.values["base_flow"], (draws, *broken.shape)),
        "base_gdp": np.broadcast_to(start.values["base_gdp"], (draws, len(broken))),
    }
    view = View(2030, start.index, draws, arrays)
    return lambda: sectors.step(view, p, {})


def closing(economy, world) -> float:
    """The largest gap in the accounts of a solution, relative."""
    flow, output = world.flow[0], world.output[0]
    final = (flow.sum(axis=1) - np.einsum("jkn,jn->kn", economy.inputs, output)).sum(axis=0)
    deficit = flow.sum(axis=(0, 1)) - flow.sum(axis=(0, 2))
    earned = (economy.value_share * output).sum(axis=0)
    return float(max(
        np.abs(flow.sum(axis=2) - output).max() / output.max(),
        np.abs(final / world.final[0] - 1).max(),
        np.abs((final - earned - deficit) / earned).max(),
    ))


def measured(plain: bool) -> list[list[str]]:
    """Rows of the table."""
    from detente.mechanisms.sectors import GOODS
    from detente.mechanisms.sectors.economy import solve

    economy, change, theta, start, broken = problem()
    marked = np.isin(economy.sectors, GOODS)

    def once():
        return solve(economy, change, theta=theta, shared=marked)

    world = solve(economy, change, theta=theta, shared=marked, flows=True)
    rows = [
        ["one solution, 81 × 10", f"{1e3 * best(once):.1f} ms", "under 1 s",
         f"{world.sweeps[0]} sweeps; accounts close to {closing(economy, world):.0e}"],
        ["in the engine, a draw-year-world", f"{1e3 * best(step_of(start, broken), calls=3) / 10:.1f} ms",
         "under 8 ms", "reference at the year's sizes, pattern of sectors, shares of inputs"],
    ]
    if plain:
        from detente.mechanisms.sectors.plain import fixed_point

        begin = time.process_time()
        wage, _, _ = fixed_point(economy, marked[:, None, None] * change[0], theta=theta[0], tolerance=1e-10)
        gap = np.abs(wage / world.wage[0] - 1).max()
        rows.append(["plain NumPy, nested", f"{1e3 * (time.process_time() - begin):,.0f} ms", "", f"wages differ by {gap:.0e}"])
    return rows


def main() -> None:
    """Print the table; with --write also save it as Markdown."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--write", type=Path, help="folder for sectors.md")
    options.add_argument("--plain", action="store_true")
    chosen = options.parse_args()
    lines = [
        "# Many-sector equilibrium: speed and exactness", "",
        f"{platform.python_version()} on {platform.machine()}, one thread, processor time; protocol in "
        "`benchmarks/sectors.py`, which writes this page.", "",
        "| what | time | asked | |", "|---|---|---|---|",
        *("| " + " | ".join(row) + " |" for row in measured(chosen.plain)),
    ]
    print("\n".join(lines))
    if chosen.write:
        chosen.write.mkdir(parents=True, exist_ok=True)
        (chosen.write / "sectors.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
