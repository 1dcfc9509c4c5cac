"""The checks of the doctor: what GET requests show of an instance, and what may be wrong with it.

Nothing but GET is sent. Of operations with other methods a GET shows whether their path is there,
not whether they work; the checks say no more than that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from ccaas_kit.contract.targets import is_loopback
from ccaas_kit.discovery import checks, roles
from ccaas_kit.discovery.checks import Check, Result, Visit
from ccaas_kit.discovery.roles import Api, Plugin
from ccaas_kit.gateway import diagnosis
from ccaas_kit.gateway.connection import Connection, NoAnswerError
from ccaas_kit.gateway.diagnosis import Diagnosis, Kind, TargetResponse, Words
from ccaas_kit.gateway.table_api import TableApi, TableError
from ccaas_kit.model import pools
from ccaas_kit.model.contract import Contract, Operation

# Without it Advanced Work Assignment is installed and off (external-id-mapping page, status 403).
_SWITCH = "glide.awa.enabled"
_SIGN_IN = "Set SN_USERNAME and SN_PASSWORD, or SN_TOKEN, or SN_API_KEY"
_LIMIT = "sysparm_limit"
_PLUGINS = "v_plugin"
# A sys_id that no record has.
_NO_RECORD = "0" * 32


class Checkup:
    """One examination of a target, in the order in which things can fail."""

    def __init__(self, contract: Contract, connection: Connection) -> None:
        self._contract = contract
        self._connection = connection
        self._words = Words.of(contract)
        self._tables = TableApi(connection, self._words)
        self._apis = roles.apis(contract)
        self._known = pools.build(contract, {}, seeded=False).values
        self.is_reached = True

    def run(self) -> Iterator[Check]:
        """The checks, one by one; those that an earlier one makes pointless are left out."""
        path, query = self._probe()
        try:
            response = self._connection.get(path, query, signed=False)
            first = diagnosis.of_response(response, self._words)
        except NoAnswerError as error:
            response, first = None, error.diagnosis
        self.is_reached = first.is_reached
        yield _reachable(first)
        if first.is_reached and (tls := self._tls(response, first)):
            yield tls
        if not first.is_from_api:
            return
        try:
            login = self._login(first, path, query)
            yield login
            if login.result is Result.PROBLEM:
                return
            yield from self._inside()
        except NoAnswerError as error:
            what = f"{error.diagnosis.seen}; the checks after this one were skipped"
            yield Check("answers", Result.PROBLEM, what, error.diagnosis.advice)

    def _inside(self) -> Iterator[Check]:
        """What shows itself to a user who is signed in."""
        visits = {api.name: list(self._visits(api)) for api in self._apis}
        for api in self._apis:
            yield checks.of_api(api, visits[api.name])
        yield self._table_api()
        yield from self._plugins(visits)
        yield self._switch()
        yield self._agents()
        user_roles, why = self._roles()
        for api in self._apis:
            yield checks.of_roles(api, visits[api.name], user_roles, why)

    def _probe(self) -> tuple[str, dict[str, str]]:
        """A path that is safe to GET: of the reading operation with the fewest ids."""
        reading = [
            operation for operation in self._contract.operations if operation.method == "GET"
        ]
        chosen = min(
            reading or self._contract.operations, key=lambda operation: operation.path.count("{")
        )
        return self._address(chosen), _query(chosen)

    def _tls(self, response: TargetResponse | None, first: Diagnosis) -> Check | None:
        if first.kind in (Kind.TLS_UNTRUSTED, Kind.TLS_FAILED):
            return Check("TLS", Result.PROBLEM, first.seen, first.advice)
        if response is not None and response.tls:
            return Check("TLS", Result.OK, f"{response.tls}, the certificate is trusted")
        if is_loopback(self._connection.url):
            return None
        return Check(
            "TLS", Result.PROBLEM, "plain HTTP: credentials can be read on the way", "Use https"
        )

    def _login(self, first: Diagnosis, path: str, query: dict[str, str]) -> Check:
        asked = first.kind is Kind.UNAUTHENTICATED
        if not self._connection.is_signed:
            if asked:
                what = "the target asks for credentials, and the environment has none"
                return Check("login", Result.PROBLEM, what, _SIGN_IN)
            return Check("login", Result.UNKNOWN, "the target asks for no credentials", _SIGN_IN)
        found = diagnosis.of_response(self._connection.get(path, query), self._words)
        if found.kind is Kind.UNAUTHENTICATED or not found.is_from_api:
            return Check("login", Result.PROBLEM, found.seen, found.advice)
        if not asked:
            what = f"{first.seen} without credentials as well, so theirs shows nothing"
            return Check("login", Result.UNKNOWN, what)
        return Check("login", Result.OK, "the credentials are accepted")

    def _visits(self, api: Api) -> Iterator[Visit]:
        for path in dict.fromkeys(operation.path for operation in api.operations):
            operations = tuple(operation for operation in api.operations if operation.path == path)
            reading = next(
                (operation for operation in operations if operation.method == "GET"), None
            )
            chosen = reading or operations[0]
            response = self._connection.get(self._address(chosen), _query(chosen))
            found = diagnosis.of_response(response, self._words)
            result, advice = checks.weigh(api, reading, found)
            yield Visit(operations, result, found, advice)

    def _address(self, operation: Operation) -> str:
        """The path with the id of no record, and otherwise with values of the contract."""
        path = operation.path
        for parameter in operation.parameters:
            if parameter.place == "path":
                value = next(iter(self._known.get(parameter.name, ())), _NO_RECORD)
                value = _NO_RECORD if _is_sys_id(value) else value
                path = path.replace("{" + parameter.name + "}", quote(value, safe=""))
        return path

    def _table_api(self) -> Check:
        try:
            self._tables.records("sys_user", limit=1)
        except TableError as error:
            found = error.diagnosis
            if found.kind in (Kind.FORBIDDEN, Kind.RATE_LIMITED):
                return Check("Table API", Result.UNKNOWN, found.seen, found.advice)
            advice = "Name the ids of records in a config file: discover cannot find them"
            return Check("Table API", Result.UNKNOWN, found.seen, advice)
        return Check("Table API", Result.OK, "tables can be read: discover can find ids")

    def _plugins(self, visits: dict[str, list[Visit]]) -> Iterator[Check]:
        wanted = dict.fromkeys(plugin for api in self._apis for plugin in api.plugins)
        states, why, whole = self._states(list(wanted))
        for plugin in wanted:
            is_served = any(
                visit.result is Result.OK
                for api in self._apis
                if plugin in api.plugins
                for visit in visits[api.name]
            )
            if is_served and plugin.id not in states:
                what = "is not listed, although an API that needs it responds" if whole else why
                yield Check(f"plugin {plugin.id}", Result.UNKNOWN, what)
            else:
                yield checks.of_plugin(plugin, states, why, whole=whole)

    def _states(self, wanted: Sequence[Plugin]) -> tuple[dict[str, str], str, bool]:
        """State by plugin as listed, why one is not listed, and whether that means it is missing.

        An instance lists the plugins that could be installed too. If it lists none at all, the
        user may not see them.
        """
        states: dict[str, str] = {}
        why = "the instance lists no plugins to this user"
        whole = True
        names = ",".join(plugin.id for plugin in wanted)
        for table, key in (("sys_store_app", "scope"), (_PLUGINS, "id")):
            try:
                rows = self._tables.records(
                    table, query=f"{key}IN{names}", fields=(key, "active"), limit=100
                )
            except TableError as error:
                why = f"{table} cannot be read ({error.diagnosis.seen})"
                whole = False
                continue
            whole = whole and (bool(rows) or table != _PLUGINS)
            states.update((row[key], self._shown(row["active"])) for row in rows)
        return (
            {plugin.id: states[plugin.id] for plugin in wanted if plugin.id in states},
            why,
            whole,
        )

    def _switch(self) -> Check:
        name = f"property {_SWITCH}"
        try:
            rows = self._tables.records(
                "sys_properties", query=f"name={_SWITCH}", fields=("name", "value"), limit=10
            )
        except TableError as error:
            what = f"sys_properties cannot be read ({error.diagnosis.seen})"
            return Check(name, Result.UNKNOWN, what)
        values = [row["value"] for row in rows if row["name"] == _SWITCH]
        if not values:
            return Check(name, Result.UNKNOWN, "the instance does not show it to this user")
        if values[0] == "true":
            return Check(name, Result.OK, "true")
        what = f"'{self._shown(values[0])}'"
        return Check(
            name, Result.PROBLEM, what, "Set it to true to turn on Advanced Work Assignment"
        )

    def _agents(self) -> Check:
        advice = f"Agents who receive work need {' and '.join(roles.AGENT_ROLES)}"
        try:
            found, agent_roles = roles.agents(self._tables, limit=1)
        except TableError as error:
            what = f"{error.table} cannot be read ({error.diagnosis.seen})"
            return Check("agents", Result.UNKNOWN, what, advice)
        if not found:
            return Check("agents", Result.UNKNOWN, "no agent is shown to this user", advice)
        if agent_roles != roles.AGENT_ROLES:
            what = f"there are users with {' and '.join(agent_roles)}, and none with all the roles"
            return Check("agents", Result.PROBLEM, what, advice)
        return Check("agents", Result.OK, f"there are users with {' and '.join(agent_roles)}")

    def _shown(self, value: str) -> str:
        return diagnosis.one_line(self._connection.redactor.clean(value))

    def _roles(self) -> tuple[frozenset[str] | None, str]:
        try:
            return roles.of_caller(self._tables), "the instance does not show the user's roles"
        except TableError as error:
            return None, f"{error.table} cannot be read ({error.diagnosis.seen})"


def _reachable(first: Diagnosis) -> Check:
    if first.is_from_api:
        return Check("reachable", Result.OK, "it responds as an API")
    if first.kind in (Kind.TLS_UNTRUSTED, Kind.TLS_FAILED):
        return Check("reachable", Result.OK, "a server listens there")
    return Check("reachable", Result.PROBLEM, first.seen, first.advice)


def _is_sys_id(text: str) -> bool:
    return len(text) == len(_NO_RECORD) and text.isalnum()


def _query(operation: Operation) -> dict[str, str]:
    names = {parameter.name for parameter in operation.parameters if parameter.place == "query"}
    return {_LIMIT: "1"} if _LIMIT in names else {}
