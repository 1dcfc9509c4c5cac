"""`ccaas explain`: the text behind an id in a scorecard or on a page.

Usage:  ccaas explain CON-LIST-03 | CON-010 | CK101 | schema-check-name
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from typing import Any

from ccaas_kit.contract import clauses, documents, layout
from ccaas_kit.contract.arguments import Parser
from ccaas_kit.contract.clauses import Clause
from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.judging.codes import CODES, Code


def main(argv: Sequence[str]) -> int:
    """Print what an id stands for; gives 0.

    Raises:
        ConfigError: nothing has that id; the fix names the nearest one.
    """
    parser = Parser(
        prog="ccaas explain", description="Explain a clause, a quirk or the code of a finding."
    )
    parser.add_argument("id", metavar="ID", help="such as CON-LIST-03, CON-010 or CK101")
    chosen: str = parser.parse_args(argv).id
    sys.stdout.write(explained(chosen))
    return 0


def explained(wanted: str) -> str:
    """The text about an id, which may be written in any case.

    Raises:
        ConfigError: nothing has that id.
    """
    by_clause = {clause.id: clause for clause in clauses.load()}
    quirks = documents.load_entries(layout.QUIRKS)
    codes = {code.id: code for code in CODES} | {code.check: code for code in CODES}
    known = {identifier.upper(): identifier for identifier in (*by_clause, *quirks, *codes)}
    name = known.get(wanted.upper())
    if name is None:
        close = difflib.get_close_matches(wanted.upper(), known, n=1)
        raise ConfigError(
            f"there is no clause, quirk or code '{wanted}'",
            fix=f"Did you mean '{known[close[0]]}'?"
            if close
            else "Find ids in a scorecard or in 'openapi/'",
        )
    if name in by_clause:
        return _clause(by_clause[name], quirks)
    if name in quirks:
        behind = [clause.id for clause in by_clause.values() if clause.quirk == name]
        return _quirk(name, quirks[name], behind)
    return _code(codes[name])


def _clause(clause: Clause, quirks: dict[str, dict[str, Any]]) -> str:
    lines = [
        f"{clause.id}: {clause.says}",
        f"  API        {clause.api}",
        f"  operation  {clause.operation or 'the API as a whole'}",
        f"  evidence   {clause.evidence}",
        f"  source     {clause.source}",
        f"  contract   {clause.pointer}",
        *(f"  checked by {check.kind} {check.subject}".rstrip() for check in clause.checked_by),
    ]
    if clause.quirk:
        lines.append(f"  quirk      {clause.quirk}: {quirks[clause.quirk]['title']}")
    return "\n".join([*lines, ""])


def _quirk(name: str, quirk: dict[str, Any], behind: list[str]) -> str:
    lines = [f"{name}: {quirk['title']}"]
    lines += [f"  {statement['source']} says: {statement['claim']}" for statement in quirk["says"]]
    lines += [
        f"  we chose   {quirk['we_chose']}",
        f"  because    {quirk['because']}",
        f"  status     {quirk['status']}",
    ]
    if behind:
        lines.append(f"  clauses    {', '.join(behind)}")
    return "\n".join([*lines, ""])


def _code(code: Code) -> str:
    return f"{code.id} ({code.check}): {code.meaning}\n  next step  {code.advice}\n"
