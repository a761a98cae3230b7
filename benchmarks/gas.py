"""Speed of one gas market.

Protocol. One process, one thread. The network of 2023 with the contracts and both theories of Russia's pricing.
*Cold*: from the base year's prices to the market without any pipeline from Norway to Germany. *Warm*: from last
year's prices to the same market with demand 2 % higher everywhere, as a year in the engine. *HiGHS*: the
quadratic programme of the same market, given its solution's tangents, built and solved once. Compilation (one discarded
call) and reading are counted in nobody's time. Best of 5 rounds of 50 calls; HiGHS one call.

    python benchmarks/gas.py [--write docs/benchmarks]
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from pathlib import Path

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[threads] = "1"

import numpy as np  # noqa: E402

from detente.mechanisms.gas import highs  # noqa: E402
from detente.mechanisms.gas.calibrate import TAX  # noqa: E402
from detente.mechanisms.gas.market import market, solve  # noqa: E402
from detente.mechanisms.gas.network import calibrated  # noqa: E402
from detente.mechanisms.gas.year import priced_by_seller  # noqa: E402


def best(call, rounds: int = 5, calls: int = 50) -> float:
    """Milliseconds a call, best round."""
    call()
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        for _ in range(calls):
            call()
        times.append((time.perf_counter() - begin) / calls)
    return 1e3 * min(times)


def measured() -> list[tuple[str, str]]:
    """Rows of the table."""
    net = calibrated(2023)
    base = priced_by_seller(market(net), TAX, 0.05)
    cap = base.route_capacity.copy()
    cap[[k for k in net.of_kind("pipe") if net.ends(k) == ("NOR", "DEU")]] = 0.0
    shut = base.with_(route_capacity=cap, least=np.minimum(base.least, cap))
    last = solve(shut)
    more = shut.with_(reference=1.02 * shut.reference)
    warm = solve(more, last.price)
    begin = time.perf_counter()
    found = highs.optimum(highs.programme(shut, last.price))
    by_highs = 1e3 * (time.perf_counter() - begin)
    apart = np.abs(found.price - last.price)[last.use > 1e-3].max()
    return [
        ("nodes, routes", f"{len(net.nodes)}, {len(net.kind)}"),
        ("cold, ms", f"{best(lambda: solve(shut)):.2f} ({last.steps} steps)"),
        ("warm, ms", f"{best(lambda: solve(more, last.price)):.2f} ({warm.steps} steps)"),
        ("HiGHS, ms", f"{by_highs:.0f}"),
        ("largest difference of prices to HiGHS, USD/MMBtu", f"{apart:.1e}"),
    ]


def main() -> None:
    """Print, or write, the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="folder for gas.md")
    place = parser.parse_args().write
    lines = ["| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in measured())]
    text = "\n".join(["# One gas market", "", (__doc__ or "").split("\n\n    python")[0].split("\n", 2)[2], "", *lines, ""])
    text += f"\nMachine: {platform.machine()}, Python {platform.python_version()}; two cores shared with other work.\n"
    if place:
        (place / "gas.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
