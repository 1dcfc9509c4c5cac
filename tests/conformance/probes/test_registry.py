"""The registry of probes: each name once, each says what it holds, each asked for by a clause."""

from __future__ import annotations

import re
from collections import Counter

from ccaas_kit.contract import clauses
from ccaas_kit.contract.clauses import Kind
from ccaas_kit.probes import _MODULES, PROBES


def test_each_name_stands_once() -> None:
    names = Counter(probe.name for module in _MODULES for probe in module.PROBES)

    assert {name for name, count in names.items() if count > 1} == set()


def test_each_probe_says_what_it_holds() -> None:
    for name, probe in PROBES.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name), name
        assert len(probe.says.split()) >= 3, name


def test_each_probe_is_asked_for() -> None:
    asked = {
        check.subject
        for clause in clauses.load()
        for check in clause.checked_by
        if check.kind is Kind.PROBE
    }

    assert set(PROBES) == asked
