"""The mutants of a module, and a sample of them that is the same on each run.

A place in a file gives at most one mutant: the many ways to replace one operator would
fill a sample with mutants that any test kills.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

# Operators that turn a condition around, move a limit or leave something out. Others of Cosmic Ray
# replace an operator by one that raises, which any test notices, or that says the same.
_OPERATORS = re.compile(
    r"core/(AddNot|Replace(True|False|And|Or|Break|Continue)With\w+|ExceptionReplacer|NumberReplacer"
    r"|RemoveDecorator|ZeroIterationForLoop|ReplaceUnaryOperator_(Delete_\w+|USub_UAdd)"
    r"|ReplaceComparisonOperator_(Eq_NotEq|NotEq_Eq|Is_IsNot|IsNot_Is"
    r"|Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt|Lt_GtE|LtE_Gt|Gt_LtE|GtE_Lt)"
    r"|ReplaceBinaryOperator_(Add_Sub|Sub_Add|Mul_Add|Div_Mul|FloorDiv_Mul|Mod_Mul|Pow_Mul"
    r"|BitOr_BitAnd|BitAnd_BitOr|BitXor_BitAnd|RShift_LShift|LShift_RShift))"
)
Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of a module: which operator changes which of the places where it applies."""

    operator: str
    occurrence: int
    line_number: int
    line: str
    becomes: str
    code: str

    def shown(self) -> str:
        """The mutant as a difference of one line."""
        return f"line {self.line_number}: {self.operator}\n  - {self.line}\n  + {self.becomes}"


def sample(source: str, seed: str, size: int) -> list[Mutant]:
    """So many mutants of a source, in the order of the file.

    Which ones are drawn depends on the text of each line and not on its number, so that a change
    elsewhere in the file leaves the sample as it is.
    """
    drawn = sorted(_one_a_place(source, seed))
    possible = (_mutant(source, name, occurrence) for _, name, occurrence in drawn)
    chosen = list(
        islice((mutant for mutant in possible if mutant and _is_python(mutant.code)), size)
    )
    return sorted(chosen, key=lambda mutant: (mutant.line_number, mutant.operator))


def _one_a_place(source: str, seed: str) -> Iterator[tuple[str, str, int]]:
    best: dict[Position, tuple[str, str, int]] = {}
    for name, occurrence, start, rank in _ranked(source, seed):
        best[start] = min(best.get(start, ("~", "", 0)), (rank, name, occurrence))
    yield from best.values()


def _ranked(source: str, seed: str) -> Iterator[tuple[str, int, Position, str]]:
    """Each possible mutant with its place and its rank in the draw."""
    lines = source.splitlines()
    silent = list(_silent(source))
    nodes = list(ast_nodes(get_ast(source)))
    seen: Counter[str] = Counter()
    for name in plugins.operator_names():
        operator = plugins.get_operator(name)
        if operator.arguments() or not _OPERATORS.fullmatch(name):
            continue
        places = [place for node in nodes for place in operator().mutation_positions(node)]
        for occurrence, (start, _) in enumerate(places):
            if any(first <= start < last for first, last in silent):
                continue
            text = f"{seed}\n{name}\n{lines[start[0] - 1].strip()}"
            seen[text] += 1
            yield name, occurrence, start, sha256(f"{text}\n{seen[text]}".encode()).hexdigest()


def _silent(source: str) -> Iterator[tuple[Position, Position]]:
    """What has no effect when a program runs: annotations, and the decorators of classes."""
    for node in ast.walk(ast.parse(source)):
        found: list[ast.expr | None] = []
        if isinstance(node, ast.FunctionDef):
            found = [node.returns]
        elif isinstance(node, ast.arg | ast.AnnAssign):
            found = [node.annotation]
            if isinstance(node, ast.AnnAssign) and "TypeAlias" in ast.unparse(node.annotation):
                found.append(node.value)
        elif isinstance(node, ast.ClassDef):
            found = [*node.decorator_list]
        for expression in found:
            if expression is not None:
                # From the beginning of the line, so that the sign of a decorator is in it.
                column = 0 if isinstance(node, ast.ClassDef) else expression.col_offset
                yield (
                    (expression.lineno, column),
                    (expression.end_lineno or 0, expression.end_col_offset or 0),
                )


def _mutant(source: str, name: str, occurrence: int) -> Mutant | None:
    try:
        code = mutate_code(source, plugins.get_operator(name)(), occurrence)
    except AttributeError:
        # Cosmic Ray 8.7.0 fails on an exception with a dot in its name, such as `binascii.Error`.
        return None
    before, after = source.splitlines(), code.splitlines()
    number = next(
        (n for n, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), 0
    )
    return Mutant(
        name.removeprefix("core/"),
        occurrence,
        number + 1,
        before[number].strip(),
        after[number].strip(),
        code,
    )


def _is_python(code: str) -> bool:
    """Whether a mutant can be compiled: the sign of keyword-only parameters is no multiplication."""
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True
