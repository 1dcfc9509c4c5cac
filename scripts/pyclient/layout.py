"""Where the parts of the Python package lie."""

from __future__ import annotations

from pathlib import Path

PACKAGE = "servicenow_ccaas"
HEAD = "# Written by `make build` from {source}. Do not edit."
RUNTIME = Path(__file__).parent / "runtime"
TEMPLATES = Path(__file__).parent / "templates"
