"""The command line of the sandbox."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ccaas_kit import faults
from ccaas_kit.contract.arguments import Parser
from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.sandbox.turns import QUERY_SECONDS

PORT = 8080
_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Options:
    """How the sandbox shall be started; `join` is set for the workers of another process."""

    host: str
    port: int
    database: Path | None
    workers: int
    seed: Path | None
    contacts: int
    clock: str | None
    faults: tuple[str, ...]
    query_seconds: float
    strict_queries: bool
    certificate: Path | None
    key: Path | None
    cors_origins: frozenset[str]
    access_log: bool
    end_with_input: bool
    join: bool


def parse(argv: Sequence[str]) -> Options:
    """The options of a command line.

    Raises:
        ConfigError: a value does not fit.
    """
    chosen = _parser().parse_args(argv)
    faults.check(chosen.fault)
    if (chosen.certificate is None) != (chosen.key is None):
        raise ConfigError("--certificate and --key go together", fix="Name both files, or none")
    return Options(
        host=chosen.host,
        port=chosen.port,
        database=_database(chosen.database),
        workers=chosen.workers,
        seed=chosen.seed,
        contacts=chosen.contacts,
        clock=chosen.clock,
        faults=tuple(chosen.fault),
        query_seconds=chosen.query_seconds,
        strict_queries=chosen.strict_queries,
        certificate=chosen.certificate,
        key=chosen.key,
        cors_origins=frozenset(chosen.cors_origin),
        access_log=chosen.access_log,
        end_with_input=chosen.end_with_input or chosen.join,
        join=chosen.join,
    )


def at(options: Options, host: str, port: int) -> Options:
    """The same options with another address."""
    return replace(options, host=host, port=port)


def _database(text: str | None) -> Path | None:
    if text is None:
        return None
    if text.startswith(_SQLITE):
        text = text.removeprefix(_SQLITE)
    elif "://" in text:
        scheme = text.partition("://")[0]
        raise ConfigError(
            f"databases of the kind '{scheme}' are not supported",
            where="--database",
            fix=f"Give a path, or {_SQLITE}<path>",
        )
    return Path(text)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="ccaas sandbox",
        description="A stateful instance of the five APIs, for tests on this machine.",
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    add("--port", type=_port, default=PORT, metavar="N", help=f"port; 0 takes a free one ({PORT})")
    add("--database", metavar="PATH-or-URL", help="keep the records in this SQLite file")
    add(
        "--workers", type=_positive, default=1, metavar="N", help="processes that share the records"
    )
    add("--seed", type=Path, metavar="FILE", help="YAML or JSON instead of the built-in seed")
    add("--contacts", type=_number, default=0, metavar="N", help="add N generated contacts")
    add("--clock", metavar="TIME", help="'real', or a fixed time")
    add(
        "--fault",
        action="append",
        default=[],
        metavar="NAME",
        help="switch this fault on; can be repeated",
    )
    add(
        "--query-seconds",
        type=_seconds,
        default=QUERY_SECONDS,
        metavar="S",
        help=f"cancel a query that takes longer ({QUERY_SECONDS:g})",
    )
    add(
        "--strict-queries",
        action="store_true",
        help="refuse a query with a part that is not understood, which an instance ignores",
    )
    add("--certificate", type=Path, metavar="FILE", help="serve https with this certificate (PEM)")
    add("--key", type=Path, metavar="FILE", help="the private key of the certificate (PEM)")
    add(
        "--cors-origin",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="let web pages of this origin call the APIs, or of any for '*'; repeatable",
    )
    add("--access-log", action="store_true", help="print a line for each request to stderr")
    add(
        "--end-with-input",
        action="store_true",
        help="end when standard input does, as it does with the program that has started this one",
    )
    add("--join", action="store_true", help=argparse.SUPPRESS)
    return parser


def _port(text: str) -> int:
    number = _number(text)
    if number > 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is no port")
    return number


def _positive(text: str) -> int:
    number = _number(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number from 1")
    return number


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number from 0")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds above 0")
    return seconds
