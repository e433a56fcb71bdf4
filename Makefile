# Everything starts here: `make run` to try it, `make test` to prove it.
SHELL := /bin/sh
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
JOBS ?= 2
# PYTHON may name the Python to build .venv with; ARGS goes to `dsar run`.
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help run install dev check lint format test wheel lock clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

run: install  ## start the tracker and print its address
	@exec $(BIN)/dsar run $(ARGS)

install:  ## make .venv fit the lock files
	@sh scripts/bootstrap.sh run

dev:  ## the same, with what the tests need
	@sh scripts/bootstrap.sh dev

lint: dev  ## format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

check: lint  ## the quick half: lint, types, rules and use cases on SQLite
	TEST_DATABASES=sqlite $(PYTEST) -n $(JOBS) -m "not slow and not browser and not wheel" \
		tests/unit tests/architecture tests/services

test:  ## everything, on both databases, with a real browser and a real mail server
	@sh scripts/needs.sh
	@$(MAKE) --no-print-directory lint
	$(PYTEST) -n $(JOBS) --dist loadgroup --durations=15

format: dev  ## put the code in the house's shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

wheel: dev  ## build the wheel into dist/
	$(BIN)/python -m pip wheel -q --no-build-isolation --no-deps -w dist .

lock: dev  ## refresh requirements/*.txt and package-lock.json
	sh scripts/lock.sh

clean:  ## remove what was made here, but never instance/
	rm -rf .venv dist build dsar/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
