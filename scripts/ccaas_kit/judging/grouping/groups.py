"""Findings of one cause as one group: what is wrong, in words, and who can probably fix it.

    groups(findings, clauses, contract) -> Grouped(findings, groups)

Two findings belong together if they share a trait: the same field of an API, the same wrong type in a
response, the same unexpected status, the same check at several operations, the same call. A finding
inside something that is wrong as a whole belongs to that.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ccaas_kit.contract import pointers
from ccaas_kit.contract.clauses import Clause, Kind
from ccaas_kit.judging.findings import Finding, Severity
from ccaas_kit.judging.grouping import wording
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.exchanges import GATEWAY, PAGES

# Findings whose places are ones in the body of a response.
_IN_BODIES = frozenset({"CK202", "CK203"})
# A finding about one response leads the group before one that a probe concludes from several.
_ORDER = ("CK401", "CK101", "CK102", "CK103", "CK201", "CK204", "CK202", "CK203", "CK104", "CK105")
# Steps that every body has, and that name no field.
_ENVELOPE = frozenset({"result", "error", ""})
_WORDS = re.compile(r"(\b(?:in|for|of|with|no|field) |\'(?=\w+\'))?\b([A-Za-z]\w+)")
_INDEX = re.compile(r"/\d+(?=/|$)")
_FAILURE = 500
# A probe that names more fields than these speaks of a whole record.
_SPOKEN = 4
_PROBE, _WORKFLOW = "CK501", "CK502"


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one cause; the first of them leads."""

    id: str
    severity: Severity
    title: str
    operations: tuple[str, ...]
    fields: tuple[str, ...]
    calls: int
    among: int
    owner: str
    findings: tuple[str, ...]
    clauses: tuple[str, ...]
    quirks: tuple[str, ...]
    docs: str
    entry: int
    evidence: tuple[str, ...] = ()

    def document(self) -> dict[str, object]:
        """The group as a scorecard holds it."""
        return {
            "id": self.id,
            "severity": str(self.severity),
            "title": self.title,
            "operations": list(self.operations),
            "fields": list(self.fields),
            "calls": self.calls,
            "among": self.among,
            "owner": self.owner,
            "findings": list(self.findings),
            "clauses": list(self.clauses),
            "quirks": list(self.quirks),
            "docs": self.docs,
            "har_entry": self.entry,
            "evidence": list(self.evidence),
        }


@dataclass(frozen=True, slots=True)
class Grouped:
    """Findings that name their group, and the groups, the heaviest first each."""

    findings: Sequence[Finding]
    groups: Sequence[Group]

    def lead(self, group: Group) -> Finding:
        """The finding that a group is named after."""
        return next(finding for finding in self.findings if finding.id == group.findings[0])


def groups(findings: Sequence[Finding], clauses: Sequence[Clause], contract: Contract) -> Grouped:
    """The findings by their causes."""
    by_id = {clause.id: clause for clause in clauses}
    traits = _Traits(by_id, contract, findings)
    members = _joined([frozenset(traits.of(finding)) for finding in findings])
    parts = [[findings[index] for index in part] for part in members]
    order = list(Severity)
    parts.sort(key=lambda part: min(order.index(finding.severity) for finding in part))
    titled: list[Finding] = []
    made: list[Group] = []
    for number, part in enumerate(parts, start=1):
        part.sort(key=lambda finding: (order.index(finding.severity), _rank(finding)))
        named = [replace(finding, group=f"G{number}") for finding in part]
        titled += named
        made.append(_group(named, traits, contract))
    titled.sort(key=lambda finding: order.index(finding.severity))
    return Grouped(titled, made)


def _rank(finding: Finding) -> int:
    return _ORDER.index(finding.code) if finding.code in _ORDER else len(_ORDER)


def _joined(traits: Sequence[frozenset[Hashable]]) -> list[list[int]]:
    """The indexes of those that are joined by traits, directly or over others, in their order."""
    leader = list(range(len(traits)))

    def find(index: int) -> int:
        while leader[index] != index:
            index = leader[index]
        return index

    first: dict[Hashable, int] = {}
    for index, own in enumerate(traits):
        for trait in own:
            one, other = sorted((find(first.setdefault(trait, index)), find(index)))
            leader[other] = one
    parts: dict[int, list[int]] = {}
    for index in range(len(traits)):
        parts.setdefault(find(index), []).append(index)
    return list(parts.values())


class _Traits:
    """What findings can have in common."""

    def __init__(
        self, clauses: Mapping[str, Clause], contract: Contract, findings: Sequence[Finding]
    ) -> None:
        self._clauses = clauses
        self._contract = contract
        self._known: dict[str, frozenset[str]] = {}
        # Where something around other places is wrong, and operations whose responses are wrong as a whole.
        self._places = {
            (finding.operation, _general(finding.place))
            for finding in findings
            if finding.code in _IN_BODIES
        }
        # The first finding about a place in a response, by each exchange that shows it.
        self._shown: dict[int, str] = {}
        for finding in findings:
            if finding.place:
                for number in finding.shown or {finding.exchange}:
                    self._shown.setdefault(number, finding.id)
        self._whole = {finding.operation for finding in findings if self._is_whole(finding)}

    def of(self, finding: Finding) -> Iterator[Hashable]:
        """The traits of a finding."""
        operation, code = finding.operation, finding.code
        yield "finding", finding.id
        if finding.clause:
            yield "clause", operation, finding.clause
        for name in self._fields(finding):
            yield "field", self._api(operation), name
        if code in _IN_BODIES:
            yield from self._of_place(operation, _general(finding.place), wording.kind(finding))
        for check in self._checks(finding):
            yield "check", check, wording.kind(finding)
        if self._is_whole(finding) or (operation in self._whole and code in (_PROBE, _WORKFLOW)):
            yield "whole", operation
        if code == _PROBE:
            yield "expected", operation, finding.status, finding.expected
        for name, trait in (
            ("answer", wording.wanted(finding) and (finding.status, wording.wanted(finding))),
            ("operator", wording.operator(finding)),
            ("shape", wording.shape(finding)),
        ):
            if trait:
                yield name, operation, trait, wording.operator(finding)
        if finding.exchange:
            yield from self._of_exchange(finding)

    def _of_place(self, operation: str, place: str, kind: str) -> Iterator[Hashable]:
        """The traits of a place in a body: the place itself, and the wrong places around it."""
        yield "part", operation, place
        yield "kind", operation, _parent(place), kind
        for above in _above(place):
            if (operation, above) in self._places:
                yield "part", operation, above

    def _of_exchange(self, finding: Finding) -> Iterator[Hashable]:
        """That findings rest on the same response, and say the same of it, or of all of it."""
        yield "seen", finding.exchange, finding.got
        field = self.field(finding)
        if not field or finding.status >= _FAILURE:
            yield "call", finding.exchange
        if not field and finding.code == _PROBE and finding.exchange in self._shown:
            yield "finding", self._shown[finding.exchange]

    def _fields(self, finding: Finding) -> Iterator[str]:
        if field := self.field(finding):
            yield field
        if finding.code == _PROBE and len(spoken := self._spoken_of(finding)) <= _SPOKEN:
            yield from spoken

    def _api(self, operation: str) -> str:
        known = self._contract.by_id
        return known[operation].api if operation in known else ""

    def field(self, finding: Finding) -> str:
        """The field, parameter or header that a finding is about; empty if about none."""
        steps = [
            step
            for step in _general(finding.place).split("/")
            if step not in _ENVELOPE | {"*", "body"}
        ]
        if steps:
            return steps[-1]
        if finding.place and finding.code in _IN_BODIES:
            return ""
        clause = self._clauses.get(finding.clause or "")
        named = _named(clause.pointer, self._contract) if clause else ""
        if named or finding.code != _PROBE:
            return named
        return next(iter(self._spoken_of(finding)), "")

    def _spoken_of(self, finding: Finding) -> tuple[str, ...]:
        """The fields that a probe names in words."""
        known = self._names(self._api(finding.operation))
        found = [
            word[2]
            for text in (finding.expected, wording.plain(finding.got))
            for word in _WORDS.finditer(text)
            if word[2] in known
            and (word[1] or not word.start() or "_" in word[2] or not word[2].islower())
        ]
        return tuple(dict.fromkeys(found))

    def _names(self, api: str) -> frozenset[str]:
        """The fields of the requests and responses of an API, and its parameters."""
        if api not in self._known:
            own = [operation for operation in self._contract.operations if operation.api == api]
            starts = [
                node
                for operation in own
                if operation.body
                for node in operation.body.media.values()
            ]
            starts += [
                node
                for operation in own
                for spec in operation.responses.values()
                for node in spec.media.values()
            ]
            nodes = {node for start in starts for node in self._contract.schemas.nodes(start)}
            steps = (pointers.parts(node) for node in nodes)
            self._known[api] = frozenset(
                part[-1] for part in steps if len(part) > 1 and part[-2] == "properties"
            ) | {parameter.name for operation in own for parameter in operation.parameters}
        return self._known[api]

    def _checks(self, finding: Finding) -> Iterator[str]:
        """The checks that may have seen it, beside those of schemas, which have places."""
        if finding.code == _PROBE:
            clause = self._clauses.get(finding.clause or "")
            for check in clause.checked_by if clause else ():
                if check.kind is Kind.PROBE:
                    yield check.subject
        elif finding.code not in (*_IN_BODIES, _WORKFLOW):
            yield finding.code

    def _is_whole(self, finding: Finding) -> bool:
        """Whether a response is wrong as a whole, so that probes see nothing in it."""
        if finding.code in ("CK101", "CK102", "CK103", "CK201", "CK401"):
            return True
        return finding.code in _IN_BODIES and _general(finding.place) in ("", "/result")


def _group(members: Sequence[Finding], traits: _Traits, contract: Contract) -> Group:
    lead = members[0]
    fields = tuple(dict.fromkeys(field for member in members if (field := traits.field(member))))
    operations = tuple(dict.fromkeys(member.operation for member in members))
    alike = [member for member in members if wording.kind(member) == wording.kind(lead)]
    named = tuple(dict.fromkeys(field for member in alike if (field := traits.field(member))))
    same = [member for member in members if member.code == lead.code]
    counted = max(same, key=lambda member: len(member.shown))
    return Group(
        id=lead.group,
        severity=lead.severity,
        title=wording.title(lead, operations, named, contract),
        operations=operations,
        fields=fields,
        calls=len(counted.shown) or len({member.exchange for member in same}),
        among=counted.among,
        owner=_owner(members),
        findings=tuple(member.id for member in members),
        clauses=tuple(dict.fromkeys(member.clause for member in members if member.clause)),
        quirks=tuple(dict.fromkeys(quirk for member in members for quirk in member.quirks)),
        docs=_docs(lead.operation, contract),
        entry=lead.entry,
    )


def _owner(members: Sequence[Finding]) -> str:
    """Who is likely to mend it."""
    lead = members[0]
    if lead.media in PAGES or lead.status in GATEWAY:
        return "something in front of the instance: the response is not one of the API"
    if lead.status in (401, 403) or lead.code == "CK108":
        return "the set-up: user, roles and ids of the run; if these are right, the instance"
    if all(member.severity is Severity.ASSUMED for member in members):
        return "an assumption of the contract that no page states"
    if any(member.quirks for member in members):
        return "the instance, or our reading of the page (see the quirk)"
    return "the instance"


def _docs(operation: str, contract: Contract) -> str:
    if operation not in contract.by_id:
        return ""
    node = contract.node(contract.by_id[operation].pointer)
    return str(node.get("externalDocs", {}).get("url", ""))


def _general(place: str) -> str:
    """A place in a body without the numbers of entries, so that those of a list are one."""
    return _INDEX.sub("/*", place)


def _parent(place: str) -> str:
    return place.rpartition("/")[0]


def _above(place: str) -> Iterator[str]:
    while place:
        place = _parent(place)
        yield place


def _named(pointer: str, contract: Contract) -> str:
    """The property, parameter or header that a pointer leads to or through; empty if none."""
    steps = list(pointers.parts(pointer))
    for index in range(len(steps) - 2, -1, -1):
        if steps[index] in ("properties", "headers"):
            name = steps[index + 1]
            return "" if name in _ENVELOPE else name
        if steps[index] == "parameters":
            node = contract.node(pointers.build(*steps[: index + 2]))
            return str(node.get("name", ""))
    return ""
