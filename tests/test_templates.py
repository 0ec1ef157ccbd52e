"""How templates are written."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = [
    path for where in ("django_twentythree/templates", "example_project") for path in (ROOT / where).rglob("*.html")
]
MAX_LENGTH = 120


def test_templates__of_package_and_example__are_found() -> None:
    assert {"dialog.html", "player.html", "change_form.html", "base.html"} <= {path.name for path in TEMPLATES}


@pytest.mark.parametrize("path", sorted(TEMPLATES), ids=lambda path: str(path.relative_to(ROOT)))
def test_template__has_no_line_longer_than_120(path: Path) -> None:
    lines = enumerate(path.read_text().splitlines(), start=1)
    assert {number: line for number, line in lines if len(line) > MAX_LENGTH} == {}
