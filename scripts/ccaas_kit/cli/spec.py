"""`ccaas spec`: the contract's bundles, for those who have the wheel and no clone.

Usage:  ccaas spec [API] [--json] [--out FILE]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.arguments import Parser
from ccaas_kit.contract.errors import ConfigError


def main(argv: Sequence[str]) -> int:
    """Print or write a bundle; gives 0.

    Raises:
        ConfigError: there is no such API, or the file cannot be written.
    """
    names = sorted(path.stem for path in layout.BUNDLES.glob("*.yaml"))
    parser = Parser(
        prog="ccaas spec", description="Print the OpenAPI 3.1 document of an API, or of all five."
    )
    parser.add_argument("api", nargs="?", default=layout.ALL_BUNDLE, help=", ".join(names))
    parser.add_argument("--json", action="store_true", help="JSON instead of YAML")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write to a file")
    chosen = parser.parse_args(argv)
    if chosen.api not in names:
        raise ConfigError(f"there is no API '{chosen.api}'", fix=f"There are {', '.join(names)}")
    path = layout.BUNDLES / f"{chosen.api}.yaml"
    if chosen.json:
        text = json.dumps(documents.load(path), indent=2, ensure_ascii=False) + "\n"
    else:
        text = path.read_text(encoding="utf-8")
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
