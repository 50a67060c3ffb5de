# make demo     set up, then go from recordings to a compiled program that hears an emotion
# make test     set up, then all fast checks
# make check-all  the slow ones too: full corpora, notebook, peers
# Windows and machines without make: README has the same in plain lines.
PYTHON ?= python3
BIN := .venv/bin
NATIVE := $(wildcard src/undertone/runtime/c/*/*.[ch]) build_native.py

.PHONY: setup demo test lint types floors unit check-all native clean

setup: .venv/.native

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "undertone needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another with: make PYTHON=python3.12")'
	@echo "setting up .venv (a few minutes, once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt hatchling ziglang
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation -e '.[dev]'
	@$(BIN)/undertone warm
	@touch $@

.venv/.native: .venv/.installed $(NATIVE)
	@$(BIN)/python build_native.py
	@touch $@

native: .venv/.native

demo: setup
	@$(BIN)/undertone demo

test: lint types floors unit

lint: setup
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: setup
	@$(BIN)/mypy

floors: setup
	@$(BIN)/lint-imports

unit: setup
	@$(BIN)/python -m pytest -m 'not slow'

check-all: test
	@$(BIN)/python -m pytest -m slow

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis src/undertone/runtime/lib
