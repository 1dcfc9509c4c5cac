"""What a run knows before its first request: contract, clauses, ids, users, secrets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ccaas_kit import probes
from ccaas_kit.contract import clauses
from ccaas_kit.contract.arazzo import workflows
from ccaas_kit.contract.arazzo.workflows import Workflow
from ccaas_kit.contract.clauses import Clause
from ccaas_kit.contract.redaction import Redactor
from ccaas_kit.gateway import credentials, users
from ccaas_kit.gateway.credentials import Credentials
from ccaas_kit.gateway.users import Users
from ccaas_kit.judging import findings, judge
from ccaas_kit.judging.accepted import Accepted
from ccaas_kit.model import pools
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.pools import Pools
from ccaas_kit.run import config, embedded
from ccaas_kit.run.config import Config
from ccaas_kit.run.options import MAX_UNANSWERED, Options


@dataclass(frozen=True, slots=True)
class Case:
    """All that a run knows before the first request.

    `configured` is whether somebody has said which records the target has; `spare` are the ids of
    those that runs may change, by parameter; `max_unanswered` is the share of requests, in percent,
    that may have no response of the target.
    """

    options: Options
    configured: bool
    contract: Contract
    clauses: Sequence[Clause]
    pools: Pools
    accepted: Sequence[Accepted]
    known: Mapping[str, tuple[str, ...]]
    spare: Mapping[str, tuple[str, ...]]
    credentials: Credentials | None
    users: Users
    redactor: Redactor
    max_unanswered: float = MAX_UNANSWERED

    @property
    def operations(self) -> frozenset[str]:
        """The operations that the run is about."""
        return self.options.selection.bases(self.clauses, self.contract)

    @property
    def selected(self) -> Sequence[Clause]:
        """The clauses that the run asks about."""
        return self.options.selection.of(self.clauses)

    def workflows(self) -> list[Workflow]:
        """The workflows that are to be walked."""
        selection = self.options.selection
        return [flow for flow in workflows.load() if selection.walks(flow, self.clauses)]

    def asked(self) -> Sequence[probes.Case]:
        """What the probes are to look at."""
        everything = probes.cases(self.clauses, self.contract.bases_of)
        return self.options.selection.cases(everything, self.clauses, self.contract)


def prepare(
    options: Options, environment: Mapping[str, str], *, bundle: Path, compiled: Path
) -> Case:
    """What the options, the environment and the files say together.

    Raises:
        KitError: one of them cannot be used.
    """
    contract = Contract(bundle)
    promised = clauses.load(compiled)
    judge.verify(promised, contract, probes.PROBES)
    options.selection.verify(contract, promised)
    config_path = options.config
    if options.target is None:
        environment, config_path = embedded.ENVIRONMENT, config_path or embedded.CONFIG
    settings = config.load(config_path) if config_path else Config()
    findings.verify(settings.accepted, promised, contract.bases())
    signed = credentials.from_environment(environment, contract)
    callers = users.from_config(signed, settings.users, environment)
    secrets = (*(signed.secrets if signed else ()), *callers.secrets())
    redactor = Redactor()
    if options.target is not None:
        redactor.learn(*secrets)
        callers.confide(redactor.learn)
    return Case(
        options=options,
        configured=config_path is not None,
        contract=contract,
        clauses=promised,
        pools=pools.build(contract, _ids(settings), seeded=options.is_local),
        accepted=settings.accepted,
        known=settings.known,
        spare=settings.spare,
        credentials=signed,
        users=callers,
        redactor=redactor,
        max_unanswered=_first(options.max_unanswered, settings.max_unanswered, MAX_UNANSWERED),
    )


def _first(*numbers: float | None) -> float:
    """The first number that was given; the last one always is."""
    return next(number for number in numbers if number is not None)


def _ids(settings: Config) -> dict[str, tuple[str, ...]]:
    """The ids to send: of several records, those first that runs may change."""
    names = dict.fromkeys((*settings.spare, *settings.ids))
    return {
        name: tuple(dict.fromkeys((*settings.spare.get(name, ()), *settings.ids.get(name, ()))))
        for name in names
    }
