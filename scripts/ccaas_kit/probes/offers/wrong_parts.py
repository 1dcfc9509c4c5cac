"""Parts of an offer or a transfer that are wrong: who is to get the work, its queues, what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.offers import calls, responses
from ccaas_kit.probes.offers.calls import Body, Way
from ccaas_kit.probes.offers.causes import Cause, Make
from ccaas_kit.probes.probing import Probing

_Of = Callable[[Probing], str]


def require_transfers(probing: Probing) -> None:
    """Go on if a plain transfer is taken.

    Raises:
        InconclusiveError: it is not, so that a refusal of another one would show nothing.
    """
    responses.require_taken(calls.plain_transfer(probing))


def _working(make: Make, probing: Probing) -> Body:
    require_transfers(probing)
    return make(probing)


def _after(first: Make, probing: Probing, body: Body, way: Way) -> Exchange:
    """A transfer of work that another call has made."""
    with calls.document(probing) as found:
        responses.require_taken(calls.send(probing, found, first(probing)))
        return calls.send(probing, found, body, way)


# Who is to get the work, in both forms


def _known(name: str, probing: Probing) -> str:
    return probing.known(name)[0]


def _assigned_to(what: str, of: _Of, message: str = "") -> Cause:
    return Cause(
        f"agent_sys_id of {what}",
        "agent_sys_id",
        lambda probing: calls.assignment(probing, of(probing)),
        message=message,
        names=lambda probing, _: (of(probing),) if message == responses.NOT_AN_AGENT else (),
    )


def _transferred_to(what: str, of: _Of, message: str = "", *, how: str = "blind") -> Cause:
    def make(probing: Probing) -> Body:
        return calls.to_agent(probing, of(probing), transfer_type=how)

    return Cause(
        f"a {how} transfer to {what}",
        "target_id",
        partial(_working, make),
        message=message,
        names=lambda probing, _: (of(probing),) if message == responses.NOT_AN_AGENT else (),
    )


_AWAY = partial(_known, "away_agents")
_UNFIT = (
    ("a user without awa_agent", partial(_known, "plain_users"), responses.NOT_AN_AGENT),
    (
        "an agent without awa_external_user",
        partial(_known, "inside_agents"),
        responses.NOT_EXTERNAL,
    ),
    ("nobody", calls.nobody, ""),
)
_AGENTS = (
    *(_assigned_to(*unfit) for unfit in _UNFIT),
    _assigned_to("an agent who is away", _AWAY, responses.NOT_AVAILABLE),
    *(_transferred_to(*unfit) for unfit in _UNFIT),
    *(_transferred_to(*unfit, how="consult") for unfit in _UNFIT),
    _transferred_to("somebody without a sys_id", lambda _: "somebody"),
    _transferred_to("an agent who is away", _AWAY, responses.BLIND_FAILED),
    Cause(
        "a blind transfer of work that somebody has to an agent who is away",
        "target_id",
        lambda probing: calls.to_agent(probing, _AWAY(probing)),
        partial(_after, calls.assignment),
        message=responses.BLIND_FAILED,
    ),
)

# Queues, and the values of a transfer


def _unmapped(probing: Probing) -> str:
    return f"conformance-{calls.nobody(probing)}"


def _part(what: str, name: str, of: Callable[[Probing], Any], status: int) -> Cause:
    def make(probing: Probing) -> Body:
        return calls.transfer(probing, **{name: of(probing)})

    return Cause(f"a transfer with {what} as {name}", name, partial(_working, make), status=status)


def _queued_in(what: str, of: _Of) -> Cause:
    def make(probing: Probing) -> Body:
        return {**calls.assignment(probing), "queue_id": of(probing)}

    return Cause(f"queue_id of {what}", "queue_id", make, status=404)


def _text(text: str, _: Probing) -> str:
    return text


_NO_QUEUES: tuple[tuple[str, _Of], ...] = (
    ("a sys_id of no queue", calls.nobody),
    ("an unmapped identifier", _unmapped),
)
_VALUES = (
    *(_queued_in(what, of) for what, of in _NO_QUEUES),
    *(
        _part(what, name, of, 404)
        for name in ("source_queue_id", "target_id")
        for what, of in _NO_QUEUES
    ),
    *(
        _part(f"'{text}'", name, partial(_text, text), 400)
        for name, texts in (("target_type", ("team", "user")), ("transfer_type", ("warm", "cold")))
        for text in texts
    ),
)
CAUSES: tuple[Cause, ...] = (*_AGENTS, *_VALUES)

# What is missing


def _omit(name: str, part: Body) -> Body:
    return {key: part[key] for key in part if key != name}


def _put(name: str, value: Any, part: Body) -> Body:
    return {**part, name: value}


def _within(make: Make, name: str, change: Callable[[Body], Body], probing: Probing) -> Body:
    """The body with a change where a part of this name stands."""
    body = make(probing)
    if name in body:
        return change(body)
    return {key: change(part) if isinstance(part, dict) else part for key, part in body.items()}


def _lacking(form: str, name: str, make: Make) -> Iterator[Cause]:
    """Bodies whose part of a name is absent, empty or null."""
    absent, empty = partial(_omit, name), partial(_put, name, "")
    yield Cause(f"{form} without {name}", name, partial(_within, make, name, absent), status=400)
    # An empty id is also one of nothing, so that its refusal may have another status.
    yield Cause(f"{form} with an empty {name}", name, partial(_within, make, name, empty))
    null = partial(_within, make, name, partial(_put, name, None))
    yield Cause(f"{form} with null as {name}", name, null, status=400, of_json=True)


def _as_text(part: Body) -> Body:
    return {**part, "assignment": part["assignment"]["agent_sys_id"]}


def _as_list(part: Body) -> Body:
    return {**part, "assignment": [part["assignment"]]}


_PARTS = ("source_queue_id", "target_id", "target_type", "transfer_type")
_SOURCE = partial(_within, calls.transfer, _PARTS[0], partial(_omit, _PARTS[0]))
MISSING: tuple[Cause, ...] = (
    *(
        cause
        for name in ("assignment", "queue_id", "agent_sys_id")
        for cause in _lacking("an assignment", name, calls.assignment)
    ),
    *(
        Cause(
            f"an assignment that is {what}",
            "assignment",
            partial(_within, calls.assignment, "assignment", change),
            status=400,
            of_json=True,
        )
        for what, change in (("a text", _as_text), ("a list", _as_list))
    ),
    *(
        cause
        for name in _PARTS
        for cause in _lacking("a transfer to a queue", name, partial(_working, calls.transfer))
    ),
    *(
        next(_lacking("a transfer to an agent", name, partial(_working, calls.to_agent)))
        for name in _PARTS
    ),
    Cause(
        "a transfer without source_queue_id of work that is there",
        _PARTS[0],
        _SOURCE,
        partial(_after, calls.transfer),
        status=400,
    ),
    Cause(
        "the parts of a transfer without their object",
        "transfer",
        lambda probing: dict(_working(calls.transfer, probing)["transfer"]),
        status=400,
    ),
)
