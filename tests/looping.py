"""One test for all cases of one rule: it runs each of them and names every one that fails.

`parametrize` makes a test of each case, which is right for a few cases with set-ups of their own. A
rule over hundreds of nodes is one rule, and so one test.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

# What a case may end with: failed assertions and errors, and a `pytest.raises` that saw nothing.
_FAILURES = (Exception, pytest.fail.Exception)


def every(
    names: str | Sequence[str], cases: Iterable[Any], *, ids: Any = None, at_once: int = 1
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """What `pytest.mark.parametrize` takes, as one test.

    Fixtures are shared by all cases; one that has a method `start_over` is as new before each. Cases
    that wait more than they work can be run several `at_once`. Where a case is skipped the others are
    tried, and the test counts as skipped if none of them fails.
    """
    wanted = (
        tuple(name.strip() for name in names.split(",")) if isinstance(names, str) else (*names,)
    )
    labelled = list(_labelled(wanted, list(cases), ids))

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        parameters = inspect.signature(test).parameters
        assert set(wanted) <= set(parameters), f"{test.__name__} does not take {wanted}"

        def run(**fixtures: Any) -> None:
            assert labelled, "there are no cases"
            restarted = [name for name, value in fixtures.items() if hasattr(value, "start_over")]
            shared = restarted if at_once > 1 else []
            assert not shared, f"{shared} start over, so that cases cannot run at once"

            def outcome(case: tuple[str, tuple[Any, ...]]) -> _Outcome:
                label, values = case
                for name in restarted:
                    fixtures[name].start_over()
                try:
                    test(**fixtures, **dict(zip(wanted, values, strict=True)))
                except pytest.skip.Exception as skipped:
                    return _Outcome(skipped=f"[{label}] {skipped}")
                except _FAILURES as error:
                    return _Outcome(failed=f"[{label}] {_with_place(error)}")
                return _Outcome()

            if at_once == 1:
                outcomes = list(map(outcome, labelled))
            else:
                with ThreadPoolExecutor(at_once) as pool:
                    outcomes = list(pool.map(outcome, labelled))
            if failed := [case.failed for case in outcomes if case.failed]:
                pytest.fail(_listed(failed, len(labelled)), pytrace=False)
            if skipped := [case.skipped for case in outcomes if case.skipped]:
                pytest.skip(_listed(skipped, len(labelled)))

        run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
        # Marks stand in the dictionary of a function.
        run.__dict__.update(test.__dict__)
        others = [
            parameter.replace(kind=parameter.KEYWORD_ONLY)
            for parameter in parameters.values()
            if parameter.name not in wanted
        ]
        run.__signature__ = inspect.Signature(others)  # type: ignore[attr-defined]  # pytest reads it
        return run

    return decorate


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a case: why it failed or was skipped; nothing of either where it passed."""

    failed: str = ""
    skipped: str = ""


def _listed(reasons: list[str], count: int) -> str:
    return "\n".join([f"{len(reasons)} of {count} cases:", *reasons])


def _labelled(
    names: tuple[str, ...], cases: list[Any], ids: Any
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    labels = list(ids) if ids is not None and not callable(ids) else None
    assert labels is None or len(labels) == len(cases), "a label for each case"
    for number, case in enumerate(cases):
        label = labels[number] if labels else None
        if isinstance(case, type(pytest.param())):
            label, values = case.id or label, tuple(case.values)
        else:
            values = (case,) if len(names) == 1 else tuple(case)
        if label is None:
            texts = [str(ids(value)) if callable(ids) else str(value) for value in values]
            label = "-".join(text if len(text) <= 60 else f"{text[:57]}..." for text in texts)
        yield str(label), values


def _with_place(error: BaseException) -> str:
    """The line of the test that failed, and why."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "/tests/" in frame.filename and Path(frame.filename) != Path(__file__)
    ]
    place = f"{Path(frames[0].filename).name}:{frames[0].lineno}: " if frames else ""
    return f"{place}{type(error).__name__}: {error}"
