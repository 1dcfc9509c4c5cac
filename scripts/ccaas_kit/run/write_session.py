"""A run that cleans up behind itself: its guard and journal while it writes, and the removal.

The removal comes however the writing ends: by itself, by an error, by Ctrl-C, or by a request to
end. Only a kill prevents it, and then the journal is there for the command `clean`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from ccaas_kit.gateway.credentials import Credentials
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.gateway.safety import clean, journal
from ccaas_kit.gateway.safety.cleaning import Cleaned
from ccaas_kit.gateway.safety.guard import OwnRecordsOnly
from ccaas_kit.model.contract import Contract
from ccaas_kit.run.options import Options


@dataclass(slots=True)
class WriteSession:
    """What was removed once a run is over; None if nothing was to be."""

    cleaned: Cleaned | None = None


@contextmanager
def opened(
    options: Options,
    gateway: Gateway,
    contract: Contract,
    signed: Credentials | None,
    *,
    known_ids: frozenset[str],
    spare: frozenset[str],
    console: Console,
) -> Iterator[WriteSession]:
    """Watch over what is written in the block, if the profile says so, and remove it at its end.

    `known_ids` are the ids of records of others that the run knows, `spare` those that it may change.

    Raises:
        ConfigError: the journal cannot be written, or has records of an earlier run.
    """
    write_session = WriteSession()
    if not options.cleans:
        yield write_session
        return
    with journal.started(
        options.journal,
        target=gateway.url,
        moment=datetime.now(UTC).isoformat(timespec="seconds"),
        contract=str(contract.document["info"]["version"]),
        lasting=options.target is not None,
    ) as writer:
        gateway.guard = OwnRecordsOnly(contract, writer, known_ids, spare=spare)
        ended = False
        try:
            yield write_session
            ended = True
        finally:
            if not ended:
                _tell(options, console)
            # Records are removed by what the journal says of them, not by what requests name.
            gateway.guard = None
            log = journal.read(options.journal)
            write_session.cleaned = clean.clean(
                log,
                writer,
                contract,
                signed,
                gateway=gateway,
                response_seconds=gateway.seconds,
                # A short run does not wait longer for its end than it has lasted.
                patience=min(clean.PATIENCE, options.max_time),
            )
            if not ended:
                clean.show(write_session.cleaned, gateway.url, options.journal, console)


def _tell(options: Options, console: Console) -> None:
    later = clean.command(options.journal)
    console.print(Text("Interrupted: removing the records of the run."))
    console.print(Text(f"If this is interrupted as well, run: {later}"), soft_wrap=True)
