"""The one host that requests may go to."""

from __future__ import annotations

import httpx

from ccaas_kit.gateway.outcomes import BlockedError


class Origin:
    """Scheme, host and port of a target.

    Raises:
        httpx.InvalidURL: the URL of the target is none.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._base = httpx.URL(self.url)

    @property
    def host(self) -> bytes:
        """What the header Host says."""
        return self._base.netloc

    @property
    def path(self) -> str:
        """What every path begins with; empty for most targets."""
        return self._base.raw_path.decode("ascii").rstrip("/")

    def address(self, target: str) -> httpx.URL:
        """The URL of a path with its query.

        Raises:
            BlockedError: it would lead to another host.
            httpx.InvalidURL: no URL can hold it.
        """
        found = httpx.URL(self.url + target)
        ours = (self._base.scheme, self._base.host, self._base.port, self._base.userinfo)
        if (found.scheme, found.host, found.port, found.userinfo) != ours or target[:1] != "/":
            raise BlockedError(f"{target} is not on the target")
        return found
