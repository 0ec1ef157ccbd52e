"""What the platform sent is shown without what opens doors."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_twentythree.masking import MASK, MAX_DEPTH, MAX_SECRETS, is_secret_name, mask_secrets


@pytest.mark.parametrize(
    "name",
    [
        "token",
        "protected_token",
        "thumbnail_token",
        "protectedToken",
        "publish_server",
        "publish_stream",
        "client_secret_2",
        "webinar_password",
        "PASSWORD_HINT",
        "API-Key",
        "Authorization",
        "PaSsWoRd",
        "rtmp_url",
        "rtmp_url_2",
        "liveRtmpsUrl",
        "rtmp",
        "ingest_url",
        "ingest-endpoint",
        "ingest",
        "publish_url",
        "publish_servers",
        "tokens",
        "token2",
        "pwd",
        "dbPwd",
        "pass",
        "passcode",
        "webinar_pass_code",
        "pin",
        "pin_code",
        "access_code",
        "jwt",
        "jwts",
        "auth",
        "basic_auth",
        "userAuth",
        "auth_key",
        "bearer",
        "streamkey",
        "stream_key_backup",
        "streamKeys",
        "session_id",
        "sessionId",
        "cookies",
        "signatures",
        "credentials",
        "otp",
        "sig",
    ],
)
def test_is_secret_name__opens_doors__is_true(name):
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "title",
        "token_count",
        "publish_date",
        "publish_recordings_p",
        "published_url",
        "monkey",
        "author_name",
        "author",
        "authors",
        "authorised_p",
        "authority",
        "session_title",
        "sessions",
        "passage",
        "pass_rate",
        "passenger",
        "spin",
        "opinion",
        "pin_to_top_p",
        "bearer_of_news",
        "forbearers",
        "streams",
        "stream_count",
        "stream_name",
        "video_url",
        "one",
        "url",
        "srt_url",
        "key",
        "design",
        "",
        "夜",
    ],
)
def test_is_secret_name__ordinary__is_false(name):
    assert not is_secret_name(name)


def test_mask_secrets__named__are_masked_at_any_depth():
    given = {
        "live": [{"publish_stream": "harbour-1", "name": "Festival"}],
        "my_secret": {"a": 1},
        "pin_token": 7,
    }
    assert mask_secrets(given) == {
        "live": [{"publish_stream": MASK, "name": "Festival"}],
        "my_secret": MASK,
        "pin_token": MASK,
    }


def test_mask_secrets__list_or_object_of_a_secret_name__is_masked_whole_and_everywhere():
    given = {
        "tokens": ["abcdef123", ["ghijkl456"], {"value": "mnopqr789"}],
        "passcode": 482913,
        "places": "/abcdef123/ghijkl456/mnopqr789/482913/",
    }
    assert mask_secrets(given) == {
        "tokens": MASK,
        "passcode": MASK,
        "places": f"/{MASK}/{MASK}/{MASK}/{MASK}/",
    }


def test_mask_secrets__more_secrets_than_are_looked_for__is_masked_whole():
    secrets = [f"secret-{n:03}" for n in range(MAX_SECRETS + 1)]
    assert mask_secrets({"tokens": secrets[:-1], "copy": secrets[0]}) == {"tokens": MASK, "copy": MASK}
    assert mask_secrets({"tokens": secrets, "copy": secrets[0]}) == MASK


@pytest.mark.parametrize("nothing", ["", None, [], {}])
def test_mask_secrets__nothing_set__stays_visible(nothing):
    assert mask_secrets({"protected_token": nothing}) == {"protected_token": nothing}


def test_mask_secrets__secret_within_an_address__is_masked_there_too():
    masked = mask_secrets({"protected_token": "abcdef123", "download": "/7/8/abcdef123/video_hd/x.mp4"})
    assert masked["download"] == f"/7/8/{MASK}/video_hd/x.mp4"


def test_mask_secrets__secret_that_begins_with_another__is_masked_to_its_end():
    masked = mask_secrets({"a_token": "abcdef", "b_token": "abcdef-1798758000", "url": "/abcdef-1798758000"})
    assert masked["url"] == f"/{MASK}"


def test_mask_secrets__short_secret__does_not_blank_out_words():
    assert mask_secrets({"my_password": "the", "title": "the tide"})["title"] == "the tide"


def test_mask_secrets__e_mail_addresses__are_masked_in_text():
    assert mask_secrets({"note": "ask anna.b@port.example.com or <bo@x.dk>"}) == {"note": f"ask {MASK} or <{MASK}>"}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("a@b.cd!e@f.gh", f"{MASK}{MASK}"),
        ("a@b.cd@e.fg", f"{MASK}@e.fg"),
        ("a@@b.cd", "a@@b.cd"),
        ("a@b", "a@b"),
        ("a@b.", "a@b."),
        ("x@a@b.cd.", f"x@{MASK}."),
        (f"{'l' * 100}@{'d' * 100}.dk", MASK),
    ],
)
def test_mask_secrets__e_mail_addresses__end_where_they_end(text, masked):
    assert mask_secrets(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("?url=https://x.example/?token=abc", f"?url=https://x.example/?token={MASK}"),
        ("?a=1&amp;jwt=abc;auth=def#g", f"?a=1&amp;jwt={MASK};auth={MASK}#g"),
        ("?token=&author=b", "?token=&author=b"),
        ("token=abc", "token=abc"),
        ("?token=?token=abc", f"?token={MASK}"),
    ],
)
def test_mask_secrets__parameters__are_told_by_their_names(text, masked):
    assert mask_secrets(text) == masked


def test_mask_secrets__parameters_of_addresses__are_masked():
    given = "https://x.example/a?source=site&access_token=abc&t=1"
    assert mask_secrets(given) == f"https://x.example/a?source=site&access_token={MASK}&t=1"


def test_mask_secrets__too_deep__ends_in_a_mask():
    value = "x"
    for _ in range(MAX_DEPTH + 5):
        value = [value]  # type: ignore[assignment]
    assert MASK in json.dumps(mask_secrets(value), ensure_ascii=False)


def test_mask_secrets__input__is_left_as_it_was():
    given = {"token": "abcdef", "inner": [{"x": "abcdef"}]}
    mask_secrets(given)
    assert given == {"token": "abcdef", "inner": [{"x": "abcdef"}]}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.text(alphabet="0123456789abcdef", min_size=12))
def test_mask_secrets__any_json__never_shows_the_secret(value, secret):
    shown = json.dumps(mask_secrets({"value": value, "copy": f"/{secret}/", "protected_token": secret}))
    assert secret not in shown


@given(JSON)
def test_mask_secrets__masked_once__stays_the_same(value):
    masked = mask_secrets(value)
    assert mask_secrets(masked) == masked
