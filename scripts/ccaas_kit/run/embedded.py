"""The target that the runner brings along: the sandbox, started as a process of its own.

The runner knows it as it knows any instance: by its URL, by users, and by a config that says which
records it has. Nothing of it is imported.
"""

from __future__ import annotations

import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ccaas_kit.contract.errors import ToolError

CONFIG = Path(__file__).with_name("sandbox.toml")
# Users of its seed, which are no secret, under the names that the config uses.
ENVIRONMENT: Mapping[str, str] = {
    "SN_USERNAME": "admin",
    "SN_PASSWORD": "admin",
    "SN_API_KEY": "sandbox-api-key",
    "SN_CLIENT_ID": "sandbox-client",
    "SN_CLIENT_SECRET": "sandbox-secret",
    **{
        f"SN_{variable}_{kind}": name
        for variable, name in (
            ("PLAIN", "no_roles"),
            ("ADMIN_CORE", "sn_ct_ctr_it_core.admin"),
            ("AWA_INTEGRATION", "awa_integration_user"),
            ("MAPPING", "mapping_roles"),
            ("AWA_MANAGER", "awa_manager"),
            ("CONTACT", "csm_ws_integration"),
            ("INTERACTION_ADMIN", "interaction_admin"),
            ("INTERACTION_AGENT", "interaction_agent"),
            ("INTERACTION_INTEGRATION", "interaction_integration_user"),
        )
        for kind in ("USERNAME", "PASSWORD")
    },
}
_START_SECONDS = 20.0
_STOP_SECONDS = 5.0


@contextmanager
def running() -> Iterator[str]:
    """The URL of a fresh sandbox, which ends with the block.

    Raises:
        ToolError: it did not start; the message has the end of what it printed.
    """
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ccaas_kit", "sandbox", "--port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield _url(process, log)
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()


def _url(process: subprocess.Popen[bytes], log: IO[bytes]) -> str:
    line = ""
    if process.stdout and select.select([process.stdout], [], [], _START_SECONDS)[0]:
        line = process.stdout.readline().decode().strip()
    if not line:
        log.seek(0)
        output = log.read().decode("utf-8", "replace").strip()[-300:]
        raise ToolError(
            f"the sandbox did not start: {output}", fix="Run 'make sandbox' to see more"
        )
    return line
