# Everything is installed into .venv from the locks; nothing has to be there but python3 (3.11 or newer) and make.

PYTHON ?= python3
LOCK_PYTHON ?= python3.11
WORKERS ?= auto
SOAK ?= 2000
FUZZ ?= 100000
ARCHITECTURES ?= x86_64 aarch64
ONLY ?=#     a test file, a folder or a word in a test's name; for make mutation a pattern of mutants
DATABASE ?=# sqlite or postgresql: tests that run on either run on this one alone
# No server, no browser: these run in make check.
QUICK ?= tests/calendars $(wildcard tests/domain/test_table.py tests/domain/test_every_row.py tests/domain/test_offered_acts.py tests/domain/test_rulebook_faults.py)

BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
CODE := $(wildcard negotiation calendars tests bench deployment templates/export/verify.py)
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

# What is no file or folder is a word in a test's name.
FILE := $(if $(wildcard $(firstword $(subst ::, ,$(ONLY)))),$(ONLY))
WORD := $(if $(FILE),,$(strip $(ONLY)))
OTHER := $(if $(DATABASE),$(filter-out $(DATABASE),sqlite postgresql))
MATCHING := $(if $(WORD),($(WORD)))$(if $(and $(WORD),$(OTHER)), and )$(if $(OTHER),not $(OTHER))
CHOSEN := $(FILE) $(if $(MATCHING),-k '$(MATCHING)')
LOCK := build/lock/bin/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras \
	--no-emit-options --no-emit-index-url --no-emit-trusted-host --resolver backtracking --all-extras $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help demo test slowest soak check audit style wheel bundle mutation format bench docs pictures install lock packages clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/run.stamp ## a city with three months of cases, and its desk in the browser until Ctrl-C
	@$(BIN)/negotiation demo

test: .venv/dev.stamp packages ## the whole suite, in a fixed order (ONLY=tests/domain/test_table.py or ONLY=word for a part)
	@$(PYTEST) -p no:randomly --no-loadscope-reorder $(CHOSEN)

slowest: .venv/dev.stamp packages ## the suite (or ONLY=…), and its twenty slowest tests
	@$(PYTEST) -p no:randomly --no-loadscope-reorder --durations 20 $(CHOSEN)

soak: .venv/dev.stamp ## faults, recovery, a thousand simulated years, a standby, the bundles of dist/, for as long as it takes
	@NEGOTIATION_SOAK=$(SOAK) $(PYTEST) -p no:randomly tests/resilience tests/services tests/store tests/documents/export \
		tests/core/test_foreign_notes.py
	@NEGOTIATION_FUZZ=$(FUZZ) $(PYTEST) -p no:randomly tests/fuzz
	@NEGOTIATION_OLD_CHROMIUM=$$(.ci/chromium-2020) $(PYTEST) -n 0 -p no:randomly tests/browser/test_keystrokes.py
	@$(BIN)/python -m tests.services.recovery
	@$(BIN)/python -m tests.simulation
	@$(BIN)/python -m tests.resilience.standby 10
	@$(BIN)/python -m tests.deployment.bare_machine

check: style wheel audit ## style, types, imports, packaging, dependencies, and the quick tests in random order (its seed is printed)
	@$(PYTEST) $(QUICK)

audit: .venv/dev.stamp ## the bill of materials (CycloneDX) into dist/, and known weaknesses of what is pinned (if the index answers)
	@mkdir -p dist
	@$(BIN)/python .ci/bom requirements.lock dist/negotiation.cdx.json
	@$(BIN)/python .ci/audit

style: .venv/dev.stamp
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy $(CODE)
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m tests.repo.shape
	@$(BIN)/python -m tests.repo.trace
	@$(BIN)/validate-pyproject pyproject.toml
	@$(BIN)/deptry negotiation calendars

wheel: .venv/dev.stamp ## build the source archive and the wheel into dist/, and look through what that carries
	@rm -rf dist
	@$(BIN)/hatchling build -d dist
	@$(BIN)/check-wheel-contents dist/*.whl

mutation: .venv/dev.stamp ## mutation testing of the law and the calendars, and its score (SAMPLE=200 SEED=1 for so many, ONLY='calendars.dates.*' for a part)
	@$(BIN)/python .ci/mutation $(if $(ONLY),--only '$(ONLY)') $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

bundle: .venv/dev.stamp build/bundle/compiler.stamp ## one file for a machine without anything, for each of ARCHITECTURES, into dist/ (the first time an hour)
	@rm -rf build/bundle/wheel
	@$(BIN)/hatchling build -t wheel -d build/bundle/wheel
	@build/bundle/compiler/bin/python -m deployment.bundle $(ARCHITECTURES)

format: .venv/dev.stamp ## put the code into its one form
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: .venv/dev.stamp ## the figures, measured here
	@$(BIN)/python -m bench

docs: .venv/dev.stamp ## write what the documents take from the rulebooks: the diagram, the terms, the keys, the articles
	@$(BIN)/python -m tests.repo.readme
	@$(BIN)/python -m tests.repo.rulebook_reference
	@$(BIN)/python -m tests.repo.law

pictures: .venv/dev.stamp packages ## take the pictures of the documents anew
	@mkdir -p docs/pictures
	@NEGOTIATION_PICTURES=docs/pictures $(BIN)/python -m pytest -q -n 0 tests/browser -k documents_show

install: .venv/dev.stamp ## the product and what its tests need, into .venv

lock: ## pin the dependencies again (UPGRADE=--upgrade for the newest); with the oldest Python supported
	@$(LOCK_PYTHON) -m venv build/lock
	@build/lock/bin/python -m pip -qq --disable-pip-version-check install pip-tools==7.6.2
	@build/lock/bin/python .ci/group dev >build/lock/dev.in
	@CUSTOM_COMPILE_COMMAND='make lock' $(LOCK) --output-file requirements-dev.lock pyproject.toml build/lock/dev.in
	@CUSTOM_COMPILE_COMMAND='make lock' $(LOCK) --all-build-deps --constraint requirements-dev.lock --output-file requirements.lock pyproject.toml

packages: # what the browser tests need of Debian; as root what is missing is installed, else they say what it is
	@.ci/packages

clean: ## remove what was installed or built here (never var/, where the cases are)
	@rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis mutants
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

build/bundle/compiler.stamp:
	@$(LOCK_PYTHON) -m venv build/bundle/compiler
	@build/bundle/compiler/bin/python -m pip -qq --disable-pip-version-check install ziglang==0.15.2
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	@echo "Installing what the tests need (once) ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
