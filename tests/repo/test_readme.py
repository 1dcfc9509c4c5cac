"""The README's Python runs, and its claims about the project are true."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from scripts.kit import layout

README = (layout.ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_of_the_readme_runs_on_the_documented_example() -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    documented = json.loads(
        (layout.ROOT / "tests" / "contract" / "documented_examples.json").read_text("utf-8")
    )
    body = json.dumps(documented["offerWorkOfferedResponse"])

    done = subprocess.run(
        [sys.executable, "-c", f"body = {body!r}\n{snippet}"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout == "True Manual assignment successfully requested.\n"


def test_nothing_is_verified_yet_as_the_readme_says() -> None:
    clauses = json.loads((layout.GENERATED / "clauses.json").read_text("utf-8"))["clauses"]

    assert "nothing is verified yet" in README
    assert {clause["evidence"] for clause in clauses} == {"documented", "assumed"}


def test_the_table_shown_has_the_nine_operations() -> None:
    clauses = json.loads((layout.GENERATED / "clauses.json").read_text("utf-8"))["clauses"]
    operations = {clause["operation"] for clause in clauses} - {None}
    (shown,) = re.findall(r"\$ make conform\n(.*?)```", README, re.DOTALL)

    assert {name for name in operations if re.search(rf"^ *{name} ", shown, re.M)} == operations
    assert f"of {len(clauses)} clauses" in shown
