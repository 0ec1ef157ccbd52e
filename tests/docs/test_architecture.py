"""What the pages for contributors say of the code: modules, layers and tests that must be there."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "django_twentythree"
EXPLANATION = ROOT / "docs/explanation"
ARCHITECTURE = EXPLANATION / "architecture.md"
PAGES = [
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    ARCHITECTURE,
    EXPLANATION / "glossary.md",
    *sorted((EXPLANATION / "decisions").glob("*.md")),
]
STARTS = (
    ROOT,
    PACKAGE,
    PACKAGE / "static/django_twentythree",
    PACKAGE / "templates/twentythree",
    PACKAGE / "testing/sandbox",
    ROOT / "docs/reference",
)
"""Where the paths of these pages begin."""
ELSEWHERE = {"filters.js", "__init__.py", "dist/"}
"""What is told without its folder, or made by a build."""


def find_paths(text: str) -> set[str]:
    return set(re.findall(r"`([\w./-]+\.(?:py|js|html|md|toml)|[a-z_]+/)`", text)) - ELSEWHERE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages__files_and_folders__are_there(page):
    absent = {path for path in find_paths(page.read_text()) if not any((start / path).exists() for start in STARTS)}
    assert absent == set()


def test_pages__tests_that_are_named__are_there():
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    names = set(chain.from_iterable(re.findall(r"`(test_\w+__\w+)`", page.read_text()) for page in PAGES))
    assert len(names) >= 2
    assert {name for name in names if f"def {name}(" not in tests} == set()


def test_architecture__map__has_the_layers_in_their_order():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = [set(layer.split(" | ")) for layer in contracts[0]["layers"]]
    told: list[set[str]] = []
    for number, rooms in re.findall(r"^\| *(\d*) *\| ((?:`\w+`(?:, )?)+) \|", ARCHITECTURE.read_text(), re.MULTILINE):
        if number:
            told.append(set())
        told[-1] |= set(re.findall(r"\w+", rooms))
    assert told == layers


def test_architecture__journeys__have_as_many_modules_as_their_headings_say():
    parts = re.split(r"^#{2,3} ", ARCHITECTURE.read_text(), flags=re.MULTILINE)
    journeys: dict[str, tuple[int, set[str]]] = {}
    for part in parts:
        heading, _, body = part.partition("\n")
        if counted := re.search(r"[:(] ?(\d+) modules", heading):
            rows = re.findall(r"^\| (`.*?|\*stretch [AB]\*) \|", body, re.MULTILINE)
            modules = {path for row in rows for path in re.findall(r"`([\w/]+\.py)`", row)}
            for row in rows:
                if shared := re.fullmatch(r"\*(stretch [AB])\*", row):
                    modules |= journeys[f"S{shared[1][1:]}"][1]
            journeys[re.split(r"[:(]", heading)[0].strip()] = int(counted[1]), modules
    assert len(journeys) == 7
    assert {heading: len(modules) for heading, (_, modules) in journeys.items()} == {
        heading: number for heading, (number, _) in journeys.items()
    }


def test_decisions__each__is_linked_and_short():
    records = sorted((EXPLANATION / "decisions").glob("*.md"))
    assert records
    for record in records:
        text = record.read_text()
        assert f"(decisions/{record.name})" in ARCHITECTURE.read_text()
        assert len(text.splitlines()) < 25
        assert re.findall(r"^\*\*([\w ]+)\.\*\*", text, re.MULTILINE) == [
            "What looks odd",
            "Context",
            "Decision",
            "Consequence",
        ]
