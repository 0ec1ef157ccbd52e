"""The directives of a Content Security Policy."""

import pytest

from django_twentythree.csp import get_csp_directives

ONE = {"default": {"DOMAIN": "video.example.com"}}
PLATFORM = "https://video.example.com"


def test_get_csp_directives__one_workspace__allows_the_site_and_the_platform_only():
    assert get_csp_directives(ONE) == {
        "default-src": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "connect-src": ["'self'", PLATFORM],
        "img-src": ["'self'", PLATFORM],
        "media-src": ["'self'", PLATFORM],
        "frame-src": ["'self'", PLATFORM],
        "form-action": ["'self'", PLATFORM],
    }


def test_get_csp_directives__without_uploads__sends_nothing_to_the_platform():
    directives = get_csp_directives(ONE, {"default-src": ["'none'"], "form-action": ["'self'"]}, uploads=False)
    assert directives == {
        "default-src": ["'none'"],
        "form-action": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "connect-src": ["'self'"],
        "img-src": ["'self'", PLATFORM],
        "media-src": [PLATFORM],
        "frame-src": [PLATFORM],
    }


def test_get_csp_directives__own_directives__are_widened_and_left_as_they_were():
    own = {"img-src": ["'self'", "data:"], "frame-ancestors": ("'none'",), "script-src": ["'self'", "cdn.example"]}
    assert get_csp_directives(ONE, own) == {
        "img-src": ["'self'", "data:", PLATFORM],
        "frame-ancestors": ["'none'"],
        "script-src": ["'self'", "cdn.example"],
    }
    assert own["img-src"] == ["'self'", "data:"]


def test_get_csp_directives__no_restriction__makes_none():
    assert get_csp_directives(ONE, {}) == {}


@pytest.mark.parametrize(
    ("workspace", "origins"),
    [
        ({"DOMAIN": "127.0.0.1:8024", "SCHEME": "http"}, ["http://127.0.0.1:8024"]),
        ({"DOMAIN": "[::1]:8024", "SCHEME": "http"}, ["http://[::1]:8024"]),
        ({"DOMAIN": "vidéo.example.com"}, ["https://xn--vido-dpa.example.com"]),
        ({"DOMAIN": "evil.example; script-src *"}, []),
        ({"DOMAIN": "x" * 300}, []),
        ({"DOMAIN": "video.example.com", "SCHEME": "javascript"}, []),
        ({"DOMAIN": ""}, []),
        ({}, []),
        ("video.example.com", []),
    ],
)
def test_get_csp_directives__domain__is_written_as_policies_write_it(workspace, origins):
    directives = get_csp_directives({"default": workspace}, {"img-src": ["'self'"]})
    assert directives["img-src"] == ["'self'", *origins]


def test_get_csp_directives__no_workspace__allows_the_site_alone():
    directives = get_csp_directives({})
    assert {source for sources in directives.values() for source in sources} == {"'self'", "'none'"}
