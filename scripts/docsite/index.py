"""What the search box knows: a list of entries that every page loads from disk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from http import HTTPStatus
from typing import Any

from ccaas_kit.contract import layout
from ccaas_kit.contract.errors import DocumentError
from docsite import errors_page, overview
from docsite.prose import first_sentence
from docsite.reference import Reference

NAME, LIBRARY = "search-index.js", "minisearch.js"
_PACKAGE = layout.ROOT / "node_modules" / "minisearch"

# Words that people type, and the words of the contract for them. Both are searched.
_SYNONYMS = {
    "accessdenied": "forbidden",
    "account": "contact",
    "acl": "forbidden",
    "assign": "offer",
    "auth": "authentication",
    "bool": "glideboolean",
    "boolean": "glideboolean",
    "call": "interaction",
    "caller": "contact",
    "case": "correlation",
    "conversation": "interaction",
    "customer": "contact",
    "date": "glidedatetime",
    "duplicate": "unique",
    "end": "close",
    "filter": "sysparmquery",
    "find": "list",
    "finish": "close",
    "guid": "sysid",
    "hangup": "close",
    "login": "authentication",
    "lookup": "list",
    "openapi": "downloads",
    "order": "sysparmquery",
    "paging": "sysparmoffset",
    "pagination": "sysparmoffset",
    "permission": "role",
    "privilege": "role",
    "quota": "rate",
    "reassign": "transfer",
    "route": "offer",
    "search": "list",
    "sort": "sysparmquery",
    "spec": "downloads",
    "swagger": "downloads",
    "throttle": "rate",
    "throttling": "rate",
    "time": "glidedatetime",
    "token": "oauth",
    "uuid": "sysid",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing to find. `words` are searched with the title and never shown."""

    kind: str
    title: str
    text: str
    href: str
    words: str = ""


def script(reference: Reference) -> str:
    """The entries and the synonyms as a script."""
    rows = ",\n".join(_json(astuple(entry)) for entry in entries(reference))
    return (
        "// Written by `make docs`. Do not edit.\n"
        f"window.SYNONYMS = {_json(_SYNONYMS)};\nwindow.SEARCH = [\n{rows}\n];\n"
    )


def library() -> str:
    """MiniSearch as it is published, under its license.

    Raises:
        DocumentError: it is not installed.
    """
    try:
        text = (_PACKAGE / "dist" / "umd" / "index.js").read_text(encoding="utf-8")
        license_ = (_PACKAGE / "LICENSE.txt").read_text(encoding="utf-8")
        version = json.loads((_PACKAGE / "package.json").read_text(encoding="utf-8"))["version"]
    except OSError as error:
        raise DocumentError(
            "cannot be read", where=str(error.filename), fix="Run make setup"
        ) from error
    code = text.partition("//# sourceMappingURL")[0]
    return f"/* MiniSearch {version}, MIT License.\n\n{license_.strip()}\n*/\n{code}"


def entries(reference: Reference) -> Iterator[Entry]:
    """Everything that can be found; of two that match alike, the earlier leads."""
    yield from _operations(reference)
    yield from _topics(reference)
    for flow in reference.flows:
        yield Entry(
            "workflow", flow.title, flow.document["summary"], f"workflows.html#{flow.id}", flow.id
        )
    yield from _schemas(reference)
    for quirk in reference.quirks.values():
        words = " ".join([quirk.choice, *(statement.claim for statement in quirk.says)])
        yield Entry("quirk", quirk.id, quirk.title, f"quirks.html#{quirk.id}", words)
    for clause in reference.clauses:
        page = f"{clause.operation or clause.api}.html"
        yield Entry("clause", clause.id, clause.says, f"{page}#{clause.id}")


def _operations(reference: Reference) -> Iterator[Entry]:
    """Operations with their parameters and statuses."""
    for operation in reference.operations:
        node = operation.node
        effect = node["description"].partition("\n\n")[0]
        words = f"{operation.method} {operation.path} {' '.join(node['tags'])} {effect}"
        yield Entry("operation", operation.id, node["summary"], operation.page, words)
        for parameter in reference.parameters(operation):
            yield Entry(
                "parameter",
                f"{operation.id} · {parameter['name']}",
                first_sentence(parameter["description"]),
                f"{operation.page}#parameter-{parameter['name']}",
            )
        for status in node["responses"]:
            response = reference.follow(node["responses"][status])
            yield Entry(
                "status",
                f"{operation.id} · {status}",
                first_sentence(response["description"]),
                f"{operation.page}#status-{status}",
                HTTPStatus(int(status)).phrase,
            )


def _topics(reference: Reference) -> Iterator[Entry]:
    """APIs, pages, roles, ways to sign in, and statuses of errors."""
    for api in reference.apis:
        info = api.bundle["info"]
        plugins = " ".join(f"{plugin['id']} {plugin['name']}" for plugin in info["x-sn-plugins"])
        yield Entry("API", api.title, info["summary"], api.page, plugins)
    for title, text, href in _PAGES:
        yield Entry("page", title, text, href)
    for name, users in overview.roles(reference):
        operations = ", ".join(operation.id for operation, _ in users)
        yield Entry("role", name, f"Role for {operations}", f"index.html#role-{name}")
    for name, scheme in reference.document["components"]["securitySchemes"].items():
        text = first_sentence(scheme["description"])
        words = f"authentication {scheme.get('name', '')}"
        yield Entry("sign-in", name, text, f"index.html#security-{name}", words)
    for failure in errors_page.failures(reference):
        title = f"{failure.status} {failure.phrase}"
        examples = (f"{refusal.name} {refusal.summary}" for refusal in failure.refusals)
        words = " ".join(["status", *failure.headers, *examples])
        text = first_sentence(failure.reasons[0].text)
        yield Entry("error", title, text, f"errors.html#status-{failure.status}", words)


def _schemas(reference: Reference) -> Iterator[Entry]:
    """Schemas and their fields, with the values that these may have."""
    for name, schema in reference.schemas.items():
        text = first_sentence(schema.get("description", ""))
        kind = "message" if "x-sn-status" in schema else "schema"
        yield Entry(kind, name, text, f"schemas.html#{name}", _values(schema))
        for field, node in schema.get("properties", {}).items():
            target = reference.follow(node)
            description = node.get("description") or target.get("description", "")
            yield Entry(
                "field",
                f"{name}.{field}",
                first_sentence(description),
                f"schemas.html#{name}.{field}",
                _values(target),
            )


def _values(schema: Mapping[str, Any]) -> str:
    values = [*schema.get("enum", ()), *schema.get("x-sn-values", ())]
    return " ".join(str(value) for value in values)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


_PAGES = (
    ("Overview", "What this is, and how to read it", "index.html"),
    ("Base URL", "The server of the instance, with the name of yours", "index.html#base"),
    ("Authentication", "Basic, OAuth, API key", "index.html#authentication"),
    ("Roles", "Which role may call which operation", "index.html#roles"),
    ("Media types", "JSON and XML, Accept and Content-Type", "index.html#formats"),
    ("Examples", "Requests as curl, Python and TypeScript, by operation", "index.html#apis"),
    ("Evidence", "Requirements and clauses: documented or assumed", "index.html#evidence"),
    ("Downloads", "The contract as YAML and JSON, OpenAPI 3.1 and 3.0", "index.html#downloads"),
    ("Sandbox", "Try the calls without an instance", "index.html#try"),
    ("Schemas", "Every named schema", "schemas.html"),
    ("Errors", "Status codes and messages of every operation", "errors.html"),
    ("Workflows", "Calls in their order, as diagrams", "workflows.html"),
    (
        "Quirks",
        "Documentation discrepancies: where the sources disagree or say nothing",
        "quirks.html",
    ),
)
