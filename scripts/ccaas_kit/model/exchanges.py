"""What went over the wire, read from the event stream of Schemathesis."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ccaas_kit.contract.parsing import parse_json
from ccaas_kit.contract.shapes import Json
from ccaas_kit.model.contract import Contract, Operation, media_type

# The statuses of servers in front of an instance, or of its maintenance page.
GATEWAY = frozenset({502, 503, 504})
# The same, and no response at all.
SILENT = frozenset({0, *GATEWAY})
# Why there is none where no URL can hold the request: it was not sent.
UNSENT = "no URL"
# The media types of web pages.
PAGES = frozenset({"text/html", "application/xhtml+xml"})
# Not urlsplit, which refuses hosts such as one in which a secret was hidden.
_URL = re.compile(
    r"(?:[a-z]+://[^/?#]*)?(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?", re.DOTALL | re.I
)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome of one Schemathesis check on one exchange."""

    name: str
    failed: bool
    message: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """A response; header names are lower-case, each with its first value."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float = 0.0

    @property
    def media_type(self) -> str:
        """The media type without its parameters; empty if the response names none."""
        return media_type(self.headers.get("content-type", ""))

    def json(self) -> Json:
        """The body as JSON.

        Raises:
            UnreadableError: it is none, or none that can be worked with.
        """
        return parse_json(self.body)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response, if there was one.

    `operation` is the operation that the request was made for. `other_method` marks a request
    with a method that the path does not have, `credentials` whether the request was sent with
    our own, with wrong ones or with none. `created_by` is the operation whose response the ids in
    the request came from. `number` is its place in the log, `source` the probe, workflow or phase
    that sent it, `user` the label of the user who did.

    `lost` is why there is no response, in a word or two.

    `sizes` are the bytes of both bodies where the log has cut one off.

    Where the bodies have been let go, `says_no`, `knows_ids` and `holds` tell of them: whether the
    response rejects in the body of a success, whether the target has every id in the request, and
    which properties that clauses name the response holds.
    """

    operation: Operation
    phase: str
    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: bytes | None
    response: Response | None
    started: float = 0.0
    positive: bool = True
    other_method: bool = False
    credentials: str = "own"
    created_by: str | None = None
    checks: tuple[CheckResult, ...] = field(default=())
    number: int = 0
    source: str = ""
    user: str = ""
    lost: str = ""
    sizes: tuple[int, int] | None = None
    says_no: bool | None = None
    knows_ids: bool | None = None
    holds: frozenset[str] | None = None

    @property
    def is_silent(self) -> bool:
        """Whether it was sent, and no response came, or only one of a server in front of the target."""
        return self.status in SILENT and self.lost != UNSENT

    @property
    def path(self) -> str:
        """The path of the URL, still percent-encoded."""
        return split(self.url)[0]

    @property
    def query(self) -> str:
        """The query of the URL, still percent-encoded."""
        return split(self.url)[1]

    @property
    def status(self) -> int:
        """The status of the response; 0 if there was none."""
        return self.response.status if self.response else 0


def split(url: str) -> tuple[str, str]:
    """Path and query of any URL that was sent or recorded."""
    found = _URL.fullmatch(url)
    return (found["path"], found["query"] or "") if found else (url, "")


def read(event: Mapping[str, Json], contract: Contract, security: frozenset[str]) -> list[Exchange]:
    """The exchanges of one event; `security` names the headers that carry credentials."""
    finished = event.get("ScenarioFinished")
    if not finished:
        return []
    recorder = finished["recorder"]
    return list(_exchanges(recorder, finished["phase"], contract, security))


def _exchanges(
    recorder: Mapping[str, Json], phase: str, contract: Contract, security: frozenset[str]
) -> Iterator[Exchange]:
    cases = recorder.get("cases", {})
    checks = recorder.get("checks", {})
    for identifier, interaction in recorder.get("interactions", {}).items():
        node = cases.get(identifier, {"value": {}})
        case = node["value"]
        operation = _operation(case, recorder["label"], contract)
        if operation is None:
            continue
        parent = cases.get(node.get("parent_id"), {"value": {}})["value"]
        request = interaction["request"]
        headers = {name: values[0] for name, values in request["headers"].items()}
        meta = case.get("meta", {})
        # Only the check of authentication repeats a request outside of a link.
        repeated = "parent_id" in node and "transition" not in node
        yield Exchange(
            operation=operation,
            phase=phase,
            method=request["method"].upper(),
            url=request["uri"],
            request_headers=headers,
            request_body=_bytes(request.get("body")),
            response=_response(interaction.get("response")),
            started=interaction.get("timestamp", 0.0),
            positive=meta.get("generation", {}).get("mode") == "positive",
            other_method=request["method"].upper() != operation.method,
            credentials=_credentials(headers, security, repeated=repeated),
            created_by=_creator(node, parent, contract),
            checks=tuple(_check(check) for check in checks.get(identifier, [])),
        )


def _operation(case: Mapping[str, Json], label: str, contract: Contract) -> Operation | None:
    """The operation of a case; a case with a foreign method belongs to the scenario's own."""
    if not case:
        return None
    method, path = str(case["method"]).upper(), case["path"]
    found = contract.by_label.get(f"{method} {path}") or contract.by_label.get(label)
    if found is not None and found.path == path:
        return found
    return next((operation for operation in contract.operations if operation.path == path), None)


def _creator(
    node: Mapping[str, Json], parent: Mapping[str, Json], contract: Contract
) -> str | None:
    if "transition" not in node or parent.get("method") != "POST":
        return None
    found = contract.by_label.get(f"POST {parent['path']}")
    return found.base if found else None


def _credentials(headers: Mapping[str, str], security: frozenset[str], *, repeated: bool) -> str:
    sent = any(name.lower() in security for name in headers)
    if not sent:
        return "none"
    return "wrong" if repeated else "own"


def _check(node: Mapping[str, Json]) -> CheckResult:
    info = node.get("failure_info", {}).get("failure", {})
    text = info.get("message") or info.get("title") or ""
    failed = node["status"] == "failure"
    return CheckResult(name=node["name"], failed=failed, message=" ".join(text.split()))


def _response(response: Mapping[str, Json] | None) -> Response | None:
    if response is None:
        return None
    return Response(
        status=response["status_code"],
        headers={name.lower(): values[0] for name, values in response["headers"].items()},
        body=_bytes(response.get("content")) or b"",
        seconds=response.get("elapsed", 0.0),
    )


def _bytes(value: Json) -> bytes | None:
    if isinstance(value, dict):
        return base64.b64decode(value["$base64"])
    return value.encode() if isinstance(value, str) else None
