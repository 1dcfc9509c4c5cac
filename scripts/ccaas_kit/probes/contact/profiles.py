"""Probes of the social media profile that the creation of a contact can bring about.

No operation shows it. The config says under `social_profiles` in which table and columns an
instance keeps it, the column that refers to the contact last, and the Table API shows it there.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any
from uuid import uuid4

from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.gateway.table_api import Record
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.probes.contact import form, samples
from ccaas_kit.probes.contact.samples import Sample
from ccaas_kit.probes.probing import Probe, Probing, expect, expect_status, recalling, require

_HANDLE, _MARK = "social_handle", "probe_"
# Under what the column that refers to the contact is kept, where the config names one.
_OWNER = "contact"


def _created(probing: Probing, subject: Subject) -> str:
    sample, names = _whole(probing), form.social_fields(probing.contract)
    expect_status(sample.created, 201)
    found = _profile(probing, sample)
    expected = "a profile with the values that were sent"
    expect(found is not None, expected, sample.created, "no profile")
    wanted = (subject.field,) if subject.field in names else names
    shown = {name: (found or {})[name] for name in wanted}
    expect(
        all(shown[name] == sample.sent[name] for name in wanted),
        expected,
        sample.created,
        str(shown),
    )
    owner = (found or {}).get(_OWNER, sample.sys_id)
    expect(owner == sample.sys_id, "a profile of the new contact", sample.created, f"of '{owner}'")
    return f"a profile was created with {' and '.join(wanted)}"


def _not_created(probing: Probing, _: Subject) -> str:
    whole = _whole(probing)
    for name in _told_apart(probing, whole):
        if _profile(probing, whole, by=name) is None:
            raise InconclusiveError(f"no profile is seen by its {name} where one was to be created")
    for sample in (*_incomplete(probing, 1), *_incomplete(probing, 2)):
        require(sample.created, 201)
        for by in _told_apart(probing, sample):
            found = _profile(probing, sample, by=by)
            expect(found is None, "no profile", sample.created, f"a profile with {found}")
    return "whichever of the three fields were missing, no profile was created"


def _contact_created(probing: Probing, _: Subject) -> str:
    require(samples.plain(probing).created, 201)
    for sample in (*_incomplete(probing, 1), *_incomplete(probing, 2)):
        expect_status(sample.created, 201)
    return "one field of three, or two, did not keep the contact from being created"


def _whole(probing: Probing) -> Sample:
    """A contact with all three fields, right behind one that has other values in each of them."""
    samples.made(probing, "sociable before", lambda: _values(probing, 1))
    return samples.made(probing, "sociable", lambda: _values(probing))


def _incomplete(probing: Probing, count: int) -> list[Sample]:
    """A contact for each choice of so many fields of the profile that are left out."""
    names = form.social_fields(probing.contract)
    return [_without(probing, left_out) for left_out in combinations(names, count)]


def _without(probing: Probing, left_out: tuple[str, ...]) -> Sample:
    def values() -> Mapping[str, Any]:
        return {name: text for name, text in _values(probing).items() if name not in left_out}

    return samples.made(probing, f"contact without {' and '.join(left_out)}", values)


def _told_apart(probing: Probing, sample: Sample) -> list[str]:
    """The fields by which a profile is told from all others: those that hold the handle."""
    names = form.social_fields(probing.contract)
    return [name for name in names if _MARK in sample.sent.get(name, "")]


def _values(probing: Probing, which: int = 0) -> dict[str, str]:
    """Examples of the contract, the first or a later one, with a handle that nobody else has."""
    nodes = probing.contract.node(form.REQUEST)["properties"]
    names = form.social_fields(probing.contract)
    found = {name: str(nodes[name]["examples"][: 1 + which][-1]) for name in names}
    handle = f"{_MARK}{uuid4().hex[:12]}"
    return {name: text.replace(found[_HANDLE], handle) for name, text in found.items()}


def _profile(probing: Probing, sample: Sample, *, by: str = _HANDLE) -> Record | None:
    """The profile with the value that was sent, by the names of the request; None if none is."""
    names = form.social_fields(probing.contract)
    table, column = _columns(probing)
    found = probing.records(
        table, query=f"{column[by]}={sample.sent[by]}", fields=list(column.values())
    )
    for record in found:
        if record[column[by]] == sample.sent[by]:
            return {name: record[column[name]] for name in (*names, *({_OWNER} & column.keys()))}
    return None


def _columns(probing: Probing) -> tuple[str, dict[str, str]]:
    """The table of profiles, and its columns by the names of the request; that of the contact too."""
    names = form.social_fields(probing.contract)
    table, *columns = probing.known("social_profiles")
    if len(columns) not in (len(names), len(names) + 1):
        raise BlockedError(f"social_profiles is not a table and its columns for {', '.join(names)}")
    return table, dict(zip((*names, _OWNER), columns, strict=False))


PROBES: tuple[Probe, ...] = (
    Probe("contact-beside-profile", "Fewer do not prevent the contact.", _contact_created),
    *recalling(
        Probe("contact-profile", "Three fields together create a profile.", _created),
        Probe("contact-no-profile", "Fewer create no profile.", _not_created),
    ),
)
