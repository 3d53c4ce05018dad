# Two commands for a newcomer: `make demo` and `make test`. The rest is for those who work on it.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.PHONY: help demo test lint bench bench-statistics soak java operations bundle pictures lock clean

# The first Python that is new enough; PYTHON=… overrides.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$p"; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin
# Test processes side by side; each has its own demonstration, PostgreSQL and browser. A file stays with one of them, and the
# shortest, the examples in docstrings, come last: nobody waits long for the other.
WORKERS ?= 2

help:
	@echo "make demo   start everything on demonstration data (twice is harmless)"
	@echo "make test   the whole test suite, on a fresh machine too"
	@echo "make lint   style, types and the walls between the rooms"
	@echo "make bench  speed and memory, each as a ratio to something honest"
	@echo "make soak   the long tests: kills and other faults under load, memory over 200,000 forms, large tallies (needs Java)"
	@echo "make bundle  one archive that installs on an office's server without a network (docs/operations.md)"
	@echo "make operations  execute docs/operations.md on a clean Debian without a network (as root)"
	@echo "make bench-statistics  do intervals hold the truth, and comparisons of pilots claim what is so, as often as they say?"
	@echo "make pictures  take the pictures of the README and of the manuals again"
	@echo "make lock   write the pinned dependencies again"

# --no-deps: the locks are complete, and an older pip would otherwise look for a newer release behind an extra.
# A stamp per lock file: the environment is made once, and again only when the pins change.
$(VENV)/.runtime: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Hài Lòng needs Python 3.11 or newer; install it (Debian: apt install python3 python3-venv) or say make PYTHON=/path/to/python"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "$(PYTHON) is older than Python 3.11; install a newer one (Debian: apt install python3 python3-venv) or say make PYTHON=/path/to/python"; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) has no venv module; install it (Debian: apt install python3-venv) and run make again"; exit 1; }
	@test -x $(BIN)/python || { echo "Making $(VENV) with $$($(PYTHON) --version) …"; "$(PYTHON)" -m venv $(VENV); }
	@echo "Installing the pinned packages (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# causaldata comes as source: built with the setuptools that is pinned.
$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Installing the pinned packages for tests (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.runtime
	@$(BIN)/hailong demo

test: $(VENV)/.dev
	@sh tests/need_chromium.sh
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGUMENTS)

lint: $(VENV)/.dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: $(VENV)/.dev
	@$(BIN)/python -m bench

# The environment of the tests and PySpark, which comes as source: built with the setuptools that is pinned.
$(VENV)/.soak: requirements-spark.lock $(VENV)/.dev
	@echo "Installing PySpark, half a gigabyte (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --require-hashes --no-deps -r requirements-spark.lock
	@touch $@

soak: java $(VENV)/.soak
	@$(BIN)/python -m pytest tests/soak $(PYTEST_ARGUMENTS)

java:
	@"$${JAVA_HOME:+$$JAVA_HOME/bin/}java" -version >/dev/null 2>&1 || { echo "PySpark needs Java 17 or newer: install it (Debian: apt install default-jre-headless) and run make soak again"; exit 1; }

bundle: $(VENV)/.runtime
	@$(BIN)/python docs/operations/make_bundle.py

# A Debian in build/operations, started by its own systemd: a quarter of an hour on two busy cores, and three gigabytes.
operations: $(VENV)/.dev
	@sh tests/need_chromium.sh
	@$(BIN)/python -m pytest tests/operations $(PYTEST_ARGUMENTS)

# Coverage of intervals, false alarms of rankings, funnels and charts, claims about pilots: about twenty minutes.
# BENCH_ARGUMENTS="--only pilots --write" for a part of it, put into the documents.
bench-statistics: $(VENV)/.dev
	@$(BIN)/python -m bench.statistics $(BENCH_ARGUMENTS)

# The pictures of the README and of the manuals, from the running demonstration.
pictures: $(VENV)/.dev
	@sh tests/need_chromium.sh
	@$(BIN)/python -m docs.take_pictures

# Needs uv. All files hold hashes for every platform and Python from 3.11, and no index address.
lock:
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --extra build --extra units --extra dev --constraint requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --output-file requirements-dev.lock
	uv pip compile pyproject.toml --extra build --extra units --extra spark --constraint requirements-dev.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --output-file requirements-spark.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
