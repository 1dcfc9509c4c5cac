"""The input of Schemathesis: its config file, its copy of the bundle, its command line.

Schemathesis is run as a command, not imported: its command line and its config file are its
stable interface, and a crash or a hang of it stays outside.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ccaas_kit.fuzzing import own_checks, response_rules
from ccaas_kit.gateway.identity import StandIn
from ccaas_kit.model.contract import Contract, Operation
from ccaas_kit.model.pools import Pools, with_ids
from ccaas_kit.model.profiles import Profile, reads

# Checks of Schemathesis that we leave out, and why.
LEFT_OUT = {
    "negative_data_rejection": "judged per node: a request may break what no page says is rejected",
    "missing_required_header": "judged per node; no operation requires a header of its own",
    "allow_header_conformance": "no page requires an Allow header",
    "object_level_authorization": "needs two users",
    "max_response_time": "slowness is no deviation",
}
# Reports of Schemathesis that are kept beside ours, for those who know them.
ENGINE_REPORTS = ("json", "junit", "har")
_ID_PROBABILITY = {"path": 0.85, "query": 0.7, "header": 0.7, "body": 0.6}
_VERSIONED_SHARE = 4
_SINGLE_PHASES = ("examples", "coverage", "fuzzing")


@dataclass(frozen=True, slots=True)
class Part:
    """One call of Schemathesis: some phases, for some operations."""

    name: str
    phases: tuple[str, ...]
    operations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A run of Schemathesis; `folder` is its working directory and holds what it writes.

    `timeout` is how many seconds it waits for a response. `is_strict` is whether writing requests
    may change only what the run has created; `in_chains` are operations that are called only there.
    `bases` are the operations that are called, with their versioned forms; if it is None, all.
    """

    folder: Path
    profile: Profile
    seed: int
    max_examples: int
    timeout: float
    is_strict: bool = False
    in_chains: frozenset[str] = frozenset()
    bases: frozenset[str] | None = None

    def events(self, part: Part) -> Path:
        """Where a part writes what happens."""
        return self.folder / f"{part.name}.ndjson"

    def output(self, part: Part) -> Path:
        """Where a part writes what it prints."""
        return self.folder / f"{part.name}.log"

    def report(self, part: Part, kind: str) -> Path:
        """Where Schemathesis writes a report of its own about a part."""
        return self.folder / f"{part.name}.{kind}"

    def command(self, part: Part) -> list[str]:
        """The command line of a part; it never holds a secret."""
        return [
            str(Path(sys.executable).with_name("schemathesis")),
            *("--config-file", "schemathesis.toml"),
            "run",
            "bundle.json",
            *("--seed", str(self.seed)),
            *("--phases", ",".join(part.phases)),
            *("--report", ",".join(("ndjson", *ENGINE_REPORTS))),
            *("--report-ndjson-path", str(self.events(part))),
            *(
                word
                for kind in ENGINE_REPORTS
                for word in (f"--report-{kind}-path", str(self.report(part, kind)))
            ),
            *(word for name in part.operations for word in ("--include-operation-id", name)),
            "--no-color",
        ]

    def parts(self, contract: Contract) -> list[Part]:
        """Each operation alone, then the chains of operations that links connect.

        Each group of chains is a part of its own: Schemathesis starts chains only where it expects
        the most, and would leave the other groups out.
        """
        called = self._called(contract)
        if not called:
            # Schemathesis calls every operation if none is named.
            return []
        return [
            Part(
                "single", _SINGLE_PHASES, tuple(operation.id for operation in self._alone(contract))
            ),
            *_chains(called),
        ]

    def sparing_parts(self, contract: Contract, weights: Mapping[str, int]) -> list[Part]:
        """The parts of a run that may not send everything: the most decisive requests come first.

        These are the examples of all operations, then the operations one by one, by falling weight.
        """
        called = self._alone(contract)
        bases = sorted(
            dict.fromkeys(operation.base for operation in called), key=lambda base: -weights[base]
        )
        examples = [
            Part(
                name,
                _SINGLE_PHASES[:1],
                tuple(operation.id for operation in called if is_of(operation)),
            )
            for name, is_of in (
                ("reading", reads),
                ("writing", lambda operation: not reads(operation)),
            )
        ]
        single = [
            Part(
                base,
                _SINGLE_PHASES[1:],
                tuple(operation.id for operation in called if operation.base == base),
            )
            for base in bases
        ]
        chains = _chains(self._called(contract))
        return [*(example for example in examples if example.operations), *single, *chains]

    def _called(self, contract: Contract) -> list[Operation]:
        return [
            operation
            for operation in contract.operations
            if self.profile.fuzzes(operation)
            and (self.bases is None or operation.base in self.bases)
        ]

    def _alone(self, contract: Contract) -> list[Operation]:
        return [
            operation for operation in self._called(contract) if operation.id not in self.in_chains
        ]


def write(
    plan: Plan, contract: Contract, pools: Pools, *, address: str, signed: StandIn | None
) -> None:
    """Write the files of the plan into its folder: `address` is where everything is sent."""
    bundle = json.dumps(with_ids(contract, pools))
    (plan.folder / "bundle.json").write_text(bundle, encoding="utf-8")
    rules = [rule._asdict() for rule in response_rules.of(contract)]
    (plan.folder / own_checks.RULES).write_text(json.dumps(rules), encoding="utf-8")
    settings = _settings(plan, contract, pools, address, signed)
    (plan.folder / "schemathesis.toml").write_text(_toml(settings), encoding="utf-8")


def _settings(
    plan: Plan, contract: Contract, pools: Pools, address: str, signed: StandIn | None
) -> dict[str, Any]:
    settings: dict[str, Any] = {
        # Not on the command line, which everybody on this machine can read.
        "base-url": address,
        "hooks": own_checks.__file__,
        "continue-on-failure": True,
        "rate-limit": "auto",
        "request-timeout": plan.timeout,
        "max-redirects": 0,
        "warnings": False,
        "suppress-health-check": ["all"],
        "cache": {"enabled": False},
        "generation": {
            "mode": "all",
            "max-examples": plan.max_examples,
            "no-shrink": True,
            "database": "none",
            # Invented credentials would only be told apart from ours by the response.
            "with-security-parameters": False,
        },
        "checks": {name: {"enabled": False} for name in LEFT_OUT if name != "max_response_time"},
        "output": {
            # Only what carries credentials: the defaults would also hide WWW-Authenticate.
            "sanitization": {
                "enabled": True,
                "keys-to-sanitize": [
                    "authorization",
                    "cookie",
                    "set-cookie",
                    "proxy-authorization",
                ],
                "sensitive-markers": ["apikey", "api-key"],
            },
            "truncation": {"max-recorded-payload-size": 0},
        },
        "dictionaries": {
            _dictionary(name): {"values": list(values)} for name, values in pools.values.items()
        },
        "parameters": {
            place.key: {
                "dictionary": _dictionary(place.name),
                "probability": _ID_PROBABILITY[place.where],
            }
            for place in pools.bound()
        },
        "phases": _phases(plan),
        "operations": _operations(plan, contract),
    }
    if signed:
        settings["auth"] = {"openapi": {signed.scheme: dict(signed.settings)}}
    return settings


def _chains(called: list[Operation]) -> list[Part]:
    return [
        Part(f"chains-{number}", ("stateful",), group)
        for number, group in enumerate(_linked(called), start=1)
    ]


def _linked(operations: list[Operation]) -> list[tuple[str, ...]]:
    """The groups of operations that links connect, each with the versioned forms."""
    bases = {operation.base for operation in operations}
    groups = {base: {base} for base in bases}
    for operation in operations:
        for target in operation.links:
            if target in bases and operation.base in bases:
                groups[operation.base] |= groups[target]
                for member in groups[operation.base]:
                    groups[member] = groups[operation.base]
    distinct = {id(group): group for group in groups.values() if len(group) > 1}
    members = [
        tuple(operation.id for operation in operations if operation.base in group)
        for group in distinct.values()
    ]
    return sorted(members)


def _phases(plan: Plan) -> dict[str, Any]:
    """The check of authentication repeats each request twice: two phases of four are enough."""
    sparing = {"checks": {"ignored_auth": {"enabled": False}}}
    coverage: dict[str, Any] = dict(sparing)
    if plan.profile is not Profile.FULL or plan.is_strict:
        coverage["unexpected-methods"] = []
    # Chains of the contract's own links, of valid requests: the other phases break them.
    stateful = {
        **sparing,
        "generation": {"mode": "positive", "max-examples": plan.max_examples},
        "inference": {"algorithms": []},
    }
    return {"coverage": coverage, "stateful": stateful}


def _operations(plan: Plan, contract: Contract) -> list[dict[str, Any]]:
    """The versioned forms have the schemas of their bases: a few requests are enough for them."""
    versioned = [
        operation.id for operation in contract.operations if operation.id != operation.base
    ]
    if not versioned:
        return []
    return [
        {
            "include-operation-id": versioned,
            "generation": {"max-examples": max(1, plan.max_examples // _VERSIONED_SHARE)},
            "phases": {"coverage": {"enabled": False}},
        }
    ]


def _dictionary(name: str) -> str:
    return f"ids-{name}"


def _toml(settings: Mapping[str, Any]) -> str:
    """The settings as TOML: inline values only, which JSON's notation covers but for tables."""
    return "".join(f"{json.dumps(key)} = {_value(value)}\n" for key, value in settings.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{json.dumps(key)} = {_value(entry)}" for key, entry in value.items())
        return "{" + inner + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(entry) for entry in value) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)
