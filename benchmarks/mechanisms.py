"""Where the time of a run goes: each mechanism's share of a draw-year-world.

Protocol: the flagship scenario beside the baseline, one chunk of 10 draws, 2025-2044, one process, one
thread; processor time (the machine may be shared) of every mechanism's step is taken by a wrapper, the
rest (uniforms, moves, what is kept) is what is left. One chunk runs before and is not counted, so that kernels are compiled. Prints a table;
asserts nothing.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("NUMBA_NUM_THREADS", "1")

import time
from collections import defaultdict
from dataclasses import replace

from detente.api import laboratory, read_scenario
from detente.model.mechanism import Model
from detente.run.ensemble import Ensemble
from detente.run.keep import to_keep

YEARS = range(2025, 2045)
DRAWS = 10


def timed(model: Model, spent: dict[str, float]) -> Model:
    """The same model, with the time of every step added up under its mechanism's name."""

    def wrap(mechanism):
        def step(see, p, u):
            began = time.process_time()
            try:
                return mechanism.step(see, p, u)
            finally:
                spent[mechanism.name] += time.process_time() - began

        return replace(mechanism, step=step)

    return replace(model, mechanisms=tuple(wrap(m) for m in model.mechanisms))


def main() -> None:
    spent: dict[str, float] = defaultdict(float)
    model, start = laboratory()
    machine = timed(model, spent)
    ensemble = Ensemble((read_scenario("russia-nato-friendship"),), 2 * DRAWS, YEARS, chunk=DRAWS)
    keep = to_keep(machine, start, (("RUS", "bloc:NATO"),))
    first, second = ensemble.chunks()
    ensemble.compute(machine, start, keep, first)
    spent.clear()
    began = time.process_time()
    ensemble.compute(machine, start, keep, second)
    whole = time.process_time() - began
    cells = DRAWS * len(YEARS) * 2
    print(f"{'mechanism':<16} {'ms per draw-year-world':>24} {'share':>8}")
    for name, seconds in sorted([*spent.items(), ("the rest", whole - sum(spent.values()))], key=lambda r: -r[1]):
        print(f"{name:<16} {1000 * seconds / cells:24.3f} {seconds / whole:8.1%}")
    print(f"{'all':<16} {1000 * whole / cells:24.3f}")


if __name__ == "__main__":
    main()
