"""What clients are generated from: the bundle of all APIs, in the form that a generator reads best."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccaas_kit.contract.operations import first_forms

# Generators derive the name of a package from the title.
TITLE = "ServiceNow CCaaS"


def prepared(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with each operation once, under the title that becomes the package's name."""
    contract = first_forms(document)
    contract["info"]["title"] = TITLE
    return contract
