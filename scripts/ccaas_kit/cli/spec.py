"""`ccaas spec`: the contract in the form that a tool reads, for those who have the wheel and no clone.

Usage:  ccaas spec [API] [--form FORM] [--json] [--out FILE]
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from ccaas_kit.cli.forms import FORMS
from ccaas_kit.contract import layout
from ccaas_kit.contract.arguments import Parser
from ccaas_kit.contract.errors import ConfigError


def main(argv: Sequence[str]) -> int:
    """Print or write a document; gives 0.

    Raises:
        ConfigError: there is no such API or form, or the file cannot be written.
    """
    purposes = "; ".join(f"{name}: {form.purpose}" for name, form in FORMS.items())
    parser = Parser(
        prog="ccaas spec", description="Print the OpenAPI document of an API, or of all five."
    )
    apis = ", ".join(FORMS["contract"].names)
    parser.add_argument("api", nargs="?", default=layout.ALL_BUNDLE, help=apis)
    parser.add_argument("--form", choices=[*FORMS], default="contract", help=purposes)
    parser.add_argument("--json", action="store_true", help="JSON instead of YAML")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write to a file")
    chosen = parser.parse_args(argv)
    form = FORMS[chosen.form]
    if chosen.api not in form.names:
        what = f"there is no API '{chosen.api}'" + (
            f" in the form '{chosen.form}'" if chosen.api in FORMS["contract"].names else ""
        )
        raise ConfigError(what, fix=f"There are {', '.join(form.names)}")
    text = form.json(chosen.api) if chosen.json else form.yaml(chosen.api)
    if chosen.out is None:
        sys.stdout.write(text)
        return 0
    try:
        chosen.out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"cannot write {chosen.out}: {error.strerror}", where="--out", fix="Name another file"
        ) from error
    return 0
