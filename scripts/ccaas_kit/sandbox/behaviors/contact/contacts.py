"""Contacts: found by an encoded query, read one by one, and created without asking much."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ccaas_kit.contract import defaults
from ccaas_kit.sandbox.behaviors.contact import fields
from ccaas_kit.sandbox.contract import Contract, Operation
from ccaas_kit.sandbox.http import ignored, refusals
from ccaas_kit.sandbox.http.calls import Behavior, Call, Problem
from ccaas_kit.sandbox.http.messages import Outcome, RefusalError, Rendered
from ccaas_kit.sandbox.query import queries, sql
from ccaas_kit.sandbox.query.sql import Compiled, Context
from ccaas_kit.sandbox.storage.database import QueryTimeoutError
from ccaas_kit.sandbox.storage.tables import Tables

# CON-006: no greatest limit is documented. A page beyond this size ends early and says hasMore.
MAX_PAGE = 10_000
_NO_ROWS = "glide.invalid_query.returns_no_rows"
# CON-029: the domain of an instance that has no other.
_DOMAIN = "global"
# CON-049: the page does not name the table.
_PROFILES = "u_sandbox_social_profile"
# Longer queries are read anew each time, so that what is remembered stays small.
_REMEMBERED_LENGTH = 2000
_EVERYTHING = Compiled(where="1", parameters=(), order_by="", where_parameters=())


def list_contacts(call: Call) -> Outcome:
    """One page of the contacts that match, in the order asked for, else as they were created."""
    asked = _asked(call)
    if asked is None:
        return Outcome(200, {"result": []})
    table = call.operation.state["reads"]
    page = {**_defaults(call.instance.contract, call.operation), **call.query}
    size = min(page["sysparm_limit"], MAX_PAGE)
    where, parameters = asked.where, asked.parameters
    hidden = call.instance.settings.hidden_from(call.user)
    if hidden:
        where = f"({where}) AND t.sys_id NOT IN ({', '.join('?' * len(hidden))})"
        conditions = len(asked.where_parameters)
        parameters = (*parameters[:conditions], *hidden, *parameters[conditions:])
    try:
        found = call.store.select(
            table,
            where,
            parameters,
            order_by=asked.order_by,
            limit=size + 1,
            offset=page["sysparm_offset"],
        )
    except QueryTimeoutError:
        return Outcome(200, refusals.cancelled())
    # CON-008: the sample shows no flag where nothing more is to come.
    more = '"hasMore":true,' if len(found) > size else ""
    return Outcome(200, Rendered(f'{{{more}"result":[{",".join(found[:size])}]}}'))


def get_contact(call: Call) -> Outcome:
    """The contact with this sys_id, if there is one that the caller may see."""
    table, sys_id = call.operation.state["reads"], call.path["id"]
    text = call.store.rendered(table, sys_id)
    if text is None or not call.sees(sys_id):
        raise _not_found()
    return Outcome(200, Rendered(f'{{"result":{text}}}'))


def create_contact(call: Call) -> Outcome:
    """The sys_id of a new contact, made of whatever in the request can be used."""
    instance, sent = call.instance, call.body
    table = instance.tables[call.operation.state["creates"]]
    form = fields.form(instance.contract)
    sys_id, now = instance.new_sys_id(table.name), instance.now_text()
    texts = form.texts(sent)
    # Nothing was left out, so there is neither a custom field nor a profile.
    is_plain = len(texts) == len(sent)
    texts["sys_id"] = sys_id
    texts["sys_class_name"] = table.name
    texts["sys_created_by"] = texts["sys_updated_by"] = call.user.user_name
    texts["sys_created_on"] = texts["sys_updated_on"] = now
    texts["sys_domain"] = _DOMAIN
    texts["sys_mod_count"] = "0"
    known = form.leading(form.valid(texts), call.store)
    record = _empty(instance.tables, table.name) | known
    # The instance makes the full name where none was sent that it can use.
    record["name"] = record["name"] or form.full_name(record)
    if not is_plain:
        record |= fields.custom_fields(sent, form, call.store, table.name)
    call.store.insert(table.name, record)
    if not is_plain and (profile := form.profile(sent)):
        made = {"sys_id": instance.new_sys_id(_PROFILES), "contact": sys_id}
        call.store.insert(_PROFILES, made | profile)
    return Outcome(201, {"result": sys_id})


def _asked(call: Call) -> Compiled | None:
    """What the query asks for, as SQL; None where the instance lists nothing for it."""
    text = call.query.get("sysparm_query", "")
    if not text:
        return _EVERYTHING
    instance, table = call.instance, call.operation.state["reads"]
    custom: tuple[str, ...] = ()
    if fields.is_custom_possible(text):
        custom = call.store.custom_names(table)
    now = instance.now().replace(microsecond=0)
    context = Context(call.user.sys_id, call.user.user_name, now)
    compiled = _compiled if len(text) <= _REMEMBERED_LENGTH else _compiled.__wrapped__
    try:
        asked, dropped = compiled(text, table, instance.tables, custom, context)
    except queries.QueryTooLongError as error:
        raise refusals.unreadable(instance.contract, str(error)) from error
    ignored.note_in_query(instance, dropped)
    return asked if not dropped or not instance.settings.is_true(_NO_ROWS) else None


@lru_cache(maxsize=512)
def _compiled(
    text: str, table: str, tables: Tables, custom: tuple[str, ...], context: Context
) -> tuple[Compiled, tuple[str, ...]]:
    """A query as SQL, and the parts of it that were not understood."""
    query = queries.parse(text, tables[table], tables, custom)
    return sql.compile(query, tables[table], tables, context), query.dropped


@lru_cache(maxsize=16)
def _defaults(contract: Contract, operation: Operation) -> dict[str, Any]:
    """The values of the query parameters that have one when they are not sent."""
    found = {
        parameter.name: defaults.of(contract.document, parameter.schema)
        for parameter in operation.parameters
    }
    return {name: default for name, default in found.items() if default is not None}


@lru_cache(maxsize=8)
def _empty(tables: Tables, table: str) -> dict[str, str]:
    return tables[table].defaults()


def _refuse_reading(_call: Call, problem: Problem) -> RefusalError | None:
    # CON-039: an id of another form is one that no record has.
    return _not_found() if problem.place == "path" else None


def _not_found() -> RefusalError:
    return RefusalError(404, "noRecordResponse")


BEHAVIORS = {
    "listContacts": Behavior(list_contacts),
    # CON-055: never refused for a value. What does not fit is ignored.
    "createContact": Behavior(create_contact, lax=True),
    "getContact": Behavior(get_contact, _refuse_reading),
}
