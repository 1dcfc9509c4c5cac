"""What the site is made from, read once: the bundles, the clauses, the quirks and the workflows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ccaas_kit.contract import clauses, documents, layout, pointers, roles
from ccaas_kit.contract.arazzo import workflows
from ccaas_kit.contract.clauses import Clause
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.operations import VERSIONED_OF, operations
from ccaas_kit.contract.roles import Roles


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says about a quirk."""

    source: str
    claim: str


@dataclass(frozen=True, slots=True)
class Quirk:
    """A place where the sources disagree or are silent, and what the contract chose."""

    id: str
    title: str
    says: tuple[Statement, ...]
    choice: str
    because: str
    status: str
    where: tuple[str, ...]

    @property
    def family(self) -> str:
        """The prefix of its id: an API, or the platform."""
        return self.id.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Operation:
    """A documented call; `versioned` is the form of its path that has a version, if it has one."""

    id: str
    api: str
    method: str
    path: str
    versioned: str | None
    roles: Roles
    item: Mapping[str, Any]
    node: Mapping[str, Any]

    @property
    def page(self) -> str:
        return f"{self.id}.html"

    @property
    def pointer(self) -> str:
        return pointers.build("paths", self.path, self.method)


@dataclass(frozen=True, slots=True)
class Api:
    """One of the APIs: its name, its own bundle, and its operations as a caller meets them."""

    id: str
    bundle: Mapping[str, Any]
    operations: tuple[Operation, ...]

    @property
    def title(self) -> str:
        """The title without the name of the platform, which all of them begin with."""
        return str(self.bundle["info"]["title"]).removeprefix("ServiceNow ")

    @property
    def page(self) -> str:
        return f"{self.id}.html"


@dataclass(frozen=True, slots=True)
class Flow:
    """A workflow: its document, and its steps as the kit has read them."""

    id: str
    title: str
    document: Mapping[str, Any]
    steps: tuple[workflows.Step, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """Everything that the site shows. `document` is the bundle of all APIs."""

    document: Mapping[str, Any]
    apis: tuple[Api, ...]
    clauses: tuple[Clause, ...]
    quirks: Mapping[str, Quirk]
    sources: Mapping[str, Mapping[str, Any]]
    flows: tuple[Flow, ...]

    @property
    def operations(self) -> tuple[Operation, ...]:
        return tuple(operation for api in self.apis for operation in api.operations)

    @property
    def schemas(self) -> Mapping[str, Any]:
        return dict(self.document["components"]["schemas"])

    def follow(self, node: Any) -> Any:
        """The node itself, or what its references lead to."""
        return pointers.follow(self.document, node)

    def operation(self, name: str) -> Operation:
        """The operation of this id.

        Raises:
            DocumentError: there is none.
        """
        for operation in self.operations:
            if operation.id == name:
                return operation
        raise DocumentError(f"there is no operation '{name}'", where="the bundle of all APIs")

    def parameters(self, operation: Operation) -> list[Mapping[str, Any]]:
        """Its parameters, those of the path first, with references followed."""
        nodes = [*operation.item.get("parameters", []), *operation.node.get("parameters", [])]
        return [self.follow(node) for node in nodes]

    def body(self, operation: Operation) -> Mapping[str, Any] | None:
        """What it takes as a body, or None."""
        found = self.follow(operation.node.get("requestBody"))
        return found if found else None


def load(generated: Path = layout.GENERATED, source: Path = layout.SOURCE) -> Reference:
    """Everything that the site shows.

    Raises:
        DocumentError: a file is missing, or breaks its form.
    """
    bundles = generated / layout.BUNDLES.name
    document = documents.load_mapping(bundles / f"{layout.ALL_BUNDLE}.yaml")
    found = list(_operations(document))
    return Reference(
        document=document,
        apis=tuple(
            Api(
                id=api,
                bundle=documents.load_mapping(bundles / f"{api}.yaml"),
                operations=tuple(operation for operation in found if operation.api == api),
            )
            for api in layout.apis(source)
        ),
        clauses=tuple(clauses.load(generated / clauses.COMPILED.name)),
        quirks={
            name: _quirk(name, entry)
            for name, entry in documents.load_entries(
                source / "quirks.yaml",
                ("title", "says", "we_chose", "because", "status", "where"),
            ).items()
        },
        sources=documents.load_entries(source / "sources.yaml", ("title",)),
        flows=tuple(_flows(source / workflows.FOLDER.name)),
    )


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, method, node in operations(dict(document)):
        if VERSIONED_OF in node:
            continue
        item = document["paths"][path]
        yield Operation(
            id=node["operationId"],
            api=node["x-sn-api"],
            method=method,
            path=path,
            versioned=item.get("x-sn-versioned", {}).get("path"),
            roles=roles.of(node),
            item=item,
            node=node,
        )


def _quirk(name: str, entry: Mapping[str, Any]) -> Quirk:
    return Quirk(
        id=name,
        title=entry["title"],
        says=tuple(
            Statement(statement["source"], str(statement["claim"])) for statement in entry["says"]
        ),
        choice=str(entry["we_chose"]),
        because=entry["because"],
        status=entry["status"],
        where=tuple(entry["where"]),
    )


def _flows(folder: Path) -> Iterator[Flow]:
    for path in sorted(folder.glob(f"*{workflows.SUFFIX}")):
        document = documents.load_mapping(path)
        for workflow, node in zip(
            workflows.read(document, str(path)), document["workflows"], strict=True
        ):
            title = document["info"]["title"]
            yield Flow(id=workflow.id, title=title, document=node, steps=workflow.steps)
