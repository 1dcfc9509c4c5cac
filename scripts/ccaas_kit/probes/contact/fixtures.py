"""The contacts that the probes of lists look at: made for them, else those that are there.

Each query is narrowed to them, and other records in its response are looked past, so that the data of
other people does not matter. What a list is held to is what was read of them before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError, ViolationError
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.contact.comparisons import Truth
from ccaas_kit.probes.probing import OF_CALLER, Probing, member, prepared, result_of, shown

Record = Mapping[str, str]

# So many records are asked for where all of them are wanted.
PLENTY = 200
# So many contacts are looked at where none can be made.
_SOME = 40
_MARKED = "title"


@dataclass(frozen=True, slots=True)
class Fixtures:
    """Some contacts as they were read, and a condition that narrows a query to them."""

    narrow: str
    people: tuple[Record, ...]
    is_own: bool

    def truths(self, holds: Callable[[Record], Truth]) -> tuple[Truth, ...]:
        """Of whom of them something holds."""
        return tuple(holds(person) for person in self.people)

    def there(self, records: Iterable[Record]) -> list[str]:
        """The sys_ids of those of them who are among the records, in the order of these."""
        ours = {person["sys_id"] for person in self.people}
        return [record["sys_id"] for record in records if record["sys_id"] in ours]

    def ids(self) -> set[str]:
        return {person["sys_id"] for person in self.people}


@dataclass(frozen=True, slots=True)
class Condition:
    """What a query says, and of whom of the contacts it holds.

    `is_telling` says that it also tells the operator from one that is easily taken for it.
    """

    query: str
    truths: tuple[Truth, ...]
    is_telling: bool = False


def fixtures(probing: Probing) -> Fixtures:
    """The contacts of the run, made or found the first time they are asked for.

    Raises:
        InconclusiveError: there are none.
        BlockedError: the budget admits no list.
    """
    return probing.once("the contacts of the lists", lambda: _gathered(probing))


def ask(
    probing: Probing,
    query: str,
    *,
    limit: int | str | None = None,
    offset: int | str | None = None,
    positive: bool = True,
) -> Exchange:
    """The exchange of one list."""
    parts = {"sysparm_query": query or None, "sysparm_limit": limit, "sysparm_offset": offset}
    sent = {name: part for name, part in parts.items() if part is not None}
    return probing.call("listContacts", query=sent, positive=positive)


def listed(exchange: Exchange) -> list[Record]:
    """The records of a list, each once: another clause says that a list has none twice.

    Raises:
        InconclusiveError: this user is not served, or not now.
        ViolationError: there is no list.
    """
    found = {record["sys_id"] or str(place): record for place, record in enumerate(rows(exchange))}
    return list(found.values())


def rows(exchange: Exchange) -> list[Record]:
    """All records of a list, in its order.

    Raises:
        InconclusiveError: this user is not served, or not now.
        ViolationError: there is no list.
    """
    if exchange.status in OF_CALLER:
        raise InconclusiveError(f"no list was given: {shown(exchange)}")
    result = result_of(exchange) if exchange.status == 200 else None
    if not isinstance(result, list):
        raise ViolationError("status 200 with a list", shown(exchange), exchange)
    return [_texts(record) for record in result if isinstance(record, dict)]


def is_whole(probing: Probing, exchange: Exchange) -> bool:
    """Whether no further records match, so that who is missing in a list is not behind it.

    That it is short says nothing: access rules take records out of a page. Without hasMore it is
    whole only where the target is known to send it.
    """
    more = member(exchange, "hasMore")
    is_full = len(rows(exchange)) >= PLENTY
    return more is False or (more is None and not is_full and _sends_more(probing))


def _sends_more(probing: Probing) -> bool:
    """Whether the target says hasMore where more are to come."""
    found = fixtures(probing)
    if len(found.people) < 2:
        return False
    exchange = probing.once("a short page", lambda: ask(probing, found.narrow, limit=1))
    return member(exchange, "hasMore") is True


def chosen(conditions: Iterable[Condition]) -> list[Condition]:
    """A condition that holds for some contacts and fails for others; else one of each kind; else none.

    Conditions with `is_telling` come first.
    """
    positive: Condition | None = None
    negative: Condition | None = None
    for condition in sorted(conditions, key=lambda condition: not condition.is_telling):
        holds, fails = True in condition.truths, False in condition.truths
        if holds and fails:
            return [condition]
        positive = condition if holds and positive is None else positive
        negative = condition if fails and negative is None else negative
    return [positive, negative] if positive and negative else []


def hold(probing: Probing, found: Fixtures, condition: Condition, query: str = "") -> str:
    """Hold that a list has those for whom a condition holds; gives what was seen in words.

    Raises:
        ViolationError: one is missing, or one is there who should not be.
        InconclusiveError: the list is too long to say who is missing.
    """
    here = fulfilling(probing, found, condition, query)
    return f"{condition.query} found {len(here)} of {len(found.people)} contacts"


def fulfilling(
    probing: Probing, found: Fixtures, condition: Condition, query: str = ""
) -> set[str]:
    """The sys_ids of the contacts in a list, after the check that they are the right ones.

    Raises:
        ViolationError: one is missing, or one is there who should not be.
        InconclusiveError: the list is too long to say who is missing.
    """
    exchange = ask(probing, query or f"{found.narrow}^{condition.query}", limit=PLENTY)
    records = listed(exchange)
    here = set(found.there(records))
    truths = [
        (person["sys_id"], truth)
        for person, truth in zip(found.people, condition.truths, strict=True)
    ]
    wrong = [sys_id for sys_id, truth in truths if truth is False and sys_id in here]
    missing = [sys_id for sys_id, truth in truths if truth is True and sys_id not in here]
    if wrong:
        raise ViolationError(
            f"only contacts for which {condition.query} holds",
            f"{len(wrong)} others too, such as {wrong[0]}",
            exchange,
        )
    if missing and len(records) >= PLENTY:
        raise InconclusiveError(
            f"more than {PLENTY} contacts were listed, so that some may be out of sight"
        )
    if missing:
        raise ViolationError(
            f"every contact for which {condition.query} holds",
            f"a list without {len(missing)} of them, such as {missing[0]}",
            exchange,
        )
    return here


def distinct(people: Sequence[Record], name: str) -> list[str]:
    """The values of a field, each once, as they first come."""
    return list(dict.fromkeys(value(person, name) for person in people))


def value(person: Record, name: str) -> str:
    """The text in a field; empty where there is none."""
    return person.get(name, "")


def references(probing: Probing) -> list[str]:
    """The fields of a contact that refer to other records; the one that the contacts use first."""
    fields = probing.contract.node("#/components/schemas/Contact")["properties"]
    found = [name for name, node in fields.items() if "x-sn-table" in node]
    return sorted(found, key=lambda name: name != "manager")


def flags(probing: Probing) -> list[str]:
    """The fields of a contact that are true or false; the one that the contacts use first."""
    fields = probing.contract.node("#/components/schemas/Contact")["properties"]
    found = [
        name for name, node in fields.items() if node.get("$ref", "").endswith("/GlideBoolean")
    ]
    return sorted(found, key=lambda name: name != "vip")


# Each differs from the others, some share what others do not, and none are sorted. A manager is
# another one of them, by place: a contact is a user as well.
_CAST: tuple[Mapping[str, Any], ...] = (
    {"last_name": "apple", "first_name": "amber", "city": "oslo", "state": "oslo", "vip": True},
    {"last_name": "birch", "first_name": "coral", "city": "oslo", "state": "lima", "manager": 0},
    {"last_name": "willow", "first_name": "blue", "city": "lima", "state": "oslo", "manager": 1},
    {"last_name": "alder", "first_name": "green", "city": "lima", "vip": True, "manager": 0},
    {"last_name": "birch", "first_name": "fawn", "city": "rome", "state": "rome"},
    {"last_name": "alder", "first_name": "azure", "state": "rome", "vip": ""},
    {
        "last_name": "pineapple",
        "first_name": "ivory",
        "city": "rome",
        "state": "oslo",
        "manager": 1,
    },
    {"last_name": "cedar", "first_name": "jade", "vip": True, "manager": 0},
    {"last_name": "birch", "first_name": "amber", "city": "lima", "state": "lima"},
    {"last_name": "hazel", "first_name": "coral", "city": "oslo", "state": "rome", "vip": True},
    {"last_name": "rowanberry", "first_name": "khaki", "city": "Q+R & S=T 50% Ü"},
    {"last_name": "rowan", "first_name": "lilac", "city": "rome", "state": "lima", "manager": 6},
    {"last_name": "birch", "first_name": "coral", "city": "rome", "state": "lima"},
    {"last_name": "maple", "first_name": "navy", "city": "up^down"},
    # Rules of an instance may hide this one.
    {"last_name": "oak", "first_name": "olive", "city": "oslo", "active": False},
)
_LOGINS = ("2019-01-07", "2021-06-15", "2035-03-21", "2020-02-29", "", "2036-10-10")
_ATTEMPTS = ("3", "0", "12", "1", "", "7", "2")
_PLACES = ("10.5", "-33.25", "120", "48.125")


def _gathered(probing: Probing) -> Fixtures:
    try:
        return _made(probing)
    except (BlockedError, InconclusiveError):
        return _found(probing)


def _made(probing: Probing) -> Fixtures:
    marker = f"probe-{uuid4().hex[:8]}"
    ids: list[str] = []
    for number, fields in enumerate(_CAST):
        login = _LOGINS[number % len(_LOGINS)]
        body = {
            **fields,
            _MARKED: marker,
            "failed_attempts": _ATTEMPTS[number % len(_ATTEMPTS)],
            "latitude": _PLACES[number % len(_PLACES)],
            "longitude": _PLACES[-1 - number % 3],
            # Before noon of UTC, so that it is the same day nearly everywhere.
            "last_login_time": login and f"{login} 11:30:00",
        }
        if "manager" in fields:
            body["manager"] = ids[fields["manager"]]
        ids.append(_created(probing, body))
    people = tuple(_read(probing, sys_id) for sys_id in ids[:-1])
    with suppress(InconclusiveError):
        people = (*people, _read(probing, ids[-1]))
    is_marked = all(value(person, _MARKED) == marker for person in people)
    return Fixtures(f"{_MARKED}={marker}" if is_marked else _one_of(ids), people, is_own=True)


def _created(probing: Probing, body: Mapping[str, Any]) -> str:
    exchange = probing.call("createContact", body=body)
    sys_id = prepared(exchange, 201)
    if not isinstance(sys_id, str):
        raise InconclusiveError(f"no sys_id of a new contact came: {shown(exchange)}")
    return sys_id


def _read(probing: Probing, sys_id: str) -> Record:
    exchange = probing.call("getContact", path={"id": sys_id})
    record = prepared(exchange, 200)
    if not isinstance(record, dict) or record.get("sys_id") != sys_id:
        raise InconclusiveError(f"a new contact could not be read: {shown(exchange)}")
    return _texts(record)


def _found(probing: Probing) -> Fixtures:
    exchange = probing.call("listContacts", query={"sysparm_limit": _SOME})
    result = prepared(exchange, 200)
    records = [_texts(record) for record in result if isinstance(record, dict)] if result else []
    people = tuple({record["sys_id"]: record for record in records if record["sys_id"]}.values())
    if not people:
        raise InconclusiveError("there are no contacts to look at")
    return Fixtures(_one_of([person["sys_id"] for person in people]), people, is_own=False)


def _one_of(ids: Sequence[str]) -> str:
    return f"sys_idIN{','.join(ids)}"


def _texts(record: Mapping[str, Any]) -> Record:
    """The fields of a record that hold text; the schemas judge other values."""
    texts = {name: text for name, text in record.items() if isinstance(text, str)}
    return {"sys_id": "", **texts}
