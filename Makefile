# Parley: what you type. `make` alone lists it.
PYTHON ?=
WORKERS ?= 2
ARGS ?=

bootstrap = @PYTHON="$(PYTHON)" sh scripts/bootstrap.sh
python = .venv/bin/python
with_node = PATH="$(CURDIR)/.venv/bin:$$PATH"

.DEFAULT_GOAL = help
.PHONY: help run demo call test test-web test-python pictures check check-python check-web check-api \
	format api lock wheel clean
MAKEFLAGS += --no-print-directory

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: ## start Parley with the demo company; Ctrl-C stops all of it
	$(bootstrap) run
	@exec $(python) -m parley run --demo $(ARGS)

demo: ## let realistic visitors write to a running Parley
	$(bootstrap) run
	@exec $(python) -m parley demo traffic $(ARGS)

call: ## a customer calls the demo's hotline (ARGS="13800138000 --keys 2")
	$(bootstrap) run
	@exec $(python) -m parley demo call $(or $(ARGS),13800138000)

test: ## all tests: the web's, then Python's (ARGS="-k words" narrows the latter)
	$(bootstrap) dev
	@$(MAKE) test-web
	@$(MAKE) test-python

test-web:
	$(with_node) npm --prefix web test --workspaces --if-present

test-python:
	$(python) -m pytest -n $(WORKERS) --dist loadgroup --no-loadscope-reorder $(ARGS)

pictures: ## take the pictures in docs/images anew, in a real browser
	$(bootstrap) dev
	PARLEY_PICTURES=docs/images $(python) -m pytest tests/e2e/test_pictures.py $(ARGS)

check: ## format, lint, types, rooms, dead code and generated files, in both languages
	$(bootstrap) dev
	@$(MAKE) -k check-python check-web check-api

check-python:
	$(python) -m ruff format --check
	$(python) -m ruff check
	$(python) -m mypy
	.venv/bin/lint-imports
	$(python) -m vulture

check-web:
	cd web && $(with_node) npx --no-install biome ci .
	$(with_node) npm --prefix web run typecheck --workspaces --if-present

check-api:
	@sh scripts/api.sh check

format: ## format and fix what a tool can fix
	$(bootstrap) dev
	$(python) -m ruff check --fix --exit-zero --quiet
	$(python) -m ruff format
	cd web && $(with_node) npx --no-install biome check --write .

api: ## write openapi.json and the console's types from the routes
	$(bootstrap) dev
	@sh scripts/api.sh write

lock: ## write requirements/ anew from pyproject.toml
	$(bootstrap) lock

wheel: ## build dist/parley-*.whl with the screens in it
	$(bootstrap) run
	.venv/bin/uv build --wheel --build-constraints requirements/build.txt

clean: ## remove everything made here; the data in .parley stays
	rm -rf .venv web/node_modules web/*/node_modules web/*/dist dist build test-results
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache
	find . -name __pycache__ -type d -not -path './.parley/*' -prune -exec rm -rf {} +
