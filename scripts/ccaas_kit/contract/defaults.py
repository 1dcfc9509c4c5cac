"""The default of a value that a request leaves out, and of a column that was never set.

It is in `x-sn-default` and not in the keyword `default`, whose value generated clients send unasked:
an agent could be signed in by an update that only renames them.
"""

from __future__ import annotations

from collections.abc import Mapping

from ccaas_kit.contract import pointers
from ccaas_kit.contract.shapes import Json

KEY = "x-sn-default"


def of(document: Json, node: Mapping[str, Json], otherwise: Json = None) -> Json:
    """The default that a schema states, or else the one that it refers to."""
    return node.get(KEY, pointers.follow(document, node).get(KEY, otherwise))
