"""Judge a node of a request: a request that violates only this node is rejected, a valid one is not.

Fuzzers that compare each response with a guess whether the data was valid raise false alarms. Here
a request counts against a node only if its faults all belong to that node.
"""

from __future__ import annotations

from ccaas_kit.judging.judge_responses import NodesOf
from ccaas_kit.judging.measuring import says_no
from ccaas_kit.judging.traffic import SeenRequest, Traffic
from ccaas_kit.judging.verdicts import Deviation, Opinion, Verdict, short
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.model.nodes import Node
from ccaas_kit.model.schemas import Fault

# A refusal for another reason: the caller, the resource, the media type, the rate, a failure.
_OTHER_REASONS = frozenset({401, 403, 404, 405, 406, 415, 429})


def judge(node: Node, traffic: Traffic, nodes_of: NodesOf) -> Opinion:
    """What the requests for the node's operation say."""
    refused = accepted = 0
    valid_served = valid_refused = False
    for request in traffic.requests(node.operation):
        served, refuses = _served(request.exchange), _refuses(request.exchange)
        if not request.faults:
            accepted += served and node.pointer in request.nodes
            valid_served |= served
            valid_refused |= refuses
        elif all(node.pointer in nodes_of(fault) for fault in request.faults):
            if served:
                return _violates(node, request)
            refused += refuses
    if refused and valid_refused and not valid_served:
        return Opinion(Verdict.UNVERIFIED, "valid requests were rejected as well")
    if refused:
        return Opinion(Verdict.CONFORMS, _summary(refused, accepted))
    # What satisfies a rule shows nothing about whether the rule is held.
    what = f"only {_summary(0, accepted)}" if accepted else "no request showed it"
    return Opinion(Verdict.UNVERIFIED, what)


def _served(exchange: Exchange) -> bool:
    """Whether the request was carried out."""
    return 200 <= exchange.status < 300 and not _says_no(exchange)


def _refuses(exchange: Exchange) -> bool:
    """Whether a response can mean that the data of a request are wrong."""
    if _says_no(exchange):
        return True
    return 400 <= exchange.status < 500 and exchange.status not in _OTHER_REASONS


def _says_no(exchange: Exchange) -> bool:
    """Whether an error response comes with the status of a success, as one of an offer may (AWA-017)."""
    return exchange.says_no if exchange.says_no is not None else says_no(exchange)


def _violates(node: Node, seen: SeenRequest) -> Opinion:
    fault = seen.faults[0]
    got = short(f"{seen.exchange.status} although {fault.place}: {fault.message}")
    deviation = Deviation(
        _code(seen, fault),
        node.operation.base,
        f"an error response, status 400, because {fault.place} is wrong",
        got,
        seen.exchange,
        place=fault.place,
    )
    return Opinion(Verdict.VIOLATES, got, (deviation,))


def _code(seen: SeenRequest, fault: Fault) -> str:
    if fault.missing:
        return "CK303"
    parameters = {node for parameter in seen.operation.parameters for node in parameter.nodes}
    return "CK301" if parameters & fault.chain[0] else "CK302"


def _summary(refused: int, accepted: int) -> str:
    parts = [f"{refused} requests that violate it were rejected"] if refused else []
    parts += [f"{accepted} requests that satisfy it were accepted"] if accepted else []
    return ", ".join(parts)
