"""Who is let in: each way to sign in is served, and whoever has no valid credentials is not."""

from __future__ import annotations

import base64
from urllib.parse import urlsplit
from urllib.request import parse_http_list

from ccaas_kit.contract import pointers
from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.gateway.users import NO_USER, NOBODY, OWN, STRANGER, WRONG, Caller
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.platform.valid_calls import ValidCall
from ccaas_kit.probes.probing import (
    Probe,
    Probing,
    expect,
    expect_status,
    member,
    recalling,
)


def _scheme_served(probing: Probing, subject: Subject) -> str:
    name = subject.field
    own = probing.users.own
    if own is not None and own.scheme == name:
        caller = OWN
    else:
        caller = probing.once(f"signed in by {name}", lambda: _signed_in(probing, name))
    call = valid_calls.of(probing, subject.operation)
    exchange = valid_calls.send(probing, call, user=caller)
    expect(exchange.status != 401, "a call that is served", exchange)
    valid_calls.require_served(exchange)
    return f"served a call that was signed in by {name}"


def _signed_in(probing: Probing, name: str) -> str:
    """The caller that signs in by a security scheme of the contract."""
    scheme = pointers.follow(
        probing.contract.document,
        probing.contract.node(f"#/components/securitySchemes/{name}"),
    )
    if scheme["type"] == "apiKey":
        if probing.users.keys.api_key is None:
            raise BlockedError("no API key is known; set SN_API_KEY")
        header = (scheme["name"], probing.users.keys.api_key)
    elif scheme["type"] == "oauth2":
        header = ("Authorization", f"Bearer {_token(probing, scheme['flows'])}")
    else:
        raise BlockedError("no user name and password are known; set SN_USERNAME and SN_PASSWORD")
    return probing.users.admit(Caller(name, header, None))


def _token(probing: Probing, flows: dict[str, dict[str, str]]) -> str:
    """A fresh token, of our own user where the instance admits that, else of the client's."""
    keys = probing.users.keys
    if keys.client_id is None or keys.client_secret is None:
        raise BlockedError("no OAuth client is known; set SN_CLIENT_ID and SN_CLIENT_SECRET")
    client = {"client_id": keys.client_id, "client_secret": keys.client_secret}
    reason = "no grant of the contract fits our credentials"
    for flow, grant in _grants(probing).items():
        if flow not in flows:
            continue
        path = urlsplit(flows[flow]["tokenUrl"]).path
        response = probing.post_form(path, {**grant, **client})
        try:
            body = response.json()
        except ValueError:
            body = None
        if response.status == 200 and isinstance(body, dict) and body.get("access_token"):
            return str(body["access_token"])
        reason = f"the token endpoint gave no token, but status {response.status}"
    raise InconclusiveError(reason)


def _grants(probing: Probing) -> dict[str, dict[str, str]]:
    own = probing.users.own
    grants = {"clientCredentials": {"grant_type": "client_credentials"}}
    if own is None or not own.header[1].startswith("Basic "):
        return grants
    text = base64.b64decode(own.header[1].removeprefix("Basic ")).decode()
    user, _, password = text.partition(":")
    return {
        "password": {"grant_type": "password", "username": user, "password": password},
        **grants,
    }


def _unknown_401(probing: Probing, subject: Subject) -> str:
    ways = _ways(probing)
    for name, caller in ways.items():
        exchange = _as(probing, subject, caller)
        expect(exchange.status == 401, f"status 401 for a call with {name}", exchange)
    return f"answered with 401 where there was {', '.join(ways)}"


def _ways(probing: Probing) -> dict[str, str]:
    """Each way of calling without valid credentials, by its name: the caller who calls like this."""
    return probing.once("ways to call without credentials", lambda: _all_ways(probing))


def _all_ways(probing: Probing) -> dict[str, str]:
    ways = {"no credentials": NOBODY}
    headers = {"an unknown scheme": ("Authorization", f"Conformance {NO_USER}")}
    for scheme in probing.contract.document["components"]["securitySchemes"].values():
        if scheme["type"] == "apiKey":
            headers["an unknown API key"] = (scheme["name"], NO_USER)
        elif scheme["type"] == "oauth2":
            headers["an unknown token"] = ("Authorization", f"Bearer {NO_USER}")
        else:
            ways |= {"an unknown user": STRANGER, "a wrong password": WRONG}
            without = base64.b64encode(NO_USER.encode()).decode()
            headers["a text that is no Base64"] = ("Authorization", "Basic !no-base64!")
            headers["a user name without a colon"] = ("Authorization", f"Basic {without}")
    for name, header in headers.items():
        ways[name] = probing.users.admit(Caller(name, header, frozenset(), is_known=False))
    return ways


def _as(probing: Probing, subject: Subject, caller: str) -> Exchange:
    def send() -> Exchange:
        call = valid_calls.unspent(probing, subject.operation)
        exchange = valid_calls.send(probing, call, user=caller)
        if caller == WRONG:
            # Failures that add up would lock out the user whose password is wrong.
            probing.call("listContacts", query={"sysparm_limit": 1})
        return exchange

    return probing.once(f"{subject.operation} as {caller}", send)


def _wrong_refused(probing: Probing, subject: Subject) -> str:
    expect_status(_as(probing, subject, WRONG), 401)
    return "answered a call with a wrong password with 401"


def _nobody_refused(probing: Probing, subject: Subject) -> str:
    return _refused(_as(probing, subject, NOBODY), "a call without credentials")


def _stranger_refused(probing: Probing, subject: Subject) -> str:
    return _refused(_as(probing, subject, STRANGER), "a call by an unknown user")


def _refused(exchange: Exchange, call: str) -> str:
    expect(400 <= exchange.status < 500, f"a refusal of {call}", exchange)
    return f"answered {call} with {exchange.status}"


def _challenge(probing: Probing, subject: Subject) -> str:
    exchange = _as(probing, subject, NOBODY)
    if exchange.status != 401 or exchange.response is None:
        raise InconclusiveError(f"a call without credentials got {exchange.status}, not 401")
    challenge = exchange.response.headers.get("www-authenticate", "")
    example = probing.contract.node(subject.pointer)["schema"]["examples"][0]
    [(scheme, wanted)] = _challenges(example)
    fits = any(name == scheme and wanted <= found for name, found in _challenges(challenge))
    expect(fits, f"the challenge {example}", exchange, challenge or "no WWW-Authenticate")
    return f"challenged with {challenge}"


def _challenges(header: str) -> list[tuple[str, set[tuple[str, str]]]]:
    """The challenges of a header: the scheme of each, and its parameters.

    The names of both are the same in small and in capital letters (RFC 9110, 11.2).
    """
    found: list[tuple[str, set[tuple[str, str]]]] = []
    for part in parse_http_list(header):
        first, _, rest = part.partition(" ")
        begins = "=" not in first and not rest.lstrip().startswith("=")
        if begins:
            found.append((first.casefold(), set()))
        name, is_parameter, value = (rest if begins else part).partition("=")
        if found and is_parameter:
            found[-1][1].add((name.strip().casefold(), value.strip().strip('"')))
    return found


def _nobody_creates(probing: Probing, subject: Subject) -> str:
    call, own = (valid_calls.of(probing, subject.operation) for _ in range(2))
    refused = valid_calls.send(probing, call, user=NOBODY)
    valid_calls.require_served(valid_calls.send(probing, own))
    if not _named_like(own, _listed(probing, own)):
        raise InconclusiveError("a contact that was created is not found by its last name")
    listed = _listed(probing, call)
    expect(not _named_like(call, listed), "no contact of this name", listed)
    return f"created nothing, and answered with {refused.status}"


def _listed(probing: Probing, creation: ValidCall) -> Exchange:
    query = f"last_name={creation.body['last_name']}"
    return probing.call("listContacts", query={"sysparm_query": query, "sysparm_limit": 1})


def _named_like(creation: ValidCall, listed: Exchange) -> bool:
    """Whether a list has the contact of a creation."""
    found = member(listed, "result")
    name = creation.body["last_name"]
    records = found if isinstance(found, list) else []
    return any(isinstance(record, dict) and record.get("last_name") == name for record in records)


PROBES: tuple[Probe, ...] = (
    Probe(
        "scheme-served",
        "A call that is signed in by the security scheme at the pointer is served.",
        _scheme_served,
    ),
    Probe("nobody-refused", "A call without credentials is not served.", _nobody_refused),
    Probe(
        "stranger-refused",
        "A call by a user name that the instance does not know is not served.",
        _stranger_refused,
    ),
    Probe("wrong-password-refused", "A call with a wrong password gets 401.", _wrong_refused),
    Probe(
        "unauthenticated-401",
        "A call without valid credentials gets 401, in whichever way they are not valid.",
        _unknown_401,
    ),
    Probe(
        "basic-challenge",
        "A call without credentials gets the challenge that the contract shows.",
        _challenge,
    ),
    *recalling(
        Probe(
            "nobody-creates",
            "A creation without credentials leaves no contact behind.",
            _nobody_creates,
        ),
    ),
)
