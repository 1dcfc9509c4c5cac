"""Headings that link to themselves, and the outline of a page, both read from its HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADING = re.compile(r'<h(?P<level>[23]) id="(?P<id>[^"]+)">(?P<text>.*?)</h\d>', re.DOTALL)
_TAGS = re.compile(r"<[^>]+>")
# Headings of the third level that are listed: the others are as many as the page has schemas.
_LISTED = ("parameter-", "status-")
OUTLINE = "<!-- outline -->"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `target` is the id of the section that it opens."""

    level: int
    target: str
    text: str


def finished(html: str) -> str:
    """The page with its outline, and with headings that show their own address."""
    links = "".join(
        f'<li class="level-{heading.level}"><a href="#{heading.target}">{heading.text}</a></li>\n'
        for heading in _headings(html)
        if heading.level == 2 or heading.target.startswith(_LISTED)
    )
    outline = f'<ul class="outline" aria-label="On this page">\n{links}</ul>' if links else ""
    return _HEADING.sub(_linked, html).replace(OUTLINE, outline)


def _headings(html: str) -> Iterator[Heading]:
    for match in _HEADING.finditer(html):
        yield Heading(int(match["level"]), _target(match), _TAGS.sub("", match["text"]).strip())


def _linked(match: re.Match[str]) -> str:
    """The heading as a link to itself."""
    if "<a " in match["text"]:
        return match[0]
    opening = match[0].removesuffix(f"{match['text']}</h{match['level']}>")
    link = f'<a class="anchor" href="#{_target(match)}">{match["text"]}</a>'
    return f"{opening}{link}</h{match['level']}>"


def _target(match: re.Match[str]) -> str:
    """A section has the id of its heading without the ending."""
    return match["id"].removesuffix("-title")
