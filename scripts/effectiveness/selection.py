"""Which of the derived faults are on with a seed: there are far more than there is time for.

Of those of one rule that break the same clauses a few are chosen at random, fewer of those that change
whole calls, since they have to be on alone, and of those in one form of a call. Each clause keeps a fault.
A further seed takes some faults of each clause from such a choice of its own.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence

from ccaas_kit.faults.fault import Fault
from effectiveness.batches import Extent

# So many faults of a rule that break the same clauses, that change whole calls, and that do so in a form.
_ALIKE, _WHOLE, _IN_A_FORM = 1, 2, 1
# So many faults of a clause are on with a further seed.
_OF_A_CLAUSE = 2
# Rules that tell conditions apart, each of which counts for itself.
_BY_CONDITION = frozenset({"status-replaced", "refused-as-served", "unknown-served"})


def of(faults: Iterable[Fault], seed: int) -> list[str]:
    """The names of the faults that are on with a seed; of those written by hand all are."""
    chosen, left = [], []
    groups: dict[Hashable, list[Fault]] = {}
    for fault in faults:
        if fault.rule:
            groups.setdefault(_group(fault), []).append(fault)
        else:
            chosen.append(fault)
    chance = random.Random(seed)
    for group in groups.values():
        chance.shuffle(group)
        count = _count(group[0])
        chosen += group[:count]
        left += group[count:]
    covered = {clause for fault in chosen for clause in _own(fault)}
    # Of what is left those in every form come first: the calls of a run may have none of one form.
    for fault in sorted(left, key=lambda fault: fault.form != ""):
        if not covered.issuperset(_own(fault)):
            covered.update(_own(fault))
            chosen.append(fault)
    return [fault.name for fault in chosen]


def further(names: Sequence[str], extents: Mapping[str, Extent], seed: int) -> list[str]:
    """Some of these faults, chosen at random: enough that each clause has two of its own, where there are two."""
    shuffled = list(names)
    random.Random(seed).shuffle(shuffled)
    count: Counter[str] = Counter()
    chosen = []
    for name in shuffled:
        own = extents[name].own
        if not extents[name].is_broad and any(count[clause] < _OF_A_CLAUSE for clause in own):
            count.update(own)
            chosen.append(name)
    return chosen


def spread(names: Sequence[str], count: int) -> list[str]:
    """So many of the names, spread evenly over their list; all of them for 0."""
    if not 0 < count < len(names):
        return list(names)
    return [names[index * len(names) // count] for index in range(count)]


def _group(fault: Fault) -> Hashable:
    """What is alike among faults."""
    if fault.form and fault.is_whole:
        return (fault.operation, fault.form)
    where = (fault.operation, fault.rule, fault.form)
    if fault.form or fault.is_whole:
        return where
    return (*where, _own(fault), fault.alters if fault.rule in _BY_CONDITION else "")


def _count(fault: Fault) -> int:
    if fault.is_whole:
        return _WHOLE
    return _IN_A_FORM if fault.form else _ALIKE


def _own(fault: Fault) -> frozenset[str]:
    return frozenset(fault.breaks) - frozenset(fault.beside)
