"""Text of the contract as HTML: Markdown in descriptions, code in examples.

Markdown is CommonMark without HTML: a `<` of a description is shown, never obeyed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.style import Style
from pygments.token import (
    Comment,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Token,
)

# The stylesheet colours these classes, for light and for dark; every other token stays plain.
_CLASSES = ("k", "s", "m", "n", "c")


def markdown(text: str) -> Markup:
    """The paragraphs of a description."""
    return Markup(_markdown().render(text))  # noqa: S704  # HTML in the text is escaped by the renderer


def inline(text: str) -> Markup:
    """One sentence, without a paragraph around it."""
    return Markup(_markdown().renderInline(text.strip()))  # noqa: S704  # as above


def first_sentence(text: str) -> str:
    """What a description begins with, as one line of plain text."""
    words = " ".join(text.split("\n\n", maxsplit=1)[0].replace("`", "").split())
    head, stop, _ = words.partition(". ")
    return f"{head}." if stop else head


def code(text: str, language: str) -> Markup:
    """The text in spans that the stylesheet colours."""
    lexer = get_lexer_by_name(language, stripnl=False)
    done = highlight(text, lexer, HtmlFormatter(nowrap=True, classprefix="", style=_Plain))
    return Markup(done.rstrip("\n"))  # noqa: S704  # the formatter escapes the text


def based(html: Markup, server: str) -> Markup:
    """Code in which the base URL can be exchanged by the script of the page."""
    shown = Markup("<span data-base>{}</span>").format(server)
    return html.replace(Markup.escape(server), shown)


def value(content: Any) -> Markup:
    """A JSON value, indented."""
    return code(json.dumps(content, indent=2, ensure_ascii=False), "json")


class _Plain(Style):  # type: ignore[misc]  # pygments has no types
    """No colours of its own: the stylesheet has them."""

    styles = {  # noqa: RUF012  # the attribute that pygments reads
        Token: "",
        Comment: "",
        Keyword: "",
        Name: "",
        String: "",
        Number: "",
        Literal: "",
        Operator: "",
        Punctuation: "",
    }


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


Filter = Callable[..., Markup]
FILTERS: dict[str, Filter] = {
    "markdown": markdown,
    "inline": inline,
    "code": code,
    "based": based,
    "value": value,
}
