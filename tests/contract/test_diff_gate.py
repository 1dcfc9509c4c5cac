"""`make diff`: each kind of change of our own bundles gets its verdict, its words and its version."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.errors import ConfigError, DocumentError, ToolError
from checks import diff
from specdiff.base import bundles_in
from specdiff.changes import changes
from specdiff.comparison import Comparison, compare
from specdiff.findings import Verdict
from specdiff.report import line_texts
from specdiff.verdicts import RULES
from specdiff.versions import version
from tests.contract.mutations import operations, parameters, requests, responses, text
from tests.contract.mutations.mutation import MUTATIONS, schema
from tests.looping import every

# Each module fills the catalogue when it is imported.
CATALOGUE = (requests, parameters, responses, operations, text)


@pytest.fixture(scope="module")
def bundles() -> dict[str, dict[str, Any]]:
    return bundles_in(layout.BUNDLES)


@pytest.fixture(scope="module")
def comparisons(bundles: dict[str, dict[str, Any]]) -> dict[str, Comparison]:
    """Compare each mutation with the bundle that it was made from, all in one call."""
    pairs = {}
    for name, mutation in MUTATIONS.items():
        base = copy.deepcopy(bundles[mutation.api])
        mutation.prepare(base)
        mutated = copy.deepcopy(base)
        mutation.mutate(mutated)
        pairs[name] = (base, mutated)
    return {found.api: found for found in compare(pairs)}


@every("name", MUTATIONS)
def test_a_mutation_gets_its_verdict(name: str, comparisons: dict[str, Comparison]) -> None:
    found = comparisons[name]

    assert tuple(line_texts(found.lines, found.operations)) == MUTATIONS[name].expected


def test_every_rule_of_ours_decides_a_mutation(comparisons: dict[str, Comparison]) -> None:
    deciding = {line.rule for found in comparisons.values() for line in found.lines}

    assert {rule.name for rule in RULES} - deciding == set()


@every(
    ("base", "worst", "suggested"),
    [
        ("0.1.0", Verdict.BREAKING, "0.2.0"),
        ("0.1.3", Verdict.COMPATIBLE, "0.1.4"),
        ("0.1.3", Verdict.TEXT, "0.1.4"),
        ("0.1.3", None, "0.1.3"),
        ("1.2.3", Verdict.BREAKING, "2.0.0"),
        ("1.2.3", Verdict.COMPATIBLE, "1.3.0"),
        ("1.2.3", Verdict.TEXT, "1.2.4"),
        ("1.2.3", None, "1.2.3"),
    ],
)
def test_the_gravest_change_decides_the_version(
    base: str, worst: Verdict | None, suggested: str
) -> None:
    assert str(version(base, where="here").after(worst)) == suggested


@every("text_of_it", ["1.0", "1.0.0-rc.1", "01.0.0", "v1.0.0", ""])
def test_a_version_is_three_numbers(text_of_it: str) -> None:
    with pytest.raises(DocumentError, match="three numbers"):
        version(text_of_it, where="openapi/contact.yaml")


def test_a_schema_that_contains_itself_is_refused(bundles: dict[str, dict[str, Any]]) -> None:
    nested = copy.deepcopy(bundles["contact"])
    schema(nested, "Contact")["properties"]["parent"] = {"$ref": "#/components/schemas/Contact"}

    message = "openapi/contact.yaml: '#/components/schemas/Contact' contains itself"
    with pytest.raises(DocumentError) as raised:
        compare({"contact": (bundles["contact"], nested)})

    assert str(raised.value).startswith(message)


def test_a_broken_base_is_named(bundles: dict[str, dict[str, Any]]) -> None:
    base = copy.deepcopy(bundles["contact"])
    del base["components"]["schemas"]["SysId"]

    with pytest.raises(DocumentError) as raised:
        compare({"contact": (base, bundles["contact"])})

    assert str(raised.value).startswith("openapi/contact.yaml at the base: '#/components/schemas/")


def test_what_redocly_cannot_read_is_no_silent_pass(bundles: dict[str, dict[str, Any]]) -> None:
    with pytest.raises(ToolError, match="'redocly' failed"):
        changes(bundles["contact"], {})


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit, which holds the bundles of now."""
    root = tmp_path / "repository"
    folder = root / "generated" / "openapi"
    shutil.copytree(layout.BUNDLES, folder)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "Base")
    return root


def git(root: Path, *arguments: str) -> None:
    who = [
        "-c",
        "user.name=Test",
        "-c",
        "user.email=test@example.com",
        "-c",
        "commit.gpgsign=false",
    ]
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


def run(repository: Path, *arguments: str) -> int:
    folder = repository / "generated" / "openapi"
    return diff.main(["--bundles", str(folder), *arguments], root=repository)


def test_nothing_changed_is_fine(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(repository) == 0
    assert capsys.readouterr().out == "Nothing changed since HEAD.\n"


def edit(repository: Path, api: str, *, number: str = "", drop: str = "") -> None:
    """Give a bundle another version, or take a field out of its shared error."""
    path = repository / "generated" / "openapi" / f"{api}.yaml"
    document = documents.load_mapping(path)
    if number:
        document["info"]["version"] = number
    if drop:
        del schema(document, "ErrorResponse")["properties"][drop]
        schema(document, "ErrorResponse")["required"].remove(drop)
    path.write_text(documents.dump_yaml(document), encoding="utf-8")


def test_a_version_that_hides_a_breaking_change_fails(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(repository, "agent-mapping", drop="status")

    code = run(repository)

    assert code == 1
    assert capsys.readouterr().out == (
        "agent-mapping\n"
        "  setAgentMapping: breaking: the response field status is no longer promised"
        " (400, 401, 403, 406, 415, 429, 500)\n"
        "  other methods of /api/sn_ct_ctr_it_core/agent_mapping/agent/{agentId}/inboundId/{inboundId}:"
        " breaking: the response field status is no longer promised (405)\n"
        "  0.1.0 -> suggested 0.2.0; info.version of openapi/agent-mapping.yaml says 0.1.0: change it\n"
    )


@pytest.mark.parametrize(
    ("number", "code", "remark"),
    [
        ("0.0.9", 1, "change it"),
        ("0.1.1", 1, "change it"),
        ("0.2.0", 0, "it fits"),
        ("0.2.1", 0, "more than the changes need"),
        ("1.0.0", 0, "more than the changes need"),
    ],
)
def test_a_version_has_to_say_at_least_what_changed(
    repository: Path, capsys: pytest.CaptureFixture[str], number: str, code: int, remark: str
) -> None:
    edit(repository, "agent-mapping", drop="status", number=number)

    assert run(repository) == code
    assert f"openapi/agent-mapping.yaml says {number}: {remark}\n" in capsys.readouterr().out


def test_a_change_of_the_shared_parts_concerns_every_api(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for api in layout.apis():
        edit(repository, api, drop="status")

    code = run(repository, "--json")

    report = json.loads(capsys.readouterr().out)
    assert code == 1
    assert report["fits"] is False
    assert {api: comparison["suggested_version"] for api, comparison in report["apis"].items()} == (
        dict.fromkeys(layout.apis(), "0.2.0")
    )
    findings = [comparison["findings"][0] for comparison in report["apis"].values()]
    assert {(finding["verdict"], finding["says"], finding["rule"]) for finding in findings} == {
        ("breaking", "the response field status is no longer promised", "property-removed")
    }


def test_json_of_no_change(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(repository, "--json")

    report = json.loads(capsys.readouterr().out)
    assert code == 0
    assert {key: report[key] for key in ("base", "fits", "came", "went")} == (
        {"base": "HEAD", "fits": True, "came": [], "went": []}
    )
    assert [comparison["findings"] for comparison in report["apis"].values()] == [[]] * len(
        layout.apis()
    )


def test_an_api_may_come_and_go(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = repository / "generated" / "openapi"
    (folder / "contact.yaml").rename(folder / "caller.yaml")

    code = run(repository)

    assert code == 0
    assert capsys.readouterr().out == (
        "caller\n  compatible: the API is new\n\n"
        "contact\n  breaking: the API is gone, and its version with it\n"
    )


def test_an_older_commit_can_be_the_base(repository: Path) -> None:
    edit(repository, "contact", drop="status")
    git(repository, "commit", "-q", "-a", "-m", "Break")

    assert run(repository) == 0
    assert run(repository, "--base", "HEAD~1") == 1


@pytest.mark.parametrize("ref", ["no-such-ref", "--all", "", "HEAD:generated"])
def test_an_unknown_ref_cannot_be_compared(repository: Path, ref: str) -> None:
    with pytest.raises(ConfigError, match="is no commit of this repository"):
        run(repository, f"--base={ref}")


def test_a_commit_without_bundles_cannot_be_compared(repository: Path) -> None:
    git(repository, "rm", "-q", "--cached", "-r", ".")
    git(repository, "commit", "-q", "--allow-empty", "-m", "Empty")

    with pytest.raises(ConfigError, match="there is no bundle in generated/openapi at HEAD"):
        run(repository)


def test_a_folder_that_is_no_repository_cannot_be_compared(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not a git repository"):
        diff.main(["--bundles", str(layout.BUNDLES)], root=tmp_path)


def test_the_command_ends_with_2_and_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "checks.diff", "--bundles", str(tmp_path)],
        cwd=layout.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr == f"check_diff: {tmp_path}: holds no bundle. Run 'make build'\n"
