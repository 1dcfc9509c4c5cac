"""Pages of lists: limit, offset and hasMore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ccaas_kit.contract import defaults
from ccaas_kit.gateway.outcomes import InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.contact.fixtures import PLENTY, Fixtures, ask, fixtures, listed, rows
from ccaas_kit.probes.probing import (
    OF_CALLER,
    Probe,
    Probing,
    expect,
    expect_status,
    member,
    recalling,
    require,
)

_SIZE = 2
_FAR = 1_000_000
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class _Line:
    """Contacts that can be listed by themselves, in one order: the query and the sys_ids."""

    fixtures: Fixtures
    query: str
    ids: tuple[str, ...]

    def page(
        self, probing: Probing, *, limit: int | None = None, offset: int | None = None
    ) -> tuple[list[str], Exchange]:
        """The sys_ids of one page, and the exchange."""
        exchange = ask(probing, self.query, limit=limit, offset=offset)
        return [record["sys_id"] for record in listed(exchange)], exchange


def _limit(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    count = len(found.people)
    if count < 3:
        raise InconclusiveError(f"three contacts are needed, and {count} are at hand")
    for limit in (1, 2):
        exchange = ask(probing, found.narrow, limit=limit)
        came = len(rows(exchange))
        expect(came <= limit, f"at most {limit} of {count}", exchange, f"{came} records")
    return f"with the limits 1 and 2 no more than these of {count} contacts came"


def _default_limit(probing: Probing, _: Subject) -> str:
    schema = probing.contract.node("#/components/schemas/RecordLimit")
    most = schema[defaults.KEY]
    line = _line(probing, most + 1)
    ids, exchange = line.page(probing)
    # None of them is hidden from this user, so that no access rule makes the page shorter.
    count = len(rows(exchange))
    expect(count == most, f"{most} of {len(line.ids)}", exchange, f"{count} records")
    return f"{len(ids)} of {len(line.ids)} contacts came without a limit"


def _reached(probing: Probing, _: Subject) -> str:
    line = _line(probing, _SIZE + 1)
    pages, exchange = _pages(probing, line)
    missing = set(line.ids) - {sys_id for page in pages for sys_id in page}
    expect(
        not missing, "every contact on some page", exchange, f"no page with {len(missing)} of them"
    )
    return f"{len(pages)} pages of {_SIZE} had all {len(line.ids)} contacts"


def _once_each(probing: Probing, _: Subject) -> str:
    line = _line(probing, _SIZE + 1)
    pages, exchange = _pages(probing, line)
    ids = [sys_id for page in pages for sys_id in page]
    expect(
        sorted(ids) == sorted(line.ids),
        f"each of {len(line.ids)} contacts once",
        exchange,
        f"{len(ids)} records, {len(set(ids))} of them distinct",
    )
    return f"{len(pages)} pages of {_SIZE} had each of {len(line.ids)} contacts once"


def _offset(probing: Probing, _: Subject) -> str:
    line = _line(probing, 3)
    for offset in (0, 1, 2):
        ids, exchange = line.page(probing, offset=offset, limit=PLENTY)
        _expect_from(line, offset, ids, exchange)
    return "each list began one record after the one before it"


def _first(probing: Probing, _: Subject) -> str:
    line = _line(probing, 2)
    ids, exchange = line.page(probing, offset=0, limit=PLENTY)
    _expect_from(line, 0, ids, exchange)
    return "a list with the offset 0 began with the first record"


def _default_offset(probing: Probing, _: Subject) -> str:
    line = _line(probing, 2)
    ids, exchange = line.page(probing, limit=1)
    _expect_from(line, 0, ids, exchange)
    return "a list without an offset began with the first record"


def _beyond(probing: Probing, _: Subject) -> str:
    line = _line(probing, 1)
    for offset in (len(line.ids), _FAR):
        ids, exchange = line.page(probing, offset=offset)
        expect(not ids, f"nothing at the offset {offset}", exchange, _count(ids))
    return f"at the offsets {len(line.ids)} and {_FAR} the list was empty"


def _negative_offset(probing: Probing, _: Subject) -> str:
    line = _line(probing, 1)
    exchange = ask(probing, line.query, offset=-1, positive=False)
    detail = _refused_or_served(exchange)
    return f"the offset -1 was {detail}"


def _bounds(probing: Probing, subject: Subject) -> str:
    schema: Mapping[str, Any] = probing.contract.node(subject.pointer)
    line = _line(probing, 1)
    least, most = schema["minimum"], schema["maximum"]
    is_limit = subject.field == "RecordLimit"

    def sent(number: int | str, *, positive: bool) -> Exchange:
        limit, offset = (number, None) if is_limit else (None, number)
        return ask(probing, line.query, limit=limit, offset=offset, positive=positive)

    for number in (least, _FAR, most):
        listed(sent(number, positive=True))
    for wrong in (least - 1, f"{least}.5", most + 1, "many"):
        _refused_or_served(sent(wrong, positive=False))
    return f"whole numbers from {least} to {most} were served, others refused or served"


def _refused_or_served(exchange: Exchange) -> str:
    """What came of a number that makes no sense: instances differ (CON-007, CON-063)."""
    if exchange.status not in OF_CALLER:
        expect_status(exchange, 200, 400)
    if exchange.status == 400:
        return "refused"
    listed(exchange)
    return "served"


def _has_more(probing: Probing, _: Subject) -> str:
    line = _line(probing, 2)
    count = len(line.ids)
    details = []
    for offset in (0, count - 1):
        _ids, exchange = line.page(probing, limit=1, offset=offset)
        details.append((member(exchange, "hasMore"), exchange))
    (first, on_first), (last, on_last) = details
    if first is None:
        raise InconclusiveError("the first page has no hasMore, which is judged elsewhere")
    expect(first is True, "true where more are to come", on_first, str(first))
    expect(last in (False, None), "false on the last page", on_last, str(last))
    return f"hasMore was true on the first page and {'false' if last is False else 'absent'} on the last"


def _more_is_said(probing: Probing, _: Subject) -> str:
    line = _line(probing, 2)
    _ids, exchange = line.page(probing, limit=1)
    has_more = member(exchange, "hasMore", _ABSENT) is not _ABSENT
    wanted = f"hasMore beside the first of {len(line.ids)} contacts"
    expect(has_more, wanted, exchange, "a page without hasMore")
    return "a page said with hasMore that others follow"


def _beside(probing: Probing, _: Subject) -> str:
    line = _line(probing, 2)
    _ids, exchange = line.page(probing, limit=1)
    if member(exchange, "hasMore", _ABSENT) is not _ABSENT:
        return "hasMore stood beside result"
    response = exchange.response
    expect(response is None or b"hasMore" not in response.body, "hasMore beside result", exchange)
    raise InconclusiveError("the page has no hasMore, which may be left out")


def _short_page(probing: Probing, _: Subject) -> str:
    line = _line(probing, 2)
    count = len(line.ids)
    size = next(candidate for candidate in range(2, count + 2) if count % candidate)
    for offset in range(0, count + size, size):
        ids, exchange = line.page(probing, limit=size, offset=offset)
        if len(ids) < size:
            after, exchange = line.page(probing, limit=size, offset=offset + size)
            expect(not after, "nothing after a short page", exchange, _count(after))
            counted = offset + len(ids)
            expect(counted == count, f"{count} contacts until then", exchange, f"{counted}")
            return f"nothing came after a page of {len(ids)} where {size} were asked for"
    raise InconclusiveError("every page was full")


def _line(probing: Probing, least: int) -> _Line:
    line = probing.once("the contacts in a line", lambda: _lined_up(probing))
    if len(line.ids) < least:
        raise InconclusiveError(f"{least} contacts are needed, and {len(line.ids)} are at hand")
    return line


def _lined_up(probing: Probing) -> _Line:
    found = fixtures(probing)
    # Ids are unique, so that this order is the same each time.
    query = f"{found.narrow}^ORDERBYsys_id"
    exchange = ask(probing, query, limit=PLENTY)
    require(exchange, 200)
    ids = tuple(record["sys_id"] for record in listed(exchange))
    if sorted(ids) != sorted(found.ids()):
        raise InconclusiveError(f"{len(found.people)} contacts could not be listed by themselves")
    return _Line(found, query, ids)


def _pages(probing: Probing, line: _Line) -> tuple[list[list[str]], Exchange]:
    """The pages of a line until an empty one, and the last exchange."""
    return probing.once("the pages of the contacts", lambda: _walked(probing, line))


def _walked(probing: Probing, line: _Line) -> tuple[list[list[str]], Exchange]:
    pages: list[list[str]] = []
    offset = 0
    while True:
        ids, exchange = line.page(probing, limit=_SIZE, offset=offset)
        # A target that never ends is told from a long list by the number of its contacts.
        if not ids or offset > len(line.ids) + _SIZE:
            return pages, exchange
        pages.append(ids)
        offset += _SIZE


def _expect_from(line: _Line, offset: int, ids: Sequence[str], exchange: Exchange) -> None:
    wanted = line.ids[offset]
    expect(
        ids[:1] == [wanted],
        f"a list that begins with {wanted} at the offset {offset}",
        exchange,
        f"one that begins with {ids[0] if ids else 'nothing'}",
    )


def _count(ids: Sequence[str]) -> str:
    return f"{len(ids)} records"


PROBES: tuple[Probe, ...] = (
    Probe(
        "page-offset-negative", "A negative offset is refused, or has no effect.", _negative_offset
    ),
    Probe("page-bounds", "Limit and offset are whole numbers within bounds.", _bounds),
    Probe("page-has-more-place", "hasMore stands beside result.", _beside),
    Probe("page-has-more-said", "A page has hasMore where others follow.", _more_is_said),
    *recalling(
        Probe("page-limit", "A list holds no more records than the limit.", _limit),
        Probe("page-limit-default", "A list without a limit has the default one.", _default_limit),
        Probe("page-reach", "Offsets reach the records beyond the limit.", _reached),
        Probe("page-once-each", "Paging shows every record once.", _once_each),
        Probe("page-offset", "A list begins at its offset.", _offset),
        Probe("page-offset-zero", "The offset 0 is the first record.", _first),
        Probe(
            "page-offset-default", "A list without an offset begins at the first.", _default_offset
        ),
        Probe("page-beyond-end", "Behind the last record the list is empty.", _beyond),
        Probe("page-has-more", "hasMore says whether further records match.", _has_more),
        Probe("page-short-is-last", "A page that is not full is the last one.", _short_page),
    ),
)
