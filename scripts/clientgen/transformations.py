"""The steps that turn a bundle into a document which every client generator compiles.

Each does one thing, says why, and says what the result no longer tells; the README of the folder is made
from this list. A bundle says what travels, as tightly as the vendor's pages allow. A generator turns that
into types, and a language has few of them: one type per field, one name per value, one list of fields per
object.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from ccaas_kit.contract import defaults, pointers
from ccaas_kit.contract.operations import METHODS, first_forms, operations
from clientgen.nodes import (
    SCHEMAS,
    Node,
    holders,
    is_object,
    license_in_3_0,
    name_of,
    remove_unused,
    rewrite_schemas,
)

JSON = "application/json"
_BOTH = "JsonOrXml"
# What an answer may break without being useless to a client.
_BOUNDS = (
    *("pattern", "format", "enum", "const", "minLength", "maxLength"),
    *("minimum", "maximum", "minItems", "maxItems", "uniqueItems"),
)
_CONDITIONS = ("if", "then", "else", "dependentRequired")
# The extension keys that stay: what a description refers to.
_KEPT = frozenset({"x-sn-roles"})
_WORDS = ("description", "examples")
_VERB = re.compile(r"^[a-z]+")


@dataclass(frozen=True, slots=True)
class Transformation:
    """A step: what it does, why a generator needs it, and what the result no longer says."""

    name: str
    does: str
    because: str
    loses: str
    apply: Callable[[Node], None]


def codegen_form(bundle: Node) -> Node:
    """The bundle as client generators read it."""
    document = copy.deepcopy(bundle)
    for transformation in TRANSFORMATIONS:
        transformation.apply(document)
    return document


def _once(document: Node) -> None:
    document["paths"] = first_forms(document)["paths"]
    remove_unused(document)


def _json_only(document: Node) -> None:
    for node in _with_content(document):
        if JSON in node["content"]:
            node["content"] = {JSON: node["content"][JSON]}

    def plain(schema: Node, _: bool) -> Node:
        return {key: value for key, value in schema.items() if key != "xml"}

    rewrite_schemas(document, plain)
    responses = document["components"]["responses"]
    for name in [name for name in responses if name.endswith(_BOTH)]:
        shorter = name.removesuffix(_BOTH)
        # Without XML most say what their twin says.
        if shorter not in responses:
            responses[shorter] = responses.pop(name)
        if _shape(responses.get(name)) in (None, _shape(responses[shorter])):
            responses.pop(name, None)
            _refer(document, f"#/components/responses/{name}", f"#/components/responses/{shorter}")


def _without_empty_bodies(document: Node) -> None:
    for _, _, operation in operations(document):
        body = pointers.follow(document, operation.get("requestBody", {}))
        if not body or body.get("required"):
            continue
        schema = pointers.follow(document, body["content"][JSON]["schema"])
        if is_object(schema) and not schema.get("properties"):
            del operation["requestBody"]
    remove_unused(document)


def _told_in_words(document: Node) -> None:
    def worded(schema: Node, _: bool) -> Node:
        words = [schema.get("description", "").strip()]
        if schema.get(defaults.KEY) not in (None, ""):
            words.append(f"Default: {_quoted(schema[defaults.KEY])}.")
        if "x-sn-values" in schema and "boolean" not in schema["type"][0]:
            words.append(f"Documented values: {_listed(schema['x-sn-values'])}.")
        return {**schema, "description": " ".join(filter(None, words))} if words[1:] else schema

    rewrite_schemas(document, worded)


def _plain(document: Node) -> None:
    def plain(node: Any, *, named: bool = False) -> Any:
        if isinstance(node, list):
            return [plain(child) for child in node]
        if not isinstance(node, dict):
            return node
        return {
            # Names of properties and headers may begin with x- as well.
            key: child if key == "value" else plain(child, named=key in ("properties", "headers"))
            for key, child in node.items()
            if named or key in _KEPT or (not str(key).startswith("x-") and key != "links")
        }

    for key in [key for key in document if str(key).startswith("x-")]:
        del document[key]
    document["info"] = plain(document["info"])
    document["paths"] = plain(document["paths"])
    document["components"] = {
        section: plain(entries, named=True)
        for section, entries in document["components"].items()
        if section != "links"
    }


def _unconditional(document: Node) -> None:
    def unconditional(schema: Node, _: bool) -> Node:
        return {key: value for key, value in schema.items() if key not in _CONDITIONS}

    rewrite_schemas(document, unconditional)


def _flat(document: Node) -> None:
    def flat(schema: Node, _: bool) -> Node:
        if "allOf" not in schema:
            return schema
        own = {key: value for key, value in schema.items() if key != "allOf"}
        found: Node = {}
        for part in (*schema["allOf"], own):
            found = _extended(found, pointers.follow(document, part))
        return found

    for _ in document["components"]["schemas"]:
        rewrite_schemas(document, flat)
        if "allOf" not in json.dumps(document["components"]["schemas"]):
            break


def _one_type(document: Node) -> None:
    def one_type(schema: Node, is_answer: bool) -> Node:
        if isinstance(types := schema.get("type"), list):
            # The contract names the one that a client would choose first.
            kept = [types[0], *(["null"] if is_answer and "null" in types else [])]
            schema = {**schema, "type": kept if kept[1:] else kept[0]}
        if "anyOf" not in schema:
            return schema
        own = {key: value for key, value in schema.items() if key != "anyOf"}
        return {**_joined(document, schema["anyOf"], is_answer=is_answer), **own}

    rewrite_schemas(document, one_type)


def _open(document: Node) -> None:
    def opened(schema: Node, _: bool) -> Node:
        values = [value for value in schema.get("enum", ()) if isinstance(value, str)]
        plain = {re.sub(r"[^0-9a-z]", "", value.casefold()) for value in values}
        if len(plain) == len(values) and "" not in plain:
            return schema
        description = f"{schema.get('description', '').strip()} Values: {_listed(values)}.".strip()
        return {**{k: v for k, v in schema.items() if k != "enum"}, "description": description}

    rewrite_schemas(document, opened)


def _lenient(document: Node) -> None:
    bodies = {name_of(holder["schema"]) for holder, is_answer in holders(document) if is_answer}
    envelopes = [document["components"]["schemas"][name] for name in bodies - {""}]
    required = [schema.get("required", []) for schema in envelopes]

    def lenient(schema: Node, is_answer: bool) -> Node:
        if not is_answer:
            return schema
        found = {k: v for k, v in schema.items() if k not in _BOUNDS and k != "required"}
        return {**found, "additionalProperties": True} if "additionalProperties" in found else found

    rewrite_schemas(document, lenient)
    for name, kept in zip(bodies - {""}, required, strict=True):
        if kept:
            document["components"]["schemas"][name]["required"] = kept


def _texts_in_place(document: Node) -> None:
    schemas = document["components"]["schemas"]

    def in_place(schema: Node, _: bool) -> Node:
        last, target = schema, pointers.follow(document, schema)
        while "$ref" in schemas.get(name_of(last), {}):
            last = schemas[name_of(last)]
        if "$ref" not in schema:
            return schema
        if is_object(target):
            # Beside a reference 3.0 reads nothing.
            return {"$ref": last["$ref"]}
        return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}

    for _ in schemas:
        rewrite_schemas(document, in_place)
    remove_unused(document)


def _own_names(document: Node) -> None:
    schemas = document["components"]["schemas"]
    ids = sorted((node["operationId"] for _, _, node in operations(document)), key=len)
    renamed = {}
    for name in schemas:
        for operation in ids:
            if name.casefold().startswith(operation.casefold()):
                verb = _VERB.match(operation)
                assert verb is not None
                rest = name[len(operation) :]
                renamed[name] = f"{operation[verb.end() :]}{verb[0].capitalize()}{rest}"
    document["components"]["schemas"] = {
        renamed.get(name, name): schema for name, schema in schemas.items()
    }
    for name, new in renamed.items():
        _refer(document, SCHEMAS + name, SCHEMAS + new)


def _one_example(document: Node) -> None:
    schemas = document["components"]["schemas"]
    for holder, _ in holders(document):
        named = holder.pop("examples", {})
        values = [pointers.follow(document, example)["value"] for example in named.values()]
        checked = {**holder["schema"], "components": {"schemas": schemas}}
        validator = jsonschema_rs.Draft202012Validator(checked)
        fitting = [value for value in values if validator.is_valid(value)]
        if fitting:
            holder["example"] = fitting[0]

    def one(schema: Node, _: bool) -> Node:
        validator = jsonschema_rs.Draft202012Validator(
            {**schema, "components": {"schemas": schemas}}
        )
        values = [value for value in schema.get("examples", ()) if validator.is_valid(value)]
        found = {key: value for key, value in schema.items() if key != "examples"}
        return {**found, "example": values[0]} if values and not is_object(schema) else found

    rewrite_schemas(document, one)
    remove_unused(document)


def _parameters_in_place(document: Node) -> None:
    for item in document["paths"].values():
        shared = item.pop("parameters", [])
        for method in METHODS:
            if method in item and (own := [*shared, *item[method].get("parameters", ())]):
                written_out = [copy.deepcopy(pointers.follow(document, node)) for node in own]
                item[method]["parameters"] = written_out
    remove_unused(document)


def _in_3_0(document: Node) -> None:
    def older(schema: Node, _: bool) -> Node:
        found = dict(schema)
        if isinstance(found.get("type"), list):
            found["type"] = found["type"][0]
            found["nullable"] = True
        if "const" in found:
            found["enum"] = [found.pop("const")]
        return found

    rewrite_schemas(document, older)
    document["openapi"] = "3.0.3"
    document["info"].pop("summary", None)
    document["info"]["license"] = license_in_3_0(document["info"]["license"])


TRANSFORMATIONS = (
    Transformation(
        "operations once",
        "Leaves out the URLs that name a version.",
        "Each of their operations is there at the other URL; clients would have every method twice.",
        "The versioned URLs.",
        _once,
    ),
    Transformation(
        "JSON only",
        "Leaves out XML, and responses that differ from others in nothing else.",
        "Generators take the first media type or make a method for each; few write XML bodies.",
        "XML as a form of requests and responses.",
        _json_only,
    ),
    Transformation(
        "no empty bodies",
        "Leaves out an optional body that has no fields.",
        "It becomes a class without members, or an argument that nobody can fill.",
        "That an empty object may be sent to close an interaction.",
        _without_empty_bodies,
    ),
    Transformation(
        "told in words",
        "Writes defaults and documented values that nothing enforces into descriptions.",
        "Generated documentation shows no extension keys.",
        "Nothing.",
        _told_in_words,
    ),
    Transformation(
        "no extension keys",
        "Leaves out the keys that begin with x-sn-, but for the roles, and links.",
        "Some generators copy them into comments, some refuse a response outside `responses`.",
        "Sources, quirks, clauses, tables, what other methods get.",
        _plain,
    ),
    Transformation(
        "no conditions",
        "Leaves out if, then, else and dependentRequired.",
        "OpenAPI 3.0 does not have them, and no generator makes code of them.",
        "That fields belong together, and that a form of one depends on another.",
        _unconditional,
    ),
    Transformation(
        "no inheritance",
        "Writes an object that extends another one out, with all its fields.",
        "Generators make base classes of it that clash in the types of fields.",
        "That one schema is a narrower form of the other.",
        _flat,
    ),
    Transformation(
        "one type per field",
        "Keeps of several types the first one; makes of alternatives that are objects one object with "
        "the fields of all, of alternatives that are texts text, and of others the first one in a "
        "request and any value in a response.",
        "A field of a class has one type. Java, Go and C# make types that hold nothing, or code that "
        "does not compile.",
        "Further forms of a request, such as flags as text; which fields of a response come together.",
        _one_type,
    ),
    Transformation(
        "open lists of values",
        "Makes text of a list that has an empty value, or two which are one name in code; the "
        "description keeps the list.",
        "`success` and `Success` become one constant, defined twice.",
        "The list as a rule.",
        _open,
    ),
    Transformation(
        "texts in place",
        "Writes out what is no object where it is used.",
        "Named texts become wrapper classes, and OpenAPI 3.0 reads no description beside a reference.",
        "Names of texts such as SysId; descriptions of fields that are objects, in favour of the object's.",
        _texts_in_place,
    ),
    Transformation(
        "lenient answers",
        "Leaves bounds, patterns, lists of values and required fields out of responses, but for the "
        "required fields of the body itself.",
        "Generated clients throw a whole response away over one field that is missing or has a new "
        "value, and pages promise that fields may be returned.",
        "What a response has to look like. Judging that is the work of the contract, not of a client.",
        _lenient,
    ),
    Transformation(
        "names of their own",
        "Renames a schema that is called like an operation: CreateContactRequest to ContactCreateRequest.",
        "Generators call their own types <operationId>Request, Response, Result and Body.",
        "The names that the contract uses.",
        _own_names,
    ),
    Transformation(
        "one example",
        "Keeps of several examples the first one that fits, in place.",
        "OpenAPI 3.0 has one example in a schema, and many tools read no other.",
        "The other examples.",
        _one_example,
    ),
    Transformation(
        "parameters in place",
        "Writes the parameters of a path out in each of its operations.",
        "Some tools take the parameters of a path for a method, or read no reference to a parameter.",
        "Nothing.",
        _parameters_in_place,
    ),
    Transformation(
        "OpenAPI 3.0",
        "Writes the rest as OpenAPI 3.0.3: nullable, an enum of one for a constant, the licence as a URL.",
        "Whatever reads 3.1 reads 3.0; the other way round many stop.",
        "Nothing.",
        _in_3_0,
    ),
)


def _with_content(document: Node) -> list[Node]:
    components = document["components"]
    found = [*components.get("requestBodies", {}).values(), *components["responses"].values()]
    for _, _, operation in operations(document):
        found += [operation.get("requestBody", {}), *operation["responses"].values()]
    return [node for node in found if "content" in node]


def _shape(response: Node | None) -> str | None:
    """What a response says to a generator: all but its examples."""
    if response is None:
        return None
    media = {key: value["schema"] for key, value in response.get("content", {}).items()}
    return json.dumps([media, response.get("headers")], sort_keys=True)


def _refer(node: Any, old: str, new: str) -> None:
    if isinstance(node, list):
        for child in node:
            _refer(child, old, new)
    elif isinstance(node, dict):
        if node.get("$ref") == old:
            node["$ref"] = new
        for child in node.values():
            _refer(child, old, new)


def _extended(base: Node, own: Node) -> Node:
    """Two schemas that both hold, as one; where they speak of the same the second one does."""
    found = {**base, **own}
    if "properties" in base and "properties" in own:
        found["properties"] = {**base["properties"], **own["properties"]}
    if "required" in base and "required" in own:
        found["required"] = list(dict.fromkeys([*base["required"], *own["required"]]))
    return found


def _joined(document: Node, parts: list[Node], *, is_answer: bool) -> Node:
    """One schema for several alternatives."""
    if len({name_of(part) or json.dumps(part) for part in parts}) == 1:
        return parts[0]
    found = [_single(document, part, is_answer=is_answer) for part in parts]
    if all(is_object(part) for part in found):
        return _one_object(document, found, is_answer=is_answer)
    types = {part.get("type") for part in found}
    if len(types) == 1 and None not in types:
        return {"type": types.pop()}
    if is_answer:
        return {}
    return parts[0] if is_object(found[0]) else _without_words(found[0])


def _single(document: Node, schema: Node, *, is_answer: bool) -> Node:
    """What a schema leads to, with one type."""
    found: Node = pointers.follow(document, schema)
    if "anyOf" in found:
        return _joined(document, found["anyOf"], is_answer=is_answer)
    return found


def _one_object(document: Node, parts: list[Node], *, is_answer: bool) -> Node:
    """An object with the fields of all; required is what each of them requires."""
    properties: dict[str, Node] = {}
    for part in parts:
        for name, schema in part.get("properties", {}).items():
            known = properties.setdefault(name, schema)
            if known is not schema:
                together = _joined(document, [known, schema], is_answer=is_answer)
                words = {key: known[key] for key in _WORDS if key in known}
                properties[name] = together if name_of(together) else {**together, **words}
    first, *others = (part.get("required", ()) for part in parts)
    required = [name for name in first if all(name in other for other in others)]
    found: Node = {"type": "object", "properties": properties}
    return {**found, "required": required} if required else found


def _without_words(schema: Node) -> Node:
    return {key: value for key, value in schema.items() if key not in _WORDS}


def _quoted(value: Any) -> str:
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _listed(values: list[Any]) -> str:
    return ", ".join(_quoted(value) if value != "" else "empty" for value in values)
