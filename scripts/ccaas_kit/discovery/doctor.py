"""The command `doctor`: says what is wrong with a target before a run is tried.

Reads:  generated/openapi/all.yaml
Usage:  ccaas doctor --target URL [--json]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ccaas_kit.contract import layout, targets
from ccaas_kit.contract.arguments import Parser
from ccaas_kit.discovery.checks import Check, Result
from ccaas_kit.discovery.checkup import Checkup
from ccaas_kit.gateway import credentials
from ccaas_kit.gateway.connection import LIMITS, Connection, Limits
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.model.contract import Contract

_COLORS = {Result.OK: "green", Result.UNKNOWN: "yellow", Result.PROBLEM: "bold red"}
_CONCLUSIONS = {
    Result.OK: "No problem found.",
    Result.UNKNOWN: "No problem found; some checks are inconclusive.",
    Result.PROBLEM: "Problems found. The advice says what to do.",
}
_EPILOG = """
Sends GET requests only, for a minute at most. Credentials come from the environment: SN_USERNAME
and SN_PASSWORD, or SN_TOKEN, or SN_API_KEY.
Exit codes: 0 no problem, 1 a problem, 2 no response.
"""


def main(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    console: Console,
    limits: Limits = LIMITS,
) -> int:
    """Examine a target and show what was found: 0 fine, 1 something is wrong, 2 out of reach.

    Raises:
        KitError: the arguments or the credentials cannot be used.
    """
    arguments = _parser().parse_args(argv)
    url = targets.base_url(arguments.target)
    contract = Contract(layout.BUNDLE)
    signed = credentials.from_environment(environment, contract)
    with Gateway(url, reads_only=True) as gateway:
        connection = Connection(gateway, signed, limits=limits)
        checkup = Checkup(contract, connection)
        checks = [*_of_url(arguments.target), *checkup.run()]
        requests = connection.requests
    worst = max((check.result for check in checks), key=list(Result).index)
    if arguments.json:
        console.out(_document(url, checks, requests, worst), highlight=False)
    else:
        _show(url, checks, worst, console)
    if not checkup.is_reached:
        return 2
    return 1 if worst is Result.PROBLEM else 0


def _of_url(target: str) -> list[Check]:
    """What is odd about a URL, and works all the same."""
    if not target.endswith("/"):
        return []
    return [Check("URL", Result.OK, "ends with a slash, which is left out of every request")]


def _document(url: str, checks: Sequence[Check], requests: int, worst: Result) -> str:
    document = {
        "target": url,
        "result": str(worst),
        "requests": requests,
        "checks": [
            {
                "check": check.name,
                "result": str(check.result),
                "seen": check.seen,
                "advice": check.advice,
            }
            for check in checks
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _show(url: str, checks: Sequence[Check], worst: Result, console: Console) -> None:
    table = Table(title=Text(url), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("check", min_width=18)
    table.add_column("result", no_wrap=True)
    table.add_column("what was seen", ratio=2, overflow="fold")
    table.add_column("advice", ratio=2, overflow="fold")
    for check in checks:
        # As Text, since brackets in what a target sends are no markup.
        table.add_row(
            Text(check.name),
            Text(str(check.result), style=_COLORS[check.result]),
            Text(check.seen),
            Text(check.advice),
        )
    console.print(table)
    console.print(Text(_CONCLUSIONS[worst], style=_COLORS[worst]))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="ccaas doctor",
        description="Check a target before a run, and advise what to fix.",
        epilog=_EPILOG,
    )
    parser.add_argument("--target", metavar="URL", required=True, help="base URL of the instance")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser
