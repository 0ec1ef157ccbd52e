"""The scripts: what of them needs no browser is tested by node, and no module imports another."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from django_twentythree.pickers.options import PickerOptions
from django_twentythree.pickers.widgets import PickerWidget, PositionWidget

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "django_twentythree/static/django_twentythree"
TESTS = sorted(ROOT.glob("tests/scripts/*.test.js"))


def find_node() -> str:
    """Return the path of node; without it the test is skipped, or fails where CI=true."""
    if path := shutil.which("node"):
        return path
    reason = "there is no node on this machine (on Debian: apt-get install nodejs)"
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_script__tested_by_node__passes(path: Path) -> None:
    done = subprocess.run(
        [find_node(), "--test", "--test-reporter=tap", str(path)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(re.findall(r"^# pass (\d+)$", done.stdout, re.MULTILINE)[0]) > 0


@pytest.mark.parametrize("path", sorted(SCRIPTS.rglob("*.js")), ids=lambda path: path.name)
def test_script__collected_under_another_name__is_imported_by_no_other(path: Path) -> None:
    # ManifestStaticFilesStorage renames files, but not in the imports of scripts, unless a project asks for it.
    assert re.findall(r"\bimport\b.*|\bfrom\s+[\"'].*", strip_comments(path.read_text())) == []


def strip_comments(script: str) -> str:
    return re.sub(r"/\*.*?\*/|^\s*//.*?$", "", script, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("widget", [PickerWidget(PickerOptions(model="photo")), PositionWidget()], ids=type)
def test_scripts__of_a_widget__stand_behind_those_that_they_use(widget: PickerWidget | PositionWidget) -> None:
    provided: set[str] = set()
    for name in re.findall(r"django_twentythree/(picker/\w+)\.js", str(widget.media)):
        script = strip_comments((SCRIPTS / f"{name}.js").read_text())
        used = find_names(r"const \{([^}]*)\} = globalThis\.djangoTwentyThree;", script)
        used |= find_names(r"\bshared\.(\w+)", script)
        assert used <= provided, name
        provided |= find_names(r"\.\.\.globalThis\.djangoTwentyThree,([^}]*)\}", script)
    assert "fillIn" in provided


def find_names(pattern: str, script: str) -> set[str]:
    return {name.strip() for names in re.findall(pattern, script) for name in names.split(",")} - {""}
