# make demo: the whole example on this machine. make test: the test suite. make help: the rest.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
export PIP_ROOT_USER_ACTION := ignore
# A command behind `exec` and the guard ends when make does, even when make is killed.
MAKE_PID := $(shell echo $$PPID)
GUARD := -I -S example_project/guard.py
NO_INDEX := "pip could not install what the project needs: is the package index within reach?"

.DEFAULT_GOAL := help
.PHONY: help demo test test-all chaos kill hostile mutate lint types bench effort docs clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

demo: $(VENV)/.installed-demo ## Run the example site with a sandbox platform (PORT=8023; TWENTYTHREE_DOMAIN=… for a real one)
	@exec $(BIN)/python example_project/demo.py --parent $(MAKE_PID)

test: $(VENV)/.installed-test ## Check every promise, some minutes (ARGS="-k album" for pytest)
	@exec $(BIN)/python tests/run_all.py $(ARGS)

test-all: test ## And the long tests, and all tests of a database on every database that answers
	@exec $(BIN)/python tests/run_all.py --rest $(ARGS)

chaos: $(VENV)/.installed-test ## Throw everything at the mirror, thousands of steps (STEPS=5000; DATABASE_URL=… for another database)
	@CHAOS_STEPS=$${STEPS:-5000} $(BIN)/python -m pytest tests/chaos $(ARGS)

kill: $(VENV)/.installed-test ## Kill workers and brokers while 20,000 videos are mirrored, in half an hour (PHOTOS=20000)
	@KILL_PHOTOS=$${PHOTOS:-20000} $(BIN)/python -m pytest tests/worker/test_kill.py $(ARGS)

hostile: $(VENV)/.installed-test ## Attack it at length: a platform that lies, every address, random inputs (EXAMPLES=3000)
	@HOSTILE_EXAMPLES=$${EXAMPLES:-3000} $(BIN)/python -m pytest tests/hostile --timeout 0 $(ARGS)

mutate: $(VENV)/.installed-mutation ## Change the code and see whether a test notices, in hours (ARGS='django_twentythree.sync.missing*')
	@exec $(BIN)/mutmut run $(ARGS)

lint: $(VENV)/.installed-lint ## Check style, layers of the package, migrations in step, and style and types of the scripts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python example_project/manage.py makemigrations --check --dry-run
	@if command -v npm >/dev/null; then \
	  [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent --no-audit --no-fund && \
	  npm run --silent lint; \
	else \
	  echo "There is no npm, which brings linter and type checker of the scripts (on Debian: apt-get install npm)" >&2; [ "$$CI" != true ]; \
	fi

types: $(VENV)/.installed-lint ## Check types with mypy --strict
	$(BIN)/mypy

bench: $(VENV)/.installed-bench ## Measure speed and memory against the sandbox
	@exec $(BIN)/python -m bench $(ARGS)

effort: $(VENV)/.installed-test ## Count keys and clicks to an article with its video: the picker beside Django's widgets
	@exec $(BIN)/python -m tests.browser.effort

docs: $(VENV)/.installed-test ## Check the documentation against the code
	@exec $(BIN)/python -m pytest tests/docs $(ARGS)

clean: ## Remove what the others made: .venv, databases, caches
	rm -rf $(VENV) node_modules example_project/var build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis mutants
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# Each stamp is newer than pyproject.toml once its packages are in; only then is there nothing to do.
$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "There is no '$(PYTHON)': install Python 3.11 or newer, or name one with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$$($(PYTHON) --version) is too old: Python 3.11 or newer is needed; name one with PYTHON=python3.12" >&2; exit 1; }
	@exec $(PYTHON) $(GUARD) $(MAKE_PID) sh -c '$(PYTHON) -m venv $(VENV) >$(VENV).log 2>&1 && rm -f $(VENV).log || \
	  { rm -rf $(VENV); echo "$(PYTHON) cannot make a virtual environment (on Debian: apt-get install python3-venv); see $(VENV).log" >&2; exit 1; }'

$(VENV)/.installed-demo: pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV) (a minute at the first time) …"
	@# A $(VENV) without pip is one whose making was stopped half-way.
	@$(PIP) --version >/dev/null 2>&1 || exec $(BIN)/python $(GUARD) $(MAKE_PID) $(BIN)/python -m ensurepip >/dev/null
	@exec $(BIN)/python $(GUARD) --complaint $(NO_INDEX) $(MAKE_PID) $(PIP) install --upgrade 'pip>=25.1'
	@exec $(BIN)/python $(GUARD) --complaint $(NO_INDEX) $(MAKE_PID) $(PIP) install --editable '.[testing]'
	@touch $@

$(VENV)/.installed-test: pyproject.toml $(VENV)/.installed-demo
	@echo "Installing the test tools into $(VENV) …"
	@$(PIP) install --group test || \
	  { echo "pip could not install the test tools: is the package index within reach?" >&2; exit 1; }
	@$(PIP) install mysqlclient >$(VENV)/mysqlclient.log 2>&1 || \
	  echo "mysqlclient cannot be built here, so nothing will be tested on MariaDB (on Debian: apt-get install gcc python3-dev libmariadb-dev pkg-config); see $(VENV)/mysqlclient.log"
	@touch $@

$(VENV)/.installed-bench: pyproject.toml $(VENV)/.installed-test
	@echo "Installing what is measured beside this package into $(VENV) …"
	@$(PIP) install --group bench || \
	  { echo "pip could not install the yardsticks: is the package index within reach?" >&2; exit 1; }
	@touch $@

$(VENV)/.installed-mutation: pyproject.toml $(VENV)/.installed-test
	@echo "Installing the mutation tester into $(VENV) …"
	@$(PIP) install --group mutation || \
	  { echo "pip could not install the mutation tester: is the package index within reach?" >&2; exit 1; }
	@touch $@

$(VENV)/.installed-lint: pyproject.toml $(VENV)/.installed-test
	@echo "Installing linters and the type checker into $(VENV) …"
	@$(PIP) install --group lint || \
	  { echo "pip could not install the linters: is the package index within reach?" >&2; exit 1; }
	@touch $@
