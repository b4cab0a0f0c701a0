.DEFAULT_GOAL := help
.PHONY: help demo test bench fmt openapi postgresql fonts wrk oidc-provider jsonforms

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST)

demo: postgresql fonts ## a demo city on 127.0.0.1:8080, 8081 and 8082, until Ctrl-C
	cargo build -p portal
	cargo run -p demo --bin demo

test: postgresql fonts oidc-provider jsonforms ## formatting, lints and every test
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo build --workspace --bins
	cargo test --workspace

bench: postgresql fonts wrk ## how fast a release server is on this machine, in five minutes
	cargo build --release -p portal -p demo
	cargo bench --quiet -p forms
	target/release/bench

fmt: ## format the code
	cargo fmt --all

openapi: ## write openapi/resident.json and openapi/staff.json
	cargo run -p portal -- openapi openapi

fonts:
	@scripts/install-fonts

postgresql:
	@scripts/install-postgresql

wrk:
	@scripts/install-wrk

oidc-provider jsonforms:
	@scripts/install-node-packages $@
