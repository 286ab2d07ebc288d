# What a person does with a checkout. Each target is one script in build/, or Maven.

.DEFAULT_GOAL := help
# Each of them uses both processors by itself, and they share target/.
.NOTPARALLEL:
export PREFIX ?= /usr/local
export DESTDIR
maven = JAVA_HOME="$$(build/jdk)" mvn -B --no-transfer-progress

.PHONY: help dist install uninstall unit test test-all demo bench up down clean format

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

dist: ## the distribution for this platform, in dist/
	@build/dist

install: dist ## put it into the system (PREFIX=/usr/local, DESTDIR=)
	@build/install

uninstall: ## take out what install put there
	@build/uninstall

unit: ## the fast tests alone
	@build/prerequisites build
	@build/tests unit

test: ## what CI runs: the unit tests, then the acceptance tier against real machines
	@build/prerequisites
	@build/green begin
	@build/tests acceptance
	@build/green end

test-all: ## all tests, about an hour; ONLY='Join* Roaming*' runs these classes alone
	@build/prerequisites
	@set -f; exec build/tests $(if $(ONLY),only $(ONLY),all)

demo: dist ## three Docker machines made one network
	@build/prerequisites run
	@build/engine up
	@build/demo

bench: dist ## the measurements, as a table
	@build/prerequisites run
	@build/engine up
	@build/bench

up: ## start a Docker engine where none runs
	@build/prerequisites run
	@build/engine up

down: ## stop the Docker engine that was started from here
	@build/engine down

clean: ## remove what was built (make down first, if an engine was started)
	@build/clean

format: ## write the sources in the one format
	@$(maven) -q spotless:apply
