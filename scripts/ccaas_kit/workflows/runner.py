"""Runs the workflows of the contract on a target: flows of several calls, each using the last.

The workflows are those that Redocly Respect runs, in the part of Arazzo that the kit reads. Calls go
through the probes' sender, so that budget, profile and records of the run hold for them. Where a
step fails, the steps after it show nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from ccaas_kit.contract import pointers
from ccaas_kit.contract.arazzo import expressions, workflows
from ccaas_kit.contract.arazzo.expressions import Expression, Root
from ccaas_kit.contract.arazzo.workflows import Step, Workflow
from ccaas_kit.contract.errors import DocumentError, KitError
from ccaas_kit.gateway.ask import ABSENT
from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError, ViolationError
from ccaas_kit.judging import verdicts
from ccaas_kit.judging.verdicts import Deviation, Opinion, Verdict
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes import memory
from ccaas_kit.probes.probing import Probing, shown

CODE = "CK502"
# These statuses mean that a role, a rule or a limit prevents the call.
_IN_THE_WAY = (401, 403, 429)
# Inputs that the config has as members of a list.
_KNOWN_AS: Mapping[str, tuple[str, int]] = {
    "queue": ("queues", 0),
    "transfer_queue": ("queues", -1),
}
# Inputs whose default names no record, so that any target may take it.
_ANYWHERE = ("channel",)


def run(probing: Probing, flows: Iterable[Workflow] | None = None) -> dict[str, Opinion]:
    """What each workflow showed, and each of its steps, by the names that clauses use.

    Without `flows` these are all that the contract has the operations for.

    Raises:
        DocumentError: a workflow uses what we do not use.
    """
    opinions: dict[str, Opinion] = {}
    for flow in workflows.load() if flows is None else flows:
        if all(step.operation in probing.contract.by_id for step in flow.steps):
            opinions |= _walked(probing, flow)
    return opinions


def _walked(probing: Probing, flow: Workflow) -> dict[str, Opinion]:
    """The opinions on one workflow; a defect of ours is noted, and blocks all of it."""
    try:
        with probing.looking():
            return _walk(probing, flow)
    except InconclusiveError as error:
        opinion = Opinion(Verdict.UNVERIFIED, str(error))
    except KitError:
        raise
    except Exception as error:  # noqa: BLE001  # the other workflows are walked all the same
        opinion = verdicts.defective(probing.defects.note(f"workflow {flow.id}", error))
    return dict.fromkeys(flow.subjects(), opinion)


@dataclass(slots=True)
class _State:
    """What the expressions of a step can refer to."""

    inputs: Mapping[str, Any]
    outputs: dict[tuple[str, str], Any] = field(default_factory=dict)
    exchange: Exchange | None = None

    def value_of(self, expression: Expression) -> Any:
        """The value of an expression; a LookupError if it has none."""
        if expression.root is Root.INPUT:
            return self.inputs[expression.name]
        if expression.root is Root.OUTPUT:
            return self.outputs[expression.step, expression.name]
        response = self.exchange.response if self.exchange else None
        if response is None:
            raise LookupError("there is no answer")
        if expression.root is Root.STATUS:
            return response.status
        if expression.root is Root.HEADER:
            return response.headers[expression.name.lower()]
        try:
            return pointers.resolve(response.json(), expression.pointer)
        except (ValueError, DocumentError) as error:
            raise LookupError(f"the body has no {expression.pointer}") from error


def _walk(probing: Probing, flow: Workflow) -> dict[str, Opinion]:
    """The opinions on one workflow; that on the whole is the one on the step that ended it."""
    opinions: dict[str, Opinion] = {}
    ended: Opinion | None = None
    try:
        state = _State(_inputs(probing, flow))
    except BlockedError as error:
        ended = Opinion(Verdict.BLOCKED, str(error))
        return dict.fromkeys(flow.subjects(), ended)
    for step in flow.steps:
        if ended is not None:
            opinions[f"{flow.id}/{step.id}"] = _unreached(ended)
            continue
        opinion = _take(probing, flow, step, state)
        opinions[f"{flow.id}/{step.id}"] = opinion
        if opinion.verdict is not Verdict.CONFORMS:
            ended = opinion
    steps = ", ".join(step.id for step in flow.steps)
    opinions[flow.id] = ended or Opinion(Verdict.CONFORMS, f"the workflow went through: {steps}")
    unbelieved = _unbelieved(probing, flow)
    return {
        subject: unbelieved if unbelieved and opinion.verdict is Verdict.CONFORMS else opinion
        for subject, opinion in opinions.items()
    }


def _unbelieved(probing: Probing, flow: Workflow) -> Opinion | None:
    """The opinion on what went well, if the target keeps no records; else none."""
    try:
        for step in flow.steps:
            memory.require(probing, step.operation)
    except InconclusiveError as error:
        return Opinion(Verdict.UNVERIFIED, str(error))
    return None


def _unreached(ended: Opinion) -> Opinion:
    blocked = ended.verdict is Verdict.BLOCKED
    verdict = Verdict.BLOCKED if blocked else Verdict.UNVERIFIED
    return Opinion(verdict, f"not reached: {ended.detail}")


def _inputs(probing: Probing, flow: Workflow) -> dict[str, Any]:
    """What the target is known to have: most defaults are records of the contract's examples.

    Raises:
        BlockedError: something is not known.
    """
    return {
        name: _input(probing, name, default)
        for name, default in flow.inputs.items()
        if name not in flow.sign_in
    }


def _input(probing: Probing, name: str, default: Any) -> Any:
    if name == workflows.RUN:
        return uuid4().hex[:12]
    list_name, index = _KNOWN_AS.get(name, (name, 0))
    try:
        return probing.known(list_name)[index]
    except BlockedError:
        if name in _ANYWHERE:
            return default
        raise


def _take(probing: Probing, flow: Workflow, step: Step, state: _State) -> Opinion:
    """The opinion on one step; its outputs are kept in the state."""
    name = f"step {step.id} of {flow.id}"
    try:
        exchange = _send(probing, step, state)
        state.exchange = exchange
        _hold(step, state, exchange)
        for output, expression in step.outputs.items():
            state.outputs[step.id, output] = _output(output, expression, state, exchange)
    except ViolationError as error:
        deviation = Deviation(CODE, step.operation, error.expected, error.got, error.exchange)
        return Opinion(Verdict.VIOLATES, f"{name}: {error}", (deviation,))
    except InconclusiveError as error:
        return Opinion(Verdict.UNVERIFIED, f"{name}: {error}")
    except BlockedError as error:
        return Opinion(Verdict.BLOCKED, f"{name}: {error}")
    return Opinion(Verdict.CONFORMS, f"{name}got {exchange.status} as required")


def _send(probing: Probing, step: Step, state: _State) -> Exchange:
    values: dict[str, dict[str, str]] = {place: {} for place in workflows.PLACES}
    for parameter in step.parameters:
        value = expressions.filled(parameter.value, state.value_of)
        values[parameter.place][parameter.name] = str(value)
    body = ABSENT
    if step.payload is not None:
        body = expressions.filled(step.payload, state.value_of)
    return probing.call(step.operation, path=values["path"], query=values["query"], body=body)


def _hold(step: Step, state: _State, exchange: Exchange) -> None:
    for criterion in step.criteria:
        if criterion.holds(state.value_of):
            continue
        if exchange.status in _IN_THE_WAY:
            raise BlockedError(f"answered with {shown(exchange)}")
        for failure in step.failures:
            if all(criterion.holds(state.value_of) for criterion in failure.criteria):
                raise InconclusiveError(f"{failure.name.replace('-', ' ')}: {shown(exchange)}")
        raise ViolationError(f"{criterion.text}, as the workflow has it", shown(exchange), exchange)


def _output(name: str, expression: Expression, state: _State, exchange: Exchange) -> Any:
    try:
        return state.value_of(expression)
    except LookupError:
        raise ViolationError(
            f"a response with the {name} that later steps need", shown(exchange), exchange
        ) from None
