"""The lines of a log as events."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import date, datetime

from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.shapes import Json
from ccaas_kit.judging import selection
from ccaas_kit.judging.accepted import Accepted
from ccaas_kit.judging.log.events import (
    DefectMet,
    Exchanged,
    Fault,
    Leaked,
    Logged,
    LoggedDeviation,
    NothingKept,
    OpinionGiven,
    RunEnded,
    RunStarted,
    ScopeKnown,
    SignIn,
    Source,
)
from ccaas_kit.judging.log.lines import FORMAT
from ccaas_kit.judging.measuring import Measured, MeasuredRequest
from ccaas_kit.judging.verdicts import Verdict
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.exchanges import CheckResult, Exchange, Response
from ccaas_kit.model.schemas import Fault as SchemaFault


def hold_head(document: Json, where: str) -> None:
    """Hold that a line is the head of a log that this version reads.

    Raises:
        DocumentError: it is not.
    """
    if not isinstance(document, dict) or document.get("kind") != "run":
        raise DocumentError("is no log of a run", where=where, fix="Name an exchanges.ndjson")
    if document.get("format") != FORMAT:
        raise DocumentError(
            f"has the form {document.get('format')!r}, and this version reads {FORMAT}",
            where=where,
            fix="Judge it with the version that wrote it",
        )


def event(document: Json, contract: Contract) -> Logged:
    """The event of a line; raises KeyError, TypeError or ValueError where it has another form."""
    found: Logged = _READERS[document["kind"]](document, contract)
    return found


def _head(document: Mapping[str, Json], _contract: Contract) -> RunStarted:
    sign_in = document["sign_in"]
    return RunStarted(
        target=document["target"],
        profile=document["profile"],
        started=datetime.fromisoformat(document["started"]),
        seed=document["seed"],
        contract=document["contract"],
        digest=document["digest"],
        tools=document["tools"],
        command=document.get("command", ""),
        options=document["options"],
        accepted=tuple(
            Accepted(
                reason=waiver["reason"],
                check=waiver["check"],
                clause=waiver["clause"],
                operation=waiver["operation"],
                expires=date.fromisoformat(waiver["expires"]) if waiver["expires"] else None,
            )
            for waiver in document["accepted"]
        ),
        sign_in=SignIn(sign_in["header"], sign_in["curl"]) if sign_in else None,
        recalling=frozenset(document["recalling"]),
        hidden=frozenset(document["hidden"]),
        selection=selection.of_document(document.get("selection", {})),
    )


def _scope(document: Mapping[str, Json], _contract: Contract) -> ScopeKnown:
    operations = document["operations"]
    return ScopeKnown(
        operations=None if operations is None else frozenset(operations),
        blocked=document["blocked"],
        ids=frozenset(document["ids"]),
        existing={name: tuple(ids) for name, ids in document["existing"].items()},
    )


def _exchanged(document: Mapping[str, Json], contract: Contract) -> Exchanged:
    response = document["response"]
    operation = contract.by_id.get(document["operation"])
    if operation is None:
        raise ValueError(f"the contract has no operation {document['operation']}")
    exchange = Exchange(
        operation=operation,
        phase=document["phase"],
        method=document["method"],
        url=document["url"],
        request_headers=document["headers"],
        request_body=_body(document),
        response=response
        and Response(
            status=response["status"],
            headers=response["headers"],
            body=_body(response) or b"",
            seconds=response["seconds"],
        ),
        lost=document.get("lost", ""),
        sizes=tuple(document["sizes"]) if "sizes" in document else None,
        started=document["started"],
        positive=document["positive"],
        other_method=document["other_method"],
        credentials=document["credentials"],
        created_by=document["created_by"],
        checks=tuple(CheckResult(*check) for check in document["checks"]),
        number=document["number"],
        source=document["source"],
        user=document["user"],
    )
    measured = document.get("measured")
    return Exchanged(exchange, _measured(measured) if measured else None)


def _body(document: Mapping[str, Json]) -> bytes | None:
    if "body_base64" in document:
        return base64.b64decode(document["body_base64"], validate=True)
    text = document["body"]
    return None if text is None else text.encode()


def _measured(document: Mapping[str, Json]) -> Measured:
    request = document["request"]
    return Measured(
        digest=document["digest"],
        trouble=document["trouble"],
        faults=tuple(map(_fault, document["faults"])),
        reached=document["reached"],
        headers=document["headers"],
        request=request
        and MeasuredRequest(tuple(map(_fault, request["faults"])), frozenset(request["nodes"])),
        says_no=document["says_no"],
        knows_ids=document["knows_ids"],
    )


def _fault(document: Mapping[str, Json]) -> SchemaFault:
    return SchemaFault(
        chain=tuple(frozenset(level) for level in document["chain"]),
        message=document["message"],
        place=document["place"],
        missing=document["missing"],
    )


def _opinion(document: Mapping[str, Json], _contract: Contract) -> OpinionGiven:
    return OpinionGiven(
        source=Source(document["source"]),
        check=document["check"],
        verdict=Verdict(document["verdict"]),
        detail=document["detail"],
        operation=document["operation"],
        pointer=document["pointer"],
        deviations=tuple(LoggedDeviation(**deviation) for deviation in document["broken"]),
    )


def _ended(document: Mapping[str, Json], _contract: Contract) -> RunEnded:
    fault = document["fault"]
    return RunEnded(document["complete"], document["seconds"], Fault(**fault) if fault else None)


_READERS: Mapping[str, Callable[[Mapping[str, Json], Contract], Logged]] = {
    "run": _head,
    "scope": _scope,
    "exchange": _exchanged,
    "opinion": _opinion,
    "keeps nothing": lambda document, _: NothingKept(document["operation"], document["why"]),
    "leak": lambda document, _: Leaked(document["table"], document["sys_id"], document["why"]),
    "defect": lambda document, _: DefectMet(document["where"], document["error"]),
    "end": _ended,
}
