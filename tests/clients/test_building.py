"""`make clients`: what it writes, what it says of a missing toolchain, what it refuses."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from build import clients
from ccaas_kit.contract import layout
from ccaas_kit.contract.errors import ConfigError, ToolError
from clientgen import golang, java
from tests import toolchains


def without(monkeypatch: pytest.MonkeyPatch, *tools: str) -> None:
    found = shutil.which
    monkeypatch.setattr(shutil, "which", lambda tool: None if tool in tools else found(tool))


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("language", ["java", "go"])
def test_the_same_contract_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    without(monkeypatch, "javac", "go")
    clients.build(language, layout.CODEGEN, tmp_path / "one")
    clients.build(language, layout.CODEGEN, tmp_path / "two")

    written = files(tmp_path / "one")
    assert written == files(tmp_path / "two")
    assert not any(str(layout.ROOT).encode() in text for text in written.values())


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("java", "there is no javac; on Debian, apt-get install default-jdk-headless"),
        ("go", "there is no go; on Debian, apt-get install golang-go"),
    ],
)
def test_a_client_is_written_without_its_toolchain_and_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, message: str
) -> None:
    without(monkeypatch, "javac", "go")

    assert clients.build(language, layout.CODEGEN, tmp_path).endswith(message)
    assert files(tmp_path / language)


def test_a_client_is_published_by_the_names_that_are_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, "javac", "go")
    names = ["--java-coordinates", "org.acme:ccaas:2.1.0", "--go-module", "git.acme.org/cx/ccaas"]

    clients.main([*names, "--out", str(tmp_path)])

    pom = ElementTree.parse(tmp_path / "java" / "pom.xml").getroot()
    space = {"": "http://maven.apache.org/POM/4.0.0"}
    found = [pom.findtext(name, "", space) for name in ("groupId", "artifactId", "version")]
    assert found == ["org.acme", "ccaas", "2.1.0"]
    assert (tmp_path / "java/src/main/java/servicenowccaas/Client.java").exists()
    assert "module git.acme.org/cx/ccaas\n" in (tmp_path / "go" / "go.mod").read_text()
    licence = (layout.ROOT / "LICENSE").read_bytes()
    for language, name in (("java", "<version>2.1.0<"), ("go", "go get git.acme.org/cx/ccaas")):
        readme = (tmp_path / language / "README.md").read_text(encoding="utf-8")
        assert name in readme
        assert "@" not in readme
        assert (tmp_path / language / "LICENSE").read_bytes() == licence


@pytest.mark.parametrize(
    ("option", "name"),
    [("--java-coordinates", "org.acme:ccaas"), ("--go-module", "https://acme.org/ccaas")],
)
def test_a_name_that_cannot_be_published_is_refused(tmp_path: Path, option: str, name: str) -> None:
    with pytest.raises(ConfigError, match="is not a name that can be published"):
        clients.main([option, name, "--out", str(tmp_path)])


@pytest.mark.parametrize(
    ("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)]
)
def test_a_missing_toolchain_skips_a_test_and_fails_it_where_ci_has_installed_it(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", ci)

    with pytest.raises(outcome, match="there is no javad: apt-get install jdk"):
        toolchains.need("javad", "jdk")


def test_a_language_without_a_client_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no client in 'perl'") as caught:
        clients.build("perl", layout.CODEGEN, tmp_path)

    assert "java, go" in str(caught.value)


def test_a_client_that_does_not_compile_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toolchains.need("go", "golang-go")
    monkeypatch.setattr(golang, "_METHODS", "nonsense {name}\n")

    with pytest.raises(ToolError, match="does not compile"):
        clients.build("go", layout.CODEGEN, tmp_path)


@pytest.mark.parametrize(
    ("widened", "text"),
    [
        (golang.widened, "package client\n"),
        (golang.widened, "type A struct { X string }\n// ─── Embedded runtime"),
        (java.widened, "\npackage servicenowccaas;\n"),
        (
            java.widened,
            "\npackage servicenowccaas;\nclass A implements JsonValue {\n// ─── Embedded runtime",
        ),
    ],
    ids=["go, no runtime", "go, another struct", "java, no runtime", "java, another class"],
)
def test_another_form_of_the_generator_is_refused(
    widened: Callable[[str], object], text: str
) -> None:
    with pytest.raises(ToolError, match="another form"):
        widened(text)
