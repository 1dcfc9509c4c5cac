"""The named examples of an operation as commands: curl, Python with httpx, TypeScript.

The values are those of the contract's examples: the body of a request, and for each parameter in
the path its first example. A call without a body has a sample for each example of a parameter.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ccaas_kit.contract.documented import JSON, Call, calls
from docsite.reference import Operation, Reference

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


def samples(reference: Reference, operation: Operation) -> list[Sample]:
    """A sample per documented call of an operation, in the order of the contract."""
    found = [call for call in calls(reference.document) if call.operation == operation.id]
    # The parameter with most examples leads.
    often = Counter(name for call in found for name in call.query)
    found.sort(key=lambda call: -max((often[name] for name in call.query), default=0))
    return [_sample(call, server(reference), operation.api) for call in found]


def _sample(call: Call, host: str, api: str) -> Sample:
    return Sample(
        name=call.name,
        summary=call.summary,
        description=call.description,
        path=call.path_values,
        query=call.query,
        body=call.body,
        texts={
            "curl": _curl(call, host),
            "python": _python(call, host),
            "typescript": _script(call, host, api),
        },
    )


def _url(call: Call, host: str) -> str:
    """The URL with the values of its path."""

    def value(match: re.Match[str]) -> str:
        return quote(str(call.path_values[match[1]]), safe="")

    return host + re.sub(r"\{(\w+)\}", value, call.path)


def server(reference: Reference) -> str:
    """The URL of an instance, with the name that the contract gives it by default."""
    node = reference.document["servers"][0]
    url = str(node["url"])
    for name, variable in node["variables"].items():
        url = url.replace(f"{{{name}}}", variable["default"])
    return url


def _curl(call: Call, host: str) -> str:
    lines = [f"curl {_shell(_url(call, host))}", '-u "$SN_USERNAME:$SN_PASSWORD"']
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


def _python(call: Call, host: str) -> str:
    arguments = [
        f'"{_url(call, host)}"',
        'auth=(os.environ["SN_USERNAME"], os.environ["SN_PASSWORD"])',
        f'headers={{"Accept": "{JSON}"}}',
    ]
    if call.query:
        arguments.append(f"params={_written(call.query, _INDENT, _PYTHON)}")
    if call.has_body:
        arguments.append(f"json={_written(call.body, _INDENT, _PYTHON)}")
    inner = "".join(f"    {argument},\n" for argument in arguments)
    return (
        "import os\n\nimport httpx\n\n"
        f"response = httpx.{call.method}(\n{inner})\n"
        "response.raise_for_status()\n"
        'print(response.json()["result"])'
    )


def _script(call: Call, host: str, api: str) -> str:
    options: dict[str, Any] = {}
    params = {"path": call.path_values, "query": call.query}
    if any(params.values()):
        options["params"] = {place: dict(values) for place, values in params.items() if values}
    if call.has_body:
        options["body"] = call.body
    return (
        'import createClient from "openapi-fetch";\n'
        f'import type {{ paths }} from "./generated/typescript/{api}.ts";\n\n'
        "const { SN_USERNAME, SN_PASSWORD } = process.env;\n"
        "const client = createClient<paths>({\n"
        f'  baseUrl: "{host}",\n'
        "  headers: { Authorization: `Basic ${btoa(`${SN_USERNAME}:${SN_PASSWORD}`)}` },\n"
        "});\n"
        f"const {{ data, error }} = await client.{call.method.upper()}(\n"
        f'  "{call.path}",\n'
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
    """The value as a literal of the language, a nested one on lines of its own."""
    if value is None or isinstance(value, bool):
        return words.constants[value]
    if isinstance(value, Mapping):
        pairs = [
            f"{_key(name, words)}: {_written(item, indent + words.step, words)}"
            for name, item in value.items()
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
    inner = "".join(f"{' ' * (indent + words.step)}{line},\n" for line in lines)
    return f"{opening}\n{inner}{' ' * indent}{closing}"
