"""Forms of a call: a fault that is there in one of them only, and not in the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ccaas_kit.contract import pointers
from ccaas_kit.faults.blocks import accepting, sent_as
from ccaas_kit.faults.derived import places
from ccaas_kit.faults.derived.scope import Scope
from ccaas_kit.faults.fault import Asked, Fault
from ccaas_kit.sandbox.contract import XML
from ccaas_kit.sandbox.http.messages import Response


@dataclass(frozen=True)
class Form:
    """One form: how it is called, which calls have it, and the clauses that speak of it."""

    name: str
    has: Callable[[Asked], bool]
    clauses: tuple[str, ...]


def of(scope: Scope) -> Iterator[Form]:
    """The forms in which the contract lets an operation be called."""
    item = pointers.resolve(scope.contract.document, scope.item)
    if "x-sn-versioned" in item:
        nodes = (f"{scope.item}/x-sn-versioned", scope.node)
        yield Form("versioned", lambda asked: "api_version" in asked.values, scope.at(nodes))
    if XML in scope.operation.offered:
        yield Form("xml-answer", accepting(XML), scope.at(_xml_answers(scope)))
    if scope.operation.body and XML in scope.operation.body.media:
        of_body = (scope.content(XML), *(scope.sent[0].nodes if scope.sent else ()))
        yield Form("xml-body", sent_as(XML), scope.at(of_body))
    whole = scope.sent[0].nodes if scope.sent else ()
    for chain in places.alternatives(scope.contract.document, whole):
        yield Form(chain[-1].rpartition("/")[2], _branch(scope, chain[-1]), scope.at(chain))
    if {200, 201} <= set(scope.operation.responses):
        yield Form("new", lambda asked: not _known(scope, asked), scope.at(scope.response(201)))
        yield Form("known", lambda asked: _known(scope, asked), scope.at(scope.response(200)))


def only(fault: Fault, form: Form, scope: Scope) -> Fault:
    """The fault where a call has the form; other calls of its operation are answered rightly.

    It sees those of other operations as well, as it may depend on them.
    """

    def behave(asked: Asked) -> Response:
        hit = asked.operation != scope.id or form.has(asked)
        response = fault.behave(asked) if hit else asked.response()
        if asked.operation == scope.id and response.status < 300:
            asked.kept.setdefault(_SEEN, set()).add(_key(scope, asked))
        return response

    further = tuple(clause for clause in form.clauses if clause not in fault.breaks)
    breaks, beside = (*fault.breaks, *further), (*fault.beside, *further)
    says = f"{fault.says.rstrip('.')}, in the form {form.name} only."
    name = f"{fault.name}@{form.name}"
    return replace(
        fault,
        name=name,
        says=says,
        breaks=breaks,
        behave=behave,
        beside=beside,
        form=form.name,
    )


_SEEN = "answered"


def _key(scope: Scope, asked: Asked) -> tuple[str, ...]:
    """What names the record of a call, as `x-sn-state` says."""
    body = scope.read(asked.request)
    sent = {**(body if isinstance(body, dict) else {}), **asked.values}
    return tuple(str(sent.get(name)) for name in scope.operation.state.get("key", ()))


def _known(scope: Scope, asked: Asked) -> bool:
    return _key(scope, asked) in asked.kept.get(_SEEN, set())


def _xml_answers(scope: Scope) -> list[str]:
    return [
        f"{scope.response(status)[-1]}/content/{XML.replace('/', '~1')}"
        for status in scope.operation.responses
    ]


def _branch(scope: Scope, schema: str) -> Callable[[Asked], bool]:
    """Bodies with the fields that one alternative needs, and none that only others need."""
    document = scope.contract.document
    needs = {
        nodes[-1]: set(places.merged(document, nodes).get("required", ()))
        for nodes in places.alternatives(document, scope.sent[0].nodes)
    }
    own = needs[schema]
    beyond = set().union(*needs.values()) - own
    lone = len(own) == min(map(len, needs.values()))

    def test(asked: Asked) -> bool:
        body = scope.read(asked.request)
        if not isinstance(body, dict) or not own & set(body):
            return False
        return lone or not beyond & set(body)

    return test
