"""Several requests in one: the Batch API of the platform, which clients use to change many records.

By "Batch API" in the documentation of the platform: bodies travel in Base64, and each request gets the
response that it would get alone, for the user of the whole.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import orjson

from ccaas_kit.sandbox.contract import JSON
from ccaas_kit.sandbox.http import json_bodies, media_types, methods, refusals
from ccaas_kit.sandbox.http.messages import RefusalError, Request, Response
from ccaas_kit.sandbox.http.responses import render
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.platform import auth

PATHS = ("/api/now/batch", "/api/now/v1/batch", "/api/now/v2/batch")
# What of the whole counts for each of its requests.
_SHARED = ("authorization", auth.API_KEY, "cookie", "host")
_APIS = "/api/"


class Batch:
    """Serves `POST /api/now/v1/batch`; `respond` gives the response to one of the requests."""

    def __init__(self, instance: Instance, respond: Callable[[Request], Response]) -> None:
        self._instance = instance
        self._respond = respond

    def handle(self, request: Request) -> Response:
        """The responses to all requests, in their order."""
        try:
            body = self._body(request)
        except RefusalError as refusal:
            content = refusal.body
            if refusal.example is not None:
                content = self._instance.contract.example(refusal.example)
            return render(refusal.status, orjson.dumps(content), headers=refusal.headers)
        served = [self._served(request, asked) for asked in body["rest_requests"]]
        result = {
            "batch_request_id": str(body.get("batch_request_id", "")),
            "serviced_requests": served,
            "unserviced_requests": [],
        }
        return render(200, orjson.dumps(result))

    def _body(self, request: Request) -> Mapping[str, Any]:
        if auth.user_of(request, self._instance) is None:
            raise RefusalError(401, "notAuthenticatedResponse", headers=(auth.CHALLENGE,))
        if request.method != "POST":
            error = {"message": "Method not Supported", "detail": None}
            body = {"error": error, "status": "failure"}
            raise RefusalError(405, body=body, headers=methods.allow({"POST"}))
        if media_types.content_type(request.headers.get("content-type"), (JSON,)) is None:
            raise RefusalError(415, "contentTypeNotSupportedResponse")
        try:
            json_bodies.check_length(len(request.body))
            body = json_bodies.read(request.body)
        except json_bodies.BodyError as error:
            raise refusals.unreadable(self._instance.contract, error.reason) from error
        listed = body.get("rest_requests") if isinstance(body, dict) else None
        if not isinstance(listed, list) or not all(map(_is_request, listed)):
            reason = "rest_requests is no list of requests with id, method and url"
            raise refusals.unreadable(self._instance.contract, reason)
        return dict(body)

    def _served(self, whole: Request, asked: Mapping[str, Any]) -> dict[str, Any]:
        response = self._response(whole, asked)
        headers = [{"name": name, "value": value} for name, value in response.headers]
        return {
            "id": asked["id"],
            "body": base64.b64encode(response.body).decode(),
            "status_code": response.status,
            "status_text": HTTPStatus(response.status).phrase,
            "headers": [] if asked.get("exclude_response_headers") is True else headers,
            "execution_time": 0,
        }

    def _response(self, whole: Request, asked: Mapping[str, Any]) -> Response:
        path, _, query = asked["url"].partition("?")
        if not path.startswith(_APIS) or path in PATHS:
            content = self._instance.contract.example("unknownResourceResponse")
            return render(400, orjson.dumps(content))
        try:
            body = base64.b64decode(asked.get("body") or "")
        except (binascii.Error, ValueError):
            refusal = refusals.unreadable(self._instance.contract, "The body is not Base64")
            return render(refusal.status, orjson.dumps(refusal.body))
        named = {
            header["name"].lower(): header["value"]
            for header in asked.get("headers") or ()
            if isinstance(header, dict)
            and all(isinstance(header.get(k), str) for k in ("name", "value"))
        }
        shared = {name: whole.headers[name] for name in _SHARED if name in whole.headers}
        request = Request(
            method=asked["method"].upper(),
            path=path,
            query=query,
            headers={**named, **shared},
            body=body,
            client=whole.client,
            scheme=whole.scheme,
        )
        return self._respond(request)


def _is_request(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(value.get(name), str) for name in ("id", "method", "url")
    )
