# make up          everything runs: database, web, worker (Ctrl-C stops it)
# make test        what CI runs: at most 15 minutes on two cores
# make test-long   the tests that need minutes
# make lint        style, imports, types, diagrams
# make lockstep    10,000 random engine steps against the naive engine
# make chaos       100 killed processes while 50 cases run
# make demo-year   a simulated year of a municipality: 1,000 ärenden, 40 users
# make mutate      alter the law at 1,500 places and say what nothing notices
# make shots       pictures of every page and state, at 1280 and 390 px, in shots/
# make docs        the pages that are written by the program
# make lock        resolve the dependencies anew
# make clean       remove what make built here (never the database)
PYTHON ?= python3
V := .venv/bin
PIP := $(V)/python -m pip install -q --disable-pip-version-check
LOCKED := --require-hashes --only-binary :all:
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
PYTEST := $(V)/pytest -q -n 2 --dist loadgroup --durations 15 --durations-min 4 --junitxml build/tests.xml

.PHONY: up test test-long lint test-suite lockstep chaos demo-year mutate shots docs lock clean

up: .venv/.stamp
	@exec env KEDJA_DIE_WITH_PARENT=1 $(V)/kedja up $(ARGS)

test: lint test-suite

test-suite: .venv/.stamp-dev build/.frontend
	$(PYTEST)

test-long: .venv/.stamp-dev build/.frontend
	$(V)/pytest -q -m long
	HYPOTHESIS_PROFILE=default $(PYTEST) tests/feel tests/dmn tests/check tests/api/test_schema.py
	$(V)/python -m tests.removal

lint: .venv/.stamp-dev build/.frontend
	@$(V)/mypy . & types=$$!; \
	$(V)/ruff check . && $(V)/ruff format --check . && $(V)/lint-imports --no-cache \
		&& $(V)/python -m config.frontend lint; rest=$$?; \
	wait $$types && exit $$rest

lockstep: .venv/.stamp-dev
	$(V)/python -m tests.lockstep

chaos: .venv/.stamp-dev
	$(V)/python -m tests.chaos

demo-year: .venv/.stamp-dev
	$(V)/python -m tests.demo_year $(ARGS)

mutate: .venv/.stamp-dev
	$(V)/python -m tests.mutation $(ARGS)

shots: .venv/.stamp-dev build/.frontend
	$(V)/python -m tests.shots

docs: .venv/.stamp
	@mkdir -p build
	$(V)/kedja krav --markdown >build/krav.md
	mv build/krav.md docs/krav.md

# One environment per Python version: a stamp of another one is not looked at.
.venv/.python-$(VERSION):
	@$(PYTHON) -c 'import sys; sys.exit("Kedja needs Python 3.11 or newer; set PYTHON=python3.x") if sys.version_info < (3, 11) else None'
	@rm -rf .venv
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.stamp: .venv/.python-$(VERSION) requirements.lock pyproject.toml
	@echo "Installing the locked requirements …"
	@$(PIP) $(LOCKED) -r requirements.lock
	@$(PIP) --no-build-isolation --no-deps -e .
	@touch $@

.venv/.stamp-dev: .venv/.stamp requirements-dev.lock
	@echo "Installing the locked development requirements …"
	@$(PIP) $(LOCKED) -r requirements.lock -r requirements-dev.lock
	@touch $@

build/.frontend: .venv/.stamp package.json package-lock.json $(wildcard web/frontend/* web/locale/*/*/*.po)
	@mkdir -p build
	$(V)/python -m config.frontend build
	@touch $@

# The locks name no index: hashes alone decide what is installed.
EXPORT := uv export --frozen --no-emit-project --no-header --no-annotate
lock:
	UV_PYTHON_DOWNLOADS=never uv lock --python 3.11
	$(EXPORT) --no-dev -o requirements.lock
	$(EXPORT) --only-group dev -o requirements-dev.lock
	$(EXPORT) --only-group node -o requirements-node.lock
	npm install --package-lock-only
	@! grep -nE 'https?://|^--index|resolved' requirements*.lock

clean:
	rm -rf .venv .venv-node node_modules build shots web/static/dist *.egg-info
	rm -f web/locale/*/LC_MESSAGES/*.mo web/locale/*/LC_MESSAGES/*.compiled
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
