# Plain POSIX make and sh. `make` alone tells what there is.

GO       = go
PACKAGES = ./...
FUZZTIME = 10s
OUT      = bin

# Cgo is off everywhere but under the race detector, which needs a C compiler.
NOCGO = CGO_ENABLED=0

# A PostgreSQL of its own for one command. It is left out when PG=off, and not
# started when HUYING_TEST_PG names one that runs already.
WITH_PG = if [ "$${PG:-}" = off ] || [ -n "$${HUYING_TEST_PG:-}" ]; then run=; \
	else run='$(GO) run ./internal/store/storetest/pgserver -fsync=false --'; fi; $$run

.PHONY: help demo test race lint verify generate assets verify-assets bench fuzz crash real cover build clean check

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

demo: ## a small city with sample calls, served on this machine
	$(NOCGO) $(GO) run ./cmd/huying demo

test: ## the whole suite on both databases and in a browser (PG=off, BROWSER=off leave a part out)
	@export $(NOCGO); $(WITH_PG) $(GO) test -timeout 25m $(PACKAGES)

race: ## the suite under the race detector; needs a C compiler
	@export CGO_ENABLED=1; $(WITH_PG) $(GO) test -race -timeout 25m $(PACKAGES)

lint: ## golangci-lint, as pinned in go.mod
	$(NOCGO) $(GO) tool golangci-lint run $(PACKAGES)

generate: ## write what is generated: texts, pages, docs
	$(NOCGO) $(GO) tool templ generate -log-level error
	$(NOCGO) $(GO) run ./internal/text/gen
	$(NOCGO) $(GO) run ./internal/docgen

assets: ## build what browsers load, from web/; needs Node
	cd web && npm ci --silent --no-audit --no-fund && npx tsc --noEmit && node build.mjs

verify-assets: assets ## what browsers load is what web/ builds
	@git diff --exit-code --stat -- internal/web/asset || { echo 'make assets changed these files: commit them' >&2; exit 1; }

# What is generated must be what is committed. In a clean clone this compares
# with the commit; in a work tree it compares with what was there before.
verify: ## generated files, formatting, vet and modules are as they should be
	@state() { git diff HEAD | cksum; git ls-files -o --exclude-standard | sort | xargs cksum; }; \
	before=$$(state); $(MAKE) -s generate || exit 1; \
	if [ "$$before" != "$$(state)" ]; then git status --short; echo 'make generate changed these files: commit them' >&2; exit 1; fi
	@bad=$$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l); \
	if [ -n "$$bad" ]; then echo "$$bad"; echo 'gofmt these files' >&2; exit 1; fi
	$(NOCGO) $(GO) vet $(PACKAGES)
	$(GO) mod verify
	$(GO) mod tidy -diff

bench: ## every benchmark, shortly
	@export $(NOCGO); $(WITH_PG) $(GO) test -run '^$$' -bench . -benchmem -benchtime 300ms $(PACKAGES)

fuzz: ## every fuzz test for FUZZTIME (10s)
	@grep -rn '^func Fuzz' --include='*_test.go' internal test | \
	sed 's|^\(.*\)/[^/]*_test\.go:[0-9]*:func \(Fuzz[A-Za-z0-9_]*\).*|\1 \2|' | sort | \
	while read -r dir name; do \
		echo "$$dir $$name"; $(NOCGO) $(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "./$$dir" || exit 1; \
	done

crash: ## kill the process under load and count what was lost
	@export $(NOCGO); $(WITH_PG) $(GO) test -count=1 -v -run 'Crash|Kill' ./internal/store/... ./internal/engine/... ./test/...

real: ## trials against real data, where it lies beside the repository
	@if [ -d ../shared ]; then ./test/real/run.sh; \
	else echo 'make real: there is no ../shared beside this repository, so nothing was tried'; fi

cover: ## coverage of the whole suite, into out/cover.html
	@mkdir -p out
	@export $(NOCGO); $(WITH_PG) $(GO) test -coverpkg ./internal/... -coverprofile out/cover.txt $(PACKAGES)
	@$(GO) tool cover -html out/cover.txt -o out/cover.html
	@$(GO) tool cover -func out/cover.txt | tail -n 1

build: ## one static binary, bin/huying
	@version=$$(git describe --tags --always --dirty 2>/dev/null || echo unknown); \
	$(NOCGO) $(GO) build -trimpath -ldflags "-s -w -X main.version=$$version" -o $(OUT)/huying ./cmd/huying && \
	echo "$(OUT)/huying $$version"

clean: ## remove what was built and measured
	rm -rf bin out

check: verify lint test ## everything a change has to pass
