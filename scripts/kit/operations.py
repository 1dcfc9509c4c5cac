"""The operations of an OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# Names, on an operation, the one that it repeats under a versioned URL; build_bundles.py writes it.
VERSIONED_OF = "x-sn-versioned-of"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each operation as path, method and operation object, in the order of the document."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]
