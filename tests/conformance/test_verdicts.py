"""How the opinions on a clause become one: of what is all needed, and of what suffices alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccaas_kit.judging.verdicts import Look, Opinion, Verdict, any_one, every

Fold = Callable[[Sequence[Look]], Opinion]

FOLDS = pytest.mark.parametrize("fold", [every, any_one])
OPEN = (Verdict.BLOCKED, Verdict.UNVERIFIED)


def looks(*verdicts: Verdict) -> st.SearchStrategy[list[Look]]:
    """Lists of looks, each with a name and a reason of its own."""
    return st.lists(st.sampled_from(verdicts or tuple(Verdict)), max_size=6).map(named)


def named(verdicts: Sequence[Verdict]) -> list[Look]:
    return [
        Look(f"name{number}", Opinion(verdict, f"reason{number}"))
        for number, verdict in enumerate(verdicts)
    ]


def look(name: str, verdict: Verdict, detail: str) -> Look:
    return Look(name, Opinion(verdict, detail))


@FOLDS
@given(found=looks(), added=st.sampled_from(OPEN))
def test_what_was_not_looked_at_never_makes_a_clause_conform(
    fold: Fold, found: list[Look], added: Verdict
) -> None:
    before = fold(found).verdict

    after = fold([*found, look("added", added, "no request was sent")]).verdict

    assert before is Verdict.CONFORMS or after is not Verdict.CONFORMS


@given(found=looks(), added=st.sampled_from(OPEN))
def test_what_is_needed_and_was_not_looked_at_keeps_a_clause_from_conforming(
    found: list[Look], added: Verdict
) -> None:
    after = every([*found, look("added", added, "no request was sent")])

    assert after.verdict is not Verdict.CONFORMS


@given(found=looks())
def test_all_that_is_needed_conforms_only_if_each_look_does(found: list[Look]) -> None:
    verdicts = {one_look.opinion.verdict for one_look in found}

    assert (every(found).verdict is Verdict.CONFORMS) == (verdicts == {Verdict.CONFORMS})


@given(found=looks())
def test_one_of_several_conforms_if_one_does_and_none_violates(found: list[Look]) -> None:
    verdicts = {one_look.opinion.verdict for one_look in found}
    wanted = Verdict.CONFORMS in verdicts and Verdict.VIOLATES not in verdicts

    assert (any_one(found).verdict is Verdict.CONFORMS) == wanted


@FOLDS
@given(found=looks())
def test_a_violation_outranks_everything(fold: Fold, found: list[Look]) -> None:
    is_there = any(one_look.opinion.verdict is Verdict.VIOLATES for one_look in found)

    assert (fold(found).verdict is Verdict.VIOLATES) == is_there


@FOLDS
@given(data=st.data(), found=looks())
def test_the_order_of_the_looks_does_not_matter(
    fold: Fold, data: st.DataObject, found: list[Look]
) -> None:
    other = data.draw(st.permutations(found))

    ours, theirs = fold(found), fold(other)

    assert ours.verdict is theirs.verdict
    assert sorted(ours.detail) == sorted(theirs.detail)


@FOLDS
@given(found=looks())
def test_a_fold_says_nothing_that_no_look_has_said(fold: Fold, found: list[Look]) -> None:
    verdicts = {one_look.opinion.verdict for one_look in found}

    assert fold(found).verdict in (verdicts or {Verdict.UNVERIFIED})


@given(found=looks(Verdict.CONFORMS, *OPEN))
def test_each_missing_look_is_named_with_its_reason_beside_what_was_shown(
    found: list[Look],
) -> None:
    opinion = every(found)
    missing = [one_look for one_look in found if one_look.opinion.verdict in OPEN]
    shown = [one_look for one_look in found if one_look.opinion.verdict is Verdict.CONFORMS]

    if missing and len(found) > 1:
        before, _, after = opinion.detail.partition("; shown: ")
        assert all(f"{one_look.name} ({one_look.opinion.detail})" in before for one_look in missing)
        assert after == ", ".join(one_look.name for one_look in shown)


def test_a_detail_reads_as_a_sentence_does() -> None:
    reason = "the profile read-only sends no POST"
    found = [
        look("listContacts", Verdict.CONFORMS, "the URL led to the operation"),
        look("createContact", Verdict.BLOCKED, reason),
        look("closeContact", Verdict.BLOCKED, reason),
        look("getContact", Verdict.UNVERIFIED, "no request got a response"),
    ]

    opinion = every(found)

    assert opinion == Opinion(
        Verdict.BLOCKED,
        "not shown: createContact, closeContact (the profile read-only sends no POST), "
        "getContact (no request got a response); shown: listContacts",
    )


def test_one_reason_for_everything_needs_no_names() -> None:
    found = [look(name, Verdict.BLOCKED, "no API key is known") for name in ("read", "write")]

    assert every(found) == Opinion(Verdict.BLOCKED, "no API key is known")
