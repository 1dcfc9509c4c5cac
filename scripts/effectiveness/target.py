"""The sandbox under test: one process, taken back to its seed and set wrong for each trial."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection
from types import TracebackType
from typing import Any
from urllib.request import Request, urlopen

from bench.servers import Server
from ccaas_kit.contract.errors import ToolError
from ccaas_kit.contract.layout import ROOT

_SECONDS = 10.0


class Target:
    """A sandbox that serves while the block lasts."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "ccaas_kit", "sandbox", "--port"]
        self._server = Server("sandbox", command, folder=ROOT)

    @property
    def url(self) -> str:
        """Where it serves."""
        return self._server.url

    def __enter__(self) -> Target:
        self._server.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.__exit__(kind, error, trace)

    def become(self, faults: Collection[str]) -> None:
        """Back to the seed, with these faults and no others.

        Raises:
            ToolError: the sandbox did not do it.
        """
        self._control("reset", {})
        self._control("fault", {"on": sorted(faults)})

    def effects(self) -> tuple[frozenset[str], frozenset[str]]:
        """The faults that have changed a call since they were switched on, and those that failed themselves."""
        state = self._control("fault", None)
        changed = frozenset(name for name, count in state["changed"].items() if count)
        return changed, frozenset(state["failed"])

    def _control(self, name: str, body: object) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.url}/_sandbox/{name}", data=data)  # noqa: S310  # a loopback URL
        try:
            with urlopen(request, timeout=_SECONDS) as response:  # noqa: S310
                found: dict[str, Any] = json.load(response)
        except (OSError, ValueError) as error:
            raise ToolError(f"the sandbox did not take {name}: {error}") from error
        return found
