# Every task of this repository; `make` alone lists them.

PYTHON ?= python3
WORKERS ?= 2
VENV := .venv
PY := $(VENV)/bin/python
INSTALL := $(PY) -m pip install --disable-pip-version-check --require-hashes --requirement
LOCK := $(PY) -m uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links
TOO_OLD := Surefoot needs Python 3.11 or newer, and "$(PYTHON)" is not one. Name one: make run PYTHON=python3.13

export PORT

.DEFAULT_GOAL := help
.PHONY: help run test check fix openapi seal rulebook bench lock clean

help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: $(VENV)/run.done ## Start the service with its own database on 127.0.0.1:8000 (PORT=8001 changes it)
	@exec $(PY) -m flask serve

test: $(VENV)/dev.done ## Run all tests (ARGS="-k words" chooses)
	@$(PY) -m pytest --numprocesses $(WORKERS) $(ARGS)

check: $(VENV)/dev.done ## Everything that must hold: format, lint, types, contracts, knowledge, rule book, migrations, OpenAPI, tests
	@echo "— format" && $(PY) -m ruff format --check --quiet .
	@echo "— lint" && $(PY) -m ruff check --quiet .
	@echo "— types" && $(PY) -m mypy
	@echo "— import contracts" && $(VENV)/bin/lint-imports --no-logo
	@echo "— knowledge" && $(PY) -m flask knowledge check
	@echo "— proof" && $(PY) -m api.clinical.knowledge --check
	@echo "— rule book" && $(PY) -m flask knowledge rulebook --check
	@echo "— migrations" && $(PY) -m flask db rehearse
	@echo "— OpenAPI document" && $(PY) -m flask document check
	@echo "— tests" && $(PY) -m pytest --numprocesses $(WORKERS) $(ARGS)

fix: $(VENV)/dev.done ## Format the code and repair what the linter can
	@$(PY) -m ruff check --fix --quiet . || true
	@$(PY) -m ruff format .

openapi: $(VENV)/dev.done ## Write openapi/v1.json from the code
	@$(PY) -m flask document write

seal: $(VENV)/dev.done ## Seal every rule in release.yaml (an edited released rule is refused) and publish the proof
	@$(PY) -m api.clinical.knowledge

rulebook: $(VENV)/dev.done ## Write docs/rulebook.md, the medicine for clinicians to read and sign
	@$(PY) -m flask knowledge rulebook

bench: $(VENV)/dev.done ## Run the benchmarks: one line each, a ratio against a limit or a peer
	@for file in bench/[a-z]*.py; do $(PY) -m "bench.$$(basename "$$file" .py)" || exit 1; done

lock: $(VENV)/made ## Resolve the dependencies and lock them with hashes (UPGRADE=--upgrade takes newer ones)
	@$(PY) -m uv --version > /dev/null 2>&1 || $(INSTALL) requirements/dev.txt
	@$(LOCK) $(UPGRADE) --output-file requirements/server.txt
	@$(LOCK) $(UPGRADE) --extra embedded --constraints requirements/server.txt --output-file requirements/run.txt
	@$(LOCK) $(UPGRADE) --extra dev --constraints requirements/run.txt --output-file requirements/dev.txt

clean: ## Remove the environment and the caches; var/, with the database, stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .schemathesis
	find api bench migrations tests -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { echo '$(TOO_OLD)' >&2; exit 1; }
	@echo "Making a virtual environment …"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
	@touch $@

$(VENV)/run.done: requirements/run.txt | $(VENV)/made
	@echo "Installing what the service needs (once; a minute or two) …"
	@$(INSTALL) requirements/run.txt
	@touch $@

$(VENV)/dev.done: requirements/dev.txt | $(VENV)/made
	@echo "Installing what development needs (once; a few minutes) …"
	@$(INSTALL) requirements/dev.txt
	@touch $@
