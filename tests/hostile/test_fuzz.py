"""Random and hostile inputs at every entry point: a sentence or a result, never a crash.

`HOSTILE_EXAMPLES=5000` (or `make hostile`) tries as many inputs at each, others each time. Without it there are a
few, the same each time.
"""

from __future__ import annotations

import json
import string
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.forms import Form
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from django_twentythree import addresses
from django_twentythree.api.decoding import UndecodableError, decode
from django_twentythree.api.records import (
    AlbumRecord,
    LiveStreamRecord,
    PhotoRecord,
    PlayerRecord,
    SectionRecord,
    SubtitleRecord,
)
from django_twentythree.exceptions import UnexpectedResponseError
from django_twentythree.folding import fold, make_search_text, read_terms
from django_twentythree.masking import mask_secrets
from django_twentythree.models import Album, LiveStream, Notification, Photo
from django_twentythree.notifications import read_hints, read_notification
from django_twentythree.pickers import search
from django_twentythree.pickers.forms import PhotoChoiceField
from django_twentythree.rendering import sanitize_html
from django_twentythree.testing.factories import AlbumFactory, LiveStreamFactory, PhotoFactory
from tests.conftest import SECRET
from tests.hostile.conftest import EXAMPLES, IS_LONG

WORDS: Final = (
    "",
    "0",
    "-1",
    "1",
    "9" * 25,
    "9" * 5_000,
    "1e999",
    "NaN",
    "\x00",
    "\u202e",
    "\N{PILE OF POO}" * 30,
    "%00%ff%",
    "' OR 1=1 --",
    "\\",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "2026-13-45",
    "0001-01-01",
    "9999-12-31",
    "newest",
    "yes",
    "video",
    "a " * 1_200,
    "https://video.example.com/video/1",
    "//video.example.com\\@evil.example/video/1",
    "https://[::1/video/1",
    "<iframe src='//video.example.com/v.ihtml?photo%5fid=1&token=x'>",
    "[" * 3_000,
    '{"a":' * 500 + "1" + "}" * 500,
    "\N{FULLWIDTH DIGIT TWO}\N{ARABIC-INDIC DIGIT THREE}",
    "k" * 20_000,
)
texts = st.one_of(st.sampled_from(WORDS), st.text(max_size=60), st.text("0123456789.:-/<>&=?#%\\ ", max_size=40))
PARAMETERS: Final = (
    *("q", "cursor", "sort", "kind", "kinds", "album", "tag", "workspace", "field_workspace", "published", "from"),
    *("to", "min_seconds", "max_seconds", "allow_unpublished", "id", "text", "token", "title", "tags", "albums"),
    *("publish", "returns", "error_message", "p", "o", "all", "e", "gone", "category", "category_like"),
    *("tag_like", "kind__exact", "is_published__exact", "_to_field", "_popup", "action", "_selected_action"),
    *("photo_id", "type", "object_id"),
)
names = st.sampled_from(PARAMETERS)
fields = st.lists(st.tuples(st.one_of(names, texts), texts), max_size=6)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(st.one_of(names, texts), inner, max_size=5)),
    max_leaves=15,
)
WIRE_NAMES: Final = (
    *("photo_id", "album_id", "live_id", "player_id", "section_id", "token", "title", "name", "one", "link", "tags"),
    *("all_albums", "album_hide_p", "content", "video_length", "publish_date_epoch", "publish_date_ansi", "locale"),
    *(
        "creation_date_ansi",
        "large_download",
        "large_size",
        "large_width",
        "hls_stream",
        "next_start_time",
        "start_time",
    ),
)
wires = st.dictionaries(st.sampled_from(WIRE_NAMES), json_values, max_size=12)
few = hypothesis_settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=not IS_LONG,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def superuser(db: None) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(User.objects.create_superuser("admin"))
    PhotoFactory(albums=[AlbumFactory()], tags=["harbour"])
    LiveStreamFactory()
    return client


@pytest.mark.django_db
@few
@given(
    query=fields,
    body=st.one_of(st.binary(max_size=200), json_values.map(lambda value: json.dumps(value).encode()), texts),
    content_type=st.one_of(
        st.sampled_from(
            ("", "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/xml")
        ),
        st.text(string.printable.replace("\r", "").replace("\n", ""), max_size=30),
    ),
    event=st.text(string.ascii_letters + string.digits + "._-æ\u202e", max_size=150),
)
def test_notify__anything__is_taken_or_refused(
    platform: Any, query: Any, body: Any, content_type: str, event: str
) -> None:
    content = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    before = Notification.objects.count()
    url = f"/twentythree/notify/default/{SECRET}/{event}?{urlencode(query, errors='replace')}"
    answer = Client().generic("POST", url, content, content_type)
    assert (answer.status_code, answer.content) == (200, b"")
    assert Notification.objects.count() == before + 1


PAGES: Final = (
    *(("get", "twentythree:picker", [model]) for model in ("photo", "album", "livestream")),
    *(("get", "twentythree:picker_describe", [model]) for model in ("photo", "album", "livestream")),
    ("get", "twentythree:picker_dialog", ["photo"]),
    ("get", "twentythree:picker_suggest", ["photo", "tags"]),
    ("get", "twentythree:picker_suggest", ["photo", "albums"]),
    ("get", "twentythree:upload_return", []),
    ("post", "twentythree:upload_return", []),
    ("post", "twentythree:upload_status", []),
    *(
        ("get", f"admin:twentythree_{model}_changelist", [])
        for model in ("album", "livestream", "notification", "photo", "player", "syncrun", "tag", "workspace")
    ),
    ("post", "admin:twentythree_photo_changelist", []),
    ("get", "admin:showcase_article_add", []),
)


@pytest.mark.parametrize(("method", "name", "args"), PAGES, ids=lambda value: str(value).rpartition(":")[2])
@few
@given(query=fields)
def test_pages__any_parameters__answer(superuser: Client, method: str, name: str, args: list[str], query: Any) -> None:
    url = reverse(name, args=args)
    encoded = urlencode(query, errors="replace")
    if method == "get":
        answer = superuser.get(f"{url}?{encoded}")
    else:
        answer = superuser.post(url, encoded, content_type="application/x-www-form-urlencoded")
    assert answer.status_code < 500


@pytest.mark.parametrize("name", ["picker_find", "upload_begin"])
@few
@given(query=fields, text=texts)
def test_buttons__any_parameters__answer(superuser: Client, settings: Any, name: str, query: Any, text: str) -> None:
    # Nobody listens on port 9: what gets that far gets no further.
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "127.0.0.1:9", "SCHEME": "http"}}}
    url = reverse(f"twentythree:{name}", args=["photo"] if name.startswith("picker") else [])
    encoded = urlencode([*query, ("text", text)], errors="replace")
    answer = superuser.post(url, encoded, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {200, 400, 403, 404, 429, 502, 503, 504}
    assert answer.json()


@pytest.mark.django_db
@few
@given(text=texts)
def test_search_and_addresses__any_text__find_or_not(platform: Any, text: str) -> None:
    assert addresses.resolve(text) is None
    for model in (Photo, Album, LiveStream):
        assert list(search(model.objects.all(), text)) == []
    assert all(term == fold(term) for term in read_terms(text))
    make_search_text(text)


@pytest.mark.django_db
@few
@given(value=st.one_of(texts, json_values))
def test_form_field__anything_posted__is_valid_or_told(platform: Any, value: Any) -> None:
    class Choice(Form):
        video = PhotoChoiceField(required=False)

    form = Choice({"video": value})
    form.is_valid()
    str(form)


@few
@given(query=texts, content_type=texts, body=st.one_of(st.none(), st.binary(max_size=300), json_values.map(repr)))
def test_read_notification__anything__is_read(query: str, content_type: str, body: Any) -> None:
    content = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    reading = read_notification(query, content_type, content)
    assert list(reading.hints) == read_hints(json.loads(json.dumps(reading.payload)))


@few
@given(value=json_values)
def test_mask_secrets__any_json__is_shown(value: Any) -> None:
    json.dumps(mask_secrets(value))
    read_hints(value)


@few
@given(body=st.one_of(st.binary(max_size=300), json_values.map(lambda value: json.dumps(value).encode()), texts))
def test_decode__any_bytes__is_an_object_or_undecodable(body: Any) -> None:
    content = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    for is_kept in (False, True):
        with suppress(UndecodableError):
            assert isinstance(decode(content, keep_damaged_text=is_kept), dict)


@pytest.mark.parametrize(
    "record", [AlbumRecord, LiveStreamRecord, PhotoRecord, PlayerRecord, SectionRecord, SubtitleRecord]
)
@few
@given(wire=wires)
def test_records__any_object__is_read_or_has_no_id(record: Any, wire: dict[str, Any]) -> None:
    with suppress(UnexpectedResponseError):
        record.from_wire(wire)


@few
@given(html=st.one_of(texts, st.text("<>/\"'= abcdefimgscriptonerror&;:", max_size=80)))
def test_sanitize_html__anything__has_nothing_to_run(html: str) -> None:
    clean = sanitize_html(html).lower()
    assert "<script" not in clean
    assert "onerror=" not in clean.replace(" ", "").replace("&quot;", "") or "<img" not in clean
