"""Write OpenAPI 3.0 forms of the bundles for tools that stop there, and list what they lose.

`openapi-down-convert` does the conversion; what it leaves that 3.0 does not know is taken out here.
The loss is counted, not remembered: every keyword of 3.1 that the result has fewer of.

Reads:  <bundles>/<api>.yaml
Writes: <out>/<api>.yaml, <out>/README.md
Usage:  python -m build.downgrades [NAME ...] [--bundles DIR] [--out DIR]
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from build.tools import run_node_tool
from ccaas_kit.contract import documents, layout, pointers
from ccaas_kit.contract.command import run
from clientgen.nodes import holders, license_in_3_0

# Keys of a schema that 3.0 does not have, and that the converter leaves.
_NOT_IN_3_0 = ("dependentRequired", "if", "then", "else")
# Maps whose keys are names and not keywords, and keys whose values are data.
_NAMES = (
    *("properties", "paths", "responses", "content", "headers", "links", "callbacks"),
    *("mapping", "scopes", "variables", "dependentRequired"),
)
_DATA = ("example", "examples", "default", "enum", "value", "const", "required", "x-sn-values")
# The name of the step that lists what is lost.
LOSSES = "losses"
# So many places are named; of more, how many they are.
_NAMED = 4

README = """\
<!-- Written by `make build`. Do not edit. -->
# OpenAPI 3.0

The bundles of single APIs for tools that cannot read 3.1, such as API gateways and connectors. Use
`../openapi/` if your tool can read it: this form states fewer requirements.

The tables count the removed keywords. Some are replaced by another form:

- `const` by an `enum` of one value, the first of the `examples` of a schema or parameter by `example`;
- `null` in a `type` by `nullable`, several types by `anyOf`;
- a `$ref` with keys beside it by `allOf`.

The rest is lost: a document of this form accepts values that the contract rejects there.

"""


def fitted(document: Any) -> Any:
    """The same without what 3.0 does not know; raises nothing, whatever the document is."""
    if isinstance(document, list):
        return [fitted(child) for child in document]
    if not isinstance(document, dict):
        return document
    kept = {
        key: value if key in _DATA and key != "examples" else fitted(value)
        for key, value in document.items()
        if key not in _NOT_IN_3_0
    }
    if "const" in kept and not isinstance(kept["const"], dict):
        kept["enum"] = [kept.pop("const")]
    named = kept.get("type")
    if isinstance(named, list) or named == "null":
        del kept["type"]
        kept["allOf"] = [*kept.get("allOf", ()), _choice(named)]
    return kept


def _choice(types: Sequence[str] | str) -> dict[str, Any]:
    """A choice of several types, or null alone; 3.0 has no type null, but the keyword `nullable`."""
    others = [kind for kind in types if kind != "null"] if isinstance(types, list) else []
    if not others:
        return {"type": "string", "nullable": True, "enum": [None]}
    null = {"nullable": True} if "null" in types else {}
    return {"anyOf": [{"type": kind, **null} for kind in others]}


def downgraded(bundle: Path) -> dict[str, Any]:
    """The 3.0 form of a bundle.

    Raises:
        ToolError: the converter failed.
    """
    with tempfile.TemporaryDirectory() as scratch:
        result = Path(scratch) / bundle.name
        run_node_tool("openapi-down-convert", ["--allOf", "-i", bundle, "-o", result])
        document = documents.load_mapping(result)
    document["info"].pop("summary", None)
    document["info"]["license"] = license_in_3_0(documents.load_mapping(bundle)["info"]["license"])
    for node, _ in holders(document):
        # Some tools send the example of a parameter, and read no named ones.
        if "in" in node and (named := node.pop("examples", None)):
            node["example"] = pointers.follow(document, next(iter(named.values())))["value"]
    return {key: fitted(value) for key, value in document.items()}


def keywords(node: Any, steps: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every key that is a keyword and not a name, with the pointer of its node."""
    if isinstance(node, list):
        for index, child in enumerate(node):
            yield from keywords(child, (*steps, str(index)))
    if not isinstance(node, dict):
        return
    # The name of a property can be that of a map.
    named = bool(steps) and steps[-1] in _NAMES and not _is_name(steps)
    components = steps[:1] == ("components",) and len(steps) <= 2
    for key, value in node.items():
        if not named and not components:
            yield str(key), pointers.build(*steps)
            if key in _DATA:
                continue
        yield from keywords(value, (*steps, str(key)))


def lost(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[str]]:
    """Where the first document has each keyword of which the second one has fewer."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, pointer in keywords(before):
        found[key].append(pointer)
    left: dict[str, int] = defaultdict(int)
    for key, _ in keywords(after):
        left[key] += 1
    return {key: places for key, places in sorted(found.items()) if left[key] < len(places)}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="build_downgrades", description=__doc__.split("\n")[0])
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"an API, or '{LOSSES}'; default: each"
    )
    parser.add_argument("--bundles", type=Path, default=layout.BUNDLES)
    parser.add_argument("--out", type=Path, default=layout.DOWNGRADES)
    arguments = parser.parse_args(argv)
    out = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    for name in arguments.names or [*layout.apis(), LOSSES]:
        if name == LOSSES:
            sections = [_section(api, arguments.bundles, out) for api in layout.apis()]
            (out / "README.md").write_text(README + "\n".join(sections), encoding="utf-8")
        else:
            head = f"# Made by `make build` from ../openapi/{name}.yaml. Do not edit.\n"
            text = head + documents.dump_yaml(downgraded(arguments.bundles / f"{name}.yaml"))
            (out / f"{name}.yaml").write_text(text, encoding="utf-8")
    return 0


def _section(api: str, bundles: Path, out: Path) -> str:
    before, after = (documents.load_mapping(folder / f"{api}.yaml") for folder in (bundles, out))
    left: dict[str, int] = defaultdict(int)
    for key, _ in keywords(after):
        left[key] += 1
    rows = [
        f"| `{key}` | {len(places)} | {left[key]} | {_places(places)} |"
        for key, places in lost(before, after).items()
    ]
    head = "| keyword | in 3.1 | in 3.0 | where it was |\n|---|---|---|---|"
    return "\n".join([f"## {api}", "", head, *rows, ""])


def _places(places: Sequence[str]) -> str:
    if len(places) > _NAMED:
        return f"{len(places)} places"
    return ", ".join(f"`#{place.removeprefix('#')}`" for place in places)


def _is_name(steps: tuple[str, ...]) -> bool:
    return len(steps) > 1 and steps[-2] == "properties"


if __name__ == "__main__":
    run("build_downgrades", main)
