"""Runs of the whole runner on a hostile server, in processes whose memory is watched."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ccaas_kit.gateway.safety import clean
from ccaas_kit.judging import scorecard
from ccaas_kit.run import embedded
from tests.conformance.hostile import hostile
from tests.conformance.misbehaviour import Server
from tests.conformance.targets import launched, running

# Seconds beyond --max-time: letting Schemathesis write down what it saw, and the reports. They are
# more on a machine with more to do than it has processors.
GRACE = 6.0
# Megabytes of the largest process, the runner or Schemathesis.
MOST_MEMORY = 600
# What a run is about, unless a test says otherwise: the clauses of one API and its requests.
PART = ("--api", "contact")
# A run that has not ended by then never will, however busy the machine is.
_HANGING = 150.0


@dataclass(frozen=True, slots=True)
class Endured:
    """How a run ended.

    `memory` is the most that each process has had, in megabytes, `bad` how many requests met the
    behaviour.
    """

    code: int
    error: str
    memory: Mapping[int, int]
    out: Path
    max_time: int
    bad: int = 0

    @property
    def card(self) -> dict[str, Any]:
        """The scorecard; raises DocumentError if there is none, or not a valid one."""
        return scorecard.read(self.out)

    def fault(self) -> str:
        """Why the target could not be judged, with everything held that is promised of any run."""
        card = self.card
        assert self.code in (1, 2), (self.code, self.error)
        busy = max(os.getloadavg()[0] / (os.cpu_count() or 1), 1.0)
        # What removes records may wait for a target that has gone.
        waiting = min(clean.PATIENCE, self.max_time)
        assert card["duration_s"] <= self.max_time + waiting + GRACE * busy
        assert max(self.memory.values()) < MOST_MEMORY, self.memory
        assert "Traceback" not in self.error
        assert len(self.error.splitlines()) == (1 if self.code == 2 else 0)
        assert sum(card["summary"].values()) == len(card["clauses"]) > 0
        assert card["conforms"] is False
        assert bool(card["fault"]) == (self.code == 2)
        if self.code == 2:
            assert card["complete"] is False
            assert card["fault"] in self.error
        return str(card["fault"])


def endured(
    behaviour: str,
    folder: Path,
    *arguments: str,
    part: tuple[str, ...] = PART,
    good: int = 0,
    least: int = 1,
    judged: int = 0,
    probes: bool = True,
    max_time: int = 0,
    elsewhere: str = "",
    environment: Mapping[str, str] = embedded.ENVIRONMENT,
) -> Endured:
    """A run on a server that behaves so after a number of good requests.

    Without `probes`, nearly all requests are those of Schemathesis, which takes longer to start.
    A run whose time is up before `least` requests have met the behaviour, or before it had so many
    to be judged, is given more of it: how far it comes depends on the machine.
    """
    max_time = max_time or (6 if probes else 8)
    for seconds in (max_time, 4 * max_time, 8 * max_time):
        server = Server(behaviour, good, elsewhere)
        # A journal of its own, or the second run would be asked to clean up after the first.
        here = Path(tempfile.mkdtemp(dir=folder))
        with hostile(server) as url:
            ended = run(
                url,
                here,
                *arguments,
                part=part,
                probes=probes,
                max_time=seconds,
                environment=environment,
            )
        # Some requests read tables, and some remove the records of a run whose time was up: these are
        # not judged.
        if len(server.seen) >= good + least and ended.card["requests"] >= max(good / 2, judged):
            break
    return replace(ended, bad=len(server.seen) - good)


def run(
    url: str,
    folder: Path,
    *arguments: str,
    part: tuple[str, ...] = PART,
    probes: bool = True,
    max_time: int = 4,
    environment: Mapping[str, str] = embedded.ENVIRONMENT,
) -> Endured:
    """A run on a target, which is there already."""
    words = ["--target", url, "--config", str(embedded.CONFIG), "--max-time", str(max_time), *part]
    start = _launched if probes else launched
    memory: dict[int, int] = {}
    with start(folder, *words, *arguments, environment=environment) as process:
        watching = threading.Thread(target=_watch, args=(process, memory))
        watching.start()
        try:
            _, error = process.communicate(timeout=_HANGING)
        finally:
            process.kill()
            watching.join()
    return Endured(process.returncode, error, memory, folder / "out", max_time)


def _launched(
    folder: Path, *arguments: str, environment: Mapping[str, str]
) -> AbstractContextManager[subprocess.Popen[str]]:
    """The command, with all clauses of the contract."""
    words = ("-m", "ccaas_kit", "conform", "--out", str(folder / "out"), *arguments)
    return running(*words, environment=environment, stdout=subprocess.DEVNULL)


def _watch(process: subprocess.Popen[str], memory: dict[int, int]) -> None:
    """Note the most memory that a process and those that it starts have, until it ends."""
    while process.poll() is None:
        for pid in _tree(process.pid):
            memory[pid] = max(memory.get(pid, 0), _peak(pid))
        time.sleep(0.02)


def _tree(pid: int) -> Iterator[int]:
    """A process and those that it has started."""
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text("ascii").split():
                yield from _tree(int(child))


def _peak(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) // 1024
    return 0
