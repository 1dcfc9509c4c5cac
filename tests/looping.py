"""One test for all cases of one rule: it runs each of them and names every one that fails.

`parametrize` makes a test of each case, which is right for a few cases with set-ups of their own. A
rule over hundreds of nodes is one rule, and so one test.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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
    that wait more than they work can be run several `at_once`.
    """
    wanted = (
        tuple(name.strip() for name in names.split(",")) if isinstance(names, str) else (*names,)
    )
    labelled = list(_labelled(wanted, list(cases), ids))

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        parameters = inspect.signature(test).parameters
        assert set(wanted) <= set(parameters), f"{test.__name__} does not take {wanted}"

        def run(**given: Any) -> None:
            assert labelled, "there are no cases"

            def failure(case: tuple[str, tuple[Any, ...]]) -> str:
                label, values = case
                for fixture in given.values():
                    getattr(fixture, "start_over", _nothing)()
                try:
                    test(**given, **dict(zip(wanted, values, strict=True)))
                except _FAILURES as error:
                    return f"[{label}] {_told(error)}"
                return ""

            if at_once == 1:
                told = list(map(failure, labelled))
            else:
                with ThreadPoolExecutor(at_once) as pool:
                    told = list(pool.map(failure, labelled))
            failed = list(filter(None, told))
            if failed:
                pytest.fail(
                    f"{len(failed)} of {len(labelled)} cases:\n" + "\n".join(failed), pytrace=False
                )

        run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
        fixtures = [
            each.replace(kind=each.KEYWORD_ONLY)
            for each in parameters.values()
            if each.name not in wanted
        ]
        run.__signature__ = inspect.Signature(fixtures)  # type: ignore[attr-defined]  # pytest reads it
        return run

    return decorate


def _nothing() -> None:
    """What a fixture without a state does to start over."""


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
            texts = [str(ids(each)) if callable(ids) else str(each) for each in values]
            label = "-".join(text if len(text) <= 60 else f"{text[:57]}..." for text in texts)
        yield str(label), values


def _told(error: BaseException) -> str:
    """The line of the test that failed, and why."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "/tests/" in frame.filename and Path(frame.filename) != Path(__file__)
    ]
    place = f"{Path(frames[0].filename).name}:{frames[0].lineno}: " if frames else ""
    return f"{place}{type(error).__name__}: {str(error)[:1000]}"
