"""What the HTTP archive keeps of a body: text, and of a long one the beginning."""

from __future__ import annotations

from typing import Any

import pytest

from ccaas_kit.contract.redaction import Redactor
from ccaas_kit.model.exchanges import Exchange, Response
from ccaas_kit.reporting import har
from tests.conformance.probes import bed

LONG = b"x" * 11_000_000


def entry(sent: bytes, received: bytes) -> dict[str, Any]:
    exchange = Exchange(
        operation=bed.contract().by_id["createContact"],
        phase="probe",
        method="POST",
        url="http://127.0.0.1/api/now/contact",
        request_headers={"Content-Type": "application/json", "Authorization": "Basic Y2FuYXJ5"},
        request_body=sent,
        response=Response(400, {"content-type": "application/json"}, received, 0.1),
        started=0.0,
        positive=False,
        credentials="own",
    )
    (found,) = har.entries([exchange], frozenset({"authorization"}))
    return found


def test_a_body_is_kept_as_it_is() -> None:
    found = entry(b'{"a": 1}', "{\u00e4}".encode())

    assert found["request"]["postData"] == {"mimeType": "application/json", "text": '{"a": 1}'}
    assert found["response"]["content"]["text"] == "{\u00e4}"
    assert "comment" not in found["response"]["content"]


@pytest.mark.parametrize(("sent", "received"), [(LONG, b""), (b"", LONG)])
def test_of_a_long_body_the_beginning_is_kept(sent: bytes, received: bytes) -> None:
    found = entry(sent, received)
    bodies = found["request"]["postData"], found["response"]["content"]
    (long,) = [body for body in bodies if body["text"]]

    assert len(long["text"]) < 1_000_000
    assert long["comment"].endswith(f"of {len(LONG)} bytes")
    assert len(LONG) in (found["request"]["bodySize"], found["response"]["bodySize"])


def test_a_secret_beside_bytes_that_are_no_text_is_found() -> None:
    found = entry(b"{}", b"caf\xe9: canary-secret")

    clean = Redactor(("canary-secret",)).clean_all(found)

    assert "canary-secret" in found["response"]["content"]["text"]
    assert "canary" not in str(clean["response"])
    assert found["request"]["headers"][1]["value"] != "Basic Y2FuYXJ5"
