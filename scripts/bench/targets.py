"""The measured servers: the sandbox, Prism, and a bare application as the upper limit."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.servers import START_SECONDS, Say, Server
from build import mock
from ccaas_kit.contract.layout import ROOT

SANDBOX, PRISM, BARE = "sandbox", "Prism", "bare answer"


@dataclass(frozen=True, slots=True)
class Target:
    """A server that runs already."""

    name: str
    url: str


def sandbox(
    *options: str, within: float = START_SECONDS, say: Say | None = None, name: str = SANDBOX
) -> Server:
    """A sandbox with a fresh seed, in one process."""
    command = [sys.executable, "-m", "ccaas_kit", "sandbox", *options, "--port"]
    return Server(name, command, folder=ROOT, within=within, say=say)


@contextmanager
def others() -> Iterator[list[Target]]:
    """Prism and the ceiling, running meanwhile."""
    ceiling = Server(BARE, [sys.executable, "-m", "bench.bare"], folder=ROOT)
    with mock.running() as prism, ceiling:
        yield [Target(PRISM, prism), Target(BARE, ceiling.url)]
