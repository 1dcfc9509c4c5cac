"""How files of the contract are read: YAML 1.2, and one line for what cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ccaas_kit.contract import documents
from ccaas_kit.contract.errors import DocumentError


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("off", "off"),
        ("true", True),
        ("2024-04-03", "2024-04-03"),
        ("2018-03-10 21:48:11", "2018-03-10 21:48:11"),
        ("12", 12),
        ("null", None),
    ],
)
def test_scalars_are_those_of_yaml_1_2(tmp_path: Path, text: str, value: Any) -> None:
    assert documents.load(written(tmp_path, f"key: {text}\n")) == {"key": value}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2\n", "file.yaml:2:1: is not valid YAML: the key 'a' appears twice"),
        ("a: [1\n", "file.yaml:2:1: is not valid YAML"),
        (b"a: \xff\n", "file.yaml: is not UTF-8"),
        ("- a\n", "file.yaml: does not hold a mapping"),
        ("", "file.yaml: does not hold a mapping"),
        ("A-1: 5\n", "file.yaml: the entry A-1 is not a mapping"),
        ("A-1: {says: x}\n", "file.yaml: the entry A-1 lacks where"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        documents.load_entries(written(tmp_path, text), ("says", "where"))

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"none\.yaml: cannot be read"):
        documents.load(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    "document",
    [
        {"text": "yes", "time": "2018-03-10 21:48:11", "number": "12", "empty": ""},
        {"lines": "one\ntwo\n", "list": [{"a": None}, []], "wide": "word " * 60},
    ],
)
def test_what_is_written_reads_back_equal(tmp_path: Path, document: dict[str, Any]) -> None:
    assert documents.load(written(tmp_path, documents.dump_yaml(document))) == document
    assert documents.load(written(tmp_path, documents.dump_json(document))) == document
