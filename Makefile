# Everything a person or CI does with a checkout. Needs make and Python 3.11 to 3.14; the rest is installed into the
# checkout, into .venv and .cache.

VENV := .venv
BIN := $(VENV)/bin
LOCKING := .cache/lock-venv

# Everything here starts many processes of the same code: it is compiled once, also where machines say otherwise.
unexport PYTHONDONTWRITEBYTECODE

# What `make check` and the hooks before a commit run, one by one.
CHECKS := check-format check-lint check-types check-imports check-schemas check-docs check-twins

# The first Python that runs and is new enough, looked for only when a target needs it;
# `make PYTHON=/path/to/python3.12 install` overrides it.
PYTHON ?= $(eval PYTHON := $(shell for name in $(BIN)/python python3.13 python3.12 python3.11 python3.14 python3 python; do \
	"$$name" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null \
	&& echo "$$name" && break; done))$(PYTHON)

.DEFAULT_GOAL := help
.PHONY: help install install-dev demo format check $(CHECKS) test explore hooks bench schemas docs twins lock lock-jars clean

help: ## show what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

install: ## install what running needs into the checkout (quick when nothing changed)
	@$(call require_python)
	@"$(PYTHON)" requirements/install.py run

install-dev: ## install what running, linting and testing need
	@$(call require_python)
	@"$(PYTHON)" requirements/install.py dev

demo: install ## install, start real Kafka on loopback and play the main story to its end
	@$(BIN)/exchange demo

format: install-dev ## rewrite the code in the house format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

check: install-dev ## format, lint, types, import contracts, drift of what is generated
	@$(MAKE) --no-print-directory $(CHECKS)

check-format: ## of these only whether the code is in the house format
	@echo "── format" && $(BIN)/ruff format --check --quiet .

check-lint: ## only the linter
	@echo "── lint" && $(BIN)/ruff check --quiet .

check-types: ## only the types, strictly
	@echo "── types" && $(BIN)/mypy

check-imports: ## only which way imports point
	@echo "── import contracts" && $(BIN)/lint-imports --no-logo

check-schemas: ## only whether avro/ is what the classes say, and readable by older versions
	@echo "── schemas" && $(BIN)/python -m streams.schemas --check

check-docs: ## only whether docs/errors.md is what the code says
	@echo "── docs" && $(BIN)/python -m exchange.cli.errors_page --check

check-twins: ## only whether the synchronous doors are what the asynchronous ones say
	@echo "── synchronous doors" && $(BIN)/python -m exchange.sdk.twins --check

# The tests come last, so that a run ends with their own closing lines. tests/conftest.py says how two processes share them.
test: install-dev ## everything CI runs: all checks, then all tests on real Kafka and real databases (JOBS=2)
	@$(MAKE) --no-print-directory --jobs=2 $(CHECKS)
	@echo "── tests" && $(BIN)/python -m pytest -n $(or $(JOBS),2)

explore: install-dev ## the properties with examples that no run has seen (TIMES=10)
	@for _ in $$(seq $(or $(TIMES),10)); do $(BIN)/python -m pytest -n 2 -q --hypothesis-profile explore tests/properties || exit 1; done

hooks: install-dev ## have git run the checks before every commit
	@$(BIN)/pre-commit install

bench: install-dev ## measure beside peers and write docs/benchmarks (ONLY=commands,latency ROUNDS=5 QUICK=1: write .bench)
	@$(BIN)/python -m tests.benchmarks $(if $(ONLY),--only $(ONLY)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(QUICK),--quick)

schemas: install-dev ## write avro/ from the classes
	@$(BIN)/python -m streams.schemas

docs: install-dev ## write docs/errors.md from the code
	@$(BIN)/python -m exchange.cli.errors_page

twins: install-dev ## write the synchronous doors from the asynchronous ones
	@$(BIN)/python -m exchange.sdk.twins

lock: ## choose versions anew and write requirements/*.lock
	@$(call require_python)
	@test -x $(LOCKING)/bin/uv || { "$(PYTHON)" -m venv $(LOCKING) && $(LOCKING)/bin/pip install --quiet uv; }
	@sh requirements/lock.sh $(LOCKING)/bin/uv

lock-jars: install ## resolve Kafka's jars anew and write streams/broker/jars.lock
	@$(BIN)/python -m streams.broker.lock

clean: ## remove what was installed and cached here; data directories stay
	rm -rf $(VENV) .cache .bench .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info

define require_python
test -n "$(PYTHON)" || { echo "No Python 3.11 to 3.14 with venv was found on the PATH. Install one (on Debian and \
Ubuntu also python3-venv), or name it: make PYTHON=/path/to/python3.12 $@" >&2; exit 1; }
endef
