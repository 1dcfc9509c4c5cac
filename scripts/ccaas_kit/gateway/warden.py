"""Beside the random requests: lets pass what the profile admits, and journals what they create.

Schemathesis runs in a process of its own, into which hooks.py brings this module where a file
says which journal to continue.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import requests
from hypothesis.errors import UnsatisfiedAssumption

from ccaas_kit.contract.contract import Contract, Operation
from ccaas_kit.contract.exchanges import Answer, Exchange
from ccaas_kit.fuzzing.hooks import CUSTODY
from ccaas_kit.gateway import fields, journal
from ccaas_kit.gateway.charge import Charge
from ccaas_kit.gateway.fields import UnreadableError
from ccaas_kit.gateway.guard import OwnRecordsOnly
from ccaas_kit.gateway.ledger import Ledger
from ccaas_kit.gateway.outcomes import Barred
from ccaas_kit.gateway.sending import Ask


@dataclass(slots=True)
class Passage:
    """One writing request that may leave."""

    operation: Operation
    ask: Ask
    ledger: Ledger
    number: int = 0

    def leave(self) -> None:
        """Note that the request is about to leave."""
        self.number = self.ledger.before(self.operation, self.ask)

    def answered(self, response: requests.Response) -> None:
        """Note what it has created."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        answer = Answer(response.status_code, headers, response.content)
        exchange = Exchange(self.operation, "", self.operation.method, "", {}, None, answer)
        self.ledger.after(self.number, self.operation, self.ask, exchange)


class Warden:
    """Stands beside each writing request of Schemathesis."""

    def __init__(self, charge: Charge) -> None:
        path = Path(charge.journal)
        self._contract = Contract(Path(charge.contract))
        # Open until the process ends: each line is on disk at once.
        self._opened = journal.continued(path)
        writer, told = self._opened.__enter__(), frozenset(charge.told)
        own = journal.read(path).own
        spare = frozenset(charge.spare)
        self._ledger = OwnRecordsOnly(self._contract, writer, told, own, spare)

    def admit(self, request: requests.PreparedRequest) -> Passage | None:
        """Let a request pass; None if there is nothing to note about it.

        Raises:
            UnsatisfiedAssumption: it may not leave; Schemathesis then takes another one.
        """
        if request.method == "GET":
            return None
        path = urlsplit(request.url or "").path
        operation = self._operation(request.method or "", path)
        if operation is None:
            # No method of the contract: it can only be refused, as far as anybody knows.
            raise UnsatisfiedAssumption("nobody knows what it would change")
        try:
            ask = _ask(operation, path, request)
            self._ledger.admit(operation, ask, ())
        except (Barred, UnreadableError) as error:
            raise UnsatisfiedAssumption(str(error)) from error
        return Passage(operation, ask, self._ledger)

    def _operation(self, method: str, path: str) -> Operation | None:
        fitting = (
            each
            for each in self._contract.operations
            if each.method == method and each.pattern.fullmatch(path)
        )
        return next(fitting, None)


def appointed(folder: Path) -> Warden:
    """The warden of a working directory."""
    return Warden(Charge(**json.loads((folder / CUSTODY).read_text(encoding="utf-8"))))


def _ask(operation: Operation, path: str, request: requests.PreparedRequest) -> Ask:
    found = operation.pattern.fullmatch(path)
    ids = {name: unquote(text) for name, text in (found.groupdict() if found else {}).items()}
    raw = request.body.encode() if isinstance(request.body, str) else request.body or b""
    if not isinstance(raw, bytes):
        raise UnreadableError("its body comes in pieces")
    found_in_query = fields.of_query(urlsplit(request.url or "").query)
    query = {each.name: each.text for each in found_in_query}
    if len(query) < len(found_in_query):
        raise UnreadableError("its query has a name twice")
    media = str(request.headers.get("Content-Type", ""))
    return Ask(operation.id, path=ids, query=query, raw=raw, media=media)
