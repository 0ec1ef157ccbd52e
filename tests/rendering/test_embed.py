from __future__ import annotations

import json
import pickle
import re
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from html.parser import HTMLParser

import jinja2
import pytest
from django.template import Context, Template

from django_twentythree.rendering import (
    Embed,
    EmbedOptions,
    Kind,
    UnavailableReason,
    build_embed,
    get_embed_url,
    read_options,
)
from tests.rendering.subjects import BASE_URL, TOKEN, make_subject

URL = f"{BASE_URL}/v.ihtml/player.html?token={TOKEN}&source=embed&photo%5fid=20481733"
HOSTILE = '"><script>alert(1)</script>\x00'


class Elements(HTMLParser):
    """The elements of a piece of HTML: names and attributes as a browser reads them."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def only(self, name):
        (attributes,) = (attributes for tag, attributes in self.found if tag == name)
        return attributes


def embed(options=None, **values):
    return build_embed(make_subject(**values), EmbedOptions(**(options or {})))


def test_build_embed__video__is_a_player_in_its_shape():
    elements = Elements(embed().html)
    assert elements.only("div") == {"class": "twentythree twentythree-video"}
    assert elements.only("svg")["viewbox"] == "0 0 640 360"
    assert elements.only("svg")["aria-hidden"] == "true"
    frame = elements.only("iframe")
    assert frame["src"] == URL
    assert frame["title"] == "Sunrise over the north quay"
    assert frame["loading"] == "lazy"
    assert "autoplay" in frame["allow"]
    assert "fullscreen" in frame["allow"]
    assert "allowfullscreen" in frame
    assert frame["referrerpolicy"] == "strict-origin-when-cross-origin"


def test_build_embed__video__has_values_for_json():
    found = embed()
    assert found.as_dict() == {
        "html": found.html,
        "url": URL,
        "width": 640,
        "height": 360,
        "title": "Sunrise over the north quay",
        "poster": f"{BASE_URL}/7411205/20481733/{TOKEN}/large/thumbnail.jpg",
        "srcset": ", ".join(
            f"{BASE_URL}/7411205/20481733/{TOKEN}/{name}/thumbnail.jpg {width}w"
            for name, width in (("small", 200), ("medium", 512), ("standard", 600), ("large", 800))
        ),
        "is_available": True,
    }
    assert type(found.as_dict()["html"]) is str
    assert json.loads(json.dumps(found.as_dict())) == found.as_dict()


def test_embed__equal_arguments__are_equal():
    assert embed() == embed()
    assert embed().html == embed().html
    assert hash(embed()) == hash(embed())
    assert pickle.loads(pickle.dumps(embed())) == embed()
    with pytest.raises(FrozenInstanceError):
        embed().html = "x"


def test_embed__in_templates__is_its_html():
    found = embed()
    assert str(found) == found.__html__() == found.html
    assert Template("{{ it }}").render(Context({"it": found})) == found.html
    assert jinja2.Environment(autoescape=True).from_string("{{ it }}").render(it=found) == found.html


@pytest.mark.parametrize("kind", [Kind.VIDEO, Kind.AUDIO, Kind.ALBUM, Kind.LIVESTREAM, Kind.IMAGE, Kind.TEXT])
@pytest.mark.parametrize("loading", ["lazy", "click"])
def test_build_embed__any_kind__has_no_inline_style_or_script(kind, loading):
    elements = Elements(embed({"loading": loading, "autoplay": True}, kind=kind).html)
    for tag, attributes in elements.found:
        assert tag not in {"script", "style"}
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("kind", [Kind.VIDEO, Kind.AUDIO, Kind.ALBUM, Kind.LIVESTREAM, Kind.IMAGE])
@pytest.mark.parametrize("loading", ["lazy", "click"])
def test_build_embed__hostile_values__are_text(kind, loading):
    options = read_options({"loading": loading, "class": HOSTILE, "data_x": HOSTILE, "alt": HOSTILE}, strict=True)
    subject = make_subject(kind=kind, title=HOSTILE, token=HOSTILE, page_path=HOSTILE)
    html = build_embed(subject, options).html
    assert "<script" not in html
    assert "\x00" not in html
    assert "alert(1)" not in "".join(re.findall(r'(?:src|href)="([^"]*)"', html))
    for tag, attributes in Elements(html).found:
        assert tag in {"div", "svg", "iframe", "twentythree-click", "a", "img", "span", "template", "picture"}
        assert not [name for name in attributes if name.startswith("on")]


def test_build_embed__token_not_as_documented__is_left_out():
    assert embed(token="a&b").url == f"{BASE_URL}/v.ihtml/player.html?source=embed&photo%5fid=20481733"


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        (Kind.LIVESTREAM, f"token={TOKEN}&source=embed&live%5fid=5"),
        (Kind.ALBUM, f"token={TOKEN}&source=embed&album%5fid=5"),
        (Kind.AUDIO, f"token={TOKEN}&source=embed&photo%5fid=5"),
    ],
)
def test_build_embed__other_kinds__have_their_own_query(kind, query):
    found = embed({"player_id": 9}, kind=kind, remote_id=5)
    assert found.url == f"{BASE_URL}/9.ihtml/player.html?{query}"
    assert f'class="twentythree twentythree-{kind}' in found.html


@pytest.mark.parametrize(
    ("values", "ratio", "size"),
    [
        ({}, None, (640, 360)),
        ({"width": None}, None, (1280, 720)),
        ({"width": 0}, None, (1280, 720)),
        ({"width": 10**12}, None, (1280, 720)),
        ({"width": 5000, "height": 1}, None, (1280, 720)),
        ({"kind": Kind.AUDIO}, None, (640, 200)),
        ({"width": 1080, "height": 1920}, None, (1080, 1920)),
        ({}, 1.0, (360, 360)),
        ({}, 4.0, (640, 160)),
    ],
)
def test_build_embed__size__is_the_shape_of_what_is_shown(values, ratio, size):
    found = embed({"ratio": ratio}, **values)
    assert (found.width, found.height) == size
    assert f'viewBox="0 0 {size[0]} {size[1]}"' in found.html
    assert ("twentythree-portrait" in found.html) == (size[1] > size[0])


def test_build_embed__thousand_separators__stay_out_of_attributes(settings):
    settings.USE_THOUSAND_SEPARATOR = True
    html = " ".join(embed(width=1920, height=1080).html.split())
    assert 'viewBox="0 0 1920 1080" width="1920" height="1080"' in html


def test_build_embed__image__is_a_picture():
    found = embed({"alt": "A quay", "classes": "wide", "data": (("data-x", "1"),)}, kind=Kind.IMAGE)
    elements = Elements(found.html)
    assert elements.only("picture") == {"class": "twentythree-picture wide", "data-x": "1"}
    image = elements.only("img")
    assert image["alt"] == "A quay"
    assert image["src"] == found.url == found.poster
    assert image["srcset"] == found.srcset
    assert "iframe" not in found.html


def test_build_embed__loading_click__is_a_link_to_the_player_and_the_player_in_waiting():
    found = embed({"loading": "click", "start_seconds": 30.0, "autoplay": True})
    before, _, waiting = found.html.partition("<template>")
    link = Elements(before).only("a")
    assert link["href"] == f"{URL}&start=30&autoPlay=1"
    assert "<iframe" not in before
    assert "Play video: Sunrise over the north quay" in before
    assert ">1:32<" in before
    assert Elements(before).only("img")["src"] == found.poster
    assert Elements(waiting).only("iframe")["src"] == link["href"]
    assert "mutedAutoPlay=1" in found.url  # nobody clicks there


def test_build_embed__loading_click_without_picture__shows_the_placeholder():
    html = embed({"loading": "click"}, kind=Kind.ALBUM, renditions=[], image=None, duration_seconds=None).html
    assert 'src="/static/django_twentythree/placeholder.svg"' in html
    assert "Play videos: " in html
    assert "twentythree-duration" not in html


def test_build_embed__live_stream__never_waits_for_a_click():
    html = embed({"loading": "click"}, kind=Kind.LIVESTREAM).html
    assert "<template" not in html
    assert Elements(html).only("iframe")["loading"] == "lazy"


def test_build_embed__loading_eager__is_said():
    assert Elements(embed({"loading": "eager"}).html).only("iframe")["loading"] == "eager"


@pytest.mark.parametrize(
    ("values", "obstacle"),
    [
        ({"missing_since": datetime(2024, 5, 3, tzinfo=UTC)}, UnavailableReason.GONE),
        ({"is_ready": False}, UnavailableReason.UNENCODED),
        ({"is_ready": False, "kind": Kind.TEXT}, UnavailableReason.NOTHING_TO_PLAY),
    ],
)
def test_build_embed__nothing_to_show__is_empty_whatever_is_allowed(values, obstacle):
    assert embed({"allow_unpublished": True}, **values) == Embed()
    assert make_subject(**values).get_obstacle(allow_unpublished=True) == obstacle


@pytest.mark.parametrize(
    "blocked_by", [UnavailableReason.UNPUBLISHED, UnavailableReason.HIDDEN, UnavailableReason.PRIVATE]
)
def test_build_embed__not_public__is_shown_only_where_allowed(blocked_by):
    assert embed(blocked_by=blocked_by) == Embed()
    assert embed({"allow_unpublished": True}, blocked_by=blocked_by).url == URL


def test_build_embed__closed_site__plays_without_the_token_unless_allowed():
    found = embed(is_site_closed=True)
    assert found.is_available
    assert TOKEN not in str(found.as_dict())
    assert TOKEN in embed({"allow_unpublished": True}, is_site_closed=True).html


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("blocked_by", [None, UnavailableReason.UNPUBLISHED])
def test_get_embed_url__any_kind__is_the_embeds_own(kind, blocked_by):
    subject, options = make_subject(kind=kind, blocked_by=blocked_by), EmbedOptions(muted=True)
    assert get_embed_url(subject, options) == build_embed(subject, options).url
