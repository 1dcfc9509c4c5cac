"""A target that sends credentials back, in every notation and wherever texts are cut: nothing shows."""

from __future__ import annotations

import base64
import io
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rich.console import Console

from ccaas_kit.run import embedded, options
from ccaas_kit.run.run import run
from ccaas_kit.sandbox.http.messages import Request, Response
from tests.conformance.probes import bed
from tests.conformance.probes.bed import Bed

SECRET = "canary/7f3a+se%cr<et&0b9d5e1c"


def notations() -> list[str]:
    raw = SECRET.encode()
    percent = quote(SECRET, safe="")
    return [
        SECRET,
        percent,
        percent.lower(),
        quote(percent, safe=""),
        "".join(f"%{byte:02x}" for byte in raw),
        raw.hex(),
        raw.hex().upper(),
        base64.b64encode(raw).decode(),
        base64.b64encode(b"admin:" + raw).decode(),
        base64.b64encode(b"x" + raw + b"y").decode(),
    ]


def telling() -> Any:
    """Each response says the secret: in a header, and in a body where every cut goes through it."""
    kinds = itertools.cycle(notations())
    # Texts are cut after 120, 160, 300, 600 and 4000 characters, bodies after 256 KB.
    places = itertools.cycle((100, 110, 140, 150, 280, 290, 3980, 3990))

    def fault(request: Request, response: Response) -> Response:
        written = next(kinds)
        message = "x" * (next(places) - 40) + written
        body = json.dumps({"error": {"message": message, "detail": written}, "status": written})
        headers = (*response.headers, ("X-Echo", written), ("WWW-Authenticate", f"Basic {written}"))
        status = 200 if request.method == "GET" and not request.query else response.status
        return Response(status, headers, body.encode())

    return fault


@contextmanager
def echoing() -> Iterator[str]:
    with bed.serving(Bed(fault=telling())) as url:
        yield url


def pieces() -> set[str]:
    """What no file may hold: a beginning and a middle of each notation."""
    # The encoding of a pair begins with that of the name, which is no secret.
    known = base64.b64encode(b"admin:").decode()
    found = set()
    for written in (notation.removeprefix(known) for notation in notations()):
        found |= {written[:12], written[len(written) // 2 :][:12]}
    return found


def test_no_report_shows_what_a_target_echoes(tmp_path: Path) -> None:
    printed = io.StringIO()
    variables = {**embedded.ENVIRONMENT, "SN_PASSWORD": SECRET}
    with echoing() as url:
        words = ["--target", url, "--config", str(embedded.CONFIG), "--out", str(tmp_path)]
        words += ["--api", "contact"]
        code = run(
            options.parse([*words, "--max-examples", "1", "--max-time", "16"]),
            environment=variables,
            console=Console(file=printed, width=200),
        )

    texts = {path.name: path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file()}
    assert code == 1, printed.getvalue()
    assert {"scorecard.json", "scorecard.html", "junit.xml", "traffic.har"} <= texts.keys()
    assert {"exchanges.ndjson", "single.har"} <= texts.keys()
    assert texts["exchanges.ndjson"].count("[hidden]") > 100
    for piece in pieces():
        assert piece not in printed.getvalue()
        assert [name for name, text in texts.items() if piece in text] == [], piece
