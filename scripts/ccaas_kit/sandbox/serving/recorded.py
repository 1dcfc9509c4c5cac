"""A recorded request as `GET /_sandbox/requests` shows it: without secrets."""

from __future__ import annotations

from ccaas_kit.sandbox.http.recorder import Entry, Kept
from ccaas_kit.sandbox.serving import hiding


def describe(kept: Kept) -> Entry:
    """A request with who sent it and what became of it."""
    request, redactor = kept.request, hiding.redactor_of(kept.request)
    return {
        "method": request.method,
        "path": redactor.clean(request.path),
        "query": hiding.in_query(request.query, redactor),
        "headers": dict(hiding.in_headers(request.headers.items(), redactor)),
        "body": redactor.clean(hiding.in_body(request.body)),
        "user": kept.user,
        "status": kept.status,
        "ignored": [redactor.clean(hiding.in_text(part)) for part in kept.ignored],
    }
