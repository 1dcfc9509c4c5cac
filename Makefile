# servicenow-ccaas-contracts: everything that people and CI run. GNU Make 4.3 or later.
# Installing, building and checking are files with their true inputs, so a second call does nothing.

$(if $(filter 3.% 4.0 4.0.% 4.1 4.1.% 4.2 4.2.%,$(MAKE_VERSION)),$(error GNU make 4.3 or later is needed, and this is $(MAKE_VERSION). On macOS: brew install make, then gmake))

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --warn-undefined-variables

# Settings, to be given on the command line: make conform TARGET=https://…
PYTHON ?= python3
# URL of the instance under test; empty starts the embedded sandbox
TARGET ?=
# What a run may send: read-only, create-and-clean or full; empty takes full for a local target, else read-only
PROFILE ?=
# Port of the server; empty takes 8080 for the sandbox, 4010 for the mock
PORT ?=
# Git ref with which make diff compares
BASE ?= HEAD
# Folder of the conformance reports
OUT ?= out/conformance
# Languages of the clients
LANGUAGES ?= java go
# More options of the command behind a target
ARGS ?=

# A misspelt setting would be ignored in silence: TARGT=https://… would judge the embedded sandbox.
SETTINGS := PYTHON TARGET PROFILE PORT BASE OUT LANGUAGES ARGS
UNKNOWN := $(filter-out $(SETTINGS) SHELL MAKEFLAGS,$(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name))))
NEAREST = import difflib, sys; name, *known = sys.argv[1:]; print(*difflib.get_close_matches(name.upper(), known, 1) or known)
$(if $(UNKNOWN),$(error there is no setting $(UNKNOWN); did you mean $(shell $(PYTHON) -c '$(NEAREST)' $(firstword $(UNKNOWN)) $(SETTINGS))?))

APIS := $(basename $(notdir $(wildcard openapi/clauses/*.yaml)))
KIT := $(addprefix scripts/ccaas_kit/contract/,command.py documents.py errors.py layout.py operations.py pointers.py) scripts/build/tools.py
PY := .venv/bin/python
KIT_READY := .venv/.kit
READY := .venv/.stamp node_modules/.package-lock.json
GEN := generated
BUNDLES := $(APIS:%=$(GEN)/openapi/%.yaml)
MODELS := $(GEN)/python/servicenow_ccaas/models
MODULES := $(subst -,_,$(APIS:%=$(MODELS)/%.py)) $(MODELS)/common.py
PACKAGE := $(MODELS)/__init__.py
MODELLING := scripts/build/models.py $(addprefix scripts/pyclient/,layout.py shapes.py runtime/glide.py)
CLIENT := $(GEN)/python/servicenow_ccaas/client.py
CODEGEN := $(APIS:%=$(GEN)/openapi-codegen/%.yaml) $(GEN)/openapi-codegen/all.yaml
DOWNGRADES := $(APIS:%=$(GEN)/openapi-3.0/%.yaml)
LOSSES := $(GEN)/openapi-3.0/README.md
TYPES := $(APIS:%=$(GEN)/typescript/%.ts)
TYPESCRIPT := $(TYPES) $(GEN)/typescript/index.ts
POSTMAN := $(GEN)/postman/servicenow-ccaas.postman_collection.json
PAPERS := $(GEN)/clauses.json $(GEN)/COVERAGE.md $(GEN)/README.md $(GEN)/MANIFEST.json
TESTS := -n 2 --dist loadfile --no-loadscope-reorder

# Everyday: make conform TARGET=https://... PROFILE=read-only ARGS="--probes-only"
.PHONY: setup conform test lint format
help: # not listed: plain `make` prints it, and the list has to fit on a screen of 20 lines
	@awk -f scripts/build/help.awk $(MAKEFILE_LIST)
setup: $(READY) ## install Python and Node tools into .venv and node_modules
conform: $(KIT_READY) ## test TARGET=https://..., or the embedded sandbox, with PROFILE (about 2 minutes)
	@$(PY) -m checks.fresh || $(MAKE) --no-print-directory build
	@.venv/bin/ccaas conform $(if $(TARGET),--target '$(TARGET)') $(if $(PROFILE),--profile '$(PROFILE)') --out '$(OUT)' $(ARGS)
test: build ## run every test, or those of ARGS (about 20 minutes)
	@echo 'Every test, about 20 minutes on two cores ...'
	@$(PY) -m pytest -q $(TESTS) $(ARGS)
lint: build ## check specs, code, types and prose
	@$(PY) -m checks.lint
format: .venv/.stamp ## format the Python code
	@$(PY) -m ruff format -q . && $(PY) -m ruff check -q --fix .

# Build, read, measure, serve: one list in the help, which is to fit on a screen of 20 lines.
.PHONY: build rebuild check-generated diff lock clean
build: $(READY) $(BUNDLES) $(GEN)/openapi/all.yaml $(CODEGEN) $(GEN)/openapi-codegen/README.md $(DOWNGRADES) $(LOSSES) $(TYPESCRIPT) $(POSTMAN) $(PACKAGE) $(CLIENT) $(PAPERS) ## write what changed in generated/
rebuild: ## write all of generated/
	@find $(GEN) -type f ! -iname "effectiveness.*" ! -name COMPARISON.md ! -name REPORTS.md ! -name COMPATIBILITY.md -delete && $(MAKE) --no-print-directory build
check-generated: setup ## fail if generated/ differs from what its sources give
	@$(PY) -m checks.generated
diff: build ## list what changed for clients since BASE, and the version that it needs
	@$(PY) -m checks.diff --base '$(BASE)' $(ARGS)
lock: .venv/.stamp ## pin the dependency trees anew
	@$(PY) -m build.locks
clean: ## remove what is installed, cached or reported; generated/ stays
	@rm -rf .venv node_modules .build out .mypy_cache .pytest_cache .ruff_cache .hypothesis

.PHONY: docs clients release compat bench effectiveness mutants sandbox mock
docs: build ## write the reference as an offline HTML site, out/docs
	@$(PY) -m build.docs $(ARGS)
clients: build ## write clients in LANGUAGES (java go), out/clients
	@$(PY) -m build.clients $(LANGUAGES) $(ARGS)
release: build ## write packages, all spec forms, notes and digests, out/release
	@$(PY) -m build.release $(ARGS)
compat: build ## try tools of others on generated/openapi and openapi-codegen (half an hour)
	@$(PY) -m compat $(ARGS)
bench: build ## measure the sandbox beside Prism and a bare server, as ratios
	@$(PY) -m bench $(ARGS)
effectiveness: build ## measure which faults a conformance run finds (about 30 minutes)
	@$(PY) -m effectiveness $(ARGS)
mutants: build .venv/.mutants ## measure which changes of our code the tests detect (about an hour)
	@$(PY) -m mutants $(ARGS)
sandbox: $(KIT_READY) ## serve a stateful instance of all five APIs on PORT (8080)
	@$(PY) -m checks.fresh || $(MAKE) --no-print-directory build
	@.venv/bin/ccaas sandbox --port $(if $(PORT),$(PORT),8080) $(ARGS)
mock: build ## serve a stateless mock of all five APIs on PORT (4010)
	@$(PY) -m build.mock --port $(if $(PORT),$(PORT),4010)

# What is installed. The stamps are newer than the lock files they were made from.
.venv/.kit: requirements-kit.lock pyproject.toml
	@$(PYTHON) scripts/checks/python.py
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@echo 'Installing the kit into .venv (half a minute) ...'
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-kit.lock
	@$(PY) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . && touch $@
.venv/.stamp: requirements.lock .venv/.kit
	@echo 'Installing Python tools into .venv (about a minute) ...'
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock && touch $@
.venv/.mutants: requirements-mutants.lock | .venv/.stamp
	@echo 'Installing Cosmic Ray into .venv ...'
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r $< && touch $@
.build/clients-tests: requirements-clients-tests.lock | .venv/.kit
	@echo 'Installing clients of the platform into $@ (20 seconds) ...'
	@rm -rf $@ && $(PY) -m pip install -q --disable-pip-version-check --require-hashes --target $@ -r $< && touch $@
node_modules/.package-lock.json: package-lock.json .npmrc | .venv/.stamp
	@echo 'Installing Node tools into node_modules ...'
	@PATH="$$PWD/.venv/bin:$$PATH" .venv/bin/npm ci --ignore-scripts --no-progress --loglevel=error > /dev/null
	@touch $@

# What is generated. Each file names what it is made from.
$(BUNDLES): $(GEN)/openapi/%.yaml: openapi/%.yaml openapi/common.yaml openapi/examples/%.yaml scripts/build/bundles.py $(KIT) redocly.yaml package-lock.json | $(READY)
	@echo 'bundle $*' && $(PY) -m build.bundles $*
$(GEN)/openapi/all.yaml: $(BUNDLES) | $(READY)
	@echo 'bundle all' && $(PY) -m build.bundles all
$(CODEGEN): $(GEN)/openapi-codegen/%.yaml: $(GEN)/openapi/%.yaml scripts/build/codegen.py scripts/clientgen/nodes.py scripts/clientgen/transformations.py scripts/ccaas_kit/contract/defaults.py $(KIT) | $(READY)
	@echo 'codegen $*' && $(PY) -m build.codegen $*
$(GEN)/openapi-codegen/README.md: scripts/build/codegen.py scripts/clientgen/transformations.py | $(READY)
	@echo 'codegen readme' && $(PY) -m build.codegen readme
$(DOWNGRADES): $(GEN)/openapi-3.0/%.yaml: $(GEN)/openapi/%.yaml scripts/build/downgrades.py $(KIT) package-lock.json | $(READY)
	@echo 'openapi 3.0 $*' && $(PY) -m build.downgrades $*
$(LOSSES): $(BUNDLES) $(DOWNGRADES) | $(READY)
	@echo 'openapi 3.0 losses' && $(PY) -m build.downgrades losses
$(TYPES): $(GEN)/typescript/%.ts: $(GEN)/openapi/%.yaml scripts/build/typescript.py $(KIT) package-lock.json | $(READY)
	@echo 'typescript $*' && $(PY) -m build.typescript $*
$(GEN)/typescript/index.ts: $(TYPES) $(GEN)/openapi/all.yaml | $(READY)
	@echo 'typescript index' && $(PY) -m build.typescript index
$(POSTMAN): $(GEN)/openapi/all.yaml scripts/build/postman.py scripts/ccaas_kit/contract/documented.py $(KIT) package-lock.json | $(READY)
	@echo 'postman' && $(PY) -m build.postman
$(MODELS)/common.py: openapi/common.yaml $(MODELLING) $(KIT) requirements.lock | $(READY)
	@echo 'models common' && $(PY) -m build.models common
.SECONDEXPANSION:
$(filter-out %/common.py,$(MODULES)): $(MODELS)/%.py: $(GEN)/openapi/$$(subst _,-,$$*).yaml openapi/common.yaml $(MODELLING) $(KIT) requirements.lock | $(READY)
	@echo 'models $(subst _,-,$*)' && $(PY) -m build.models $(subst _,-,$*)
$(PACKAGE): $(MODULES) | $(READY)
	@echo 'models package' && $(PY) -m build.models package
$(CLIENT): $(GEN)/openapi/all.yaml scripts/build/python_client.py $(wildcard scripts/pyclient/*.py scripts/pyclient/runtime/*.py scripts/pyclient/templates/*.jinja) $(KIT) requirements.lock | $(READY)
	@echo 'python client' && $(PY) -m build.python_client
$(GEN)/clauses.json: $(wildcard openapi/clauses/*.yaml) $(BUNDLES) $(GEN)/openapi/all.yaml scripts/build/clauses.py $(KIT) | $(READY)
	@echo 'clauses' && $(PY) -m build.clauses
$(GEN)/COVERAGE.md: $(GEN)/clauses.json $(GEN)/openapi/all.yaml openapi/quirks.yaml scripts/build/coverage.py $(KIT) | $(READY)
	@echo 'coverage' && $(PY) -m build.coverage
$(GEN)/README.md $(GEN)/MANIFEST.json &: $(BUNDLES) $(GEN)/openapi/all.yaml $(CODEGEN) $(GEN)/openapi-codegen/README.md $(DOWNGRADES) $(LOSSES) $(TYPESCRIPT) $(POSTMAN) $(PACKAGE) $(CLIENT) $(GEN)/clauses.json $(GEN)/COVERAGE.md scripts/build/manifest.py requirements.lock package.json | $(READY)
	@echo 'manifest' && $(PY) -m build.manifest
