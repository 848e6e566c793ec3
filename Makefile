# Thin on purpose: the work is in scripts/, one subject a file. scripts/env/ brings Odoo
# and PostgreSQL up, scripts/demo/ and the others use it.
PYTHON ?= python3
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help setup demo test test-one chaos fuzz bench try-bare lint structure clean

help:
	@echo "make demo [API=rest] [EXIT=1] [JSON=file]"
	@echo "                               the whole connector at work, on this machine"
	@echo "make test                       lint and all tests"
	@echo "make test-one T=path[::test]    some tests only"
	@echo "make chaos [MINUTES=5] [SEED=] [JSON=file]"
	@echo "                               kills, lies and poison, and nothing differs"
	@echo "make fuzz [MINUTES=5] [SEED=] [JSON=file]"
	@echo "                               made-up answers for whatever reads answers"
	@echo "make bench [N=1000,10000] [ROUNDS=3] [ONLY=] [PEER=1] [PROFILE=] [JSON=file]"
	@echo "                               what it costs, beside the least that it could"
	@echo "make try-bare SUITE=trixie [AS=root|sudo|plain] [COMMANDS=demo] [APT=no]"
	@echo "                               both commands above on a bare Debian, by root"
	@echo "make lint                       the linters alone"
	@echo "make structure [JSON=file]      how the add-on is built, and what one order enters"
	@echo "make setup                      Odoo, Python packages and PostgreSQL, no more"
	@echo "make clean                      removes everything that the others made"

demo test lint structure:
	@API="$(API)" EXIT="$(EXIT)" JSON="$(JSON)" $(PYTHON) -m scripts.$@

setup clean:
	@$(PYTHON) -m scripts.env.$@

test-one:
	@T="$(T)" $(PYTHON) -m scripts.test

chaos:
	@MINUTES="$(MINUTES)" SEED="$(SEED)" JSON="$(JSON)" API="$(API)" STYLES="$(STYLES)" \
		PLANT="$(PLANT)" $(PYTHON) -m scripts.inside scripts.chaos

fuzz:
	@MINUTES="$(MINUTES)" SEED="$(SEED)" JSON="$(JSON)" $(PYTHON) -m scripts.inside scripts.fuzz

bench:
	@N="$(N)" ROUNDS="$(ROUNDS)" ONLY="$(ONLY)" PEER="$(PEER)" PROFILE="$(PROFILE)" \
		JSON="$(JSON)" $(PYTHON) -m scripts.inside benchmarks

try-bare:
	@$(PYTHON) -m scripts.try_bare
