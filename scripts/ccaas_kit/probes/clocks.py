"""The clock of the target, measured before any probe asks for the time."""

from __future__ import annotations

from contextlib import suppress

from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError, ViolationError
from ccaas_kit.probes.contact import samples
from ccaas_kit.probes.probing import Probing


def measure(probing: Probing) -> None:
    """Let the target show its clock, by a record that other probes look at as well."""
    if samples.CREATE not in probing.contract.by_id:
        return
    with suppress(BlockedError, ViolationError, InconclusiveError), probing.looking():
        samples.plain(probing)
