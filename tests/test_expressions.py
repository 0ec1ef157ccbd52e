"""Every regular expression of the package takes time in proportion to what it reads, whatever that is."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from heapq import nlargest
from itertools import product, starmap
from pathlib import Path
from typing import Any

import pytest

import django_twentythree

LENGTHS = (25_000, 250_000)
LIMIT_SECONDS = 0.2
"""Of the processor's time, for the longer of them; a tenth of it for the other, or time would grow with the square."""
SAMPLE_LENGTH = 2_500
SLOWEST = 3
"""So many of the samples, those that took longest, are read at their full length."""

OPERATIONS: dict[str, Callable[[re.Pattern[Any], Any], Any]] = {
    "fullmatch": re.Pattern.fullmatch,
    "findall": re.Pattern.findall,
}
"""All that can be asked: `match` is where `fullmatch` begins, `search` where `findall` and its like do."""

OF_A_CLASS = {r"\s": " ", r"\S": "s", r"\w": "w", r"\W": "-", r"\d": "0", r"\D": "d", r"\b": "", r"\Z": ""}
MANY = "\x00\n é夜0a="
"""What most classes have some of, whether they are told by what is in them or by what is not."""
FORMS = ("both over and over", "many of the second after the first", "many of the second before the first")


def iter_modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages(django_twentythree.__path__, "django_twentythree."):
        if ".migrations" not in found.name:
            yield importlib.import_module(found.name)


def iter_patterns(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from iter_patterns(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from iter_patterns(inner)


def iter_calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of the module `re`, with the place where it stands."""
    root = Path(django_twentythree.__path__[0])
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="re"))):
                    yield f"{path.relative_to(root)}:{node.lineno}", node


def read_flags(call: ast.Call) -> re.RegexFlag:
    flags = re.NOFLAG
    for argument in (*call.args[1:], *(keyword.value for keyword in call.keywords)):
        for node in ast.walk(argument):
            if isinstance(node, ast.Attribute) and isinstance(getattr(re, node.attr, None), re.RegexFlag):
                flags |= getattr(re, node.attr)
    return flags


@cache
def collect_patterns() -> dict[re.Pattern[Any], str]:
    """Return all patterns, those of the modules and those that stand in a call, and where each was found."""
    found: dict[re.Pattern[Any], str] = {}
    for module in iter_modules():
        for name, value in vars(module).items():
            for pattern in iter_patterns(value):
                found.setdefault(pattern, f"{module.__name__}.{name}")
    for place, call in iter_calls():
        if isinstance(call.args[0], ast.Constant):
            found.setdefault(re.compile(call.args[0].value, read_flags(call)), place)
    return found


def read_units(pattern: re.Pattern[Any]) -> list[str]:
    """Return the characters and words that stand in a pattern, one for each of its classes, and some others."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    pieces = re.findall(r"\\.|\w+|.", re.sub(r"\\U\w{8}|\\u\w{4}|\\x\w{2}", "", text), re.DOTALL)
    read = (OF_A_CLASS.get(piece, re.sub(r"\d+", "0", piece.removeprefix("\\"))) for piece in pieces)
    return list(dict.fromkeys(unit for unit in (*read, *MANY) if unit))


@dataclass(frozen=True, order=True)
class Hostile:
    """A text that begins, again and again, like a match: a run of one piece, of two in turn, a near miss."""

    form: str
    one: str
    other: str

    def write(self, length: int) -> str:
        before, run, after = {
            "both over and over": ("", self.one + self.other, ""),
            "many of the second after the first": (self.one, self.other, "\x00"),
            "many of the second before the first": ("", self.other, self.one + "\x00"),
        }[self.form]
        return before + run * (length // len(run)) + after


def measure(operation: str, pattern: re.Pattern[Any], hostile: Hostile, length: int) -> float:
    """Return the processor's seconds that an operation takes, whatever else the machine is busy with."""
    text = hostile.write(length)
    given = text if isinstance(pattern.pattern, str) else text.encode()
    started = time.thread_time()
    OPERATIONS[operation](pattern, given)
    return time.thread_time() - started


def find_slow(pattern: re.Pattern[Any]) -> str:
    """Return what takes longer than it may of what can be asked of a pattern, "" for nothing."""
    samples = (
        (measure(operation, pattern, hostile, SAMPLE_LENGTH), operation, hostile)
        for hostile in starmap(Hostile, product(FORMS, *[read_units(pattern)] * 2))
        for operation in OPERATIONS
    )
    for _, operation, hostile in nlargest(SLOWEST, samples):
        for length in LENGTHS:
            seconds = min(measure(operation, pattern, hostile, length) for _ in range(3))
            if seconds > LIMIT_SECONDS * length / LENGTHS[-1]:
                return f"{operation} of {length} characters takes {seconds:.3f} s: {hostile}"
    return ""


def test_expressions__of_the_package__are_all_known():
    """What is made while the program runs is not looked at, so there is none."""
    compiled = {pattern.pattern for pattern in collect_patterns()}
    assert len(compiled) > 80
    for place, call in iter_calls():
        pattern = call.args[0]
        if isinstance(pattern, ast.Call) and ast.unparse(pattern.func).endswith(".encode"):
            pattern = pattern.func.value  # type: ignore[attr-defined]  # of bytes, from a text with parts that others share
        if isinstance(pattern, ast.Constant):
            assert pattern.value in compiled, place
        else:
            assert isinstance(pattern, ast.JoinedStr), f"{place} looks for what a variable says"
            assert isinstance(call.func, ast.Attribute)
            assert call.func.attr == "compile", f"{place} makes a pattern anew with each call"


def test_find_slow__quadratic_pattern__is_found():
    assert find_slow(re.compile(r"\w+@"))
    assert not find_slow(re.compile(r"(?<!\w)\w++@"))


@pytest.mark.parametrize("pattern", [pytest.param(pattern, id=place) for pattern, place in collect_patterns().items()])
def test_expressions__hostile_text__take_linear_time(pattern):
    assert not find_slow(pattern)
