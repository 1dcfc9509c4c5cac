"""The lines of a response that show what is wrong, the failing one marked with `>`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ccaas_kit.contract.parsing import UnreadableError
from ccaas_kit.contract.shapes import Json
from ccaas_kit.judging.verdicts import short
from ccaas_kit.model.exchanges import Exchange

# Lines before and after the marked one.
_AROUND = 2
# Lines of a body in which nothing is marked.
_HEAD = 5

Path = tuple[str, ...]


def of(exchange: Exchange, place: str, fields: Sequence[str]) -> tuple[str, ...]:
    """Request and status, then the body around a place, or around the first of the fields."""
    response = exchange.response
    asked = short(f"{exchange.method} {exchange.url}")
    if response is None:
        return (asked, "no response")
    head = (asked, f"{response.status} {response.media_type}".rstrip())
    # A place in the body can have the name of a header.
    names = () if place.startswith("/") else (place, *fields)
    header = next((name for name in names if name.lower() in response.headers), "")
    if header:
        return (*head, short(f"> {header}: {response.headers[header.lower()]}"))
    try:
        lines = list(_lines(response.json(), (), "", 0, ""))
    except UnreadableError:
        text = response.body[:4096].decode("utf-8", "replace").splitlines()
        return (*head, *(f"  {short(line)}" for line in text[:_HEAD]))
    marked = _marked([path for path, _ in lines], place, fields)
    first = 0 if marked is None else max(0, marked - _AROUND)
    shown = lines[first : first + (_HEAD if marked is None else 2 * _AROUND + 1)]
    return (
        *head,
        *(
            f"{'>' if number == marked else ' '} {short(text)}"
            for number, (_, text) in enumerate(shown, start=first)
        ),
    )


def _marked(paths: Sequence[Path], place: str, fields: Sequence[str]) -> int | None:
    """The line of a place, or of the nearest thing around one that is missing."""
    wanted = tuple(place.split("/")[1:]) if place.startswith("/") else ()
    while wanted:
        if wanted in paths:
            return paths.index(wanted)
        wanted = wanted[:-1]
    named = (index for index, path in enumerate(paths) if path and path[-1] in fields)
    return next(named, None)


def _lines(value: Json, path: Path, key: str, depth: int, end: str) -> Iterator[tuple[Path, str]]:
    """The lines of a JSON text, each with the place of what it begins."""
    blank = "  " * depth
    if not isinstance(value, dict | list) or not value:
        yield path, f"{blank}{key}{json.dumps(value, ensure_ascii=False)}{end}"
        return
    is_object = isinstance(value, dict)
    yield path, f"{blank}{key}{'{' if is_object else '['}"
    parts = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    for number, (name, part) in enumerate(parts, start=1):
        label = f"{json.dumps(name, ensure_ascii=False)}: " if is_object else ""
        comma = "," if number < len(parts) else ""
        yield from _lines(part, (*path, str(name)), label, depth + 1, comma)
    yield (), f"{blank}{'}' if is_object else ']'}{end}"
