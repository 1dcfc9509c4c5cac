"""The C# client, by openapi-generator: Redocly writes none.

The client is generated and parsed, but not compiled: Debian has no .NET packages. Its dependencies are in
its project file.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path

from ccaas_kit.contract.errors import ToolError

PACKAGE = "ServiceNowCcaas"
# The generator rolls a new one each time.
_PROJECT = "{7E6F5C1B-2A4D-4E0B-9C55-5A1D1C0F0C05}"
_CODE_ONLY = (
    *("apis", "models", "supportingFiles"),
    *("apiTests=false", "modelTests=false", "apiDocs=false", "modelDocs=false"),
)
# What somebody else's continuous integration and release would need.
_SURPLUS = (".openapi-generator", ".openapi-generator-ignore", ".gitignore", "appveyor.yml", "docs")


def missing() -> str:
    """What has to be installed first, and how; nothing if all is there."""
    if not installed():
        return "openapi-generator is not in .venv: run 'make clients'"
    if not shutil.which("java"):
        return "there is no Java: on Debian, apt-get install default-jre-headless"
    return ""


def installed() -> bool:
    """Whether the packages of the group `clients` are in the virtual environment."""
    return bool(importlib.util.find_spec("openapi_generator_cli"))


def write(source: Path, out: Path) -> None:
    """Write the project into a folder.

    Raises:
        ToolError: the generator or Java is missing, or the generator failed.
    """
    if said := missing():
        raise ToolError(f"C#: {said}")
    spec = importlib.util.find_spec("openapi_generator_cli")
    assert spec is not None
    assert spec.origin is not None
    jar = Path(spec.origin).with_name("openapi-generator.jar")
    properties = f"packageName={PACKAGE},packageGuid={_PROJECT}"
    command = [
        *("java", "-jar", str(jar), "generate", "-g", "csharp", "-i", str(source), "-o", str(out)),
        *(f"--additional-properties={properties}", f"--global-property={','.join(_CODE_ONLY)}"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()[-2000:]
        raise ToolError(f"openapi-generator failed with code {done.returncode}:\n{said}")
    for name in _SURPLUS:
        surplus = out / name
        if surplus.is_dir():
            shutil.rmtree(surplus)
        else:
            surplus.unlink(missing_ok=True)
    shutil.rmtree(out / "src" / f"{PACKAGE}.Test", ignore_errors=True)
