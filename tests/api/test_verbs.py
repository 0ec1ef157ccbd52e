"""Verbs of version 2: all paths that the reference lists, and what the exceptions mean for trying again."""

from pathlib import Path

import pytest

from django_twentythree.api.verbs import CHANGING_BY_GET, READ_BY_GET, READ_BY_POST, is_reading, takes_get

# Verb and path of each operation, in the order of the reference's section 12; "changes": a GET that changes data.
PATHS = [line.split() for line in Path(__file__).with_name("version2_paths.txt").read_text().splitlines()]


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
        ("2/presentation/setting/list", True, True),
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


@pytest.mark.parametrize(("verb", "path"), [line[:2] for line in PATHS])
def test_verb__of_every_path_of_version_2__is_the_one_it_names(verb, path):
    assert takes_get(f"2/{path}") == (verb == "GET")


@pytest.mark.parametrize("path", [line[1] for line in PATHS if line[2:]])
def test_get_that_changes_data__is_not_repeated(path):
    assert not is_reading(f"2/{path}")


def test_exceptions__are_paths_of_version_2():
    assert len(PATHS) == 249
    assert {path for _, path, *_ in PATHS} >= READ_BY_POST | READ_BY_GET | CHANGING_BY_GET
