"""What the search box knows: a list of entries that every page loads from disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass

from docsite.prose import first_sentence
from docsite.reference import Reference


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing to find. `words` are searched with the title and never shown."""

    kind: str
    title: str
    text: str
    href: str
    words: str = ""


def script(reference: Reference) -> str:
    """The content of search.js."""
    rows = ",\n".join(
        json.dumps(astuple(entry), ensure_ascii=False, separators=(",", ":"))
        for entry in entries(reference)
    )
    return f"// Written by `make docs`. Do not edit.\nwindow.SEARCH = [\n{rows}\n];\n"


def entries(reference: Reference) -> Iterator[Entry]:
    """Everything that can be found, what is asked for most first."""
    for operation in reference.operations:
        node = operation.node
        yield Entry(
            "operation",
            operation.id,
            node["summary"],
            operation.page,
            f"{operation.method} {operation.path} {' '.join(node['tags'])}",
        )
        for parameter in reference.parameters(operation):
            yield Entry(
                "parameter",
                f"{operation.id} · {parameter['name']}",
                first_sentence(parameter["description"]),
                f"{operation.page}#parameter-{parameter['name']}",
            )
        for status in operation.node["responses"]:
            response = reference.follow(operation.node["responses"][status])
            yield Entry(
                "status",
                f"{operation.id} · {status}",
                first_sentence(response["description"]),
                f"{operation.page}#status-{status}",
            )
    for api in reference.apis:
        info = api.bundle["info"]
        plugins = " ".join(f"{each['id']} {each['name']}" for each in info["x-sn-plugins"])
        yield Entry("API", api.title, info["summary"], api.page, plugins)
    for title, text, href in _PAGES:
        yield Entry("page", title, text, href)
    for flow in reference.flows:
        yield Entry(
            "workflow", flow.title, flow.told["summary"], f"workflows.html#{flow.id}", flow.id
        )
    for name, schema in reference.schemas.items():
        text = first_sentence(schema.get("description", ""))
        yield Entry("schema", name, text, f"schemas.html#{name}")
        for field, node in schema.get("properties", {}).items():
            told = node.get("description") or reference.follow(node).get("description", "")
            yield Entry(
                "field", f"{name}.{field}", first_sentence(told), f"schemas.html#{name}.{field}"
            )
    for quirk in reference.quirks.values():
        yield Entry("quirk", quirk.id, quirk.title, f"quirks.html#{quirk.id}", quirk.choice)
    for clause in reference.clauses:
        page = f"{clause.operation or clause.api}.html"
        yield Entry("clause", clause.id, clause.says, f"{page}#{clause.id}")


_PAGES = (
    ("Overview", "What this is, and how to read it", "index.html"),
    ("Authentication", "Basic, OAuth, API key", "index.html#authentication"),
    ("Evidence", "Documented, assumed, verified", "index.html#evidence"),
    ("Schemas", "Every named schema", "schemas.html"),
    ("Errors", "Statuses and messages", "errors.html"),
    ("Workflows", "Calls in their order, as diagrams", "workflows.html"),
    ("Quirks", "Where the sources disagree or are silent", "quirks.html"),
)
