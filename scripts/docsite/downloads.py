"""The contract as files to download: YAML and JSON, OpenAPI 3.1 and 3.0."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ccaas_kit.contract import documents, layout

_FOLDER = "openapi"
_FORMS = {"3.1": layout.BUNDLES, "3.0": layout.DOWNGRADES}


@dataclass(frozen=True, slots=True)
class Download:
    """A bundle in one version of OpenAPI and one notation."""

    bundle: str
    version: str
    notation: str
    source: Path

    @property
    def href(self) -> str:
        return f"{_FOLDER}/{self.bundle}-{self.version}.{self.notation.lower()}"

    @property
    def text(self) -> str:
        if self.notation == "YAML":
            return self.source.read_text(encoding="utf-8")
        content = documents.load_mapping(self.source)
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def downloads() -> Iterator[Download]:
    """Every bundle in every form that there is."""
    for version, folder in _FORMS.items():
        for source in sorted(folder.glob("*.yaml")):
            for notation in ("YAML", "JSON"):
                yield Download(source.stem, version, notation, source)
