from __future__ import annotations

import pytest
from django.db import connection
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from django_twentythree.models import workspace
from django_twentythree.testing.factories import AlbumFactory, LiveStreamFactory, PhotoFactory

pytestmark = pytest.mark.django_db

PLACEHOLDER = "/static/django_twentythree/placeholder.svg"


@pytest.fixture(autouse=True)
def configured(settings):
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "video.example.com"}}}


@pytest.fixture
def visit():
    return RequestFactory().get("/")


@pytest.fixture
def preview(visit):
    visit.is_preview = True
    return visit


def render(source, request=None, **values):
    template = Template("{% load twentythree %}" + source)
    return template.render(Context({"request": request, **values})).strip()


@pytest.mark.parametrize("factory", [PhotoFactory, AlbumFactory, LiveStreamFactory])
def test_embed_tag__object__is_its_embed(factory, visit):
    row = factory()
    assert render("{% twentythree_embed it %}", visit, it=row) == row.embed().html.strip()


def test_embed_tag__options__reach_the_player_and_the_element():
    html = render(
        '{% twentythree_embed it player_id=9 start_seconds="1:30" class="wide" data_role="hero" loading="eager" %}',
        it=PhotoFactory(),
    )
    assert "/9.ihtml/" in html
    assert "start=90" in html
    assert 'class="twentythree twentythree-video wide" data-role="hero"' in html
    assert 'loading="eager"' in html


def test_embed_tag__as_variable__can_be_asked_whether_there_is_anything():
    source = "{% twentythree_embed it as player %}{% if player %}<figure>{{ player }}{% else %}-{% endif %}"
    assert "<figure><div" in render(source, it=PhotoFactory())
    assert render(source, it=PhotoFactory(gone=True)) == "-"


def test_embed_tag__address__is_resolved():
    photo = PhotoFactory(remote_id=5)
    for address in ("https://video.example.com/video/5", "5", 5, photo.embed().html, photo.embed_url()):
        assert render("{% twentythree_embed it %}", it=address) == photo.embed().html.strip()


@pytest.mark.parametrize("target", [None, "", "  ", "https://other.example/video/5", "nonsense", 77])
def test_embed_tag__nothing_to_show__is_nothing(target, visit):
    assert render("{% twentythree_embed it %}{% twentythree_embed absent %}", visit, it=target) == ""


@pytest.mark.parametrize(
    ("traits", "words"),
    [
        ({"gone": True}, "gone from TwentyThree since"),
        ({"unpublished": True}, "not published"),
        ({"is_encoded": False}, "still encoding"),
        ({"is_concealed": True}, "hidden"),
        ({"text": True, "is_encoded": False}, "nothing to play"),
    ],
)
def test_embed_tag__not_available__is_said_to_editors_only(traits, words, visit, preview):
    photo = PhotoFactory(title="A <b>", **traits)
    visit.is_preview = False
    assert render("{% twentythree_embed it %}", visit, it=photo) == ""
    assert render("{% twentythree_embed it %}", it=photo) == ""
    visit.is_preview = True
    notice = render("{% twentythree_embed it %}", preview, it=photo)
    assert notice.startswith('<p class="twentythree-notice')
    assert 'role="note"' in notice
    assert words in notice
    assert "A &lt;b&gt;" in notice
    assert photo.token not in notice


def test_embed_tag__no_object__is_said_to_editors(preview):
    assert "No video was chosen" in render("{% twentythree_embed it %}", preview, it=None)
    secret = "https://other.example/secret/5/abcdef0123"
    notice = render("{% twentythree_embed it %}", preview, it=secret)
    assert "belongs to no video of this site" in notice
    assert "abcdef0123" not in notice


def test_embed_tag__private_live_stream__is_said_to_editors(preview):
    assert "private" in render("{% twentythree_embed it %}", preview, it=LiveStreamFactory(is_private=True))
    assert "hidden" in render("{% twentythree_embed it %}", preview, it=AlbumFactory(is_hidden=True))


def is_draft(request):
    return "draft" in request.GET


def test_embed_tag__preview_of_the_projects_own__is_recognised(settings):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "IS_PREVIEW": f"{__name__}.is_draft"}
    photo = PhotoFactory(unpublished=True)
    assert "not published" in render("{% twentythree_embed it %}", RequestFactory().get("/?draft"), it=photo)
    assert render("{% twentythree_embed it %}", RequestFactory().get("/"), it=photo) == ""


def test_embed_tag__allow_unpublished__shows_it():
    photo = PhotoFactory(unpublished=True)
    assert photo.token in render("{% twentythree_embed it allow_unpublished=True %}", it=photo)


@pytest.mark.parametrize(
    "source",
    [
        "{% twentythree_embed it speed=2 %}",
        '{% twentythree_embed it loading="never" %}',
        '{% twentythree_thumbnail it "enormous" %}',
        "{% twentythree_embed other %}",
        "{% twentythree_thumbnail other %}",
        '{% twentythree_picture other sizes="1px" %}',
        '{% twentythree_photos order="random" as photos %}',
    ],
)
def test_tags__wrong_use__raises_under_debug_only(source, settings):
    values = {"it": PhotoFactory(), "other": object()}
    render(source, **values)
    settings.DEBUG = True
    with pytest.raises(TemplateSyntaxError):
        render(source, **values)


def test_embed_tag__template_of_the_project__replaces_ours(settings, tmp_path):
    (tmp_path / "twentythree" / "embed").mkdir(parents=True)
    (tmp_path / "twentythree" / "embed" / "video.html").write_text("<b>{{ kind }} {{ title }} {{ src }}</b>")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    photo = PhotoFactory(title="A&B")
    assert render("{% twentythree_embed it %}", it=photo).startswith(
        "<b>video A&amp;B https://video.example.com/v.ihtml"
    )


def test_assets_tag__twice__is_given_once():
    html = render("{% twentythree_assets %}{% if True %}{% twentythree_assets %}{% endif %}")
    assert html.count('<link rel="stylesheet" href="/static/django_twentythree/embed.css">') == 1
    assert html.count('<script defer src="/static/django_twentythree/embed.js"></script>') == 1
    template = Template("{% load twentythree %}{% twentythree_assets %}")
    assert template.render(Context()) == template.render(Context()) != ""


def test_thumbnail_tag__object__is_an_address_or_the_placeholder():
    photo = PhotoFactory()
    assert render('{% twentythree_thumbnail it "600x338cr" %}', it=photo) == photo.thumbnail_url("600x338cr")
    assert render('{% twentythree_thumbnail it "large" as url %}[{{ url }}]', it=photo).startswith("[https://")
    assert render('{% twentythree_thumbnail it "large" %}', it=None) == PLACEHOLDER
    unpublished = PhotoFactory(unpublished=True)
    assert render('{% twentythree_thumbnail it "large" %}', it=unpublished) == PLACEHOLDER
    assert unpublished.token in render("{% twentythree_thumbnail it allow_unpublished=True %}", it=unpublished)


def test_picture_tag__object__lets_the_browser_choose():
    html = render('{% twentythree_picture it sizes="50vw" alt="" class="card" %}', it=PhotoFactory())
    assert " ".join(html.split()).startswith('<img class="twentythree-image card" src="https://video.example.com/')
    assert 'sizes="50vw"' in html
    assert 'alt=""' in html
    assert render('{% twentythree_picture it sizes="50vw" %}', it=None) == ""


def test_photos_tag__filters__narrow_the_list():
    album = AlbumFactory()
    photo = PhotoFactory(albums=[album], tags=["harbour"], title="Sunrise")
    PhotoFactory()
    source = (
        '{% twentythree_photos album=album tag="harbour" kind="video" search="sun"'
        ' order="title" limit=3 as found %}'
        "{% for it in found %}{{ it.pk }} {% endfor %}"
    )
    assert render(source, album=album) == str(photo.pk)


def test_lives_tag__upcoming__narrows_the_list():
    LiveStreamFactory(name="soon")
    LiveStreamFactory(name="past", next_start_at=None)
    source = "{% twentythree_lives upcoming=True as lives %}{% for it in lives %}{{ it }} {% endfor %}"
    assert render(source) == "soon"


def test_duration_filter__seconds__are_as_players_show_them():
    assert render("{{ it|twentythree_duration }}-{{ none|twentythree_duration }}-", it=3800.5) == "1:03:20--"


def test_description_filter__object_or_html__is_harmless():
    hostile = '<p onclick="x">Hi <a href="/video/5">there</a><script>alert(1)</script></p>'
    html = render("{{ it|twentythree_description }}", it=PhotoFactory(description_html=hostile))
    assert html == '<p>Hi <a href="https://video.example.com/video/5" rel="nofollow noopener">there</a></p>'
    assert "<script" not in render("{{ it|twentythree_description }}", it=hostile)
    assert render("{{ it|twentythree_description }}", it=None) == ""
    plain = PhotoFactory(description_html="", description_text="1 < 2")
    assert render("{{ it|twentythree_description }}", it=plain) == "<p>1 &lt; 2</p>"


def test_page__100_embeds__takes_three_queries(django_assert_num_queries):
    album = AlbumFactory()
    photos = PhotoFactory.create_batch(100)
    for photo in photos:
        photo.albums.add(album)
    workspace._cache.clear()
    source = (
        "{% twentythree_photos as photos %}{% for it in photos %}{% twentythree_embed it loading='click' %}{% endfor %}"
    )
    with django_assert_num_queries(4 if connection.vendor == "mysql" else 3):
        html = render(source)
    assert html.count("<iframe") == 100
