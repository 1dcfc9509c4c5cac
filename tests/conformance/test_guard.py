"""The write guard reads a request as its target may: names of fields, and ids, however written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from ccaas_kit.contract import layout
from ccaas_kit.gateway import relay
from ccaas_kit.gateway.ask import Ask
from ccaas_kit.gateway.outcomes import BlockedError
from ccaas_kit.gateway.safety import fields, journal
from ccaas_kit.gateway.safety.fields import UnreadableError
from ccaas_kit.gateway.safety.guard import OwnRecordsOnly, names_a_record
from ccaas_kit.gateway.safety.journal import TargetRecord
from ccaas_kit.model.contract import Contract
from tests.conformance.raw import Raw, answering
from tests.conformance.test_profiles import exchange
from tests.conformance.test_relay import CASE, opened
from tests.looping import every

OURS, THEIRS = "a" * 32, "b" * 32
INVENTED = "0123456789ab4cde8123456789abcdef"
JSON, XML = "application/json", "application/xml"
FORM = "application/x-www-form-urlencoded"
FAR = ("social_channel", "social_handle", "social_handle_url", "after_timeout_presence")
CLOSE = {"interaction_id": OURS}
OFFER = {"document_table": "interaction", "document_sys_id": OURS}


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract(layout.BUNDLE)


@pytest.fixture(scope="module")
def guard(contract: Contract, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnRecordsOnly]:
    with guarding(contract, tmp_path_factory.mktemp("guard") / "j") as found:
        yield found


@contextmanager
def guarding(contract: Contract, path: Path) -> Iterator[OwnRecordsOnly]:
    url = "http://x.example"
    with journal.started(path, target=url, moment="", contract="1", lasting=True) as writer:
        yield OwnRecordsOnly(contract, writer, frozenset({THEIRS}), frozenset({OURS}))


def refusal(guard: OwnRecordsOnly, contract: Contract, ask: Ask) -> str:
    """Why the guard keeps a request back; empty if it lets it pass."""
    try:
        guard.admit(contract.by_id[ask.operation], ask, ())
    except BlockedError as error:
        return str(error)
    return ""


@every(
    ("ask", "reason"),
    [
        (Ask("getContact", path={"id": INVENTED}, method="DELETE"), ""),
        (Ask("getContact", path={"id": INVENTED}, body={}, method="PUT"), ""),
        (Ask("listContacts", body={}, method="PATCH"), ""),
        (Ask("offerWork", path={**OFFER, "document_sys_id": INVENTED}, method="GET"), ""),
        (Ask("getContact", path={"id": THEIRS}, method="DELETE"), "it is unknown which"),
        (Ask("getContact", path={"id": OURS}, method="DELETE"), "it is unknown which"),
        (Ask("listContacts", method="DELETE"), "it is unknown which"),
        (Ask("listContacts", body={"city": "x"}, method="PUT"), "the effect of data"),
        (
            Ask("getContact", path={"id": INVENTED}, query={"a": 1}, method="PUT"),
            "the effect of data",
        ),
        (
            Ask("getExternalIdMapping", {"tableName": "..", "documentId": INVENTED}, method="POST"),
            "its path may lead",
        ),
    ],
    ids=lambda value: (
        value if isinstance(value, str) else f"{value.method} {value.operation} {value.path}"
    ),
)
def test_another_method_passes_where_nothing_could_come_of_it(
    guard: OwnRecordsOnly, contract: Contract, ask: Ask, reason: str
) -> None:
    found = refusal(guard, contract, ask)

    assert found.startswith(reason)
    assert bool(found) == bool(reason)
    assert guard.before(contract.by_id[ask.operation], ask) == 0


def contact(raw: bytes, media: str | None = JSON) -> Ask:
    return Ask("createContact", raw=raw, media=media)


@every("name", FAR)
@every(
    ("raw", "media"),
    [
        ('{{"{name}": "x"}}', JSON),
        ('{{"{escaped}": "x"}}', JSON),
        ('{{"a": 1, "{name}": "x", "{name}": "y"}}', JSON),
        ('{{"a": [[{{"b": {{"{name}": 1}}}}]]}}', JSON),
        ('[{{"{name}": 1}}]', JSON),
        ('{{"{upper}": 1}}', JSON),
        ('{{" {name} ": 1}}', JSON),
        ('{{"contact.{name}": 1}}', JSON),
        ('{{"{name}": 1}}', "application/vnd.x+json; charset=utf-8"),
        ('{{"{name}": 1}}', None),
        ('{{"{name}": 1}}', "text/csv"),
        # Cut off after the name.
        ('{{"a": {{"{name}": "x"', JSON),
        ("<r><{name}>x</{name}></r>", XML),
        ("<{name}/>", "text/xml"),
        ('<r xmlns:p="urn:x"><p:{name}>x</p:{name}></r>', XML),
        ('<r xmlns="urn:x"><{name}>x</{name}></r>', XML),
        ('<r {name}="x"/>', XML),
        ('<r xmlns:p="urn:x" p:{name}="x"/>', XML),
        ("<r><{name}>x</{name}></r>", None),
        ("a=1&{name}=x", FORM),
        ("a=1&{percent}=x", FORM),
        ("contact[{name}]=x", FORM),
        ("a=1;{name}=x", FORM),
        ("{name}", FORM),
    ],
)
def test_a_field_that_reaches_further_is_refused_however_it_is_written(
    name: str, raw: str, media: str | None, guard: OwnRecordsOnly, contract: Contract
) -> None:
    body = raw.format(
        name=name,
        upper=name.title(),
        escaped="".join(f"\\u{ord(letter):04x}" for letter in name),
        percent="".join(f"%{ord(letter):02X}" for letter in name),
    )

    assert refusal(guard, contract, contact(body.encode(), media)).startswith(f"with {name} ")


@every("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_a_field_is_found_in_every_encoding(
    encoding: str, guard: OwnRecordsOnly, contract: Contract
) -> None:
    body = '{"social_channel": "x"}'.encode(encoding)
    harmless = '{"notes": "social_channel"}'.encode(encoding)

    assert refusal(guard, contract, contact(body)).startswith("with social_channel ")
    assert refusal(guard, contract, contact(harmless)) == ""


def test_a_field_in_the_query_is_refused(guard: OwnRecordsOnly, contract: Contract) -> None:
    ask = Ask("createContact", query={"social_handle": "x"}, body={})

    assert refusal(guard, contract, ask).startswith("with social_handle ")


@every("name", FAR)
@every(
    ("raw", "media"),
    [
        ('{{"notes": "see {name}"}}', JSON),
        ('{{"notes": "{name}"}}', JSON),
        ('{{"notes": "\\"{name}\\": 1"}}', JSON),
        ('{{"notes": "x&{name}=1"}}', JSON),
        ('{{"not_{name}": 1}}', JSON),
        ('"{name}"', JSON),
        ("<r><notes>{name}</notes></r>", XML),
        ("<r><!-- <{name}/> --><notes><![CDATA[<{name}>]]></notes></r>", XML),
        ('<r notes="{name}"/>', XML),
        ("notes={name}", FORM),
        ("notes=%26{name}%3D1", FORM),
    ],
)
def test_the_same_letters_in_a_text_are_no_field(
    name: str, raw: str, media: str, guard: OwnRecordsOnly, contract: Contract
) -> None:
    assert refusal(guard, contract, contact(raw.format(name=name).encode(), media)) == ""


@every(
    ("raw", "media"),
    [
        (b"", JSON),
        (b" \n", JSON),
        (b'{"last_name": "x"', JSON),
        (b'{"a": [{"b": "]"', JSON),
        (b'{"a": ' + b"9" * 5000 + b"}", JSON),
        (b'{"a": NaN}', JSON),
        (b"[" * 90 + b"]" * 90, JSON),
        (b'{"a": "x"}', "application/json; charset=UTF-8"),
        ('{"a": "x"}'.encode("utf-16"), 'application/json; charset="utf-16"'),
    ],
)
def test_what_can_be_read_and_is_harmless_passes(
    raw: bytes, media: str, guard: OwnRecordsOnly, contract: Contract
) -> None:
    assert refusal(guard, contract, contact(raw, media)) == ""


_DTD = b'<!DOCTYPE r [<!ENTITY e "<social_channel/>">]><r>&e;</r>'


@every(
    ("raw", "media"),
    [
        (b'{"a": "x', JSON),
        (b'{"a": ', JSON),
        (b'{"a": 1,', JSON),
        (b'{"a": 1]', JSON),
        (b"{'a': 1}", JSON),
        (b'{"a": 1} {"b": 2}', JSON),
        (b'{"a": "\\x73"}', JSON),
        (b'{"a": 1, // \n "b": 2}', JSON),
        (b'{"\xff": 1}', JSON),
        (b"[" * 101 + b"]" * 101, JSON),
        (b"[" * 100_000 + b"]" * 100_000, JSON),
        (b"[" * 100_000, JSON),
        (b'{"a":' * 101 + b"1" + b"}" * 101, JSON),
        (b"<r/>", JSON),
        (b'{"a": 1}', XML),
        (b"a=1", JSON),
        (b"<r>", XML),
        (b"<a>" * 101 + b"</a>" * 101, XML),
        (b"<a>" * 100_000 + b"</a>" * 100_000, XML),
        (b"<r><p:x/></r>", XML),
        (_DTD, XML),
        (b"<!DOCTYPE r><r/>", XML),
        (b'<?xml version="1.0" encoding="utf-7"?><r/>', XML),
        (b"hello", "text/plain"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"a=%ff", FORM),
        # With another charset the same bytes are other letters.
        (b'{"+AHM-ocial_channel": 1}', "application/json; charset=utf-7"),
        (b'{"a": 1}', "application/json; charset=utf-16"),
        ('{"a": 1}'.encode("utf-16"), "application/json; charset=utf-8"),
        (b'{"a": 1}', "application/json; charset=utf-8; charset=ibm037"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_what_cannot_be_read_for_certain_is_not_sent(
    raw: bytes, media: str, guard: OwnRecordsOnly, contract: Contract
) -> None:
    assert "its changes are unknown" in refusal(guard, contract, contact(raw, media))


@every(
    "body",
    [
        {"sys_id": THEIRS},
        {"SYS_ID": THEIRS},
        {"sysId": THEIRS},
        {"a": [{"sys_id": THEIRS}]},
        {"sys_id": [OURS, THEIRS]},
        {"sys_id": {"value": THEIRS}},
        {"sys_id": "c" * 32},
        {"interaction_id": THEIRS},
        {"interactionId": THEIRS},
    ],
)
def test_an_id_beside_that_of_the_path_is_ours_as_well(
    body: Any, guard: OwnRecordsOnly, contract: Contract
) -> None:
    ask = Ask("closeInteraction", CLOSE, body=body)

    assert "names a record that the run has not created" in refusal(guard, contract, ask)


@every(
    "body",
    [
        {"sys_id": OURS},
        {"sys_id": INVENTED},
        {"sys_id": ""},
        {"sys_id": None},
        {"notes": THEIRS},
        {"notes": f"sys_id={THEIRS}"},
    ],
)
def test_our_own_ids_and_ids_in_texts_pass(
    body: Any, guard: OwnRecordsOnly, contract: Contract
) -> None:
    assert refusal(guard, contract, Ask("closeInteraction", CLOSE, body=body)) == ""


@every("table", ["..", ".", "a/..", "a%2f..", "a\\b", "a?b", "a#b", "a;b", "a\n"])
def test_no_part_of_the_path_leads_elsewhere(
    table: str, guard: OwnRecordsOnly, contract: Contract
) -> None:
    ask = Ask("offerWork", {**OFFER, "document_table": table}, body={})
    versioned = Ask("closeInteraction", CLOSE, body={}, version=table)

    assert "may lead to another resource" in refusal(guard, contract, ask)
    assert "may lead to another resource" in refusal(guard, contract, versioned)


@pytest.mark.parametrize("table", ["interaction", "Not Valid!", "x.y", "ü"])
def test_names_of_tables_that_are_one_segment_pass(
    table: str, guard: OwnRecordsOnly, contract: Contract
) -> None:
    assert refusal(guard, contract, Ask("offerWork", {**OFFER, "document_table": table})) == ""


def test_operations_with_an_id_in_their_path_write_to_what_it_leads_to(contract: Contract) -> None:
    named = {name for name in contract.bases() if names_a_record(contract, contract.by_id[name])}

    assert named == {
        *("closeInteraction", "offerWork", "setAgentMapping", "setExternalIdMapping"),
    }


NAMES = st.sampled_from(
    (*FAR, "notes", "a", "sys_id", "Social_Channel", "ſocial_channel", "é\U0001f600")
)
TEXTS = st.sampled_from((*FAR, OURS, THEIRS, "", "x", '"', "\\", "\U0001f600", "</a>"))
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(NAMES, inner), max_size=4),
    max_leaves=8,
)


@st.composite
def rewritten(draw: st.DrawFn, document: Any) -> str:
    """Draw one of the ways to write a document in JSON; a list of pairs is an object."""
    space = draw(st.sampled_from(("", " ", "\n\t")))
    if isinstance(document, list) and document and isinstance(document[0], tuple):
        members = [(draw(written(name)), draw(rewritten(value))) for name, value in document]
        text = ",".join(f"{space}{name}{space}:{value}" for name, value in members)
        return f"{space}{{{text}{space}}}"
    if isinstance(document, list):
        return f"[{','.join(draw(rewritten(member)) for member in document)}{space}]"
    if isinstance(document, str):
        return draw(written(document)) + space
    return space + json.dumps(document) + space


@st.composite
def written(draw: st.DrawFn, text: str) -> str:
    letters = []
    for letter in text:
        escape = draw(st.booleans())
        if escape or letter in '"\\' or letter < " ":
            units = letter.encode("utf-16-be").hex()
            style = str.upper if draw(st.booleans()) else str.lower
            letters += [f"\\u{style(units[at : at + 4])}" for at in range(0, len(units), 4)]
        else:
            letters.append(letter)
    return f'"{"".join(letters)}"'


ENCODINGS = st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data(), DOCUMENTS, ENCODINGS)
def test_every_way_to_write_a_document_gets_the_same_response(
    guard: OwnRecordsOnly, contract: Contract, data: st.DataObject, document: Any, encoding: str
) -> None:
    plain = data.draw(rewritten(document))
    other = data.draw(rewritten(document))

    responses = {
        refusal(guard, contract, contact(plain.encode())),
        refusal(guard, contract, contact(other.encode(encoding))),
    }

    assert len(responses) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(DOCUMENTS, st.integers(1, 40))
@example([("a", [("social_channel", "x")])], 1)
def test_a_document_without_its_end_passes_only_if_its_whole_does(
    guard: OwnRecordsOnly, contract: Contract, document: Any, missing: int
) -> None:
    whole = _plain(document)
    assume(missing < len(whole))
    cut = refusal(guard, contract, contact(whole[:-missing].encode()))

    if set(whole[-missing:]) <= set("]}"):
        assert cut == refusal(guard, contract, contact(whole.encode()))
    elif not cut:
        begun = fields.of_body(whole[:-missing].encode(), JSON)
        assert {field.name for field in begun} <= {
            field.name for field in fields.of_body(whole.encode(), JSON)
        }


def _plain(document: Any) -> str:
    if isinstance(document, list) and document and isinstance(document[0], tuple):
        members = ",".join(f"{json.dumps(name)}:{_plain(value)}" for name, value in document)
        return "{" + members + "}"
    if isinstance(document, list):
        return f"[{','.join(map(_plain, document))}]"
    return json.dumps(document)


@given(
    st.binary(max_size=40),
    st.sampled_from((JSON, XML, FORM, "text/x", "application/json; charset=x")),
)
def test_any_bytes_are_read_or_refused(raw: bytes, media: str) -> None:
    try:
        found = fields.of_body(raw, media)
    except UnreadableError:
        return
    assert all(isinstance(field.text, str) for field in found)


def refused(folder: Path, path: str, data: Any, media: str | None) -> bool:
    """Whether a random request is kept back; what leaves reaches a server that takes everything."""
    server = Raw()
    with (
        guarding(Contract(layout.BUNDLE), folder / "j") as guard,
        answering(server) as url,
        opened(url, guard=guard) as door,
    ):
        headers = {**CASE, "Content-Type": media} if media else CASE
        response = requests.post(door.address + path, data=data, headers=headers, timeout=20)
    kept = relay.REFUSED in response.headers
    assert kept is not bool(server.seen)
    return kept


@pytest.mark.parametrize(
    ("path", "data", "media"),
    [
        ("/api/now/contact", b'{"soci\\u0061l_channel": 1}', JSON),
        ("/api/now/contact?soci%61l_channel=1", b"{}", JSON),
        ("/api/now/contact?a=1&a=2", b"{}", JSON),
        ("/api/now/contact?a=%ff", b"{}", JSON),
        ("/api/now/contact", b"<r><social_channel/></r>", XML),
        ("/api/now/contact", b"<r/>", JSON),
        ("/api/now/contact", iter([b'{"social_channel": 1}']), JSON),
        (f"/api/now/awa/documents/a%2F..%2Fb/{OURS}/offer", b"{}", JSON),
        (f"/api/now/awa/documents/%252e%252e/{OURS}/offer", b"{}", JSON),
        (f"/api/now/interaction/{quote(THEIRS).replace('b', '%62')}/close", b"{}", JSON),
        (f"/api/now/interaction/{OURS}/close?interaction_id={THEIRS}", b"{}", JSON),
        (f"/api/now/interaction/{OURS}%2F..%2F{THEIRS}/close", b"{}", JSON),
    ],
)
def test_a_random_request_is_read_as_it_leaves(
    path: str, data: Any, media: str, tmp_path: Path
) -> None:
    assert refused(tmp_path, path, data, media)


@pytest.mark.parametrize(
    ("path", "data", "media"),
    [
        ("/api/now/contact", b'{"notes": "see social_channel"}', JSON),
        ("/api/now/contact?notes=social_channel", None, None),
        ("/api/now/contact", b"<r><notes>social_channel</notes></r>", XML),
        (f"/api/now/interaction/{OURS.replace('a', '%61')}/close", b"{}", JSON),
    ],
)
def test_a_harmless_random_request_leaves(
    path: str, data: Any, media: str | None, tmp_path: Path
) -> None:
    assert not refused(tmp_path, path, data, media)


@pytest.mark.parametrize(
    ("raw", "media"),
    [
        (json.dumps({"context_id": "2" * 32}).encode(), JSON),
        (f'{{"context_id": "\\u0032{"2" * 31}"}}'.encode(), JSON),
        (json.dumps({"context": f"interaction_json_blob:{'2' * 32}"}).encode(), JSON),
        (json.dumps({"a": {"b": ["2" * 32]}}).encode("utf-16"), JSON),
        (f"<r><x>{'2' * 32}</x></r>".encode(), XML),
        (b"\xff", "text/plain"),
    ],
)
def test_a_record_that_the_request_names_is_not_taken_for_a_new_one(
    raw: bytes, media: str, contract: Contract, tmp_path: Path
) -> None:
    operation, ask = contract.by_id["createInteraction"], Ask("", raw=raw, media=media)
    fresh, blob = "1" * 32, "2" * 32
    result = {"sys_id": fresh, "contextTable": "interaction_json_blob", "contextDocument": blob}
    with guarding(contract, tmp_path / "j") as guard:
        number = guard.before(operation, ask)
        guard.after(number, operation, ask, exchange(contract, operation.id, {"result": result}))

    (entry,) = journal.read(tmp_path / "j").entries
    assert entry.created == (TargetRecord("interaction", fresh),)
