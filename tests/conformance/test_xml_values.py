"""XML bodies become the JSON values that they stand for."""

from __future__ import annotations

from typing import Any

import pytest

from ccaas_kit.contract import layout
from ccaas_kit.contract.parsing import UnreadableError
from ccaas_kit.judging.traffic import Traffic
from ccaas_kit.model import xml_values
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.exchanges import Exchange, Response
from ccaas_kit.sandbox.http import xml_bodies
from tests.looping import every

CONTRACT = Contract(layout.BUNDLE)
RESPONSES = [
    (operation.id, response.status, name)
    for operation in CONTRACT.operations
    for response in operation.responses.values()
    if "application/xml" in response.media
    for name in CONTRACT.node(response.media["application/xml"].removesuffix("/schema")).get(
        "examples", {}
    )
]


@every(("operation", "status", "name"), RESPONSES)
def test_an_example_means_the_same_in_both(operation: str, status: int, name: str) -> None:
    schema = CONTRACT.by_id[operation].responses[status].media["application/xml"]
    content = CONTRACT.node(schema.removesuffix("/schema"))
    example = content["examples"][name]
    while "$ref" in example:
        example = CONTRACT.node(example["$ref"])

    raw = xml_bodies.write(example["value"])

    assert without_null(xml_values.read(raw, schema, CONTRACT)) == without_null(example["value"])
    assert not list(CONTRACT.schemas.faults(schema, xml_values.read(raw, schema, CONTRACT)))


def without_null(value: Any) -> Any:
    """Replace null by the empty text, since XML writes both in the same way."""
    if isinstance(value, dict):
        return {name: without_null(member) for name, member in value.items()}
    if isinstance(value, list):
        return [without_null(entry) for entry in value]
    return "" if value is None else value


@every(
    "raw",
    [b"", b"<response>", b"{}", b'<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', b"\xff\xfe<"],
)
def test_what_is_no_xml_is_refused(raw: bytes) -> None:
    schema = CONTRACT.by_id["getContact"].responses[200].media["application/xml"]

    with pytest.raises(UnreadableError, match=r"not XML|DTD|not readable: nested"):
        xml_values.read(raw, schema, CONTRACT)


def test_a_wrong_value_is_a_fault() -> None:
    schema = CONTRACT.by_id["listContacts"].responses[200].media["application/xml"]
    raw = b"<response><result><sys_id>short</sys_id></result></response>"

    faults = list(CONTRACT.schemas.faults(schema, xml_values.read(raw, schema, CONTRACT)))

    assert any("short" in fault.message for fault in faults)


def test_xml_in_the_traffic_is_judged_by_its_schema() -> None:
    operation = CONTRACT.by_id["getExternalIdMapping"]
    good = b"""<response><result><data><document_table>task</document_table>
<document_id>%b</document_id><external_id>7</external_id><external_provider/></data></result>
</response>"""
    bodies = [good % (b"0" * 32), good % b"short", b"<response>"]
    exchanges = [
        Exchange(
            operation=operation,
            phase="probe",
            method="GET",
            url=f"http://x.example/{number}",
            request_headers={},
            request_body=None,
            response=Response(200, {"content-type": "application/xml"}, body),
        )
        for number, body in enumerate(bodies)
    ]

    seen = Traffic(CONTRACT, exchanges, frozenset()).responses(operation)

    assert [bool(response.faults) for response in seen] == [False, True, False]
    assert [response.trouble for response in seen] == ["", "", "a body that is not XML"]
