"""A certificate for one test session, so that nobody has to keep a private key."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from ccaas_kit.contract.errors import ToolError

_SUBJECT = "subjectAltName=DNS:localhost,IP:127.0.0.1"


def made(folder: Path) -> tuple[Path, Path]:
    """A new certificate of this machine, and its key.

    Raises:
        ToolError: there is no openssl, or it failed.
    """
    openssl = shutil.which("openssl")
    if openssl is None:
        fix = "Install it, or name a certificate and its key in the options"
        raise ToolError("TLS needs the program openssl, which is not there", fix=fix)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = [
        *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        *("-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", _SUBJECT),
        *("-keyout", str(key), "-out", str(certificate)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolError(f"openssl failed: {done.stderr.strip()[-300:]}", fix="Name a certificate")
    return certificate, key
