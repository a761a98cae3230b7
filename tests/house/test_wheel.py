"""The wheel holds all that a run needs, and runs outside the checkout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CODE = """
import detente, pathlib
assert 'site' in detente.__file__, detente.__file__
result = detente.what_if('nothing-changes', 'russia-nato-friendship', draws=2, years=(2025, 2031))
verdicts = detente.verdicts(result)
page = detente.page(result, verdicts, 'page.html')
print(len(verdicts), page.stat().st_size)
"""


@pytest.mark.slow
def test_the_wheel_runs_outside_the_checkout(tmp_path):
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", str(tmp_path), str(ROOT)], check=True)
    wheel = next(tmp_path.glob("detente-*.whl"))
    subprocess.run([*pip, "install", "--no-deps", "--target", str(tmp_path / "site"), str(wheel)], check=True)
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=tmp_path, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
    )
    assert done.returncode == 0, done.stderr
    verdicts, size = map(int, done.stdout.split())
    assert verdicts >= 40
    assert 100_000 < size < 8_000_000
    assert wheel.stat().st_size < 15_000_000
