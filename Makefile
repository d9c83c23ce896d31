# The commands of denwaban; each sets up what it needs first and says what it does meanwhile.
PYTHON ?= python3
VENV   := .venv/bin
ROOMS  := acd api asterisk bus controller denwaban ivr kernel numbering recording reports robots simulation store tariff worker

# Where no test is a fault that must be alone: a second look there would cost ten seconds.
NO_FAULTS := $(addprefix --ignore=tests/,architecture contract e2e load unit)

.DEFAULT_GOAL := help
.PHONY: help run test chaos check bench theory features lock

help:            ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

run:             ## set up, start everything, play the first call, keep serving (ONCE=1: stop after the story)
	@$(PYTHON) -m denwaban.setup run
	@$(VENV)/python -m denwaban run $(if $(filter-out 0,$(ONCE)),--once)

test:            ## every test but the benchmarks, on free ports; faults that time sound last and alone (ARGS=… goes to pytest)
	@$(PYTHON) -m denwaban.setup test
	@$(VENV)/python -m pytest --ignore=tests/load -m "not chaos or beside" -n 4 --dist loadfile $(ARGS) || [ $$? = 5 ]
	@$(VENV)/python -m pytest $(NO_FAULTS) -m "chaos and not beside" $(ARGS) || [ $$? = 5 ]

chaos:           ## the fault tests with their full counts
	@$(PYTHON) -m denwaban.setup test
	@DENWABAN_CHAOS=full $(VENV)/python -m pytest --ignore=tests/load -m chaos --timeout=1800 $(ARGS)

check:           ## style, types, directions between rooms, architecture
	@$(PYTHON) -m denwaban.setup check
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy --strict $(ROOMS)
	$(VENV)/lint-imports
	$(VENV)/python -m pytest tests/architecture

bench:           ## the measurements of docs/benchmarks.md, side by side with app_queue
	@$(PYTHON) -m denwaban.setup test
	@$(VENV)/python -m tests.load $(ARGS)

theory:          ## docs/theory.md: the floor in virtual time beside Erlang C and Erlang A, in ten minutes
	@$(PYTHON) -m denwaban.setup test
	@$(VENV)/python -m tests.load.theory $(ARGS)
	@$(VENV)/python -m tests.load.callbacks $(ARGS)

features:        ## show every feature again and write docs/features.md, docs/features.csv and docs/entitlements.md
	@$(PYTHON) -m denwaban.setup test
	@$(VENV)/python -m tests.features $(ARGS)

LOCK := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header
lock:            ## write the lock files anew from pyproject.toml (needs uv)
	$(LOCK) --upgrade pyproject.toml -o requirements.txt
	$(LOCK) --upgrade --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
