"""Reading and writing YAML and JSON documents of the contract.

YAML here is YAML 1.2 as OpenAPI prescribes it: `yes` is text, and a date is text. PyYAML follows
YAML 1.1, so the loader below drops its implicit dates and its yes/no/on/off booleans.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml

from ccaas_kit.contract.errors import DocumentError

_BaseLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BaseLoader):  # type: ignore[misc, valid-type]  # C or Python, chosen at run time
    """A safe loader with the implicit types of YAML 1.2, that rejects duplicate keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} appears twice", key_node.start_mark
                )
            seen.add(key)
        result: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return result


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


class _Dumper(yaml.SafeDumper):
    """Block style, indented lists, literal blocks for paragraphs, no anchors."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002  # lists are indented, whatever is asked
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # the same for every node
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def load(path: Path) -> Any:
    """The content of a YAML or JSON file as plain dicts, lists and scalars.

    Raises:
        DocumentError: the file is missing or is not YAML; it names file, line and column.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise DocumentError(f"cannot be read ({error.strerror})", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise DocumentError("is not UTF-8", where=str(path)) from error
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506  # a safe loader underneath
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise DocumentError(f"is not valid YAML: {error.problem}", where=place) from error
    except yaml.YAMLError as error:
        raise DocumentError("is not valid YAML", where=str(path)) from error


def load_mapping(path: Path) -> dict[str, Any]:
    """The content of a file that holds a mapping.

    Raises:
        DocumentError: the file cannot be read, or holds something else.
    """
    content = load(path)
    if not isinstance(content, dict):
        raise DocumentError("does not hold a mapping", where=str(path), fix="Write `key: value`")
    return content


def load_entries(path: Path, required: Collection[str] = ()) -> dict[str, dict[str, Any]]:
    """The content of a file that maps each id to an entry, itself a mapping with these keys.

    Raises:
        DocumentError: the file cannot be read, or an entry has another form; it names the entry.
    """
    entries = load_mapping(path)
    for name, entry in entries.items():
        if not isinstance(entry, dict):
            raise DocumentError(f"the entry {name} is not a mapping", where=str(path))
        if missing := [key for key in required if key not in entry]:
            raise DocumentError(f"the entry {name} lacks {', '.join(missing)}", where=str(path))
    return entries


def dump_yaml(document: Any) -> str:
    """The document as YAML text; the same document always gives the same text."""
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def dump_json(document: Any) -> str:
    """The document as indented JSON text with a final newline."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
