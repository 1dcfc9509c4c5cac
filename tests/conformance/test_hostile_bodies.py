"""Bodies that do not end, do not fit into memory, or are not what they say they are."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.endured import endured
from tests.looping import every

# The runs wait more than they work.
AT_ONCE = 3
# Requests that are served well at first.
GOOD = 90
# So many bodies of 7 MB are more than a run takes in.
TOO_MANY = 12
# Behaviours that hold up a client until it gives up, and those that flood it.
SLOW = ("trickling body", "trickling chunks")
FLOODS = ("endless body", "endless stream", "1 GB", "gzip bomb")
UNREADABLE = ("too short", "no length", "no gzip")


@every("behaviour", [*SLOW, *FLOODS, *UNREADABLE], at_once=AT_ONCE)
def test_bodies_that_cannot_be_read_from_the_start(behaviour: str, tmp_path: Path) -> None:
    ended = endured(behaviour, tmp_path, part=("--operation", "getContact"), max_time=2)

    assert ended.fault()
    assert ended.code == 2
    assert ended.card["requests"] == 0


@every(
    "behaviour, probes",
    [("trickling body", True), ("1 GB", False), ("too short", True)],
    at_once=AT_ONCE,
)
def test_bodies_that_cannot_be_read_half_way(behaviour: str, probes: bool, tmp_path: Path) -> None:
    ended = endured(behaviour, tmp_path, good=GOOD, probes=probes)

    assert ended.fault().startswith(("stopped answering, ", "sends more than a run accepts"))
    assert ended.code == 2
    assert ended.card["requests"] >= GOOD / 2
    assert ended.card["summary"]["conforms"] > (5 if probes else 0)
    assert ended.bad > 0


def test_many_bodies_that_are_nearly_too_long(tmp_path: Path) -> None:
    ended = endured("7 MB each", tmp_path, good=GOOD, least=TOO_MANY)

    assert ended.fault().startswith("sends more than a run accepts")
    assert ended.code == 2
    assert ended.card["requests"] >= GOOD / 2


def test_bodies_that_are_garbled_are_violations(tmp_path: Path) -> None:
    ended = endured("garbled", tmp_path, part=(), good=GOOD, judged=GOOD + 200)

    ended.fault()
    assert ended.card["complete"] is False
    assert ended.card["summary"]["violates"] > 5
    assert ended.card["requests"] > GOOD
