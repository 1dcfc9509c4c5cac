"""What the sandbox reads as XML, what it refuses, and what it writes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any

import pytest
from defusedxml import ElementTree
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ccaas_kit.contract import documents, layout
from ccaas_kit.sandbox.http import json_bodies, xml_bodies
from ccaas_kit.sandbox.http.json_bodies import BodyError
from tests.looping import every

SCHEMAS: dict[str, Any] = {
    "Everything": {"xml": {"name": "request"}},
    "Record": {
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "flag": {"type": "boolean"},
            "count": {"type": "integer"},
            "share": {"type": "number"},
            "either": {"anyOf": [{"type": "number"}, {"type": "string"}]},
            "maybe": {"type": ["boolean", "null"]},
            "one": {"const": 1},
            "two": {"type": "number", "const": 2},
            "yes": {"allOf": [{"enum": [True, None]}, {"default": True}]},
            "part": {"allOf": [{"$ref": "#/components/schemas/Part"}]},
            "names": {"type": "array", "items": {"type": "string"}},
            "counts": {"type": "array", "items": {"type": "integer"}},
            "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
            "map": {"type": ["object", "string"], "additionalProperties": True},
            "counters": {"type": "object", "additionalProperties": {"type": "integer"}},
        },
    },
    "Part": {"type": "object", "properties": {"count": {"type": "integer"}}},
    "Request": {
        "anyOf": [
            {"$ref": "#/components/schemas/Record"},
            {"$ref": "#/components/schemas/Part"},
        ],
        "xml": {"name": "request"},
    },
}
BUNDLE = {"components": {"schemas": SCHEMAS}}
# A loaded machine is slow now and then; the tests that care look at the clock themselves.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# XML 1.0 has no other characters; a carriage return is tested by its own.
CHARACTERS = st.characters(
    exclude_categories=["Cs"], exclude_characters=[*map(chr, range(32)), "\ufffe", "\uffff"]
)
KEYS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
RECORDS = st.recursive(
    st.text(CHARACTERS, max_size=8),
    lambda below: st.dictionaries(KEYS, below, min_size=1, max_size=4),
    max_leaves=12,
)


def _read(raw: bytes, schema: str = "Request") -> Any:
    return xml_bodies.read(raw, {"$ref": f"#/components/schemas/{schema}"}, BUNDLE)


def _reason(raw: bytes, schema: str = "Request") -> str:
    with pytest.raises(BodyError) as caught:
        _read(raw, schema)
    return caught.value.reason


@pytest.fixture(scope="module")
def read_as() -> Callable[[str, bytes], Any]:
    bundle = documents.load_mapping(layout.BUNDLES / f"{layout.ALL_BUNDLE}.yaml")

    def read(name: str, raw: bytes) -> Any:
        return xml_bodies.read(raw, bundle["components"]["schemas"][name], bundle)

    return read


def test_offer_means_what_its_json_means(read_as: Callable[[str, bytes], Any]) -> None:
    raw = b"""<?xml version="1.0" encoding="UTF-8"?>
        <request>
          <queue_id>92f8942787851210be070d48dabb35fb</queue_id>
          <assignment>
            <agent_sys_id>0d584509c323120095ccd02422d3ae5b</agent_sys_id>
            <allowed_to_decline>true</allowed_to_decline>
            <timeout>30</timeout>
            <after_timeout_presence/>
          </assignment>
        </request>"""

    assert read_as("OfferWorkRequest", raw) == {
        "queue_id": "92f8942787851210be070d48dabb35fb",
        "assignment": {
            "agent_sys_id": "0d584509c323120095ccd02422d3ae5b",
            "allowed_to_decline": "true",
            "timeout": "30",
            "after_timeout_presence": "",
        },
    }


def test_empty_assignment_is_an_object(read_as: Callable[[str, bytes], Any]) -> None:
    raw = b"<request><assignment/><queue_id/></request>"

    assert read_as("OfferWorkRequest", raw) == {"assignment": {}, "queue_id": ""}


def test_context_is_a_map_or_a_text(read_as: Callable[[str, bytes], Any]) -> None:
    raw = b"""<request><channel>chat</channel>
        <context><language>en</language><tag>a</tag><tag>b</tag></context>
        <channel_metadata>{"language":"en"}</channel_metadata></request>"""

    assert read_as("CreateInteractionRequest", raw) == {
        "channel": "chat",
        "context": {"language": "en", "tag": ["a", "b"]},
        "channel_metadata": '{"language":"en"}',
    }


@pytest.mark.parametrize(
    "raw",
    [b"<request/>", b"<request></request>", b"<request>\n  <!-- nothing -->\n</request>\n"],
)
def test_close_is_an_empty_object(read_as: Callable[[str, bytes], Any], raw: bytes) -> None:
    assert read_as("CloseInteractionRequest", raw) == {}


@every(
    ("fields", "value"),
    [
        (b"<text>true</text>", {"text": "true"}),
        (b"<text> a\n b </text>", {"text": " a\n b "}),
        (b"<text></text>", {"text": ""}),
        (b"<text>1 &lt; 2 &#38; &#x33;</text>", {"text": "1 < 2 & 3"}),
        (b"<text><![CDATA[<b>&amp;</b>]]></text>", {"text": "<b>&amp;</b>"}),
        (b"<text>a<!-- x -->b<?p q?>c</text>", {"text": "abc"}),
        (b"<text a='1'>a</text>", {"text": "a"}),
        (b"<n:text xmlns:n='urn:n'>a</n:text>", {"text": "a"}),
        (b"<flag>true</flag>", {"flag": True}),
        (b"<flag> false\n</flag>", {"flag": False}),
        (b"<flag>yes</flag>", {"flag": "yes"}),
        (b"<flag/>", {"flag": ""}),
        (b"<count>-12</count>", {"count": -12}),
        (b"<count>012</count>", {"count": "012"}),
        (b"<count>12 13</count>", {"count": "12 13"}),
        (b"<share>1.5e3</share>", {"share": 1500.0}),
        (b"<share>7</share>", {"share": 7}),
        (b"<share>NaN</share>", {"share": "NaN"}),
        (b"<either>12</either>", {"either": "12"}),
        (b"<maybe/>", {"maybe": None}),
        (b"<maybe>true</maybe>", {"maybe": True}),
        (b"<one>1</one>", {"one": 1}),
        (b"<two>2</two>", {"two": 2}),
        (b"<yes>true</yes>", {"yes": True}),
        (b"<part/>", {"part": {}}),
        (b"<part> \n</part>", {"part": {}}),
        (b"<part>text</part>", {"part": "text"}),
        (b"<part><count>1</count></part>", {"part": {"count": 1}}),
        (b"<text><b>1</b></text>", {"text": {"b": "1"}}),
        (b"<names>a</names>", {"names": ["a"]}),
        (b"<names>a</names><names/>", {"names": ["a", ""]}),
        (b"<counts>1</counts><counts>2</counts>", {"counts": [1, 2]}),
        (b"<parts><count>1</count></parts><parts/>", {"parts": [{"count": 1}, {}]}),
        (b"<map/>", {"map": ""}),
        (b"<map><a>1</a><a>2</a><b><c/></b></map>", {"map": {"a": ["1", "2"], "b": {"c": ""}}}),
        (b"<counters><a>1</a></counters>", {"counters": {"a": 1}}),
        (b"<unknown>1</unknown><unknown>2</unknown>", {"unknown": ["1", "2"]}),
        (b"<_x0031_st_x0020_name>a</_x0031_st_x0020_name>", {"1st name": "a"}),
        (b"<_x0000_>a</_x0000_>", {"_x0000_": "a"}),
        (b"<_xD800_>a</_xD800_>", {"_xD800_": "a"}),
    ],
    ids=lambda part: part.decode() if isinstance(part, bytes) else "",
)
def test_schema_decides_what_an_element_means(fields: bytes, value: Any) -> None:
    assert _read(b"<request>" + fields + b"</request>") == value


@pytest.mark.parametrize("declared", ["UTF-8", "utf-16", "ISO-8859-1"])
def test_reads_text_in_the_encoding_that_is_declared(declared: str) -> None:
    document = f"<?xml version='1.0' encoding='{declared}'?><request><text>Zoë</text></request>"

    assert _read(document.encode(declared)) == {"text": "Zoë"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16-le", "utf-16-be"])
def test_reads_text_in_the_encoding_that_its_first_bytes_show(encoding: str) -> None:
    assert _read("<request><text>Zoë</text></request>".encode(encoding)) == {"text": "Zoë"}


@every("name", ["foo", "shift_jis", "utf-7", "unicode_escape", "utf-16", "rot13", "idna"])
def test_refuses_another_encoding(name: str) -> None:
    reason = _reason(f'<?xml version="1.0" encoding="{name}"?><request/>'.encode())

    assert reason == f"The body is not in an encoding that is read: '{name}'"


@pytest.mark.parametrize(
    "raw",
    [
        "<request>é</request>".encode("latin-1"),
        b"<?xml version='1.0' encoding='US-ASCII'?><request>\xc3\xa9</request>",
        b"\xff\xfe<\x00r\x00\x00\xd8",
    ],
    ids=["latin-1", "ascii", "surrogate"],
)
def test_refuses_what_is_not_text_in_its_encoding(raw: bytes) -> None:
    assert _reason(raw) == "The body is not text in its encoding"


@pytest.mark.parametrize("raw", [b"", b" \n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_says_that_a_body_is_empty(raw: bytes) -> None:
    assert _reason(raw) == "The body is empty"


@every(
    "raw",
    [
        b"{}",
        b"<request>",
        b"<request></other>",
        b"<request/><request/>",
        b"<request>&unknown;</request>",
        b"<request>\x00</request>",
        b"<request>&#0;</request>",
        b"<request>&#xD800;</request>",
        b"<request a='1' a='2'/>",
        b"<n:request/>",
        b" <?xml version='1.0'?><request/>",
    ],
)
def test_says_that_a_body_is_not_xml(raw: bytes) -> None:
    assert _reason(raw).startswith("The body is not XML: ")


def test_says_where_a_body_stops_being_xml() -> None:
    assert _reason(b"<request>\n</r>") == "The body is not XML: mismatched tag at line 2, column 2"


# AWA-007, INT-012: the root of a request is named request.
@pytest.mark.parametrize("name", ["response", "Request", "x" * 50])
def test_refuses_another_root(name: str) -> None:
    shown = name if len(name) <= 40 else "x" * 37 + "..."

    assert _reason(f"<{name}/>".encode()) == f"The root element is '{shown}', not 'request'"


def test_reads_any_root_where_the_schema_names_none() -> None:
    assert _read(b"<any><count>1</count></any>", "Part") == {"count": 1}


@pytest.mark.parametrize("more", [b"", b"<entry><text>not read</text></entry>"])
def test_fields_below_an_entry_are_read(more: bytes) -> None:
    raw = b"<request><entry><text>Zoe</text></entry>" + more + b"</request>"

    assert _read(raw) == {"text": "Zoe"}


def test_refuses_an_element_that_stands_twice_where_there_is_no_list() -> None:
    raw = b"<request><text>a</text><count>1</count><text>b</text></request>"

    assert _reason(raw) == "The body has the element 'text' twice in one element"


def test_refuses_text_beside_elements() -> None:
    raw = b"<request><part>one <count>1</count></part></request>"

    assert _reason(raw) == "The element 'part' mixes text with elements"


def test_refuses_a_number_that_no_float_holds() -> None:
    raw = b"<request><count>" + b"9" * 100_000 + b"</count></request>"

    assert _reason(raw) == f"The number '{'9' * 37}...' is too large"


BOMB = (
    b"<!DOCTYPE r [<!ENTITY e0 'lol'>"
    + b"".join(b"<!ENTITY e%d '%s'>" % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><request>&e9;</request>"
)
BLOWUP = b"<!DOCTYPE r [<!ENTITY a '%s'>]><request>%s</request>" % (b"A" * 99999, b"&a;" * 99999)


@every(
    "raw",
    [
        BOMB,
        BLOWUP,
        b"<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/hostname'>]><request>&a;</request>",
        b"<!DOCTYPE r [<!ENTITY % a SYSTEM 'http://127.0.0.1:9/'> %a;]><request/>",
        b"<!DOCTYPE r SYSTEM 'http://127.0.0.1:9/'><request/>",
        b"<!DOCTYPE request><request/>",
    ],
    ids=["billion laughs", "blowup", "file", "parameter", "external", "plain"],
)
def test_refuses_document_types_at_once(raw: bytes) -> None:
    began = time.thread_time()

    reason = _reason(raw)

    assert reason == "The body brings a document type or entities, which are not read"
    assert time.thread_time() - began < 0.5


def test_reads_sixty_four_levels() -> None:
    raw = b"<request>" + b"<a>" * 62 + b"<b/>" + b"</a>" * 62 + b"</request>"

    value = _read(raw, "Everything")

    for _ in range(62):
        value = value["a"]
    assert value == {"b": ""}


def test_refuses_more_than_sixty_four_levels() -> None:
    raw = b"<request>" + b"<a>" * 63 + b"<b/>" + b"</a>" * 63 + b"</request>"

    assert _reason(raw) == "The body has more than 64 levels"


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        (b"<a>", "The body has more than 64 levels"),
        (b"<a/>", "The body has more than 10000 elements"),
    ],
    ids=["deep", "wide"],
)
def test_refuses_the_largest_trees_in_little_time(element: bytes, reason: str) -> None:
    raw = b"<request>" + element * (json_bodies.MAX_BYTES // len(element))
    began = time.thread_time()

    assert _reason(raw) == reason
    assert time.thread_time() - began < 1


@PATIENT
@given(
    st.binary(max_size=65536)
    | st.text(alphabet="<>/!?&;#[]='\" \nabxml-0é").map(lambda text: f"<request>{text}".encode())
)
def test_refuses_whatever_it_cannot_read_in_one_way(raw: bytes) -> None:
    began = time.thread_time()

    with contextlib.suppress(BodyError):
        _read(raw)

    assert time.thread_time() - began < 1


@PATIENT
@given(st.dictionaries(KEYS, RECORDS, min_size=1, max_size=4))
@example({"": "", "_": "", "_x0041_": "a", "_x0041 ": "b", "_x00 ": "c", "1": "d", "u_x_y": "e"})
@example({"a": {"b": "<&>]]>\"'"}})
def test_reads_the_record_that_it_writes(record: dict[str, Any]) -> None:
    assert _read(xml_bodies.write(record, "request"), "Everything") == record


def test_writes_a_record_as_the_platform_does() -> None:
    value = {"result": {"number": "IMS0000075", "state": "queued", "queue": ""}}

    assert xml_bodies.write(value) == (
        b'<?xml version="1.0" encoding="UTF-8"?><response><result><number>IMS0000075</number>'
        b"<state>queued</state><queue/></result></response>"
    )


@every(
    ("value", "elements"),
    [
        (
            {"result": [{"a": "1"}, {"a": "2"}]},
            "<result><a>1</a></result><result><a>2</a></result>",
        ),
        ({"a": [], "b": ["x"]}, "<b>x</b>"),
        ({"a": None, "b": "", "c": {}}, "<a/><b/><c/>"),
        ({"a": True, "b": False}, "<a>true</a><b>false</b>"),
        ({"a": 7, "b": -1.5, "c": 0}, "<a>7</a><b>-1.5</b><c>0</c>"),
        ({"a": "<b> & ]]>\r\n\t"}, "<a>&lt;b&gt; &amp; ]]&gt;&#13;\n\t</a>"),
        ({"a": "x\0y\x0bz\ud800\uffff"}, "<a>x\ufffdy\ufffdz\ufffd\ufffd</a>"),
        ({"a": "Zoë 😀"}, "<a>Zoë 😀</a>"),
        ({"a": [["x", "y"], {}]}, "<a><item>x</item><item>y</item></a><a/>"),
        ({"1st name": "a"}, "<_x0031_st_x0020_name>a</_x0031_st_x0020_name>"),
        ({"<a/>": "b"}, "<_x003C_a_x002F__x003E_>b</_x003C_a_x002F__x003E_>"),
    ],
    ids=[
        "list",
        "empty",
        "nothing",
        "flags",
        "numbers",
        "escapes",
        "no-XML",
        "wide",
        "lists",
        "name",
        "markup",
    ],
)
def test_writes_each_kind_of_value(value: dict[str, Any], elements: str) -> None:
    raw = xml_bodies.write(value, "r")

    assert raw.decode() == f'<?xml version="1.0" encoding="UTF-8"?><r>{elements}</r>'
    assert ElementTree.fromstring(raw).tag == "r"


@every(
    ("key", "name"),
    [
        ("sys_id", "sys_id"),
        ("recordingURL", "recordingURL"),
        ("u_x_code", "u_x_code"),
        ("a-b.c", "a-b.c"),
        ("-a", "_x002D_a"),
        ("ä", "_x00E4_"),
        ("a:b", "a_x003A_b"),
        ("😀", "_x1F600_"),
        ("", "_"),
        ("_", "_x005F_"),
        ("_x0020_", "_x005F_x0020_"),
    ],
)
def test_key_has_one_element_name(key: str, name: str) -> None:
    assert xml_bodies.name_of(key) == name
    assert xml_bodies.key_of(name) == key


def test_writes_no_value_that_json_does_not_have() -> None:
    with pytest.raises(TypeError, match="a set is not a value of JSON"):
        xml_bodies.write({"a": {1}})
