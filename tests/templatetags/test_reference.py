"""The reference page against the code: what exists is named there."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

import django_twentythree
from django_twentythree.listings import ORDERS
from django_twentythree.rendering import NAMED_SIZES, OPTION_NAMES, Embed, UnavailableReason
from django_twentythree.templatetags.twentythree import register

ROOT = Path(django_twentythree.__file__).parent
PAGE = (ROOT.parent / "docs/reference/template-tags.md").read_text()
TEMPLATES = sorted(
    str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates/twentythree").rglob("*.html")
)


@pytest.mark.parametrize("name", [*sorted(OPTION_NAMES), *NAMED_SIZES, *map(str, UnavailableReason), *TEMPLATES])
def test_reference__names_of_options_sizes_reasons_and_templates__are_there(name):
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", [field.name for field in fields(Embed)])
def test_reference__fields_of_embed__are_there(name):
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", sorted(ORDERS))
def test_reference__orders__are_there(name):
    assert f'`"{name}"`' in PAGE


@pytest.mark.parametrize("name", [*register.tags, *register.filters])
def test_reference__tags_and_filters__are_there(name):
    assert name in PAGE


@pytest.mark.parametrize("name", ["radius", "margin", "background", "accent", "portrait-width"])
def test_reference__custom_properties__are_those_of_the_stylesheet(name):
    assert f"`--twentythree-{name}`" in PAGE
    assert f"var(--twentythree-{name}," in (ROOT / "static/django_twentythree/embed.css").read_text()
