"""A mutation run: the same sample each time, survivors told, the working tree left as it is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ccaas_kit.contract.errors import ConfigError, ToolError
from ccaas_kit.contract.layout import ROOT

pytest.importorskip("cosmic_ray", reason="run 'make mutants' first: it installs Cosmic Ray")

from mutants import __main__ as command
from mutants import running, sampling, settings
from mutants.settings import Equivalent, Module, Settings

SOURCE = '''"""A module."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    width: int | None = 3


def is_large(number: int | None, *, limit: int = 10) -> bool:
    if number is None:
        return False
    return number > limit and number != 13
'''
PROOF = """from large import is_large


def test_large():
    assert is_large(11)
    assert not is_large(10)
    assert not is_large({probe})
    assert is_large(None) is False
"""


def tree(root: Path, probe: str) -> Path:
    (root / "scripts").mkdir()
    (root / "scripts" / "large.py").write_text(SOURCE, encoding="utf-8")
    (root / "test_large.py").write_text(PROOF.format(probe=probe), encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


def chosen(*equivalents: Equivalent, size: int = 99) -> Settings:
    module = Module("scripts/large.py", ("test_large.py",))
    return Settings("seed", size, 90, (module,), equivalents)


def score(root: Path, found: Settings) -> running.Score:
    return running.score(root, found.modules[0], found, lambda _: None)


def test_the_sample_is_the_same_for_the_same_text_wherever_it_is() -> None:
    def drawn(source: str, seed: str) -> set[tuple[str, str]]:
        return {(mutant.line, mutant.becomes) for mutant in sampling.sample(source, seed, 4)}

    moved = SOURCE.replace("from dataclasses", "# A remark.\n\n\nfrom dataclasses")

    assert drawn(SOURCE, "a") == drawn(SOURCE, "a") == drawn(moved, "a")
    assert len({frozenset(drawn(SOURCE, seed)) for seed in "abcdef"}) > 1


def test_a_place_gives_one_mutant_and_what_has_no_effect_none() -> None:
    found = sampling.sample(SOURCE, "seed", 99)

    assert len({(mutant.line, mutant.becomes) for mutant in found}) == len(found)
    assert not [mutant for mutant in found if "@dataclass" in mutant.line]
    for mutant in found:
        compile(mutant.code, "mutant", "exec")
        assert "int | None" in mutant.code.replace("*, limit", "")
        assert (
            "is_large(number: int | None, *, limit" in mutant.becomes or "def" not in mutant.becomes
        )


def test_what_cosmic_ray_cannot_change_is_left_out() -> None:
    source = "try:\n    x = 1\nexcept (binascii.Error, ValueError):\n    x = 3\n"

    found = {mutant.becomes for mutant in sampling.sample(source, "seed", 99)}

    assert {line for line in found if line.startswith("except")} == {
        "except (binascii.Error, CosmicRayTestingException):"
    }


def test_a_mutant_that_the_tests_do_not_notice_survives(tmp_path: Path) -> None:
    root = tree(tmp_path, probe="0")

    result = score(root, chosen())

    survivors = {survivor.becomes for survivor in result.survivors}
    assert survivors
    assert all(
        "13" in survivor or "limit" in survivor or "width" in survivor or "14" in survivor
        for survivor in survivors
    )
    assert result.killed == result.sampled - len(result.survivors) > 0
    assert (root / "scripts" / "large.py").read_text("utf-8") == SOURCE
    assert "SURVIVED" not in command.table([result])
    assert all(survivor in command.table([result]) for survivor in survivors)


def test_a_listed_equivalent_is_not_sampled(tmp_path: Path) -> None:
    root = tree(tmp_path, probe="0")
    plain = score(root, chosen())
    known = [
        Equivalent("scripts/large.py", survivor.line, survivor.becomes, "for the test")
        for survivor in plain.survivors
    ]

    result = score(root, chosen(*known))

    assert result.survivors == ()
    assert result.sampled == plain.sampled - len(known)


def test_tests_that_fail_by_themselves_prove_nothing(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="fail without any mutation"):
        score(tree(tmp_path, probe="99"), chosen())


@pytest.mark.parametrize(("killed", "enough"), [(9, True), (8, False)])
def test_the_goal_is_nine_of_ten(killed: int, enough: bool) -> None:
    mutants = sampling.sample(SOURCE, "seed", 10 - killed)
    result = running.Score(chosen().modules[0], 10, tuple(mutants))

    assert command.is_enough([result], 90) is enough


def test_settings_that_fit_nothing_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    text = settings.SETTINGS.read_text("utf-8")
    path.write_text(text.replace("gateway/safety/guard.py", "gateway/gone.py"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"gone\.py is not there"):
        settings.load(ROOT, path)

    entry = '[[equivalent]]\npath = "scripts/ccaas_kit/gateway/safety/guard.py"\nline = "x y"\n'
    path.write_text(f'{text}\n{entry}becomes = "z"\nreason = "r"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="has no line 'x y'"):
        settings.load(ROOT, path)
