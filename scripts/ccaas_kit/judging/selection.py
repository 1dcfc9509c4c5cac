"""Which clauses a run asks about: all of them, or those that its user has named."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from ccaas_kit.contract.arazzo.workflows import Workflow
from ccaas_kit.contract.arguments import nearest
from ccaas_kit.contract.clauses import Check, Clause, Kind
from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.contract.shapes import Json
from ccaas_kit.judging.subjects import Case, Subject
from ccaas_kit.model.contract import Contract

# What these checks say rests on all that a run sends, and not on one probe.
_OF_TRAFFIC = frozenset({Kind.SCHEMA, Kind.PROPERTY})


@dataclass(frozen=True, slots=True)
class Selection:
    """The clauses of these APIs, those of these operations, and these; without any name, all.

    Where `probes` is not None, these probes and workflows, and those that `clauses` name, are all
    that is asked.
    """

    apis: frozenset[str] = frozenset()
    operations: frozenset[str] = frozenset()
    clauses: frozenset[str] = frozenset()
    probes: frozenset[str] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self == Selection()

    def verify(self, contract: Contract, clauses: Iterable[Clause]) -> None:
        """Hold that each name exists.

        Raises:
            ConfigError: one does not; it names the nearest.
        """
        bases = list(contract.bases())
        known: Mapping[str, tuple[Collection[str], Collection[str]]] = {
            "--api": (self.apis, dict.fromkeys(contract.by_id[base].api for base in bases)),
            "--operation": (self.operations, bases),
            "--clause": (self.clauses, [clause.id for clause in clauses]),
        }
        for option, (chosen, names) in known.items():
            for name in sorted(chosen):
                if name not in names:
                    shown = ", ".join(sorted(names)[:9])
                    raise ConfigError(
                        f"there is no {option.removeprefix('--')} '{name}'",
                        where=option,
                        fix=nearest(name, names, f"There are {shown}"),
                    )

    def of(self, clauses: Sequence[Clause]) -> Sequence[Clause]:
        """The clauses that are asked about, in their order."""
        if self.is_whole:
            return clauses
        return [
            clause
            for clause in clauses
            if clause.id in self.clauses
            or clause.api in self.apis
            or clause.operation in self.operations
        ]

    def bases(self, clauses: Sequence[Clause], contract: Contract) -> frozenset[str]:
        """The operations that the selected clauses are about, and those that were named."""
        chosen = self.of(clauses)
        return self.operations.union(*(contract.bases_of(clause) for clause in chosen))

    def cases(
        self, everything: Sequence[Case], clauses: Sequence[Clause], contract: Contract
    ) -> Sequence[Case]:
        """Of all that probes can look at, what they are to look at."""
        if self.is_whole:
            return everything
        asking = [
            (clause, check, contract.bases_of(clause)) for clause, check in self._asking(clauses)
        ]
        named = {
            (check.subject, Subject(base, clause.pointer))
            for clause, check, bases in asking
            if check.kind is Kind.PROBE
            for base in bases
        }
        # What is said of all traffic needs some.
        open_bases = {
            base
            for _, check, bases in asking
            if check.kind in _OF_TRAFFIC and self.probes is None
            for base in bases
        }
        probes = self.probes or ()
        return [
            case
            for case in everything
            if case in named or case[0] in probes or case[1].operation in open_bases
        ]

    def walks(self, workflow: Workflow, clauses: Sequence[Clause]) -> bool:
        """Whether a workflow is to be walked."""
        if self.is_whole or workflow.id in (self.probes or ()):
            return True
        named = {check.subject for _, check in self._asking(clauses)}
        return not named.isdisjoint(workflow.subjects())

    def _asking(self, clauses: Sequence[Clause]) -> Iterator[tuple[Clause, Check]]:
        """The checks that are asked for, with their clauses."""
        for clause in self.of(clauses):
            if self.probes is None or clause.id in self.clauses:
                yield from ((clause, check) for check in clause.checked_by)

    def document(self) -> dict[str, list[str]]:
        """The names, as a log keeps them."""
        names_by_dimension = {
            dimension.name: getattr(self, dimension.name) for dimension in fields(self)
        }
        return {
            name: sorted(names) for name, names in names_by_dimension.items() if names is not None
        }


def of_document(document: Mapping[str, Json]) -> Selection:
    """The selection of a log."""
    return Selection(**{name: frozenset(names) for name, names in document.items()})
