"""The pages of the site: which there are, and what each is rendered with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import jinja2

from ccaas_kit.contract.clauses import Check, Clause, Evidence, Kind
from docsite import (
    errors_page,
    evidence,
    headings,
    index,
    operation_page,
    overview,
    prose,
    samples,
    sequence,
    shapes,
)
from docsite.downloads import Download, downloads
from docsite.reference import Api, Operation, Reference

_TEMPLATES = Path(__file__).with_name("templates")
SEARCH = "search.js"
_ASSETS = ("site.css", "site.js", SEARCH)
_CHECKS = {
    Kind.SCHEMA: "the schema, on every recorded exchange",
    Kind.PROPERTY: "Schemathesis, {}",
    Kind.PROBE: "probe {}",
    Kind.WORKFLOW: "workflow {}",
    Kind.NOT_OBSERVABLE: "nothing: {}",
}
_MEANINGS = {
    Evidence.DOCUMENTED: "A page of the vendor says so.",
    Evidence.ASSUMED: "No page says so. It is our reading, and never fails a target.",
    Evidence.VERIFIED: "Somebody has seen it on an instance of a named release.",
}


def pages(reference: Reference) -> Iterator[tuple[str, str]]:
    """Name and content of every file of the site."""
    files = list(downloads())
    render = _Renderer(reference, files)
    counts = Counter(clause.evidence for clause in reference.clauses)
    yield "index.html", render("index", counts=counts, meanings=_MEANINGS, overview=overview)
    for api in reference.apis:
        whole = [c for c in reference.clauses if c.api == api.id and c.operation is None]
        quirks = _api_quirks(reference, api, whole)
        yield api.page, render("api", api=api, clauses=whole, quirks=quirks)
        for operation in api.operations:
            content = operation_page.content(reference, api, operation)
            yield operation.page, render("operation", **content)
    yield (
        "schemas.html",
        render(
            "schemas",
            groups=_schemas(reference),
            users=_users(reference),
            operations=_operations_of_schemas(reference),
        ),
    )
    failures = errors_page.failures(reference)
    messages = errors_page.messages(reference)
    matrix = errors_page.matrix(reference)
    yield "errors.html", render("errors", failures=failures, messages=messages, matrix=matrix)
    flows = [
        (flow, sequence.messages(reference, flow), sequence.svg(reference, flow))
        for flow in reference.flows
    ]
    yield "workflows.html", render("workflows", flows=flows)
    homes, families = _homes(reference), _families(reference)
    apis = _apis_of_quirks(reference, homes)
    yield "quirks.html", render("quirks", homes=homes, families=families, apis=apis)
    yield index.NAME, index.script(reference)
    yield index.LIBRARY, index.library()
    for name in _ASSETS:
        yield name, (_TEMPLATES / name).read_text(encoding="utf-8")
    for file in files:
        yield file.href, file.text


class _Renderer:
    """Templates with what every page needs."""

    def __init__(self, reference: Reference, files: list[Download]) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(prose.FILTERS, check=_check, quirk=reference.quirks.get)
        self._environment.globals.update(
            reference=reference,
            languages=samples.LANGUAGES,
            server=samples.server(reference),
            downloads=files,
            phrase=lambda status: HTTPStatus(int(status)).phrase,
            version=reference.document["info"]["version"],
        )

    def __call__(self, name: str, **values: Any) -> str:
        text = self._environment.get_template(f"{name}.html.jinja").render(page=name, **values)
        text = headings.finished(text)
        return "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"


def _api_quirks(reference: Reference, api: Api, whole: list[Clause]) -> list[Any]:
    names = [*api.bundle["info"].get("x-sn-quirks", ()), *(c.quirk for c in whole if c.quirk)]
    return [reference.quirks[name] for name in dict.fromkeys(names)]


def _schemas(reference: Reference) -> list[tuple[str, list[tuple[str, shapes.Shape]]]]:
    """Schemas by the API that alone has them; those of several APIs are shared."""
    groups: dict[str, list[tuple[str, shapes.Shape]]] = {
        "Shared": [],
        **{api.title: [] for api in reference.apis},
    }
    for name, node in reference.schemas.items():
        owners = [a.title for a in reference.apis if name in a.bundle["components"]["schemas"]]
        group = owners[0] if len(owners) == 1 else "Shared"
        groups[group].append((name, shapes.shape(reference, node, depth=1)))
    return list(groups.items())


def _users(reference: Reference) -> dict[str, list[str]]:
    """Names of the schemas that refer to each schema."""
    found: dict[str, list[str]] = {name: [] for name in reference.schemas}
    for name, node in reference.schemas.items():
        for target in dict.fromkeys(evidence.references(node)):
            found[target.rpartition("/")[2]].append(name)
    return found


def _operations_of_schemas(reference: Reference) -> dict[str, list[Operation]]:
    """The operations whose requests or responses hold each schema, at any depth."""
    found: dict[str, list[Operation]] = {name: [] for name in reference.schemas}
    for operation in reference.operations:
        for target in evidence.components(reference, operation):
            kind, _, name = target.rpartition("/")
            if kind.endswith("/schemas"):
                found[name].append(operation)
    return found


def _homes(reference: Reference) -> dict[str, list[str]]:
    """The pages on which each quirk is shown beside what it is about."""
    found: dict[str, list[str]] = {name: [] for name in reference.quirks}
    for api in reference.apis:
        whole = [c for c in reference.clauses if c.api == api.id and c.operation is None]
        for quirk in _api_quirks(reference, api, whole):
            found[quirk.id].append(api.id)
        for operation in api.operations:
            for name in evidence.place(reference, operation).every_quirk:
                found[name].append(operation.id)
    return found


def _apis_of_quirks(reference: Reference, homes: Mapping[str, list[str]]) -> dict[str, str]:
    """The APIs that each quirk concerns, as words: those of its pages and of its family."""
    owners = {operation.id: operation.api for operation in reference.operations}
    prefixes = {_prefix(api): api.id for api in reference.apis}
    return {
        quirk.id: " ".join(
            dict.fromkeys(
                [
                    prefixes.get(quirk.family, "platform"),
                    *(owners.get(home, home) for home in homes[quirk.id]),
                ]
            )
        )
        for quirk in reference.quirks.values()
    }


def _prefix(api: Api) -> str:
    """What the ids of its quirks begin with."""
    return str(api.bundle["info"]["x-sn-clauses"]).partition("-")[0]


def _families(reference: Reference) -> dict[str, str]:
    """The title of each prefix of quirk ids: an API has that of its clauses."""
    found = {quirk.family: "The platform" for quirk in reference.quirks.values()}
    for api in reference.apis:
        found[_prefix(api)] = api.title
    return found


def _check(check: Check) -> str:
    return _CHECKS[check.kind].format(check.subject)
