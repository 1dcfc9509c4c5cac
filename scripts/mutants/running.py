"""Running the tests of a module on its mutants, in a copy of the working tree."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ccaas_kit.contract.errors import ToolError
from mutants.sampling import Mutant, sample
from mutants.settings import Module, Settings

_PASSED, _FAILED, _INTERRUPTED = 0, 1, 2
# How much longer than the tests of the original those of a mutant may take.
_PATIENCE = 3
_LEAST_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Score:
    """How a module fared: what was sampled, without what is listed as equivalent, and what survived."""

    module: Module
    sampled: int
    survivors: tuple[Mutant, ...]

    @property
    def killed(self) -> int:
        return self.sampled - len(self.survivors)


@contextmanager
def copied(root: Path) -> Iterator[Path]:
    """A copy of the working tree with all files that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    with TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder)
        for name in filter(None, listed.stdout.split("\0")):
            if (root / name).is_file() and not (root / name).is_symlink():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, copy / name)
        yield copy


def score(root: Path, module: Module, settings: Settings, say: Callable[[str], None]) -> Score:
    """Run the tests of a module on a sample of its mutants.

    Raises:
        ToolError: the tests fail on the module as it is.
    """
    with copied(root) as copy:
        path = copy / module.path
        source = path.read_text("utf-8")
        begun = time.monotonic()
        if tests(copy, module.tests, timeout=None) != _PASSED:
            raise ToolError(
                f"the tests of {module.path} fail without any mutation",
                where=" ".join(module.tests),
                fix="Run them with pytest and repair them first",
            )
        timeout = _LEAST_SECONDS + _PATIENCE * (time.monotonic() - begun)
        sampled = [
            candidate
            for candidate in sample(source, settings.seed, settings.sample)
            if not _is_equivalent(candidate, module, settings)
        ]
        survivors = []
        for mutant in sampled:
            path.write_text(mutant.code, encoding="utf-8")
            survived = tests(copy, module.tests, timeout=timeout) == _PASSED
            if survived:
                survivors.append(mutant)
            say(f"{module.path}: {'SURVIVED' if survived else 'killed'} {mutant.shown()}")
        return Score(module, len(sampled), tuple(survivors))


def tests(root: Path, names: Sequence[str], *, timeout: float | None) -> int:
    """The exit code of pytest on files of a tree; 1 also if they take longer than they may.

    Raises:
        ToolError: pytest could not run.
    """
    path = os.pathsep.join(str(root / folder) for folder in ("scripts", "generated/python"))
    # Plugins cost seconds of each run; with a fixed seed a mutant is killed always or never.
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "_hypothesis_pytestplugin"]
    process = subprocess.Popen(
        [*command, "--hypothesis-seed=0", *names],
        cwd=root,
        env={
            **os.environ,
            "PYTHONPATH": path,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        code = process.wait(timeout)
    except subprocess.TimeoutExpired:
        return _FAILED
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if code not in (_PASSED, _FAILED, _INTERRUPTED) and code > 0:
        raise ToolError(f"pytest ended with {code}", where=" ".join(names), fix="Run it by hand")
    return code


def _is_equivalent(mutant: Mutant, module: Module, settings: Settings) -> bool:
    place = (module.path, mutant.line, mutant.becomes)
    return place in {
        (equivalent.path, equivalent.line, equivalent.becomes)
        for equivalent in settings.equivalents
    }
