"""Whatever a template hands to a tag or filter: a page comes of it, or under DEBUG one clear sentence."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import override_settings
from django.utils.translation import gettext_lazy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from django_twentythree.listings import get_lives, get_photos
from django_twentythree.models import Album, Tag
from django_twentythree.rendering import OPTION_NAMES, OptionError
from django_twentythree.testing.factories import AlbumFactory, LiveStreamFactory, PhotoFactory

pytestmark = pytest.mark.django_db

CONFIGURED = {"WORKSPACES": {"default": {"DOMAIN": "video.example.com"}}}
HUGE = 10**5_000
"""Python refuses to write it as text."""

ODD = {
    "huge": HUGE,
    "huge and negative": -HUGE,
    "many digits": "9" * 5_000,
    "many letters": "x" * 100_000,
    "bytes that change": bytearray(b"x"),
    "object": object(),
    "class": object,
    "duration": timedelta(seconds=5),
    "no decimal": Decimal("sNaN"),
    "lazy text": gettext_lazy("video"),
    "complex": 1j,
    "set": {"a"},
}
"""By name: a strategy writes out what it is made of."""

A_HUGE_ONE = pytest.param(HUGE, id="huge")

TEXTS = st.text() | st.text(st.sampled_from("\ud800\udfff\x00a\"'<&/:.0é夜"), max_size=12)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXTS
    | st.binary(max_size=8)
    | st.decimals()
    | st.sampled_from(sorted(ODD)).map(lambda name: ODD[name])
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=5
)
ARGUMENTS = [
    "{% twentythree_embed value %}",
    "{{ value|twentythree_duration }}",
    "{{ value|twentythree_description }}",
    "{% twentythree_thumbnail value %}",
    "{% twentythree_thumbnail photo value %}",
    "{% twentythree_thumbnail photo allow_unpublished=value %}",
    "{% twentythree_picture value %}",
    "{% twentythree_picture photo sizes=value %}",
    *(f"{{% twentythree_embed photo {name}=value %}}" for name in sorted(OPTION_NAMES)),
    *(f"{{% twentythree_embed photo loading='click' {name}=value %}}" for name in ("alt", "title", "class")),
    *(f"{{% twentythree_picture photo {name}=value %}}" for name in sorted(OPTION_NAMES)),
    "{% twentythree_embed photo data_x=value %}",
    "{% twentythree_embed album loading=value %}",
    "{% twentythree_embed live loading=value %}",
    *(
        f"{{% twentythree_photos {name}=value as found %}}{{% for it in found %}}{{{{ it.pk }}}}{{% endfor %}}"
        for name in ("album", "tag", "kind", "search", "order", "limit")
    ),
    "{% twentythree_lives upcoming=value as found %}{% for it in found %}{{ it.pk }}{% endfor %}",
]
# How quickly inputs are made says how busy the machine is.
SUPPRESSED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
EXAMPLES = settings(max_examples=30, deadline=None, suppress_health_check=SUPPRESSED)


@pytest.fixture
def rows(db):
    with override_settings(TWENTYTHREE=CONFIGURED):
        yield {"photo": PhotoFactory(tags=["harbour"]), "album": AlbumFactory(), "live": LiveStreamFactory()}


@pytest.mark.parametrize("source", ARGUMENTS)
@EXAMPLES
@given(value=VALUES, debug=st.booleans())
def test_tags__any_value__give_a_page_or_a_sentence(rows, source, value, debug):
    template = Template("{% load twentythree %}" + source)
    problem = None
    with override_settings(DEBUG=debug):
        try:
            html = template.render(Context({**rows, "value": value}))
        except TemplateSyntaxError as error:
            html, problem = "", error  # type: ignore[assignment]
    html.encode()
    assert "\x00" not in html
    if problem:
        assert debug
        assert isinstance(problem.__cause__, OptionError)
        assert len(str(problem)) < 1_000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("search", b"harbour"),
        ("search", ["harbour"]),
        ("search", {"harbour": 1}),
        pytest.param("search", HUGE, id="search-huge"),
        ("order", ["title"]),
        ("order", {"title": 1}.items()),
        ("order", b"title"),
        ("kind", ["video"]),
        pytest.param("kind", HUGE, id="kind-huge"),
        ("limit", b"1"),
        pytest.param("limit", HUGE, id="limit-huge"),
        ("limit", [1]),
    ],
)
def test_get_photos__wrong_type__is_refused_under_debug_and_ignored_otherwise(rows, name, value):
    assert list(get_photos(**{name: value})) == [rows["photo"]]
    with override_settings(DEBUG=True), pytest.raises(OptionError, match=name):
        get_photos(**{name: value})


@pytest.mark.parametrize("value", [b"7", ["7"], {"a": 7}, A_HUGE_ONE, -7, 7.5, True, object()])
def test_get_photos__no_album__is_an_album_without_videos(rows, value):
    assert not get_photos(album=value)
    assert not get_photos(tag=value)


def test_get_photos__unsaved_album_or_tag__has_no_videos(rows):
    assert not get_photos(album=Album())
    assert not get_photos(tag=Tag())


def test_get_photos__search_by_number_or_lazy_text__is_a_search_by_its_text(rows):
    photo = PhotoFactory(title="Review 2024 video")
    assert list(get_photos(search=2024)) == [photo]
    assert list(get_photos(search=gettext_lazy("review"))) == [photo]  # type: ignore[arg-type]
    assert not get_photos(search=0)


@pytest.mark.parametrize("value", [object(), [], {"a": 1}, A_HUGE_ONE, "\ud800", b""])
def test_get_lives__anything__is_true_or_false(rows, value):
    assert list(get_lives(upcoming=value)) in ([rows["live"]], [])


def test_description__lone_surrogate__is_a_replacement_character(rows):
    template = Template("{% load twentythree %}{{ value|twentythree_description }}")
    assert template.render(Context({"value": "<p>a\ud800b\x00</p>"})) == "<p>a\ufffdb\ufffd</p>"
