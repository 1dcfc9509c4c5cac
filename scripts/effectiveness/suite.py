"""One run of the conformance suite against a URL, and what it found.

The runner gets the URL, a seed, a folder for its reports, and the config and credentials that go
with the seed of the sandbox. Nothing of what is wrong with the target is in its command or in its
environment; `command` and `environment` are all that it gets.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ccaas_kit.contract.errors import ToolError
from ccaas_kit.contract.layout import ROOT
from ccaas_kit.run import embedded

# What a quick look and a whole run may take.
QUICK_SECONDS, WHOLE_SECONDS = 60, 120
# Seconds after which a run that does not end by itself is ended.
_LIMIT = 240.0
# The profile that is measured where none is named.
FULL = "full"
_VIOLATION, _ASSUMED = "violation", "assumed"
# Nothing of the caller's environment matters to a run but where to find programs and a home.
_KEPT = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR")


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation that a run has reported; `assumed` is whether no page documents the clause."""

    code: str
    clause: str
    operation: str
    got: str
    assumed: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to: its violations, its requests, and how long it took.

    `changed` are the faults that have changed a call meanwhile, `failed` those that failed themselves,
    as the sandbox tells afterwards.
    """

    exit_code: int
    findings: tuple[Finding, ...]
    requests: int
    seconds: float
    looked_at: int
    changed: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()


def command(
    url: str, *, seed: int, out: Path, whole: bool, seconds: int = 0, profile: str = FULL
) -> list[str]:
    """What starts a run; with `whole` it also sends random requests. `seconds` is its time, else ours."""
    return [
        *(sys.executable, "-m", "ccaas_kit", "conform", "--target", url),
        *("--config", str(embedded.CONFIG), "--out", str(out), "--seed", str(seed)),
        # The instance goes when the run is over, which only the full profile may be told.
        *(("--disposable",) if profile == FULL else ("--profile", profile)),
        *("--max-time", str(seconds or (WHOLE_SECONDS if whole else QUICK_SECONDS))),
        *(() if whole else ("--probes-only",)),
    ]


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """The variables of a run: the users of the sandbox's seed, and where programs are."""
    return {**{name: own[name] for name in _KEPT if name in own}, **embedded.ENVIRONMENT}


def run(
    url: str, *, seed: int, out: Path, whole: bool, seconds: int = 0, profile: str = FULL
) -> Outcome:
    """What a run says of the instance at a URL.

    Raises:
        ToolError: it did not end, or left no scorecard.
    """
    begun = time.monotonic()
    try:
        done = subprocess.run(
            command(url, seed=seed, out=out, whole=whole, seconds=seconds, profile=profile),
            cwd=ROOT,
            env=environment(os.environ),
            capture_output=True,
            text=True,
            timeout=_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"a run did not end within {_LIMIT:.0f} s") from error
    card = out / "scorecard.json"
    if not card.exists():
        said = (done.stderr.strip().splitlines() or ["nothing was printed"])[-1]
        raise ToolError(f"a run left no scorecard: {said[:300]}")
    found = json.loads(card.read_text(encoding="utf-8"))
    return Outcome(
        exit_code=done.returncode,
        findings=tuple(
            Finding(
                finding["code"],
                finding["clause"] or "",
                finding["operation"] or "",
                str(finding["got"]),
                finding["severity"] == _ASSUMED,
            )
            for finding in found["findings"]
            if finding["severity"] in (_VIOLATION, _ASSUMED)
        ),
        requests=found["requests"],
        seconds=time.monotonic() - begun,
        looked_at=found["summary"]["conforms"] + found["summary"]["violates"],
    )
