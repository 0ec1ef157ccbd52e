from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.safestring import SafeString

from django_twentythree.rendering import format_duration, render_description, sanitize_html
from django_twentythree.rendering.markup import format_data_attributes


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3800, "1:03:20"),
        (247, "4:07"),
        (55.248, "0:55"),
        (0, "0:00"),
        ("92.36", "1:32"),
        (Decimal("59.9"), "0:59"),
        (timedelta(hours=27, seconds=5), "27:00:05"),
    ],
)
def test_format_duration__duration__is_as_players_show_it(seconds, text):
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    "seconds", [None, "", "soon", -1, math.nan, math.inf, "inf", 1e300, 10**400, True, [], {}, object()]
)
def test_format_duration__no_duration__is_empty(seconds):
    assert format_duration(seconds) == ""


def test_sanitize_html__harmless__is_kept():
    html = "<p>Open <strong>session</strong>,<br>see <em>you</em></p><ul><li>one</li></ul>"
    assert sanitize_html(html) == html


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="JaVaScRiPt&colon;alert(1)">x</a>',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        '<p style="position:fixed" onclick="alert(1)" id="x" class="y">x</p>',
        "<iframe src=https://evil.example></iframe>",
        "<svg><style><script>alert(1)</script>",
        "<math><mtext></p><style><img src onerror=alert(1)>",
        "<form action=//evil.example><input name=password></form>",
        "<!-- <script>alert(1)</script> -->",
        "<b\x00 onmouseover=alert(1)>x</b>",
    ],
)
def test_sanitize_html__hostile__loses_what_harms(html):
    cleaned = sanitize_html(html)
    assert isinstance(cleaned, SafeString)
    for harmful in (
        "script",
        "javascript",
        "onerror",
        "onclick",
        "onmouse",
        "style",
        "iframe",
        "evil",
        "<!--",
        "id=",
    ):
        assert harmful not in cleaned.lower()


def test_sanitize_html__links__pass_no_authority_on_and_lead_to_the_platform():
    html = '<a href="/video/5">a</a> <a href="https://example.org/">b</a> <a href="http://[">c</a>'
    assert sanitize_html(html, base_url="https://video.example.com") == (
        '<a href="https://video.example.com/video/5" rel="nofollow noopener">a</a>'
        ' <a href="https://example.org/" rel="nofollow noopener">b</a> <a rel="nofollow noopener">c</a>'
    )


def test_render_description__no_html__is_the_text_in_paragraphs():
    assert render_description("", "One <two>\n\nthree", base_url="https://v.example") == (
        "<p>One &lt;two&gt;</p>\n\n<p>three</p>"
    )
    assert render_description("", "", base_url="https://v.example") == ""


def test_format_data_attributes__value__is_escaped():
    assert format_data_attributes([("data-a", '"><script>')]) == (' data-a="&quot;&gt;&lt;script&gt;"')
