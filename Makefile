# What a person runs here; `make help` explains. Every target installs what it needs first.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BUILD := .build
VENV := $(BUILD)/venv
RELEASE := $(BUILD)/release
AGENT := $(BUILD)/agent/agent
CURL := $(BUILD)/curl/libcurl.so.4
# Many tests run several processes each: more at once than cores would only wait for each other.
TEST_WIDTH := --experimental-maximum-parallelization-width $(shell nproc)
SWIFT_SOURCES := Package.swift Sources Tests
# Seconds of fuzzing in all; the report's way takes three quarters of them.
FUZZ_SECONDS := 600
FUZZ_BUILD := $(BUILD)/fuzz
FUZZ_FLAGS := -c release --scratch-path $(FUZZ_BUILD) --sanitize address -Xswiftc -sanitize=fuzzer \
	-Xswiftc -use-ld=lld -Xcc -fsanitize=fuzzer-no-link -Xcxx -fsanitize=fuzzer-no-link

# Races are looked for where threads share something; the agent has one thread, decisions are values.
# One test is left out: the memory it measures is the sanitizer's there.
TSAN_BUILD := $(BUILD)/tsan
ASAN_BUILD := $(BUILD)/asan
TSAN_TESTS := --filter 'PlatformTests|TransportTests|AWSTests|HTTPServerTests|FargateLocalTests' \
	--filter 'AggregatorCoreTests|AggregatorTests' --skip strangersDoNotGrowItsMemory

# Debian packages: to build, to run the demonstration and the tests, and to measure the peers.
BUILD_PACKAGES := libcurl4-openssl-dev zlib1g-dev libmicrohttpd-dev libgnutls28-dev libcjson-dev libsimdjson-dev libdeflate-dev
RUN_PACKAGES := $(BUILD_PACKAGES) nginx-core wrk iproute2
TEST_PACKAGES := $(RUN_PACKAGES) python3-venv openssl curl tzdata
BENCH_PACKAGES := $(TEST_PACKAGES) prometheus-nginx-exporter prometheus-pushgateway collectd-core
# To build and run images where there is no Docker: test-images.
IMAGE_PACKAGES := buildah podman runc catatonit mmdebstrap netavark aardvark-dns iptables curl wrk
COMPOSE_PACKAGE := podman-compose==1.6.0
PYTHON_PACKAGES := moto[server]==5.2.5 botocore==1.44.5 boto3==1.44.5 cfn-lint==1.58.0 prometheus_client==0.26.0 awscli==1.46.3

# The toolchain tells where its Embedded libraries are, for the architecture it builds for.
TARGET_INFO = $(shell swiftc -print-target-info | tr -d ' ",')
TARGET_FIELD = $(word 2,$(subst :, ,$(filter $(1):%,$(TARGET_INFO))))
EMBEDDED = $(call TARGET_FIELD,runtimeResourcePath)/embedded/$(call TARGET_FIELD,unversionedTriple)

.PHONY: help run test world fuzz test-tsan bench failover drills drills-sanitized soak lint format build agent images outdated test-images setup-images setup-run setup-test setup-bench clean

help: ## Explain the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

run: setup-run build agent ## Show it: real nginx tasks, agents, the aggregator, a surge (KEEP=1 leaves it up)
	@$(RELEASE)/fargate-local demo --agent $(AGENT) --aggregator $(RELEASE)/aggregator $(if $(KEEP),--keep)

test: setup-test lint agent ## Lint, build both ways, run every test and the fast drills, look for races, fuzz a little
	@swift build --build-tests -q
	@PYTHON_VENV=$(CURDIR)/$(VENV) swift test --skip-build $(TEST_WIDTH)
	@$(MAKE) --no-print-directory drills FAST=1
	@$(MAKE) --no-print-directory test-tsan
	@$(MAKE) --no-print-directory fuzz FUZZ_SECONDS=60

# The finding, an input that ends a fuzzer, is left in .build/fuzz. What the fuzzers learn stays there
# too; the corpus in Tests is small, and only people add to it.
fuzz: setup-test ## Fuzz the way of a report, the status page and the kernel's answers, FUZZ_SECONDS in all
	@for fuzzer in report status sockets; do \
		FUZZ=1 swift build -q $(FUZZ_FLAGS) --product fuzz-$$fuzzer; \
		mkdir -p $(FUZZ_BUILD)/corpus-$$fuzzer; \
	done
	@run() { \
		log=$(FUZZ_BUILD)/$$1.log; \
		$(FUZZ_BUILD)/release/fuzz-$$1 -max_total_time=$$2 -timeout=10 -dict=Tests/Fuzz/$$1.dict \
			-artifact_prefix=$(FUZZ_BUILD)/$$1- $(FUZZ_BUILD)/corpus-$$1 Tests/Fuzz/corpus/$$1 \
			>$$log 2>&1 || { tail -50 $$log; exit 1; }; \
		echo "fuzz-$$1: $$(tail -1 $$log), no finding"; \
	}; \
	run report $$(( $(FUZZ_SECONDS) * 3 / 4 )); run status $$(( $(FUZZ_SECONDS) / 8 )); \
	run sockets $$(( $(FUZZ_SECONDS) / 8 ))

# The programs that the tests start are built with the sanitizer too; each process that sees a race
# writes it to a file of its own, so that it neither mixes with what the program says nor is lost; in
# a directory for everybody, since a test runs programs as another user.
test-tsan: setup-test ## Run the tests of everything that has threads under the thread sanitizer
	@swift build -q --build-tests --sanitize thread --scratch-path $(TSAN_BUILD)
	@races=$$(mktemp -d) && chmod 1777 $$races && trap 'rm -rf $$races' EXIT; run=passed; \
	TSAN_OPTIONS=log_path=$$races/race PYTHON_VENV=$(CURDIR)/$(VENV) \
		swift test -q --skip-build --sanitize thread --scratch-path $(TSAN_BUILD) $(TEST_WIDTH) \
		$(TSAN_TESTS) || run=failed; \
	if compgen -G "$$races/race.*" >/dev/null; then cat $$races/race.*; exit 1; fi; \
	[ $$run = passed ]

bench: setup-bench build agent $(if $(filter-out agent,$(NAME)),,$(CURL)) ## Measure side by side with the peers (NAME=… measures one)
	@PYTHON_VENV=$(CURDIR)/$(VENV) $(RELEASE)/bench $(NAME) $(ARGS)

# The agent is measured with the libcurl that its image has.
$(CURL): docker/build-curl
	@echo "building the libcurl of the agent's image"
	@mkdir -p $(@D)
	@$(if $(filter 0,$(shell id -u)),,sudo) docker/build-curl $@ >$(BUILD)/curl.log 2>&1 || \
		{ tail -20 $(BUILD)/curl.log; exit 1; }

failover: setup-test build ## Kill and stop the owner of two aggregators in SURGES surges: how long until UpdateService
	@$(VENV)/bin/python Tests/Support/measure_failover.py $(RELEASE)/aggregator $(or $(SURGES),30)

drills: setup-run build ## Faults and attacks against the built aggregator: what holds (FAST=1: a minute; NAME=… some)
	@$(RELEASE)/bench drills $(if $(FAST),fast) $(if $(NAME),"$(NAME)")

# Only what does not depend on speed has to hold there; what a sanitizer finds, it writes to a file.
drills-sanitized: setup-run ## Run the fast drills against the aggregator built with the thread and the address sanitizer
	@swift build -c release -q --product bench
	@found=$$(mktemp -d) && chmod 1777 $$found && trap 'rm -rf $$found' EXIT; held=yes; \
	for kind in thread address; do \
		[ $$kind = thread ] && scratch=$(TSAN_BUILD) || scratch=$(ASAN_BUILD); \
		swift build -q --product aggregator --sanitize $$kind --scratch-path $$scratch; \
		echo "with the $$kind sanitizer:"; \
		DRILLS_AGGREGATOR=$(CURDIR)/$$scratch/debug/aggregator \
			TSAN_OPTIONS=log_path=$$found/race ASAN_OPTIONS=log_path=$$found/address \
			$(RELEASE)/bench drills fast $(if $(NAME),"$(NAME)") || held=no; \
	done; \
	if compgen -G "$$found/*" >/dev/null; then cat $$found/*; exit 1; fi; \
	[ $$held = yes ]

# One minute of it, or one seed's history; a failure is shrunk and told.
WORLD_SECONDS := $(if $(YEARS),36000,60)
world: ## Random histories of a service on ECS around the real decisions (SEED=… YEARS=… MUTANTS=1 or names)
	@$(if $(MUTANTS),Tests/Mutants/run $(filter-out 1,$(MUTANTS)),swift build -c release -q --product worlds && \
		$(RELEASE)/worlds $(if $(SEED),--seed $(SEED),--first $(or $(FIRST),1) \
		--years $(or $(YEARS),1000) --seconds $(WORLD_SECONDS)))

soak: setup-bench build agent ## Ten minutes of the agent at 200 samples a second, its aggregator coming and going
	@$(RELEASE)/bench soak $(ARGS)

build: setup-run ## Build the release binaries under .build/release
	@swift build -c release -q

# Embedded Swift has its own build directory: the same targets compile differently there.
agent: setup-run ## Build the agent that ships, Embedded Swift, to .build/agent/agent
	@AGENT_EMBEDDED=$(EMBEDDED) swift build -q -c release --product agent --scratch-path $(BUILD)/embedded
	@mkdir -p $(dir $(AGENT)) && cp $(BUILD)/embedded/release/agent $(AGENT)

lint: ## Check formatting and style, strictly
	@swift format lint --strict --parallel -r $(SWIFT_SOURCES)

format: ## Format the sources
	@swift format --in-place --parallel -r $(SWIFT_SOURCES)

images: ## Build the container images with docker or buildah
	@docker/build-images

outdated: $(VENV)/.installed ## Tell which base images and Python packages are out of date (asks their registries)
	@.ci/install-packages skopeo
	@docker/outdated $(VENV)/bin/pip

test-images: setup-images ## Run the images as Fargate would: health, a surge, UpdateService, SIGTERM
	@ENGINE=buildah docker/build-images agent aggregator backend nginx local
	@. docker/engine && engine=buildah && configure_engine && $(VENV)/bin/python docker/test-images

clean: ## Remove everything that was built
	@rm -rf $(BUILD)

setup-run:
	@[ "$(INSTALL)" = no ] || .ci/install-packages $(RUN_PACKAGES)

setup-bench: setup-test
	@.ci/install-packages $(BENCH_PACKAGES)

setup-images: setup-test
	@.ci/install-packages $(IMAGE_PACKAGES)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check $(COMPOSE_PACKAGE)

setup-test: $(VENV)/.installed
	@.ci/install-packages $(TEST_PACKAGES)

$(VENV)/.installed: Makefile
	@.ci/install-packages $(TEST_PACKAGES)
	@echo "installing into $(VENV): $(PYTHON_PACKAGES)"
	@python3 -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check $(PYTHON_PACKAGES)
	@touch $@
