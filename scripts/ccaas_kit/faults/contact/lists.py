"""Faults of lists of contacts: pages, order, queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from ccaas_kit.faults.blocks import (
    answering,
    asks,
    body,
    clause_ids,
    fields,
    first_of,
    on,
    reading,
    refuses,
    renamed,
    result,
    served,
    status,
    unwrapped,
)
from ccaas_kit.faults.contact.values import (
    bare_times,
    booleans,
    links,
    local_times,
    nulls,
    numbers,
    without_custom,
    without_empty,
)
from ccaas_kit.faults.fault import Asked, Behave, Fault
from ccaas_kit.sandbox.http.messages import Request, Response

_OPERATION = "listContacts"
_LIMIT, _OFFSET, _QUERY = "sysparm_limit", "sysparm_offset", "sysparm_query"
Query = dict[str, str]


def _reads(change: Callable[[Query], Query]) -> Behave:
    """The instance gets other parameters than were sent."""

    def of_request(asked: Asked) -> Request:
        return replace(asked.request, query=urlencode(change(asked.query)))

    return reading(of_request)


def _queries(change: Callable[[str], str]) -> Behave:
    """The instance gets another query than was sent."""

    def of_query(sent: Query) -> Query:
        return {**sent, _QUERY: change(sent[_QUERY])} if _QUERY in sent else sent

    return _reads(of_query)


def _swaps(pattern: str, other: str) -> Behave:
    """A piece of each query is another one."""
    return _queries(lambda text: re.sub(pattern, other, text))


def _plus(name: str, number: int, least: int = 0) -> Behave:
    """A number in the query is greater or smaller than was sent."""

    def change(sent: Query) -> Query:
        text = sent.get(name, "")
        if not (text.isascii() and text.isdecimal()):
            return sent
        return {**sent, name: str(max(int(text) + number, least))}

    return _reads(change)


def _without(*names: str) -> Behave:
    return _reads(lambda sent: {key: value for key, value in sent.items() if key not in names})


def _listed(change: Callable[[list[Any]], Any]) -> Behave:
    """Another list of records."""

    def of_body(value: Any) -> None:
        if isinstance(value, dict) and isinstance(value.get("result"), list):
            value["result"] = change(value["result"])

    return answering(body(of_body), served)


def _ordered(asked: Asked, response: Response) -> bool:
    return served(asked, response) and "ORDERBY" in asked.query.get(_QUERY, "")


def _losing_in_order(asked: Asked) -> Response:
    """Where an order is asked for, the last record of a page that is not full is missing."""
    response = asked.response()
    if not _ordered(asked, response):
        return response

    def change(value: Any) -> None:
        if isinstance(value.get("result"), list):
            value["result"] = value["result"][:-1]

    return body(change)(response)


def _more(value: Any) -> Behave:
    """`hasMore` has another value where it is sent, or is sent."""

    def change(found: Any) -> None:
        if isinstance(found, dict) and "result" in found:
            found["hasMore"] = value(found.get("hasMore")) if callable(value) else value

    return answering(body(change), served)


def _empty(response: Response) -> bool:
    return b'"result":[]' in response.body


def _unknown_part(asked: Asked) -> bool:
    """Whether a term of the query begins with a field that contacts do not have."""
    known = {field.name for field in asked.instance.tables["customer_contact"].fields.values()}
    terms = re.split(r"\^(?:OR|NQ)?", asked.query.get(_QUERY, ""))
    names = [re.match("[a-z_0-9]+", term) for term in terms if not term.startswith("ORDERBY")]
    return any(name is not None and name[0] not in known for name in names)


def _emptied(asked: Asked) -> Response:
    response = asked.response()
    if not (served(asked, response) and _unknown_part(asked)):
        return response
    return body(lambda value: value.update(result=[]))(response)


def _fault(name: str, says: str, breaks: str, behave: Behave) -> Fault:
    ids = clause_ids("CON", breaks)
    return Fault(f"contact-list-{name}", says, ids, on(_OPERATION, behave))


FAULTS: tuple[Fault, ...] = (
    _fault(
        "limit-and-one",
        "A page holds one record more than the limit.",
        "LIST-006 LIST-179 LIST-017",
        _plus(_LIMIT, 1),
    ),
    _fault(
        "limit-less-one",
        "A page holds one record less than the limit.",
        "LIST-017 LIST-007 LIST-016 LIST-179 LIST-009 LIST-245",
        _plus(_LIMIT, -1, least=1),
    ),
    _fault(
        "default-20",
        "Without a limit a list holds 20 contacts.",
        "LIST-014",
        _reads(lambda sent: {_LIMIT: "20", **sent}),
    ),
    _fault(
        "offset-from-one",
        "The first record has the index 1.",
        "LIST-007 LIST-016 LIST-017 LIST-179 LIST-018",
        _plus(_OFFSET, -1),
    ),
    _fault(
        "offset-of-pages",
        "The offset counts pages.",
        "LIST-007 LIST-016 LIST-017 LIST-179",
        _reads(
            lambda sent: (
                {**sent, _OFFSET: str(int(sent[_OFFSET]) * int(sent[_LIMIT]))}
                if sent.get(_OFFSET, "").isdecimal()
                and sent.get(_LIMIT, "").isdecimal()
                and len(sent[_OFFSET]) < 6
                and len(sent[_LIMIT]) < 4
                else sent
            )
        ),
    ),
    _fault(
        "order-descends",
        "ORDERBY sorts downwards.",
        "LIST-027 LIST-029",
        _swaps(r"ORDERBY(?!DESC)", "ORDERBYDESC"),
    ),
    _fault(
        "descending-ascends",
        "ORDERBYDESC sorts upwards.",
        "LIST-028 LIST-029",
        _swaps("ORDERBYDESC", "ORDERBY"),
    ),
    _fault(
        "second-order-ignored",
        "Of several orders only the first has an effect.",
        "LIST-029",
        _queries(lambda text: re.sub(r"(ORDERBY.*?)\^ORDERBY(DESC)?[a-z_.]+", r"\1", text)),
    ),
    _fault(
        "order-loses",
        "An order loses the last record of a list.",
        "LIST-030 LIST-017 LIST-025 LIST-027 LIST-028 LIST-029",
        _losing_in_order,
    ),
    _fault(
        "invalid-part-400",
        "A query with an unknown field is refused.",
        "LIST-031 LIST-032",
        refuses(400, _unknown_part),
    ),
    _fault(
        "invalid-part-empties", "A query with an unknown field lists nothing.", "LIST-031", _emptied
    ),
    _fault(
        "or-as-and", "A term after OR has to hold as well.", "LIST-183", _swaps(r"\^OR(?!DER)", "^")
    ),
    _fault(
        "new-query-as-and",
        "NQ joins its terms to those before it.",
        "LIST-184",
        _swaps(r"\^NQ", "^"),
    ),
    _fault(
        "and-as-or",
        "One of two terms is enough.",
        "LIST-182",
        _swaps(r"\^(?!OR|NQ|ORDER|EQ)", "^OR"),
    ),
    _fault(
        "begins-as-contains",
        "STARTSWITH finds a text by any part of it.",
        "LIST-188",
        _swaps("STARTSWITH", "LIKE"),
    ),
    _fault(
        "ends-as-contains",
        "ENDSWITH finds a text by any part of it.",
        "LIST-189",
        _swaps("ENDSWITH", "LIKE"),
    ),
    _fault(
        "like-as-equals",
        "LIKE finds only the whole text.",
        "LIST-191 LIST-193",
        _swaps(r"(?<!NOT )LIKE", "="),
    ),
    _fault(
        "in-first",
        "IN finds only the first value of its list.",
        "LIST-195",
        _queries(lambda text: re.sub(r"((?<!NOT )IN)([^,^]+),[^^]*", r"\1\2", text)),
    ),
    _fault(
        "not-in-as-in", "NOT IN finds what stands in its list.", "LIST-196", _swaps("NOT IN", "IN")
    ),
    _fault(
        "empty-inverted",
        "ISEMPTY finds records whose field has a value.",
        "LIST-197 LIST-222",
        _swaps("ISEMPTY", "ISNOTEMPTY"),
    ),
    _fault(
        "differs-as-equals",
        "The operator != finds equal texts.",
        "LIST-187 LIST-219 LIST-221",
        _swaps("!=", "="),
    ),
    _fault(
        "at-least-as-greater",
        "The operator >= leaves out what is equal.",
        "LIST-202",
        _swaps(">=", ">"),
    ),
    _fault(
        "between-open",
        "BETWEEN leaves out its upper end.",
        "LIST-203",
        _queries(lambda text: re.sub(r"([a-z_]+)BETWEEN([^@^]+)@([^^]+)", r"\1>=\2^\1<\3", text)),
    ),
    _fault(
        "on-as-since",
        "ON finds times since a day.",
        "LIST-212",
        _queries(
            lambda text: re.sub(
                r"([a-z_]+)ON[^^@]*@[^^]*?'([0-9-]{10})'[^^]*", r"\1>=\2 00:00:00", text
            )
        ),
    ),
    _fault(
        "dots-dropped",
        "A term with a dot counts as invalid.",
        "LIST-224",
        _queries(lambda text: re.sub(r"\^?[a-z_]+\.[a-z_.]+[^^]*", "", text)),
    ),
    _fault(
        "scripts-dropped",
        "A term with a script counts as invalid.",
        "LIST-026",
        _queries(lambda text: re.sub(r"\^?[a-z_.]+=javascript:[^^]*", "", text)),
    ),
    _fault("never-more", "hasMore is always false.", "LIST-009", _more(lambda _: False)),
    _fault("always-more", "hasMore is always true.", "LIST-009", _more(lambda _: True)),
    _fault(
        "more-in-result",
        "hasMore stands in each record.",
        "LIST-044",
        answering(result(lambda found: found.update(hasMore=False)), served),
    ),
    _fault(
        "twice",
        "The first record of a page stands in it twice.",
        "LIST-017 LIST-006 LIST-016 LIST-025",
        _listed(lambda found: [*found[:1], *found]),
    ),
    _fault(
        "booleans",
        "Flags are JSON booleans.",
        "LIST-047 LIST-048 LIST-171 LIST-172 LIST-079 LIST-080",
        answering(result(booleans), served),
    ),
    _fault(
        "numbers",
        "Numbers are JSON numbers.",
        "LIST-154 LIST-082 LIST-055 LIST-123 LIST-124 LIST-056",
        answering(result(numbers), served),
    ),
    _fault(
        "iso-times",
        "Times are written with T and Z.",
        "LIST-148 LIST-100 LIST-103 LIST-158",
        answering(result(bare_times), served),
    ),
    _fault(
        "local-times",
        "Times are in the time zone of Amsterdam.",
        "LIST-230 LIST-212 LIST-207 LIST-206",
        answering(result(local_times), served),
    ),
    _fault(
        "links",
        "References are objects with a link.",
        "LIST-228 LIST-045 LIST-060 LIST-108 LIST-115",
        answering(result(links), served),
    ),
    _fault(
        "nulls",
        "Fields without a value are null.",
        "LIST-229 @schema:listContacts",
        answering(result(nulls), served),
    ),
    _fault(
        "empty-left-out",
        "Fields without a value are left out.",
        "LIST-229 @schema:listContacts",
        answering(result(without_empty), served),
    ),
    _fault(
        "custom-left-out",
        "Custom fields are left out.",
        "LIST-043",
        answering(result(without_custom), served),
    ),
    _fault(
        "camel-case",
        "sys_mod_count is called sysModCount.",
        "LIST-154",
        answering(result(renamed("sys_mod_count", "sysModCount")), served),
    ),
    _fault(
        "names-swapped",
        "First and last name change places.",
        "LIST-025 GET-154 @contact-value-kept",
        answering(
            result(
                lambda found: found.update(
                    first_name=found.get("last_name"), last_name=found.get("first_name")
                )
            ),
            served,
        ),
    ),
    _fault(
        "long-country",
        "A country is written out.",
        "LIST-065 LIST-064",
        answering(result(fields(country=lambda text: text or "Netherlands")), served),
    ),
    _fault(
        "empty-404",
        "A list without contacts is answered with 404.",
        "LIST-180 LIST-023 LIST-237 LIST-S200",
        answering(
            status(404), lambda asked, response: served(asked, response) and _empty(response)
        ),
    ),
    _fault(
        "as-object",
        "The records stand in an object by their sys_id.",
        "LIST-041",
        answering(
            body(
                lambda value: value.update(
                    result={record["sys_id"]: record for record in value["result"]}
                )
            ),
            served,
        ),
    ),
    _fault(
        "bare",
        "The answer is not within result.",
        "LIST-041 LIST-S200",
        answering(unwrapped, served),
    ),
    _fault(
        "stale",
        "A query gets the answer that it got first.",
        "CREATE-158 LIST-025 CREATE-001 CREATE-156",
        first_of(lambda asked: asked.request.query),
    ),
    _fault(
        "long-query-400",
        "A query of more than 150 characters is refused.",
        "LIST-001 LIST-025 LIST-032 LIST-031",
        refuses(400, lambda asked: len(asked.query.get(_QUERY, "")) > 150),
    ),
    _fault(
        "letters-500",
        "A query with letters beyond ASCII makes the instance fail.",
        "LIST-236 LIST-032",
        answering(status(500), asks(lambda query: not query.get(_QUERY, "").isascii())),
    ),
)
