"""Pages and orders of lists, on an instance that counts or sorts wrongly."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ccaas_kit.model.profiles import Profile
from ccaas_kit.probes.contact.querying import orders
from ccaas_kit.probes.contact.querying import pages as contact_pages
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
NAMES = [probe.name for probe in (*contact_pages.PROBES, *orders.PROBES)]


@every("name", NAMES)
def test_the_sandbox_pages_and_sorts(target: Targets, name: str) -> None:
    bed.conforms(target(), name, LIST, LIMIT)


def _shifted(sent: dict[str, str]) -> dict[str, str]:
    offset = int(sent.get("sysparm_offset", "0"))
    return {**sent, "sysparm_offset": str(offset + 1)} if offset else sent


def _counted_in_pages(sent: dict[str, str]) -> dict[str, str]:
    pages = int(sent.get("sysparm_offset", "0"))
    return {**sent, "sysparm_offset": str(pages * int(sent.get("sysparm_limit", "10")))}


def _from_the_second(sent: dict[str, str]) -> dict[str, str]:
    first = sent.get("sysparm_offset", "0")
    is_line = sent.get("sysparm_limit") != "200" or "sysparm_offset" in sent
    return {**sent, "sysparm_offset": "1" if first == "0" and is_line else first}


def _without(name: str) -> Any:
    return tampered(
        lambda sent: {parameter: sent[parameter] for parameter in sent if parameter != name}
    )


def _with_default(limit: str) -> Any:
    return tampered(lambda sent: {"sysparm_limit": limit, **sent})


@every(
    ("name", "tamper"),
    [
        ("page-limit", _without("sysparm_limit")),
        ("page-limit-default", _with_default("11")),
        ("page-limit-default", _with_default("9")),
        ("page-reach", tampered(_shifted)),
        ("page-once-each", tampered(_shifted)),
        ("page-reach", tampered(_counted_in_pages)),
        ("page-once-each", _without("sysparm_offset")),
        ("page-offset", tampered(_shifted)),
        ("page-offset", _without("sysparm_offset")),
        ("page-offset-zero", tampered(_from_the_second)),
        ("page-offset-default", tampered(_from_the_second)),
        ("page-beyond-end", _without("sysparm_offset")),
    ],
)
def test_wrong_counting_is_seen(target: Targets, name: str, tamper: Any) -> None:
    bed.violates(target(tamper=tamper), name, LIST, OFFSET)


def test_a_page_that_ends_early_is_seen(target: Targets) -> None:
    def early(sent: dict[str, str]) -> dict[str, str]:
        limit = int(sent.get("sysparm_limit", "10"))
        return {**sent, "sysparm_limit": str(limit - 1)} if 1 < limit < 10 else sent

    bed.violates(target(tamper=tampered(early)), "page-short-is-last", LIST, QUERY)


@pytest.mark.parametrize(
    ("name", "status", "parameter", "value"),
    [
        ("page-offset-negative", 200, "sysparm_offset", "-1"),
        ("page-offset-negative", 500, "sysparm_offset", "-1"),
        ("page-beyond-end", 404, "sysparm_offset", "1000000"),
    ],
)
def test_a_wrong_response_to_an_odd_page_is_seen(
    target: Targets, name: str, status: int, parameter: str, value: str
) -> None:
    fault = answering(status, lambda sent: sent.get(parameter) == value)

    bed.violates(target(fault=fault), name, LIST, OFFSET)


@pytest.mark.parametrize("value", ["0", "1.5", "2147483648"])
def test_a_limit_out_of_bounds_may_be_refused_or_served(target: Targets, value: str) -> None:
    without_list = answering(200, lambda sent: sent.get("sysparm_limit") == value)
    served = tampered(lambda sent: {} if sent.get("sysparm_limit") == value else sent)

    bed.violates(target(fault=without_list), "page-bounds", LIST, LIMIT)
    bed.conforms(target(tamper=served), "page-bounds", LIST, LIMIT)


@pytest.mark.parametrize("value", ["0", "1000000", "2147483647"])
def test_an_offset_within_bounds_that_is_refused_is_seen(target: Targets, value: str) -> None:
    fault = answering(400, lambda sent: sent.get("sysparm_offset") == value)

    bed.conforms(target(), "page-bounds", LIST, OFFSET)
    bed.violates(target(fault=fault), "page-bounds", LIST, OFFSET)


def test_a_flag_that_does_not_tell_is_seen(target: Targets) -> None:
    always = target(fault=listing(lambda body: body.update(hasMore=True)))
    never = target(fault=listing(lambda body: body.update(hasMore=False)))
    text = target(fault=listing(lambda body: body.update(hasMore="true")))

    for seen in (always, never, text):
        bed.violates(seen, "page-has-more", LIST, QUERY)


def test_a_flag_that_is_left_out_is_seen_and_tells_nothing_else(target: Targets) -> None:
    silent = listing(lambda body: {"result": body["result"]})

    bed.violates(target(fault=silent), "page-has-more-said", LIST, QUERY)
    bed.unverified(target(fault=silent), "page-has-more", LIST, QUERY)
    bed.unverified(target(fault=silent), "page-has-more-place", LIST, QUERY)


def test_a_flag_at_another_place_is_seen(target: Targets) -> None:
    def inside(body: dict[str, Any]) -> dict[str, Any]:
        return {"result": body["result"], "meta": {"hasMore": body.get("hasMore", False)}}

    bed.violates(target(fault=listing(inside)), "page-has-more-place", LIST, QUERY)


@every(
    ("name", "written", "read"),
    [
        ("order-upwards", "ORDERBY", "ORDERBYDESC"),
        ("order-upwards", "^ORDERBY", "^GROUPBY"),
        *((f"order-{way}", re.compile("^ORDERBY"), "GROUPBY") for way in ("upwards", "downwards")),
        ("order-downwards", "ORDERBYDESC", "ORDERBY"),
        ("order-twice", "^ORDERBYDESC", "^GROUPBY"),
        ("order-twice", "ORDERBYDESC", "ORDERBY"),
        ("order-same-records", "^ORDERBY", "^city=oslo^ORDERBY"),
    ],
)
def test_a_wrong_order_is_seen(
    target: Targets, name: str, written: str | re.Pattern[str], read: str
) -> None:
    pattern = re.compile(re.escape(written)) if isinstance(written, str) else written
    seen = target(tamper=rewritten(lambda query: pattern.sub(read, query)))

    bed.violates(seen, name, LIST, QUERY)


def test_a_target_whose_pages_never_end_is_left_in_time(target: Targets) -> None:
    endless = tampered(lambda sent: {**sent, "sysparm_offset": "0"})

    bed.violates(target(tamper=endless), "page-once-each", LIST, OFFSET)


def test_too_few_contacts_tell_nothing_of_the_default_limit(target: Targets) -> None:
    bed.unverified(target(profile=Profile.READ_ONLY), "page-limit-default", LIST, QUERY)


def test_contacts_that_are_not_listed_by_themselves_tell_nothing(target: Targets) -> None:
    seen = target(tamper=rewritten(lambda query: query.replace("title=", "no_such_field=")))

    bed.unverified(seen, "page-offset", LIST, QUERY)


def test_a_user_who_is_refused_tells_nothing(target: Targets) -> None:
    refused = answering(403, lambda sent: sent.get("sysparm_offset") == "-1")

    bed.unverified(target(fault=refused), "page-offset-negative", LIST, QUERY)
