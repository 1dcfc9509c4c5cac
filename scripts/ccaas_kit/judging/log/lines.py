"""Events as lines of the log, without secrets: these are taken out before anything is cut."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from ccaas_kit.contract.shapes import Json
from ccaas_kit.judging.log.events import (
    DefectMet,
    Exchanged,
    Leaked,
    Logged,
    NothingKept,
    OpinionGiven,
    RunEnded,
    RunStarted,
    ScopeKnown,
)
from ccaas_kit.judging.measuring import Measured
from ccaas_kit.judging.verdicts import short
from ccaas_kit.model.exchanges import Exchange, Response
from ccaas_kit.model.schemas import Fault as SchemaFault

FORMAT = 1
HIDDEN = "[hidden]"
# Bytes of a body that is written whole; of a longer one the beginning is, and what was measured.
LONGEST_BODY = 1024 * 1024
_KEPT = 256 * 1024
# No form of a secret is longer.
_MARGIN = 16 * 1024


class Form:
    """Writes events as lines.

    `clean` takes secrets out of a text, `hidden` are the headers whose values are left out, and
    `measure` says what the judge sees in an exchange before anything is taken out of it.
    """

    def __init__(
        self,
        *,
        clean: Callable[[str], str],
        hidden: frozenset[str],
        measure: Callable[[Exchange], Measured],
    ) -> None:
        self._clean = clean
        self._hidden = hidden
        self._measure = measure

    def line(self, event: Logged) -> bytes:
        """One line with its end."""
        if isinstance(event, Exchanged):
            document = self._exchanged(event)
        else:
            document = _document(event, self._clean)
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace") + b"\n"

    def _exchanged(self, event: Exchanged) -> dict[str, Json]:
        exchange = event.exchange
        shown = replace(
            exchange,
            sizes=_sizes(exchange),
            url=self._clean(exchange.url),
            request_headers=self._headers(exchange.request_headers),
            request_body=self._body(exchange.request_body),
            response=self._response(exchange.response),
            checks=tuple(
                replace(check, message=self._clean(check.message)) for check in exchange.checks
            ),
        )
        measured = event.measured
        if measured is None and _matters(exchange) != _matters(shown):
            measured = self._measure(exchange)
        return {
            **_exchange_document(shown),
            **({"measured": _measured_document(measured, self._clean)} if measured else {}),
        }

    def _response(self, response: Response | None) -> Response | None:
        if response is None:
            return None
        body = self._body(response.body) or b""
        return replace(response, headers=self._headers(response.headers), body=body)

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {
            name: HIDDEN if name.lower() in self._hidden else self._clean(value)
            for name, value in headers.items()
        }

    def _body(self, body: bytes | None) -> bytes | None:
        """The body without secrets, to the byte where it has none."""
        if not body:
            return body
        if len(body) > LONGEST_BODY:
            # The end of the piece is dropped, because a secret can be cut in two there.
            piece = self._body(body[: _KEPT + _MARGIN]) or b""
            return piece[: min(_KEPT, len(piece) - _MARGIN)]
        encoding = json.detect_encoding(body)
        text = body.decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
        clean = self._clean(text)
        if clean == text:
            return body
        return clean.encode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")


def _sizes(exchange: Exchange) -> tuple[int, int] | None:
    """The bytes of both bodies, if one is too long to be written whole."""
    sizes = (
        len(exchange.request_body or b""),
        len(exchange.response.body if exchange.response else b""),
    )
    return sizes if max(sizes) > LONGEST_BODY else None


def _matters(exchange: Exchange) -> tuple[object, ...]:
    """What the judge looks at besides words."""
    response = exchange.response
    seen = (response.body, dict(response.headers)) if response else None
    return exchange.url, exchange.request_body, seen


def _document(event: Logged, clean: Callable[[str], str]) -> dict[str, Json]:
    match event:
        case RunStarted():
            return _head_document(event, clean)
        case ScopeKnown():
            return {
                "kind": "scope",
                "operations": None if event.operations is None else sorted(event.operations),
                "blocked": dict(event.blocked),
                "ids": sorted(event.ids),
                "existing": {name: list(ids) for name, ids in event.existing.items()},
            }
        case OpinionGiven():
            return {
                "kind": "opinion",
                "source": str(event.source),
                "check": event.check,
                "operation": event.operation,
                "pointer": event.pointer,
                "verdict": str(event.verdict),
                "detail": short(clean(event.detail)),
                "exchanges": [deviation.exchange for deviation in event.deviations],
                "broken": [
                    {
                        "code": deviation.code,
                        "operation": deviation.operation,
                        "expected": short(clean(deviation.expected)),
                        "got": short(clean(deviation.got)),
                        "exchange": deviation.exchange,
                    }
                    for deviation in event.deviations
                ],
            }
        case _:
            return _short_document(event, clean)


def _short_document(event: Logged, clean: Callable[[str], str]) -> dict[str, Json]:
    match event:
        case NothingKept():
            return {"kind": "keeps nothing", "operation": event.operation, "why": event.why}
        case Leaked():
            return {"kind": "leak", **event.document(), "why": clean(event.why)}
        case DefectMet():
            return {
                "kind": "defect",
                "where": clean(event.where),
                "error": short(clean(event.error)),
            }
        case RunEnded():
            fault = event.fault
            fault_line = fault and {
                "what": clean(fault.what),
                "where": clean(fault.where),
                "fix": clean(fault.fix),
            }
            return {
                "kind": "end",
                "complete": event.complete,
                "seconds": round(event.seconds, 3),
                "fault": fault_line,
            }
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a log")


def _head_document(event: RunStarted, clean: Callable[[str], str]) -> dict[str, Json]:
    sign_in = event.sign_in
    return {
        "kind": "run",
        "format": FORMAT,
        "target": clean(event.target),
        "profile": event.profile,
        "started": event.started.isoformat(),
        "seed": event.seed,
        "contract": event.contract,
        "digest": event.digest,
        "tools": dict(event.tools),
        "command": clean(event.command),
        "options": dict(event.options),
        "accepted": [
            {
                "reason": clean(waiver.reason),
                "check": waiver.check,
                "clause": waiver.clause,
                "operation": waiver.operation,
                "expires": waiver.expires.isoformat() if waiver.expires else None,
            }
            for waiver in event.accepted
        ],
        "sign_in": sign_in and {"header": sign_in.header_name, "curl": sign_in.curl},
        "recalling": sorted(event.recalling),
        "hidden": sorted(event.hidden),
        "selection": event.selection.document(),
    }


def _exchange_document(exchange: Exchange) -> dict[str, Json]:
    response = exchange.response
    return {
        "kind": "exchange",
        "number": exchange.number,
        "source": exchange.source,
        "user": exchange.user or exchange.credentials,
        "operation": exchange.operation.id,
        "phase": exchange.phase,
        "method": exchange.method,
        "url": exchange.url,
        "headers": dict(exchange.request_headers),
        **body_document(exchange.request_body),
        "response": response
        and {
            "status": response.status,
            "headers": dict(response.headers),
            **body_document(response.body),
            "seconds": round(response.seconds, 6),
        },
        **({"lost": exchange.lost} if exchange.lost else {}),
        **({"sizes": list(exchange.sizes)} if exchange.sizes else {}),
        "started": exchange.started,
        "positive": exchange.positive,
        "other_method": exchange.other_method,
        "credentials": exchange.credentials,
        "created_by": exchange.created_by,
        "checks": [[check.name, check.failed, check.message] for check in exchange.checks],
    }


def body_document(body: bytes | None) -> dict[str, str | None]:
    """A body as JSON can hold it; bytes that are no text are in base64."""
    if body is None:
        return {"body": None}
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode()}


def _measured_document(measured: Measured, clean: Callable[[str], str]) -> dict[str, Json]:
    request = measured.request
    return {
        "digest": measured.digest,
        "trouble": clean(measured.trouble),
        "faults": [_fault_document(fault, clean) for fault in measured.faults],
        "reached": dict(measured.reached),
        "headers": dict(measured.headers),
        "request": request
        and {
            "faults": [_fault_document(fault, clean) for fault in request.faults],
            "nodes": sorted(request.nodes),
        },
        "says_no": measured.says_no,
        "knows_ids": measured.knows_ids,
    }


def _fault_document(fault: SchemaFault, clean: Callable[[str], str]) -> dict[str, Json]:
    return {
        "chain": [sorted(level) for level in fault.chain],
        "message": short(clean(fault.message)),
        "place": clean(fault.place),
        "missing": fault.missing,
    }
