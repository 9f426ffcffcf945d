.PHONY: build test check sample fuzz

build: ## a static binary in the working directory
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o pkgsearch .

test: ## what a change must pass at least
	go test ./...

check: ## everything that continuous integration runs
	.ci/run

sample: ## ranked search over the built-in sample
	go run . serve --sample

fuzz: ## ten seconds for each fuzz target
	@go list ./... | while read -r pkg; do \
		dir=$$(go list -f '{{.Dir}}' "$$pkg"); \
		grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$$dir"/*_test.go 2>/dev/null | sed 's/^func //' | while read -r target; do \
			go test -run '^$$' -fuzz "^$$target$$" -fuzztime 10s "$$pkg"; \
		done; \
	done
