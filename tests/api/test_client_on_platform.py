"""The client against the sandbox: signatures, levels, filters and faults as the platform has them."""

import pytest

from django_twentythree.api import (
    AuthenticationError,
    Client,
    NotFoundError,
    OAuth1Credentials,
    PermissionDeniedError,
    ResponseError,
    UnexpectedResponseError,
)
from tests.api.scripted import ok


def connect(platform, level=None, **options):
    keys = platform.credentials_for(level) if level else None
    credentials = keys and OAuth1Credentials(
        keys["consumer_key"], keys["consumer_secret"], keys["access_token"], keys["access_token_secret"]
    )
    return Client(platform.domain, credentials, scheme="http", sleep=lambda seconds: None, **options)


def test_site__asked_by_anyone__tells_the_level(twentythree_platform, platform_client):
    site, answer = platform_client.fetch_site_response()
    assert site == platform_client.fetch_site()
    assert site.site_id == answer.site_id
    assert answer.permission_level == "super"
    with connect(twentythree_platform) as anonymous:
        assert anonymous.fetch_site_response()[1].permission_level == "anonymous"


def test_call__odd_characters_in_parameters__are_signed_right(twentythree_platform, platform_client):
    odd = "a b+c&d=é/~'\"%20 (x)!*  😀"
    assert platform_client.call("photo/list", search=odd)["status"] == "ok"
    photo = twentythree_platform.add_photo()
    platform_client.call("photo/update", photo_id=photo["photo_id"], title=odd)
    assert twentythree_platform.get_photo(int(photo["photo_id"]))["title"] == odd


def test_call__upload__is_accepted_with_an_unsigned_body(twentythree_platform, platform_client):
    upload = platform_client.call("photo/upload", file=("film.mp4", b"\x00\x01film"), title="Æbler & co")["upload"]
    assert twentythree_platform.get_photo(int(upload["photo_id"]))["title"] == "Æbler & co"


@pytest.mark.parametrize("kind", ["cut", "html", "empty", "bad_utf8", "reset", "429", "500", "503"])
def test_call__fault_that_passes__is_got_over_with_a_fresh_signature(twentythree_platform, platform_client, kind):
    twentythree_platform.fail_next(kind, times=2, method="photo/list")
    assert platform_client.call("photo/list")["status"] == "ok"


@pytest.mark.parametrize("kind", ["wrapped", "jsonp"])
def test_call__wrapped_answer__is_read(twentythree_platform, platform_client, kind):
    twentythree_platform.fail_next(kind)
    assert platform_client.call("site/get")["status"] == "ok"
    assert platform_client.request_count == 1


def test_listings__whole_library__equal_what_the_platform_has(twentythree_platform, platform_client):
    twentythree_platform.fill(photos=230)
    listing = platform_client.list_photos(in_flight=3, include_unpublished_p=1, include_hidden_p=1)
    records = {entry.remote_id: entry.read() for page in listing for entry in page.items}
    assert listing.is_complete
    assert len(records) == listing.announced_count == 230
    remote_id = next(iter(records))
    entry, _answer = platform_client.fetch_photo_entry(remote_id, include_unpublished_p=1, include_hidden_p=1)
    assert entry.read() == records[remote_id]
    assert {player.name for player in platform_client.iter_players()}
    assert list(platform_client.iter_albums(include_hidden=True))
    assert list(platform_client.iter_livestreams(include_private=True))


def test_iter_photos__below_read__has_only_what_is_published(twentythree_platform):
    shown, unshown = twentythree_platform.add_photo(), twentythree_platform.add_photo(published_p=0)
    with connect(twentythree_platform) as anonymous:
        assert [photo.remote_id for photo in anonymous.iter_photos()] == [int(shown["photo_id"])]
    with connect(twentythree_platform, "read") as reader:
        ids = [photo.remote_id for photo in reader.iter_photos(include_unpublished=True, include_hidden=True)]
        assert ids == [int(shown["photo_id"]), int(unshown["photo_id"])]


def test_fetch_photo__one_digest__in_lists_and_alone(twentythree_platform, platform_client):
    twentythree_platform.add_photo(7, tags=["a", "b"])
    entry, answer = platform_client.fetch_photo_entry(7)
    [page] = platform_client.list_photos()
    assert entry.content_digest == page.items[0].content_digest
    assert answer.permission_level == "super"
    assert twentythree_platform.requests[0]["params"]["include_actions_p"] == "0"


def test_fetch_photo__unknown_or_unpublished__is_not_found(twentythree_platform, platform_client):
    hidden = int(twentythree_platform.add_photo(published_p=0)["photo_id"])
    with pytest.raises(NotFoundError):
        platform_client.fetch_photo(404404)
    with pytest.raises(NotFoundError), connect(twentythree_platform) as anonymous:
        anonymous.fetch_photo(hidden)
    assert platform_client.fetch_photo(hidden, include_unpublished=True).is_published is False


def test_details__of_a_photo__are_read(twentythree_platform, platform_client):
    photo = twentythree_platform.add_photo()
    photo_id = int(photo["photo_id"])
    twentythree_platform.add_section(photo_id, title="Fog", start_time="37.5")
    twentythree_platform.add_subtitle(photo_id, "da_DK", is_default=True)
    sections, skipped, _ = platform_client.fetch_sections(photo_id, photo["token"])
    assert ([(section.title, section.start_seconds) for section in sections], skipped) == ([("Fog", 37.5)], 0)
    subtitles, skipped, _ = platform_client.fetch_subtitles(photo_id, photo["token"])
    assert ([(subtitle.locale, subtitle.is_default) for subtitle in subtitles], skipped) == (
        [("da_DK", True)],
        0,
    )


def test_errors__of_the_platform__have_their_class(twentythree_platform, platform_client):
    with pytest.raises(PermissionDeniedError) as denied, connect(twentythree_platform) as anonymous:
        list(anonymous.iter_players())
    assert (denied.value.required_level, denied.value.actual_level) == ("read", "anonymous")
    twentythree_platform.fail_next("error", code="brand_new", message="Never seen")
    with pytest.raises(ResponseError, match="Never seen") as unknown:
        platform_client.call("site/get")
    assert (type(unknown.value), unknown.value.code) == (ResponseError, "brand_new")
    twentythree_platform.close_site()
    with (
        pytest.raises(AuthenticationError, match="closed") as closed,
        connect(twentythree_platform) as anonymous,
    ):
        anonymous.call("photo/list")
    assert closed.value.code == "token_required"
    twentythree_platform.revoke_credentials()
    with pytest.raises(AuthenticationError, match="API & Applications") as refused:
        platform_client.call("site/get")
    assert refused.value.code == "invalid_signature"


def test_fetch_webhooks__fewer_come_than_are_announced__is_no_list(twentythree_platform, platform_client):
    platform_client.subscribe_webhook("photo_add", "https://www.example.com/notify/")
    assert len(platform_client.fetch_webhooks()) == 1
    twentythree_platform.fail_next("miscount", total_count=2, method="2/webhook/list")
    with pytest.raises(UnexpectedResponseError, match="2 subscriptions are announced, but 1 came"):
        platform_client.fetch_webhooks()


@pytest.mark.parametrize("announced", ["0", 0, None, ""])
def test_fetch_photo__empty_list_that_announces_nothing__is_not_there(scripted, make_client, announced):
    scripted.script(ok(photos=[], total_count=announced))
    assert make_client().fetch_photo_entry(5)[0] is None
    with pytest.raises(NotFoundError):
        make_client().fetch_photo(5)


@pytest.mark.parametrize("announced", ["1", 1, "many", -1])
def test_fetch_photo__empty_list_that_announces_something__is_no_answer(scripted, make_client, announced):
    scripted.script(ok(photos=[], total_count=announced))
    with pytest.raises(UnexpectedResponseError, match=f"empty list that announces {announced}"):
        make_client().fetch_photo(5)
