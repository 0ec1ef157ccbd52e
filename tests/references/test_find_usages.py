"""What points at mirrored objects, in whatever way, and what people call it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.contrib.contenttypes.models import ContentType

from django_twentythree.models import Photo
from django_twentythree.references import Usage, find_relations, find_usages, find_used, get_own_models
from django_twentythree.testing.factories import AlbumFactory, LiveStreamFactory, PhotoFactory
from tests.references.hosts.models import (
    Article,
    Banner,
    Binned,
    Draft,
    Entry,
    EntryLink,
    Featured,
    Film,
    Legacy,
    Pair,
    Related,
    Remark,
    Slide,
    Star,
    Story,
)

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.references.urls")]


def name(row, **options):
    return [usage.label for usage in find_usages([row], **options)[row.pk]]


@pytest.fixture
def photo():
    return PhotoFactory()


@pytest.fixture
def article():
    return Article.objects.create(title="Welcome to the new campus")


def fail(objects):
    raise RuntimeError("a finder of the project's own")


def ask_a_table_that_is_not_there(objects):
    from tests.references.hosts.models import Vanished

    return {each.pk: list(Vanished.objects.all()) for each in objects}


def answer_with_nonsense(objects):
    return 7


def tell_of_text(objects):
    return {each.pk: [Usage(None, "Front page", "/")] for each in objects if each.title == "Onboarding"}


def tell_of_articles(objects):
    return {each.pk: [Usage(one, f"Body of {one}") for one in Article.objects.all()] for each in objects}


def tell_by_name(objects):
    return {each.pk: ["in a letter"] for each in objects}


# Ways to point


@pytest.mark.parametrize("field", ["video", "poster"])
def test_find_usages__foreign_key__is_named_and_linked(photo, article, field):
    Article.objects.update(**{field: photo})
    [usage] = find_usages([photo])[photo.pk]
    assert usage == Usage(article, "Article: Welcome to the new campus", f"/admin/hosts/article/{article.pk}/change/")


def test_find_usages__many_to_many__is_what_has_it(photo, article):
    article.videos.add(photo)
    assert name(photo) == ["Article: Welcome to the new campus"]


def test_find_usages__place_in_an_ordered_choice__is_what_has_it(photo, article):
    Related.objects.create(article=article, photo=photo)
    Related.objects.create(article=article, photo=photo, position=1)
    assert name(photo) == ["Article: Welcome to the new campus"]


def test_find_usages__several_ways_from_one_place__are_one(photo, article):
    Article.objects.update(video=photo, poster=photo)
    article.videos.add(photo)
    found = find_usages([photo])[photo.pk]
    assert (len(found.shown), found.more, found.concealed) == (1, 0, 0)


def test_find_usages__part_of_two_things__counts_itself(photo, article):
    Slide.objects.create(article=article, video=photo)
    [usage] = find_usages([photo])[photo.pk]
    assert (usage.label, usage.url) == ("Slide: a slide", "")


def test_find_usages__child_of_what_points__is_named_as_the_child():
    album = AlbumFactory()
    Entry.objects.create(album=album, name="plain")
    Story.objects.create(album=album, cover=album, name="special")
    found = {usage.label: usage.url for usage in find_usages([album])[album.pk]}
    assert found == {"Story: special": "/stories/special/", "Entry: plain": ""}


def test_find_usages__part_of_a_child__is_named_as_the_child():
    live = LiveStreamFactory()
    EntryLink.objects.create(entry=Story.objects.create(album=AlbumFactory(), name="special"), live=live)
    assert name(live) == ["Story: special"]


def test_find_usages__through_proxy_and_inheriting_model__are_found(photo):
    Banner.objects.create(featured=Featured.objects.get(pk=photo.pk))
    film = Film(photo_ptr=photo, director="Varda")
    film.save_base(raw=True)
    Banner.objects.create(film=film)
    assert sorted(name(photo)) == ["Banner: a banner", "Banner: a banner", f"Film: {photo.title}"]


def test_find_usages__asked_of_proxy_and_inheriting_rows__finds_the_same(photo, article):
    Article.objects.update(video=photo)
    Film(photo_ptr=photo, director="Varda").save_base(raw=True)
    assert "Article: Welcome to the new campus" in name(Featured.objects.get(pk=photo.pk))
    assert "Article: Welcome to the new campus" in name(Film.objects.get(pk=photo.pk))


@pytest.mark.parametrize("model", [Remark, Star])
def test_find_usages__generic_foreign_key__is_found(photo, model):
    target = "content_object" if model is Remark else "target"
    model.objects.create(**{target: photo})
    model.objects.create(**{target: User.objects.create(pk=photo.pk + 1)})
    assert name(photo) == [f"{model.__name__}: a {model.__name__.lower()}"]
    assert find_used([photo]) == ({photo.pk}, ())


def test_find_usages__same_number_under_another_type__is_no_use(photo):
    Remark.objects.create(content_type=ContentType.objects.get_for_model(User), object_id=photo.pk)
    assert not find_usages([photo])[photo.pk]


def test_find_usages__kept_from_view_by_a_manager__is_found(photo):
    Binned.objects.create(video=photo)
    assert name(photo) == ["Binned: a binned"]


def test_find_usages__unmanaged__is_found_where_there_is_a_table(photo):
    Legacy.objects.create(video=photo)
    assert name(photo) == ["Legacy: a legacy"]
    assert {"Vanished", "Swapped", "UuidStar"}.isdisjoint(each.model.__name__ for each in find_relations(Photo))


def test_find_usages__key_of_two_parts__is_found(photo):
    Pair.objects.create(left=1, right=2, video=photo)
    assert name(photo) == ["Pair: 1-2"]


def test_find_usages__address_not_to_be_had__is_named_without():
    live = LiveStreamFactory()
    Draft.objects.create(live=live)
    [usage] = find_usages([live])[live.pk]
    assert (usage.label, usage.url) == ("Draft: a draft", "")


def test_find_usages__rows_of_the_mirror__are_no_uses():
    live = LiveStreamFactory(album=AlbumFactory())
    photo = PhotoFactory(albums=[live.album], tags=["a"], live_stream=live)
    for row in (photo, live, live.album):
        assert not find_usages([row])[row.pk]


def test_find_usages__objects_of_several_models__are_refused(photo):
    with pytest.raises(ValueError, match="must be of one model"):
        find_usages([photo, AlbumFactory()])


def test_find_usages__nothing__is_nothing():
    assert find_usages([]) == {}
    assert find_used([]) == (set(), ())


# Many


def test_find_usages__many__names_the_newest_and_counts_the_others(photo):
    for number in range(8):
        article = Article.objects.create(title=f"{number}")
        for position in range(3):
            Related.objects.create(article=article, photo=photo, position=position)
    found = find_usages([photo], limit=3)[photo.pk]
    assert [usage.label for usage in found] == ["Article: 7", "Article: 6", "Article: 5"]
    assert found.more == 5


def test_find_usages__many_of_one_kind__are_counted_exactly(photo):
    Article.objects.bulk_create(Article(title="a", video=photo) for _ in range(30))
    Binned.objects.create(video=photo)
    found = find_usages([photo])[photo.pk]
    assert (len(found.shown), found.more) == (20, 11)


def test_find_usages__many_objects__asks_no_more_queries(django_assert_num_queries):
    photos = PhotoFactory.create_batch(40)
    for photo in photos:
        article = Article.objects.create(title=photo.title, video=photo)
        article.videos.add(photo)
        Slide.objects.create(article=article, video=photo)
    ContentType.objects.get_for_model(Photo)
    own = get_own_models()
    relations = find_relations(Photo, ignoring=own)
    unmanaged, pointing = 2, 2  # of the former it is asked whether there is a table; the latter are loaded
    with django_assert_num_queries(len(relations) + unmanaged + pointing):
        found = find_usages(photos)
    assert all(len(found[photo.pk].shown) == 2 for photo in photos)
    with django_assert_num_queries(len(relations) + unmanaged):
        assert len(find_used(photos, ignoring=own)[0]) == 40


# Who may know


@pytest.fixture
def used(photo, article):
    article.videos.add(photo)
    Article.objects.create(title="Another", video=photo)
    Binned.objects.create(video=photo)
    return photo


def grant(user, *models):
    for model in models:
        kind = ContentType.objects.get_for_model(model)
        user.user_permissions.add(Permission.objects.get(content_type=kind, codename=f"view_{model._meta.model_name}"))
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("user", [AnonymousUser(), User(is_active=False, is_superuser=True)])
def test_find_usages__nobody_in_particular__is_told_no_names(used, user):
    found = find_usages([used], user=user)[used.pk]
    assert (found.shown, found.more, found.concealed) == ((), 0, 3)
    assert found


def test_find_usages__permission_for_some__names_those_and_counts_the_others(used, article):
    user = grant(User.objects.create(username="author"), Article)
    found = find_usages([used], user=user)[used.pk]
    assert {usage.label for usage in found} == {"Article: Welcome to the new campus", "Article: Another"}
    assert f"/articles/{article.pk}/" in {usage.url for usage in found}
    assert (found.more, found.concealed) == (0, 1)


def test_find_usages__staff__is_led_to_the_admin(used, article):
    user = grant(User.objects.create(username="editor", is_staff=True), Article)
    assert f"/admin/hosts/article/{article.pk}/change/" in {
        usage.url for usage in find_usages([used], user=user)[used.pk]
    }


def test_find_usages__permission_for_what_is_inherited_from__does_not_name_the_child():
    album = AlbumFactory()
    Story.objects.create(album=album, name="special")
    found = find_usages([album], user=grant(User.objects.create(username="author"), Entry))[album.pk]
    assert (found.shown, found.concealed) == ((), 1)


def test_find_usages__more_than_are_named_of_what_is_concealed__are_counted(photo):
    Binned.objects.bulk_create(Binned(video=photo) for _ in range(30))
    assert find_usages([photo], user=AnonymousUser())[photo.pk].concealed == 30


# What finders tell


def choose(settings, *finders):
    settings.TWENTYTHREE = {"REFERENCE_FINDERS": [f"{__name__}.{finder.__name__}" for finder in finders]}


def test_find_usages__finder__adds_what_it_knows(settings):
    choose(settings, tell_of_text)
    photo, other = PhotoFactory(title="Onboarding"), PhotoFactory()
    found = find_usages([photo, other], user=AnonymousUser())
    assert found[photo.pk].shown == (Usage(None, "Front page", "/"),)
    assert not found[other.pk]


def test_find_usages__finder_names_what_is_found_already__is_not_told_twice(settings, photo, article):
    choose(settings, tell_of_articles)
    Article.objects.update(video=photo)
    assert name(photo) == ["Article: Welcome to the new campus"]


def test_find_usages__finder_tells_what_the_user_may_not_see__is_counted(settings, photo, article):
    choose(settings, tell_of_articles)
    found = find_usages([photo], user=AnonymousUser())[photo.pk]
    assert (found.shown, found.concealed) == ((), 1)


def test_find_usages__finder_answers_in_words__is_understood(settings, photo):
    choose(settings, tell_by_name)
    assert name(photo) == ["in a letter"]


@pytest.mark.parametrize("finder", [fail, ask_a_table_that_is_not_there, answer_with_nonsense])
def test_find_usages__finder_fails__is_logged_named_and_passed_over(settings, caplog, photo, article, finder):
    choose(settings, finder, tell_by_name)
    Article.objects.update(video=photo)
    found = find_usages([photo])[photo.pk]
    path = f"{__name__}.{finder.__name__}"
    assert [usage.label for usage in found] == ["Article: Welcome to the new campus", "in a letter"]
    assert found.failed == (path,)
    assert f"{path} failed" in caplog.text
    assert find_used([photo])[1] == (path,)
