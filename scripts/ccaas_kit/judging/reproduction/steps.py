"""What led to an exchange: the requests of a log that made the records which it is about.

A finding can rest on records that its run has removed. Who wants to see it again makes them first.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ccaas_kit.model.exchanges import Exchange

_SYS_ID = re.compile(r"[0-9a-f]{32}")
# A text that a run has made up is at least so long, and is in so few requests.
_WORD = re.compile(r"[A-Za-z0-9+._~-]{10,}")
_MOST_USES = 12
# How many requests that changed the records are listed.
_MOST_STEPS = 8


@dataclass(frozen=True, slots=True)
class _Act:
    """A request that was served: its number, and the texts in it; `reads` is the operation if it is a GET."""

    number: int
    source: str
    reads: str
    ids: frozenset[str]
    words: frozenset[str]


class Steps:
    """Knows of each sys_id which request made it, and of each request what else was done there.

    `existing` are the ids of records that were there before.
    """

    def __init__(self, exchanges: Iterable[Exchange], existing: Iterable[str] = ()) -> None:
        self._made: dict[str, int] = {}
        self._acts: dict[int, _Act] = {}
        self._by_text: dict[str, list[int]] = defaultdict(list)
        self._uses: Counter[str] = Counter()
        known = set(existing)
        for exchange in exchanges:
            self._add(exchange, known)

    def before(self, exchange: Exchange) -> Sequence[int]:
        """The numbers of the exchanges that led to this one, in their order."""
        act = self._act(exchange)
        found = self._creations(act)
        done = [number for number in self._done_to(act) if number not in found]
        for number in done[-_MOST_STEPS:]:
            found |= {number} | self._creations(self._acts[number])
        return sorted(found)

    def makes(self, number: int, sys_id: str) -> bool:
        """Whether an exchange is the one in which a record got its sys_id."""
        return self._made.get(sys_id) == number

    def _add(self, exchange: Exchange, known: set[str]) -> None:
        act = self._act(exchange)
        self._uses.update(act.words)
        # An id in a request that no response has contained existed before.
        known |= act.ids
        if 200 <= exchange.status < 300:
            # Also of one that reads: what is read twice may be kept somewhere.
            self._acts[act.number] = act
            for text in act.ids | act.words:
                self._by_text[text].append(act.number)
            for made in received(exchange) if exchange.method != "GET" else ():
                if made not in known:
                    self._made[made] = act.number
        known.update(received(exchange))

    def _creations(self, act: _Act) -> set[int]:
        """What made the records that a request names, and those that this needs."""
        found: set[int] = set()
        waiting = [act]
        while waiting:
            for sys_id in waiting.pop().ids:
                number = self._made.get(sys_id, act.number)
                if number < act.number and number not in found:
                    found.add(number)
                    waiting.append(self._acts[number])
        return found

    def _done_to(self, act: _Act) -> list[int]:
        """What the same source did before to records that a request names, in its order."""
        ids = {sys_id for sys_id in act.ids if sys_id in self._made}
        rare = {word for word in act.words if self._uses[word] <= _MOST_USES}
        numbers = {number for text in ids | rare for number in self._by_text.get(text, ())}
        return sorted(
            number
            for number in numbers
            if number < act.number
            and self._acts[number].source == act.source
            and self._acts[number].reads in ("", act.reads)
        )

    @staticmethod
    def _act(exchange: Exchange) -> _Act:
        ids = frozenset(sent(exchange))
        words = frozenset(_WORD.findall(_request(exchange)))
        reads = exchange.operation.base if exchange.method == "GET" else ""
        return _Act(exchange.number, exchange.source, reads, ids, words - ids)


def sent(exchange: Exchange) -> list[str]:
    """The sys_ids in the path, the query and the body of a request, in their order."""
    return _SYS_ID.findall(_request(exchange))


def received(exchange: Exchange) -> list[str]:
    """The sys_ids in the body of a response, in their order."""
    body = exchange.response.body if exchange.response else b""
    return _SYS_ID.findall(body.decode("latin-1"))


def _request(exchange: Exchange) -> str:
    body = (exchange.request_body or b"").decode("latin-1")
    return f"{exchange.path} {exchange.query} {body}"
