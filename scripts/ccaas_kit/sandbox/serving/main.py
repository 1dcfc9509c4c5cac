"""The command `ccaas sandbox`."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial

from ccaas_kit.contract import command
from ccaas_kit.sandbox.http.edge import Origins
from ccaas_kit.sandbox.serving import asgi, build, options, server
from ccaas_kit.sandbox.storage import lock


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 when the sandbox was asked to end, 2 when it could not start."""
    logging.basicConfig(format="sandbox: %(message)s", level=logging.WARNING)
    chosen = options.parse(sys.argv[1:] if argv is None else argv)
    # Whatever ends the process, a temporary database goes with it.
    command.interrupt_on_signals()
    with ExitStack() as stack:
        if not chosen.join:
            host = server.address_of(chosen.host)
            if chosen.port:
                server.check_port(host, chosen.port)
            port = chosen.port or stack.enter_context(server.free_port(host))
            chosen = options.at(chosen, host, port)
            if chosen.database is not None:
                stack.enter_context(lock.of(chosen.database))
        if chosen.workers > 1:
            server.share(chosen, ready=partial(_say, chosen))
            return 0
        app = build.app(chosen)
        stack.callback(app.instance.close)
        # What start-up made lives as long as the process: the collector need not look at it again.
        gc.collect()
        gc.freeze()
        sandbox = asgi.Sandbox(app, Origins(chosen.cors_origins))
        server.serve(sandbox, chosen, ready=partial(_say, chosen))
    return 0


def _say(chosen: options.Options, url: str) -> None:
    """One line for programs, the URL; behind it what people want to know, on standard error."""
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    if chosen.join:
        return
    login = "its logins are those of the seed" if chosen.seed else "sign in as admin with admin"
    sys.stderr.write(f"sandbox: {login}; look at it in a browser: {url}/\n")
    sys.stderr.flush()
