"""The named examples of an operation as commands: curl, Python with httpx, TypeScript.

The values are those of the contract's examples: the body of a request, and for each parameter in
the path its first example. A call without a body has a sample for each example of a parameter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from scripts.docs.reference import Operation, Reference

JSON = "application/json"
_INDENT = 4


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the samples; `lexer` is what colours it."""

    id: str
    name: str
    lexer: str


LANGUAGES = (
    Language("curl", "curl", "bash"),
    Language("python", "Python", "python"),
    Language("typescript", "TypeScript", "typescript"),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One call; `body` is None where nothing is sent."""

    name: str
    summary: str
    description: str
    path: Mapping[str, Any]
    query: Mapping[str, Any]
    body: Any
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Call:
    """What the three languages write down."""

    api: str
    server: str
    method: str
    template: str
    path: Mapping[str, Any]
    query: Mapping[str, Any]
    body: Any
    has_body: bool

    @property
    def filled(self) -> str:
        """The path with its values."""
        return re.sub(r"\{(\w+)\}", lambda m: quote(str(self.path[m[1]]), safe=""), self.template)


def samples(reference: Reference, operation: Operation) -> list[Sample]:
    """A sample per named example of the request, in the order of the contract."""
    path: dict[str, Any] = {}
    optional: list[tuple[str, dict[str, Any]]] = []
    for parameter in reference.parameters(operation):
        named = _examples(reference, parameter)
        if parameter["in"] == "path":
            path[parameter["name"]] = next(iter(named.values()))["value"]
        else:
            optional.append((parameter["name"], named))
    # What is asked for most often has most examples, and stands first.
    optional.sort(key=lambda each: -len(each[1]))
    found = []
    for name, example, query, has_body in _cases(reference, operation, optional):
        body = example.get("value") if has_body else None
        call = _Call(
            api=operation.api,
            server=server(reference),
            method=operation.method,
            template=operation.path,
            path=path,
            query=query,
            body=body,
            has_body=has_body,
        )
        found.append(
            Sample(
                name=name,
                summary=example["summary"],
                description=example.get("description", ""),
                path=path,
                query=query,
                body=body,
                texts={"curl": _curl(call), "python": _python(call), "typescript": _script(call)},
            )
        )
    return found


def server(reference: Reference) -> str:
    """The URL of an instance, with the name that the contract gives it by default."""
    node = reference.document["servers"][0]
    url = str(node["url"])
    for name, variable in node["variables"].items():
        url = url.replace(f"{{{name}}}", variable["default"])
    return url


def _cases(
    reference: Reference, operation: Operation, optional: list[tuple[str, dict[str, Any]]]
) -> Iterator[tuple[str, Mapping[str, Any], dict[str, Any], bool]]:
    """Name, example, query and whether there is a body, of each sample."""
    body = reference.body(operation)
    if body is not None:
        for name, example in _examples(reference, body["content"][JSON]).items():
            yield name, example, {}, True
    elif optional:
        for parameter, named in optional:
            for name, example in named.items():
                yield f"{parameter}-{name}", example, {parameter: example["value"]}, False
    else:
        yield "call", {"summary": operation.node["summary"]}, {}, False


def _examples(reference: Reference, node: Mapping[str, Any]) -> dict[str, Any]:
    return {name: reference.follow(each) for name, each in node.get("examples", {}).items()}


def _curl(call: _Call) -> str:
    lines = [f"curl {_shell(call.server + call.filled)}", '-u "$SN_USERNAME:$SN_PASSWORD"']
    if call.method not in ("get", "post") or (call.method == "post" and not call.has_body):
        lines[0] = lines[0].replace("curl", f"curl -X {call.method.upper()}", 1)
    lines.append(f"-H {_shell(f'Accept: {JSON}')}")
    if call.query:
        lines[0] = lines[0].replace("curl", "curl -G", 1)
        lines += [f"--data-urlencode {_shell(f'{k}={v}')}" for k, v in call.query.items()]
    if call.has_body:
        lines.append(f"-H {_shell(f'Content-Type: {JSON}')}")
        lines.append(f"--data {_shell(json.dumps(call.body, indent=2, ensure_ascii=False))}")
    return " \\\n  ".join(lines)


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _python(call: _Call) -> str:
    arguments = [
        f'"{call.server}{call.filled}"',
        'auth=(os.environ["SN_USERNAME"], os.environ["SN_PASSWORD"])',
        f'headers={{"Accept": "{JSON}"}}',
    ]
    if call.query:
        arguments.append(f"params={_written(call.query, _INDENT, _PYTHON)}")
    if call.has_body:
        arguments.append(f"json={_written(call.body, _INDENT, _PYTHON)}")
    inner = "".join(f"    {each},\n" for each in arguments)
    return (
        "import os\n\nimport httpx\n\n"
        f"response = httpx.{call.method}(\n{inner})\n"
        "response.raise_for_status()\n"
        'print(response.json()["result"])'
    )


def _script(call: _Call) -> str:
    options: dict[str, Any] = {}
    params = {"path": call.path, "query": call.query}
    if any(params.values()):
        options["params"] = {place: dict(values) for place, values in params.items() if values}
    if call.has_body:
        options["body"] = call.body
    return (
        'import createClient from "openapi-fetch";\n'
        f'import type {{ paths }} from "./generated/typescript/{call.api}.ts";\n\n'
        "const { SN_USERNAME, SN_PASSWORD } = process.env;\n"
        "const client = createClient<paths>({\n"
        f'  baseUrl: "{call.server}",\n'
        "  headers: { Authorization: `Basic ${btoa(`${SN_USERNAME}:${SN_PASSWORD}`)}` },\n"
        "});\n"
        f"const {{ data, error }} = await client.{call.method.upper()}(\n"
        f'  "{call.template}",\n'
        f"  {_written(options, 2, _TYPESCRIPT)},\n"
        ");\n"
        "if (error) throw error;\n"
        "console.log(data);"
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """How a language writes the three values that JSON names, and the step of its indentation."""

    constants: Mapping[Any, str]
    step: int
    bare_keys: bool


_PYTHON = _Words({True: "True", False: "False", None: "None"}, 4, False)
_TYPESCRIPT = _Words({True: "true", False: "false", None: "null"}, 2, True)


def _written(value: Any, indent: int, words: _Words) -> str:
    """The value as a literal of the language; what is nested stands on lines of its own."""
    if value is None or isinstance(value, bool):
        return words.constants[value]
    if isinstance(value, Mapping):
        pairs = [
            f"{_key(name, words)}: {_written(each, indent + words.step, words)}"
            for name, each in value.items()
        ]
        return _block("{", pairs, "}", indent, words)
    if isinstance(value, list):
        return _block(
            "[", [_written(v, indent + words.step, words) for v in value], "]", indent, words
        )
    return json.dumps(value, ensure_ascii=False)


def _key(name: str, words: _Words) -> str:
    return name if words.bare_keys and re.fullmatch(r"[A-Za-z_]\w*", name) else json.dumps(name)


def _block(opening: str, lines: list[str], closing: str, indent: int, words: _Words) -> str:
    if not lines:
        return opening + closing
    inner = "".join(f"{' ' * (indent + words.step)}{each},\n" for each in lines)
    return f"{opening}\n{inner}{' ' * indent}{closing}"
