"""Tests of the grammar of a host."""

import pytest

from django_twentythree.hosts import Host, read_host


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("video.example.com", Host("video.example.com", None)),
        ("Video.Example.com:8443", Host("video.example.com", 8443)),
        ("vidéo.example", Host("vidéo.example", None)),
        ("my_sandbox:8023", Host("my_sandbox", 8023)),
        ("127.0.0.1:1", Host("127.0.0.1", 1)),
        ("[::1]:65535", Host("[::1]", 65_535)),
        ("a" * 63, Host("a" * 63, None)),
    ],
)
def test_read_host__name_or_address__is_read(text: str, host: Host) -> None:
    assert read_host(text) == host


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "a b", "a..b", ".a", "a.", "-a", "a-", "_a", "*.a", "a/", "https://a", "user@a", "a?b", "a\n"),
        *("a:", "a:0", "a:65536", "a:x", "a:٣", "[::1", "[::g]", "[1.2.3]", "::1", "a" * 64, "x." * 130 + "com"),
    ],
)
def test_read_host__anything_else__is_none(text: str) -> None:
    assert read_host(text) is None
