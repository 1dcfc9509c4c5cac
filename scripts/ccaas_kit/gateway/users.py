"""Who a probe calls as: the run's own user, nobody, a stranger, a wrong password, a further user.

Further users come from the config, which names the variables of the environment that hold their
names and passwords, and says which roles they have.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.contract.roles import Roles
from ccaas_kit.gateway.credentials import Credentials

OWN, NOBODY, STRANGER, WRONG = "own", "nobody", "stranger", "wrong"
# A user name that no instance has: attempts with it lock nobody out.
NO_USER = "conformance.no.such.user"


@dataclass(frozen=True, slots=True)
class FurtherUser:
    """A further user of the target: the variables that hold name and password, and the roles."""

    username: str
    password: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Caller:
    """One way of calling: the header that is sent, and the roles that the user is known to have.

    `roles` is None where they are not known, as for the run's own user. `is_known` is whether the
    target is to know who calls.
    """

    name: str
    header: tuple[str, str] | None = field(repr=False)
    roles: frozenset[str] | None
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Keys:
    """Other ways to sign in that the environment gives: an API key, and a client for tokens."""

    api_key: str | None = field(default=None, repr=False)
    client_id: str | None = field(default=None, repr=False)
    client_secret: str | None = field(default=None, repr=False)


class Users:
    """The callers of a run, by name."""

    def __init__(
        self, own: Credentials | None, further: Sequence[Caller] = (), keys: Keys = Keys()
    ) -> None:
        self.own = own
        self.further = tuple(further)
        self.keys = keys
        self._callers = {
            OWN: Caller(OWN, own.header if own else None, None),
            NOBODY: Caller(NOBODY, None, frozenset(), is_known=False),
            STRANGER: Caller(STRANGER, _basic(NO_USER, "wrong!"), frozenset(), is_known=False),
            WRONG: Caller(WRONG, _wrong(own), frozenset(), is_known=False),
            **{user.name: user for user in further},
        }
        self._confide: Callable[[str], None] = lambda _secret: None

    def __getitem__(self, name: str) -> Caller:
        return self._callers[name]

    def admit(self, caller: Caller) -> str:
        """Take in a caller that was not known before; gives the name to call as."""
        self._callers[caller.name] = caller
        if caller.header is not None and caller.is_known:
            self._confide(caller.header[1].rpartition(" ")[2])
        return caller.name

    def confide(self, tell: Callable[[str], None]) -> None:
        """Call a function with each secret that becomes known from now on."""
        self._confide = tell

    def without(self, roles: Roles) -> Caller | None:
        """A further user who has none of these roles; None if there is none."""
        fitting = [user for user in self.further if not {*(user.roles or ())} & {*roles.names}]
        return min(fitting, key=lambda user: len(user.roles or ()), default=None)

    def with_only(self, *roles: str) -> Caller | None:
        """A further user who has these roles and no other."""
        return next((user for user in self.further if user.roles == frozenset(roles)), None)

    def secrets(self) -> tuple[str, ...]:
        """Everything that no report may hold."""
        pairs = [user.header[1].partition(" ")[2] for user in self.further if user.header]
        passwords = [base64.b64decode(pair).decode().partition(":")[2] for pair in pairs]
        keys = (self.keys.api_key, self.keys.client_secret)
        return (*pairs, *filter(None, (*passwords, *keys)))


def from_config(
    own: Credentials | None, users: Sequence[FurtherUser], environment: Mapping[str, str]
) -> Users:
    """The callers that the config and the environment describe.

    Raises:
        ConfigError: a variable that the config names is not set.
    """
    further = []
    for user in users:
        for variable in (user.username, user.password):
            if variable not in environment:
                raise ConfigError(f"{variable} is not set", where="[[user]]", fix=f"Set {variable}")
        header = _basic(environment[user.username], environment[user.password])
        further.append(Caller(user.username, header, frozenset(user.roles)))
    keys = Keys(
        api_key=environment.get("SN_API_KEY"),
        client_id=environment.get("SN_CLIENT_ID"),
        client_secret=environment.get("SN_CLIENT_SECRET"),
    )
    return Users(own, further, keys)


def _basic(name: str, password: str) -> tuple[str, str]:
    pair = base64.b64encode(f"{name}:{password}".encode()).decode()
    return ("Authorization", f"Basic {pair}")


def _wrong(own: Credentials | None) -> tuple[str, str] | None:
    """Our own way of signing in, with a secret that is not ours."""
    if own is None or own.header[1].startswith("Basic "):
        name = "nobody"
        if own is not None:
            name = base64.b64decode(own.header[1].removeprefix("Basic ")).decode().partition(":")[0]
        return _basic(name, "wrong!")
    if own.header[1].startswith("Bearer "):
        return (own.header[0], "Bearer wrong")
    return (own.header[0], "wrong")
