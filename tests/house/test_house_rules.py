"""The house rules that can be counted are counted here."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "detente"
FILES = sorted(SOURCE.rglob("*.py"))
KERNEL = sorted((SOURCE / "model").glob("*.py"))
FILE_LINES, KERNEL_LINES, LONGEST_BODY, P90_BODY = 400, 1600, 60, 30
HEAVY = ("polars", "xarray", "altair", "numba", "pandas", "pyfixest", "statsmodels", "scipy", "vl_convert", "jinja2")


def bodies(path):
    """(name, lines of body without docstring) of every function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            yield node.name, node.end_lineno - first.lineno + 1


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_file_has_one_subject_and_fits_in_400_lines(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= FILE_LINES, f"{path.name} has {lines} lines"


def test_functions_are_short():
    sizes = [(lines, f"{p.relative_to(SOURCE)}:{name}") for p in FILES for name, lines in bodies(p)]
    long = [f"{where} ({lines})" for lines, where in sizes if lines > LONGEST_BODY]
    assert not long, f"bodies over {LONGEST_BODY} lines: {long}"
    ordered = sorted(lines for lines, _ in sizes)
    p90 = ordered[int(0.9 * len(ordered))]
    assert p90 <= P90_BODY, f"nine tenths of bodies should have {P90_BODY} lines or fewer, not {p90}"


def test_the_kernel_is_small_and_knows_no_domain():
    text = "\n".join(p.read_text(encoding="utf-8") for p in KERNEL)
    assert len(text.splitlines()) <= KERNEL_LINES
    for word in ("nato", "russia", "sanction", "treaty", "peace", "gdp", "milex", "trade", "war "):
        assert not re.search(rf"\b{word}", text, re.IGNORECASE), f"the kernel says '{word}'"


def test_only_chance_touches_random_numbers():
    guilty = [
        str(p.relative_to(SOURCE)) for p in FILES
        if p.name != "chance.py" and re.search(r"np\.random|numpy\.random|^import random|from random", p.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert not guilty


def test_only_the_report_draws_charts():
    guilty = [str(p) for p in FILES if "report" not in p.parts and re.search(r"import (altair|vl_convert|matplotlib)", p.read_text(encoding="utf-8"))]
    assert not guilty


def test_import_directions():
    done = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def loaded_by(code):
    listing = f"import sys\n{code}\nprint(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    return {m for m in HEAVY if m in done.stdout.split()}


def test_importing_and_help_load_nothing_heavy():
    assert not loaded_by("import detente")
    helped = "from typer.testing import CliRunner\nfrom detente.cli import app\nassert CliRunner().invoke(app, ['--help']).exit_code == 0"
    assert not loaded_by(helped)
    assert "numpy" not in subprocess.run(
        [sys.executable, "-c", "import sys, detente.cli; print(' '.join(sys.modules))"], capture_output=True, text=True, check=True
    ).stdout.split()


def test_no_path_of_a_machine_and_no_registry_host():
    forbidden = [r"(?<![\w.])/(work|farm|root|tmp)/", "p" + r"ypi\.org", "python" + "hosted", r"registry\.npm" + "js"]
    guilty = []
    for folder in ("src", "tests", "docs", "scenarios", "claims", "benchmarks"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".md", ".yaml", ".toml", ".json", ".bib", ".csv"} and path != Path(__file__):
                text = path.read_text(encoding="utf-8", errors="replace")
                guilty += [f"{path.relative_to(ROOT)}: {p}" for p in forbidden if re.search(p, text)]
    assert not guilty


def test_every_public_name_exists():
    import detente

    for name in detente.__all__:
        assert getattr(detente, name) is not None, name


def test_every_source_is_in_the_bibliography():
    import yaml

    from detente.mechanisms import default_model

    text = (ROOT / "docs" / "sources.bib").read_text(encoding="utf-8")
    keys = set(re.findall(r"^@\w+\{\s*([^,\s]+)\s*,", text, re.MULTILINE))
    assert len(keys) == len(re.findall(r"^@", text, re.MULTILINE)), "a key stands twice"
    fitted = set()
    for p in default_model().parameters:
        assert p.judgement or p.source.startswith("fit:") or p.source in keys, f"{p.name}: {p.source}"
        if p.source.startswith("fit:"):
            fitted.add(p.name.partition(".")[0])
    for name in fitted:
        text = (SOURCE / "mechanisms" / name / "estimates.yaml").read_text(encoding="utf-8")
        assert yaml.load(text, yaml.CSafeLoader)["made_by"] == f"detente fit {name}"
