# Everything is installed into .venv from the locks; nothing has to be there but python3 (3.11 or newer) and make.

PYTHON ?= python3
LOCK_PYTHON ?= python3.11
WORKERS ?= auto
SOAK ?= 2000

BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
CODE := $(wildcard negotiation calendars tests bench)
LOCK := build/lock/bin/pip-compile --quiet --allow-unsafe --all-build-deps --generate-hashes --strip-extras \
	--no-emit-options --no-emit-index-url --no-emit-trusted-host --resolver backtracking $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help demo test soak check format bench docs pictures install lock packages clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/run.stamp ## a city with three months of cases, and its desk in the browser until Ctrl-C
	@$(BIN)/negotiation demo

test: .venv/dev.stamp packages ## the whole suite
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

soak: .venv/dev.stamp ## the faults and the state machine for as long as it takes (2,000 terms, 2,000 notices)
	@NEGOTIATION_SOAK=$(SOAK) $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile tests/faults tests/cases

check: .venv/dev.stamp ## style, types, which module may import which, and the shape in figures
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy $(CODE)
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m tests.repo.shape
	@$(BIN)/python -m tests.repo.trace

format: .venv/dev.stamp ## put the code into the house's form
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: .venv/dev.stamp ## the figures, measured here
	@$(BIN)/python -m bench

docs: .venv/dev.stamp ## write the diagram and the terms of the rulebook into docs/sharing.md
	@$(BIN)/python -m tests.house.readme

pictures: .venv/dev.stamp packages ## take the pictures of the documents anew
	@mkdir -p docs/pictures
	@NEGOTIATION_PICTURES=docs/pictures $(BIN)/python -m pytest -q -n 0 tests/eyes/test_pages.py -k documents_show

install: .venv/dev.stamp ## the product and what its tests need, into .venv

lock: ## pin the dependencies again (UPGRADE=--upgrade for the newest); with the oldest Python supported
	@$(LOCK_PYTHON) -m venv build/lock
	@build/lock/bin/python -m pip -qq --disable-pip-version-check install pip-tools==7.6.2
	@CUSTOM_COMPILE_COMMAND='make lock' $(LOCK) --extra dev --output-file requirements-dev.lock pyproject.toml
	@CUSTOM_COMPILE_COMMAND='make lock' $(LOCK) --constraint requirements-dev.lock --output-file requirements.lock pyproject.toml

packages: # what the browser tests need of Debian; as root what is missing is installed, else they say what it is
	@.ci/packages

clean: ## remove what was installed or built here (never var/, where the cases are)
	@rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/run.stamp: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here: install Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, and $(PYTHON) is %d.%d: make PYTHON=python3.11 names another." % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make a virtual environment: install its venv module (on Debian the package python3-venv)." >&2; exit 1; }
	@echo "Installing into .venv (once) ..."
	@$(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	@echo "Installing what the tests need (once) ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
