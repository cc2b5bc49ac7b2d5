# `make run` and `make test` set up all they need on a machine with Python >= 3.11 (venv, pip) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BENCH_STAMP := $(VENV)/.installed-bench
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DATA ?=
UP_ARGS := --demo $(if $(DATA),--data $(DATA))
# Two cores are what a small machine has; each more runs its own Postgres and Temporal.
TEST_PROCESSES ?= 2
CHECKED := domain workflows activities infrastructure rehearsal cli tests $(wildcard bench worker.py)

.PHONY: setup run test check format bench chaos lock clean

setup: $(STAMP)

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("helhedsplan needs Python 3.11 or newer; set PYTHON=") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(STAMP): requirements/dev.lock pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/dev.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(BENCH_STAMP): requirements/bench.lock $(STAMP)
	$(PIP) install --require-hashes -r requirements/bench.lock
	@touch $@

run: $(STAMP)
	$(BIN)/helhedsplan up $(UP_ARGS)

test: $(STAMP)
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadgroup -m "not chaos"

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict $(CHECKED)
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/architecture

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(BENCH_STAMP)
	$(BIN)/python -m bench

chaos: $(STAMP)
	$(BIN)/python -m pytest -m chaos --timeout 1800

# Hashes, no addresses: any mirror that serves the same files will do.
COMPILE = .lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --upgrade

lock:
	test -x .lock/bin/uv || ($(PYTHON) -m venv .lock && .lock/bin/python -m pip install --quiet uv)
	$(COMPILE) pyproject.toml --extra embedded --group dev -o requirements/dev.lock
	$(COMPILE) pyproject.toml -c requirements/dev.lock -o requirements/run.lock
	$(COMPILE) --group bench -c requirements/dev.lock -o requirements/bench.lock

clean:
	rm -rf $(VENV) .lock .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
