"""Probes for what every operation does: kept by the sandbox, and seen broken where it is broken."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from ccaas_kit import probes
from ccaas_kit.contract import clauses, pointers
from ccaas_kit.gateway import users
from ccaas_kit.gateway.outcomes import BlockedError
from ccaas_kit.judging.verdicts import Verdict
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.platform import (
    bodies,
    media_types,
    other_methods,
    refusals,
    rights,
    signing_in,
    urls,
    xml_requests,
)
from ccaas_kit.probes.probing import Probing
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.http.responses import render
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.instance.seed import load
from tests.conformance.probes import bed
from tests.conformance.probes.bed import Fault, is_of, with_header, with_json, with_status
from tests.conformance.probes.conftest import Targets
from tests.looping import every

OURS = {
    probe.name
    for module in (
        *(signing_in, rights, urls, media_types, xml_requests),
        *(other_methods, bodies, refusals),
    )
    for probe in module.PROBES
}
# A correct instance shows no 500, and an unlimited one no 429: nothing can be seen of them.
SILENT = {"500-says-more", "rate-limit-told"}
CASES = [case for case in probes.cases(clauses.load(), bed.contract().bases_of) if case[0] in OURS]
SCHEMES = "#/components/securitySchemes"
CHALLENGE = "#/components/headers/WwwAuthenticate"
ADMIN = "Basic " + base64.b64encode(b"admin:admin").decode()


@pytest.fixture(scope="module")
def shared() -> Iterator[Probing]:
    """One sandbox that keeps every promise, for all cases that are to conform."""
    with bed.probing(bed.Bed()) as seen:
        yield seen


def test_each_probe_decides_a_clause() -> None:
    assert {name for name, _ in CASES} == OURS


@every(
    ("name", "operation", "pointer"),
    [(name, subject.operation, subject.pointer) for name, subject in CASES if name not in SILENT],
    ids=[f"{name} {s.operation} {s.field}" for name, s in CASES if name not in SILENT],
)
def test_the_sandbox_keeps_it(shared: Probing, name: str, operation: str, pointer: str) -> None:
    bed.conforms(shared, name, operation, pointer)


def test_what_looks_back_comes_last() -> None:
    back = [probes.PROBES[name].looks_back for name, _ in CASES]

    assert any(back)
    assert back == sorted(back)


def when(
    holds: Callable[[Request, Response], bool], change: Callable[[Request, Response], Response]
) -> Fault:
    """A fault that changes only the responses for which something holds."""

    def fault(request: Request, response: Response) -> Response:
        return change(request, response) if holds(request, response) else response

    return fault


def header(request: Request, name: str) -> str:
    return request.headers.get(name, "")


def status(number: int) -> Callable[[Request, Response], Response]:
    return lambda _, response: with_status(response, number)


def media(text: str | None) -> Callable[[Request, Response], Response]:
    return lambda _, response: with_header(response, "content-type", text)


def body(old: bytes, new: bytes) -> Callable[[Request, Response], Response]:
    return lambda _, response: Response(
        response.status, response.headers, response.body.replace(old, new)
    )


def signed(scheme: str) -> Callable[[Request, Response], bool]:
    return lambda request, _: header(request, "authorization").startswith(scheme)


def calls(operation: str) -> Callable[[Request, Response], bool]:
    return lambda request, _: is_of(request, operation)


def at_version(number: str) -> Callable[[Request, Response], bool]:
    return lambda request, _: f"/{number}/" in request.path


def accepts(text: str) -> Callable[[Request, Response], bool]:
    return lambda request, _: header(request, "accept") == text


def sends(text: str) -> Callable[[Request, Response], bool]:
    return lambda request, _: header(request, "content-type") == text


def holds(part: bytes) -> Callable[[Request, Response], bool]:
    return lambda request, _: part in request.body


def without_body(operation: str) -> Callable[[Request, Response], bool]:
    return lambda request, _: is_of(request, operation) and not request.body


def sent_as(operation: str, text: bytes) -> Callable[[Request, Response], bool]:
    return lambda request, _: is_of(request, operation) and request.body == text


def role(operation: str, number: int = 0) -> str:
    return f"{bed.contract().by_id[operation].pointer}/x-sn-roles/{number}"


def has_header(name: str) -> Callable[[Request, Response], bool]:
    return lambda request, _: name in request.headers


def cut_off(request: Request, _: Response) -> bool:
    return request.body.count(b"{") > request.body.count(b"}")


def user_is(name: str) -> Callable[[Request, Response], bool]:
    sent = "Basic " + base64.b64encode(f"{name}:{name}".encode()).decode()
    return lambda request, _: header(request, "authorization") == sent


def an_xml(_: Request, response: Response) -> Response:
    return Response(201, (("content-type", "application/xml"),), b"<response/>")


def other_field(_: Request, response: Response) -> Response:
    return with_json(response, lambda value: value["result"].pop("number") and None)


def offered(_: Request, response: Response) -> Response:
    return with_status(with_json(response, lambda _value: {"result": {"success": True}}), 200)


def other_value(_: Request, response: Response) -> Response:
    return with_json(response, lambda value: value["result"].update(city="Elsewhere"))


def signed_by(text: str) -> Callable[[Request, Response], bool]:
    return lambda request, _: header(request, "authorization").startswith(text)


def method_is(name: str) -> Callable[[Request, Response], bool]:
    return lambda request, _: request.method == name


def has_status(number: int) -> Callable[[Request, Response], bool]:
    return lambda _, response: response.status == number


FAULTS: list[tuple[str, str, str, Fault]] = [
    ("scheme-served", "offerWork", f"{SCHEMES}/Basic", when(calls("offerWork"), status(401))),
    ("scheme-served", "listContacts", f"{SCHEMES}/OAuth2", when(signed("Bearer"), status(401))),
    (
        "scheme-served",
        "getContact",
        f"{SCHEMES}/ApiKey",
        when(has_header("x-sn-apikey"), status(401)),
    ),
    ("nobody-refused", "createInteraction", "", lambda _, response: with_status(response, 201)),
    ("stranger-refused", "createContact", "", lambda _, response: with_status(response, 201)),
    (
        "wrong-password-refused",
        "createInteraction",
        "",
        lambda _, response: with_status(response, 403),
    ),
    (
        "basic-challenge",
        "listContacts",
        CHALLENGE,
        lambda _, response: with_header(response, "www-authenticate", "Bearer realm=Service-now"),
    ),
    (
        "basic-challenge",
        "getContact",
        CHALLENGE,
        lambda _, response: with_header(response, "www-authenticate", None),
    ),
    (
        "basic-challenge",
        "getExternalIdMapping",
        CHALLENGE,
        lambda _, response: with_header(response, "www-authenticate", "BASIC realm=elsewhere"),
    ),
    ("without-roles-403", "createContact", "", when(user_is("no_roles"), status(404))),
    ("without-roles-refused", "offerWork", "", when(user_is("no_roles"), offered)),
    ("role-enough", "offerWork", role("offerWork", 0), when(user_is("awa_manager"), status(403))),
    (
        "role-enough",
        "setAgentMapping",
        role("setAgentMapping"),
        when(user_is("interaction_agent"), status(403)),
    ),
    ("role-alone", "setExternalIdMapping", "", when(user_is("awa_integration_user"), status(404))),
    ("known-url", "getContact", "", when(calls("getContact"), status(400))),
    ("same-at-both-urls", "createInteraction", "", when(at_version("v1"), other_field)),
    ("same-at-both-urls", "closeInteraction", "", when(at_version("v1"), status(201))),
    ("same-at-both-urls", "getContact", "", when(at_version("v1"), other_value)),
    ("same-at-both-urls", "offerWork", "", when(at_version("v1"), status(400))),
    (
        "created-at-version",
        "createContact",
        "",
        when(
            at_version("v1"),
            lambda _, response: with_json(response, lambda _value: {"result": "0" * 32}),
        ),
    ),
    ("listed-versions-served", "listContacts", "", when(at_version("v2"), status(400))),
    ("accept-json", "getContact", "", when(calls("getContact"), status(406))),
    ("accept-json", "offerWork", "", when(calls("offerWork"), media("text/plain"))),
    ("accept-none", "listContacts", "", when(accepts(""), media("application/xml"))),
    ("accept-none", "closeInteraction", "", when(accepts(""), status(406))),
    ("accept-none", "createInteraction", "", when(accepts(""), body(b"{", b"<"))),
    ("accept-xml", "getExternalIdMapping", "", when(accepts("application/xml"), status(406))),
    ("accept-xml", "offerWork", "", when(accepts("application/xml"), media("application/json"))),
    ("accept-xml", "getContact", "", when(accepts("application/xml"), body(b"</response>", b""))),
    (
        "xml-shape",
        "createInteraction",
        "",
        when(accepts("application/xml"), body(b"response>", b"xml>")),
    ),
    (
        "xml-shape",
        "getContact",
        "",
        when(accepts("application/xml"), body(b"result>", b"contact>")),
    ),
    ("xml-shape", "listContacts", "", when(accepts("application/xml"), body(b"sys_id>", b"id>"))),
    (
        "xml-same-values",
        "getExternalIdMapping",
        "",
        when(accepts("application/xml"), body(b"probe-", b"x")),
    ),
    ("refused-in-json", "getExternalIdMapping", "", when(accepts("text/csv"), media("text/csv"))),
    ("refused-in-json", "getExternalIdMapping", "", when(accepts("text/csv"), body(b"{", b""))),
    ("no-xml-answer", "createContact", "", when(accepts("application/xml"), an_xml)),
    ("no-xml-body", "setAgentMapping", "", when(sends("application/xml"), status(201))),
    ("other-body-refused", "offerWork", "", when(sends("text/csv"), status(200))),
    ("other-body-refused", "closeInteraction", "", when(sends("text/csv"), status(404))),
    ("other-accept-406", "getContact", "", when(accepts("text/csv"), status(400))),
    ("other-method-405", "listContacts", "", when(method_is("PUT"), status(200))),
    ("other-method-405", "getContact", "", when(method_is("DELETE"), status(404))),
    ("other-method-405", "closeInteraction", "", when(method_is("GET"), status(400))),
    ("unauthenticated-401", "getContact", "", when(signed_by("Bearer conformance"), status(403))),
    ("unauthenticated-401", "setAgentMapping", "", when(signed_by("Conformance "), status(400))),
    ("unauthenticated-401", "listContacts", "", when(signed_by("Basic !"), status(500))),
    (
        "unauthenticated-401",
        "offerWork",
        "",
        when(lambda request, _: header(request, "x-sn-apikey").startswith("conf"), status(200)),
    ),
    (
        "unknown-refused-in-xml",
        "listContacts",
        "",
        when(has_status(401), media("application/json")),
    ),
    ("refused-in-xml", "getContact", "", when(has_status(404), media("application/json"))),
    ("refused-in-xml", "createInteraction", "", when(has_status(400), body(b"</response>", b""))),
    ("accept-none", "createInteraction", "", when(accepts(""), status(400))),
    ("accept-json", "getContact", "", when(calls("getContact"), body(b"{", b"\xef\xbb\xbf{"))),
    ("body-no-media", "offerWork", "", when(sends(""), status(400))),
    ("body-xml", "offerWork", "", when(sends("application/xml"), status(400))),
    ("body-xml", "closeInteraction", "", when(sends("application/xml"), status(400))),
    ("body-json", "offerWork", "", when(calls("offerWork"), status(415))),
    ("body-json", "closeInteraction", "", when(calls("closeInteraction"), status(415))),
    ("body-xml", "createInteraction", "", when(sends("application/xml"), status(415))),
    ("xml-root", "closeInteraction", "", when(sends("application/xml"), status(400))),
    ("body-no-media", "createInteraction", "", when(sends(""), status(415))),
    (
        "no-body-refused",
        "setExternalIdMapping",
        "",
        when(without_body("setExternalIdMapping"), status(200)),
    ),
    ("no-body-served", "closeInteraction", "", when(without_body("closeInteraction"), status(400))),
    ("cut-off-body-400", "createContact", "", when(cut_off, status(201))),
    ("cut-off-body-refused", "offerWork", "", when(cut_off, offered)),
    ("too-large-body-400", "createContact", "", when(holds(b"xxxxxxxx"), status(413))),
    ("too-large-body-400", "setExternalIdMapping", "", when(holds(b"xxxxxxxx"), status(200))),
    (
        "empty-object-served",
        "closeInteraction",
        "",
        when(sent_as("closeInteraction", b"{}"), status(400)),
    ),
    (
        "unknown-field-served",
        "createInteraction",
        "",
        when(holds(b"conformance_probe"), status(400)),
    ),
]


@every(
    ("name", "operation", "pointer", "fault"),
    FAULTS,
    ids=[f"{number} {name} {operation}" for number, (name, operation, *_) in enumerate(FAULTS)],
)
def test_a_fault_is_seen(
    target: Targets, name: str, operation: str, pointer: str, fault: Fault
) -> None:
    bed.violates(target(fault=fault), name, operation, pointer)


def test_each_probe_is_seen_to_fail() -> None:
    elsewhere = {"nobody-creates", "xml-fields-read", "success-without-error", *SILENT}

    assert {name for name, *_ in FAULTS} | elsewhere == OURS


def as_admin(request: Request) -> Request:
    return replace(request, headers={**request.headers, "authorization": ADMIN})


def test_an_instance_that_lets_everybody_in(target: Targets) -> None:
    seen = target(tamper=as_admin)

    bed.violates(seen, "wrong-password-refused", "closeInteraction")
    bed.violates(seen, "stranger-refused", "getContact")
    bed.violates(seen, "nobody-creates", "createContact")
    bed.violates(seen, "without-roles-403", "getExternalIdMapping")
    bed.violates(seen, "without-roles-refused", "offerWork")


@pytest.mark.parametrize("said", ["", "   ", None])
def test_a_500_that_says_nothing(target: Targets, said: str | None) -> None:
    error = {"error": {"message": said, "detail": said}, "status": "failure"}
    seen = target(
        fault=lambda _, response: with_status(with_json(response, lambda _value: error), 500)
    )
    seen.call("closeInteraction", path={"interaction_id": "0" * 32})

    bed.violates(seen, "500-says-more", "closeInteraction")


def test_a_500_that_says_more(target: Targets) -> None:
    error = {"error": {"message": "It failed", "detail": None}, "status": "failure"}
    seen = target(
        fault=lambda _, response: with_status(with_json(response, lambda _value: error), 500)
    )
    seen.call("closeInteraction", path={"interaction_id": "0" * 32})

    bed.conforms(seen, "500-says-more", "closeInteraction")
    bed.unverified(seen, "500-says-more", "createInteraction")


def limited(instance: Instance) -> None:
    """A rule that admits nothing, and whose hour is over within a second."""
    rule = {"sys_id": "0" * 32, "limit": 0, "operation": "closeInteraction"}
    instance.load_seed({**load(), "rate_limits": [rule], "clock": "2024-04-03T23:59:59.500"})


RATE_LIMITED = "#/components/responses/TooManyRequestsJsonOrXml"


def test_a_429_with_its_headers(target: Targets) -> None:
    seen = target(prepare=limited)
    with pytest.raises(BlockedError):
        seen.call("closeInteraction", path={"interaction_id": "0" * 32})

    bed.conforms(seen, "rate-limit-told", "closeInteraction", RATE_LIMITED)
    bed.unverified(seen, "rate-limit-told", "createInteraction", RATE_LIMITED)


@pytest.mark.parametrize("header", ["X-RateLimit-Limit", "X-RateLimit-Reset", "X-RateLimit-Rule"])
def test_a_429_without_one_of_its_headers(target: Targets, header: str) -> None:
    seen = target(
        prepare=limited,
        fault=lambda _, response: replace(
            response, headers=tuple(pair for pair in response.headers if pair[0] != header)
        ),
    )
    with pytest.raises(BlockedError):
        seen.call("closeInteraction", path={"interaction_id": "0" * 32})

    bed.violates(seen, "rate-limit-told", "closeInteraction", RATE_LIMITED)


def test_further_ways_to_sign_in_have_to_be_given(target: Targets) -> None:
    seen = target(environment={"SN_API_KEY": None, "SN_CLIENT_ID": None})

    bed.blocked(seen, "scheme-served", "getContact", f"{SCHEMES}/ApiKey")
    bed.blocked(seen, "scheme-served", "getContact", f"{SCHEMES}/OAuth2")
    bed.conforms(seen, "scheme-served", "getContact", f"{SCHEMES}/Basic")


def test_a_run_that_signs_in_by_key_alone(target: Targets) -> None:
    seen = target(environment={"SN_USERNAME": None, "SN_PASSWORD": None})

    bed.conforms(seen, "scheme-served", "getContact", f"{SCHEMES}/ApiKey")
    # Without a password of our own, the token is that of the client's user.
    bed.conforms(seen, "scheme-served", "getContact", f"{SCHEMES}/OAuth2")
    bed.blocked(seen, "scheme-served", "getContact", f"{SCHEMES}/Basic")


def test_without_a_token_nothing_is_known_of_tokens(target: Targets) -> None:
    seen = target(environment={"SN_CLIENT_SECRET": "wrong"})

    bed.unverified(seen, "scheme-served", "getContact", f"{SCHEMES}/OAuth2")


def test_keys_are_secrets_that_no_report_may_hold() -> None:
    environment = {
        "SN_API_KEY": "a key",
        "SN_CLIENT_ID": "a client",
        "SN_CLIENT_SECRET": "a secret",
    }

    found = users.from_config(None, (), environment)

    assert set(found.secrets()) == {"a key", "a secret"}
    assert "a secret" not in repr(found.keys)


def test_no_secret_is_kept(target: Targets) -> None:
    seen = target()
    bed.conforms(seen, "scheme-served", "listContacts", f"{SCHEMES}/OAuth2")

    paths = [exchange.path for base in bed.contract().bases() for exchange in seen.seen(base)]

    assert paths
    assert "/oauth_token.do" not in paths


def test_roles_need_further_users(target: Targets) -> None:
    seen = target(further=False)

    bed.blocked(seen, "role-enough", "offerWork", role("offerWork"))
    bed.blocked(seen, "without-roles-403", "listContacts")


def test_a_user_who_cannot_sign_in_shows_nothing_of_roles(target: Targets) -> None:
    seen = target(fault=when(user_is("no_roles"), status(401)))

    bed.unverified(seen, "without-roles-403", "listContacts")


def test_versions_that_nobody_listed_may_be_missing(target: Targets) -> None:
    missing = when(lambda request, _: "/v1/" in request.path or "/v2/" in request.path, status(400))
    seen = target(known={"api_versions": None}, fault=missing)

    bed.unverified(seen, "same-at-both-urls", "listContacts")
    bed.blocked(seen, "listed-versions-served", "listContacts")


def test_one_documented_version_is_enough(target: Targets) -> None:
    seen = target(known={"api_versions": None}, fault=when(at_version("v1"), status(400)))

    opinion = bed.conforms(seen, "same-at-both-urls", "createContact")

    assert "v2" in opinion.detail


def test_json_instead_of_a_406_is_fine_where_json_is_all_there_is(target: Targets) -> None:
    def ignored(request: Request) -> Request:
        return replace(request, headers={**request.headers, "accept": "application/json"})

    bed.conforms(target(tamper=ignored), "no-xml-answer", "setExternalIdMapping")


@pytest.mark.parametrize("operation", ["createInteraction", "offerWork"])
def test_the_fields_of_xml_may_stand_below_an_entry(target: Targets, operation: str) -> None:
    plain = lambda request, _: (  # noqa: E731  # the other form of XML
        header(request, "content-type") == "application/xml" and b"<entry>" not in request.body
    )
    seen = target(fault=when(plain, status(400)))

    bed.conforms(seen, "body-xml", operation)
    bed.conforms(seen, "xml-fields-read", operation)


def without_elements(*names: str) -> Callable[[Request], Request]:
    """Requests of which these elements of their XML do not arrive."""

    def tamper(request: Request) -> Request:
        text = request.body
        for name in names if header(request, "content-type") == "application/xml" else ():
            text = re.sub(rf"<{name}>.*?</{name}>".encode(), b"", text)
        return replace(request, body=text)

    return tamper


@every(
    ("operation", "names"),
    [
        ("createInteraction", ["queue"]),
        ("createInteraction", ["context_table", "context_id"]),
        ("offerWork", ["timeout"]),
        ("offerWork", ["offered_on"]),
        ("offerWork", ["display_option"]),
        ("offerWork", ["allowed_to_decline"]),
        ("offerWork", ["transfer_type"]),
        ("offerWork", ["target_type"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "+".join(value),
)
def test_a_field_of_xml_that_is_ignored(target: Targets, operation: str, names: list[str]) -> None:
    seen = target(tamper=without_elements(*names))

    bed.violates(seen, "xml-fields-read", operation)


def test_a_400_is_as_good_as_a_415(target: Targets) -> None:
    seen = target(fault=when(has_status(415), status(400)))

    bed.conforms(seen, "other-body-refused", "createContact")
    bed.conforms(seen, "no-xml-body", "createContact")


@pytest.mark.parametrize("media", ["application/json", "application/xml"])
def test_a_success_with_an_error_is_seen(target: Targets, media: str) -> None:
    error = {"message": "Transaction cancelled: maximum execution time exceeded", "detail": ""}

    def both(_: Request, response: Response) -> Response:
        value = {"result": [], "error": error, "status": "failure"}
        return render(200, json.dumps(value).encode(), media)

    seen = target(fault=when(calls("listContacts"), both))
    seen.call("listContacts", accept=media)

    bed.violates(seen, "success-without-error", "listContacts")
    bed.unverified(seen, "success-without-error", "getContact")


def test_the_words_of_a_401_are_free(target: Targets) -> None:
    error = {"error": {"message": "User is not authenticated", "detail": None}, "status": "failure"}
    seen = target(
        fault=when(
            has_status(401),
            lambda _, response: with_header(
                with_json(response, lambda _value: error),
                "www-authenticate",
                'Basic realm="Service-now"',
            ),
        )
    )

    bed.conforms(seen, "unauthenticated-401", "getContact")
    bed.conforms(seen, "basic-challenge", "getContact", CHALLENGE)


@pytest.mark.parametrize(
    ("challenges", "outcome"),
    [
        ('Bearer realm="Service-now", basic charset=UTF-8, Realm="Service-now"', bed.conforms),
        ('Negotiate, Basic realm="Service-now"', bed.conforms),
        ('Bearer realm="Service-now", Basic realm="elsewhere"', bed.violates),
        ('Basic realm="Service-now elsewhere"', bed.violates),
    ],
)
def test_a_401_may_have_several_challenges(
    target: Targets, challenges: str, outcome: Callable[..., Any]
) -> None:
    seen = target(
        fault=when(
            has_status(401),
            lambda _, response: with_header(response, "www-authenticate", challenges),
        )
    )

    outcome(seen, "basic-challenge", "getContact", CHALLENGE)


def test_each_challenge_may_have_a_header_of_its_own(target: Targets) -> None:
    def two(_: Request, response: Response) -> Response:
        first = with_header(response, "www-authenticate", "Bearer")
        own = ("WWW-Authenticate", 'Basic realm="Service-now"')
        return replace(first, headers=(*first.headers, own))

    bed.conforms(
        target(fault=when(has_status(401), two)), "basic-challenge", "getContact", CHALLENGE
    )


def test_where_no_contact_is_found_by_its_name_nobody_knows_who_creates(target: Targets) -> None:
    empty = when(calls("listContacts"), lambda _, response: with_json(response, _empty))

    bed.unverified(target(fault=empty, tamper=as_admin), "nobody-creates", "createContact")


def _empty(value: Any) -> None:
    value["result"] = []


def test_a_form_of_a_body_is_refused_at_the_url_with_a_version(target: Targets) -> None:
    transfers = when(
        lambda request, _: "/v1/" in request.path and b'"transfer"' in request.body, status(400)
    )

    bed.violates(target(fault=transfers), "same-at-both-urls", "offerWork")


def test_a_wrong_password_is_followed_by_the_right_one(target: Targets) -> None:
    seen = target()
    for operation in bed.contract().bases():
        bed.conforms(seen, "unauthenticated-401", operation)

    sent = [exchange for base in bed.contract().bases() for exchange in seen.seen(base)]
    sent.sort(key=lambda exchange: exchange.started)
    failures = [
        number
        for number, exchange in enumerate(sent)
        if header_names_admin(exchange) and exchange.credentials == "wrong"
    ]
    assert len(failures) == len(bed.contract().bases())
    assert all(sent[number + 1].credentials == "own" for number in failures)


def header_names_admin(exchange: Exchange) -> bool:
    _, _, text = exchange.request_headers.get("Authorization", "").partition(" ")
    try:
        return base64.b64decode(text, validate=True).startswith(b"admin:")
    except ValueError:
        return False


def test_a_refusal_of_work_may_come_with_200(target: Targets) -> None:
    refused = {"result": {"success": False, "message": "Refused"}}
    seen = target(
        fault=when(
            user_is("no_roles"),
            lambda _, response: with_status(with_json(response, lambda _value: refused), 200),
        )
    )

    bed.conforms(seen, "without-roles-refused", "offerWork")


def test_an_instance_that_serves_nothing_is_not_judged(target: Targets) -> None:
    seen = target(fault=lambda _, response: with_status(response, 500))
    # These probes send requests that are rejected before an operation runs.
    judgeable = {"too-large-body-400", "cut-off-body-400", "no-xml-body", "other-body-refused"}
    judgeable |= {"nobody-refused", "stranger-refused", "wrong-password-refused"}
    judgeable |= {"unauthenticated-401", "other-accept-406", "other-method-405"}
    # The body of a success says nothing about an error.
    judgeable |= SILENT

    violated = {
        name
        for name, subject in CASES
        if probes.look((name, subject), seen).verdict is Verdict.VIOLATES
    }

    assert violated <= judgeable


def test_every_pointer_leads_somewhere() -> None:
    for name, subject in CASES:
        assert pointers.resolve(bed.contract().document, subject.pointer) is not None, name
