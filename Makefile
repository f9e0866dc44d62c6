# Each target does the set-up it needs, once. `make` alone lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

VENV := .venv
PY := $(VENV)/bin/python
# Asked, not looked up: a version manager's stand-in may be on PATH without its Python.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
# The system's Node; where there is none, the one that a Python wheel brings.
NPM = PATH="$(CURDIR)/$(VENV)/node/bin:$$PATH" npm
WEB := server/web/dist/.built
WEB_SOURCES := package-lock.json tsconfig.json $(shell find server/web -type f -not -path '*/dist/*' 2>/dev/null)
PIP := $(PY) -m pip install --quiet --disable-pip-version-check

.PHONY: help demo show test quick lint audit bench web extension browser protocol lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.ready $(WEB) browser ## watch a bot play five rounds, then read its report
	@$(VENV)/bin/homing demo

show: $(VENV)/.ready $(WEB) browser ## film a duel of two bots, as a stream shows it
	@$(VENV)/bin/homing demo --show --rounds 2 --film docs/show.webp

test: $(VENV)/.ready $(WEB) browser lint audit ## every test, three files at a time: they wait for browsers more than they reckon
	@$(PY) -m pytest -n 3 --dist loadfile

quick: $(VENV)/.ready ## the tests that need no browser, server process or model
	@$(PY) -m pytest -n 2 --dist loadfile -m "not slow"

lint: $(VENV)/.ready $(WEB) ## ruff, mypy --strict, tsc
	@echo "== lint"
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy
	@$(NPM) run --silent check

audit: ## pinned dependencies against the known vulnerabilities, where osv.dev can be reached
	@$(PYTHON) .ci/audit requirements.lock requirements-node.lock package-lock.json

bench: $(VENV)/.ready $(WEB) browser ## speed, each beside a baseline in the same run
	@$(PY) -m models.bench
	@$(PY) -m models.bench_background
	@$(PY) -m models.bench_encoder
	@$(PY) -m server.bench
	@$(PY) -m bot.bench
	@$(PY) -m bot.bench_tournament

web: $(WEB) ## build the pages

extension: node_modules/.ready ## build the browser extension, and its zip for the store
	@$(NPM) run --silent extension

browser: $(VENV)/.ready ## find or install Chromium
	@$(PY) -m bot.browser > /dev/null 2>&1 || .ci/install-browser $(PY)

protocol: $(VENV)/.ready ## generate protocol.ts from server/protocol.py
	@$(PY) -m server.typescript

lock: $(VENV)/.ready ## pin the Python dependencies anew
	@$(PIP) uv
	@for args in "pyproject.toml --group dev -o requirements.lock" ".ci/node.in -o requirements-node.lock"; do \
	  $(VENV)/bin/uv pip compile $$args --upgrade --universal --python-version 3.11 \
	    --generate-hashes --no-header --no-annotate --quiet; done

clean: ## remove what was built; .homing (packs, matches, reports) stays
	rm -rf $(VENV) node_modules server/web/dist extension/dist .mypy_cache .ruff_cache .pytest_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.ready: requirements.lock pyproject.toml
	@echo "== Python environment (torch is large: the first time takes minutes)"
	@test -n "$(PYTHON)" || { echo "expected Python 3.11 or newer on PATH, got: none"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV) || \
	  { echo "expected Python's venv module (Debian: apt-get install python3-venv)"; exit 1; }
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.node: requirements-node.lock | $(VENV)/.ready
	@.ci/find-node $(PY) $(VENV)/node
	@touch $@

node_modules/.ready: package.json package-lock.json $(VENV)/.node
	@echo "== front-end packages"
	@$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(WEB): node_modules/.ready $(WEB_SOURCES)
	@echo "== pages"
	@$(NPM) run --silent build
	@touch $@
