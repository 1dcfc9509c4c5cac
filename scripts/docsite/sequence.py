"""A workflow as a sequence diagram: SVG drawn here, so that the site needs no library to show it.

Colours are classes of the stylesheet, for light and for dark. The steps in words are beside the
diagram, which is therefore one image with a name for those who do not see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from markupsafe import Markup

from docsite.reference import Flow, Reference

_WIDTH = 760
_LEFT = 96
_HEAD = 44
_STEP = 118
_CHARACTER = 8.4
CALLER = "Platform"


@dataclass(frozen=True, slots=True)
class Message:
    """One step: the request to an API and its response, as the diagram and the list tell them."""

    step: str
    operation: str
    api: str
    method: str
    path: str
    description: str
    statuses: tuple[str, ...]
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    unless: tuple[str, ...]


def messages(reference: Reference, flow: Flow) -> list[Message]:
    """The steps of a flow in their order."""
    found = []
    for node, step in zip(flow.document["steps"], flow.steps, strict=True):
        operation = reference.operation(step.operation)
        found.append(
            Message(
                step=step.id,
                operation=operation.id,
                api=operation.api,
                method=operation.method.upper(),
                path=operation.path,
                description=node["description"].strip(),
                statuses=_statuses(node["successCriteria"]),
                takes=tuple(
                    dict.fromkeys(_earlier([node.get("parameters"), node.get("requestBody")]))
                ),
                gives=tuple(step.outputs),
                unless=tuple(failure.name.replace("-", " ") for failure in step.failures),
            )
        )
    return found


def svg(reference: Reference, flow: Flow) -> Markup:
    """The diagram of a flow."""
    found = messages(reference, flow)
    apis = list(dict.fromkeys(message.api for message in found))
    titles = {api.id: api.title.removesuffix(" API") for api in reference.apis}
    places = {
        name: _LEFT + (index + 1) * (_WIDTH - 2 * _LEFT) / len(apis)
        for index, name in enumerate(apis)
    }
    height = _HEAD + 30 + _STEP * len(found) + 16
    title = f"diagram-{flow.id}"
    drawn = [
        f'<svg class="sequence" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="{title}">',
        f'<title id="{title}">{escape(_alternative(flow, found, titles))}</title>',
    ]
    for name, x in (("", float(_LEFT)), *places.items()):
        drawn += _lifeline(x, titles.get(name, CALLER), height)
    for index, message in enumerate(found):
        drawn += _call(message, index, places[message.api])
    return Markup("\n".join([*drawn, "</svg>"]))  # noqa: S704  # every text in it is escaped


def _lifeline(x: float, name: str, height: int) -> list[str]:
    width = max(len(name) * _CHARACTER + 24, 96)
    return [
        f'<line class="life" x1="{x:g}" y1="{_HEAD}" x2="{x:g}" y2="{height - 8}"/>',
        f'<rect class="actor" x="{x - width / 2:g}" y="6" width="{width:g}" height="{_HEAD - 12}" rx="8"/>',
        _text("actor-name", x, 27, name, "middle"),
    ]


def _call(message: Message, index: int, x: float) -> list[str]:
    top = _HEAD + 30 + index * _STEP
    response = top + 62
    left, right = _LEFT + 5, x - 5
    middle = (left + right) / 2
    asked = f"{index + 1}  {message.operation}"
    said = " or ".join(message.statuses) or "an answer"
    if message.gives:
        said += f" · {', '.join(message.gives)}"
    drawn = [
        f'<rect class="active" x="{x - 5:g}" y="{top}" width="10" height="{response - top}" rx="3"/>',
        f'<rect class="active" x="{_LEFT - 5}" y="{top}" width="10" height="{response - top}" rx="3"/>',
        _text("call-name", middle, top - 7, asked, "middle"),
        _arrow("call", left, right, top),
        _text("call-note", middle, top + 17, f"{message.method} · step {message.step}", "middle"),
        _text("reply-name", middle, response - 7, said, "middle"),
        _arrow("reply", right, left, response),
    ]
    if message.takes:
        uses = f"uses {', '.join(message.takes)}"
        drawn.append(_text("call-note", middle, top + 33, uses, "middle"))
    if message.unless:
        drawn.append(
            _text("call-note", middle, response + 18, f"ends if {message.unless[0]}", "middle")
        )
    return drawn


def _arrow(kind: str, start: float, end: float, y: float) -> str:
    back = 9 if end > start else -9
    points = f"{end:g},{y:g} {end - back:g},{y - 5:g} {end - back:g},{y + 5:g}"
    return (
        f'<line class="{kind}" x1="{start:g}" y1="{y:g}" x2="{end - back / 2:g}" y2="{y:g}"/>'
        f'<polygon class="{kind}-head" points="{points}"/>'
    )


def _text(kind: str, x: float, y: float, text: str, anchor: str) -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'


def _alternative(flow: Flow, found: Iterable[Message], titles: Mapping[str, str]) -> str:
    words = [
        f"{index}. {message.step}: the platform calls {message.operation} of {titles[message.api]}"
        f" and gets {' or '.join(message.statuses)}."
        for index, message in enumerate(found, 1)
    ]
    return f"Sequence diagram: {flow.document['summary']}. {' '.join(words)}"


def _statuses(criteria: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    found = (
        status
        for criterion in criteria
        for status in re.findall(r"\$statusCode == (\d{3})", criterion["condition"])
    )
    return tuple(dict.fromkeys(found))


def _earlier(node: Any) -> Iterable[str]:
    """Outputs of earlier steps that are used in a node, as `step.output`."""
    if isinstance(node, list):
        for item in node:
            yield from _earlier(item)
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from _earlier(value)
    elif isinstance(node, str):
        for step, output in re.findall(r"\$steps\.([\w-]+)\.outputs\.([\w-]+)", node):
            yield f"{output} of {step}"
