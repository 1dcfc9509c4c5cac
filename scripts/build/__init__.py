"""The steps of `make build` and their like: each reads sources and writes generated files."""
