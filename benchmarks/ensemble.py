"""How long a run takes, how cost grows with draws, how much memory it needs, how fast help answers.

Protocol: the flagship scenario and the baseline, 2025-2044 (20 years), 2 processes, one run after
another in one session; wall time of `Ensemble.run` including the start of the worker processes, the
compilation of kernels from cache and the writing of files; peak memory as the largest resident set of
the parent plus twice that of the largest child. The first run warms the compilation cache and is
not counted. Prints a table; asserts nothing.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

YEARS = (2025, 2044)


def seconds(draws: int) -> float:
    """Wall time of one run in its own process, so that memory can be told apart."""
    code = (
        "import sys, detente\n"
        "if __name__ == '__main__':\n"
        f"    detente.what_if('russia-nato-friendship', draws={draws}, years={YEARS}, jobs=2, out=sys.argv[1])\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "once.py"
        script.write_text(code)
        began = time.perf_counter()
        subprocess.run([sys.executable, str(script), f"{folder}/run"], check=True)
        return time.perf_counter() - began


def help_seconds(times: int = 5) -> float:
    """Median wall time of `detente --help`."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run([str(Path(sys.executable).parent / "detente"), "--help"], check=True, capture_output=True)
        taken.append(time.perf_counter() - began)
    return sorted(taken)[times // 2]


def main() -> None:
    seconds(2)
    print(f"{'draws':>8} {'seconds':>9} {'ms per draw-year-world':>24}")
    for draws in (50, 200, 800):
        taken = seconds(draws)
        print(f"{draws:8d} {taken:9.1f} {1000 * taken / (draws * 20 * 2):24.2f}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    print(f"largest process: {peak:.2f} GB resident (one parent and two workers run at once)")
    print(f"detente --help: {help_seconds():.2f} s")


if __name__ == "__main__":
    main()
