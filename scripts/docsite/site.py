"""The pages of the site: which there are, and what each is rendered with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from ccaas_kit.contract.clauses import Check, Clause, Evidence, Kind
from docsite import errors_page, evidence, index, prose, samples, sequence, shapes
from docsite.reference import Api, Operation, Reference

_TEMPLATES = Path(__file__).with_name("templates")
STYLE, SCRIPT, SEARCH = "site.css", "site.js", "search.js"
_CHECKS = {
    Kind.SCHEMA: "every recorded exchange, by the schema",
    Kind.PROPERTY: "Schemathesis, {}",
    Kind.PROBE: "probe {}",
    Kind.WORKFLOW: "workflow {}",
    Kind.NOT_OBSERVABLE: "nothing: {}",
}
_MEANINGS = {
    Evidence.DOCUMENTED: "A page of the vendor says it.",
    Evidence.ASSUMED: "No page says it. It is our reading, and never fails a target.",
    Evidence.VERIFIED: "Somebody has seen it on an instance, of a named release.",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A parameter, a body or a status with what is promised of it."""

    id: str
    name: str
    node: Mapping[str, Any]
    clauses: tuple[Clause, ...]
    quirks: tuple[str, ...]
    bodies: tuple[Body, ...] = ()
    evidence: Clause | None = None
    shape: shapes.Shape | None = None
    headers: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    examples: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """A schema and the media types that carry it, with the named examples of them."""

    media: tuple[str, ...]
    shape: shapes.Shape
    examples: tuple[Mapping[str, Any], ...]


def pages(reference: Reference) -> Iterator[tuple[str, str]]:
    """Name and content of every file of the site."""
    render = _Renderer(reference)
    counts = Counter(clause.evidence for clause in reference.clauses)
    yield "index.html", render("index", counts=counts, meanings=_MEANINGS)
    for api in reference.apis:
        whole = [c for c in reference.clauses if c.api == api.id and c.operation is None]
        yield (
            api.page,
            render("api", api=api, clauses=whole, quirks=_api_quirks(reference, api, whole)),
        )
        for operation in api.operations:
            yield operation.page, render("operation", **_operation(reference, api, operation))
    yield "schemas.html", render("schemas", groups=_schemas(reference), users=_users(reference))
    yield (
        "errors.html",
        render(
            "errors",
            failures=errors_page.failures(reference),
            messages=errors_page.messages(reference),
        ),
    )
    yield (
        "workflows.html",
        render(
            "workflows",
            flows=[
                (flow, sequence.messages(reference, flow), sequence.svg(reference, flow))
                for flow in reference.flows
            ],
        ),
    )
    yield "quirks.html", render("quirks", homes=_homes(reference), families=_families(reference))
    yield SEARCH, index.script(reference)
    for name in (STYLE, SCRIPT):
        yield name, (_TEMPLATES / name).read_text(encoding="utf-8")


class _Renderer:
    """Templates with what every page needs."""

    def __init__(self, reference: Reference) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(prose.FILTERS, check=_check)
        self._environment.globals.update(
            reference=reference,
            languages=samples.LANGUAGES,
            server=samples.server(reference),
            version=reference.document["info"]["version"],
        )

    def __call__(self, name: str, **values: Any) -> str:
        text = self._environment.get_template(f"{name}.html.jinja").render(page=name, **values)
        return "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"


def _operation(reference: Reference, api: Api, operation: Operation) -> dict[str, Any]:
    placed = evidence.place(reference, operation)

    def part(name: str, label: str, node: Mapping[str, Any], **more: Any) -> Part:
        return Part(
            id=name,
            name=label,
            node=node,
            clauses=placed.clauses[name],
            quirks=placed.quirks[name],
            **more,
        )

    parameters = [
        part(
            evidence.parameter_part(node["name"]),
            node["name"],
            node,
            shape=shapes.shape(reference, node["schema"]),
            examples=tuple(
                reference.follow(example) for example in node.get("examples", {}).values()
            ),
        )
        for node in reference.parameters(operation)
    ]
    body = reference.body(operation)
    responses = []
    for status, response in operation.node["responses"].items():
        node = reference.follow(response)
        name = evidence.status_part(status)
        responses.append(
            part(
                name,
                status,
                node,
                bodies=_bodies(reference, node),
                evidence=placed.statuses.get(status),
                headers=tuple(
                    (key, reference.follow(each)) for key, each in node.get("headers", {}).items()
                ),
            )
        )
    links = {
        name: reference.follow(link)
        for response in operation.node["responses"].values()
        for name, link in reference.follow(response).get("links", {}).items()
    }
    other = operation.item.get("x-sn-other-methods")
    return {
        "api": api,
        "operation": operation,
        "parameters": parameters,
        "body": part(evidence.BODY, "Request body", body, bodies=_bodies(reference, body))
        if body
        else None,
        "responses": responses,
        "whole": placed.clauses[evidence.WHOLE],
        "whole_quirks": placed.quirks[evidence.WHOLE],
        "quirks": [reference.quirks[name] for name in placed.every_quirk],
        "samples": samples.samples(reference, operation),
        "links": list(links.values()),
        "other": reference.follow(other) if other else None,
        "flows": [
            flow
            for flow in reference.flows
            if any(step.operation == operation.id for step in flow.steps)
        ],
    }


def _bodies(reference: Reference, node: Mapping[str, Any]) -> tuple[Body, ...]:
    """One entry per schema, so that JSON and XML of the same thing are told once."""
    found: dict[str, tuple[list[str], Mapping[str, Any]]] = {}
    for media, content in node.get("content", {}).items():
        found.setdefault(str(content["schema"]), ([], content))[0].append(media)
    return tuple(
        Body(
            media=tuple(media),
            shape=shapes.shape(reference, content["schema"]),
            examples=tuple(
                reference.follow(example) for example in content.get("examples", {}).values()
            ),
        )
        for media, content in found.values()
    )


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
    """Names of the schemas in which each schema stands."""
    found: dict[str, list[str]] = {name: [] for name in reference.schemas}
    for name, node in reference.schemas.items():
        for target in dict.fromkeys(evidence.references(node)):
            found[target.rpartition("/")[2]].append(name)
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


def _families(reference: Reference) -> dict[str, str]:
    """What each prefix of the ids of quirks stands for: an API has that of its clauses."""
    found = {quirk.family: "The platform" for quirk in reference.quirks.values()}
    for api in reference.apis:
        found[api.bundle["info"]["x-sn-clauses"].partition("-")[0]] = api.title
    return found


def _check(check: Check) -> str:
    return _CHECKS[check.kind].format(check.subject)
