"""The operations of an OpenAPI document."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

# Names, on an operation, the one that it repeats under a versioned URL; build_bundles.py writes it.
VERSIONED_OF = "x-sn-versioned-of"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def first_forms(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the document with each operation once, without the URLs that repeat others."""
    found = copy.deepcopy(dict(document))
    for path, method, operation in [*operations(found)]:
        if VERSIONED_OF in operation:
            del found["paths"][path][method]
    found["paths"] = {
        path: item
        for path, item in found["paths"].items()
        if any(method in item for method in METHODS)
    }
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each operation as path, method and operation object, in the order of the document."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]
