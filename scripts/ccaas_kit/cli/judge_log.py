"""Judging without a target: the log of a run, also of a killed one, or a HAR file.

Reads:  the log or archive, generated/openapi/all.yaml, generated/clauses.json
Writes: the reports, under --out
Usage:  ccaas judge out/conformance/exchanges.ndjson
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from ccaas_kit.contract import clauses
from ccaas_kit.contract.arguments import Parser
from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.contract.redaction import Redactor
from ccaas_kit.gateway import credentials
from ccaas_kit.judging import scorecard
from ccaas_kit.judging.log import archives
from ccaas_kit.judging.log.log import NAME, Log, LogFile
from ccaas_kit.model.contract import Contract
from ccaas_kit.reporting import reports
from ccaas_kit.reporting.ending import Ending
from ccaas_kit.run import options
from ccaas_kit.run.sources import Sources

_OUT = Path("out/judged")


def main(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    console: Console,
    sources: Sources | None = None,
) -> int:
    """Judge a log, and write the reports: 0 no violation, 1 violations, 2 it shows too little.

    Raises:
        KitError: it cannot be judged.
    """
    arguments = _parser().parse_args(argv)
    sources = sources or Sources()
    contract = Contract(sources.bundle)
    promised = clauses.load(sources.clauses)
    security = credentials.security_headers(contract)
    signed = credentials.from_environment(environment, contract)
    path = arguments.log / NAME if arguments.log.is_dir() else arguments.log
    log: Log
    if path.suffix == ".har":
        log = archives.read(path, contract, security)
    else:
        log = LogFile(path, contract)
    out = arguments.out or _OUT
    if path.resolve() == (out / reports.HAR).resolve():
        raise ConfigError(
            "would be replaced by the reports", where=str(path), fix="Choose another --out"
        )
    reports.prepare(out)
    ending = Ending(
        out=out,
        console=console,
        redactor=Redactor(signed.secrets if signed else ()),
        hidden=security | {"cookie", "set-cookie"},
        baseline=scorecard.violations(arguments.baseline) if arguments.baseline else None,
    )
    reports.begin(out)
    try:
        outcome = ending.report(contract, promised, log)
    finally:
        reports.discard(out)
    if outcome is not None:
        # Those that the run itself had met stand in its log.
        ending.defects.found[:] = outcome.card.defects or ending.defects.found
    if outcome is None or ending.defects.found:
        raise ending.defect({"log": str(path)})
    if outcome.fault:
        raise outcome.fault.error()
    return 1 if outcome.card.failing else 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="ccaas judge",
        description="Evaluate the log of a run, even of a killed one, or a HAR file, without a target.",
        epilog="Exit codes: 0 no violation, 1 violations, 2 not possible, 70 a defect of the runner.",
    )
    add = parser.add_argument
    add("log", type=Path, metavar="LOG", help=f"an {NAME}, the folder of one, or a .har file")
    add("--out", type=Path, metavar="DIR", help=f"folder of the reports ({_OUT})")
    options.add_baseline(parser)
    return parser
