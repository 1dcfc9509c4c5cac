"""The journal of a run: what it is about to create on a target, and what it has created.

One JSON value per line. An intent is on disk before its request leaves, so that whatever a run
that was killed has left behind can be found. No line holds a credential.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from ccaas_kit.contract.errors import ConfigError

NAME = "journal.jsonl"
FORM = "conformance-journal-1"


@dataclass(frozen=True, slots=True)
class TargetRecord:
    """A record of the target."""

    table: str
    sys_id: str


@dataclass(slots=True)
class Entry:
    """One writing request: what it was to create, and what came of it.

    `marks` are columns with values that only this request had. `document` is the record of ours
    that what it creates belongs to. `ended` is false while nobody knows whether the target did
    what it was asked; `served` is whether it said so; `moment` is when it responded, by its own
    clock, and `status` with what, if that did not tell.
    """

    number: int
    operation: str
    table: str
    marks: Mapping[str, str] = field(default_factory=dict)
    document: TargetRecord | None = None
    created: tuple[TargetRecord, ...] = ()
    ended: bool = False
    served: bool = False
    moment: str = ""
    status: int = 0


@dataclass(frozen=True, slots=True)
class Log:
    """A journal as it was read.

    `clean` is whether everything was removed, `lasting` whether the target outlives the run.
    """

    target: str
    entries: tuple[Entry, ...]
    gone: frozenset[TargetRecord]
    clean: bool
    lasting: bool

    @property
    def own(self) -> frozenset[str]:
        """The ids of all records that the run has created."""
        return frozenset(record.sys_id for entry in self.entries for record in entry.created)

    @property
    def pending(self) -> bool:
        """Whether something may still be on the target."""
        return self.lasting and not self.clean and bool(self.entries)


class Journal:
    """A journal that is being written; each line is on disk before the call returns."""

    def __init__(self, file: IO[str], number: int = 0) -> None:
        self._file = file
        self._number = number

    def intend(
        self,
        operation: str,
        table: str,
        marks: Mapping[str, str],
        document: TargetRecord | None = None,
    ) -> int:
        """Note a request that is about to leave; gives the number by which it ends."""
        self._number += 1
        line: dict[str, Any] = {"n": self._number, "operation": operation, "table": table}
        if marks:
            line["marks"] = dict(marks)
        if document is not None:
            line["document"] = [document.table, document.sys_id]
        self._write(line)
        return self._number

    def end(
        self, number: int, created: tuple[TargetRecord, ...], *, served: bool, moment: str
    ) -> None:
        """Note what came of a request."""
        listed = [{"table": record.table, "sys_id": record.sys_id} for record in created]
        self._write({"n": number, "served": served, "created": listed, "moment": moment})

    def leave_open(self, number: int, *, status: int, moment: str) -> None:
        """Note that a request got a response that does not say what was created."""
        self._write({"n": number, "open": status, "moment": moment})

    def gone(self, record: TargetRecord) -> None:
        """Note that a record is not there any more."""
        self._write({"gone": {"table": record.table, "sys_id": record.sys_id}})

    def close(self, *, leaks: int) -> None:
        """Note that the target was cleaned, and how much could not be removed."""
        self._write({"cleaned": True, "leaks": leaks})

    def _write(self, line: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


@contextmanager
def started(
    path: Path, *, target: str, moment: str, contract: str, lasting: bool
) -> Iterator[Journal]:
    """A new journal at a path, for a target that outlives the run or not.

    Raises:
        ConfigError: the file cannot be written, or an earlier run has not been cleaned up.
    """
    if path.exists() and read(path).pending:
        raise ConfigError(
            "names records of an earlier run that may still be there",
            where=str(path),
            fix=f"Run 'clean --journal {path}', or name another file with --journal",
        )
    head = {
        "journal": FORM,
        "target": target,
        "started": moment,
        "contract": contract,
        "lasting": lasting,
    }
    # Who is killed here leaves no journal, or a whole head: half of one would stop the next run.
    whole = path.resolve()
    part = whole.with_name(f"{whole.name}.part")
    with _opened(part, "w") as file:
        Journal(file)._write(head)
    part.replace(whole)
    # Others may append to it meanwhile: what is written lands behind theirs.
    with _opened(whole, "a") as file:
        yield Journal(file)


@contextmanager
def continued(path: Path) -> Iterator[Journal]:
    """A journal that is there already, to note in it what becomes of what it names, and more.

    Raises:
        ConfigError: it cannot be written.
    """
    with _opened(path, "a") as file:
        # The last line may be torn.
        file.write("\n")
        yield Journal(file, max((entry.number for entry in read(path).entries), default=0))


def read(path: Path) -> Log:
    """What a journal says.

    Raises:
        ConfigError: it cannot be read or is no journal.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("cannot be read", where=str(path), fix="Check --journal") from error
    # A run that was killed can have torn a line; what it announced has not happened then.
    lines = [value for line in text.split("\n") if (value := _value(line)) is not None]
    head = lines[0] if lines else None
    if not isinstance(head, dict) or head.get("journal") != FORM:
        raise ConfigError(
            "is not the journal of a run", where=str(path), fix=f"Name a {NAME} of this version"
        )
    entries: dict[int, Entry] = {}
    gone: set[TargetRecord] = set()
    clean = False
    try:
        for line in lines[1:]:
            clean = bool(line.get("cleaned")) and not line["leaks"]
            if "operation" in line:
                entries[line["n"]] = _entry(line)
            elif "created" in line:
                entry = entries[line["n"]]
                entry.created = tuple(_record(record) for record in line["created"])
                entry.ended, entry.served, entry.moment = True, line["served"], line["moment"]
            elif "open" in line:
                entries[line["n"]].status = int(line["open"])
                entries[line["n"]].moment = str(line["moment"])
            elif "gone" in line:
                gone.add(_record(line["gone"]))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ConfigError(
            "has a line that no run has written", where=str(path), fix="Clean up by hand"
        ) from error
    return Log(
        target=str(head.get("target")),
        entries=tuple(entries.values()),
        gone=frozenset(gone),
        clean=clean,
        lasting=bool(head.get("lasting")),
    )


def _entry(line: Mapping[str, Any]) -> Entry:
    document = line.get("document")
    return Entry(
        number=line["n"],
        operation=line["operation"],
        table=line["table"],
        marks=dict(line.get("marks", {})),
        document=TargetRecord(*document) if document else None,
    )


def _record(line: Mapping[str, str]) -> TargetRecord:
    return TargetRecord(line["table"], line["sys_id"])


def _value(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _opened(path: Path, mode: str) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open(mode, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"cannot be written ({error.strerror})", where=str(path), fix="Check --journal"
        ) from error
