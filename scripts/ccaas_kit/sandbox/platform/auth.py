"""Who a request comes from: Basic, bearer token, API key, or the cookie of a session.

"ServiceNow REST APIs also support cookies that enable binding to the existing session" (REST APIs, in
the documentation of the platform). The Table API and the Aggregate API send one; no page of the five
APIs mentions one, so these send none.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie

from ccaas_kit.sandbox.http.messages import Request
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.instance.settings import User

API_KEY = "x-sn-apikey"
# What the platform sends with a 401.
CHALLENGE = ("WWW-Authenticate", 'BASIC realm="Service-now"')
# The cookie of a session, and how long one lasts that nobody uses.
SESSION = "glide_session_store"
SESSION_SECONDS = 1800
_SEAL = "session_key"


def user_of(request: Request, instance: Instance) -> User | None:
    """The user behind the credentials of a request; None if there are none, or wrong ones."""
    header = request.headers.get("authorization")
    if header is None:
        key = request.headers.get(API_KEY)
        if key:
            return _of_api_key(key, instance)
        cookies = request.headers.get("cookie")
        return _of_session(cookies, instance) if cookies else None
    known = instance.logins.get(header)
    if known is not None:
        return known
    scheme, _, value = header.strip().partition(" ")
    if scheme.casefold() == "basic":
        user = _of_password(header, instance)
        if user is not None:
            instance.logins.keep(header, user, len(header))
        return user
    if scheme.casefold() == "bearer":
        return user_of_token(value.strip(), "access", instance)
    return None


def keep_token(token: str, kind: str, user: User, seconds: int, instance: Instance) -> None:
    """Make a token valid for so many seconds of the instance's clock; only its digest is kept."""
    expires = int(instance.now().timestamp()) + seconds
    value = {"kind": kind, "user": user.user_name, "expires": expires}
    instance.store.set_fact(_token_fact(token), value)


def user_of_token(token: str, kind: str, instance: Instance) -> User | None:
    """The user of a token of this kind that has not expired by the clock of the instance."""
    stored = instance.store.fact(_token_fact(token))
    if stored is None or stored["kind"] != kind:
        return None
    if instance.now().timestamp() >= stored["expires"]:
        return None
    return instance.settings.users.get(stored["user"])


def basic_pair(header: str) -> tuple[str, str] | None:
    """The name and the password of a header of the scheme Basic; None if it is none."""
    scheme, _, value = header.strip().partition(" ")
    if scheme.casefold() != "basic":
        return None
    try:
        text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    name, colon, password = text.partition(":")
    return (name, password) if colon else None


def session(request: Request, user: User, instance: Instance) -> tuple[tuple[str, str], ...]:
    """The cookie that binds later requests to the session of a user; none if the client sends one."""
    if SESSION in request.headers.get("cookie", ""):
        return ()
    # The last minute is as good as the present one, and makes the same cookie.
    ends = int(instance.now().timestamp()) // 60 * 60 + SESSION_SECONDS
    name = base64.urlsafe_b64encode(user.user_name.encode()).decode().rstrip("=")
    value = f"{name}.{ends}.{_seal(f'{name}.{ends}', instance)}"
    cookie = f"{SESSION}={value}; Max-Age={SESSION_SECONDS}; Path=/; HttpOnly; SameSite=Lax"
    return (("Set-Cookie", cookie),)


def _of_session(cookies: str, instance: Instance) -> User | None:
    try:
        found = SimpleCookie(cookies).get(SESSION)
        text, _, seal = found.value.rpartition(".") if found else ("", "", "")
        if not text or not hmac.compare_digest(seal.encode(), _seal(text, instance).encode()):
            return None
        name, _, ends = text.partition(".")
        user = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
    except (CookieError, ValueError):
        return None
    return instance.settings.users.get(user) if instance.now().timestamp() < int(ends) else None


def _seal(text: str, instance: Instance) -> str:
    """What nobody can make for a text who does not know the key of the instance."""
    key = instance.store.fact(_SEAL)
    if key is None:
        key = secrets.token_hex(32)
        instance.store.set_fact(_SEAL, key)
    return hmac.new(key.encode(), text.encode("utf-8", "replace"), sha256).hexdigest()


def _of_password(header: str, instance: Instance) -> User | None:
    pair = basic_pair(header)
    user = instance.settings.users.get(pair[0]) if pair else None
    if pair is None or user is None:
        return None
    same = hmac.compare_digest(user.password.encode(), pair[1].encode("utf-8", "replace"))
    return user if same else None


def _token_fact(token: str) -> str:
    return f"token:{sha256(token.encode('utf-8', 'replace')).hexdigest()}"


def _of_api_key(key: str, instance: Instance) -> User | None:
    for known, name in instance.settings.api_keys.items():
        if hmac.compare_digest(known.encode(), key.encode("utf-8", "replace")):
            return instance.settings.users.get(name)
    return None
