# hq-tui: everything is one command away. `make help` lists them.
#
# Needs Python 3.11 or newer with pip and venv, and nothing else. The environment is made
# from the hash-locked files in requirements/ and again only when they or pyproject.toml change.

VENV ?= .venv
PYTHON ?=
ARGS ?=

# With it every start and every test process would compile every module again.
unexport PYTHONDONTWRITEBYTECODE

PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet
RUN_READY := $(VENV)/.ready-to-run
DEV_READY := $(VENV)/.ready-to-develop

# The rehearsal partner answers where there is no key, unless ARGS says who answers or
# begins with a command. The shell looks at the key, so that it never becomes part of a
# command line.
NAMED := $(findstring --rehearse,$(ARGS))$(findstring --base-url,$(ARGS))
NO_PARTNER_NAMED := $(if $(NAMED)$(filter-out -%,$(firstword $(ARGS))),no,yes)

.DEFAULT_GOAL := help
.PHONY: help run test check lowest soak citizen screenshots manual bench build lock sizes clean

help: ## list the commands
	@echo 'make COMMAND [ARGS="..."]'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 16

run: $(RUN_READY) ## start hq-tui, with the rehearsal partner when there is no key
	@partner=; \
	if [ $(NO_PARTNER_NAMED) = yes ] && [ -z "$$ANTHROPIC_API_KEY$$ANTHROPIC_AUTH_TOKEN" ]; \
	then partner=--rehearse; fi; \
	exec $(VENV)/bin/hq-tui $$partner $(ARGS)

test: check ## check, then run every test but the long ones
	$(PY) -m pytest -n 4 --dist worksteal $(ARGS)

check: $(DEV_READY) ## lint, formatting, types, and which part may import which
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-logo

lowest: $(DEV_READY) ## run tests with the lowest releases that are allowed; a few minutes
	$(PY) -m tools.lowest $(ARGS)

soak: $(DEV_READY) ## put every gate through its long sweep, and print the table
	HYPOTHESIS_PROFILE=soak $(PY) -m pytest -n 2 --dist worksteal -q --table \
		-m "soak or gate or twin" -o faulthandler_timeout=1200 $(ARGS)

citizen: $(DEV_READY) ## print what is promised to a terminal, as just measured; ARGS names tables
	$(PY) -m tools.terminal_tables $(ARGS)

screenshots: $(DEV_READY) ## redraw screenshots/ from a rehearsal and a recorded session
	$(PY) -m tools.screenshots $(ARGS)
	$(PY) -m tools.pictures screenshots

manual: $(DEV_READY) ## write the manual page in share/ from the command line's own table
	$(PY) -m tools.manual

bench: $(DEV_READY) ## measure speed, memory and bytes, side by side in one run
	$(PY) -m benchmarks $(ARGS)

sizes: $(DEV_READY) ## show the largest files, functions and classes
	$(PY) -m tools.survey

build: $(DEV_READY) ## make the wheel and the source archive in dist/
	$(PY) -m hatchling build

lock: ## renew the hash-locked files in requirements/ (needs Python 3.11)
	sh tools/lock

clean: ## remove the environment and everything made
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -f snapshot_report.html
	find hq_tui tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN_READY): pyproject.toml requirements/build.txt requirements/run.txt
	@python="$(PYTHON)"; [ -n "$$python" ] || python=$$(sh tools/find-python) || exit 1; \
	echo 'Making the environment in $(VENV) (a minute, once) ...'; \
	"$$python" -m venv $(VENV) || { \
		echo 'The venv module is incomplete. On Debian and Ubuntu: apt install python3-venv' >&2; \
		rm -rf $(VENV); exit 1; }
	@$(PIP) --require-hashes -r requirements/build.txt -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@$(PY) -m compileall -q -j 0 $(VENV)/lib hq_tui
	@touch $@

$(DEV_READY): $(RUN_READY) requirements/dev.txt
	@echo 'Adding the development tools ...'
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@
