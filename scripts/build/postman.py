"""Write one Postman collection of the five APIs, with every documented example.

`openapi-to-postmanv2` writes folders, URLs, headers, parameters and sign-in. It takes one example of
many, invents values and gives everything a random id. So this step repeats its requests for each
documented example, replaces its responses by the documented ones, and derives ids from names. Values
of a path are variables of the collection. A link of the contract becomes a script that sets such a
variable from a response.

Reads:  <bundles>/all.yaml
Writes: <out>/<COLLECTION>, <out>/README.md
Usage:  python -m build.postman [--bundles DIR] [--out DIR]
"""

from __future__ import annotations

import argparse
import copy
import json
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from build.tools import run_node_tool
from ccaas_kit.contract import documents, layout, pointers
from ccaas_kit.contract.command import run
from ccaas_kit.contract.documented import (
    JSON,
    Call,
    DocumentedResponse,
    calls,
    examples,
    responses,
    successes,
)
from ccaas_kit.contract.errors import ToolError
from ccaas_kit.contract.operations import first_forms, operations

COLLECTION = "servicenow-ccaas.postman_collection.json"
# Ids of the collection are digests of names below this one.
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "https://schema.getpostman.com/servicenow-ccaas")
_OPTIONS = {
    "folderStrategy": "Tags",
    "parametersResolution": "Example",
    # Else a request would ask with every parameter at once.
    "enableOptionalParameters": "false",
    "alwaysInheritAuthentication": "true",
    "includeAuthInfoInExample": "false",
}
# The names that the converter gives to the variables of Basic authentication, and ours.
_CREDENTIALS = {"{{basicAuthUsername}}": "username", "{{basicAuthPassword}}": "password"}
# Of these, Postman escapes none in a query: a telephone number would lose its plus sign.
_MEANT = "%+&#"
_BODY = "$response.body#"
# The variable that lets each request begin with the same records.
_RESET = "resetUrl"
_RESETTING = (
    f'const reset = pm.variables.get("{_RESET}");',
    'if (reset) pm.sendRequest({ url: reset, method: "POST" });',
)

README = f"""\
<!-- Written by `make build`. Do not edit. -->
# Postman

`{COLLECTION}`: the nine operations with a request for each documented example, and the documented
responses as saved examples. Import it, then set the variables of the collection, or of an environment:

| variable | value |
|---|---|
| `baseUrl` | the instance; `http://127.0.0.1:8080` for `make sandbox` |
| `username`, `password` | Basic authentication |
| `resetUrl` | a URL that gets a POST before each request, so that the sandbox starts with the same records; empty for an instance |
| the others | values of the paths, as documented; a created contact or interaction replaces them |

Each request tests that the response has a documented status of success. Without Postman, run newman in the
project's folder, with `make sandbox` running elsewhere:

```console
$ PATH=$PWD/.venv/bin:$PATH node_modules/.bin/newman run generated/postman/{COLLECTION} \\
    --env-var baseUrl=http://127.0.0.1:8080 --env-var username=admin --env-var password=admin \\
    --env-var resetUrl=http://127.0.0.1:8080/_sandbox/reset
```

Every run creates contacts, interactions and mappings, and offers work. Without the reset, the sandbox rejects a
repeated offer with 409.
"""


def collection(document: Mapping[str, Any]) -> dict[str, Any]:
    """The collection of a document; the same document always gives the same collection.

    Raises:
        ToolError: the converter failed, or gave something else than one request per operation.
    """
    contract = first_forms(document)
    made = _converted(contract)
    sent: dict[str, list[Call]] = defaultdict(list)
    for call in calls(contract):
        sent[call.operation].append(call)
    documented: dict[str, list[DocumentedResponse]] = defaultdict(list)
    for response in responses(contract):
        documented[response.operation].append(response)
    nodes = {node["operationId"]: node for _, _, node in operations(contract)}
    folders = []
    for folder in made["item"]:
        operation_folders = []
        for item in folder["item"]:
            name = item["name"]
            if name not in nodes:
                raise ToolError(f"the converter gave a request '{name}' that is no operation")
            node = nodes.pop(name)
            operation_folders.append(
                {
                    "name": node["summary"],
                    "description": _text(node["description"]),
                    "item": _requests(contract, node, item, sent[name], documented[name]),
                }
            )
        folders.append({"name": folder["name"], "item": operation_folders})
    if nodes:
        raise ToolError(f"the converter left out {', '.join(nodes)}")
    variables = {variable["key"]: variable["value"] for variable in made["variable"]}
    variables |= dict.fromkeys((*_CREDENTIALS.values(), _RESET), "")
    variables |= {
        name: str(value)
        for operation_calls in sent.values()
        for name, value in operation_calls[0].path_values.items()
    }
    title = contract["info"]["title"]
    return {
        "info": {
            "_postman_id": str(uuid.uuid5(_IDS, title)),
            "name": title,
            "description": _text(contract["info"]["description"]),
            "schema": made["info"]["schema"],
        },
        "item": folders,
        "auth": _signing_in(made["auth"]),
        "event": [{"listen": "prerequest", "script": _script(_RESETTING)}],
        "variable": [{"key": key, "value": value} for key, value in variables.items()],
    }


def _converted(contract: Mapping[str, Any]) -> dict[str, Any]:
    """What the converter makes of it, with operations named by their ids."""
    named = copy.deepcopy(dict(contract))
    for _, _, node in operations(named):
        node["summary"] = node["operationId"]
    # It does not follow references to examples, and takes one whose value is 0 for the value itself.
    for parameter in named["components"]["parameters"].values():
        for first in [*examples(named, parameter).values()][:1]:
            del parameter["examples"]
            parameter["example"] = str(first["value"])
    with tempfile.TemporaryDirectory() as scratch:
        source, result = Path(scratch) / "source.json", Path(scratch) / "collection.json"
        source.write_text(documents.dump_json(named), encoding="utf-8")
        options = ",".join(f"{key}={value}" for key, value in _OPTIONS.items())
        said = run_node_tool("openapi2postmanv2", ["-s", source, "-o", result, "-O", options])
        # It ends with 0 whatever happens.
        if not result.exists():
            raise ToolError(f"'openapi2postmanv2' wrote nothing:\n{said[-2000:]}")
        return documents.load_mapping(result)


def _requests(
    contract: Mapping[str, Any],
    node: Mapping[str, Any],
    item: Mapping[str, Any],
    sent: Sequence[Call],
    responses: Sequence[DocumentedResponse],
) -> list[dict[str, Any]]:
    """A request per call; the documented responses are with the first one."""
    scripts = _expectation(node)
    if taken := [*_taken(contract, node)]:
        # What is created is gone before the next request where each begins anew.
        scripts += [f'if (!pm.variables.get("{_RESET}")) {{', *taken, "}"]
    requests = []
    for call in sent:
        request = {"name": call.summary, **_request(item["request"], call)}
        key = f"{call.operation}/{call.name}"
        requests.append(
            {
                "id": str(uuid.uuid5(_IDS, key)),
                "name": call.summary,
                "request": request,
                "response": [_saved(response) for response in responses] if call is sent[0] else [],
                "event": [{"listen": "test", "script": _script(scripts)}],
            }
        )
    return requests


def _request(frame: Mapping[str, Any], call: Call) -> dict[str, Any]:
    url = copy.deepcopy(frame["url"])
    for variable in url["variable"]:
        variable["value"] = f"{{{{{variable['key']}}}}}"
        _readable(variable)
    for parameter in url["query"]:
        parameter["disabled"] = parameter["key"] not in call.query
        if not parameter["disabled"]:
            parameter["value"] = _quoted(str(call.query[parameter["key"]]))
        _readable(parameter)
    request = {"method": frame["method"], "header": frame["header"], "url": url}
    if call.has_body:
        raw = json.dumps(call.body, indent=2, ensure_ascii=False)
        options = {"raw": {"headerFamily": "json", "language": "json"}}
        request["body"] = {"mode": "raw", "raw": raw, "options": options}
    return request


def _quoted(value: str) -> str:
    """The value, with the characters escaped that Postman sends as they are and a server would misread."""
    return "".join(quote(character) if character in _MEANT else character for character in value)


def _readable(parameter: dict[str, Any]) -> None:
    content = parameter["description"]["content"]
    parameter["description"] = _text(content)


def _saved(response: DocumentedResponse) -> dict[str, Any]:
    status = int(response.status)
    return {
        "id": str(uuid.uuid5(_IDS, f"{response.operation}/{response.status}/{response.name}")),
        "name": f"{response.status}: {response.summary}",
        "status": HTTPStatus(status).phrase,
        "code": status,
        "header": [{"key": "Content-Type", "value": JSON}],
        "body": json.dumps(response.body, indent=2, ensure_ascii=False),
        "_postman_previewlanguage": "json",
    }


def _expectation(node: Mapping[str, Any]) -> list[str]:
    expected = ", ".join(successes(node))
    return [
        f'pm.test("answers with {expected}", () => {{',
        f"  pm.expect(pm.response.code).to.be.oneOf([{expected}]);",
        "});",
    ]


def _taken(contract: Mapping[str, Any], node: Mapping[str, Any]) -> Iterator[str]:
    """Lines that set the variables of operations to which a response leads."""
    for status in successes(node):
        links = pointers.follow(contract, node["responses"][status]).get("links", {})
        for link in links.values():
            for name, expression in pointers.follow(contract, link)["parameters"].items():
                if value := _expression(str(expression)):
                    yield f"  if (pm.response.code === {status} && {value} !== undefined) {{"
                    yield f'    pm.collectionVariables.set("{name}", {value});'
                    yield "  }"


def _expression(text: str) -> str:
    """The value as JavaScript; nothing where it is one that the request had already."""
    if text.startswith(_BODY):
        steps = [
            step if step.isdigit() else json.dumps(step)
            for step in pointers.parts(text[len(_BODY) :])
        ]
        return "pm.response.json()" + "".join(f"?.[{step}]" for step in steps)
    return "" if text.startswith("$") else json.dumps(text)


def _signing_in(auth: Mapping[str, Any]) -> dict[str, Any]:
    parameters = [
        {
            "key": credential["key"],
            "value": f"{{{{{_CREDENTIALS[credential['value']]}}}}}",
            "type": "string",
        }
        for credential in auth["basic"]
    ]
    return {"type": "basic", "basic": parameters}


def _script(lines: Sequence[str]) -> dict[str, Any]:
    return {"type": "text/javascript", "exec": [*lines]}


def _text(content: str) -> dict[str, str]:
    return {"content": content, "type": "text/markdown"}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="build_postman", description=__doc__.split("\n")[0])
    parser.add_argument("--bundles", type=Path, default=layout.BUNDLES)
    parser.add_argument("--out", type=Path, default=layout.POSTMAN)
    arguments = parser.parse_args(argv)
    document = documents.load_mapping(arguments.bundles / f"{layout.ALL_BUNDLE}.yaml")
    arguments.out.mkdir(parents=True, exist_ok=True)
    text = documents.dump_json(collection(document))
    (arguments.out / COLLECTION).write_text(text, encoding="utf-8")
    (arguments.out / "README.md").write_text(README, encoding="utf-8")
    return 0


if __name__ == "__main__":
    run("build_postman", main)
