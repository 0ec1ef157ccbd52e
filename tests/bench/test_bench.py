from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from rich.console import Console

from bench.measurement import Budget, Measurement
from bench.table import show

ROOT = Path(__file__).resolve().parents[2]


def run_bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "CI"}}
    command = [sys.executable, "-m", "bench", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


LINES = {
    "1": [("first full listing", "x"), ("first full listing", None)],
    "2": [("the same 40", "x"), ("the same 40", "rows written"), ("the same 40", None)],
    "4": [("peak memory above", "MB"), ("peak memory above", "MB")],
    "5": [("10 pingbacks about", "requests"), ("10 pingbacks about", "rows wrong")] * 2,
    "6": [("the view that", "queries"), ("a page with", "queries"), ("a page with", "ms each")],
    "7": [
        *[("the picker: " + name, None) for name in ("open", "search", "filter", "sort", "search,")],
        ("the picker in", None),
        ("the picker in", "queries"),
        # Against Django's field, and where Wagtail is installed, against its chooser.
        *[("the picker's searches", None)] * (2 if find_spec("wagtail") else 1),
    ],
    "growth": [
        ("first listing: time", "x"),
        ("first listing: peak", "MB"),
        ("nothing changed: time", "x"),
        ("nothing changed: peak", "MB"),
        ("only downloading: time", None),
        ("only downloading: peak", "MB"),
    ],
}
"""How each line of a row begins, and the unit of its budget."""


@pytest.mark.parametrize("rows", [("2", "5", "6"), pytest.param(tuple(LINES), marks=pytest.mark.long)], ids=len)
def test_bench__tiny_library_on_sqlite__measures_every_row_asked_for(rows):
    done = run_bench("--short", "--photos", "40", "--databases", "sqlite", "--rows", ",".join(rows), "--json")

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(" ".join(line["work"].split()[:3]), line["budget"] and line["budget"]["unit"]) for line in lines] == [
        line
        for row in rows
        for line in LINES[row]  # type: ignore[attr-defined]
    ], done.stderr
    assert {line["database"] for line in lines} == {"SQLite"}
    # What does not depend on time: no row written, none wrong, and few queries.
    figures = {(line["budget"] or {}).get("unit"): line["is_kept"] for line in lines}
    assert all(figures[unit] for unit in ("rows written", "rows wrong", "queries"))
    # Of so few photos, what is measured is mostly overhead; a budget may well be missed.
    assert done.returncode == 0  # of a small library only failures to measure count


@pytest.mark.parametrize("arguments", [("--rows", "99"), ("--rows", "one"), ("--databases", "oracle")])
def test_bench__what_it_cannot_measure__is_refused_in_one_line(arguments):
    done = run_bench(*arguments)

    assert done.returncode == 2
    assert "choose of" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("budget", "figure", "is_kept", "shown"),
    [
        (Budget(5, is_floor=True), 8.123, True, ["8.12x", "≥ 5x", "kept"]),
        (Budget(5, is_floor=True), 4.99, False, ["4.99x", "≥ 5x", "MISSED"]),
        (Budget(30, "MB"), 12.5, True, ["12.50 MB", "≤ 30 MB", "kept"]),
        (Budget(3, "queries"), 4, False, ["4 queries", "≤ 3 queries", "MISSED"]),
    ],
)
def test_show__a_measurement__has_figure_budget_and_verdict(budget, figure, is_kept, shown):
    measurement = Measurement(work="work", database="SQLite", value="1 s", figure=figure, budget=budget)
    page = io.StringIO()

    show([measurement], Console(file=page, width=160))

    assert measurement.is_kept is is_kept
    assert all(text in page.getvalue() for text in shown)
    assert Measurement.from_json(measurement.to_json()) == measurement
