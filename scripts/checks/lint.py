"""Run every linter, print nothing on success, and name the linters that fail.

Reads:  the whole tree
Writes: nothing
Usage:  python -m checks.lint      exit 0 clean, 1 findings
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from build.tools import node_environment, node_tool
from ccaas_kit.contract import layout
from ccaas_kit.contract.arazzo import workflows
from ccaas_kit.contract.command import run

PROSE = layout.ROOT / "scripts" / "checks" / "prose.yaml"
# Folders whose Markdown people write, beside the files of the root.
_WRITTEN = ("openapi", "scripts", "tests")


# Files that GitHub and GitLab read, by the schema that check-jsonschema has of them.
_SCHEMAS = {
    "vendor.github-actions": ("scripts/ci/action.yml",),
    "vendor.github-workflows": ("scripts/ci/examples/*.yml",),
    "vendor.github-issue-forms": (".github/ISSUE_TEMPLATE/*.yml",),
    "vendor.gitlab-ci": ("scripts/ci/gitlab-ci.yml",),
}


def prose(*paths: str) -> list[str]:
    """The command that checks words and sentences of Markdown files by the rules in prose.yaml."""
    return [node_tool("redocly"), "recheck", "--config", str(PROSE), *paths]


def _schema(kind: str, *patterns: str) -> list[str]:
    """The command that checks files of a host of repositories by the schema of SchemaStore."""
    files = sorted(str(path) for pattern in patterns for path in layout.ROOT.glob(pattern))
    return [sys.executable, "-m", "check_jsonschema", "-q", "--builtin-schema", kind, *files]


def steps() -> dict[str, list[str]]:
    """The commands by the name under which a failure is reported."""
    python = sys.executable
    tools = Path(python).parent
    bundles = sorted(str(path) for path in layout.BUNDLES.glob("*.yaml"))
    documents = [
        *sorted(layout.ROOT.glob("*.md")),
        *sorted(path for name in _WRITTEN for path in (layout.ROOT / name).rglob("*.md")),
    ]
    flows = sorted(str(path) for path in workflows.FOLDER.glob(f"*{workflows.SUFFIX}"))
    return {
        "house rules": [python, "-m", "checks.specs"],
        "redocly": [node_tool("redocly"), "lint", "--max-problems", "500"],
        "redocly workflows": [node_tool("redocly"), "lint", *flows],
        "openapi-spec-validator": [str(tools / "openapi-spec-validator"), *bundles],
        **{f"schema of {kind}": _schema(kind, *files) for kind, files in _SCHEMAS.items()},
        "prose": prose(*(str(path.relative_to(layout.ROOT)) for path in documents)),
        "imports": [str(tools / "lint-imports"), "--no-cache"],
        "ruff check": [python, "-m", "ruff", "check", "-q", "."],
        "ruff format": [python, "-m", "ruff", "format", "-q", "--check", "."],
        "mypy": [python, "-m", "mypy", "--no-error-summary"],
    }


def main() -> int:
    started = {
        name: subprocess.Popen(
            command,
            cwd=layout.ROOT,
            env=node_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name, command in steps().items()
    }
    worst = 0
    for name, process in started.items():
        said, _ = process.communicate()
        # Redocly ends with 0 when it has only warnings, and a warning is a finding here.
        warned = name.startswith("redocly") and "warning" in said.lower()
        if process.returncode != 0 or warned:
            worst = 1
            print(f"{name}:\n{said.rstrip()}\n", file=sys.stderr)
    return worst


if __name__ == "__main__":
    run("lint", main)
