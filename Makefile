# Everything a developer does, on a machine with nothing but Python 3.11 or newer. `make help` lists it.

PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; exit; }; done; echo python3)
VENV := .venv/bin
PY := $(VENV)/python
MANAGE := $(PY) manage.py
CODE := apps config local simulators benchmarks manage.py

.DEFAULT_GOAL := help
.PHONY: help setup run demo test check bench format messages openapi lock clean \
	check-format check-lint check-types check-layers check-migrations check-templates check-translations check-openapi

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: ## install what this machine lacks: packages, assets, servers
	@$(PYTHON) -m local.bootstrap

run: setup ## the whole product with a demo business, until Ctrl-C
	@$(PY) -m local.run

demo: setup ## make or refresh the demo business only
	@$(PY) -m local.run --prepare-only

test: setup ## the tests over private servers; ARGS="-k booking" passes on to pytest
	@$(PY) -m local.testing $(ARGS)

bench: setup ## the promises of speed, as a table of ratios
	@$(PY) -m local.bench $(ARGS)

check: setup check-format check-lint check-types check-layers check-migrations check-templates check-translations check-openapi ## all that CI asks of the code
	@echo "All checks passed."

check-format:
	$(VENV)/ruff format --check .

check-lint:
	$(VENV)/ruff check .

check-types:
	$(VENV)/mypy $(CODE)

check-layers:
	$(VENV)/lint-imports

check-migrations:
	$(PY) -m local.with_servers $(MANAGE) makemigrations --check --dry-run

check-templates:
	$(VENV)/djlint templates --check --lint --quiet

check-translations:
	$(PY) -m local.translations compile --check

check-openapi:
	@mkdir -p .local
	$(MANAGE) spectacular --urlconf config.urls.document --validate --fail-on-warn --file .local/openapi.yaml
	diff -u docs/openapi.yaml .local/openapi.yaml

format: ## put code and templates into our format
	$(VENV)/ruff check --fix --quiet . || true
	$(VENV)/ruff format .
	$(VENV)/djlint templates --reformat --quiet

messages: ## bring locale/ in line with the sources, and compile it
	$(PY) -m local.translations update

openapi: ## write docs/openapi.yaml
	$(MANAGE) spectacular --urlconf config.urls.document --validate --fail-on-warn --file docs/openapi.yaml

lock: ## pin the requirements and the assets anew
	@for name in requirements requirements-dev requirements-embedded; do \
		$(VENV)/uv pip compile --quiet --upgrade --no-header --no-emit-index-url --no-emit-find-links \
			--python-version 3.11 $$name.in --output-file $$name.txt || exit 1; done
	PATH="$$PATH:$(CURDIR)/$(VENV)" npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved

clean: ## forget everything but the sources: the venv, the assets, the local database
	@[ ! -x $(PY) ] || $(PY) -c 'from local.postgres import forget; forget()'
	rm -rf .venv node_modules .local staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
