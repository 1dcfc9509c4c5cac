"""How the instance of a test session is started."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Options:
    """What the fixture `servicenow_options` returns.

    A server on a free port of this machine is there for every client; an instance that is `in_process` has no
    port and is called through `servicenow.client()`, `servicenow.async_client()` or their transport. `tls` serves
    https, with a certificate of its own unless `certificate` and `key` name one (PEM). `seed` is a file,
    or the document itself. `arguments` are further options of `ccaas sandbox`.
    """

    in_process: bool = False
    tls: bool = False
    certificate: Path | None = None
    key: Path | None = None
    seed: Path | Mapping[str, Any] | None = None
    arguments: Sequence[str] = ()
