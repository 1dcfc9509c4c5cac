"""The judge: the verdict on each clause, from the recorded traffic."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from ccaas_kit.contract.arazzo import workflows
from ccaas_kit.contract.clauses import Check, Clause, Kind
from ccaas_kit.contract.defects import Defects
from ccaas_kit.contract.errors import DocumentError, KitError
from ccaas_kit.judging import judge_checks, judge_requests, judge_responses
from ccaas_kit.judging.subjects import Case, Subject
from ccaas_kit.judging.traffic import Traffic
from ccaas_kit.judging.verdicts import (
    Deviation,
    Judgement,
    Look,
    Opinion,
    Verdict,
    any_one,
    defective,
    every,
)
from ccaas_kit.model import nodes
from ccaas_kit.model.contract import Contract, Operation
from ccaas_kit.model.nodes import Node, Part
from ccaas_kit.model.pools import Pools
from ccaas_kit.model.schemas import Fault

# What these say holds for all operations of a clause at once.
_OF_NO_OPERATION = frozenset({Kind.WORKFLOW, Kind.NOT_OBSERVABLE})


def verify(clauses: Iterable[Clause], contract: Contract, probes: Collection[str]) -> None:
    """Check that each clause names an operation, a node and a check that exist.

    `probes` are the names of those that there are.

    Raises:
        DocumentError: one does not; it names the clause.
    """
    names = {
        Kind.PROPERTY: judge_checks.known(),
        Kind.PROBE: frozenset(probes),
        Kind.WORKFLOW: workflows.subjects(workflows.load()),
    }
    for clause in clauses:
        if clause.operation is not None and clause.operation not in contract.by_id:
            raise _clause_error(clause, f"there is no operation '{clause.operation}'")
        for check in clause.checked_by:
            if check.kind in names and check.subject not in names[check.kind]:
                raise _clause_error(clause, f"there is no {check.kind} '{check.subject}'")
        if any(check.kind is Kind.SCHEMA for check in clause.checked_by):
            try:
                contract.node(clause.pointer)
            except DocumentError as error:
                raise _clause_error(clause, error.what) from error


class Judge:
    """Judges the clauses by one run.

    `blocked` has the reason why an operation was not called. `probed` and `flows` are the opinions of
    probes and workflows. `not_kept` has the evidence that the target keeps no records of an
    operation; `recalling` are the probes that need a target that keeps records.
    """

    def __init__(
        self,
        contract: Contract,
        clauses: Sequence[Clause],
        traffic: Traffic,
        pools: Pools,
        *,
        blocked: Mapping[str, str],
        probed: Mapping[Case, Opinion] = MappingProxyType({}),
        flows: Mapping[str, Opinion] = MappingProxyType({}),
        not_kept: Mapping[str, str] = MappingProxyType({}),
        recalling: frozenset[str] = frozenset(),
    ) -> None:
        self._contract = contract
        self._clauses = clauses
        self._traffic = traffic
        self._pools = pools
        self._blocked = blocked
        self._probed = probed
        self._flows = flows
        self._not_kept = not_kept
        self._recalling = recalling
        self._named: dict[str, frozenset[str]] = {}
        self.defects = Defects()

    def judgements(self, chosen: Iterable[Clause] | None = None) -> list[Judgement]:
        """The verdict on each clause, in their order; a defect of ours blocks its clause."""
        return [self._judged(clause) for clause in (self._clauses if chosen is None else chosen)]

    def _judged(self, clause: Clause) -> Judgement:
        try:
            return self._judgement(clause)
        except KitError:
            raise
        except Exception as error:  # noqa: BLE001  # the other clauses are judged all the same
            opinion = defective(self.defects.note(f"judging {clause.id}", error))
            return Judgement(clause.id, opinion.verdict, clause.operation, opinion.detail)

    def unnamed(self) -> list[Deviation]:
        """Failed checks that no clause names, one per operation and check."""
        named = {
            (base, check.subject)
            for clause in self._clauses
            for base in self._contract.bases_of(clause)
            for check in clause.checked_by
            if check.kind is Kind.PROPERTY
        }
        found: list[Deviation] = []
        for base in self._contract.bases():
            for check in sorted(judge_checks.known()):
                if (base, check) not in named:
                    found += self._by_check(check, base).deviations
            silent = [
                exchange
                for exchange in self._traffic.of_base(base)
                if exchange.response is None and exchange.is_silent
            ]
            if silent:
                found.append(Deviation("CK401", base, "a response", "none", silent[0]))
        return found + self._of_unnamed_probes() + self._of_unnamed_flows()

    def _of_unnamed_probes(self) -> list[Deviation]:
        """Deviations seen by probes that no clause names."""
        named = {
            check.subject
            for clause in self._clauses
            for check in clause.checked_by
            if check.kind is Kind.PROBE
        }
        return [
            deviation
            for (name, _), opinion in self._probed.items()
            if name not in named
            for deviation in opinion.deviations
        ]

    def _of_unnamed_flows(self) -> list[Deviation]:
        """Deviations in workflows of which no clause names the whole or the step."""
        named = {
            check.subject
            for clause in self._clauses
            for check in clause.checked_by
            if check.kind is Kind.WORKFLOW
        }
        return [
            deviation
            for subject, opinion in self._flows.items()
            if "/" in subject and not named & {subject, subject.partition("/")[0]}
            for deviation in opinion.deviations
        ]

    def _judgement(self, clause: Clause) -> Judgement:
        bases = self._contract.bases_of(clause)
        if clause.any_suffices:
            opinion = every([Look(base, any_one(self._looks(clause, [base]))) for base in bases])
        else:
            opinion = every(self._looks(clause, bases))
        verdict, detail = opinion.verdict, opinion.detail
        not_kept = [self._not_kept[base] for base in bases if base in self._not_kept]
        if (
            verdict is Verdict.CONFORMS
            and not_kept
            and any(map(self._needs_records, clause.checked_by))
        ):
            verdict, detail = Verdict.UNVERIFIED, not_kept[0]
        return Judgement(clause.id, verdict, clause.operation, detail, opinion.deviations)

    def _needs_records(self, check: Check) -> bool:
        """Whether a check means something only if the target keeps records."""
        if check.kind is Kind.PROBE:
            return check.subject in self._recalling
        return check.kind is Kind.WORKFLOW or check.subject in judge_checks.OF_RECORDS

    def _looks(self, clause: Clause, bases: Sequence[str]) -> list[Look]:
        """What each check says, of each of the operations if it is about one at a time."""
        looks = []
        for check in clause.checked_by:
            if check.kind in _OF_NO_OPERATION:
                looks.append(Look(check.text, self._opinion(clause, check, bases)))
                continue
            for base in bases:
                name = base if len(clause.checked_by) == 1 else check.text
                if len(bases) > 1 and len(clause.checked_by) > 1:
                    name = f"{check.text} of {base}"
                looks.append(Look(name, self._opinion(clause, check, [base])))
        return looks

    def _opinion(self, clause: Clause, check: Check, bases: Sequence[str]) -> Opinion:
        """What a check says; that nothing was seen counts as blocked where nothing could be."""
        if check.kind is Kind.NOT_OBSERVABLE:
            return Opinion(Verdict.UNVERIFIED, check.subject)
        if check.kind is Kind.WORKFLOW:
            silent = Opinion(Verdict.UNVERIFIED, "the workflow did not run")
            opinion = self._flows.get(check.subject, silent)
        else:
            opinion = self._of_operation(clause, check, bases[0])
        if opinion.verdict is Verdict.UNVERIFIED and all(base in self._blocked for base in bases):
            return Opinion(Verdict.BLOCKED, self._blocked[bases[0]])
        return opinion

    def _of_operation(self, clause: Clause, check: Check, base: str) -> Opinion:
        if check.kind is Kind.PROPERTY:
            return self._by_check(check.subject, base, clause.pointer)
        if check.kind is Kind.SCHEMA:
            return self._by_schema(clause, base)
        if check.kind is Kind.PROBE:
            case = (check.subject, Subject(base, clause.pointer))
            return self._probed.get(case, Opinion(Verdict.UNVERIFIED, "the probe did not run"))
        raise _clause_error(clause, f"nothing judges '{check.text}'")

    def _by_check(self, check: str, base: str, pointer: str = "") -> Opinion:
        return judge_checks.judge(check, base, self._traffic, self._pools, pointer=pointer)

    def _by_schema(self, clause: Clause, base: str) -> Opinion:
        found = [
            node
            for operation in self._contract.operations
            if operation.base == base
            for node in self._roles(clause.pointer, operation)
        ]
        if not found:
            return Opinion(
                Verdict.UNVERIFIED, f"{clause.pointer} is part of no request or response"
            )
        # A value has one form, in whichever status, media type and URL it is seen. What a request
        # is refused for and what a response holds are two things.
        sides = {
            side: [node for node in found if (node.part is Part.REQUEST) is (side == "requests")]
            for side in ("requests", "responses")
        }
        return every(
            [
                Look(side, any_one([Look(str(node.part), self._by_node(node)) for node in there]))
                for side, there in sides.items()
                if there
            ]
        )

    def _by_node(self, node: Node) -> Opinion:
        named = self._named_nodes(node.operation.base)

        def nodes_of(fault: Fault) -> frozenset[str]:
            levels = (level & named for level in reversed(fault.chain))
            return next((level for level in levels if level), frozenset())

        if node.part is Part.REQUEST:
            return judge_requests.judge(node, self._traffic, nodes_of)
        return judge_responses.judge(node, self._traffic, nodes_of)

    def _roles(self, pointer: str, operation: Operation) -> list[Node]:
        found = nodes.find(self._contract, pointer, operation)
        if found or operation.id == operation.base:
            return found
        # The versioned form is elsewhere in the bundle, and has the same parts.
        base = self._contract.by_id[operation.base]
        for ours, theirs in ((base.pointer, operation.pointer), (_item(base), _item(operation))):
            if pointer.startswith(f"{ours}/"):
                return nodes.find(self._contract, theirs + pointer.removeprefix(ours), operation)
        return []

    def _named_nodes(self, base: str) -> frozenset[str]:
        """The nodes that schema clauses of an operation name, also in its versioned form."""
        if base not in self._named:
            self._named[base] = frozenset(
                node.pointer
                for clause in self._clauses
                if base in self._contract.bases_of(clause)
                and any(check.kind is Kind.SCHEMA for check in clause.checked_by)
                for operation in self._contract.operations
                if operation.base == base
                for node in self._roles(clause.pointer, operation)
            )
        return self._named[base]


def named_pointers(clauses: Iterable[Clause], contract: Contract) -> frozenset[str]:
    """The schemas that clauses point at, or at a keyword of."""
    pointers = {clause.pointer for clause in clauses}
    parents = {found[0] for pointer in pointers if (found := contract.schemas.assertion(pointer))}
    return frozenset(pointers | parents)


def _item(operation: Operation) -> str:
    return operation.pointer.rpartition("/")[0]


def _clause_error(clause: Clause, what: str) -> DocumentError:
    return DocumentError(
        f"clause {clause.id}: {what}", where="clauses.json", fix="Run 'make check-generated'"
    )
