"""Lists with parameters left out and odd queries, on an instance that is at fault."""

from __future__ import annotations

from typing import Any

import pytest

from ccaas_kit.model.profiles import Profile
from ccaas_kit.sandbox.instance.instance import Instance
from tests.conformance.probes import bed
from tests.conformance.probes.conftest import Targets
from tests.conformance.probes.contact_faults import (
    LIST,
    QUERY,
    answering,
    listing,
    rewritten,
    tampered,
)
from tests.looping import every

LIMIT, OFFSET = "#/components/schemas/RecordLimit", "#/components/schemas/RecordOffset"
LIMITS, OFFSETS = "#/components/parameters/SysparmLimit", "#/components/parameters/SysparmOffset"
INVALID = "no_such_field"


@every(
    ("name", "pointer"),
    [
        ("list-parameter-sent", LIMIT),
        ("list-parameter-sent", OFFSET),
        ("list-parameter-sent", QUERY),
        ("list-parameter-left-out", LIMITS),
        ("list-parameter-left-out", OFFSETS),
        ("list-without-query", QUERY),
        ("list-filtered", QUERY),
        ("list-invalid-part", QUERY),
        ("list-invalid-query", QUERY),
        ("list-wholly-invalid", QUERY),
        ("list-sample", QUERY),
        ("list-empty", QUERY),
    ],
)
def test_the_sandbox_keeps_it(target: Targets, name: str, pointer: str) -> None:
    bed.conforms(target(), name, LIST, pointer)


@pytest.mark.parametrize(
    ("pointer", "name"),
    [(LIMIT, "sysparm_limit"), (OFFSET, "sysparm_offset"), (QUERY, "sysparm_query")],
)
def test_a_parameter_that_is_refused_is_seen(target: Targets, pointer: str, name: str) -> None:
    seen = target(fault=answering(400, lambda sent: name in sent))

    bed.violates(seen, "list-parameter-sent", LIST, pointer)


@pytest.mark.parametrize(
    ("pointer", "name"), [(LIMITS, "sysparm_limit"), (OFFSETS, "sysparm_offset")]
)
def test_a_parameter_that_is_demanded_is_seen(target: Targets, pointer: str, name: str) -> None:
    seen = target(fault=answering(400, lambda sent: name not in sent))

    bed.violates(seen, "list-parameter-left-out", LIST, pointer)


def test_a_parameter_of_another_operation_tells_nothing(target: Targets) -> None:
    bed.unverified(target(), "list-parameter-sent", LIST, "#/components/schemas/SysId")


def test_a_list_that_is_filtered_without_a_query_is_seen(target: Targets) -> None:
    some = tampered(lambda sent: {"sysparm_query": "vip=true", **sent})

    bed.violates(target(tamper=some), "list-without-query", LIST, QUERY)


def test_a_list_that_is_cut_off_tells_nothing_of_all_contacts(target: Targets) -> None:
    def cut_off(body: Any) -> None:
        body["result"] = [{"sys_id": f"{number:032x}"} for number in range(200)]

    unnarrowed = listing(cut_off)

    def fault(request: Any, response: Any) -> Any:
        return response if "sysparm_query" in request.query else unnarrowed(request, response)

    bed.unverified(target(fault=fault), "list-without-query", LIST, QUERY)


@pytest.mark.parametrize("name", ["list-without-query", "list-wholly-invalid"])
def test_a_list_that_access_rules_have_shortened_is_not_the_whole_one(
    target: Targets, name: str
) -> None:
    def shortened(body: Any) -> None:
        body.update(result=body["result"][:3], hasMore=True)

    cut = listing(shortened)

    def fault(request: Any, response: Any) -> Any:
        narrowed = "sys_id" in request.query or "title" in request.query
        return response if narrowed else cut(request, response)

    bed.unverified(target(fault=fault), name, LIST, QUERY)


def test_a_record_that_stands_twice_is_named_as_such(target: Targets) -> None:
    twice = listing(lambda body: {**body, "result": [*body["result"], *body["result"][-1:]]})
    seen = target(fault=twice)

    for name in ("list-filtered", "list-invalid-part", "query-equals", "page-once-each"):
        bed.conforms(seen, name, LIST, QUERY)
    opinion = bed.violates(seen, "list-no-record-twice", LIST, QUERY)
    assert "twice" in opinion.detail


@pytest.mark.parametrize("part", ["ORDERBYconformance_no_such_field"])
def test_an_order_by_an_unknown_field_that_is_refused_is_seen(target: Targets, part: str) -> None:
    refusing = answering(400, lambda sent: part in sent.get("sysparm_query", ""))

    bed.conforms(target(), "list-unknown-order", LIST, QUERY)
    bed.violates(target(fault=refusing), "list-unknown-order", LIST, QUERY)


def test_a_query_that_is_not_allowed_tells_nothing(target: Targets) -> None:
    forbidden = answering(403, lambda sent: "failed_attempts" in sent.get("sysparm_query", ""))
    seen = target(fault=forbidden)

    bed.unverified(seen, "query-less", LIST, QUERY)
    bed.conforms(seen, "query-equals", LIST, QUERY)


def test_a_query_that_is_not_used_is_seen(target: Targets) -> None:
    everything = rewritten(lambda _: "")

    bed.violates(target(tamper=everything), "list-filtered", LIST, QUERY)
    bed.violates(target(tamper=everything), "list-invalid-part", LIST, QUERY)
    bed.violates(target(tamper=everything), "list-empty", LIST, QUERY)


@pytest.mark.parametrize("name", ["list-invalid-part", "list-invalid-query", "list-wholly-invalid"])
def test_an_invalid_query_that_is_refused_is_seen(target: Targets, name: str) -> None:
    refusing = answering(400, lambda sent: INVALID in sent.get("sysparm_query", ""))

    bed.violates(target(fault=refusing), name, LIST, QUERY)


def _strict(instance: Instance) -> None:
    document = instance.store.fact("seed")
    properties = {**document["properties"], "glide.invalid_query.returns_no_rows": "true"}
    instance.change("seed", {**document, "properties": properties})


@pytest.mark.parametrize("name", ["list-invalid-part", "list-wholly-invalid"])
def test_an_invalid_query_that_lists_nothing_is_seen_where_the_property_is_known(
    target: Targets, name: str
) -> None:
    unknown = {"invalid_query_returns_no_rows": None}

    bed.violates(target(prepare=_strict), name, LIST, QUERY)
    bed.unverified(target(prepare=_strict, known=unknown), name, LIST, QUERY)


def test_the_property_makes_an_invalid_query_list_nothing(target: Targets) -> None:
    known = {"invalid_query_returns_no_rows": ("true",)}

    bed.conforms(target(prepare=_strict, known=known), "list-no-rows", LIST, QUERY)
    bed.violates(target(known=known), "list-no-rows", LIST, QUERY)
    bed.unverified(target(), "list-no-rows", LIST, QUERY)


def test_contacts_of_other_accounts_in_the_sample_are_seen(target: Targets) -> None:
    def others(body: Any) -> None:
        for contact in body["result"]:
            contact["account"] = "0" * 32

    assert bed.conforms(target(), "list-sample", LIST, QUERY).detail.startswith("2 ")
    bed.violates(target(fault=listing(others)), "list-sample", LIST, QUERY)


def test_the_sample_is_sent_with_a_reference_at_hand_where_its_account_is_unknown(
    target: Targets,
) -> None:
    def empty(query: str) -> str:
        return "sys_id=none" if query.startswith("account=") else query

    assert (
        "manager"
        in bed.conforms(target(tamper=rewritten(empty)), "list-sample", LIST, QUERY).detail
    )


def test_an_empty_list_that_is_not_found_is_seen(target: Targets) -> None:
    def fault(request: Any, response: Any) -> Any:
        is_empty = bed.is_of(request, LIST) and b'"result":[]' in response.body
        return bed.with_status(response, 404) if is_empty else response

    bed.violates(target(fault=fault), "list-empty", LIST, QUERY)


def test_no_contacts_at_all_tell_nothing(target: Targets) -> None:
    empty = listing(lambda body: body["result"].clear())

    bed.unverified(
        target(fault=empty, profile=Profile.READ_ONLY), "list-without-query", LIST, QUERY
    )


def test_a_user_who_is_refused_tells_nothing(target: Targets) -> None:
    bed.unverified(target(fault=answering(403, lambda _: True)), "list-invalid-query", LIST, QUERY)


def test_a_creation_that_is_refused_leads_to_contacts_that_are_there(target: Targets) -> None:
    def fault(request: Any, response: Any) -> Any:
        return bed.with_status(response, 403) if bed.is_of(request, "createContact") else response

    seen = target(fault=fault)

    bed.conforms(seen, "list-filtered", LIST, QUERY)
    assert len(seen.seen("createContact")) == 1
