# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What is made is below .build; "make help" lists the targets.

PYTHON ?= python3
ARGS ?=
# So many tests at a time.
WORKERS ?= $(shell n=$$(nproc); echo $$((n < 8 ? n : 8)))
# So many lanes at a time, if several are asked for.
JOBS ?= 2

# What needs no root, the slow ones first.
TEST := roles modules years sanity simulator-tests molecule check-demo lint package report unit tools
# Files of tests/modules that meet ansible-core itself: arguments, warnings and failures, documentation, progress.
MEET_CORE := $(patsubst %,tests/modules/test_%.py,bad_connection bad_input bad_options documentation \
	documented_results host_module repeated_runs wait_progress)

tools := tests/tools
# What is installed, with the hash of each file; "make locks" chooses the releases anew.
locked := $(tools)/locked
uv := .build/uv/bin/uv
python := .build/venv/bin/python
# In a rule, the Python of the release that its lane is for.
release = .build/matrix/$*/venv/bin/python
lane := $(tools)/lane.py
not_once := -m "not once"
export WORKERS
export UV_PYTHON_DOWNLOADS := never
# Each of the many short processes of the tests would compile what it imports anew.
export UV_COMPILE_BYTECODE := 1
# As pip does: the certificates of the machine, if it has any, and the index of the user.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS ?= true
endif
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif

# What a suite has made before its lanes start: a lane that waited for it would start after all others.
ready := --old-file=env --old-file=browser --old-file=hosts
environments := .build/demo-venv/complete .build/importer-venv/complete

# Run the lanes $(2), $(1) at a time: each shows its output when it has ended, and a failure stops no other. Their
# environments are made first: a lane that waits for its own would start after all others, however long it takes.
define together
	@lanes="$(2)" || exit 1; rm -rf .build/results; \
	$(MAKE) --keep-going --jobs=$(1) --no-print-directory $(ready) $(environments) \
		$$(for lane in $$lanes; do case $$lane in ([0-9]*) echo .build/matrix/$${lane%%-*}/venv/complete;; esac; done | sort -u); \
	$(MAKE) --keep-going --jobs=$(1) --output-sync=target --no-print-directory $(ready) \
		WORKERS=$$((($(WORKERS) + 1) / 2)) $$lanes; \
	$(python) $(tools)/lane_outcome.py $$lanes
endef

.DEFAULT_GOAL := help
.PHONY: help env demo-env browser hosts demo test everything $(TEST) test-system matrix coverage mutation bench \
	chaos simulator locks clean
.SECONDARY:

help: ## this list
	@awk -f $(tools)/help.awk $(MAKEFILE_LIST)

# Environments

env: .build/venv/complete ## environment of a developer | Python 3.10 | 30 s, then nothing

demo-env: .build/demo-venv/complete

$(uv):
	@$(PYTHON) $(tools)/get_uv.py

.build/venv/complete: $(locked)/developer.txt $(tools)/bundle.py
.build/demo-venv/complete: $(locked)/demo.txt $(tools)/bundle.py
.build/mutation-venv/complete: $(locked)/mutation.txt
.build/importer-venv/complete: $(locked)/importer.txt

.build/venv/complete .build/demo-venv/complete .build/mutation-venv/complete .build/importer-venv/complete: | $(uv)
	@echo "environment: making $(@D)"
	@$(uv) venv --quiet --seed --allow-existing --python $(PYTHON) $(@D)
	@$(uv) pip install --quiet --require-hashes --python $(@D) -r $<
	@if [ -n "$(filter %/bundle.py,$^)" ]; then flock .build/lock $(@D)/bin/python $(tools)/bundle.py; fi
	@touch $@

.build/matrix/%/venv/complete: $(locked)/%.txt $(tools)/bundle.py | env
	@python=$$($(python) $(tools)/matrix.py python $*) && \
		$(uv) venv --quiet --seed --clear --python "$$python" $(@D)
	@$(uv) pip install --quiet --require-hashes --python $(@D) -r $<
	@flock .build/lock $(@D)/bin/python $(tools)/bundle.py
	@touch $@

browser: env
	@flock .build/apt $(python) $(tools)/packages.py browser

hosts: env
	@flock .build/apt $(python) $(tools)/packages.py hosts

# Suites

demo: demo-env ## the life of one certificate, shown as it happens | Python 3.10 | 40 s
	@PATH="$(CURDIR)/.build/demo-venv/bin:$$PATH" \
		ANSIBLE_COLLECTIONS_PATH="$(CURDIR)/.build/collections" tests/demo/run $(ARGS)

test: env browser ## every lane that needs no root | Python 3.10 | 20 min
	$(call together,$(JOBS),$(TEST))

matrix: env ## what depends on ansible-core, 2.16 to 2.21; ARGS=2.16 for one | Pythons 3.10 to 3.13 | 20 min
	$(call together,$(JOBS),$$($(python) $(tools)/matrix.py lanes $(ARGS)))

# The real hosts wait more than they compute, so they are a third lane.
everything: env browser hosts ## test, test-system and matrix, as .ci/run does it | root on Debian or Ubuntu | 40 min
	$(call together,3,test-system roles $$($(python) $(tools)/matrix.py lanes) $(filter-out roles,$(TEST)))

# Lanes

unit: env ## decisions and helpers, no network | Python 3.10 | 20 s
	@$(python) $(lane) $@ tests/unit $(ARGS)

tools: env ## the tools of this Makefile | Python 3.10 | 5 s
	@$(python) $(lane) $@ tests/tools/tests $(ARGS)

simulator-tests: env browser ## the CertCentral simulator | Python 3.10 | 60 s
	@$(python) $(lane) $@ tests/simulator/tests $(ARGS)

modules: env ## every module against the simulator | Python 3.10 | 4 min
	@$(python) $(lane) $@ tests/modules $(ARGS)

roles: env ## the roles and playbooks, played on this machine | Python 3.10 | 10 min
	@$(python) $(lane) $@ tests/roles $(ARGS)

report: env browser ## the page of a report over 1000 certificates in Chromium | Python 3.10, chromium | 30 s
	@WORKERS=1 $(python) $(lane) $@ tests/report

years: env ## three years of 500 certificates on the simulated clock | Python 3.10 | 3 min
	@WORKERS=1 $(python) $(lane) $@ tests/years

check-demo: env demo-env ## the demonstration, as a test | Python 3.10 | 40 s
	@WORKERS=1 $(python) $(lane) $@ $(tools)/demonstration.py

lint: env ## ruff, mypy, yamllint, ansible-lint, antsibull, reuse | Python 3.10 | 30 s
	@WORKERS=1 $(python) $(lane) $@ $(tools)/lint.py

sanity: env ## ansible-test sanity on every Python here | Python 3.10, git | 90 s cold, 20 s warm
	@$(python) $(tools)/sanity.py $@ every

package: env .build/importer-venv/complete ## build the tarball, install it, read its documentation | Python 3.10, git | 30 s
	@$(python) $(lane) $@ tests/package

molecule: env ## a scenario of Molecule for each role | Python 3.10 | 2 min
	@WORKERS=1 $(python) $(lane) $@ $(tools)/scenarios.py

test-system: env hosts ## real hosts: systemd, sshd, BIND 9, nginx and others | root on Debian or Ubuntu | 12 min
	@WORKERS=1 $(python) $(lane) $@ tests/system

# Lanes of the matrix: 2.16-sanity and so on; tests/tools/matrix.py decides which there are.

%-unit: .build/matrix/%/venv/complete
	@$(release) $(lane) $@ tests/unit $(not_once)

%-modules: .build/matrix/%/venv/complete
	@$(release) $(lane) $@ tests/modules $(not_once)

%-modules-core: .build/matrix/%/venv/complete
	@$(release) $(lane) $@ $(MEET_CORE)

%-roles: .build/matrix/%/venv/complete
	@$(release) $(lane) $@ tests/roles $(not_once)

%-sanity: .build/matrix/%/venv/complete
	@$(release) $(tools)/sanity.py $@ own

# Figures

coverage: export COVERAGE_FOLDER = $(CURDIR)/.build/coverage
coverage: export COVERAGE_SOURCE = $(CURDIR)/plugins
# One process for each folder, as in the lanes: in one that has loaded ansible-core for the controller, modules warn otherwise.
coverage: env ## how much of plugins/ the tests run, branches counted | Python 3.10 | 6 min
	@rm -rf .build/coverage && mkdir .build/coverage
	@failed=0; for folder in $(or $(ARGS),tests/unit tests/modules); do \
		$(python) $(lane) $@-$${folder##*/} --cov --cov-append --cov-config=$(tools)/coverage.ini --cov-report= $$folder || failed=1; \
	done; $(python) -m coverage report --rcfile=$(tools)/coverage.ini --fail-under=95 && exit $$failed

mutation: .build/mutation-venv/complete ## mutants of the decisions and of X.509 that the unit tests kill | Python 3.10 | 2 min
	@.build/mutation-venv/bin/python $(tools)/mutation.py

bench: env ## the figures of tests/bench as a table and as JSON; the peer needs bind9 and pebble | Python 3.10 | 10 min
	@flock .build/apt $(python) $(tools)/packages.py peer
	@PYTHONPATH=tests/simulator $(python) tests/bench/run.py $(ARGS)

chaos: env ## 3,000 kills, 50 controllers, 500 certificates under faults | Python 3.10 | 15 min
	@PYTHONPATH=.build/collections:tests/simulator $(python) -m ansible_collections.community.digicert.tests.chaos $(ARGS)

simulator: demo-env ## the CertCentral simulator in the foreground, options through ARGS | Python 3.10 | until Ctrl-C
	@PYTHONPATH=tests/simulator .build/demo-venv/bin/python -m certcentral_simulator $(ARGS)

locks: $(uv) ## pin the newest releases that tests/tools/requirements-*.txt allow, with their hashes | network | 30 s
	@$(PYTHON) $(tools)/locks.py

clean: ## remove what was made, except downloads | nothing | 1 s
	@find .build -mindepth 1 -maxdepth 1 ! -name wheels ! -name uv -exec rm -rf {} +
