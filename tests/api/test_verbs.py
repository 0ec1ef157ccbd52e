"""Verbs of version 2, path by path as the reference lists them where they are out of the ordinary."""

import pytest

from django_twentythree.api.verbs import is_reading, takes_get


@pytest.mark.parametrize(
    ("method", "by_get", "is_read"),
    [
        ("2/photo/list", True, True),
        ("2/site/get", True, True),
        ("2/analytics/data/videos/timeseries", True, True),
        ("2/live/webinar/info", True, True),
        ("2/player/list", False, True),
        ("2/app/list", False, True),
        ("2/seo/get", False, True),
        ("2/seo/status", False, True),
        ("2/audience/field/types", False, True),
        ("2/agentic/session/list", False, True),
        ("2/photo/get-upload-token", True, False),
        ("2/live/series/apply-recurrence", True, False),
        ("2/live/series/skip-recurrence", True, False),
        ("2/comment/clone", True, False),
        ("2/comment/reaction/add", True, False),
        ("2/collector/include", True, False),
        ("2/photo/update", False, False),
        ("2/webhook/subscribe", False, False),
        ("2/never/heard-of", False, False),
        ("player/list", True, True),
        ("photo/get-upload-token", False, False),
        ("live/webinar/info", False, False),
    ],
)
def test_verb__of_a_method__is_the_reference_s(method, by_get, is_read):
    assert (takes_get(method), is_reading(method)) == (by_get, is_read)
