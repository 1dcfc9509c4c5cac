"""Our checks inside Schemathesis, for what no schema can say, and the handling of blocked requests.

Schemathesis loads this file by its path, in a process of its own, where nothing else of the kit can
be imported. `rules.json` in the working directory contains what the contract says with `x-sn-echoes`
and `x-sn-at-most`; `plan.py` writes it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ccaas_kit.contract.parsing import UnreadableError, parse_json
from ccaas_kit.contract.redaction import HIDDEN

RULES = "rules.json"
# As relay.py writes it; Schemathesis has the names of headers in lower case.
REFUSED = "x-gateway-refused"
EACH = "*"
ECHOED_VALUE, PAGE_SIZE = "echoed_value", "page_size"


# Not a dataclass, which would look for its module where Schemathesis does not put it.
class Rule(NamedTuple):
    """What one value of a response has to do with the request.

    `steps` lead to the value, with EACH for every element of a list; `place` and `name` say which
    parameter of the request is meant, and `default` what counts where it is not sent.
    """

    check: str
    method: str
    pattern: str
    status: int
    steps: Sequence[str]
    place: str
    name: str
    default: Any = None


def echoed_value(rule: Rule, asked: Any, value: Any) -> str | None:
    """Why a value is not the one that the request gave; None if it is."""
    if str(asked) == str(value):
        return None
    return f"{rule.steps[-1]} is {value!r}, and the request has {asked!r} as {rule.name}"


def page_size(rule: Rule, asked: Any, value: Any) -> str | None:
    """Why a list is longer than the request allows; None if it is not."""
    if not isinstance(value, list) or not str(asked).isdigit() or len(value) <= int(asked):
        return None
    return f"{len(value)} records came, and {rule.name} is {asked}"


CHECKS = {ECHOED_VALUE: echoed_value, PAGE_SIZE: page_size}


def values(document: Any, steps: Sequence[str]) -> Iterator[Any]:
    """The values to which steps lead; none if the document has another form."""
    if not steps:
        yield document
    elif steps[0] == EACH:
        for element in document if isinstance(document, list) else ():
            yield from values(element, steps[1:])
    elif isinstance(document, dict) and steps[0] in document:
        yield from values(document[steps[0]], steps[1:])


def broken(check: str, rules: Sequence[Rule], case: Any, response: Any) -> list[str] | None:
    """How a response violates the rules of a check; None if no rule applies to it."""
    path = sent_path(response.request.url)
    fitting = [
        rule
        for rule in rules
        if (rule.check, rule.method, rule.status)
        == (check, response.request.method, response.status_code)
        and re.fullmatch(rule.pattern, path)
    ]
    if not fitting or "json" not in ",".join(response.headers.get("content-type", ())):
        return None
    try:
        document = parse_json(response.content)
    except UnreadableError:
        # Another check reports a body that cannot be read.
        return None
    looked = False
    wrong: list[str] = []
    for rule in fitting:
        sent = (case.path_parameters if rule.place == "path" else case.query) or {}
        asked = sent.get(rule.name, rule.default)
        for value in values(document, rule.steps):
            # A value from which a secret was removed is not the value that the target sent.
            hidden = isinstance(value, str) and HIDDEN in value
            if asked is not None and not hidden:
                looked = True
                messages = CHECKS[check](rule, asked, value)
                wrong += [messages] if messages else []
    return wrong if looked else None


def sent_path(url: str | None) -> str:
    """The path that the target sees: the address of the gateway begins with a word of its own."""
    path = urlsplit(url or "").path
    return "/" + path.removeprefix("/").partition("/")[2]


def is_refused(response: Any) -> bool:
    """Whether the gateway did not let a request out: it responds with the word of its address then."""
    word = urlsplit(response.request.url or "").path.removeprefix("/").partition("/")[0]
    return bool(word) and response.headers.get(REFUSED, [""])[0] == word


def register(rules: Sequence[Rule]) -> None:
    """Make the checks known to Schemathesis, under the names by which findings have codes."""
    import schemathesis
    from hypothesis.errors import UnsatisfiedAssumption

    @schemathesis.hook
    def after_call(_context: Any, _case: Any, response: Any) -> None:
        if is_refused(response):
            raise UnsatisfiedAssumption("the write guard does not let it out")

    def named(name: str) -> Any:
        def check(_context: Any, response: Any, case: Any) -> bool | None:
            found = broken(name, rules, case, response)
            if found is None:
                # To Schemathesis: the check did not apply.
                return True
            if found:
                raise AssertionError("; ".join(found))
            return None

        check.__name__ = name
        return check

    for name in CHECKS:
        schemathesis.check(named(name))


# The name under which Schemathesis loads the file; the runner imports it for the names above.
if __name__ == "_schemathesis_hooks":
    text = (Path.cwd() / RULES).read_text(encoding="utf-8")
    register([Rule(**fields) for fields in json.loads(text)])
