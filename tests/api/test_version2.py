"""The client over version 2 of the API, against the sandbox."""

from __future__ import annotations

import dataclasses
import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from django_twentythree.api import (
    AuthenticationError,
    BearerToken,
    Client,
    InvalidInputError,
    NotFoundError,
    OAuth1Credentials,
    PermissionDeniedError,
    Response,
    UnexpectedResponseError,
)
from django_twentythree.api.auth import signer_for
from django_twentythree.api.listing import result_list


def connect(platform: Any, level: str | None = "super", **options: Any) -> Client:
    credentials = BearerToken(platform.bearer_token_for(level)) if level else None
    return Client(platform.domain, credentials, api_version=2, scheme="http", sleep=lambda seconds: None, **options)


def connect_1(platform: Any) -> Client:
    return Client(platform.domain, OAuth1Credentials(*platform.credentials.values()), scheme="http")


def read_all(client: Client) -> dict[str, dict[int, Any]]:
    listings = {
        "photos": client.list_photos(include_unpublished_p=True, include_hidden_p=True),
        "albums": client.list_albums(include_hidden_p=True),
        "livestreams": client.list_livestreams(include_private_p=True),
        "players": client.list_players(),
    }
    return {
        name: {entry.remote_id: entry.read() for page in listing for entry in page.items}  # type: ignore[attr-defined]
        for name, listing in listings.items()
    }


# What version 2 tells otherwise, or more of.
DIFFERENT = {"extra", "unset", "has_live_id", "starts_at", "ends_at"}


@pytest.mark.parametrize("has_text_numbers", [False, True])
def test_listings__the_same_library_in_both_versions__give_equal_records(
    twentythree_platform: Any, has_text_numbers: bool
) -> None:
    twentythree_platform.fill(photos=150)
    twentythree_platform.write_text_numbers(is_on=has_text_numbers)
    with connect_1(twentythree_platform) as first, connect(twentythree_platform) as second:
        one, two = read_all(first), read_all(second)
    for name, records in one.items():
        assert records.keys() == two[name].keys()
        assert records, name
        for remote_id, record in records.items():
            other = two[name][remote_id]
            for field in dataclasses.fields(record):
                if field.name not in DIFFERENT:
                    assert getattr(other, field.name) == getattr(record, field.name), (name, remote_id, field.name)


def test_single_object__is_as_in_a_listing(twentythree_platform: Any) -> None:
    twentythree_platform.add_photo(7, title="Welcome", tags=["a", "b"])
    with connect(twentythree_platform) as client:
        (page,) = client.list_photos()
        entry, answer = client.fetch_photo_entry(7)
        assert entry is not None
        assert entry.content_digest == page.items[0].content_digest
        assert entry.read() == page.items[0].read()
        assert (answer.permission_level, answer.site_id) == ("super", None)


def test_photo__unknown__is_not_found_and_unpublished_is_an_empty_list(twentythree_platform: Any) -> None:
    twentythree_platform.add_photo(7, published_p=0)
    with connect(twentythree_platform) as client:
        assert client.fetch_photo_entry(7)[0] is None
        with pytest.raises(NotFoundError) as caught:
            client.fetch_photo_entry(8)
    assert (caught.value.status, caught.value.code) == (404, "no_such_photo")


@pytest.mark.parametrize("credentials", ["oauth", "bearer", "none"])
def test_level__by_credentials(twentythree_platform: Any, credentials: str) -> None:
    given: Any = {
        "oauth": OAuth1Credentials(*twentythree_platform.credentials_for("read").values()),
        "bearer": BearerToken(twentythree_platform.bearer_token_for("read")),
        "none": None,
    }[credentials]
    with Client(twentythree_platform.domain, given, api_version=2, scheme="http") as client:
        site, answer = client.fetch_site_response()
    assert answer.permission_level == ("anonymous" if given is None else "read")
    assert site.site_id


def test_bearer_token__alone__means_version_2() -> None:
    assert Client("video.example.com", BearerToken("abc")).api_version == 2
    assert Client("video.example.com").api_version == 1
    with pytest.raises(ValueError, match="version 2"):
        Client("video.example.com", BearerToken("abc"), api_version=1)
    with pytest.raises(ValueError, match="no version 3"):
        Client("video.example.com", api_version=3)


@pytest.mark.parametrize("token", ["", "Bearer abc", "abc\r\nX-Evil: 1", " abc", "ab c", "ä", None, 7])
def test_bearer_token__that_is_none__is_refused_without_repeating_it(token: Any) -> None:
    with pytest.raises(ValueError, match="A bearer token is one word") as caught:
        BearerToken(token)
    assert "Evil" not in str(caught.value)


def test_bearer_token__refused__is_in_no_message_and_no_log(
    twentythree_platform: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "s3cr3t-t0ken-of-nobody"
    credentials = BearerToken(secret)
    client = Client(twentythree_platform.domain, credentials, scheme="http", max_attempts=2, sleep=lambda seconds: None)
    with client, pytest.raises(AuthenticationError) as caught:
        client.fetch_site()
    assert (caught.value.status, caught.value.code) == (401, "missing_authentication")
    for kind in ("cut", "html", "500", "redirect"):
        twentythree_platform.fail_next(kind, times=2)
        with connect(twentythree_platform, max_attempts=1) as other, pytest.raises(Exception, match="site/get") as odd:
            other.fetch_site()
        assert twentythree_platform.bearer_token_for("super") not in f"{odd.value!r} {odd.value}"
    shown = f"{caught.value!r} {caught.value} {credentials!r} {client!r} {caplog.text}"
    assert secret not in shown


@pytest.mark.parametrize("credentials", [BearerToken("s3cr3t"), OAuth1Credentials(*["s3cr3t"] * 4)])
def test_signer__shown_among_variables__tells_no_secret(credentials: Any) -> None:
    assert "s3cr3t" not in repr(signer_for(credentials))


def test_errors__by_status_and_code(twentythree_platform: Any) -> None:
    with connect(twentythree_platform, "read") as client:
        with pytest.raises(PermissionDeniedError) as caught:
            client.call("album/create", title="x")
        assert (caught.value.required_level, caught.value.actual_level) == ("write", "read")
        with pytest.raises(InvalidInputError):
            client.call("photo/list", p=0)


def test_post__goes_as_a_form(twentythree_platform: Any) -> None:
    with connect(twentythree_platform) as client:
        assert client.call("player/list")["data"]
        made = client.call("album/create", title="Rødgrød & fløde")["data"]
        assert client.fetch_album_entry(made["album_id"])[0] is not None
    assert [(r["method"], r["http_method"], r["version"]) for r in twentythree_platform.requests[:2]] == [
        ("player/list", "POST", 2),
        ("album/create", "POST", 2),
    ]


def test_fields__are_asked_for_and_custom_variables_when_named(twentythree_platform: Any) -> None:
    twentythree_platform.add_photo(7, campaign="spring", secret_recipe="no")
    with connect(twentythree_platform, extra_fields=["campaign"]) as client:
        record = client.fetch_photo(7)
    assert record.extra["campaign"] == "spring"
    assert "secret_recipe" not in record.extra
    assert "avg_playtime" not in record.extra


@pytest.mark.parametrize("code", ["invalid_input", "no_idea_what_fields_are"])
def test_fields__refused__everything_is_asked_for_and_that_is_remembered(twentythree_platform: Any, code: str) -> None:
    twentythree_platform.fill(photos=250)
    twentythree_platform.fail_next("error", method="photo/list", code=code, message="fields")
    with connect(twentythree_platform) as client:
        assert sum(len(page.items) for page in client.list_photos()) > 200
    asked = ["fields" in r["params"] for r in twentythree_platform.requests if r["method"] == "photo/list"]
    assert asked == [True, *[False] * (len(asked) - 1)]
    assert len(asked) > 2


def test_fields__something_else_refused__they_are_chosen_as_before(twentythree_platform: Any) -> None:
    twentythree_platform.add_photo(7)
    twentythree_platform.fail_next("error", method="photo/list", code="invalid_input", message="No.", times=2)
    with connect(twentythree_platform) as client:
        with pytest.raises(InvalidInputError):
            client.fetch_photo_entry(7)
        twentythree_platform.clear_requests()
        assert client.fetch_photo_entry(7)[0] is not None
    assert ["fields" in request["params"] for request in twentythree_platform.requests] == [True]


def test_list__bare_object__is_a_list_of_one_and_an_empty_one_is_no_library() -> None:
    def answer(envelope: dict[str, Any]) -> Response:
        return Response(envelope, datetime.now(UTC), None, "read", is_cached=False, cache_time=None, site_id=None)

    assert result_list(answer({"data": {"photo_id": 7}}), "2/photo/list", "data") == [{"photo_id": 7}]
    for data in ({}, None, "x"):
        with pytest.raises(UnexpectedResponseError):
            result_list(answer({"data": data}), "2/photo/list", "data")
    with pytest.raises(UnexpectedResponseError):
        result_list(answer({"photos": {"photo_id": "7"}}), "photo/list", "photos")


def test_anonymous__answer_from_the_cache__is_dated_by_it(twentythree_platform: Any) -> None:
    twentythree_platform.set_cache_seconds(1_800)
    with connect(twentythree_platform, None) as client:
        client.fetch_site_response()
        _, answer = client.fetch_site_response()
    assert answer.is_cached
    assert answer.cache_time is not None
    assert answer.observed_at <= answer.sent_at


STRANGERS_QUESTIONS = {
    "photo": lambda client: client.fetch_photo_entry(1),
    "album": lambda client: client.fetch_album_entry(1),
    "live stream": lambda client: client.fetch_livestream_entry(1),
    "chapters": lambda client: client.fetch_sections(1, "token"),
    "subtitles": lambda client: client.fetch_subtitles(1, "token"),
    "recordings": lambda client: next(iter(client.list_photos(live_id=1))),
    "any method": lambda client: client.call("photo/section/list", photo_id=1),
}


@pytest.mark.parametrize("ask", STRANGERS_QUESTIONS.values(), ids=STRANGERS_QUESTIONS)
@pytest.mark.parametrize("code", ["permission_denied", "missing_authentication"])
def test_object__refused_to_strangers_of_a_public_site__is_a_matter_of_permission(
    twentythree_platform: Any, ask: Any, code: str
) -> None:
    twentythree_platform.fail_next("error", code=code, message="No.")
    with connect(twentythree_platform, level=None) as client, pytest.raises(PermissionDeniedError) as caught:
        ask(client)
    assert (caught.value.code, caught.value.actual_level) == (code, "anonymous")
    assert "without credentials" in str(caught.value)


OTHER_QUESTIONS = {
    "site": (None, lambda client: client.fetch_site()),
    "listing": (None, lambda client: next(client.iter_photos())),
    "change": (None, lambda client: client.call("photo/update", photo_id=1)),
    "signed": ("read", lambda client: client.fetch_photo_entry(1)),
}


@pytest.mark.parametrize(("level", "ask"), OTHER_QUESTIONS.values(), ids=OTHER_QUESTIONS)
def test_missing_authentication__of_no_object_or_signed__is_a_matter_of_credentials(
    twentythree_platform: Any, level: str | None, ask: Any
) -> None:
    twentythree_platform.fail_next("error", code="missing_authentication", message="No.")
    with connect(twentythree_platform, level=level) as client, pytest.raises(AuthenticationError):
        ask(client)


@pytest.mark.parametrize("code", ["invalid_signature", "token_required", "invalid_oauth_user"])
def test_other_refusal__of_an_object_to_strangers__is_a_matter_of_credentials(
    twentythree_platform: Any, code: str
) -> None:
    twentythree_platform.fail_next("error", code=code, message="No.")
    with connect(twentythree_platform, level=None) as client, pytest.raises(AuthenticationError):
        client.fetch_photo_entry(1)


def test_missing_authentication__of_an_object_of_a_closed_site__is_a_matter_of_credentials(
    twentythree_platform: Any,
) -> None:
    twentythree_platform.close_site()
    with connect(twentythree_platform, level=None) as client, pytest.raises(AuthenticationError) as caught:
        client.fetch_photo_entry(1)
    assert caught.value.actual_level == "none"
