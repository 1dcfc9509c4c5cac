"""From a response to bytes: rendering, and the proof that the bytes keep the contract.

Every response of an operation is judged by the schema of its status and media type before it leaves.
Judging the same bytes twice gives the same verdict, so verdicts of recent bodies are remembered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from ccaas_kit.sandbox.contract import JSON, Media, Operation, ResponseSpec
from ccaas_kit.sandbox.http import media_types, xml_bodies
from ccaas_kit.sandbox.http.messages import Outcome, Rendered, Response
from ccaas_kit.sandbox.storage.memory import Memory

_LOG = logging.getLogger("sandbox")
# Bounds of the memory of verdicts: bodies, and the size up to which a body is remembered.
_REMEMBERED, _REMEMBERED_BYTES = 2048, 64 * 1024
# A short body is judged as quickly as it is found, and often has an id that never comes again.
_SHORT_BYTES = 128


class Responses:
    """Renders responses; `breaks` counts those that would have broken the contract."""

    def __init__(self, failure: Any, on_break: Callable[[], None] = lambda: None) -> None:
        self.breaks = 0
        self._on_break = on_break
        self._failure = failure
        self._valid: Memory[tuple[int, bytes], None] = Memory(_REMEMBERED, _REMEMBERED_BYTES)

    def of(self, operation: Operation, response: Outcome, media_type: str) -> Response:
        """The outcome of an operation as a response, in this media type if there is a choice.

        An outcome that breaks the contract becomes a 500, and the log says what is wrong where.
        """
        spec = operation.responses.get(response.status)
        if spec is None:
            return self._replace(operation, response.status, "the status is not listed")
        media = spec.media.get(media_type)
        if media is None:
            media_type, media = JSON, spec.media[JSON]
        if spec.headers and (wrong := self._wrong_header(spec, dict(response.headers))):
            return self._replace(operation, response.status, wrong)
        body = response.body
        raw = body.text.encode() if isinstance(body, Rendered) else orjson.dumps(body)
        if wrong := self._wrong_body(media, raw):
            return self._replace(operation, response.status, wrong)
        return render(response.status, raw, media_type, media.root, response.headers)

    def _wrong_body(self, media: Media, raw: bytes) -> str | None:
        key = (id(media.validator), raw)
        if key in self._valid:
            return None
        value = orjson.loads(raw)
        if not media.validator.is_valid(value):
            error = next(media.validator.iter_errors(value))
            return f"/{'/'.join(map(str, error.instance_path))}: {error.message}"
        if len(raw) > _SHORT_BYTES:
            self._valid.keep(key, None, len(raw))
        return None

    def _wrong_header(self, spec: ResponseSpec, headers: Mapping[str, str]) -> str | None:
        for header in spec.headers:
            value = headers.get(header.name)
            if value is None:
                if header.required:
                    return f"the header {header.name} is missing"
            elif not header.validator.is_valid(value):
                return f"the header {header.name} is {value!r}"
        return None

    def failed(self) -> Response:
        """The response where the instance itself has failed."""
        return render(500, orjson.dumps(self._failure))

    def _replace(self, operation: Operation, status: int, wrong: str) -> Response:
        self.breaks += 1
        self._on_break()
        _LOG.error("%s would break the contract with %s: %s", operation.id, status, wrong[:500])
        return self.failed()


def render(
    status: int,
    raw: bytes,
    media_type: str = JSON,
    root: str = "response",
    headers: tuple[tuple[str, str], ...] = (),
) -> Response:
    """The response with a JSON text as its body, or with the XML that says the same."""
    if media_type != JSON:
        raw = xml_bodies.write(orjson.loads(raw), root)
    return Response(status, (("content-type", media_types.header_of(media_type)), *headers), raw)
