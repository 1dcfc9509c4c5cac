"""Starting an instance for tests: a process with a server, or an application in this process."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ccaas_kit.contract import sandbox_process
from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.testing import certificates
from ccaas_kit.testing.options import Options
from ccaas_kit.testing.servicenow import ServiceNow
from ccaas_kit.testing.transport import Transport

_TOKEN = "SANDBOX_TOKEN"  # noqa: S105  # the name of the variable
# Nothing answers under this name (RFC 2606): clients without the transport fail at once.
_NOWHERE = "http://servicenow.invalid"


@contextmanager
def started(options: Options | None = None) -> Iterator[ServiceNow]:
    """An instance that ends with the block.

    Raises:
        ConfigError: an option does not fit, or the seed is not valid.
        ToolError: it did not start; the message says what it printed.
    """
    chosen = options or Options()
    with tempfile.TemporaryDirectory(prefix="servicenow-") as folder:
        run = _in_process if chosen.in_process else _served
        with run(chosen, Path(folder)) as servicenow:
            servicenow.keep_start()
            yield servicenow


@contextmanager
def _in_process(options: Options, folder: Path) -> Iterator[ServiceNow]:
    try:
        from ccaas_kit.sandbox.serving import asgi
    except ModuleNotFoundError as error:
        what = f"the sandbox needs the package {error.name}"
        raise ConfigError(what, fix="pip install 'servicenow-ccaas[sandbox]'") from error
    if options.tls or options.certificate:
        raise ConfigError(
            "an instance without a port has no TLS", fix="Leave out in_process or tls"
        )
    app = asgi.create(_arguments(options, folder))
    transport = Transport(app)
    servicenow = ServiceNow(_NOWHERE, transport=transport, token=os.environ.get(_TOKEN))
    try:
        yield servicenow
    finally:
        servicenow.close()
        transport.stop()
        app.app.instance.close()


@contextmanager
def _served(options: Options, folder: Path) -> Iterator[ServiceNow]:
    arguments = _arguments(options, folder)
    trusted = options.certificate
    if options.certificate is not None:
        arguments += ["--certificate", str(options.certificate), "--key", str(options.key)]
    elif options.tls:
        trusted, key = certificates.made(folder)
        arguments += ["--certificate", str(trusted), "--key", str(key)]
    with sandbox_process.running(*arguments, fix="Check the fixture servicenow_options") as url:
        servicenow = ServiceNow(url, ca_file=trusted, token=os.environ.get(_TOKEN))
        try:
            yield servicenow
        finally:
            servicenow.close()


def _arguments(options: Options, folder: Path) -> list[str]:
    """The options of the command line that say how the instance begins."""
    arguments = [*options.arguments]
    if isinstance(options.seed, Mapping):
        path = folder / "seed.json"
        path.write_text(json.dumps(options.seed), encoding="utf-8")
        arguments += ["--seed", str(path)]
    elif options.seed is not None:
        arguments += ["--seed", str(options.seed)]
    return arguments
