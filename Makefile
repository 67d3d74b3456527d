# What a newcomer types: `make demo`, `make test`. Everything is installed into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
JOBS ?= 2

.PHONY: help demo test soak bench lint format install clean lock pictures messages

help:
	@echo "make demo     try Accord in a pretend Slack"
	@echo "make test     run all tests, on SQLite and PostgreSQL"
	@echo "make soak     kill processes of delivery for a quarter of an hour; SOAK=--help says how else"
	@echo "make bench    how fast, as ratios against a command that does nothing"
	@echo "make lint     formatting, lint, types, import contracts"
	@echo "make format   put the code into its form"
	@echo "make messages bring the translators' catalogues up to date"
	@echo "make install  the environment in .venv"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Accord needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "Python's venv module is missing; on Debian: apt-get install python3-venv" >&2; exit 2; }

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | $(BIN)/python
	$(PIP) install --quiet --require-hashes -r requirements/runtime.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.development: requirements/development.txt $(VENV)/.runtime
	$(PIP) install --quiet --require-hashes -r requirements/development.txt
	@touch $@

install: $(VENV)/.runtime

demo: install
	@$(BIN)/accord demo

# Each process begins with its own half of the files, so that what a file sets up is set up once.
test: $(VENV)/.development
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

# Arguments: SOAK="messages --messages 2000", for example.
soak: $(VENV)/.development
	$(BIN)/python -m tests.delivery.soak $(SOAK)

bench: $(VENV)/.development
	$(BIN)/python -m benchmarks

lint: $(VENV)/.development
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Plays the scenes in the demo, in Chromium, and takes a picture of each.
pictures: $(VENV)/.development
	$(BIN)/python -m tests.browser.pictures $(SCENE)

format: $(VENV)/.development
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Brings every catalogue up to date with the texts in the code: new ones wait for their translation,
# those that are gone go. Places are named without line numbers, so that moving code changes nothing.
messages: install
	@mkdir -p build
	@$(BIN)/pybabel --quiet extract --mapping messages/locale/babel.cfg --add-location file \
		--output build/accord.pot .
	@$(BIN)/pybabel --quiet update --domain accord --input-file build/accord.pot \
		--output-dir messages/locale --width 100 --previous --ignore-obsolete \
		--ignore-pot-creation-date
	@$(BIN)/python -m messages.catalogues || true

# The locked files name no index address, so that each machine uses its own.
LOCK := cd requirements && CUSTOM_COMPILE_COMMAND="make lock" ../$(BIN)/pip-compile --quiet \
	--generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host

lock: $(VENV)/.development
	$(LOCK) --output-file development.txt development.in
	$(LOCK) --output-file runtime.txt --constraint development.txt runtime.in

clean:
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .hypothesis build *.egg-info
