"""Who a request comes from: Basic, bearer token or API key."""

from __future__ import annotations

import base64
import binascii
import hmac
from hashlib import sha256

from ccaas_kit.sandbox.http.messages import Request
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.instance.settings import User

API_KEY = "x-sn-apikey"
# What the platform sends with a 401.
CHALLENGE = ("WWW-Authenticate", 'BASIC realm="Service-now"')


def user_of(request: Request, instance: Instance) -> User | None:
    """The user behind the credentials of a request; None if there are none, or wrong ones."""
    header = request.headers.get("authorization")
    if header is None:
        key = request.headers.get(API_KEY)
        return _of_api_key(key, instance) if key else None
    known = instance.logins.get(header)
    if known is not None:
        return known
    scheme, _, value = header.strip().partition(" ")
    if scheme.casefold() == "basic":
        user = _of_password(value.strip(), instance)
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
    held = instance.store.fact(_token_fact(token))
    if held is None or held["kind"] != kind:
        return None
    if instance.now().timestamp() >= held["expires"]:
        return None
    return instance.settings.users.get(held["user"])


def _of_password(value: str, instance: Instance) -> User | None:
    try:
        text = base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    name, colon, password = text.partition(":")
    user = instance.settings.users.get(name)
    if user is None or not colon:
        return None
    same = hmac.compare_digest(user.password.encode(), password.encode("utf-8", "replace"))
    return user if same else None


def _token_fact(token: str) -> str:
    return f"token:{sha256(token.encode('utf-8', 'replace')).hexdigest()}"


def _of_api_key(key: str, instance: Instance) -> User | None:
    for known, name in instance.settings.api_keys.items():
        if hmac.compare_digest(known.encode(), key.encode("utf-8", "replace")):
            return instance.settings.users.get(name)
    return None
