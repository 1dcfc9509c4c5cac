"""One API at two moments: what changed for its clients, and which version that needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ccaas_kit.contract import pointers
from ccaas_kit.contract.operations import operations
from specdiff.batch import Pair, changes_of
from specdiff.changes import Change
from specdiff.extensions import told_in_keys
from specdiff.findings import Finding, Line, Verdict, lines
from specdiff.flat import pruned, written_out
from specdiff.lists import is_list, list_findings
from specdiff.places import operation_name, place
from specdiff.unreported import unreported
from specdiff.verdicts import judge
from specdiff.versions import Version, version
from specdiff.words import words


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `make diff` says about one API."""

    api: str
    base: Version
    revision: Version
    lines: tuple[Line, ...]
    operations: tuple[str, ...]  # all that the API has

    @property
    def worst(self) -> Verdict | None:
        """The gravest verdict; None if nothing changed."""
        found = {line.verdict for line in self.lines}
        return next((verdict for verdict in Verdict if verdict in found), None)

    @property
    def suggested(self) -> Version:
        """The lowest version that says what changed."""
        return self.base.after(self.worst)

    @property
    def fits(self) -> bool:
        """Whether the version says at least what changed."""
        return self.revision >= self.suggested


def compare(pairs: Mapping[str, Pair]) -> list[Comparison]:
    """The comparison of each API's bundle before with its bundle now, by API name.

    Raises:
        DocumentError: a version or a document has a form that cannot be compared.
        ToolError: Redocly failed.
    """
    flat = {
        api: (written_out(base, where=_at_the_base(api)), written_out(now, where=_source(api)))
        for api, (base, now) in pairs.items()
    }
    reported = changes_of(
        {api: (pruned(base, now), pruned(now, base)) for api, (base, now) in flat.items()}
    )
    return [
        _comparison(api, pair, [*findings(*flat[api], reported[api]), *told_in_keys(*pair)])
        for api, pair in pairs.items()
    ]


def findings(
    base: dict[str, Any], revision: dict[str, Any], reported: list[Change]
) -> Iterator[Finding]:
    """What is said about two documents that are written out, and what Redocly reports of them."""
    found = [*reported, *unreported(base, revision, reported)]
    fields = {change.path for change in found if _is_field(change)}
    now_required = set(_now_required(found))
    for change in found:
        if _is_said_elsewhere(change) or (change.kind == "added" and change.path in now_required):
            continue
        here = place(change, base, revision)
        if is_list(change):
            yield from list_findings(change, here, fields)
            continue
        verdict, rule = judge(change, here, base, revision)
        subject, does = words(change, here, rule)
        context = {"Response": "", "MediaType": here.status}.get(change.type, here.context)
        names = [here.operation] if here.operation else _concerned(change, base, revision)
        for name in names:
            yield Finding(name, verdict, subject, does, rule, context)


def _comparison(api: str, pair: Pair, found: list[Finding]) -> Comparison:
    base, revision = pair
    return Comparison(
        api=api,
        base=version(base["info"]["version"], where=_at_the_base(api)),
        revision=version(revision["info"]["version"], where=_source(api)),
        lines=tuple(lines(found)),
        operations=tuple(operation["operationId"] for _, _, operation in operations(revision)),
    )


def _source(api: str) -> str:
    return f"openapi/{api}.yaml"


def _at_the_base(api: str) -> str:
    return f"{_source(api)} at the base"


def _now_required(found: list[Change]) -> Iterator[str]:
    """Paths of the fields that a change of `required` tells of, new ones among them."""
    for change in found:
        if change.type == "Schema" and change.member == "required":
            for name in set(change.revision or []) - set(change.base or []):
                yield pointers.build(*change.steps, "properties", name)


def _is_field(change: Change) -> bool:
    return change.type == "Schema" and change.kind != "modified"


def _is_said_elsewhere(change: Change) -> bool:
    """The version is what is judged, and a path is renamed without harm by its parameter."""
    version_of_it = change.type == "Info" and change.member == "version"
    renamed = change.type == "PathItem" and change.member == "key" and not change.rules
    return version_of_it or renamed


def _concerned(change: Change, base: dict[str, Any], revision: dict[str, Any]) -> list[str]:
    """The operations that a change outside of them concerns; one empty name for the API."""
    steps = change.steps
    document = revision if change.kind == "added" else base
    if steps[:2] == ["components", "securitySchemes"]:
        found = [
            operation["operationId"]
            for _, _, operation in operations(document)
            if any(steps[2] in requirement for requirement in operation.get("security", []))
        ]
    else:
        found = [
            operation_name(path, method, revision)
            for path, method, _ in operations(revision)
            if steps == ["paths", path]
        ]
    return found or [""]
