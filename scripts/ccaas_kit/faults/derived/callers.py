"""Rules about who calls: each way of being unknown is served, a role is not asked for or one more is."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping

from ccaas_kit.contract import pointers
from ccaas_kit.contract.clauses import Kind
from ccaas_kit.faults.blocks import as_somebody, both, calls, has, retrying
from ccaas_kit.faults.derived.scope import Scope
from ccaas_kit.faults.fault import Asked, Fault
from ccaas_kit.sandbox.http.messages import Response
from ccaas_kit.sandbox.platform import auth


def unknown_served(scope: Scope) -> Iterator[Fault]:
    """Who is unknown in one way is served like somebody who may do everything."""
    breaks = (*scope.at(scope.response(401)), *scope.at([scope.node], frozenset({Kind.PROPERTY})))
    for name, is_so in UNKNOWN.items():
        behave = retrying(as_somebody, both(has(401), calls(is_so)))
        says = f"{scope.id} serves a caller with {name}."
        place = name.replace(" ", "-")
        yield scope.fault("unknown-served", place, says, breaks, behave, alters=f"401/{name}")


def role_not_asked(scope: Scope) -> Iterator[Fault]:
    """Who has none of the roles is served."""
    breaks = scope.at((*scope.response(403), "#/info"))
    says = f"{scope.id} serves a caller without a role."
    behave = retrying(as_somebody, has(403))
    yield scope.fault("role-not-asked", "", says, breaks, behave, alters="403")


def role_not_enough(scope: Scope) -> Iterator[Fault]:
    """Roles that are enough are not: one more is asked for."""
    for node, roles in scope.roles:

        def behave(asked: Asked, node: str = node) -> Response:
            user = auth.user_of(asked.request, asked.instance)
            enough = [
                way for way, needed in scope.roles if user is not None and needed <= user.roles
            ]
            return scope.refusal(403) if enough == [node] else asked.response()

        name = " and ".join(sorted(roles))
        says = f"For {scope.id} {name} is not enough."
        yield scope.fault("role-not-enough", name, says, scope.at([node]), behave)


def part_of_roles(scope: Scope) -> Iterator[Fault]:
    """A user with only some of the roles that are needed together gets the error response of another cause."""
    for _, roles in scope.roles:
        for number in (400, 404):

            def behave(
                asked: Asked, roles: frozenset[str] = roles, number: int = number
            ) -> Response:
                user = auth.user_of(asked.request, asked.instance)
                matching = roles & user.roles if user is not None else frozenset()
                part = bool(matching) and matching != roles
                return scope.refusal(number) if part else asked.response()

            if len(roles) > 1 and number in scope.operation.responses:
                breaks = scope.at([f"{scope.node}/x-sn-roles"])
                says = f"{scope.id} answers {number} to who has one of several roles."
                yield scope.fault("part-of-roles", str(number), says, breaks, behave)


def scheme_refused(scope: Scope) -> Iterator[Fault]:
    """Who shows in one of the documented ways who they are counts as unknown."""
    schemes = pointers.resolve(scope.contract.document, "#/components/securitySchemes")
    for name, scheme in schemes.items():
        used = _uses(scheme)

        def behave(asked: Asked, used: Callable[[Asked], bool] = used) -> Response:
            if not used(asked):
                return asked.response()
            return asked.response(asked.with_headers(authorization=None, x_sn_apikey=None))

        breaks = scope.at([f"#/components/securitySchemes/{name}"])
        yield scope.fault(
            "scheme-refused", name, f"{scope.id} does not know {name}.", breaks, behave
        )


def _uses(scheme: Mapping[str, str]) -> Callable[[Asked], bool]:
    if scheme["type"] == "apiKey":
        return lambda asked: scheme["name"].lower() in asked.request.headers
    word = "basic" if scheme["type"] == "http" else "bearer"
    return lambda asked: _scheme(asked) == word


def _scheme(asked: Asked) -> str:
    return asked.request.headers.get("authorization", "").partition(" ")[0].casefold()


def _named(asked: Asked) -> str | None:
    """The user that a Basic header names; None where it cannot be read."""
    secret = asked.request.headers.get("authorization", "").partition(" ")[2]
    try:
        return base64.b64decode(secret, validate=True).decode().partition(":")[0] or None
    except ValueError:
        return None


def _nobody(asked: Asked) -> bool:
    headers = asked.request.headers
    return "authorization" not in headers and auth.API_KEY not in headers


def _wrong_password(asked: Asked) -> bool:
    return _scheme(asked) == "basic" and _named(asked) in asked.instance.settings.users


def _unknown_user(asked: Asked) -> bool:
    name = _named(asked) if _scheme(asked) == "basic" else None
    return name is not None and name not in asked.instance.settings.users


def _broken_header(asked: Asked) -> bool:
    if "authorization" not in asked.request.headers or _scheme(asked) == "bearer":
        return False
    return _scheme(asked) != "basic" or _named(asked) is None


def _unknown_token(asked: Asked) -> bool:
    return _scheme(asked) == "bearer"


def _unknown_key(asked: Asked) -> bool:
    headers = asked.request.headers
    return "authorization" not in headers and auth.API_KEY in headers


# What a call that is refused with 401 can have been.
UNKNOWN: Mapping[str, Callable[[Asked], bool]] = {
    "no credentials": _nobody,
    "a wrong password": _wrong_password,
    "an unknown user": _unknown_user,
    "a broken header": _broken_header,
    "an unknown token": _unknown_token,
    "an unknown key": _unknown_key,
}
