"""What the reference says, held against the code."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.dispatch import Signal

from django_twentythree import signals, tasks, urls
from django_twentythree.conf import SETTING_NAMES, WORKSPACE_SETTING_NAMES

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
INTERNAL = {"Lease", "Recheck", "WorkspaceCondition"}
INTERNAL_COLUMNS = {
    "id", "fingerprint", "counters_fingerprint", "search_text", "sort_title", "is_concealed", "active_key",
    "lease_until", "is_rerun_requested", "is_acceptance_requested", "due_at", "recordings_observed_at",
}  # fmt: skip


def read(page: str) -> str:
    return (DOCS / page).read_text()


@pytest.mark.parametrize("name", sorted(SETTING_NAMES | WORKSPACE_SETTING_NAMES))
def test_settings_reference__names_every_setting(name):
    assert f"`{name}`" in read("reference/settings.md")


@pytest.mark.parametrize("name", [n for n in sorted(get_commands()) if n.startswith("twentythree_")])
def test_commands_reference__names_every_command_and_option(name):
    page = read("reference/commands.md")
    assert f"## `{name}" in page
    if name == "twentythree_sync":
        parser = load_command_class("django_twentythree", name).create_parser("manage.py", name)
        own = {o for action in parser._actions for o in action.option_strings if o.startswith("--")}
        django = {"--help", "--version", "--verbosity", "--settings", "--pythonpath", "--traceback", "--no-color",
                  "--force-color", "--skip-checks"}  # fmt: skip
        assert {option for option in own - django if f"`{option}" not in page} == set()


def test_models_reference__names_every_model_and_column():
    page = read("reference/models.md")
    models = [m for m in apps.get_app_config("twentythree").get_models() if m.__name__ not in INTERNAL]
    absent = {
        f"{model.__name__}.{field.name}"
        for model in models
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.name not in INTERNAL_COLUMNS and f"`{field.name}`" not in page
    }
    assert absent == set()
    assert all(f"| `{model.__name__}` |" in page for model in models)


def test_signals_reference__names_every_signal_and_task():
    page = read("reference/signals-and-tasks.md")
    names = [name for name, value in vars(signals).items() if isinstance(value, Signal)]
    assert len(names) == 7
    assert all(f"`{name}`" in page for name in names)
    for task in (tasks.run_due, tasks.sync_resource, tasks.refresh_photo, tasks.process_notifications):
        assert f"`{task.name}(" in page


def test_urls_reference__names_every_url():
    page = read("reference/urls.md")
    assert {pattern.name for pattern in urls.urlpatterns if pattern.name and f"`{pattern.name}`" not in page} == set()


def test_how_to_pickers__names_what_there_is():
    page = read("how-to/pickers.md")
    names = re.findall(r"^from (django_twentythree[\w.]*) import (.*?)$", page, re.MULTILINE)
    assert len(names) > 5
    for module, imported in names:
        for name in imported.split(", "):
            assert hasattr(import_module(module), name), f"{module}.{name}"


@pytest.mark.parametrize("path", sorted(str(p.relative_to(ROOT)) for p in [*DOCS.rglob("*.md"), ROOT / "README.md"]))
def test_pages__links_within_the_project__lead_somewhere(path):
    text = (ROOT / path).read_text()
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text):
        assert ((ROOT / path).parent / target).exists(), target


def test_readme__dependencies__are_all_named():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    readme = (ROOT / "README.md").read_text()
    requirements = [*project["dependencies"], *project["optional-dependencies"]["testing"]]
    names = [re.split(r"[\[>=<]", requirement)[0] for requirement in requirements]
    assert [name for name in names if f"`{name}`" not in readme] == []
