"""Other tools that test an instance against an OpenAPI document, each started as a person would."""

from __future__ import annotations

import base64
import copy
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import yaml
from defusedxml.ElementTree import ParseError, parse

from ccaas_kit.contract import documents, pointers
from ccaas_kit.contract.errors import ToolError
from ccaas_kit.contract.layout import ALL_BUNDLE, BUNDLES
from ccaas_kit.contract.operations import VERSIONED_OF, operations
from ccaas_kit.run import embedded
from effectiveness import specmatic as specmatic_package

# The budget of a fault for each tool, ours as well: after so many seconds it is told to end, where it
# has an option for that.
SECONDS = 15
_GRACE = 60.0
_JSON = "application/json"
_BUNDLE = BUNDLES / f"{ALL_BUNDLE}.yaml"
_EXAMPLE = "documented"
# The call in the name of a test of Specmatic, whose paths name the type of each id.
_SCENARIO = re.compile(r"Scenario: (?P<method>[A-Z]+) (?P<path>/\S*)")
_TYPED = re.compile(r"\((\w+):\w+\)")


@dataclass(frozen=True, slots=True, order=True)
class Failure:
    """What a tool says of an operation, which is named by its id, or is "" if it is none of ours."""

    operation: str
    says: str


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool; `look` gives each kind of failure at a URL, with a seed.

    `given` is what it knows of the instance, `time` how long it may take.
    """

    name: str
    version: str
    given: str
    time: str
    look: Callable[[str, int], frozenset[Failure]]


def schemathesis() -> Tool:
    """Schemathesis with nothing but our bundle and a login."""
    names = _names(documents.load_mapping(_BUNDLE))
    return Tool(
        name="schemathesis run",
        version=f"schemathesis {version('schemathesis')}",
        given="the bundle and a login",
        time=f"told to end after {SECONDS} seconds",
        look=lambda url, seed: _schemathesis(url, seed, names),
    )


def specmatic(folder: Path) -> Tool:
    """Specmatic with as much of our bundle as it can read; `folder` keeps that document.

    Raises:
        ToolError: it cannot be installed or started here.
    """
    specmatic_package.install()
    if reason := specmatic_package.why_not():
        raise ToolError(f"Specmatic is not compared: {reason}", fix="Install Java 17")
    path = folder / "specmatic.yaml"
    bundle = documents.load_mapping(_BUNDLE)
    document, names = with_one_example(bundle), _names(bundle)
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return Tool(
        name="specmatic test",
        version=f"specmatic {specmatic_package.version()}",
        given=(
            "JSON and Basic only, without patterns, and one example of each operation with the ids"
            " of its path; with its generated tests, one combination of each"
        ),
        time="has no option for that and was waited for",
        look=lambda url, _seed: _specmatic(path, url, names),
    )


def with_one_example(bundle: dict[str, Any]) -> dict[str, Any]:
    """What Specmatic reads of a bundle: each operation with one example of a whole request.

    It puts a request together from examples of the same name, and makes up the ids of a path
    that has none, so that each call would end at a record that does not exist.
    """
    wanted = [node["operationId"] for _, _, node in operations(bundle) if VERSIONED_OF not in node]
    document = specmatic_package.reduced(bundle, wanted)
    for path, _, node in operations(document):
        shared = document["paths"][path].get("parameters", ())
        node["parameters"] = [
            _with_one(document, parameter) for parameter in (*shared, *node.get("parameters", ()))
        ]
        if "requestBody" in node:
            body = pointers.follow(document, node["requestBody"])
            media = _with_one(document, body["content"][_JSON])
            node["requestBody"] = {**body, "content": {_JSON: media}}
        node["responses"] = {
            status: _response(document, response, keep=status < "300")
            for status, response in node["responses"].items()
        }
    for item in document["paths"].values():
        item.pop("parameters", None)
    return document


def _with_one(document: Mapping[str, Any], node: Any) -> dict[str, Any]:
    """A parameter or a media type with its first example alone, under the name that all have."""
    whole: dict[str, Any] = copy.deepcopy(pointers.follow(document, node))
    examples = whole.pop("examples", {})
    for example in examples.values():
        whole["examples"] = {_EXAMPLE: {"value": pointers.follow(document, example)["value"]}}
        break
    return whole


def _response(document: Mapping[str, Any], node: Any, *, keep: bool) -> dict[str, Any]:
    """A response with the example that belongs to the request, or with none."""
    whole: dict[str, Any] = copy.deepcopy(pointers.follow(document, node))
    for name, media in whole.get("content", {}).items():
        whole["content"][name] = _with_one(document, media)
        if not keep:
            whole["content"][name].pop("examples", None)
    return whole


def _names(bundle: dict[str, Any]) -> dict[str, str]:
    """The operationId by method and path; of a URL that repeats another, that of the other."""
    return {
        f"{method.upper()} {path}": node.get(VERSIONED_OF, node["operationId"])
        for path, method, node in operations(bundle)
    }


def _login() -> tuple[str, str]:
    return embedded.ENVIRONMENT["SN_USERNAME"], embedded.ENVIRONMENT["SN_PASSWORD"]


def _schemathesis(url: str, seed: int, names: Mapping[str, str]) -> frozenset[Failure]:
    """What the command says of an instance.

    Raises:
        ToolError: it did not end, or left no report.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            *(str(Path(sys.executable).with_name("schemathesis")), "run", str(_BUNDLE)),
            *("--url", url, "--auth", ":".join(_login())),
            *("--seed", str(seed), "--max-time", str(SECONDS), "--continue-on-failure"),
            *("--report", "json", "--report-json-path", str(report), "--no-color"),
        ]
        try:
            _run(command, folder, {}, SECONDS + _GRACE)
            document = json.loads(report.read_text(encoding="utf-8"))
        except (subprocess.TimeoutExpired, OSError, ValueError) as error:
            raise ToolError(f"schemathesis left no report: {error}") from error
    return frozenset(
        Failure(names.get(operation, ""), failure["title"])
        for failure in document["failures"]
        for operation in failure["operations"]
    )


def _specmatic(document: Path, url: str, names: Mapping[str, str]) -> frozenset[Failure]:
    """What the tests of the document say of an instance.

    Raises:
        ToolError: it did not end, or left no report.
    """
    with tempfile.TemporaryDirectory() as folder:
        secret = base64.b64encode(":".join(_login()).encode()).decode()
        # It finds the credentials of a security scheme under the name of the scheme.
        variables = {
            specmatic_package.SCHEME: secret,
            "SPECMATIC_GENERATIVE_TESTS": "true",
            "MAX_TEST_REQUEST_COMBINATIONS": "1",
        }
        command = specmatic_package.command(document, url, Path(folder))
        try:
            _run(command, folder, variables, SECONDS + _GRACE)
            (report,) = Path(folder).glob("TEST-*.xml")
            cases = parse(report).iter("testcase")
        except (subprocess.TimeoutExpired, OSError, ValueError, ParseError) as error:
            raise ToolError(f"specmatic left no report: {error}") from error
        return frozenset(_told(case, names) for case in cases if case.find("failure") is not None)


def _told(case: Element, names: Mapping[str, str]) -> Failure:
    """A failed test by its scenario, without the classes that ran it."""
    says = str(case.get("name", "")).rpartition(" > ")[2].strip()
    called = _SCENARIO.search(says)
    path = _TYPED.sub(r"{\1}", called["path"]) if called else ""
    return Failure(names.get(f"{called['method']} {path}", "") if called else "", says)


def _run(command: Sequence[str], folder: str, variables: Mapping[str, str], seconds: float) -> None:
    own = {"PATH": os.environ.get("PATH", ""), "HOME": folder}
    subprocess.run(
        command,
        cwd=folder,
        env={**own, **variables},
        capture_output=True,
        timeout=seconds,
        check=False,
    )
