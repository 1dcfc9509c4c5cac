"""The judge: what the recorded traffic says of each clause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from ccaas_kit import probes
from ccaas_kit.contract import nodes, workflows
from ccaas_kit.contract.clauses import Check, Clause, Kind
from ccaas_kit.contract.contract import Contract, Operation
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.nodes import Node, Part
from ccaas_kit.contract.pools import Pools
from ccaas_kit.contract.schemas import Fault
from ccaas_kit.judging import judge_checks, judge_requests, judge_responses
from ccaas_kit.judging.traffic import Traffic
from ccaas_kit.judging.verdicts import Deviation, Judgement, Opinion, Verdict, summed_up
from ccaas_kit.probes import Case
from ccaas_kit.probes.probing import Subject


def verify(clauses: Iterable[Clause], contract: Contract) -> None:
    """Hold that each clause names an operation, a node and a check that exist.

    Raises:
        DocumentError: one does not; it names the clause.
    """
    names = {
        Kind.PROPERTY: judge_checks.known(),
        Kind.PROBE: frozenset(probes.PROBES),
        Kind.WORKFLOW: workflows.subjects(workflows.load()),
    }
    for clause in clauses:
        if clause.operation is not None and clause.operation not in contract.by_id:
            raise _broken(clause, f"there is no operation '{clause.operation}'")
        for check in clause.checked_by:
            if check.kind in names and check.subject not in names[check.kind]:
                raise _broken(clause, f"there is no {check.kind} '{check.subject}'")
        if any(check.kind is Kind.SCHEMA for check in clause.checked_by):
            try:
                contract.node(clause.pointer)
            except DocumentError as error:
                raise _broken(clause, error.what) from error


class Judge:
    """Judges the clauses by one run.

    `barred` says of operations why they were not called, `probed` is what the probes saw, `flows`
    what the workflows and their steps did. `forgotten` says of operations what shows that the
    target keeps none of their records.
    """

    def __init__(
        self,
        contract: Contract,
        clauses: Sequence[Clause],
        traffic: Traffic,
        pools: Pools,
        *,
        barred: Mapping[str, str],
        probed: Mapping[Case, Opinion] = MappingProxyType({}),
        flows: Mapping[str, Opinion] = MappingProxyType({}),
        forgotten: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._contract = contract
        self._clauses = clauses
        self._traffic = traffic
        self._pools = pools
        self._barred = barred
        self._probed = probed
        self._flows = flows
        self._forgotten = forgotten
        self._named: dict[str, frozenset[str]] = {}

    def judgements(self) -> list[Judgement]:
        """The verdict on each clause, in their order."""
        return [self._judgement(clause) for clause in self._clauses]

    def unnamed(self) -> list[Deviation]:
        """Failed checks that no clause names, one per operation and check."""
        named = {
            (base, check.subject)
            for clause in self._clauses
            for base in bases_of(clause, self._contract)
            for check in clause.checked_by
            if check.kind is Kind.PROPERTY
        }
        found: list[Deviation] = []
        for base in self._contract.bases():
            for check in sorted(judge_checks.known()):
                if (base, check) not in named:
                    found += self._by_check(check, base).deviations
            silent = [each for each in self._traffic.of_base(base) if each.answer is None]
            if silent:
                found.append(Deviation("CK401", base, "an answer", "none", silent[0]))
        return found + self._of_unnamed_flows()

    def _of_unnamed_flows(self) -> list[Deviation]:
        """What broke in workflows of which neither the whole nor the step is named by a clause."""
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
        looked = [each for each in clause.checked_by if each.kind is not Kind.NOT_OBSERVABLE]
        reasons = "; ".join(
            each.subject for each in clause.checked_by if each.kind is Kind.NOT_OBSERVABLE
        )
        if not looked:
            return Judgement(clause.id, Verdict.UNVERIFIED, clause.operation, reasons)
        bases = bases_of(clause, self._contract)
        opinion = summed_up(
            [
                self._opinion(clause, check, base)
                for check in looked
                for base in (bases[:1] if check.kind is Kind.WORKFLOW else bases)
            ]
        )
        verdict, detail = opinion.verdict, opinion.detail
        forgotten = [self._forgotten[each] for each in bases if each in self._forgotten]
        if verdict is Verdict.CONFORMS and forgotten and any(map(_recalls, looked)):
            verdict, detail = Verdict.UNVERIFIED, forgotten[0]
        if verdict is Verdict.UNVERIFIED and all(base in self._barred for base in bases):
            verdict, detail = Verdict.BLOCKED, self._barred[bases[0]]
        if reasons:
            detail = f"{detail}; not looked at: {reasons}"
        return Judgement(clause.id, verdict, clause.operation, detail, opinion.deviations)

    def _opinion(self, clause: Clause, check: Check, base: str) -> Opinion:
        if check.kind is Kind.PROPERTY:
            return self._by_check(check.subject, base, clause.pointer)
        if check.kind is Kind.SCHEMA:
            return self._by_schema(clause, base)
        if check.kind is Kind.PROBE:
            case = (check.subject, Subject(base, clause.pointer))
            return self._probed.get(case, Opinion(Verdict.UNVERIFIED, "the probe did not run"))
        if check.kind is Kind.WORKFLOW:
            silent = Opinion(Verdict.UNVERIFIED, "the workflow did not run")
            return self._flows.get(check.subject, silent)
        raise _broken(clause, f"nothing judges '{check.kind}:{check.subject}'")

    def _by_check(self, check: str, base: str, pointer: str = "") -> Opinion:
        return judge_checks.judge(check, base, self._traffic, self._pools, pointer=pointer)

    def _by_schema(self, clause: Clause, base: str) -> Opinion:
        opinions = [
            self._by_node(node)
            for operation in self._contract.operations
            if operation.base == base
            for node in self._roles(clause.pointer, operation)
        ]
        if not opinions:
            return Opinion(
                Verdict.UNVERIFIED, f"{clause.pointer} is part of no request or response"
            )
        return summed_up(opinions)

    def _by_node(self, node: Node) -> Opinion:
        named = self._named_nodes(node.operation.base)

        def charged(fault: Fault) -> frozenset[str]:
            levels = (level & named for level in reversed(fault.chain))
            return next((level for level in levels if level), frozenset())

        if node.part is Part.REQUEST:
            return judge_requests.judge(node, self._traffic, charged)
        return judge_responses.judge(node, self._traffic, charged)

    def _roles(self, pointer: str, operation: Operation) -> list[Node]:
        found = nodes.find(self._contract, pointer, operation)
        if found or operation.id == operation.base:
            return found
        # The versioned form stands elsewhere in the bundle, and has the same parts.
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
                if base in bases_of(clause, self._contract)
                and any(check.kind is Kind.SCHEMA for check in clause.checked_by)
                for operation in self._contract.operations
                if operation.base == base
                for node in self._roles(clause.pointer, operation)
            )
        return self._named[base]


def bases_of(clause: Clause, contract: Contract) -> list[str]:
    """The operations that a clause is about: its own, or all of its API."""
    if clause.operation is not None:
        return [clause.operation]
    return [
        each.id for each in contract.operations if each.api == clause.api and each.id == each.base
    ]


def named_pointers(clauses: Iterable[Clause], contract: Contract) -> frozenset[str]:
    """The schemas that clauses point at, or at a keyword of."""
    pointers = {clause.pointer for clause in clauses}
    parents = {found[0] for each in pointers if (found := contract.schemas.assertion(each))}
    return frozenset(pointers | parents)


def _recalls(check: Check) -> bool:
    """Whether what a check sees kept holds only of a target that keeps records."""
    if check.kind is Kind.PROBE:
        return probes.PROBES[check.subject].recalls
    return check.kind is Kind.WORKFLOW or check.subject in judge_checks.OF_RECORDS


def _item(operation: Operation) -> str:
    return operation.pointer.rpartition("/")[0]


def _broken(clause: Clause, what: str) -> DocumentError:
    return DocumentError(
        f"clause {clause.id}: {what}", where="clauses.json", fix="Run 'make check-generated'"
    )
