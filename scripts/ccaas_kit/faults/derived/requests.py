"""Rules about the fields of requests: what is documented is refused, what is not is taken, or not read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from ccaas_kit.contract import defaults
from ccaas_kit.faults.derived import places, values
from ccaas_kit.faults.derived.bodies import GONE, Alter, altered, exchanged, of_before
from ccaas_kit.faults.derived.bodies import values as values_at
from ccaas_kit.faults.derived.places import Place, Schema
from ccaas_kit.faults.derived.scope import VALUE, Scope
from ccaas_kit.faults.fault import Asked, Behave, Fault
from ccaas_kit.sandbox.http.messages import Response

Test = Callable[[Any], bool]


def not_demanded(scope: Scope) -> Iterator[Fault]:
    """A required field may be missing: the call is served as if an example's value had been sent."""
    for place, holder in _fields(scope):
        good = _good(scope, place)
        if place.required and good is not None:

            def fill(found: Any, name: str = place.name, good: Any = good) -> Any:
                return (
                    {**found, name: good}
                    if isinstance(found, dict) and name not in found
                    else found
                )

            says = f"{scope.id} takes a body without {place.text}."
            breaks = (*scope.nearest(place), *scope.at(f"{node}/required" for node in holder.nodes))
            behave = _changing(scope, holder.steps, fill)
            yield _of_field(scope, "field-not-demanded", place, (says, breaks, behave))


def demanded(scope: Scope) -> Iterator[Fault]:
    """The operation requires an optional field."""
    for place, holder in _fields(scope):
        if not place.required:

            def lacks(body: Any, holder: Place = holder, name: str = place.name) -> bool:
                parts = values_at(body, holder.steps)
                return any(isinstance(part, dict) and name not in part for part in parts)

            says = f"{scope.id} refuses a body without {place.text}."
            breaks = (*scope.nearest(place), *scope.at(holder.nodes))
            behave = _refusing(scope, lacks)
            beside = scope.related(place)
            yield scope.fault("field-demanded", place.text, says, breaks, behave, beside=beside)


def refused(scope: Scope) -> Iterator[Fault]:
    """The operation rejects a documented value: a listed one, one of a form that the schema knows, or a bound."""
    for place, _ in _fields(scope):
        for name, test, nodes in _forms(scope, place):

            def has(body: Any, place: Place = place, test: Test = test) -> bool:
                return any(test(value) for value in values_at(body, place.steps))

            says = f"{scope.id} refuses {place.text}: {name}."
            breaks = (*scope.at(nodes), *scope.nearest(place))
            text = f"{place.text}={name}"
            yield scope.fault("value-refused", text, says, breaks, _refusing(scope, has))


def taken(scope: Scope) -> Iterator[Fault]:
    """A value that breaks a keyword of the schema is taken: the call is served with a good one in its place."""
    for place, _ in _fields(scope):
        good = _good(scope, place)
        for keyword, text, test, further in _keywords(scope, place):
            if good is None or test(good):
                continue

            def mend(found: Any, test: Test = test, good: Any = good) -> Any:
                return good if test(found) else found

            says = f"{scope.id} takes a value of {text} that its {keyword} does not admit."
            breaks = (*scope.at(further), *scope.nearest(place))
            breaks = (*scope.at(f"{node}/{keyword}" for node in place.nodes), *breaks)
            behave = _changing(scope, place.steps, mend)
            fault = (says, breaks, behave)
            yield _of_field(scope, f"{keyword}-not-held", place, fault, text=text)


def of_no_form(scope: Scope) -> Iterator[Fault]:
    """A body that has none of the forms of an operation is served as if it had one."""
    document = scope.contract.document
    forms = places.alternatives(document, scope.sent[0].nodes) if scope.sent else []
    needed = {name for nodes in forms for name in places.merged(document, nodes)["required"]}
    if not needed or not scope.requests:
        return

    def fill(found: Any) -> Any:
        lacks = isinstance(found, dict) and needed.isdisjoint(found)
        return {**scope.requests[-1], **found} if lacks else found

    says = f"{scope.id} takes a body of none of its forms."
    breaks, behave = scope.at(scope.sent[0].nodes), _changing(scope, (), fill)
    yield scope.fault("no-form", "", says, breaks, behave, alters="field/none")


def ignored(scope: Scope) -> Iterator[Fault]:
    """A field has no effect: the optional one is not read, any one is that of the call before."""
    for place, _ in _fields(scope):
        if not scope.shows(place):
            continue
        breaks = scope.nearest(place)
        if not place.required:
            says = f"{scope.id} does not read {place.text}."
            behave = _changing(scope, place.steps, lambda _: GONE)
            yield _of_field(scope, "field-ignored", place, (says, breaks, behave))
        if "properties" not in place.schema:
            says = f"{scope.id} reads {place.text} as another value."
            behave = _changing(scope, place.steps, partial(values.another, place.schema))
            yield _of_field(scope, "field-altered", place, (says, breaks, behave))
            says = f"{scope.id} takes {place.text} from the call before."
            behave = _reading(scope, _of_before(place))
            yield _of_field(scope, "field-stale", place, (says, breaks, behave))


def swapped(scope: Scope) -> Iterator[Fault]:
    """Two fields side by side are taken for each other."""
    leaves = [
        place
        for place, _ in _fields(scope)
        if scope.shows(place) and "properties" not in place.schema
    ]
    for one, other in pairwise(leaves):
        if one.steps[:-1] != other.steps[:-1] or places.types(one.schema) != places.types(
            other.schema
        ):
            continue
        says = f"{scope.id} takes {one.text} and {other.name} for each other."
        breaks = (*scope.nearest(one), *scope.nearest(other))
        text = f"{one.text}+{other.name}"
        behave = _changing(scope, one.steps[:-1], exchanged((one.name, other.name)))
        beside = (*_beside(scope, one), *scope.related(other))
        yield scope.fault(
            "field-swapped", text, says, breaks, behave, alters=f"field/{one.text}", beside=beside
        )


def default(scope: Scope) -> Iterator[Fault]:
    """A field that is not sent has another default than the documented one."""
    for place, holder in _fields(scope):
        documented = place.schema.get(defaults.KEY)
        other = values.another(place.schema, documented) if documented not in (None, "") else None
        if place.required or other in (None, documented) or not scope.shows(place):
            continue

        def fill(found: Any, name: str = place.name, other: Any = other) -> Any:
            return {name: other, **found} if isinstance(found, dict) else found

        says = f"Without {place.text} {scope.id} takes {other!r} and not {documented!r}."
        breaks = scope.nearest(place)
        behave = _changing(scope, holder.steps, fill)
        yield _of_field(scope, "default-another", place, (says, breaks, behave))


def _fields(scope: Scope) -> Iterator[tuple[Place, Place]]:
    """The fields of a request body, each with the place that holds it."""
    by_steps = {place.steps: place for place in scope.sent}
    for place in scope.sent:
        if place.steps and place.name != "*":
            yield place, by_steps[place.steps[:-1]]


def _good(scope: Scope, place: Place) -> Any:
    """A value that the examples of the contract send at a place."""
    shown = (value for body in scope.requests for value in values_at(body, place.steps))
    return next(iter((*shown, *place.schema.get("examples", ()))), None)


def _forms(scope: Scope, place: Place) -> Iterator[tuple[str, Test, tuple[str, ...]]]:
    """What a value may look like: listed values, types, bounds, alternatives, and the nodes of each."""
    document = scope.contract.document
    for nodes in (place.nodes, *places.alternatives(document, place.nodes)):
        schema = places.merged(document, nodes)
        for value in (*schema.get("enum", ()), *schema.get("x-sn-values", ())):
            yield str(value), _equals(value), nodes
        for kind in sorted(places.types(schema)):
            yield kind, _of_kind(kind), nodes
        if "minimum" in schema:
            yield "the least", _equals(schema["minimum"]), nodes
        if "maxLength" in schema:
            yield "the longest", _of_length(schema["maxLength"]), nodes
    if "x-sn-table" in place.schema and "pattern" not in place.schema:
        yield "a sys_id", lambda found: bool(_SYS_ID.fullmatch(str(found))), place.nodes
        yield "a name", lambda found: not _SYS_ID.fullmatch(str(found)), place.nodes


_SYS_ID = re.compile("[0-9A-Za-z]{32}")


_PYTHON: Mapping[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "null": (type(None),),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}


def _is(found: Any, kind: str) -> bool:
    is_flag = isinstance(found, bool)
    return is_flag if kind == "boolean" else isinstance(found, _PYTHON[kind]) and not is_flag


def _keywords(scope: Scope, place: Place) -> Iterator[tuple[str, str, Test, tuple[str, ...]]]:
    """Each keyword that a value can break, with a text for the place, a test, and nodes that speak of it.

    The test tells a value that breaks the keyword and nothing before it; of one of several alternatives
    a value of its types that no other one admits.
    """
    document = scope.contract.document
    schema, whole = place.schema, scope.contract.judge({"$ref": place.nodes[-1]})
    kinds = places.types(schema)
    if kinds:
        yield "type", place.text, lambda found: not any(_is(found, kind) for kind in kinds), ()
    for keyword, test in _bounds(scope, schema, kinds):
        yield keyword, place.text, test, ()
    for keyword in (key for key in ("anyOf", "oneOf") if key in schema):
        yield keyword, place.text, lambda found: not whole.is_valid(found), ()
    for number, nodes in enumerate(places.alternatives(document, place.nodes)):
        branch = places.merged(document, nodes)
        for keyword, test in _bounds(scope, branch, places.types(branch)):
            text = f"{place.text}|{number}"
            yield keyword, text, _both(test, lambda found: not whole.is_valid(found)), nodes
    if "if" in schema:
        parts = {key: schema[key] for key in ("if", "then", "else") if key in schema}
        named = {
            name for key in ("then", "else") for name in parts.get(key, {}).get("properties", ())
        }
        nodes = tuple(
            node
            for field in scope.sent
            if field.steps[:-1] == place.steps and field.name in named
            for node in field.nodes
        )
        yield "if", place.text, _breaking(scope.contract.judge(parts), frozenset()), nodes


def _bounds(scope: Scope, schema: Schema, kinds: frozenset[str]) -> Iterator[tuple[str, Test]]:
    """The keywords about values of the types, with what tells such a value that breaks one."""
    for keyword in ("enum", "pattern", "minLength", "maxLength", "minimum", "maximum"):
        if keyword in schema:
            judge = scope.contract.judge({keyword: schema[keyword]})
            yield keyword, _breaking(judge, kinds)


def _both(one: Test, other: Test) -> Test:
    return lambda found: one(found) and other(found)


def _equals(value: Any) -> Test:
    return lambda found: bool(found == value)


def _of_kind(kind: str) -> Test:
    return lambda found: _is(found, kind)


def _of_length(count: int) -> Test:
    return lambda found: isinstance(found, str) and len(found) == count


def _breaking(judge: Any, kinds: frozenset[str]) -> Test:
    """Values of these types, of any where there are none, that a schema refuses."""
    return lambda found: (
        (not kinds or any(_is(found, kind) for kind in kinds)) and not judge.is_valid(found)
    )


def _of_field(
    scope: Scope,
    rule: str,
    place: Place,
    fault: tuple[str, tuple[str, ...], Behave],
    *,
    text: str = "",
) -> Fault:
    """A fault that changes one field; what it says, what it breaks and how it behaves."""
    says, breaks, behave = fault
    name, alters = text or place.text, f"field/{place.text}"
    beside = _beside(scope, place)
    return scope.fault(rule, name, says, breaks, behave, alters=alters, beside=beside)


def _beside(scope: Scope, place: Place) -> tuple[str, ...]:
    """What else a field that is read wrongly may break: where it shows, whether the call is served, and as what it is refused."""
    return (*scope.related(place), *scope.at([scope.node], VALUE), *scope.refusals)


def _changing(scope: Scope, steps: tuple[str, ...], change: Callable[[Any], Any]) -> Behave:
    """The instance reads another value at a place of the body."""
    return _reading(scope, lambda _asked: lambda body: altered(body, steps, change))


def _of_before(place: Place) -> Callable[[Asked], Alter]:
    return lambda asked: of_before(asked.kept, place.steps)


def _reading(scope: Scope, change: Callable[[Asked], Alter]) -> Behave:
    """The instance reads another body, which a call has a change for."""

    def behave(asked: Asked) -> Response:
        value = scope.read(asked.request)
        if value is None:
            return asked.response()
        before = repr(value)
        new = change(asked)(value)
        if repr(new) == before:
            return asked.response()
        return asked.response(scope.with_value(asked, new))

    return behave


def _refusing(scope: Scope, test: Test) -> Behave:
    return scope.refusing(lambda asked: test(scope.read(asked.request)))
