"""Whatever is sent: the documented error shape, never a failure, a hang or growing memory.

The fuzz test sends more than 20,000 requests, made by mutating valid ones with a fixed seed.
"""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import pytest

from tests.looping import every
from tests.sandbox.conftest import basic
from tests.sandbox.serving import Raw, Served, Wire, served
from tests.sandbox.test_statuses import VALID

FUZZED = 20_500
GROWTH_MEGABYTES = 150
ADMIN = basic("admin", "admin")
CONTACTS = "/api/now/contact"
INTERACTION = "/api/now/interaction"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Served]:
    with served() as running:
        yield running


@pytest.fixture
def wire(sandbox: Served) -> Iterator[Wire]:
    client = Wire(sandbox.port)
    yield client
    client.close()


def request(
    method: str,
    target: str,
    body: bytes = b"",
    *,
    content_type: str | None = "application/json",
    accept: str | None = "application/json",
    authorization: str | None = ADMIN,
) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost"]
    for name, value in (
        ("Content-Type", content_type),
        ("Accept", accept),
        ("Authorization", authorization),
    ):
        if value is not None:
            lines.append(f"{name}: {value}")
    if body or method in ("POST", "PUT"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + body


def complain(response: Raw | None, sent: bytes) -> str:
    """What is wrong with a response; empty if nothing."""
    if response is None:
        return f"no response to {sent[:300]!r}"
    if not 200 <= response.status < 500:
        return f"{response.status} to {sent[:300]!r}"
    if response.status >= 400 and not is_error(response):
        return f"{response.status} with {response.body[:80]!r} to {sent[:300]!r}"
    return ""


def is_error(response: Raw) -> bool:
    """Whether a body is an error of the platform, or a refusal in the result of an API."""
    try:
        if response.headers.get("content-type", "").startswith("application/xml"):
            return ElementTree.fromstring(response.body).tag == "response"
        body = json.loads(response.body)
    except (ValueError, ElementTree.ParseError):
        return False
    if "error" in body:
        return body["status"] == "failure" and bool(body["error"]["message"])
    return "result" in body and response.status in (400, 403, 404, 409)


@every(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"null", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"\xff\xfe{}", 400),
        (b'{"channel":"\xff"}', 400),
        (b'{"channel":"chat","channel":"phone"}', 400),
        (b'{"channel":"chat\x00"}', 400),
        (b'{"channel":"chat\\u0000"}', 400),
        (b'{"channel":' + b"9" * 1_000_000 + b"}", 400),
        (b'{"channel":NaN}', 400),
        (b'{"channel":1e999999}', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400),
        (b'{"channel":"chat","context":"' + b"x" * (10 * 1024 * 1024) + b'"}', 400),
    ],
    ids=[
        "empty",
        "cut off",
        "null",
        "list",
        "text",
        "UTF-16 mark",
        "not UTF-8",
        "twice the key",
        "NUL",
        "escaped NUL",
        "a million digits",
        "NaN",
        "infinite",
        "deep list",
        "deep object",
        "over 10 MB",
    ],
)
def test_a_bad_body_is_refused_in_the_platforms_shape(wire: Wire, body: bytes, status: int) -> None:
    sent = request("POST", INTERACTION, body)

    response = wire.exchange(sent)

    assert complain(response, sent) == ""
    assert response is not None
    assert response.status == status


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]><request><channel>&c;</channel></request>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<request><channel>&x;</channel></request>"""


@every(
    "body",
    [
        BOMB,
        OUTSIDE,
        b"<request>",
        b"<a>" * 100_000,
        b"<request><channel>chat</channel><channel>phone</channel></request>",
        b'<?xml version="1.0" encoding="cp037"?><request/>',
        b"\x00<request/>",
    ],
    ids=["bomb", "external", "cut off", "deep", "twice", "codec", "NUL"],
)
def test_bad_xml_is_refused_and_in_xml_where_it_was_asked_for(wire: Wire, body: bytes) -> None:
    sent = request(
        "POST", INTERACTION, body, content_type="application/xml", accept="application/xml"
    )

    response = wire.exchange(sent)

    assert complain(response, sent) == ""
    assert response is not None
    assert response.status == 400
    assert b"root:" not in response.body


@every(
    ("content_type", "status"),
    [
        (None, 201),
        ("application/json;charset=UTF-8", 201),
        ("application/json; charset=latin-1", 415),
        ("text/plain", 415),
        ("multipart/form-data; boundary=x", 415),
        ("/", 415),
        (";;;", 415),
        ("application/" + "x" * 5000, 415),
    ],
)
def test_the_content_type_decides_who_reads_the_body(
    wire: Wire, content_type: str | None, status: int
) -> None:
    sent = request("POST", INTERACTION, b'{"channel":"chat"}', content_type=content_type)

    response = wire.exchange(sent)

    assert complain(response, sent) == ""
    assert response is not None
    assert response.status == status


@every(
    ("path", "status"),
    [
        ("//", 400),
        ("/api/now/contact/", 404),
        ("/api/now/contact/%2F", 404),
        ("/api/now/contact/..%2F..%2Fetc", 404),
        ("/api/now/contact/%00", 404),
        ("/api/now/contact/%0d%0aX-Injected:%20yes", 404),
        ("/api/now/contact/%ff%fe", 404),
        ("/api/now/contact/%", 404),
        ("/api/now/contact/" + "a" * 8000, 404),
        ("/api/now/contact/" + "%F0%9F%98%80" * 500, 404),
        ("/api/now/v3/contact", 400),
        ("/api/now/v1%2Fcontact", 400),
        ("/api/now/contact/x/y", 400),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_bad_path_leads_nowhere(wire: Wire, path: str, status: int) -> None:
    sent = request("GET", path)

    response = wire.exchange(sent)

    assert complain(response, sent) == ""
    assert response is not None
    assert response.status == status
    assert "x-injected" not in response.headers


@every(
    ("query", "status"),
    [
        ("sysparm_query=^^^^", 200),
        ("sysparm_query=ORDERBY^NQ^OR^NQ", 200),
        ("sysparm_query=name=%27%3BDROP%20TABLE%20customer_contact--", 200),
        ("sysparm_query=" + "a.b.c." * 1300, 200),
        ("sysparm_query=nameIN" + "a," * 4000, 200),
        ("sysparm_query=%ff%00", 200),
        ("sysparm_limit=0", 400),
        ("sysparm_limit=-1", 400),
        ("sysparm_limit=1e3", 400),
        ("sysparm_limit=%EF%BC%91", 400),
        ("sysparm_limit=" + "9" * 5000, 400),
        ("sysparm_limit=2147483647&sysparm_offset=2147483647", 200),
        ("&".join(f"a{number}=1" for number in range(1000)), 200),
        ("=&=&&&", 200),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_bad_query_is_narrowed_or_refused(wire: Wire, query: str, status: int) -> None:
    sent = request("GET", f"{CONTACTS}?{query}")

    response = wire.exchange(sent)

    assert complain(response, sent) == ""
    assert response is not None
    assert response.status == status


@pytest.mark.parametrize(
    "path",
    ["/api/now/contact/" + "a" * 60_000, f"{CONTACTS}?sysparm_query=" + "name=a%5E" * 6000],
    ids=["path", "query"],
)
def test_a_url_that_is_too_long_does_not_reach_the_instance(wire: Wire, path: str) -> None:
    # PLT-016: what stands before it answers, with a page.
    refused = wire.exchange(request("GET", path))
    longest = CONTACTS + "?sysparm_query=" + "a" * (8190 - len(CONTACTS) - len("?sysparm_query="))
    served, beyond = (wire.exchange(request("GET", url)) for url in (longest, longest + "a"))

    assert refused is not None
    assert (refused.status, refused.headers["content-type"]) == (414, "text/html")
    assert [response and response.status for response in (served, beyond)] == [200, 414]


@every("method", ["PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "get"])
def test_an_unknown_method_is_refused(wire: Wire, method: str) -> None:
    response = wire.exchange(request(method, CONTACTS))

    assert response is not None
    assert response.status == 405
    wire.close()


def test_a_head_request_is_answered_like_a_get(sandbox: Served) -> None:
    with socket.create_connection(("127.0.0.1", sandbox.port), 20) as connection:
        connection.sendall(request("HEAD", CONTACTS))

        response = connection.recv(4096)

    assert response.split()[1] == b"200"


@pytest.mark.parametrize("text", [b"\x00\x01\x02", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"])
def test_what_is_not_http_is_refused_by_the_server(sandbox: Served, text: bytes) -> None:
    with socket.create_connection(("127.0.0.1", sandbox.port), 20) as connection:
        connection.sendall(text + b"\r\n\r\n")

        response = connection.recv(4096)

    assert response == b"" or response.split()[1] == b"400"


def test_clients_that_vanish_or_send_half_of_a_request_hold_nobody_up(sandbox: Served) -> None:
    whole = request("POST", CONTACTS, b'{"name":"' + b"x" * 5000 + b'"}')
    waiting = []
    for cut in range(1, len(whole), 29):
        connection = socket.create_connection(("127.0.0.1", sandbox.port), 20)
        connection.sendall(whole[:cut])
        if cut % 2:
            connection.close()
        else:
            waiting.append(connection)

    client = Wire(sandbox.port, timeout=5)
    response = client.exchange(request("GET", CONTACTS))

    assert response is not None
    assert response.status == 200
    client.close()
    for connection in waiting:
        connection.close()


def test_many_large_bodies_at_a_time_stay_within_bounds(sandbox: Served) -> None:
    before = sandbox.memory()
    body = b'{"name":"' + b"x" * (9 * 1024 * 1024) + b'"}'
    connections = [Wire(sandbox.port, timeout=60) for _ in range(12)]
    heads = request("POST", CONTACTS, body)

    responses = [connection.exchange(heads) for connection in connections]

    assert {response.status for response in responses if response} == {201}
    assert sandbox.memory("VmHWM") - before < 4 * 60 + GROWTH_MEGABYTES
    for connection in connections:
        connection.close()


def test_twenty_thousand_fuzzed_requests_break_nothing(sandbox: Served) -> None:
    chance = random.Random(20_260_101)
    wire = Wire(sandbox.port)
    for sent in (fuzzed(chance) for _ in range(2_000)):
        wire.exchange(sent)
    before = sandbox.memory()
    problems = []

    for _ in range(FUZZED - 2_000):
        sent = fuzzed(chance)
        if problem := complain(wire.exchange(sent), sent):
            problems.append(problem)

    health = wire.exchange(request("GET", "/_sandbox/health"))
    wire.close()
    assert problems[:5] == []
    assert sandbox.memory() - before < GROWTH_MEGABYTES
    assert health is not None
    assert json.loads(health.body) == {"status": "ok", "contract_breaks": 0}


# Paths of valid calls, with the names of their values in place.
PATHS = {
    "getExternalIdMapping": (
        "GET",
        "/api/sn_ct_ctr_it_core/external_id_mapping/table/{tableName}/documentId/{documentId}",
    ),
    "setExternalIdMapping": (
        "PUT",
        "/api/sn_ct_ctr_it_core/external_id_mapping/table/{tableName}/documentId/{documentId}",
    ),
    "setAgentMapping": (
        "PUT",
        "/api/sn_ct_ctr_it_core/agent_mapping/agent/{agentId}/inboundId/{inboundId}",
    ),
    "createInteraction": ("POST", INTERACTION),
    "closeInteraction": ("POST", "/api/now/v1/interaction/{interaction_id}/close"),
    "offerWork": ("POST", "/api/now/awa/documents/{document_table}/{document_sys_id}/offer"),
    "listContacts": ("GET", CONTACTS),
    "createContact": ("POST", "/api/now/v2/contact"),
    "getContact": ("GET", "/api/now/contact/{id}"),
}
TEXTS = (
    "",
    "\0",
    "é",
    "\u202e",
    "😀",
    "'",
    '"',
    "%",
    "^OR",
    "a" * 300,
    "0" * 32,
    "javascript:gs.getUserID()",
    "-1",
    "1e308",
    "true",
    "null",
    "../..",
    "<x>",
    "&amp;",
    "${7*7}",
    "2024-04-03T23:09:31.000",
)
OPERATORS = ("=", "!=", "STARTSWITH", "LIKE", "IN", ">", "<=", "BETWEEN", "ON", "SAMEAS", "ISEMPTY")
FIELDS = ("name", "email", "account.name", "sys_created_on", "active", "nothing", "latitude", "")


def fuzzed(chance: random.Random) -> bytes:
    """A valid request with some parts of it changed."""
    operation = chance.choice(sorted(PATHS))
    method, path = PATHS[operation]
    values, body = VALID[operation]
    for name, value in values.items():
        text = value if chance.random() < 0.8 else chance.choice(TEXTS)
        path = path.replace("{" + name + "}", quoted(text, chance))
    if operation == "listContacts":
        path += "?" + query(chance)
    raw = b"" if body is None else bytes_of(mutated(body, chance), chance)
    options: dict[str, str | None] = {}
    if chance.random() < 0.15:
        options["content_type"] = chance.choice(
            [None, "application/xml", "text/xml", "text/csv", "application/json;charset=x"]
        )
    if chance.random() < 0.15:
        options["accept"] = chance.choice([None, "application/xml", "*/*;q=0", "text/html", ",,"])
    if chance.random() < 0.05:
        options["authorization"] = chance.choice(
            [None, "Basic", "Bearer x", "Basic Og==", "Basic é"]
        )
    if chance.random() < 0.03:
        method = chance.choice(["PATCH", "DELETE", "OPTIONS", "FOO"])
    return request(method, path, raw, **options)


def quoted(text: str, chance: random.Random) -> str:
    """Text for a path: each byte as it is where that is allowed, percent-encoded or not."""
    kept = set(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~^'")
    return "".join(
        chr(byte) if byte in kept and chance.random() < 0.95 else f"%{byte:02X}"
        for byte in text.encode()
    )


def query(chance: random.Random) -> str:
    terms = [
        chance.choice(FIELDS) + chance.choice(OPERATORS) + chance.choice(TEXTS)
        for _ in range(chance.randint(0, 4))
    ]
    text = chance.choice(["^", "^OR", "^NQ", "^ORDERBY", ""]).join(terms)
    fields = [f"sysparm_query={quoted(text, chance)}"]
    for name in ("sysparm_limit", "sysparm_offset"):
        if chance.random() < 0.4:
            fields.append(f"{name}={quoted(chance.choice(('1', '5', '0', *TEXTS)), chance)}")
    return "&".join(fields)


def mutated(value: object, chance: random.Random) -> object:
    """The value with some of its parts replaced, dropped or added."""
    if chance.random() < 0.08:
        odd: list[Callable[[], object]] = [
            lambda: None,
            lambda: chance.choice(TEXTS),
            lambda: chance.choice([0, -1, 1.5, 10**18, True]),
            list,
            dict,
            lambda: [value, value],
        ]
        return chance.choice(odd)()
    if isinstance(value, dict):
        changed = {
            name: mutated(member, chance)
            for name, member in value.items()
            if chance.random() < 0.93
        }
        if chance.random() < 0.2:
            changed[chance.choice(TEXTS)] = chance.choice(TEXTS)
        if chance.random() < 0.1:
            changed["transfer"] = {"target_type": chance.choice(["agent", "queue", ""])}
        if chance.random() < 0.1:
            changed["timeout"] = chance.choice([-1, "30", "", 0, "x", 1e300])
        return changed
    return value


def bytes_of(value: object, chance: random.Random) -> bytes:
    raw = json.dumps(value).encode()
    if chance.random() < 0.1 and raw:
        at = chance.randrange(len(raw))
        raw = chance.choice([raw[:at], raw[:at] + b"\xff" + raw[at:], raw + raw, raw[at:]])
    if chance.random() < 0.05:
        raw = b"<request><channel>" + raw + b"</channel></request>"
    return raw
