# Two commands: `make run` and `make test`. Everything they write lies in .venv/ and var/.

.POSIX:
SHELL = /bin/sh
VENV_PYTHON = .venv/bin/python
TESTS = tests

help:
	@echo 'make run        serve the registry on http://127.0.0.1:8000 (PORT= changes it, DEMO=0 starts empty)'
	@echo 'make test       ruff, mypy, the checks of Django, and the tests'
	@echo 'make test-long  the same with the full figures'
	@echo 'make bench      the benchmarks, printed as ratios'

run: .venv/.run-installed
	@exec $(VENV_PYTHON) manage.py serve

# The checks use one processor: the tests run beside them.
test: .venv/.test-installed
	@$(MAKE) -j 2 checks tests

# Bytecode is kept, even where the environment would not: the tests start many processes. Two of them share the work;
# the database and the browser work beside them.
tests: .venv/.test-installed
	@PYTHONDONTWRITEBYTECODE= $(VENV_PYTHON) -m pytest -n 2 --dist worksteal $(TESTS)

test-long: .venv/.test-installed checks
	@PYTHONDONTWRITEBYTECODE= TEST_LONG=1 $(VENV_PYTHON) -m pytest -n 2 $(TESTS)

# The answers hold for a public registry; the address and the key are nobody's.
checks: .venv/.test-installed
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m ruff format --check .
	@$(VENV_PYTHON) -m mypy .
	@find templates -name '*.html' -exec .venv/bin/djade --check --target-version 5.2 {} +
	@$(VENV_PYTHON) manage.py makemigrations --check --dry-run
	@SITE_URL=https://registry.example SECRET_KEY=only-for-the-check-of-the-settings-0123456789-abcdefghij \
	    $(VENV_PYTHON) manage.py check --deploy --fail-level WARNING

bench: .venv/.test-installed
	@exec $(VENV_PYTHON) -m bench

requirements: .venv/.test-installed
	@for name in requirements requirements-dev; do \
	    uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	        $$name.in --output-file $$name.txt || exit 1; \
	done

.venv/.run-installed: requirements.txt .ci/install
	@sh .ci/install requirements.txt
	@touch $@

.venv/.test-installed: requirements.txt requirements-dev.txt .ci/install
	@sh .ci/install requirements-dev.txt
	@touch $@ .venv/.run-installed

.PHONY: help run test tests test-long checks bench requirements
