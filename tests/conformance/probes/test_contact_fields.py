"""The probes of the fields of a contact: kept by the sandbox, and seen broken field by field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ccaas_kit.judging.verdicts import Verdict
from ccaas_kit.model.profiles import Profile
from ccaas_kit.probes.contact import form
from ccaas_kit.probes.contact.form import Field
from ccaas_kit.probes.probing import Probing
from tests.conformance.probes import bed, contact_bed
from tests.conformance.probes.contact_bed import FIELDS, keeps, record_of, request_of, shows
from tests.looping import every

CREATE, READ, LIST = "createContact", "getContact", "listContacts"
RECORD = form.RECORD
READ_ONLY = form.read_only(bed.contract())
# A probe, an operation, and the node that it looks at.
Case = tuple[str, str, str]


def _of(probe: str, holds: Any) -> list[Case]:
    """A probe of the creation, for each field for which something holds."""
    return [(probe, CREATE, request_of(field.name)) for field in FIELDS.values() if holds(field)]


def _all() -> list[Case]:
    cases = [
        *_of("contact-default", lambda field: field.default is not None),
        *_of("contact-value-kept", lambda field: not field.table),
        *_of("contact-reference-kept", lambda field: field.table),
        *_of("contact-length-kept", lambda field: field.limit),
        *_of("contact-list-of-values", lambda field: field.values),
        *_of("contact-no-reference", lambda field: field.table),
        ("contact-text-forms", CREATE, form.REQUEST),
        ("contact-native-forms", CREATE, form.REQUEST),
    ]
    cases += [("contact-read-only", CREATE, record_of(read_only)) for read_only in READ_ONLY]
    for operation in (READ, LIST):
        cases.append(("contact-domain-default", operation, record_of("sys_domain_path")))
        for name, field in FIELDS.items():
            if field.default is not None:
                cases.append(("contact-default", operation, record_of(name)))
            if field.table:
                cases.append(("contact-reference-found", operation, record_of(name)))
    return cases


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Probing]:
    with contact_bed.serving() as seen:
        yield seen


@every(("probe", "operation", "pointer"), _all())
def test_the_sandbox_keeps_it(sandbox: Probing, probe: str, operation: str, pointer: str) -> None:
    bed.conforms(sandbox, probe, operation, pointer)


def test_few_requests_decide_all_fields() -> None:
    with contact_bed.serving() as seen:
        for case in _all():
            bed.conforms(seen, *case)

        sent = {name: len(seen.seen(name)) for name in (CREATE, READ, LIST)}

    tables = {field.table for field in FIELDS.values() if field.table}
    longest_list = max(len(field.values) for field in FIELDS.values())
    # Nothing; all valid values, and alone what follows from others (2); overlong texts in the same way
    # and codes by themselves (4); each value of the longest list, and one beyond; ids without a record;
    # flags and numbers as such; fields that only the instance sets; two values one after the other (2).
    assert sent[CREATE] == 1 + (1 + 2) + 4 + (longest_list + 1) + 1 + 1 + 1 + 2
    # Each is read once, the first twice; each table is asked for once, and the list twice.
    assert sum(sent.values()) <= 2 * sent[CREATE] + 1 + len(tables) + 2


_OTHER_DEFAULTS = [("active", "false"), ("edu_status", ""), ("date_format", "dd/mm/yyyy")]


@every("operation", [CREATE, READ, LIST])
@every(("field", "value"), _OTHER_DEFAULTS)
def test_another_default(operation: str, field: str, value: str) -> None:
    pointer = request_of(field) if operation == CREATE else record_of(field)
    with contact_bed.serving(fault=shows(field, value)) as seen:
        bed.violates(seen, "contact-default", operation, pointer)


def test_another_path_of_the_domain() -> None:
    pointer = record_of("sys_domain_path")
    with contact_bed.serving(fault=shows("sys_domain_path", "!!!/")) as seen:
        bed.violates(seen, "contact-domain-default", READ, pointer)


def test_a_contact_of_another_domain_tells_nothing_of_the_global_one() -> None:
    with contact_bed.serving(fault=shows("sys_domain", "TOP/Boxeo")) as seen:
        bed.unverified(seen, "contact-domain-default", READ, record_of("sys_domain_path"))


@every(
    "field", ["city", "vip", "latitude", "middle_name", "last_login_time", "photo", "on_schedule"]
)
def test_a_value_is_dropped(field: str) -> None:
    with contact_bed.serving(tamper=contact_bed.drops(field)) as seen:
        bed.violates(seen, "contact-value-kept", CREATE, request_of(field))


@pytest.mark.parametrize("field", ["account", "manager", "building"])
def test_a_reference_is_dropped(field: str) -> None:
    with contact_bed.serving(tamper=contact_bed.drops(field)) as seen:
        bed.violates(seen, "contact-reference-kept", CREATE, request_of(field))


@pytest.mark.parametrize(
    "field",
    ["zip", "vip", "latitude", "first_name", "user_name", "time_zone", "country", "account"],
)
def test_a_value_is_that_of_the_contact_before(field: str) -> None:
    probe = "contact-reference-kept" if FIELDS[field].table else "contact-value-kept"
    with contact_bed.serving(tamper=contact_bed.stale(field)) as seen:
        bed.violates(seen, probe, CREATE, request_of(field))


@pytest.mark.parametrize(
    ("one", "other"),
    [("city", "gender"), ("photo", "roles"), ("vip", "web_service_access_only")],
)
def test_two_fields_are_taken_for_each_other(one: str, other: str) -> None:
    with contact_bed.serving(tamper=contact_bed.exchanged(one, other)) as seen:
        bed.violates(seen, "contact-value-kept", CREATE, request_of(one))


def test_every_contact_may_have_the_only_value_that_is_known() -> None:
    with contact_bed.serving(fault=shows("time_zone", FIELDS["time_zone"].sample())) as seen:
        bed.conforms(seen, "contact-value-kept", CREATE, request_of("time_zone"))


@every("field", ["city", "country", "source", "latitude", "date_format"])
def test_a_longer_text_is_kept(field: str) -> None:
    with contact_bed.serving(fault=keeps(field)) as seen:
        bed.violates(seen, "contact-length-kept", CREATE, request_of(field))


@every("field", ["city", "name", "phone", "edu_status", "introduction"])
def test_a_longer_text_is_cut(field: str) -> None:
    limit = FIELDS[field].limit or 0
    with contact_bed.serving(tamper=contact_bed.cuts(field, limit)) as seen:
        bed.conforms(seen, "contact-length-kept", CREATE, request_of(field))
    with contact_bed.serving(tamper=contact_bed.cuts(field, limit - 1)) as seen:
        bed.violates(seen, "contact-length-kept", CREATE, request_of(field))


@pytest.mark.parametrize("field", ["vip", "notification", "calendar_integration", "time_format"])
def test_another_value_than_the_listed_ones_is_kept(field: str) -> None:
    with contact_bed.serving(fault=keeps(field)) as seen:
        bed.violates(seen, "contact-list-of-values", CREATE, request_of(field))


@pytest.mark.parametrize(
    ("field", "value"), [("agent_status", "On break"), ("vip", "true"), ("notification", "1")]
)
def test_a_listed_value_is_not_kept(field: str, value: str) -> None:
    def without(request: Any) -> Any:
        return contact_bed.drops(field)(request) if value.encode() in request.body else request

    with contact_bed.serving(tamper=without) as seen:
        bed.violates(seen, "contact-list-of-values", CREATE, request_of(field))


def test_either_spelling_of_the_month_is_the_same_value() -> None:
    def spelled(record: dict[str, Any]) -> None:
        record["date_format"] = record["date_format"].replace("mm", "MM")

    with contact_bed.serving(fault=contact_bed.changes(spelled)) as seen:
        for probe in ("contact-value-kept", "contact-list-of-values"):
            bed.conforms(seen, probe, CREATE, request_of("date_format"))


@pytest.mark.parametrize("field", ["account", "department", "manager"])
def test_a_text_is_kept_as_a_reference(field: str) -> None:
    with contact_bed.serving(fault=keeps(field)) as seen:
        bed.violates(seen, "contact-no-reference", CREATE, request_of(field))


@every("field", ["sys_created_on", "sys_mod_count", "sys_class_name", "last_login", "sys_tags"])
def test_a_read_only_field_is_taken_over(field: str) -> None:
    with contact_bed.serving(fault=keeps(field)) as seen:
        bed.violates(seen, "contact-read-only", CREATE, record_of(field))


@every("field", ["vip", "failed_attempts", "longitude"])
@every("probe", ["contact-text-forms", "contact-native-forms"])
def test_a_flag_or_a_number_is_dropped(probe: str, field: str) -> None:
    with contact_bed.serving(tamper=contact_bed.drops(field)) as seen:
        bed.violates(seen, probe, CREATE, form.REQUEST)


@every("operation", [READ, LIST])
@every("field", ["account", "location", "time_sheet_policy"])
def test_a_reference_leads_nowhere(operation: str, field: str) -> None:
    with contact_bed.serving(fault=shows(field, "f" * 32)) as seen:
        bed.violates(seen, "contact-reference-found", operation, record_of(field))


def test_without_the_table_api_nothing_is_known_of_most_references() -> None:
    with contact_bed.serving() as seen:
        seen.tables = None

        bed.blocked(seen, "contact-reference-found", READ, record_of("account"))
        bed.blocked(seen, "contact-reference-kept", CREATE, request_of("building"))
        bed.conforms(seen, "contact-reference-kept", CREATE, request_of("account"))


@pytest.mark.parametrize("operation", [READ, LIST])
def test_one_reference_of_several_leads_nowhere(operation: str) -> None:
    def one(record: dict[str, Any]) -> None:
        if record["location"] and record["title"]:
            record["location"] = "f" * 32

    with contact_bed.serving(fault=contact_bed.changes(one)) as seen:
        bed.violates(seen, "contact-reference-found", operation, record_of("location"))


def test_a_record_that_may_be_hidden_tells_nothing() -> None:
    def uncounted(request: Any, response: Any) -> Any:
        return bed.with_header(nowhere(request, response), "X-Total-Count", None)

    nowhere = shows("building", "f" * 32)
    with contact_bed.serving(fault=uncounted) as seen:
        opinion = bed.blocked(seen, "contact-reference-found", READ, record_of("building"))

    assert "may hide a record of cmn_building" in opinion.detail


def test_references_are_looked_up_without_the_right_to_write() -> None:
    with contact_bed.serving(profile=Profile.READ_ONLY) as seen:
        bed.conforms(seen, "contact-reference-found", LIST, record_of("account"))
        bed.conforms(seen, "contact-reference-found", READ, record_of("account"))
        bed.blocked(seen, "contact-value-kept", CREATE, request_of("city"))


def test_a_refused_creation_tells_of_the_field_that_is_refused() -> None:
    refused = contact_bed.refuses(lambda body: len(str(body.get("street", ""))) > 255)
    with contact_bed.serving(fault=refused) as seen:
        opinion = bed.violates(seen, "contact-length-kept", CREATE, request_of("city"))
        bed.conforms(seen, "contact-default", CREATE, request_of("vip"))

    assert "street" in opinion.detail
    assert "city" not in opinion.detail


def test_codes_that_are_refused_tell_nothing_of_other_fields() -> None:
    refused = contact_bed.refuses(lambda body: "country" in body)
    with contact_bed.serving(fault=refused) as seen:
        for probe in ("contact-value-kept", "contact-length-kept"):
            bed.conforms(seen, probe, CREATE, request_of("city"))
            bed.unverified(seen, probe, CREATE, request_of("country"))


@pytest.mark.parametrize("field", ["account", "schedule", "manager"])
def test_an_id_without_a_record_is_kept(field: str) -> None:
    with contact_bed.serving(fault=keeps(field)) as seen:
        for field_asked in (field, "location"):
            pointer = request_of(field_asked)
            opinion = bed.look(seen, "contact-no-reference", CREATE, pointer)
            assert (opinion.verdict is Verdict.VIOLATES) is (field_asked == field)


def test_a_full_name_is_kept_where_it_is_sent_alone() -> None:
    def beside_its_parts(request: Any) -> Any:
        return request if b"first_name" in request.body else contact_bed.drops("name")(request)

    with contact_bed.serving(tamper=beside_its_parts) as seen:
        bed.violates(seen, "contact-value-kept", CREATE, request_of("name"))


@every("field", FIELDS.values(), ids=FIELDS.keys())
def test_a_sample_fits_its_field(field: Field) -> None:
    sample = field.sample()

    assert 0 < len(sample) <= (field.limit or len(sample))
    assert sample in (field.values or (sample,))
    assert sample != field.default or len(field.values) == 1
    assert field.holds(sample, sample)


def test_numbers_are_compared_by_their_value() -> None:
    assert FIELDS["latitude"].holds("57.60", "57.6")
    assert not FIELDS["latitude"].holds("57.7", "57.6")
    assert not FIELDS["zip"].holds("092069", "92069")
    assert not FIELDS["latitude"].holds(None, "57.6")


@pytest.mark.parametrize(("field", "value"), [("city", None), ("name", "Another Name")])
def test_another_value_is_shown(field: str, value: str | None) -> None:
    with contact_bed.serving(fault=shows(field, value)) as seen:
        bed.violates(seen, "contact-value-kept", CREATE, request_of(field))
