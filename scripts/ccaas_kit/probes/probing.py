"""What probes work with: calls by operationId, records made once and shared, expectations."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from ccaas_kit.contract import roles
from ccaas_kit.contract.defects import Defects
from ccaas_kit.contract.errors import KitError
from ccaas_kit.contract.roles import Roles
from ccaas_kit.gateway.ask import ABSENT, JSON, Ask
from ccaas_kit.gateway.connection import NoAnswerError
from ccaas_kit.gateway.outcomes import (
    BlockedError,
    InconclusiveError,
    NoResponseError,
    ViolationError,
)
from ccaas_kit.gateway.safety import ledger
from ccaas_kit.gateway.sending import Sender
from ccaas_kit.gateway.table_api import Record, TableApi, TableError
from ccaas_kit.gateway.timing import clock
from ccaas_kit.gateway.users import OWN, Users
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.judging.traffic import is_odd
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.exchanges import PAGES, Exchange, Response
from ccaas_kit.model.pools import Pools

T = TypeVar("T")
# Statuses that say more of the caller than of what was sent.
FORBIDDEN = 403
OF_CALLER = frozenset({401, FORBIDDEN})
# Bytes of a body that may be shown: far more than is, so that no secret is cut through there.
_LONGEST_BODY = 64 * 1024
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Probe:
    """One check that sends requests of its own; `look` says in words what it saw kept.

    A probe that `looks_back` sends nothing, but judges what the others have met. What one shows
    that `recalls` holds only of a target that keeps records.
    """

    name: str
    says: str
    look: Callable[[Probing, Subject], str]
    looks_back: bool = False
    recalls: bool = False


class Probing:
    """The target as probes see it."""

    def __init__(
        self,
        sender: Sender,
        pools: Pools,
        known: Mapping[str, tuple[str, ...]],
        tables: TableApi | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        own_roles: Callable[[], frozenset[str] | None] = lambda: None,
    ) -> None:
        self.contract: Contract = sender.contract
        self.users: Users = sender.users
        self.pools = pools
        self.tables = tables
        self.sleep = sleep
        self._own_roles = own_roles
        self._sender = sender
        self._known = known
        self.defects = Defects()
        self._made: dict[str, tuple[Any, tuple[Exchange, ...]]] = {}
        self._others: list[Exchange] = []
        # How far the target's clocks are apart, and how many exchanges were looked at for that.
        self._clock: timedelta | None = None
        self._looked = 0
        # What the current look rests on.
        self._met: list[Exchange] = []

    def call(  # each argument is one thing that a probe varies
        self,
        operation: str,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str | int] | None = None,
        body: Any = ABSENT,
        raw: bytes | None = None,
        media: str | None = JSON,
        accept: str | None = JSON,
        user: str = OWN,
        version: str | None = None,
        method: str | None = None,
        positive: bool = True,
    ) -> Exchange:
        """The exchange of one request, with a response.

        Raises:
            BlockedError: the profile, the budget or a rate limit does not admit it.
            InconclusiveError: no response came, or that of a gateway or a firewall in its place.
        """
        exchange = self._sender.send(
            Ask(
                operation=operation,
                path=path or {},
                query=query or {},
                body=body,
                raw=raw,
                media=media,
                accept=accept,
                user=user,
                version=version,
                method=method,
                positive=positive,
            )
        )
        self._met.append(exchange)
        if exchange.response is None:
            raise NoResponseError("the target gave no answer")
        if exchange.is_silent:
            raise NoResponseError(f"{exchange.status} came in place of an answer of the operation")
        if exchange.status == 429:
            raise BlockedError("a rate limit refuses")
        # These do not come from the API, but from something in front of it.
        if exchange.status >= 400 and exchange.response.media_type in PAGES:
            raise InconclusiveError(
                f"{exchange.status} came with a page of somebody else, as of a firewall"
            )
        return exchange

    def post_form(self, path: str, form: Mapping[str, str]) -> Response:
        """What a path outside the contract answers to a form; not kept, as it holds secrets.

        Raises:
            BlockedError: the budget does not admit it.
            InconclusiveError: no response came.
        """
        response = self._sender.post_form(path, form)
        if response is None:
            raise InconclusiveError(f"no answer came from {path}")
        return response

    def records(
        self, table: str, *, query: str = "", fields: Sequence[str] = ("sys_id",), limit: int = 10
    ) -> list[Record]:
        """What the Table API shows of a table; not kept, as the contract has no such operation.

        Raises:
            BlockedError: the Table API or the budget does not admit it.
        """
        if self.tables is None:
            raise BlockedError("the Table API is not used")
        try:
            return self.tables.records(table, query=query, fields=fields, limit=limit)
        except (TableError, NoAnswerError) as error:
            raise BlockedError(f"the Table API does not show {table}: {error.what}") from error

    def whole_record(self, table: str, sys_id: str) -> Record:
        """All fields that the Table API shows of a record; none if it shows no such record.

        Raises:
            BlockedError: the Table API or the budget does not admit it.
        """
        if self.tables is None:
            raise BlockedError("the Table API is not used")
        try:
            found = self.tables.whole(table, query=f"sys_id={sys_id}", limit=1)
        except (TableError, NoAnswerError) as error:
            raise BlockedError(f"the Table API does not show {table}: {error.what}") from error
        return next((record for record in found if record.get("sys_id") == sys_id), {})

    def missing_records(self, table: str, ids: Sequence[str]) -> list[str]:
        """The ids that no record of a table has.

        Raises:
            BlockedError: the Table API or the budget does not admit it, or there may be records that this
                user is not shown.
        """
        found = self.records(table, query=f"sys_idIN{','.join(ids)}", limit=len(ids))
        shown_ids = {record["sys_id"].casefold() for record in found}
        missing = [sys_id for sys_id in ids if sys_id.casefold() not in shown_ids]
        if missing and self._count(table, f"sys_idIN{','.join(missing)}") != 0:
            raise BlockedError(f"the Table API may hide a record of {table} from this user")
        return missing

    def _count(self, table: str, query: str) -> int | None:
        """How many records there are: access rules leave some out, but not of their number."""
        try:
            return self.tables.count(table, query=query) if self.tables else None
        except (TableError, NoAnswerError) as error:
            raise BlockedError(f"the Table API does not show {table}: {error.what}") from error

    @property
    def seconds(self) -> float:
        """The time that is left."""
        return self._sender.budget.seconds

    def seen(self, operation: str) -> list[Exchange]:
        """The exchanges of an operation so far, at either of its URLs."""
        exchanges = (*self._sender.exchanges, *self._others)
        found = [exchange for exchange in exchanges if exchange.operation.base == operation]
        self._met += found
        return found

    def add(self, exchanges: Sequence[Exchange]) -> None:
        """Take in what others have sent, for probes that look back."""
        self._others.extend(exchanges)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gave the first time; the same outcome again if it raised.

        Where no response of the target came, whoever asks next tries again.
        """
        if name not in self._made:
            before, self._met = self._met, []
            try:
                made: Any = make()
            except NoResponseError:
                self._met = before + self._met
                raise
            except Exception as outcome:  # noqa: BLE001  # a defect is one for whoever asks again
                made = outcome
            self._made[name] = (made, tuple(self._met))
            self._met = before
        made, met = self._made[name]
        self._met += met
        if isinstance(made, Exception):
            raise made
        result: T = made
        return result

    @contextmanager
    def looking(self) -> Iterator[None]:
        """A look at one subject; a response whose form is not in the contract excuses an error.

        Raises:
            InconclusiveError: the block raised an unforeseen error, and there was such a response.
                Another check judges its form.
        """
        self._met = []
        try:
            yield
        except (InconclusiveError, BlockedError, ViolationError, KitError):
            raise
        except Exception as error:
            odd = next(
                (exchange for exchange in self._met if is_odd(self.contract, exchange)), None
            )
            if odd is None:
                raise
            raise InconclusiveError(
                f"an answer has a form that tells nothing: {shown(odd)}"
            ) from error

    def known(self, name: str) -> tuple[str, ...]:
        """Ids or facts that the config gives under a name, under [known] or [ids].

        Raises:
            BlockedError: there are none.
        """
        found = self._known.get(name) or self.pools.existing.get(name)
        if not found:
            raise BlockedError(f"nothing is known of the target under '{name}'")
        return found

    def operation(self, name: str) -> Mapping[str, Any]:
        """The operation object of the contract."""
        node: Mapping[str, Any] = self.contract.node(self.contract.by_id[name].pointer)
        return node

    def roles(self, name: str) -> Roles:
        """The roles that an operation asks its caller for."""
        return roles.of(self.operation(name))

    def refused_to_us(self, exchange: Exchange) -> str:
        """Why an operation never serves our own user; empty if it serves this user, or has to.

        A user without the roles of an operation gets 403, which shows nothing else about the
        operation. A user whom the instance shows to have the roles has to be served.
        """
        base = exchange.operation.base
        served = any(
            sent.operation.base == base and sent.user == OWN and 200 <= sent.status < 300
            for sent in self._sender.exchanges
        )
        if served or (exchange.status, exchange.user) != (FORBIDDEN, OWN):
            return ""
        needed = self.roles(base)
        own_roles = self.once("the roles of our user", self._own_roles)
        if own_roles is not None and (roles.ADMIN in own_roles or needed.admit(own_roles)):
            return ""
        shown = (
            "the instance does not show its roles" if own_roles is None else f"it needs {needed}"
        )
        return f"our user gets 403 for each {base}; {shown}"

    def further(self, name: str) -> list[str]:
        """The further users whose roles admit a call of an operation."""
        needed = self.roles(name)
        return [user.name for user in self.users.further if needed.admit(user.roles or ())]

    def now(self) -> datetime:
        """The time of the target, in UTC: that of its latest answer, by the clock of its records.

        Raises:
            InconclusiveError: no response tells it.
        """
        for exchange in reversed(self._sender.exchanges):
            if exchange.response and "date" in exchange.response.headers:
                return self.time_of(exchange)
        raise InconclusiveError("no answer had a Date header")

    def time_of(self, exchange: Exchange) -> datetime:
        """When a response was given, in UTC, by the clock of the target's records.

        Raises:
            InconclusiveError: it does not tell; our own clock may be wrong.
        """
        date = clock.date_of(exchange.response)
        if date is None:
            raise InconclusiveError("the answer has no Date header that tells a time")
        return date + (self.clock_ahead or clock.NONE)

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far the clock of the target's records is ahead of its answers; None if nothing shows it.

        A record that was just created shows it, as its table has it.
        """
        if self._clock is None and self.tables is not None:
            for exchange in self._sender.exchanges[self._looked :]:
                self._looked += 1
                self._clock = self._measured(exchange)
                if self._clock is not None:
                    break
        return self._clock

    def _measured(self, exchange: Exchange) -> timedelta | None:
        state = self.contract.state(exchange.operation)
        table = state.get("creates")
        # What has a key may have been there before.
        if table is None or "key" in state or not 200 <= exchange.status < 300:
            return None
        for sys_id in ledger.ids_in(exchange.response):
            fields = ("sys_id", "sys_created_on")
            try:
                found = self.records(table, query=f"sys_id={sys_id}", fields=fields, limit=1)
            except BlockedError:
                # It is not asked again: what the Table API hides once stays hidden.
                self._looked = sys.maxsize
                return None
            for record in found:
                if record["sys_id"] == sys_id:
                    date = clock.date_of(exchange.response)
                    took = timedelta(seconds=exchange.response.seconds if exchange.response else 0)
                    found_ahead = clock.distance(record["sys_created_on"], date, took)
                    # No clock is a whole day wrong: such a record is an old one.
                    is_new = found_ahead is not None and abs(found_ahead) < _DAY
                    return found_ahead if is_new else None
        return None


def recalling(*probes: Probe) -> tuple[Probe, ...]:
    """The probes, as ones that hold only of a target that keeps records."""
    return tuple(replace(probe, recalls=True) for probe in probes)


def expect(
    holds: bool, expected: str, exchange: Exchange, got: str = ""
) -> None:  # reads as a sentence
    """Go on if something holds.

    Raises:
        ViolationError: it does not; `got` is what was seen, else the status and the head of the body.
    """
    if not holds:
        raise ViolationError(expected, got or shown(exchange), exchange)


def expect_status(exchange: Exchange, *statuses: int) -> None:
    """Go on if the response has one of the statuses.

    Raises:
        ViolationError: it has another one.
    """
    expect(exchange.status in statuses, f"status {' or '.join(map(str, statuses))}", exchange)


def require(exchange: Exchange, *statuses: int) -> None:
    """Go on if a preparation had one of the statuses; what is to be shown depends on it.

    Raises:
        InconclusiveError: it has another one.
    """
    if exchange.status not in statuses:
        raise InconclusiveError(
            f"{exchange.operation.base} could not prepare it: {shown(exchange)}"
        )


def body_of(exchange: Exchange) -> Any:
    """The JSON body of the response.

    Raises:
        ViolationError: it is not JSON.
    """
    try:
        return exchange.response.json() if exchange.response else None
    except ValueError:
        raise ViolationError("a JSON body", shown(exchange), exchange) from None


def result_of(exchange: Exchange) -> Any:
    """The member `result` of the JSON body.

    Raises:
        ViolationError: there is none.
    """
    body = body_of(exchange)
    if not isinstance(body, dict) or "result" not in body:
        raise ViolationError("a body with a result", shown(exchange), exchange)
    return body["result"]


def expect_message(exchange: Exchange, expected: str) -> str:
    """What a result says, in words, if it is the message that is expected.

    Raises:
        ViolationError: it says something else.
    """
    result = result_of(exchange)
    message = result.get("message") if isinstance(result, dict) else None
    # No sentence ends the message; a sample of a sibling ends with a full stop.
    same = isinstance(message, str) and message.rstrip(" .") == expected
    expect(same, f"the message '{expected}'", exchange)
    return f"the message was '{message}'"


def prepared(exchange: Exchange, *statuses: int) -> Any:
    """The member `result` of a response that is only a preparation, with one of the statuses.

    Raises:
        InconclusiveError: there is none, or another status.
    """
    require(exchange, *statuses)
    try:
        return result_of(exchange)
    except ViolationError as violation:
        raise InconclusiveError(
            f"{exchange.operation.base} could not prepare it: {violation.got}"
        ) from violation


def member(exchange: Exchange, name: str, default: Any = None) -> Any:
    """A member of the JSON body; the default where there is none, or no such body."""
    try:
        body = exchange.response.json() if exchange.response else None
    except ValueError:
        return default
    return body.get(name, default) if isinstance(body, dict) else default


def shown(exchange: Exchange) -> str:
    """The response: status and body, which the log makes short once it holds no secret."""
    if exchange.response is None:
        return "no answer"
    body = exchange.response.body
    text = body[:_LONGEST_BODY].decode("utf-8", "replace")
    return f"{exchange.status} {text}{'…' if len(body) > _LONGEST_BODY else ''}".strip()
