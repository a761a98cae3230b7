# Two commands do all the set-up: `make run` and `make test`. Needs make, Python 3.11+, pip, venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DRAWS ?= 200
JOBS ?= 2
OUT ?= runs/russia-nato-friendship

.PHONY: run test test-slow check bench track-record clean help

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 16

run: $(VENV)/.installed ## the flagship scenario on the embedded data, and its page
	$(BIN)/detente run russia-nato-friendship --draws $(DRAWS) --jobs $(JOBS) --out $(OUT)
	$(BIN)/detente report $(OUT)

test: $(VENV)/.installed-dev ## the test suite
	$(BIN)/python -m pytest -m "not slow"

test-slow: $(VENV)/.installed-dev ## long fits, replays and rebuilds
	$(BIN)/python -m pytest -m slow

check: $(VENV)/.installed-dev ## lint, types, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check src
	$(BIN)/mypy -p detente.model
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev ## the measurements that the README quotes
	for f in benchmarks/*.py; do echo "== $$f"; $(BIN)/python $$f || exit 1; done

track-record: $(VENV)/.installed-dev ## score every mechanism on the past
	$(BIN)/detente track-record

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	@touch $@ $(VENV)/.installed

clean: ## remove the environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
