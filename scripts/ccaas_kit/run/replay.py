"""Asking a target again what showed a finding, to see whether the finding is still there.

What led to it is done again: the probe with the records that it needs, or the random requests of the
same seed; in the profile of the run, journalled and cleaned up as a run is.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import IntEnum
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from ccaas_kit.contract import clauses
from ccaas_kit.contract.arguments import Parser
from ccaas_kit.contract.errors import ConfigError, DocumentError, TargetError
from ccaas_kit.gateway.safety import clean
from ccaas_kit.judging import scorecard
from ccaas_kit.judging.log import log
from ccaas_kit.judging.log.events import Exchanged, RunStarted
from ccaas_kit.judging.selection import Selection
from ccaas_kit.judging.verdicts import Verdict
from ccaas_kit.model.contract import Contract
from ccaas_kit.run import options, run
from ccaas_kit.run.options import Options
from ccaas_kit.run.sources import Sources

# The folder beside a report that the reports of a replay are written to.
FOLDER = "replay"
_CHAINS = "stateful"
# The codes of findings about what a response holds begin so.
_OF_RESPONSES = "CK2"
_LIMITS = ("max_time", "max_requests", "max_writes")


class Outcome(IntEnum):
    """What became of a finding; the value is the exit code."""

    GONE = 0
    SHOWS = 1
    UNCLEAR = 2


_STYLES = {Outcome.GONE: "bold green", Outcome.SHOWS: "bold red", Outcome.UNCLEAR: "bold yellow"}


def main(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    console: Console,
    sources: Sources | None = None,
) -> int:
    """Ask again: 0 if the finding no longer shows, 1 if it does, 2 if it cannot be told.

    Raises:
        KitError: the target cannot be asked, or the report is none of a run.
    """
    arguments = _parser().parse_args(argv)
    card = scorecard.read(arguments.report)
    finding = _finding(card["findings"], arguments.finding)
    sources = sources or Sources()
    contract = Contract(sources.bundle)
    folder = arguments.report if arguments.report.is_dir() else arguments.report.parent
    _verify(finding, contract, sources)
    chosen = _options(arguments, _head(folder, contract), finding, contract, folder / FOLDER)
    chosen = replace(chosen, command=shlex.join(["ccaas", "replay", *argv]))
    _show(console, finding)
    after = chosen.out / scorecard.NAME
    after.unlink(missing_ok=True)
    try:
        run.run(chosen, environment=environment, console=Console(quiet=True), sources=sources)
    except TargetError:
        # What it has shown until then may be enough.
        if not after.exists():
            raise
    seen = scorecard.read(after)
    outcome, reason = _outcome(finding, seen)
    if outcome is Outcome.GONE and not _came_again(finding, chosen.out, contract):
        status = finding["request"]["status"]
        outcome, reason = Outcome.UNCLEAR, f"Unclear: no response with {status} came."
    console.print(Text(reason, style=_STYLES[outcome]))
    for leak in seen["leaks"]:
        named = " ".join(filter(None, (leak["table"], leak["sys_id"])))
        console.print(
            Text(f"Possibly left on the target: {named}: {leak['why']}", style="bold red")
        )
    if seen["leaks"]:
        console.print(Text(f"Try again with: {clean.command(chosen.journal)}"), soft_wrap=True)
    console.print(Text(f"Reports: {chosen.out}/scorecard.html"), soft_wrap=True)
    return int(outcome)


def _finding(findings: Iterable[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    known = {finding["id"]: finding for finding in findings}
    found = known.get(name)
    if found is None:
        few = ", ".join(list(known)[:5])
        raise ConfigError(
            f"the scorecard has no finding '{name}'",
            where="replay",
            fix=f"It has {few}{' and others' if len(known) > 5 else ''}" if few else "It has none",
        )
    return found


def _verify(finding: Mapping[str, Any], contract: Contract, sources: Sources) -> None:
    """Hold that the contract still has what a finding is about.

    Raises:
        ConfigError: it does not.
    """
    known = {
        "operation": contract.by_id.keys(),
        "clause": {clause.id for clause in clauses.load(sources.clauses)} | {None},
    }
    for kind, names in known.items():
        if finding[kind] not in names:
            raise ConfigError(
                f"the contract has no {kind} '{finding[kind]}' any more",
                where=finding["id"],
                fix="Run the conformance runner again",
            )


def _head(folder: Path, contract: Contract) -> RunStarted:
    """What the run of a report was asked to do.

    Raises:
        DocumentError: the report is not that of a run.
    """
    path = folder / log.NAME
    if not path.exists():
        raise DocumentError(
            "has no log of a run, so the requests that led to the finding are unknown",
            where=str(folder),
            fix="Send the request of the finding by hand: the report has its curl command",
        )
    head = next(log.LogFile(path, contract).events(), None)
    if not isinstance(head, RunStarted):
        raise DocumentError("does not begin with a run", where=str(path))
    return head


def _options(
    arguments: argparse.Namespace,
    head: RunStarted,
    finding: Mapping[str, Any],
    contract: Contract,
    out: Path,
) -> Options:
    """A run that asks only for what has shown the finding."""
    asked = head.options
    is_random = str(finding.get("source", "")).startswith(run.RANDOM)
    config = arguments.config or asked.get("config")
    words = {
        # The sandbox that a run started itself went with it; another one takes its place.
        "--target": arguments.target or (None if asked.get("embedded") else head.target),
        "--profile": head.profile,
        "--seed": head.seed,
        "--out": out,
        "--config": config,
        "--max-examples": asked.get("max_examples"),
        "--response-time": asked.get("response_time"),
        "--rate": asked.get("rate"),
        "--max-unanswered": 100,
    }
    flags = {
        "--probes-only": not is_random,
        "--disposable": asked.get("disposable"),
        "--allow-writes": arguments.allow_writes,
    }
    argv = [str(word) for pair in words.items() if pair[1] is not None for word in pair]
    parsed = options.parse([*argv, *(flag for flag, is_set in flags.items() if is_set)])
    # It may not send more than the run might.
    limits = {name: asked[name] for name in _LIMITS if name in asked}
    return replace(parsed, selection=_selection(finding, contract), **limits)


def _selection(finding: Mapping[str, Any], contract: Contract) -> Selection:
    kind, _, name = str(finding.get("source", "")).partition(" ")
    operation = contract.by_id[finding["operation"]]
    about = {operation.base}
    if finding.get("source") == f"{run.RANDOM}, {_CHAINS}":
        about = {base for base in contract.bases() if contract.by_id[base].api == operation.api}
    is_probe = kind in ("probe", "workflow")
    return Selection(
        operations=frozenset(about),
        clauses=frozenset([finding["clause"]] if finding["clause"] else ()),
        probes=frozenset([name] if is_probe else ()),
    )


def _outcome(finding: Mapping[str, Any], card: Mapping[str, Any]) -> tuple[Outcome, str]:
    """What the scorecard of the replay says of a finding."""
    alike = [
        other
        for other in card["findings"]
        if (other["clause"], other["operation"]) == (finding["clause"], finding["operation"])
        and (other["clause"] or other["code"] == finding["code"])
    ]
    if alike:
        return Outcome.SHOWS, f"Reproduced: {alike[0]['got']}."
    if card["fault"]:
        return Outcome.UNCLEAR, f"Unclear: {card['fault']}."
    if finding["clause"]:
        judged = next(clause for clause in card["clauses"] if clause["id"] == finding["clause"])
        # What its probes saw kept says nothing of random requests that were not all sent.
        is_random = str(finding.get("source", "")).startswith(run.RANDOM)
        if judged["verdict"] == Verdict.CONFORMS and (card["complete"] or not is_random):
            return Outcome.GONE, f"Gone: {judged['detail']}."
        return Outcome.UNCLEAR, f"Unclear: {judged['detail']}."
    requests = sum(
        row["requests"] for row in card["operations"] if row["operation"] == finding["operation"]
    )
    if card["complete"] and requests:
        return Outcome.GONE, f"Gone: it did not occur in {requests} requests."
    return Outcome.UNCLEAR, "Unclear: the run did not finish calling the operation."


def _came_again(finding: Mapping[str, Any], folder: Path, contract: Contract) -> bool:
    """Whether a response came with the status of the one that a finding is about; True if it is about none."""
    request = finding.get("request") or {}
    if not finding["code"].startswith(_OF_RESPONSES) or request.get("status") is None:
        return True
    exchanges = (
        event.exchange
        for event in log.LogFile(folder / log.NAME, contract).events()
        if isinstance(event, Exchanged)
    )
    return any(
        exchange.operation.base == finding["operation"]
        and exchange.response is not None
        and exchange.response.status == request["status"]
        for exchange in exchanges
    )


def _show(console: Console, finding: Mapping[str, Any]) -> None:
    head = f"{finding['id']} {finding['code']} {finding['operation']}"
    console.print(Text(f"{head} {finding['clause'] or ''}".rstrip(), style="bold"))
    for label in ("says", "expected", "got"):
        if finding[label]:
            console.print(Text(f"  {label:9}{finding[label]}"))
    if finding.get("source"):
        console.print(Text(f"  found by {finding['source']}"))
    console.print()


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="ccaas replay",
        description="Repeat the requests that led to a finding, and report whether it occurs again.",
        epilog="Exit codes: 0 gone, 1 reproduced, 2 unclear.",
    )
    add = parser.add_argument
    add("finding", metavar="FINDING", help="id of the finding, such as F3a1c2")
    add("--report", type=Path, default=options.OUT, metavar="DIR", help="folder of the reports")
    add("--target", metavar="URL", help="default: the target of the report")
    add("--config", type=Path, metavar="FILE", help="default: the config of the run")
    add("--allow-writes", action="store_true", help="allow writes to a remote target")
    return parser
