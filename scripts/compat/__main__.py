"""Try the tools of others on the forms of the contract, and write which of them work.

Reads:  generated/openapi/all.yaml, generated/openapi-3.0/contact.yaml, generated/openapi-codegen/all.yaml
Writes: generated/COMPATIBILITY.md; tools and results under out/compat
Usage:  python -m compat [TOOL ...]      without a name each tool is tried
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from bench.servers import Server
from ccaas_kit.contract import layout
from ccaas_kit.contract.command import run
from ccaas_kit.contract.errors import ConfigError
from compat import table
from compat.tools import TOOLS
from compat.trying import Outcome, attempt, install


def main(argv: Sequence[str] | None = None) -> int:
    """Try tools; gives 0 whatever came of it, since the table is the result."""
    parser = argparse.ArgumentParser(prog="compat", description=__doc__.split("\n")[0])
    parser.add_argument("tools", nargs="*", metavar="TOOL", help=", ".join(t.name for t in TOOLS))
    chosen = parser.parse_args(argv).tools
    known = {tool.name: tool for tool in TOOLS}
    if unknown := [name for name in chosen if name not in known]:
        raise ConfigError(f"there is no tool '{unknown[0]}'", fix=f"There are {', '.join(known)}")
    cache = layout.ROOT / "out" / "compat"
    print("Installing the tools into out/compat ...", file=sys.stderr)
    install(cache)
    results, page = cache / "results.json", layout.GENERATED / "COMPATIBILITY.md"
    found = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
    command = [sys.executable, "-m", "ccaas_kit", "sandbox", "--port"]
    with Server("the sandbox", command, folder=layout.ROOT) as sandbox:
        for name in chosen or known:
            tried = [
                attempt(known[name], form, spec, cache, sandbox.url)
                for form, spec in table.FORMS.items()
            ]
            found[name] = [asdict(outcome) for outcome in tried]
            # After each tool, so that an interrupted run keeps what it has seen.
            results.write_text(json.dumps(found, indent=2), encoding="utf-8")
            outcomes = {
                tool: [Outcome(**outcome) for outcome in tried] for tool, tried in found.items()
            }
            page.write_text(table.rendered(outcomes), encoding="utf-8")
            print(f"{name}: {'; '.join(map(table.words, tried))}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    run("compat", main)
