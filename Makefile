# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What is made lies below .build; "make help" lists the targets.

PYTHON ?= python3
ARGS ?=

venv_python := .build/venv/bin/python
lanes := $(venv_python) tests/tools/lanes.py

.DEFAULT_GOAL := help
.PHONY: help env demo-env test unit tools simulator-tests modules roles report years lint sanity package \
	molecule test-system matrix mutation coverage bench simulator demo clean

help: ## this list
	@awk -f tests/tools/help.awk $(MAKEFILE_LIST)

env: ## environment of a developer | Python 3.10 | 35 s, then nothing
	@$(PYTHON) tests/tools/environment.py developer

demo-env:
	@$(PYTHON) tests/tools/environment.py demo

demo: demo-env ## one certificate's whole life, told as it happens | Python 3.10 | 60 s
	@PATH="$(CURDIR)/.build/demo-venv/bin:$$PATH" \
		ANSIBLE_COLLECTIONS_PATH="$(CURDIR)/.build/collections" tests/demo/run $(ARGS)

test: env ## every lane that needs no root | Python 3.10 | 35 min
	@$(lanes) test

unit: env ## decisions and helpers, no network | Python 3.10 | 20 s
	@$(lanes) unit

tools: env ## the tools of this Makefile | Python 3.10 | 5 s
	@$(lanes) tools

simulator-tests: env ## the CertCentral simulator | Python 3.10 | 60 s
	@$(lanes) simulator-tests

modules: env ## every module against the simulator | Python 3.10 | 4 min
	@$(lanes) modules

roles: env ## the roles and playbooks, played on this machine | Python 3.10 | 18 min
	@$(lanes) roles

report: env ## the page of a report over 1000 certificates in Chromium | Python 3.10, chromium | 30 s
	@$(lanes) report

years: env ## three years of 500 certificates on the simulated clock | Python 3.10 | 3 min
	@$(lanes) years

lint: env ## ruff, mypy, yamllint, ansible-lint, antsibull, reuse | Python 3.10 | 30 s
	@$(lanes) lint

sanity: env ## ansible-test sanity on every Python here | Python 3.10, git | 90 s cold, 20 s warm
	@$(lanes) sanity

package: env ## build the tarball, install it, read its documentation | Python 3.10, git | 30 s
	@$(lanes) package

molecule: env ## a scenario of Molecule for each role | Python 3.10 | 2 min
	@$(lanes) molecule

test-system: env ## real hosts: systemd, sshd, BIND 9, nginx and others | root on Debian or Ubuntu | 12 min
	@$(lanes) system

matrix: env ## what depends on ansible-core, 2.16 to 2.21 | Pythons 3.10 to 3.13 | 20 min
	@$(venv_python) tests/tools/lanes.py matrix $(ARGS)

coverage: env ## how much of plugins/ the tests run, branches counted | Python 3.10 | 6 min
	@$(venv_python) tests/tools/coverage_lane.py $(ARGS)

mutation: ## mutants of the decisions and of X.509 that the unit tests kill | Python 3.10 | 5 min
	@$(PYTHON) tests/tools/mutation.py

bench: env ## the figures of tests/bench as a table and as JSON | Python 3.10 | 3 min
	@PYTHONPATH=tests/simulator $(venv_python) tests/bench/run.py $(ARGS)

simulator: demo-env ## the CertCentral simulator in the foreground, options through ARGS | Python 3.10 | until Ctrl-C
	@PYTHONPATH=tests/simulator .build/demo-venv/bin/python -m certcentral_simulator $(ARGS)

clean: ## remove what was made, except downloads | nothing | 1 s
	@find .build -mindepth 1 -maxdepth 1 ! -name wheels -exec rm -rf {} +
