# make demo   translate the Italian ministry plan into English and back, with its terms
# make test   run the test suite
# make check  lint and type-check
# make slow   run the tests that take minutes
# Each installs into .venv what it needs and is not there yet.

PYTHON ?= python3
RUN := .venv/bin/python

.PHONY: demo test check slow clean

demo:
	@$(PYTHON) scripts/install.py
	@$(RUN) -m mtalign translate seeds/it --from it --to en \
		--termbase glossaries/ministry.csv --round-trip -o out/demo

test:
	@$(PYTHON) scripts/install.py dev
	@$(RUN) -m pytest

check:
	@$(PYTHON) scripts/install.py dev
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy

slow:
	@$(PYTHON) scripts/install.py dev
	@$(RUN) -m pytest -m slow

clean:
	rm -rf .venv build dist out *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
