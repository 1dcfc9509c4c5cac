"""URLs of targets: which ones are taken, and which lead to this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from ccaas_kit.contract.errors import TargetError

_URL_FORM = "Write https://<instance>.service-now.com"


def base_url(url: str) -> str:
    """The base URL of a target as the rest of the kit uses it: without a slash at its end.

    Raises:
        TargetError: it is no http(s) URL, or says more than scheme, host and port.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise TargetError("is not a URL", where="--target", fix=_URL_FORM) from error
    if parts.username is not None or parts.password is not None:
        raise TargetError(
            "credentials do not belong into a URL",
            where="--target",
            fix="Set SN_USERNAME and SN_PASSWORD in the environment",
        )
    if parts.scheme not in ("http", "https") or not host:
        # Not shown: what was meant as a URL may be a pasted secret.
        raise TargetError("is not an http(s) URL", where="--target", fix=_URL_FORM)
    if parts.query or parts.fragment:
        raise TargetError(
            "the URL has a query or a fragment", where="--target", fix="Give the base URL only"
        )
    if parts.path.strip("/"):
        # The paths of the contract are whole: behind another one, nothing would be recognised.
        raise TargetError("the URL has a path", where="--target", fix="Give the base URL only")
    return url.rstrip("/")


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine."""
    host = host_of(url)
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(url: str) -> str:
    """The host of a URL; empty if it has none."""
    return urlsplit(url).hostname or ""
