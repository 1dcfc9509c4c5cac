"""What a run knows before its first request: contract, clauses, ids, users, secrets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.conformance import config, credentials, embedded, findings, judge, pools, users
from scripts.conformance.config import Accepted, Config
from scripts.conformance.contract import Contract
from scripts.conformance.credentials import Credentials, Redactor
from scripts.conformance.options import Options
from scripts.conformance.pools import Pools
from scripts.conformance.users import Users
from scripts.kit import clauses
from scripts.kit.clauses import Clause


@dataclass(frozen=True, slots=True)
class Case:
    """All that a run knows before the first request.

    `configured` is whether somebody has said which records the target has; `spare` are the ids of
    those that runs may change, by parameter.
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


def prepare(
    options: Options, environment: Mapping[str, str], *, bundle: Path, compiled: Path
) -> Case:
    """What the options, the environment and the files say together.

    Raises:
        KitError: one of them cannot be used.
    """
    contract = Contract(bundle)
    promised = clauses.load(compiled)
    judge.verify(promised, contract)
    given = options.config
    if options.target is None:
        environment, given = embedded.ENVIRONMENT, given or embedded.CONFIG
    settings = config.load(given) if given else Config()
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
        configured=given is not None,
        contract=contract,
        clauses=promised,
        pools=pools.build(contract, _ids(settings), seeded=options.is_local),
        accepted=settings.accepted,
        known=settings.known,
        spare=settings.spare,
        credentials=signed,
        users=callers,
        redactor=redactor,
    )


def _ids(settings: Config) -> dict[str, tuple[str, ...]]:
    """The ids to send: of several records, those first that runs may change."""
    names = dict.fromkeys((*settings.spare, *settings.ids))
    return {
        name: tuple(dict.fromkeys((*settings.spare.get(name, ()), *settings.ids.get(name, ()))))
        for name in names
    }
