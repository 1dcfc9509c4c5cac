"""Probes of the social media profile that the creation of a contact can bring about.

No operation shows it. The config says under `social_profiles` in which table and columns an
instance keeps it, and the Table API shows it there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from ccaas_kit.gateway.outcomes import Barred, Unseen
from ccaas_kit.gateway.table_api import Record
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.probes.contact import form, samples
from ccaas_kit.probes.contact.samples import Sample
from ccaas_kit.probes.probing import Probe, Probing, expect, expect_status, recalling, require

_HANDLE = "social_handle"


def _created(probing: Probing, subject: Subject) -> str:
    sample, names = _whole(probing), form.social_fields(probing.contract)
    expect_status(sample.created, 201)
    found = _profile(probing, sample)
    told = "a profile with the values that were sent"
    expect(found is not None, told, sample.created, "no profile")
    wanted = (subject.field,) if subject.field in names else names
    shown = {name: (found or {})[name] for name in wanted}
    expect(
        all(shown[name] == sample.sent[name] for name in wanted), told, sample.created, str(shown)
    )
    return f"a profile was created with {' and '.join(wanted)}"


def _not_created(probing: Probing, _: Subject) -> str:
    if _profile(probing, _whole(probing)) is None:
        raise Unseen("no profile is seen where one was to be created")
    sample = _incomplete(probing, "all but one")
    require(sample.created, 201)
    found = _profile(probing, sample)
    expect(found is None, "no profile", sample.created, f"a profile with {found}")
    return "two of the three fields created no profile"


def _contact_created(probing: Probing, _: Subject) -> str:
    require(samples.plain(probing).created, 201)
    expect_status(_incomplete(probing, "one").created, 201)
    return "one field of three did not keep the contact from being created"


def _whole(probing: Probing) -> Sample:
    return samples.made(probing, "sociable", lambda: _values(probing))


def _incomplete(probing: Probing, which: str) -> Sample:
    def values() -> Mapping[str, Any]:
        found = _values(probing)
        others = [name for name in found if name != _HANDLE]
        left_out = others[-1:] if which == "all but one" else [*others[1:], _HANDLE]
        return {name: value for name, value in found.items() if name not in left_out}

    return samples.made(probing, f"contact with {which} social field", values)


def _values(probing: Probing) -> dict[str, str]:
    """The examples of the contract, with a handle that nobody else has."""
    nodes = probing.contract.node(form.REQUEST)["properties"]
    names = form.social_fields(probing.contract)
    found = {name: str(nodes[name]["examples"][0]) for name in names}
    handle = f"probe_{uuid4().hex[:12]}"
    return {name: text.replace(found[_HANDLE], handle) for name, text in found.items()}


def _profile(probing: Probing, sample: Sample) -> Record | None:
    """The profile with the handle that was sent, by the names of the request; None if none is."""
    names = form.social_fields(probing.contract)
    table, *columns = probing.known("social_profiles")
    if len(columns) != len(names):
        raise Barred(f"social_profiles is not a table and its columns for {', '.join(names)}")
    column = dict(zip(names, columns, strict=True))
    handle = sample.sent[_HANDLE]
    found = probing.records(table, query=f"{column[_HANDLE]}={handle}", fields=columns)
    for record in found:
        if record[column[_HANDLE]] == handle:
            return {name: record[column[name]] for name in names}
    return None


PROBES: tuple[Probe, ...] = (
    Probe("contact-beside-profile", "Fewer do not prevent the contact.", _contact_created),
    *recalling(
        Probe("contact-profile", "Three fields together create a profile.", _created),
        Probe("contact-no-profile", "Fewer create no profile.", _not_created),
    ),
)
