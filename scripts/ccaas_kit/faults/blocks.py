"""What faults are made of: changes of responses and of requests, and the calls that they concern."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import orjson

from ccaas_kit.faults.fault import Asked, Behave, is_json
from ccaas_kit.sandbox.contract import JSON
from ccaas_kit.sandbox.http.media_types import header_of
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.http.responses import render
from ccaas_kit.sandbox.platform import auth

# Whether a change concerns a call, which has been answered with a response.
When = Callable[[Asked, Response], bool]
Change = Callable[[Response], Response]


def always(_asked: Asked, _response: Response) -> bool:
    """Every call."""
    return True


def served(_asked: Asked, response: Response) -> bool:
    """Calls that the instance has served."""
    return response.status < 300


def refused(_asked: Asked, response: Response) -> bool:
    """Calls that the instance has refused."""
    return 400 <= response.status < 500


def has(*statuses: int) -> When:
    """Calls that are answered with one of these statuses."""
    return lambda _asked, response: response.status in statuses


def both(*conditions: When) -> When:
    """Calls of which all of these hold."""
    return lambda asked, response: all(condition(asked, response) for condition in conditions)


def sends(test: Callable[[Any], Any]) -> When:
    """Calls whose JSON body is an object that passes a test."""

    def when(asked: Asked, _response: Response) -> bool:
        body = asked.body
        return isinstance(body, dict) and bool(test(body))

    return when


def asks(test: Callable[[dict[str, str]], Any]) -> When:
    """Calls whose query passes a test."""
    return lambda asked, _response: bool(test(asked.query))


def calls(test: Callable[[Asked], Any]) -> When:
    """Calls that pass a test, whatever they are answered with."""
    return lambda asked, _response: bool(test(asked))


def sent_as(media: str) -> Callable[[Asked], bool]:
    """Calls whose body is of a media type."""
    return lambda asked: asked.request.headers.get("content-type", "").startswith(media)


def accepting(media: str) -> Callable[[Asked], bool]:
    """Calls that ask for a media type."""
    return lambda asked: media in asked.request.headers.get("accept", "")


def at_version(asked: Asked, _response: Response) -> bool:
    """Calls at the URL that names a version."""
    return "api_version" in asked.values


def is_due(asked: Asked, number: int) -> bool:
    """Whether this is a so-many-th call; it counts the call."""
    count: int = asked.kept.get("calls", 0) + 1
    asked.kept["calls"] = count
    return count % number == 0


def every(number: int, first: When = always) -> When:
    """Each so-many-th of the calls of which something holds."""
    return lambda asked, response: first(asked, response) and is_due(asked, number)


def in_place(number: int, response: Callable[[Asked], Response]) -> Behave:
    """Each so-many-th call is answered by somebody else, and does not reach the instance."""
    return lambda asked: response(asked) if is_due(asked, number) else asked.response()


def on(operations: str | Iterable[str], behave: Behave) -> Behave:
    """A fault of some operations; calls of the others pass by."""
    concerned = {operations} if isinstance(operations, str) else set(operations)
    return lambda asked: behave(asked) if asked.operation in concerned else asked.response()


def answering(change: Change, when: When = always) -> Behave:
    """Responses are changed."""

    def behave(asked: Asked) -> Response:
        response = asked.response()
        return change(response) if when(asked, response) else response

    return behave


def reading(change: Callable[[Asked], Request]) -> Behave:
    """The instance gets another request than was sent."""
    return lambda asked: asked.response(change(asked))


def reading_body(change: Callable[[dict[str, Any]], Any]) -> Behave:
    """The instance gets a body that was changed in place, where it is a JSON object."""

    def behave(asked: Asked) -> Response:
        body = asked.body
        if not isinstance(body, dict):
            return asked.response()
        change(body)
        return asked.response(asked.with_body(body))

    return behave


def retrying(change: Callable[[Asked], Request | None], when: When = refused) -> Behave:
    """A call that was refused is made again in another form; None leaves the refusal as it is."""

    def behave(asked: Asked) -> Response:
        response = asked.response()
        if not when(asked, response):
            return response
        again = change(asked)
        return response if again is None else asked.response(again)

    return behave


def status(number: int) -> Change:
    """The same with another status."""
    return lambda response: Response(number, response.headers, response.body)


def without_header(name: str) -> Change:
    """The same without a header."""
    return lambda response: Response(
        response.status,
        tuple(pair for pair in response.headers if pair[0].casefold() != name.casefold()),
        response.body,
    )


def with_header(name: str, value: str) -> Change:
    """The same with another value of a header."""

    def change(response: Response) -> Response:
        bare = without_header(name)(response)
        return Response(bare.status, (*bare.headers, (name, value)), bare.body)

    return change


def body(change: Callable[[Any], Any]) -> Change:
    """The same with a JSON body that was changed in place, or with the value that comes back."""

    def changed(response: Response) -> Response:
        if not is_json(response):
            return response
        old = orjson.loads(response.body)
        new = change(old)
        return Response(
            response.status, response.headers, orjson.dumps(old if new is None else new)
        )

    return changed


def clause_ids(prefix: str, entries: str) -> tuple[str, ...]:
    """The ids of clauses without their prefix, as one text: `LIST-006 @schema` of CON is CON-LIST-006 and @schema."""
    return tuple(
        entry if entry.startswith("@") else f"{prefix}-{entry}" for entry in entries.split()
    )


def result(change: Callable[[dict[str, Any]], Any]) -> Change:
    """The same response with a change to the object `result`, or to each object of the list there."""

    def of_body(value: Any) -> None:
        found = value.get("result") if isinstance(value, dict) else None
        for record in found if isinstance(found, list) else [found]:
            if isinstance(record, dict):
                change(record)

    return body(of_body)


def fields(**values: Any) -> Callable[[dict[str, Any]], None]:
    """Other values of fields; a function is given the old one. Fields that are missing stay so."""

    def change(found: dict[str, Any]) -> None:
        for name, value in values.items():
            if name in found:
                found[name] = value(found[name]) if callable(value) else value

    return change


def without(*names: str) -> Callable[[dict[str, Any]], None]:
    """Fields are taken away."""

    def change(found: dict[str, Any]) -> None:
        for name in names:
            found.pop(name, None)

    return change


def renamed(old: str, new: str) -> Callable[[dict[str, Any]], None]:
    """A field has another name."""

    def change(found: dict[str, Any]) -> None:
        if old in found:
            found[new] = found.pop(old)

    return change


def within(name: str, change: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], None]:
    """A change of the object in a field."""

    def outer(found: dict[str, Any]) -> None:
        if isinstance(found.get(name), dict):
            change(found[name])

    return outer


def flipped(text: Any) -> str:
    """Another text of the same form: its characters in the opposite order, so a sys_id stays one."""
    turned = str(text)[::-1]
    return turned if turned != text else f"{turned[1:]}0"


def unwrapped(response: Response) -> Response:
    """What stood in `result`, without it."""
    return body(lambda value: value.get("result", value) if isinstance(value, dict) else value)(
        response
    )


def page(number: int, text: str) -> Response:
    """A page that somebody before the instance answers with."""
    shown = f"<html><head><title>{text}</title></head><body>{text}</body></html>".encode()
    return Response(number, (("content-type", "text/html;charset=UTF-8"),), shown)


def html(number: int, text: str = "Internal error") -> Change:
    """A page in place of the response."""
    return lambda _response: page(number, text)


def refuses(
    number: int, when: Callable[[Asked], Any] = lambda _: True, *, example: str = "unreadableBody"
) -> Behave:
    """Calls are refused by the platform before the instance sees them."""

    def behave(asked: Asked) -> Response:
        if not when(asked):
            return asked.response()
        body = asked.instance.contract.example(f"{example}Response")
        return render(number, orjson.dumps(body))

    return behave


def refuses_body(number: int, when: Callable[[dict[str, Any]], Any]) -> Behave:
    """Calls are refused whose JSON body is an object of which something holds."""
    return refuses(number, lambda asked: isinstance(asked.body, dict) and when(asked.body))


def tells_json(value: Any, number: int = 200) -> Change:
    """Another JSON body and status."""
    return lambda _response: Response(
        number, (("content-type", header_of(JSON)),), orjson.dumps(value)
    )


def as_somebody(asked: Asked) -> Request:
    """The request with the password of the first user of the instance, who may do everything."""
    users = asked.instance.settings.users
    most = max(users.values(), key=lambda user: len(user.roles))
    return signed(asked, most.user_name, most.password)


def signed(asked: Asked, name: str, password: str) -> Request:
    """The request as another user sends it."""
    secret = base64.b64encode(f"{name}:{password}".encode()).decode()
    headers = {key: value for key, value in asked.request.headers.items() if key != auth.API_KEY}
    return replace(asked.request, headers={**headers, "authorization": f"Basic {secret}"})


def first_of(key: Callable[[Asked], Any]) -> Behave:
    """Later calls of the same user and key get the response of the first one."""

    def behave(asked: Asked) -> Response:
        headers = asked.request.headers
        who = headers.get("authorization"), headers.get(auth.API_KEY)
        call_key = (key(asked), who, headers.get("accept"), asked.request.method)
        memory = asked.kept.setdefault("first", {})
        if call_key not in memory:
            response = asked.response()
            if response.status >= 300:
                return response
            memory[call_key] = response
        found: Response = memory[call_key]
        return found

    return behave
