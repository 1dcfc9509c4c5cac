"""The command line of the runner."""

from __future__ import annotations

import argparse
import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ccaas_kit.contract import targets
from ccaas_kit.contract.arguments import Parser
from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.contract.targets import host_of, is_loopback
from ccaas_kit.gateway.safety import journal
from ccaas_kit.gateway.timing.pace import REMOTE_RATE
from ccaas_kit.judging.selection import Selection
from ccaas_kit.model.profiles import Profile

OUT = Path("out/conformance")
EMBEDDED_SECONDS = 75
REMOTE_SECONDS = 900
MAX_EXAMPLES = 25
# What a run may send unless it is told otherwise: to this machine, and beyond it.
LOCAL_REQUESTS, REMOTE_REQUESTS = 20_000, 2_000
LOCAL_WRITES, REMOTE_WRITES = 20_000, 500
SEED = 1
# Seconds for one response, from a target on this machine and from another one.
LOCAL_ANSWER, REMOTE_ANSWER = 2.0, 30.0
# Of a hundred requests, so many may have no response of the target before a run judges nothing.
MAX_UNANSWERED = 2.0

_EPILOG = """
Credentials come from the environment: SN_USERNAME and SN_PASSWORD, or SN_TOKEN, or SN_API_KEY.
Exit codes: 0 no violation, 1 violations, 2 the run was not possible, 70 a defect of this program.
"""


@dataclass(frozen=True, slots=True)
class Options:
    """What a run shall do; `target` is None for the embedded one.

    `rate` is in requests per second, None being any. `sparing` is whether the run may not have
    enough requests for all that it would send. `probes_only` leaves the random requests out.
    `disposable` is whether the target is thrown away after the run. `response_time` are the seconds
    for one response, `max_unanswered` is the share of requests, in percent, that may have none; if it
    is None, the config says it. `selection` is what the clauses are that the run asks about,
    `command` the command line that asked for it. `baseline` is the scorecard of an earlier run,
    whose violations do not fail this one.
    """

    target: str | None
    profile: Profile
    config: Path | None
    out: Path
    max_time: int
    seed: int
    max_examples: int
    max_requests: int
    max_writes: int
    rate: float | None
    sparing: bool
    journal: Path
    probes_only: bool = False
    disposable: bool = False
    response_time: float = LOCAL_ANSWER
    max_unanswered: float | None = None
    selection: Selection = field(default_factory=Selection)
    command: str = ""
    baseline: Path | None = None

    @property
    def is_local(self) -> bool:
        """Whether the target is on this machine."""
        return self.target is None or is_loopback(self.target)

    @property
    def cleans(self) -> bool:
        """Whether the run removes what it has created."""
        return self.profile.writes and self.is_strict

    @property
    def is_strict(self) -> bool:
        """Whether no record may change that the run has not created."""
        return self.profile is Profile.CREATE_AND_CLEAN or not self._goes

    @property
    def seeks_unused_ids(self) -> bool:
        """Whether records may be created under ids of others that have none."""
        return self.profile is Profile.FULL and self.is_local and self.is_strict

    @property
    def _goes(self) -> bool:
        """Whether nobody needs the target any more; the embedded one goes with the run."""
        return self.target is None or self.disposable


def parse(argv: Sequence[str]) -> Options:
    """The options of a command line.

    Raises:
        ConfigError: an option does not fit another.
        TargetError: the target is no URL.
    """
    arguments = _parser().parse_args(argv)
    url = targets.base_url(arguments.target) if arguments.target is not None else None
    local = url is None or is_loopback(url)
    default = Profile.FULL if local else Profile.READ_ONLY
    profile = Profile(arguments.profile) if arguments.profile else default
    if profile.writes and not local and not arguments.allow_writes:
        raise ConfigError(
            f"the profile {profile} creates records on {host_of(arguments.target)}",
            where="--profile",
            fix="Add --allow-writes if that is what you want",
        )
    if arguments.disposable and (profile is not Profile.FULL or not local):
        raise ConfigError(
            f"{host_of(arguments.target or '') or 'the sandbox'} cannot be disposable with the profile {profile}",
            where="--disposable",
            fix="Use it with the profile full and a local target",
        )
    default_time = EMBEDDED_SECONDS if arguments.target is None else REMOTE_SECONDS
    return Options(
        target=url,
        profile=profile,
        config=arguments.config,
        out=arguments.out,
        max_time=arguments.max_time or default_time,
        seed=arguments.seed,
        max_examples=arguments.max_examples,
        max_requests=arguments.max_requests or (LOCAL_REQUESTS if local else REMOTE_REQUESTS),
        max_writes=_writes(arguments.max_writes, profile, local=local),
        rate=arguments.rate or (None if local else REMOTE_RATE),
        sparing=not local or bool(arguments.max_requests) or arguments.max_writes is not None,
        journal=arguments.journal or arguments.out / journal.NAME,
        probes_only=arguments.probes_only,
        disposable=arguments.disposable,
        response_time=arguments.response_time or (LOCAL_ANSWER if local else REMOTE_ANSWER),
        max_unanswered=arguments.max_unanswered,
        baseline=arguments.baseline,
        command=shlex.join([*_parser().prog.split(), *map(str, argv)]),
        selection=Selection(
            apis=frozenset(arguments.api),
            operations=frozenset(arguments.operation),
            clauses=frozenset(arguments.clause),
        ),
    )


def _writes(limit: int | None, profile: Profile, *, local: bool) -> int:
    if not profile.writes:
        return 0
    return (LOCAL_WRITES if local else REMOTE_WRITES) if limit is None else limit


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="ccaas conform",
        description="Test a target against every clause of the contract.",
        epilog=_EPILOG,
    )
    add = parser.add_argument
    add(
        "--target",
        metavar="URL",
        help="base URL of the target; default: the sandbox, which the run starts",
    )
    add(
        "--profile",
        choices=[str(profile) for profile in Profile],
        help="default: full for a local target, read-only for a remote one",
    )
    add("--config", type=Path, metavar="FILE", help="TOML file with ids and waivers")
    add("--out", type=Path, default=OUT, metavar="DIR", help=f"folder of the reports ({OUT})")
    add_baseline(parser)
    add("--max-time", type=_positive, metavar="S", help="stop sending requests after S seconds")
    add("--seed", type=_number, default=SEED, metavar="N", help=f"seed of the data ({SEED})")
    add(
        "--max-examples",
        type=_positive,
        default=MAX_EXAMPLES,
        metavar="N",
        help=f"random requests per operation ({MAX_EXAMPLES})",
    )
    for name in ("api", "operation", "clause"):
        text = f"test this {name} only; can be repeated"
        add(f"--{name}", action="append", default=[], metavar="NAME", help=text)
    add("--probes-only", action="store_true", help="send no random requests; takes some seconds")
    add(
        "--max-requests",
        type=_positive,
        metavar="N",
        help="maximum number of requests, cleanup not counted",
    )
    add("--max-writes", type=_number, metavar="N", help="maximum number of requests other than GET")
    add(
        "--response-time",
        type=_rate,
        metavar="S",
        help=f"seconds to wait for a response ({LOCAL_ANSWER:g} local, {REMOTE_ANSWER:g} remote)",
    )
    add(
        "--max-unanswered",
        type=_percent,
        metavar="PERCENT",
        help=f"share of requests that may get no response ({MAX_UNANSWERED:g})",
    )
    add("--rate", type=_rate, metavar="N", help="maximum number of requests per second")
    add(
        "--journal",
        type=Path,
        metavar="FILE",
        help=f"record of what the run creates (DIR/{journal.NAME})",
    )
    add(
        "--disposable",
        action="store_true",
        help="the local target is thrown away: full may change any record and removes none",
    )
    add("--allow-writes", action="store_true", help="allow writes to a remote target")
    return parser


def add_baseline(parser: argparse.ArgumentParser) -> None:
    """The option of every command that fails on violations."""
    parser.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="scorecard.json of an earlier run: only violations that it does not have fail",
    )


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0")
    return rate


def _percent(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 100:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 0 to 100")
    return share


def _positive(text: str) -> int:
    return _number(text, least=1)


def _number(text: str, least: int = 0) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number of {least} or more")
    return int(text)
