"""The directives of a Content Security Policy."""

import pytest

from django_twentythree.csp import get_csp_directives

ONE = {"default": {"DOMAIN": "video.example.com"}}
PLATFORM = "https://video.example.com"
DELIVERY = "https://delivery.twentythree.com"


def test_get_csp_directives__one_workspace__allows_the_site_and_the_platform_only():
    assert get_csp_directives(ONE) == {
        "default-src": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "connect-src": ["'self'", PLATFORM],
        "img-src": ["'self'", PLATFORM, DELIVERY],
        "media-src": ["'self'", PLATFORM, DELIVERY],
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
        "img-src": ["'self'", PLATFORM, DELIVERY],
        "media-src": [PLATFORM, DELIVERY],
        "frame-src": [PLATFORM],
    }


def test_get_csp_directives__own_directives__are_widened_and_left_as_they_were():
    own = {"img-src": ["'self'", "data:"], "frame-ancestors": ("'none'",), "script-src": ["'self'", "cdn.example"]}
    assert get_csp_directives(ONE, own) == {
        "img-src": ["'self'", "data:", PLATFORM, DELIVERY],
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
        ({"DOMAIN": "video.example.com", "SCHEME": ["https"]}, []),
        ({"DOMAIN": "video.example.com", "SCHEME": {}}, []),
        ({"DOMAIN": "video.example.com", "SCHEME": None}, []),
        ({"DOMAIN": ["video.example.com"]}, []),
        ({"DOMAIN": "vid\udc80o.example.com"}, []),
        ({"DOMAIN": ""}, []),
        ({}, []),
        ("video.example.com", []),
    ],
)
def test_get_csp_directives__domain__is_written_as_policies_write_it(workspace, origins):
    directives = get_csp_directives({"default": workspace}, {"frame-src": ["'self'"]})
    assert directives["frame-src"] == ["'self'", *origins]


@pytest.mark.parametrize("workspaces", [{}, None, ["video.example.com"], {"default": {"DOMAIN": "", "SCHEME": []}}])
def test_get_csp_directives__nothing_to_show__names_no_host(workspaces):
    directives = get_csp_directives(workspaces)
    assert {source for sources in directives.values() for source in sources} == {"'self'", "'none'"}


def test_get_csp_directives__several_workspaces__name_the_place_of_their_files_once():
    directives = get_csp_directives({**ONE, "intranet": {"DOMAIN": "intranet.example.com"}})
    expected = ["'self'", PLATFORM, "https://intranet.example.com", DELIVERY]
    assert directives["img-src"] == directives["media-src"] == expected
    assert all(DELIVERY not in sources for name, sources in directives.items() if name not in {"img-src", "media-src"})


def test_get_csp_directives__no_workspace__allows_the_site_alone():
    directives = get_csp_directives({})
    assert {source for sources in directives.values() for source in sources} == {"'self'", "'none'"}
