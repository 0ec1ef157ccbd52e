from __future__ import annotations

from datetime import UTC, datetime

import pytest

from django_twentythree.rendering import (
    EmbedOptions,
    ImageSource,
    Kind,
    UnavailableReason,
    get_image_url,
    is_image_size,
    render_picture,
)
from django_twentythree.rendering.images import get_images
from tests.rendering.subjects import BASE_URL, TOKEN, make_renditions, make_subject

PATH = f"{BASE_URL}/7411205/20481733/{TOKEN}"


@pytest.mark.parametrize("size", ["quad16", "large", "original", "600x338cr", "600x400", "800x", "180xfr"])
def test_is_image_size__size_of_the_platform__is_one(size):
    assert is_image_size(size)


@pytest.mark.parametrize(
    "size",
    [
        "",
        None,
        600,
        "huge",
        "x400",
        "0x0",
        "600x0",
        "99999x1",
        "600X400",
        "600x400fr",
        "600x338cr/../..",
        "600x٣",
    ],
)
def test_is_image_size__anything_else__is_none(size):
    assert not is_image_size(size)


def test_get_image_url__named_size__is_the_renditions_own_path():
    subject = make_subject(renditions=make_renditions(large=f"/7411205/20481733/{TOKEN}/large/sun-thumbnail.jpg"))
    assert get_image_url(subject, "large", allow_unpublished=False) == f"{PATH}/large/sun-thumbnail.jpg"
    assert get_image_url(subject, "small", allow_unpublished=False) == f"{PATH}/small/thumbnail.jpg"


@pytest.mark.parametrize("size", ["600x338cr", "portrait"])
def test_get_image_url__free_or_unlisted_size__is_built(size):
    assert get_image_url(make_subject(), size, allow_unpublished=False) == f"{PATH}/{size}/thumbnail.jpg"


@pytest.mark.parametrize("path", ["//evil.example/x", "javascript:alert(1)", '/"><script>', "/a/../../b", 7, None])
def test_get_image_url__hostile_path__is_replaced_by_a_built_one(path):
    subject = make_subject(renditions=make_renditions(large=path))
    assert get_image_url(subject, "large", allow_unpublished=False) == f"{PATH}/large/thumbnail.jpg"


@pytest.mark.parametrize(
    "values",
    [
        {"blocked_by": UnavailableReason.UNPUBLISHED},
        {"blocked_by": UnavailableReason.HIDDEN},
        {"is_site_closed": True},
    ],
)
def test_get_image_url__not_public__is_given_only_where_allowed(values):
    subject = make_subject(**values)
    assert get_image_url(subject, "large", allow_unpublished=False) == ""
    assert get_image_url(subject, "large", allow_unpublished=True) == f"{PATH}/large/thumbnail.jpg"


@pytest.mark.parametrize(
    "values", [{"image": None, "renditions": []}, {"missing_since": datetime(2024, 5, 3, tzinfo=UTC)}]
)
def test_get_image_url__nothing_to_show__is_empty(values):
    assert get_image_url(make_subject(**values), "large", allow_unpublished=True) == ""


def test_get_images__named_renditions__are_those_that_show_all():
    images = get_images(make_subject(), allow_unpublished=False)
    assert [(image.width, image.height) for image in images] == [
        (200, 113),
        (512, 288),
        (600, 338),
        (800, 450),
    ]


def test_get_images__cropped_or_enormous_renditions__are_left_out():
    renditions = [
        *make_renditions(),
        {"format": "portrait", "width": 300, "height": 300, "size_bytes": 1, "path": "/a/b"},
        {"format": "original", "width": 8000, "height": 4500, "size_bytes": 1, "path": "/a/c"},
    ]
    images = get_images(make_subject(renditions=renditions), allow_unpublished=False)
    assert [image.width for image in images] == [200, 512, 600, 800]


def test_get_images__no_renditions__are_free_sizes():
    images = get_images(make_subject(renditions=[]), allow_unpublished=False)
    assert images[0].url == f"{PATH}/320x/thumbnail.jpg"
    assert (images[0].width, images[0].height) == (320, 180)


def test_get_images__live_stream__are_cut_to_the_shape_of_the_player():
    subject = make_subject(kind=Kind.LIVESTREAM, renditions=[], width=None, height=None)
    assert get_images(subject, allow_unpublished=False)[1].url == f"{PATH}/640x360cr/thumbnail.jpg"


@pytest.mark.parametrize("renditions", [[{}], [{"format": "large"}], [{"format": "large", "width": "a", "height": -1}]])
def test_get_images__odd_renditions__do_not_count(renditions):
    assert get_images(make_subject(renditions=renditions), allow_unpublished=False)[0].width == 320


def test_render_picture__video__lets_the_browser_choose():
    html = render_picture(make_subject(), EmbedOptions(), sizes="50vw")
    assert f'src="{PATH}/large/thumbnail.jpg"' in html
    assert f"{PATH}/medium/thumbnail.jpg 512w" in html
    assert 'sizes="50vw"' in html
    assert 'width="800" height="450" alt="Sunrise over the north quay" loading="lazy"' in " ".join(html.split())


def test_render_picture__at_the_top_of_the_page__is_fetched_first():
    assert 'loading="eager" fetchpriority="high"' in render_picture(
        make_subject(), EmbedOptions(loading="eager"), sizes="1px"
    )
    for loading in ("lazy", "click"):
        assert "fetchpriority" not in render_picture(make_subject(), EmbedOptions(loading=loading), sizes="1px")


def test_render_picture__hostile_title_and_class__are_escaped():
    subject = make_subject(title='"><script>\x00')
    html = render_picture(subject, EmbedOptions(classes='"><script>'), sizes='"><script>')
    assert "<script>" not in html
    assert "\x00" not in html


def test_render_picture__no_picture_yet__is_the_placeholder():
    html = render_picture(make_subject(image=None, renditions=[], is_ready=False), EmbedOptions(alt=""), sizes="1px")
    assert 'src="/static/django_twentythree/placeholder.svg"' in html
    assert "srcset" not in html
    assert 'alt=""' in html


@pytest.mark.parametrize(
    "values", [{"blocked_by": UnavailableReason.UNPUBLISHED}, {"missing_since": datetime(2024, 5, 3, tzinfo=UTC)}]
)
def test_render_picture__not_public_or_gone__is_nothing(values):
    assert render_picture(make_subject(**values), EmbedOptions(), sizes="1px") == ""


def test_render_picture__thousand_separators__stay_out_of_attributes(settings):
    settings.USE_THOUSAND_SEPARATOR = True
    subject = make_subject(
        width=1920,
        height=1080,
        renditions=[{"format": "large", "width": 1280, "height": 720, "size_bytes": 1, "path": "/a/b"}],
    )
    assert 'width="1280"' in render_picture(subject, EmbedOptions(), sizes="1px")


def test_image_source__token__is_not_in_its_repr():
    assert TOKEN not in repr(ImageSource(tree_id=1, photo_id=2, token=TOKEN))
    assert TOKEN not in repr(make_subject(renditions=[]))
