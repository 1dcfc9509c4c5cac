"""The target that the runner brings along: the sandbox, started as a process of its own.

The runner knows it as it knows any instance: by its URL, by users, and by a config that says which
records it has. Nothing of it is imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from ccaas_kit.contract import sandbox_process

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


def running() -> AbstractContextManager[str]:
    """The URL of a fresh sandbox, which ends with the block.

    Raises:
        ToolError: it did not start; the message has the end of what it printed.
    """
    return sandbox_process.running(fix="Run 'make sandbox' to see more")
