"""The log of a run: one event a line, on disk before anything is judged, and all that the judge reads.

    {"kind": "run", "format": 1, "target": "http://127.0.0.1:8080", "profile": "full", ...}
    {"kind": "exchange", "number": 1, "source": "probe known-url", "operation": "getContact", ...}
    {"kind": "opinion", "check": "known-url", "verdict": "conforms", ...}
    {"kind": "end", "complete": true, ...}

Secrets are taken out before a line is written. Where that changes what the judge looks at, the line
has what was measured before. A run that was killed leaves a log without an end.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Protocol

from ccaas_kit.contract.errors import ConfigError, DocumentError
from ccaas_kit.contract.parsing import UnreadableError, parse_json
from ccaas_kit.contract.shapes import Json
from ccaas_kit.judging.log import lines, reading
from ccaas_kit.judging.log.events import Exchanged, Logged, RunStarted
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.exchanges import Exchange

NAME = "exchanges.ndjson"


class Log(Protocol):
    """What happened, in order; an exchange can be had again by its number."""

    def events(self) -> Iterator[Logged]:
        """The events, the head first."""

    def exchange(self, number: int) -> Exchange:
        """An exchange with its bodies."""

    def in_time(self) -> Iterator[Exchange]:
        """The exchanges with their bodies, in the order in which they were sent."""


class Recording:
    """A log that is held in memory, for a few exchanges."""

    def __init__(self, head: RunStarted, events: Iterable[Logged]) -> None:
        self._events = [head, *events]

    def events(self) -> Iterator[Logged]:
        """The events, the head first."""
        yield from self._events

    def exchange(self, number: int) -> Exchange:
        """An exchange with its bodies."""
        return next(exchange for exchange in self._exchanges() if exchange.number == number)

    def in_time(self) -> Iterator[Exchange]:
        """The exchanges in the order in which they were sent."""
        yield from sorted(self._exchanges(), key=lambda exchange: exchange.started)

    def _exchanges(self) -> Iterator[Exchange]:
        for event in self._events:
            if isinstance(event, Exchanged):
                yield event.exchange


class Writer:
    """Writes the events of a run, each at once; use it in a `with` statement.

    Raises:
        ConfigError: the file cannot be written.
    """

    name = "the log"

    def __init__(self, path: Path, form: lines.Form) -> None:
        self._path = path
        self._form = form
        try:
            self._file: IO[bytes] = path.open("wb")
        except OSError as error:
            raise self._unwritable(error) from error

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def handle(self, event: Logged) -> None:
        """Write an event down."""
        try:
            self._file.write(self._form.line(event))
            self._file.flush()
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> ConfigError:
        return ConfigError(
            f"cannot be written ({error.strerror})",
            where=str(self._path),
            fix="Make room, or choose another --out",
        )


class LogFile:
    """A log on disk, of which one line at a time is in memory.

    Raises:
        DocumentError: it cannot be read, or is no log that this version reads.
    """

    def __init__(self, path: Path, contract: Contract) -> None:
        self._path = path
        self._contract = contract
        self._places: dict[int, tuple[float, int]] = {}
        first = next(self._lines(), None)
        if first is None:
            raise DocumentError("holds no run", where=str(path), fix="Run the conformance runner")
        reading.hold_head(first[2], str(path))

    def events(self) -> Iterator[Logged]:
        """The events, the head first; a line that was not written to its end is left out."""
        for number, offset, document in self._lines():
            try:
                event = reading.event(document, self._contract)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise self._line_error(number, f"breaks the form ({error})") from error
            if isinstance(event, Exchanged):
                exchange = event.exchange
                self._places[exchange.number] = (exchange.started, offset)
            yield event

    def exchange(self, number: int) -> Exchange:
        """An exchange with its bodies."""
        if number not in self._places:
            # Nobody has read that far.
            for _ in self.events():
                pass
        with self._path.open("rb") as file:
            return self._at(file, self._places[number][1])

    def in_time(self) -> Iterator[Exchange]:
        """The exchanges with their bodies, in the order in which they were sent."""
        if not self._places:
            for _ in self.events():
                pass
        with self._path.open("rb") as file:
            for _, offset in sorted(self._places.values()):
                yield self._at(file, offset)

    def _at(self, file: IO[bytes], offset: int) -> Exchange:
        file.seek(offset)
        event = reading.event(_parsed(file.readline()), self._contract)
        if not isinstance(event, Exchanged):
            raise DocumentError("has changed while it was read", where=str(self._path))
        return event.exchange

    def _lines(self) -> Iterator[tuple[int, int, Json]]:
        """Number, place and content of each whole line."""
        offset = 0
        try:
            with self._path.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    if not line.endswith(b"\n"):
                        return
                    try:
                        yield number, offset, _parsed(line)
                    except UnreadableError as error:
                        raise self._line_error(number, f"is {error}") from error
                    offset += len(line)
        except OSError as error:
            raise DocumentError(
                f"cannot be read ({error.strerror})",
                where=str(self._path),
                fix=f"Name an {NAME}, or the folder that holds one",
            ) from error

    def _line_error(self, number: int, what: str) -> DocumentError:
        return DocumentError(what, where=f"{self._path}:{number}", fix="Run the runner again")


def _parsed(line: bytes) -> Json:
    return parse_json(line, largest=sys.maxsize)
