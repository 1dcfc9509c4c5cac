"""The comparison with plain Schemathesis gives both the same fault, and credits it generously."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from scripts.effectiveness import breakage, comparison
from scripts.effectiveness.comparison import Comparison, Seen, sample
from scripts.effectiveness.trials import Ground, Kill
from scripts.kit import clauses
from scripts.sandbox import faults

NAMES = tuple(faults.FAULTS)
# A status that nobody documents.
PLAIN = "ok-for-created"


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with Ground(1) as found:
        yield found


def test_a_sample_is_spread_over_the_whole_list() -> None:
    assert sample(NAMES, 0) == list(NAMES)
    assert sample(NAMES, len(NAMES)) == list(NAMES)
    some = sample(NAMES, 45)
    places = [NAMES.index(each) for each in some]
    assert len(set(some)) == 45
    assert {b - a for a, b in pairwise(places)} <= {7, 8}


def test_what_is_said_of_a_sound_sandbox_is_no_credit() -> None:
    kill = Kill("CK101", "X-1", "", 1, 1.0, whole=False, company=1)
    found = Comparison(
        ours={"a": kill, "b": None},
        theirs={"a": Seen(("Noise",), 1.0), "b": Seen(("Noise", "Undocumented status"), 1.0)},
        sound=("Noise",),
        seed=1,
        catalogue=2,
    )

    assert (found.seen_by_us, found.seen_by_them) == (1, 1)
    assert found.news("b") == ("Undocumented status",)


def test_schemathesis_sees_what_a_schema_tells(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "SECONDS", 6)
    monkeypatch.setattr(comparison, "SOUND_RUNS", 1)
    broken = breakage.of([faults.FAULTS[PLAIN]], clauses.load())

    found = comparison.run([PLAIN], broken, ground, seed=1, say=lambda _text: None)

    assert (found.seen_by_us, found.seen_by_them) == (1, 1)
    assert f"| `{PLAIN}` |" in comparison.page(found)
