# Everything a newcomer needs: `make demo` and `make test` set up what they use.
SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
STAMPS := .venv/stamps
UI_SOURCES := $(shell find ui -type f -not -path '*/node_modules/*' 2>/dev/null)

# Compiled modules are kept, whatever the shell says: without them each command compiles a thousand of them.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup dev demo test coverage lint bench format reference lock clean

help: ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(STAMPS)/bootstrap: requirements/bootstrap.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Cordillera needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	mkdir -p $(STAMPS) && touch $@

# uv installs from its cache in seconds; pip does the same where uv cannot reach the index.
$(STAMPS)/runtime: requirements/runtime.txt requirements/build.txt pyproject.toml $(STAMPS)/bootstrap
	scripts/install requirements/build.txt requirements/runtime.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable . \
		|| $(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	touch $@

$(STAMPS)/dev: requirements/dev.txt $(STAMPS)/runtime
	scripts/install requirements/dev.txt
	touch $@

$(STAMPS)/ui: $(UI_SOURCES) $(STAMPS)/runtime
	$(BIN)/python scripts/build_ui.py
	touch $@

# Machine code of the kernels, made once, so that the first officer does not wait for it.
$(STAMPS)/kernels: $(wildcard src/cordillera/engines/names/*kernel.py src/cordillera/engines/edifact/*kernel.py) $(STAMPS)/runtime
	$(BIN)/python -m cordillera.runtime.warming
	touch $@

$(STAMPS)/peers: tests/peers/js/package-lock.json scripts/install_peers.py $(STAMPS)/runtime
	$(BIN)/python scripts/install_peers.py
	touch $@

setup: $(STAMPS)/runtime $(STAMPS)/kernels $(STAMPS)/ui ## set up .venv, so that .venv/bin/cordillera works

dev: setup $(STAMPS)/dev $(STAMPS)/peers ## set up what the tests and linters need too

demo: setup ## two nodes, a day of flights, in your browser
	$(BIN)/cordillera demo $(ARGS)

test: dev ## every test
	$(BIN)/python -m pytest $(ARGS)

coverage: dev ## every test, and the lines that none of them reaches; half as long again
	$(BIN)/python -m pytest --cov=cordillera --cov-report=term:skip-covered $(ARGS)

lint: dev ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: dev ## rewrite the code in our format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## the figures of this machine
	scripts/bench

reference: dev ## write docs/reference.md from the code
	$(BIN)/python scripts/write_reference.py

lock: $(STAMPS)/bootstrap ## resolve requirements/*.in again
	for name in bootstrap build runtime dev hsm ray; do
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes \
			--no-emit-index-url --no-emit-find-links --no-annotate --no-header \
			requirements/$$name.in --output-file requirements/$$name.txt
	done

clean: ## remove what set-up made
	rm -rf .venv node_modules ui/node_modules src/cordillera/web/static
