# make run   the product with demo data on http://127.0.0.1:8000
# make test  every check and test
PY   ?= python3
VENV := .venv
BIN  := $(VENV)/bin
PIP  := $(BIN)/python -m pip install -qq --no-compile --disable-pip-version-check --require-hashes --prefer-binary -r
# Byte-code of what the product really loads (pip would compile everything): the first page comes at once.
WARM := $(BIN)/python -m compileall -q -j 2 survey_app && \
        PYTHONDONTWRITEBYTECODE= $(BIN)/python -c 'import survey_app.cli, alembic.command, plotly.graph_objects, rjieba'
NAMED := survey_app tests benchmarks

.PHONY: run serve test check setup lock bench browser faults reference clean
run: $(VENV)/.run.ok
	@$(BIN)/python -m survey_app run

serve: $(VENV)/.run.ok
	@$(BIN)/python -m survey_app serve

setup: $(VENV)/.test.ok

# The inner round: style, types, and the tests that start no processes and no browser.
check: $(VENV)/.test.ok
	$(BIN)/ruff check $(NAMED)
	$(BIN)/ruff format --check $(NAMED)
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 -m "not slow and not browser"

# Everything: the inner round, the slow tests and a real browser, then the tests again on PostgreSQL.
# What fails among real processes and browsers is run once more alone: a fault fails again, a crowded machine does not.
AGAIN := $(BIN)/python -m pytest --last-failed --last-failed-no-failures none
test: check browser
	$(BIN)/python -m pytest -n 2 -m "slow or browser" || $(AGAIN) -m "slow or browser"
	export SURVEY_TEST_DATABASE=postgresql; $(BIN)/python -m pytest -n 2 -m "not browser" || $(AGAIN) -m "not browser"

# 200 kills of web processes and 20 of the whole server under load: nothing acknowledged may be lost or doubled.
faults: $(VENV)/.test.ok
	@$(BIN)/python -m tests.faults.killing

browser: $(VENV)/.test.ok
	@$(BIN)/python -m tests.browser.find

bench: $(VENV)/.test.ok
	@for name in start submit dashboard text campaign methods questionnaire; do $(BIN)/python -m benchmarks.$$name || exit 1; done

# Reference values: make reference CASES=file.json DATA=folder; the last line says what passed.
reference: $(VENV)/.run.ok
	@$(BIN)/python -m tests.analysis_more.reference "$(CASES)" "$(DATA)"

# For maintainers: needs uv. The locks hold hashes and no host names.
lock:
	uv lock --quiet
	uv export --quiet --frozen --no-default-groups --no-emit-project --no-annotate --no-header -o requirements.lock
	uv export --quiet --frozen --no-default-groups --group dev --no-emit-project --no-annotate --no-header -o requirements-test.lock

clean:
	rm -rf $(VENV)

$(BIN)/pip:
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed / 需要 Python 3.11 以上: make PY=/path/to/python3.11"; exit 1; }
	@$(PY) -c 'import ensurepip' 2>/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null; } || { echo "Please run / 请先运行: sudo apt install python3-venv"; exit 1; }
	@$(PY) -m venv $(VENV)

# The launcher of the command line knows where the checkout is.
$(BIN)/survey-app: | $(BIN)/pip
	@printf '#!/bin/sh\nhere=$$(CDPATH= cd -- "$$(dirname -- "$$0")" && pwd)\nPYTHONPATH="$$here/../..$${PYTHONPATH:+:$$PYTHONPATH}" exec "$$here/python" -m survey_app "$$@"\n' > $@
	@chmod +x $@

$(VENV)/.run.ok: requirements.lock | $(BIN)/pip $(BIN)/survey-app
	@echo "Installing / 正在安装 …"
	@$(PIP) $<
	@$(WARM)
	@touch $@
$(VENV)/.test.ok: requirements-test.lock $(VENV)/.run.ok
	@$(PIP) $<
	@touch $@
