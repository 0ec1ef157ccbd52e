from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.utils import translation

from django_twentythree.rendering import UnavailableReason, describe_unavailable, is_editor_preview, render_notice


@pytest.mark.parametrize("obstacle", list(UnavailableReason))
def test_describe_obstacle__each__has_a_sentence(obstacle):
    sentence = describe_unavailable(obstacle, title="100% %(x)s", missing_since=datetime(2024, 5, 3, tzinfo=UTC))
    assert sentence.endswith(".")


def test_describe_obstacle__gone__says_since_when():
    with translation.override("en"):
        sentence = describe_unavailable(
            UnavailableReason.GONE, title="Onboarding", missing_since=datetime(2024, 5, 3, 12, tzinfo=UTC)
        )
    assert sentence == "Visitors do not see “Onboarding”: it is gone from TwentyThree since May 3, 2024."


def test_render_notice__hostile_title__is_escaped():
    html = render_notice(UnavailableReason.UNPUBLISHED, title="<script>", classes='"><script>')
    assert html.startswith('<p class="twentythree-notice twentythree-notice-unpublished ')
    assert 'role="note"' in html
    assert "<script>" not in html


@pytest.mark.parametrize(
    "request_",
    [
        SimpleNamespace(is_preview=True),
        SimpleNamespace(toolbar=SimpleNamespace(edit_mode_active=True)),
        SimpleNamespace(toolbar=SimpleNamespace(preview_mode_active=True)),
    ],
)
def test_is_editor_preview__wagtail_or_django_cms__is_one(request_):
    assert is_editor_preview(request_)


@pytest.mark.parametrize(
    "request_",
    [
        None,
        SimpleNamespace(),
        SimpleNamespace(is_preview=False, toolbar=None),
        SimpleNamespace(toolbar=SimpleNamespace(edit_mode_active=False, preview_mode_active=None)),
    ],
)
def test_is_editor_preview__visitor__is_none(request_):
    assert not is_editor_preview(request_)
