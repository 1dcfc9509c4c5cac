"""Bundle the contract: one self-contained document per API, and one of all five.

A bundle holds the versioned form of each path that has one. That of all five also holds the links
that lead from one API to another; a bundle of a single API leaves them out.

Reads:  openapi/<api>.yaml, openapi/common.yaml, openapi/examples/<api>.yaml
Writes: <out>/<api>.yaml or <out>/all.yaml
Usage:  python -m build.bundles [--out DIR] [NAME ...]   (names: the APIs and `all`)
"""

from __future__ import annotations

import argparse
import copy
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from build.tools import run_node_tool
from ccaas_kit.contract import documents, layout, pointers
from ccaas_kit.contract.command import run
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.operations import METHODS, VERSIONED_OF, operations

VERSIONED_SUFFIX = "Versioned"


def bundle(apis: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Each API's document with every reference to another file resolved, by API name."""
    with tempfile.TemporaryDirectory() as scratch:
        if len(apis) == 1:
            output = ["--output", str(Path(scratch) / f"{apis[0]}.yaml")]
        else:
            output = ["--output", scratch, "--ext", "yaml"]
        sources = [layout.SOURCE / f"{api}.yaml" for api in apis]
        examples = [layout.SOURCE / "examples" / f"{api}.yaml" for api in apis]
        # Read first: what is no YAML is told in one line, and by Redocly in a hundred.
        for path in (*sources, *examples):
            documents.load_mapping(path)
        common = documents.load_mapping(layout.SOURCE / "common.yaml")
        run_node_tool("redocly", ["bundle", *sources, *output])
        loaded = {api: documents.load(Path(scratch) / f"{api}.yaml") for api in apis}
    for document in loaded.values():
        for item in document["paths"].values():
            _inline_examples(item["x-sn-other-methods"], common)
    return loaded


def alone(document: dict[str, Any]) -> dict[str, Any]:
    """The document with its versioned paths, and without links to other APIs."""
    own = {operation["operationId"] for _, _, operation in operations(document)}
    linked = document["components"].get("links", {})
    foreign = {name for name, link in linked.items() if link["operationId"] not in own}
    for name in foreign:
        del linked[name]
    if "links" in document["components"] and not linked:
        del document["components"]["links"]
    for response in _responses(document):
        links = response.get("links", {})
        for name in list(links):
            target = links[name]
            if _component_name(target) in foreign or target.get("operationId", "") not in {
                *own,
                "",
            }:
                del links[name]
        if "links" in response and not links:
            del response["links"]
    _add_versioned_paths(document)
    _complete(document, documents.load(layout.SOURCE / "common.yaml"))
    return document


def merge(bundles: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """One document of all APIs, with the versioned paths.

    Raises:
        DocumentError: two APIs define the same component, path or operationId differently.
    """
    merged: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "ServiceNow contact-centre APIs",
            "version": max(
                (document["info"]["version"] for document in bundles.values()), key=_version
            ),
            "summary": "The five APIs that contact-centre platforms call, in one document.",
            "description": "For mock servers, tests, and clients of more than one of them. Read the\n"
            "document of each API for the story.\n",
            "contact": next(iter(bundles.values()))["info"]["contact"],
            "license": next(iter(bundles.values()))["info"]["license"],
            "x-sn-apis": [_about(api, document) for api, document in bundles.items()],
        },
        "servers": next(iter(bundles.values()))["servers"],
        "security": next(iter(bundles.values()))["security"],
        "tags": [tag for document in bundles.values() for tag in document["tags"]],
        "paths": {},
        "components": {},
    }
    for api, document in bundles.items():
        for key in ("servers", "security"):
            if document[key] != merged[key]:
                raise DocumentError(f"'{key}' differs from the other APIs", where=f"{api}.yaml")
        for _, _, operation in operations(document):
            operation["x-sn-api"] = api
        for section, entries in document["components"].items():
            _add(merged["components"].setdefault(section, {}), entries, where=f"{api}.yaml")
        _add(merged["paths"], document["paths"], where=f"{api}.yaml")
    _add_versioned_paths(merged)
    _complete(merged, documents.load(layout.SOURCE / "common.yaml"))
    return merged


def _about(api: str, document: dict[str, Any]) -> dict[str, Any]:
    info = document["info"]
    return {
        "id": api,
        "title": info["title"],
        "version": info["version"],
        "plugins": info["x-sn-plugins"],
        "clauses": info["x-sn-clauses"],
    }


def _add(target: dict[str, Any], entries: dict[str, Any], *, where: str) -> None:
    for name, entry in entries.items():
        if name in target and target[name] != entry:
            raise DocumentError(
                f"'{name}' is already defined otherwise by another API", where=where
            )
        target[name] = entry


def _add_versioned_paths(document: dict[str, Any]) -> None:
    versioned = {
        operation["operationId"]
        for path, _, operation in operations(document)
        if "x-sn-versioned" in document["paths"][path]
    }
    paths: dict[str, Any] = {}
    for path, item in document["paths"].items():
        paths[path] = item
        if "x-sn-versioned" not in item:
            continue
        parameter = item["x-sn-versioned"].pop("parameter")
        document["components"].setdefault("parameters", {})["ApiVersion"] = parameter
        twin = copy.deepcopy(item)
        form = twin.pop("x-sn-versioned")["path"]
        reference = {"$ref": "#/components/parameters/ApiVersion"}
        twin["parameters"] = [reference, *twin.get("parameters", [])]
        for method in METHODS:
            if method in twin:
                _make_versioned(document, twin[method], versioned)
        paths[form] = twin
    document["paths"] = paths


def _inline_examples(response: dict[str, Any], common: dict[str, Any]) -> None:
    """Put values where references stand: Redocly copies a response into an extension key without
    the examples that it refers to, and calls components unused that only such a key uses.
    """
    for content in response["content"].values():
        for name, example in content["examples"].items():
            content["examples"][name] = pointers.follow(common, example)


def _complete(document: dict[str, Any], common: dict[str, Any]) -> None:
    """Fetch what extension keys refer to: Redocly resolves them without what they need in turn."""
    for reference in pointers.references(document):
        _, _, section, name = reference.split("/")
        entries = document["components"].setdefault(section, {})
        if name not in entries:
            entries[name] = pointers.resolve(common, reference)


def _make_versioned(
    document: dict[str, Any], operation: dict[str, Any], versioned: set[str]
) -> None:
    name = operation["operationId"]
    operation["operationId"] = name + VERSIONED_SUFFIX
    operation[VERSIONED_OF] = name
    for response in operation["responses"].values():
        for link_name, shown in response.get("links", {}).items():
            link = pointers.follow(document, shown)
            if link["operationId"] not in versioned:
                continue
            twin = copy.deepcopy(link)
            twin["operationId"] += VERSIONED_SUFFIX
            twin["parameters"] = {
                "api_version": "$request.path.api_version",
                **twin.get("parameters", {}),
            }
            response["links"][link_name] = twin


def _responses(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from document["components"].get("responses", {}).values()
    for _, _, operation in operations(document):
        yield from operation["responses"].values()


def _component_name(node: dict[str, Any]) -> str:
    return str(node.get("$ref", "")).rpartition("/")[2]


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _write(out: Path, name: str, document: dict[str, Any], source: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    head = f"# Written by `make build` from {source}. Do not edit.\n"
    (out / f"{name}.yaml").write_text(head + documents.dump_yaml(document), encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="build_bundles", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="an API, or 'all'; default: each")
    parser.add_argument("--out", type=Path, default=layout.BUNDLES, help="folder to write into")
    arguments = parser.parse_args(argv)
    names = arguments.names or [*layout.apis(), layout.ALL_BUNDLE]
    bundles = bundle(layout.apis() if layout.ALL_BUNDLE in names else names)
    for name in names:
        if name == layout.ALL_BUNDLE:
            merged = merge(copy.deepcopy(bundles))
            _write(arguments.out, name, merged, "the five documents in openapi/")
        else:
            single = alone(copy.deepcopy(bundles[name]))
            _write(arguments.out, name, single, f"openapi/{name}.yaml")
    return 0


if __name__ == "__main__":
    run("build_bundles", main)
