"""Which clauses a fault violates: the ids that it names, and those of the checks that it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ccaas_kit.contract.clauses import Clause
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.faults.fault import Fault

_CHECK = "@"


@dataclass(frozen=True, slots=True)
class Breakage:
    """The clauses that faults break, by the name of the fault, and the API of each operation."""

    clauses: Mapping[str, Clause]
    by_fault: Mapping[str, frozenset[str]]
    api_of: Mapping[str, str]

    def apis(self, name: str) -> frozenset[str]:
        """The APIs whose clauses a fault breaks."""
        return frozenset(self.clauses[clause_id].api for clause_id in self.by_fault[name])


def of(faults: Iterable[Fault], clauses: Sequence[Clause]) -> Breakage:
    """What each fault breaks.

    `@name` stands for all clauses that a check of this name looks at, `@name:operation` for those of
    one operation; `@schema` for those that the schemas decide.

    Raises:
        DocumentError: a fault names a clause that does not exist, or breaks none.
    """
    known = {clause.id: clause for clause in clauses}
    apis = {clause.operation: clause.api for clause in clauses if clause.operation}
    by_fault = {}
    for fault in faults:
        ids: set[str] = set()
        for entry in fault.breaks:
            if entry.startswith(_CHECK):
                check, _, operation = entry.removeprefix(_CHECK).partition(":")
                ids.update(_of_check(clauses, check, operation, apis.get(operation, "")))
            elif entry in known:
                ids.add(entry)
            elif not _is_optional(entry):
                raise DocumentError(
                    f"the fault {fault.name} breaks {entry}, which is no clause",
                    where="scripts/ccaas_kit/faults",
                    fix="Name a clause of generated/clauses.json",
                )
        if not ids:
            raise DocumentError(
                f"the fault {fault.name} breaks no clause",
                where="scripts/ccaas_kit/faults",
                fix="Name the clauses that it breaks",
            )
        by_fault[fault.name] = frozenset(ids)
    return Breakage(known, by_fault, apis)


def _is_optional(entry: str) -> bool:
    """Whether an id is that of a status, which not every operation of a family lists."""
    return "-S" in entry and entry.rpartition("-S")[2].isdecimal()


def _of_check(clauses: Sequence[Clause], check: str, operation: str, api: str) -> set[str]:
    return {
        clause.id
        for clause in clauses
        if any(check in (way.subject, way.kind) for way in clause.checked_by)
        and (
            not operation
            or clause.operation == operation
            or (clause.operation is None and clause.api == api)
        )
    }
