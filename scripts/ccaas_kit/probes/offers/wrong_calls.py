"""Calls that are wrong for what is around them: the document, the caller, who has the work."""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from ccaas_kit.gateway.outcomes import BlockedError
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.offers import calls, responses, waiting
from ccaas_kit.probes.offers.calls import Body, Document, Way
from ccaas_kit.probes.offers.causes import Cause, Make
from ccaas_kit.probes.probing import Probing, require

TASK = "task"


def _closed(probing: Probing) -> Document:
    def make() -> Document:
        found = calls.fresh(probing)
        require(calls.close(probing, found), 200)
        return found

    return probing.once("a closed interaction", make)


def _of_other_table(probing: Probing) -> Document:
    return Document(TASK, _closed(probing).sys_id, "")


def _on(of: Callable[[Probing], Document], probing: Probing, body: Body, way: Way) -> Exchange:
    return calls.send(probing, of(probing), body, way)


def _by_plain_caller(probing: Probing, body: Body, way: Way) -> Exchange:
    caller = probing.users.without(probing.roles(calls.OFFER))
    if caller is None:
        raise BlockedError("no user without the roles of the operation is known")
    return calls.send_refusable(probing, body, way, user=caller.name)


def _caller_id(probing: Probing, _body: Body) -> tuple[str, ...]:
    """The sys_id of the caller without the roles, where the Table API shows it."""
    caller = probing.users.without(probing.roles(calls.OFFER))
    scheme, _, secret = (caller.header[1] if caller and caller.header else "").partition(" ")
    if scheme != "Basic":
        return ()
    name = base64.b64decode(secret).decode().partition(":")[0]
    fields = ("sys_id", "user_name")
    with suppress(BlockedError):
        found = probing.records("sys_user", query=f"user_name={name}", fields=fields)
        return tuple(record["sys_id"] for record in found if record["user_name"] == name)
    return ()


_FORMS: tuple[tuple[str, Make], ...] = (
    ("an assignment", calls.assignment),
    ("a transfer to a queue", calls.transfer),
    ("a transfer to an agent", calls.to_agent),
)


def _around(form: str, make: Make) -> tuple[Cause, ...]:
    return (
        Cause(
            f"{form} of a closed interaction",
            "active",
            make,
            partial(_on, _closed),
            message=responses.NOT_ACTIVE,
        ),
        *(
            Cause(f"{form} {what}", "document", make, partial(_on, of), status=404)
            for what, of in (
                ("of a document that does not exist", calls.unknown),
                ("of a record of another table", _of_other_table),
            )
        ),
        Cause(
            f"{form} by a caller without the roles",
            "caller",
            make,
            _by_plain_caller,
            message=responses.LACKS_ROLE,
            names=_caller_id,
        ),
    )


def _held(message: str, terms: dict[str, Any], probing: Probing, body: Body, way: Way) -> Exchange:
    """A further offer of work that was offered on these terms, once that has taken effect."""
    first = calls.assignment(probing, **terms)
    return waiting.after(
        probing, first, body, holds=lambda sent: responses.says(probing, sent, message), way=way
    )


def _of_held(what: str, message: str, to: Callable[[Probing], str], **terms: Any) -> Cause:
    return Cause(
        what,
        "work_item",
        lambda probing: calls.assignment(probing, to(probing)),
        partial(_held, message, terms),
        message=message,
        names=lambda probing, _: (calls.agent(probing),) if message == responses.ASSIGNED else (),
    )


# AWA-039: the same agent may be offered it again.
ASSIGNED = _of_held("work that another agent has", responses.ASSIGNED, calls.other_agent)
# Of work that another agent has accepted, the page has two messages to say.
ACCEPTED = _of_held("accepted work", responses.ACCEPTED, calls.agent, enable_auto_assign=True)
CAUSES: tuple[Cause, ...] = (
    *(cause for form, make in _FORMS for cause in _around(form, make)),
    ASSIGNED,
    ACCEPTED,
    _of_held(
        "work that another agent has accepted",
        responses.ACCEPTED,
        calls.other_agent,
        enable_auto_assign=True,
    ),
)
