"""What clients are generated from: the bundle of all APIs, in the form that a generator reads best."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from scripts.kit.operations import METHODS, VERSIONED_OF

# Generators derive the name of a package from the title.
TITLE = "ServiceNow CCaaS"


def prepared(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with each operation once, under the title that becomes the package's name."""
    contract = copy.deepcopy(dict(document))
    contract["info"]["title"] = TITLE
    for path, item in [*contract["paths"].items()]:
        for method in METHODS:
            if VERSIONED_OF in item.get(method, {}):
                del item[method]
        if not any(method in item for method in METHODS):
            del contract["paths"][path]
    return contract
