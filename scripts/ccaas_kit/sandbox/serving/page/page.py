"""The page at `/`: its files, and what its script asks for under `/_sandbox/page/`.

It changes nothing by itself: its script uses the control for that, and the APIs like any client.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import orjson

from ccaas_kit.sandbox.contract import JSON
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.http.recorder import MemoryRecorder
from ccaas_kit.sandbox.http.responses import render
from ccaas_kit.sandbox.serving.admission import REFUSED, Admission
from ccaas_kit.sandbox.serving.app import App, Extra
from ccaas_kit.sandbox.serving.page import openapi, records, setup
from ccaas_kit.sandbox.serving.page.views import Views
from ccaas_kit.sandbox.storage.database import QueryTimeoutError

PATH = "/"
PREFIX = "/_sandbox/page/"
_FILES = Path(__file__).with_name("files")
_TYPES = {
    ".css": "text/css;charset=UTF-8",
    ".html": "text/html;charset=UTF-8",
    ".js": "text/javascript;charset=UTF-8",
}
_NAMES = frozenset(path.name for path in _FILES.iterdir())
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = (
    ("content-security-policy", _POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
)
_FORM = "application/x-www-form-urlencoded"
# Of a form so much is read.
_FORM_BYTES = 8192

View = Callable[[Request, Mapping[str, str]], Any]


class Page:
    """Serves `/`, what is under `/_sandbox/page/`, and the contract at `/openapi.yaml` and `.json`."""

    def __init__(self, app: App, *, token: str | None = None) -> None:
        self._app = app
        self._admission = Admission(token)
        self._shown = Views(app)
        self._views: dict[str, View] = {
            "setup": lambda request, _: setup.of(app.instance, openapi.url_of(request)),
            "news": self._news,
            "exchange": self._exchange,
            "tables": lambda _, query: records.of(app.instance.store, query.get("search", "")),
        }

    def extras(self) -> dict[str, Extra]:
        """The handler of each path, or beginning of paths."""
        contract = self._app.instance.contract
        return {
            PATH: self._page,
            PREFIX: self._part,
            "/openapi.yaml": lambda request: openapi.as_yaml(contract, request),
            "/openapi.json": lambda request: openapi.as_json(contract, request),
        }

    def _page(self, request: Request) -> Response:
        if request.method == "POST" and self._admission.by_token:
            return self._signed_in(request)
        if request.method not in ("GET", "HEAD"):
            return _error(405, "the page knows GET")
        if self._admission.admits(request):
            return _file("index.html")
        if self._admission.by_token:
            return _file("sign-in.html", status=403)
        return _refused()

    def _signed_in(self, request: Request) -> Response:
        """Exchange the token of a form for a cookie."""
        if request.headers.get("content-type", "").partition(";")[0] != _FORM:
            return _error(415, f"send {_FORM}")
        form = parse_qs(request.body[:_FORM_BYTES].decode("latin-1"))
        if not self._admission.opens(form.get("token", [""])[0]):
            return _file("sign-in.html", status=403)
        headers = (("location", PATH), ("set-cookie", self._admission.cookie()), *_HEADERS)
        return Response(303, headers, b"")

    def _part(self, request: Request) -> Response:
        if not self._admission.admits(request):
            return _refused()
        if request.method != "GET":
            return _error(405, "the page knows GET")
        name = request.path.removeprefix(PREFIX)
        if name in _NAMES:
            return _file(name)
        if name in self._views:
            return self._viewed(self._views[name], request)
        return _error(404, f"there is only {', '.join((*self._views, *sorted(_NAMES)))}")

    def _viewed(self, view: View, request: Request) -> Response:
        query = {key: values[-1] for key, values in parse_qs(request.query).items()}
        try:
            value = view(request, query)
        except QueryTimeoutError:
            return _error(503, "the search took too long")
        if value is None:
            return _error(404, "it is not kept")
        return render(200, orjson.dumps(value), JSON, headers=_HEADERS)

    def _news(self, _: Request, query: Mapping[str, str]) -> Any:
        """What changes while the page is open: requests after a number, clock and faults."""
        instance = self._app.instance
        after = _number(query, "after")
        return {
            "requests": self._shown.after(after) if self._alone else self._shown.recorded(after),
            "total": self._app.recorder.total(),
            "now": instance.now().isoformat(timespec="seconds"),
            "stands": "stands_at" in instance.store.fact("clock"),
            "faults": sorted(instance.faults),
            **instance.wrapper.state(instance),
            "snapshots": instance.snapshots.names(),
        }

    def _exchange(self, _: Request, query: Mapping[str, str]) -> Any:
        return self._shown.whole(_number(query, "number")) if self._alone else None

    @property
    def _alone(self) -> bool:
        """Whether there is one process; each of several has seen a part of the requests only."""
        return isinstance(self._app.recorder, MemoryRecorder)


def _file(name: str, *, status: int = 200) -> Response:
    headers = (("content-type", _TYPES[Path(name).suffix]), *_HEADERS)
    return Response(status, headers, (_FILES / name).read_bytes())


def _number(query: Mapping[str, str], name: str) -> int:
    text = query.get(name, "")
    return int(text[:15]) if text.isascii() and text.isdigit() else 0


def _refused() -> Response:
    return _error(403, REFUSED)


def _error(status: int, text: str) -> Response:
    return render(status, orjson.dumps({"error": text}), JSON, headers=_HEADERS)
