"""Checks that only read: `make lint`, `make check-generated`, `make diff`."""
