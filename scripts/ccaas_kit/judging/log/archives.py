"""A recording that somebody else has made, as a log: an HTTP archive (HAR 1.2).

What the archive does not say is not guessed to the target's disadvantage: a request counts as valid
only if the contract finds nothing wrong with it, and its ids as unknown.
"""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.parsing import UnreadableError, parse_json
from ccaas_kit.contract.shapes import Json
from ccaas_kit.judging.log import recorded_checks
from ccaas_kit.judging.log.events import Exchanged, Logged, RunEnded, RunStarted, ScopeKnown
from ccaas_kit.judging.log.log import Recording
from ccaas_kit.judging.measuring import Measuring
from ccaas_kit.model.contract import Contract, Operation
from ccaas_kit.model.exchanges import Exchange, Response, split

_CREDENTIALS = ("own", "wrong", "none")


def read(path: Path, contract: Contract, security: frozenset[str]) -> Recording:
    """The log of an archive; what belongs to no operation of the contract is left out.

    `security` names the headers that carry credentials.

    Raises:
        DocumentError: it cannot be read, or holds no request for the contract.
    """
    try:
        document = parse_json(path.read_bytes(), largest=sys.maxsize)
        entries = [entry for entry in document["log"]["entries"] if isinstance(entry, dict)]
    except OSError as error:
        raise DocumentError(f"cannot be read ({error.strerror})", where=str(path)) from error
    except UnreadableError as error:
        raise DocumentError(f"is {error}", where=str(path), fix="Name a HAR file") from error
    except (KeyError, TypeError) as error:
        raise DocumentError("is no HTTP archive", where=str(path), fix="Name a HAR file") from error
    try:
        signed = any(_is_signed(entry, security) for entry in entries)
        recorded = [_exchange(entry, contract, security, signed=signed) for entry in entries]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"breaks the form of an archive ({type(error).__name__}: {error})"
        raise DocumentError(what, where=str(path), fix="Record it again as HAR 1.2") from error
    ours = [exchange for exchange in recorded if exchange is not None]
    found = [replace(exchange, number=number) for number, exchange in enumerate(ours, start=1)]
    if not found:
        raise DocumentError(
            f"none of its {len(entries)} requests is for an operation of the contract",
            where=str(path),
            fix="Record calls of the five APIs",
        )
    return Recording(_head(found, contract), _events(found, contract))


def _head(found: list[Exchange], contract: Contract) -> RunStarted:
    scheme, _, rest = found[0].url.partition("://")
    host = re.split("[/?#]", rest)[0].rpartition("@")[2]
    return RunStarted(
        target=f"{scheme}://{host}",
        profile="recording",
        started=datetime.fromtimestamp(min(exchange.started for exchange in found), UTC),
        contract=str(contract.document["info"]["version"]),
    )


def _events(found: list[Exchange], contract: Contract) -> Iterator[Logged]:
    # Whether a record with such an id exists, nobody has said.
    ids = {
        parameter.name
        for operation in contract.operations
        for parameter in operation.parameters
        if parameter.place == "path"
    }
    yield ScopeKnown(ids=frozenset(ids))
    measuring = Measuring(contract, frozenset())
    for exchange in found:
        measured = measuring.of(exchange, redacted=True)
        is_valid = measured.request is not None and not measured.request.faults
        yield Exchanged(recorded_checks.with_checks(replace(exchange, positive=is_valid), measured))
    yield RunEnded(complete=True, seconds=0.0)


def _exchange(
    entry: Mapping[str, Json], contract: Contract, security: frozenset[str], *, signed: bool
) -> Exchange | None:
    request, response = entry["request"], entry["response"]
    method, url = str(request["method"]).upper(), str(request["url"])
    operation = _operation(method, split(url)[0], contract)
    if operation is None:
        return None
    started = datetime.fromisoformat(entry["startedDateTime"].replace("Z", "+00:00"))
    return Exchange(
        operation=operation,
        phase="recording",
        method=method,
        url=url,
        request_headers={header["name"]: header["value"] for header in request["headers"]},
        request_body=_body(request.get("postData")),
        response=_response(response, float(entry.get("time") or 0.0) / 1000),
        started=started.timestamp(),
        other_method=method != operation.method,
        credentials=_credentials(entry, security, signed=signed),
        source="recording",
    )


def _operation(method: str, path: str, contract: Contract) -> Operation | None:
    fitting = [operation for operation in contract.operations if operation.pattern.fullmatch(path)]
    return next(
        (operation for operation in fitting if operation.method == method),
        next(iter(fitting), None),
    )


def _response(response: Mapping[str, Json], seconds: float) -> Response | None:
    if not response["status"]:
        return None
    headers: dict[str, str] = {}
    for header in response["headers"]:
        headers.setdefault(header["name"].lower(), header["value"])
    return Response(int(response["status"]), headers, _body(response["content"]) or b"", seconds)


def _body(content: Mapping[str, Json] | None) -> bytes | None:
    if content is None or "text" not in content:
        return None
    if content.get("encoding") == "base64":
        return base64.b64decode(content["text"], validate=True)
    return str(content["text"]).encode("utf-8", "backslashreplace")


def _is_signed(entry: Mapping[str, Json], security: frozenset[str]) -> bool:
    return any(header["name"].lower() in security for header in entry["request"]["headers"])


def _credentials(entry: Mapping[str, Json], security: frozenset[str], *, signed: bool) -> str:
    """Whose credentials a request had; most programs leave them out of an archive."""
    credentials = entry.get("_credentials")
    if credentials in _CREDENTIALS:
        return str(credentials)
    return "own" if _is_signed(entry, security) or not signed else "none"
