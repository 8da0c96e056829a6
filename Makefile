# Needs python3 (3.11 or newer, with venv), make and pip's package index; nothing else.
# .venv is made when it is missing or older than what it is made from, and says so.

PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
PIP     := $(BIN)/python -m pip --disable-pip-version-check --no-input
INSTALL := $(PIP) install -qq --require-hashes
CODE    := $(wildcard switch backends terminals scenarios wireroom.py benchmarks tests)
ARGS    ?=
SECONDS ?= 600

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench bench-rules bench-seats fixes edits clean lock oracle noninterference fuzz soak kill9 mutants
.DELETE_ON_ERROR:

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/.wireroom ## run the switch and watch a few queries go through it
	@mkdir -p build
	@$(BIN)/wireroom demo --timeline build/october-15.html $(ARGS)

test: $(VENV)/.dev $(VENV)/.wireroom ## run the whole test suite (ARGS='-k late' for a part of it)
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: $(VENV)/.dev $(VENV)/.wireroom ## lint, formatting, types and layers; all are run, whichever fails
	@failed=0; \
	echo "== ruff check";  $(BIN)/ruff check $(CODE) || failed=1; \
	echo "== ruff format"; $(BIN)/ruff format --check $(CODE) || failed=1; \
	echo "== mypy";        $(BIN)/mypy $(CODE) || failed=1; \
	echo "== layers";      $(BIN)/lint-imports --no-logo || failed=1; \
	exit $$failed

format: $(VENV)/.dev ## put the code in the house format, and fix what ruff can fix
	@$(BIN)/ruff check --fix-only $(CODE)
	@$(BIN)/ruff format $(CODE)

bench-rules: $(VENV)/.wireroom ## measure what access rules cost, on a running switch and analysed
	@kept=0; for what in .engine .take_over; do \
	  $(BIN)/python -m benchmarks.rules$$what || kept=1; done; \
	  $(BIN)/python -m benchmarks.rules $(ARGS) || kept=1; exit $$kept

bench-seats: $(VENV)/.dev $(VENV)/.wireroom ## measure a class of thirty, from key-press to answer
	@$(BIN)/python -m benchmarks.seats $(ARGS)

bench: $(VENV)/.wireroom ## measure what docs/performance.md reports
	@$(BIN)/python -m benchmarks $(ARGS)

fixes: $(VENV)/.dev $(VENV)/.wireroom ## count the rule files with one mistake that the printed fix mends
	@$(BIN)/python -m tests.switch.acl.one_mistake $(ARGS)

edits: $(VENV)/.dev $(VENV)/.wireroom ## break shipped files at one character each and count those told as one mistake
	@$(BIN)/python -m tests.switch.files.one_edit $(ARGS)

oracle: $(VENV)/.dev $(VENV)/.wireroom ## compare the rule engine with an independent oracle on 300,000 random cases
	@$(BIN)/python -m tests.switch.acl.agreement $(ARGS)

noninterference: $(VENV)/.dev $(VENV)/.wireroom ## play 300 random rooms twice with records that a cut-off agency may not have
	@$(BIN)/python -m tests.noninterference $(ARGS)

mutants: $(VENV)/.dev $(VENV)/.wireroom ## change access control line by line: what no test notices needs a reason (ARGS='switch.acl.rules.*')
	@$(BIN)/python -m tests.mutants $(ARGS)

fuzz: $(VENV)/.dev $(VENV)/.wireroom ## send a line a million mutated inputs (ARGS='--cases 10000 --seed 7')
	@$(BIN)/python -m tests.fuzz $(ARGS)

soak: $(VENV)/.dev $(VENV)/.wireroom ## let everything go wrong in simulated rooms, for SECONDS=600 or ARGS='--seed 64 --seconds 0'
	@$(BIN)/python -m tests.simulation --seconds $(SECONDS) $(ARGS)

kill9: $(VENV)/.dev $(VENV)/.wireroom ## kill a hundred switches under load, and look for all that was heard on record
	@$(BIN)/python -m tests.killing $(ARGS)

clean: ## remove .venv and what the tools left behind
	@rm -rf $(VENV) build dist htmlcov mutants .coverage .coverage.* .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache
	@find $(wildcard switch backends terminals scenarios benchmarks tests) -name __pycache__ -prune -exec rm -rf {} +

# --- the environment -----------------------------------------------------------------------------

# From nothing, so that what a requirement file no longer names is gone.
$(VENV)/.run: requirements/run.txt requirements/build.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "wireroom needs Python 3.11 or newer; make PYTHON=/path/to/python3.11 ..."; exit 2; }
	@echo "making $(VENV) from requirements/run.txt (the first time takes about 20 seconds)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(INSTALL) -r requirements/run.txt -r requirements/build.txt
	@touch $@

# wireroom itself: the command and its entry points, served from this folder.
$(VENV)/.wireroom: $(VENV)/.run pyproject.toml
	@echo "putting wireroom into $(VENV)"
	@$(PIP) install -qq --no-deps --no-index --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@echo "adding what tests and checks it from requirements/dev.txt"
	@$(INSTALL) -r requirements/dev.txt
	@touch $@

# --- versions (needs uv; only for whoever changes them) -------------------------------------------

PINS := uv pip compile --universal --python-version 3.11 --generate-hashes --quiet \
	--no-header --no-emit-index-url --no-emit-find-links

lock: ## pin requirements/*.in again, keeping versions that still fit (ARGS=--upgrade for new ones)
	@for name in run build dev; do \
		$(PINS) $(ARGS) requirements/$$name.in -o requirements/$$name.txt || exit; done
