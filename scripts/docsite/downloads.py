"""The contract as files to download: each form in YAML and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ccaas_kit.cli.forms import FORMS

_FOLDER = "openapi"


@dataclass(frozen=True, slots=True)
class Download:
    """A bundle in one form and one notation."""

    bundle: str
    form: str
    notation: str

    @property
    def href(self) -> str:
        return f"{_FOLDER}/{self.bundle}-{self.form}.{self.notation.lower()}"

    @property
    def text(self) -> str:
        form = FORMS[self.form]
        return form.yaml(self.bundle) if self.notation == "YAML" else form.json(self.bundle)


def downloads() -> Iterator[Download]:
    """Every bundle in every form that there is."""
    for name, form in FORMS.items():
        for bundle in form.names:
            for notation in ("YAML", "JSON"):
                yield Download(bundle, name, notation)
