# Everything a person or CI does with a checkout. `make` alone lists it.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SCRIPTS := scripts/docs scripts/links scripts/lock
# Compiled modules are kept, whatever the environment says: the tests start hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run test quick check format docs rights console conformance denials screenshots fuzz bench lock clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

run: .venv/.run console ## set up what is needed, then serve with the data in ./data (ARGS="--listen ..." to change that)
	@exec $(BIN)/dockreeve serve --data ./data $(ARGS)

test: .venv/.dev console ## all tests, real clients included (installed with apt where that is allowed)
	@scripts/clients
	@$(BIN)/pytest $(ARGS)

quick: .venv/.dev ## the inner loop, half a minute: all tests but the slow ones and those that need real clients
	@$(BIN)/pytest -q -n auto --dist loadfile --hypothesis-profile quick -m "not clients and not slow" $(ARGS)

check: .venv/.dev ## formatting, lint, types, import directions, lock files, links and generated docs
	@$(BIN)/ruff format --check --quiet . $(SCRIPTS)
	@$(BIN)/ruff check --quiet . $(SCRIPTS)
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache >.venv/imports.log || { cat .venv/imports.log; exit 1; }
	@$(BIN)/python scripts/lock --check
	@$(BIN)/python scripts/links
	@$(BIN)/python scripts/docs --check
	@echo "All checks passed."

format: .venv/.dev ## rewrite the code in the house's format
	@$(BIN)/ruff format . $(SCRIPTS)
	@$(BIN)/ruff check --fix . $(SCRIPTS)

docs: .venv/.dev ## write docs/reference anew from the program's own tables
	@$(BIN)/python scripts/docs

rights: .venv/.dev ## write tests/expected/rights.txt anew: who may do what, to be read in review
	@PYTHONPATH=tests $(BIN)/python -m rights.matrix --write

console: .venv/.run ## build the console if its sources are newer; without Node on the machine that comes from PyPI
	@$(BIN)/python console/build.py

conformance: .venv/.dev ## run the OCI conformance suite (needs Go) and write docs/conformance.md
	@PYTHONPATH=tests $(BIN)/python -m conformance

denials: .venv/.dev ## refuse every real client at every step and write docs/denials.md
	@PYTHONPATH=tests $(BIN)/python -m clients.denials

screenshots: .venv/.dev console ## follow docs/console*.md in chromium and write its pictures
	@PYTHONPATH=tests $(BIN)/python -m console

fuzz: .venv/.fuzz ## feed bytes that follow the code to every reader, a minute each (ARGS="router --seconds 600")
	@PYTHONPATH=tests $(BIN)/python -m fuzz $(ARGS)

bench: .venv/.dev ## measure side by side with the peers and write docs/benchmarks.md
	@$(BIN)/python -m bench $(ARGS)

lock: ## pin the dependencies anew (ARGS=--upgrade for the newest)
	@command -v uv >/dev/null || test -x .venv-lock/bin/uv || \
		{ $(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install --quiet uv; }
	@PATH="$$PATH:.venv-lock/bin" $(PYTHON) scripts/lock $(ARGS)

clean: ## remove the environments and caches, never ./data
	@rm -rf .venv .venv-bench* .venv-lock .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build console/node_modules
	@find src tests bench scripts -name __pycache__ -prune -exec rm -rf {} +

# The stamps below make a second run start at once: pip is asked again only when a lock changed.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Dockreeve needs Python 3.11 or newer: make PYTHON=python3.12 ...' >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo 'The venv module is missing: on Debian, apt-get install python3-venv.' >&2; exit 1; }

.venv/.run: requirements.lock requirements-build.lock pyproject.toml | .venv/bin/python
	@echo 'Installing Dockreeve into .venv'
	@$(PIP) install --require-hashes -r requirements-build.lock
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.run
	@echo 'Installing the development tools into .venv'
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

.venv/.fuzz: requirements-fuzz.lock .venv/.dev
	@$(PIP) install --require-hashes -r requirements-fuzz.lock
	@touch $@
