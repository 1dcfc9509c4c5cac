"""What the query language does beside its operators: joined terms, flags, references, scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, permutations

from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.probes.contact.comparisons import (
    Comparison,
    Truth,
    contains,
    every,
    no,
    same,
    some,
    unlike,
)
from ccaas_kit.probes.contact.fixtures import (
    PLENTY,
    Condition,
    Fixtures,
    Record,
    ask,
    chosen,
    distinct,
    fixtures,
    flags,
    fulfilling,
    hold,
    listed,
    references,
    value,
)
from ccaas_kit.probes.contact.querying.terms import pieces, words
from ccaas_kit.probes.probing import Probe, Probing, expect, recalling

_TEXTS = ("last_name", "first_name", "city", "state")
# So many terms are tried with each other, to find some that tell the readings of a query apart.
_TERMS = 20
# Fields of another record that can be known without reading it.
_FAR = ("last_name", "name")
_CUT = pieces(1, 4)


def _and(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    one, two = _telling(found, 2, [(True, True), (True, False), (False, True)])
    truths = tuple(map(every, zip(one.truths, two.truths, strict=True)))
    return hold(probing, found, Condition(f"{one.query}^{two.query}", truths))


def _or(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    one, two = _telling(found, 2, [(True, False), (False, True), (False, False)])
    truths = tuple(map(some, zip(one.truths, two.truths, strict=True)))
    return hold(probing, found, Condition(f"{one.query}^OR{two.query}", truths))


def _or_before_and(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    # The first of these is who would be listed if the or came last.
    telling = [(True, None, False), (False, True, True)]
    one, two, three = _telling(found, 3, telling)
    truths = tuple(
        every((some((first, second)), third))
        for first, second, third in zip(one.truths, two.truths, three.truths, strict=True)
    )
    asked = f"{one.query}^OR{two.query}^{three.query}"
    return hold(probing, found, Condition(asked, truths))


def _new_query(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    # In the order of these: the first query alone, the second alone, and half of the first one.
    telling = [(True, True, False), (False, None, True), (True, False, False)]
    one, two, three = _telling(found, 3, telling)
    truths = tuple(
        some((every((first, second)), third))
        for first, second, third in zip(one.truths, two.truths, three.truths, strict=True)
    )
    condition = Condition(f"{one.query}^{two.query}^NQ{three.query}", truths)
    narrow = found.narrow
    asked = f"{narrow}^{one.query}^{two.query}^NQ{narrow}^{three.query}"
    return hold(probing, found, condition, asked)


def _anything(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    name = _sometimes_empty(found)
    return hold(probing, found, Condition(f"{name}ANYTHING", found.truths(lambda _: True)))


def _empty_text(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    name = _sometimes_empty(found)

    # A database may tell an empty text from no value; both travel as an empty text.
    def holds(person: Record) -> Truth:
        return False if value(person, name) else None

    here = fulfilling(probing, found, Condition(f"{name}EMPTYSTRING", found.truths(holds)))
    if not here:
        raise InconclusiveError(
            f"nobody was listed; each empty {name} may be no value and no empty text"
        )
    return f"{name}EMPTYSTRING found {len(here)} contacts, all of them without {name}"


def _flag(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    seen = []
    for term, holds in (("=true", _is_true), ("!=true", unlike(_is_true))):
        picked = chosen(
            Condition(name + term, _with(found, name, holds, "true")) for name in flags(probing)
        )
        if not picked:
            raise InconclusiveError("the contacts at hand do not differ in any flag")
        seen += [hold(probing, found, condition) for condition in picked]
    return "; ".join(seen)


def _empty_flag(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    for name in flags(probing):
        if {"", "true"} <= set(distinct(found.people, name)):
            truths = tuple(map(no, _with(found, name, _is_true, "true")))
            return hold(probing, found, Condition(f"{name}!=true", truths))
    raise InconclusiveError("no contact at hand has a flag without a value beside one that is true")


def _reference(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    seen = []
    for sign, holds in (("=", str.__eq__), ("!=", unlike(str.__eq__))):
        picked = chosen(
            Condition(f"{name}{sign}{sys_id}", _with(found, name, holds, sys_id))
            for name in references(probing)
            for sys_id in filter(None, distinct(found.people, name))
        )
        if not picked:
            raise InconclusiveError("the contacts at hand do not differ in any reference")
        seen += [hold(probing, found, condition) for condition in picked]
    return "; ".join(seen)


def _empty_reference(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    for name in references(probing):
        empty = _with(found, name, str.__eq__, "")
        if {True, False} <= set(empty):
            terms = {"ISEMPTY": empty, "ISNOTEMPTY": tuple(map(no, empty))}
            return "; ".join(
                hold(probing, found, Condition(name + term, truths))
                for term, truths in terms.items()
            )
    raise InconclusiveError(
        "no reference is empty in some of the contacts at hand and not in others"
    )


def _display_name(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    targets = _targets(probing, found)
    names = {sys_id: record.get("name", "") for sys_id, record in targets.items()}
    for name in references(probing):
        known = [names.get(sys_id, "") for sys_id in distinct(found.people, name)]
        conditions = [
            Condition(
                f"{name}LIKE{piece}",
                _far(
                    found, name, {sys_id: contains(text, piece) for sys_id, text in names.items()}
                ),
            )
            for piece, _pivot in _CUT(known, probing.now())
        ]
        if picked := chosen(conditions):
            return "; ".join(hold(probing, found, condition) for condition in picked)
    raise InconclusiveError("no contacts at hand refer to different records whose names are known")


def _dot(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    targets = _targets(probing, found)
    for name in references(probing):
        referred = [targets[sys_id] for sys_id in distinct(found.people, name) if sys_id in targets]
        for far in _FAR:
            texts = {sys_id: record[far] for sys_id, record in targets.items() if far in record}
            conditions = [
                Condition(
                    f"{name}.{far}={text}",
                    _far(
                        found, name, {sys_id: same(other, text) for sys_id, other in texts.items()}
                    ),
                )
                for text, _pivot in words(distinct(referred, far), probing.now())
            ]
            if picked := chosen(conditions):
                return "; ".join(hold(probing, found, condition) for condition in picked)
    raise InconclusiveError("no contacts at hand refer to different records whose fields are known")


def _letters(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    picked = chosen(
        Condition(f"{name}={text.upper()}", _with(found, name, same, text))
        for name in _TEXTS
        for text, _pivot in words(distinct(found.people, name), probing.now())
        if text.upper() != text
    )
    if not picked:
        raise InconclusiveError("the contacts at hand do not differ in any text")
    return "; ".join(hold(probing, found, condition) for condition in picked)


def _script(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    script = "javascript:gs.getUserName()"
    ours, others = (
        ask(probing, f"{found.narrow}^sys_created_by{sign}{script}", limit=PLENTY)
        for sign in ("=", "!=")
    )
    mine = set(found.there(listed(ours)))
    foreign = set(found.there(listed(others)))
    # A script that is not run compares with nobody's name; a part that is left out, with all.
    both = len(mine & foreign)
    expect(not both, "no contact of our user under !=", others, f"{both} under = and !=")
    makers = {
        value(person, "sys_created_by") for person in found.people if person["sys_id"] in mine
    }
    expect(len(makers) <= 1, "contacts of one user", ours, f"contacts of {len(makers)} users")
    if found.is_own:
        expect(mine == found.ids(), "our own contacts", ours, f"{len(mine)} of them")
    itself = ask(probing, f"{found.narrow}^sys_id=javascript:gs.getUserID()", limit=PLENTY)
    users = found.there(listed(itself))
    expect(len(users) <= 1, "at most the contact that our user is", itself, f"{len(users)} of them")
    if not mine:
        raise InconclusiveError("no contact at hand was created by our user")
    return f"the script found {len(mine)} contacts that our user has created, and no other"


def _telling(
    found: Fixtures, count: int, telling: Sequence[tuple[Truth, ...]]
) -> tuple[Condition, ...]:
    """Terms for which there is somebody of each of these kinds; None stands for any of both."""
    for terms in permutations(islice(_terms(found), _TERMS), count):
        kinds = set(zip(*(term.truths for term in terms), strict=True))
        if all(any(_fits(kind, wanted) for kind in kinds) for wanted in telling):
            return terms
    raise InconclusiveError(
        "the contacts at hand do not differ enough to tell one reading from another"
    )


def _terms(found: Fixtures) -> Iterator[Condition]:
    for name in _TEXTS:
        for text in distinct(found.people, name):
            if text.isascii() and text.isalnum():
                yield Condition(f"{name}={text}", _with(found, name, same, text))


def _fits(kind: tuple[Truth, ...], wanted: tuple[Truth, ...]) -> bool:
    return all(want is None or truth is want for truth, want in zip(kind, wanted, strict=True))


def _sometimes_empty(found: Fixtures) -> str:
    for name in (*reversed(_TEXTS), "street", "phone"):
        if len({bool(value(person, name)) for person in found.people}) == 2:
            return name
    raise InconclusiveError("no text is empty in some of the contacts at hand and not in others")


def _with(found: Fixtures, name: str, holds: Comparison, text: str) -> tuple[Truth, ...]:
    """For each contact, whether a comparison of one field with a text holds."""
    return found.truths(lambda person: holds(value(person, name), text))


def _is_true(text: str, true: str) -> Truth:
    return text == true


def _far(found: Fixtures, name: str, truths: Mapping[str, Truth]) -> tuple[Truth, ...]:
    """For each contact, what holds for the record that a field refers to; None if that is unknown."""
    ids = [value(person, name) for person in found.people]
    return tuple(truths.get(sys_id) if sys_id else False for sys_id in ids)


def _targets(probing: Probing, found: Fixtures) -> dict[str, Record]:
    """The records that contacts can refer to and whose fields are partly known, by sys_id."""
    targets = {person["sys_id"]: person for person in found.people}
    try:
        ids, names = probing.known("accounts"), probing.known("account_names")
    except BlockedError:
        return targets
    return {**targets, **{sys_id: {"name": name} for sys_id, name in zip(ids, names, strict=False)}}


PROBES = recalling(
    Probe("query-and", "A caret joins two terms so that both must hold.", _and),
    Probe("query-or", "^OR joins two terms so that one must hold.", _or),
    Probe("query-or-before-and", "An or-term binds tighter than an and-term.", _or_before_and),
    Probe("query-new", "^NQ adds the records of a further query.", _new_query),
    Probe("query-anything", "ANYTHING finds every record.", _anything),
    Probe("query-empty-text", "EMPTYSTRING finds no field with a value.", _empty_text),
    Probe("query-flag", "= and != compare a flag.", _flag),
    Probe("query-flag-empty", "!=true finds an empty flag as well.", _empty_flag),
    Probe("query-reference", "= and != compare a reference by sys_id.", _reference),
    Probe("query-reference-empty", "A reference is tested for a value.", _empty_reference),
    Probe("query-display-name", "LIKE looks at the name of the other record.", _display_name),
    Probe("query-dot", "A dot reaches a field of the other record.", _dot),
    Probe("query-letters", "Capital letters find small ones.", _letters),
    Probe("query-script", "A script stands for its value.", _script),
)
