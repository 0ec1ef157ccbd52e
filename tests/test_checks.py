import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.core.checks import CheckMessage, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.http import HttpRequest
from django.urls import include, path

from django_twentythree.conf import SETTING_NAMES, WORKSPACE_SETTING_NAMES
from showcase.models import Article

PACKAGE = Path(__file__).parent.parent / "django_twentythree"
REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
SECRET = "correct-horse-battery-staple-0123456789"
OAUTH = {
    "CONSUMER_KEY": "geheim-key",
    "CONSUMER_SECRET": "geheim-secret",
    "ACCESS_TOKEN": "geheim-token",
    "ACCESS_TOKEN_SECRET": "geheim-token-secret",
}
A_FUNCTION = f"{__name__}.is_preview"


def is_preview(request: HttpRequest) -> bool:
    """Stands for a function of the project."""
    return False


def check(settings: Any, **twentythree: Any) -> list[CheckMessage]:
    settings.TWENTYTHREE = twentythree
    return run_checks(tags=["twentythree"])


def check_workspace(settings: Any, **keys: Any) -> list[CheckMessage]:
    return check(settings, WORKSPACES={"default": {"DOMAIN": "video.example.com", **keys}})


def get_ids(messages: list[CheckMessage]) -> list[str]:
    return [str(message.id).removeprefix("twentythree.") for message in messages]


@pytest.mark.parametrize(
    "keys",
    [
        {},
        OAUTH,
        {"DOMAIN": "video.example.com:8443", "SCHEME": "https"},
        {"DOMAIN": "vidéo.example.com"},
        {"DOMAIN": "my_site-1.example.com"},
        *({"DOMAIN": domain, "SCHEME": "http"} for domain in ("localhost", "127.0.0.1:8000", "127.8.0.1", "[::1]:80")),
        {"DOMAIN": "platform.localhost:1", "SCHEME": "http"},
        {
            "API_VERSION": 1,
            "PLAYER_ID": None,
            "TIME_ZONE": None,
            "EMBED_UNPUBLISHED": True,
            "BEARER_TOKEN": "",
        },
        {"PLAYER_ID": 7, "TIME_ZONE": "Europe/Copenhagen"},
        {"BEARER_TOKEN": "aZ09-._~+/==", "API_VERSION": 2, "EXTRA_FIELDS": ["campaign", "größe"]},
        {"NOTIFICATION_SECRETS": []},
        {"NOTIFICATION_SECRETS": [SECRET, "häftklammer-æøå-0815"]},
        {"NOTIFICATION_SECRETS": (SECRET,)},
    ],
)
def test_check_workspaces__right_settings__are_silent(settings: Any, keys: dict[str, Any]) -> None:
    assert check_workspace(settings, **keys) == []


@pytest.mark.parametrize(
    "keys",
    [
        {"BASE_URL": "https://www.example.com"},
        {"BASE_URL": "http://127.0.0.1:8023/site/"},
        {"BASE_URL": "http://[::1]:8000"},
        {"TIMEOUT_SECONDS": 0.5, "REQUESTS_IN_FLIGHT": 1, "MISSING_LIMIT": 0},
        {"TIMEOUT_SECONDS": 20, "MISSING_LIMIT": 1.0},
        {"INTERVALS": {"photos": 60, "details": None}},
        {"EMBED": {"loading": "click", "player_id": 7, "data_consent": "video", "class": "wide"}},
        {"PICKER_FILTER": A_FUNCTION, "IS_PREVIEW": A_FUNCTION, "REFERENCE_FINDERS": [A_FUNCTION]},
        {"PICKER_FILTER": None, "IS_PREVIEW": None, "REFERENCE_FINDERS": ()},
        {"NOTIFICATION_RETENTION_DAYS": 1, "RUN_RETENTION_DAYS": 365},
    ],
)
def test_check_site__right_settings__are_silent(settings: Any, keys: dict[str, Any]) -> None:
    assert check(settings, WORKSPACES={"default": {"DOMAIN": "video.example.com"}}, **keys) == []


@pytest.mark.parametrize("given", [{}, {"WORKSPACES": {}}, {"BASE_URL": ""}])
def test_check_site__no_workspace__is_a_warning(settings: Any, given: dict[str, Any]) -> None:
    assert get_ids(check(settings, **given)) == ["W001"]


def test_check_site__no_setting_at_all__is_a_warning(settings: Any) -> None:
    del settings.TWENTYTHREE
    assert get_ids(run_checks(tags=["twentythree"])) == ["W001"]


@pytest.mark.parametrize("given", [None, [], "video.example.com", 1, [("WORKSPACES", {})]])
def test_check_site__no_dictionary__is_an_error(settings: Any, given: Any) -> None:
    settings.TWENTYTHREE = given
    assert get_ids(run_checks(tags=["twentythree"])) == ["E001"]


@pytest.mark.parametrize(
    ("id", "key", "value"),
    [
        ("E002", "WORKSPACE", {}),
        ("E002", "TIMEOUT", 1),
        ("E002", 1, 1),
        ("E003", "BASE_URL", None),
        ("E003", "BASE_URL", Path("/")),
        ("E003", "TIMEOUT_SECONDS", "20"),
        ("E003", "TIMEOUT_SECONDS", True),
        ("E003", "TIMEOUT_SECONDS", None),
        ("E003", "TIMEOUT_SECONDS", float("nan")),
        ("E003", "REQUESTS_IN_FLIGHT", 2.0),
        ("E003", "REQUESTS_IN_FLIGHT", "4"),
        ("E003", "INTERVALS", [("photos", 60)]),
        ("E003", "MISSING_LIMIT", "5%"),
        ("E003", "EMBED", "click"),
        ("E003", "PICKER_FILTER", is_preview),
        ("E003", "IS_PREVIEW", ["a.b"]),
        ("E003", "REFERENCE_FINDERS", A_FUNCTION),
        ("E003", "REFERENCE_FINDERS", [is_preview]),
        ("E003", "REFERENCE_FINDERS", None),
        ("E003", "NOTIFICATION_RETENTION_DAYS", "7"),
        ("E003", "RUN_RETENTION_DAYS", None),
        ("E004", "TIMEOUT_SECONDS", 0),
        ("E004", "TIMEOUT_SECONDS", -1.5),
        ("E004", "TIMEOUT_SECONDS", 20_000),
        ("E004", "REQUESTS_IN_FLIGHT", 0),
        ("E004", "REQUESTS_IN_FLIGHT", 1_000),
        ("E004", "MISSING_LIMIT", -0.1),
        ("E004", "MISSING_LIMIT", 5),
        ("E004", "NOTIFICATION_RETENTION_DAYS", 0),
        ("E004", "RUN_RETENTION_DAYS", -1),
        ("E005", "BASE_URL", "www.example.com"),
        ("E005", "BASE_URL", "ftp://www.example.com"),
        ("E005", "BASE_URL", "https://"),
        ("E005", "BASE_URL", "https://www.example.com/?x"),
        ("E005", "BASE_URL", "https://user:geheim@www.example.com"),
        ("E005", "BASE_URL", "https://www.example.com:port"),
        ("E005", "BASE_URL", "https://[::1"),
        ("E006", "INTERVALS", {"photo": 60}),
        ("E006", "INTERVALS", {None: 60}),
        ("E007", "INTERVALS", {"photos": 0}),
        ("E007", "INTERVALS", {"photos": -60}),
        ("E007", "INTERVALS", {"photos": "60"}),
        ("E007", "INTERVALS", {"photos": False}),
        ("E007", "INTERVALS", {"photos": 60.5}),
        ("E008", "EMBED", {"autplay": True}),
        ("E008", "EMBED", {1: True}),
        ("E009", "EMBED", {"loading": "later"}),
        ("E009", "EMBED", {"player_id": "seven"}),
        ("E010", "PICKER_FILTER", "nowhere.function"),
        ("E010", "PICKER_FILTER", "function"),
        ("E010", "IS_PREVIEW", f"{__name__}.is_nothing"),
        ("E010", "IS_PREVIEW", f"{__name__}.SECRET"),
        ("E010", "REFERENCE_FINDERS", [A_FUNCTION, "nowhere.find"]),
    ],
)
def test_check_site__wrong_setting__gets_its_id(settings: Any, id: str, key: Any, value: Any) -> None:
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "video.example.com"}}, key: value}
    messages = run_checks(tags=["twentythree"])
    assert get_ids(messages) == [id]
    assert messages[0].hint
    assert "geheim" not in str(messages)


@pytest.mark.parametrize("value", [None, [], "default"])
def test_check_site__workspaces_no_dictionary__is_one_error(settings: Any, value: Any) -> None:
    assert get_ids(check(settings, WORKSPACES=value)) == ["E003"]


@pytest.mark.parametrize("alias", ["main site", "main/site", "vidéo", "", "x" * 51, 1, None])
def test_check_workspaces__alias_no_slug__is_an_error(settings: Any, alias: Any) -> None:
    assert get_ids(check(settings, WORKSPACES={alias: {"DOMAIN": "video.example.com"}})) == ["E011"]


@pytest.mark.parametrize("given", [None, "video.example.com", ["video.example.com"]])
def test_check_workspaces__no_dictionary__is_an_error(settings: Any, given: Any) -> None:
    assert get_ids(check(settings, WORKSPACES={"default": given})) == ["E012"]


@pytest.mark.parametrize(
    ("id", "keys"),
    [
        ("E013", {"DOMAINE": "geheim"}),
        ("E013", {"NOTIFICATION_SECRET": "geheim"}),
        ("E014", {"DOMAIN": 7}),
        ("E014", {"DOMAIN": b"video.example.com"}),
        ("E014", {"SCHEME": None}),
        ("E014", {**OAUTH, "EMBED_UNPUBLISHED": "false"}),
        ("E014", {"EMBED_UNPUBLISHED": 1}),
        ("E014", {"API_VERSION": "1"}),
        ("E014", {"API_VERSION": True}),
        ("E014", {"TIME_ZONE": 1}),
        ("E014", {"BEARER_TOKEN": None}),
        ("E015", {"DOMAIN": ""}),
        ("E016", {"DOMAIN": "https://video.example.com"}),
        ("E016", {"DOMAIN": "https://video.example.com/"}),
        ("E016", {"DOMAIN": "video.example.com/manage"}),
        ("E016", {"DOMAIN": "video.example.com/"}),
        ("E016", {"DOMAIN": " video.example.com"}),
        ("E016", {"DOMAIN": "video.example.com\n"}),
        ("E016", {"DOMAIN": "user:geheim@video.example.com"}),
        ("E016", {"DOMAIN": "video.example.com:"}),
        ("E016", {"DOMAIN": "video.example.com:0"}),
        ("E016", {"DOMAIN": "video.example.com:65536"}),
        ("E016", {"DOMAIN": "video.example.com:https"}),
        ("E016", {"DOMAIN": "video..example.com"}),
        ("E016", {"DOMAIN": "-video.example.com"}),
        ("E016", {"DOMAIN": "video.example.com?x"}),
        ("E016", {"DOMAIN": "[::g]"}),
        ("E016", {"DOMAIN": "[1.2.3]"}),
        ("E016", {"DOMAIN": "x" * 64}),
        ("E016", {"DOMAIN": "x." * 130 + "com"}),
        ("E017", {"SCHEME": "ftp"}),
        ("E017", {"SCHEME": "HTTPS"}),
        ("E017", {"SCHEME": ""}),
        ("E018", {"SCHEME": "http"}),
        ("E018", {"SCHEME": "http", "DOMAIN": "localhost.example.com"}),
        ("E018", {"SCHEME": "http", "DOMAIN": "10.0.0.1"}),
        ("E018", {"SCHEME": "http", "DOMAIN": "[2001:db8::1]"}),
        *(("E019", {**OAUTH, absent: ""}) for absent in OAUTH),
        *(("E019", {present: OAUTH[present]}) for present in OAUTH),
        *(("E020", {**OAUTH, name: f"{OAUTH[name]}\n"}) for name in OAUTH),
        ("E021", {**OAUTH, "BEARER_TOKEN": "geheim"}),
        ("E022", {"BEARER_TOKEN": "geheim"}),
        ("E022", {"BEARER_TOKEN": "geheim", "API_VERSION": 1}),
        ("E021", {**OAUTH, "BEARER_TOKEN": "geheim", "API_VERSION": 2}),
        *(("E030", {"BEARER_TOKEN": text, "API_VERSION": 2}) for text in ("Bearer geheim", "geh\neim", "gehäim", "=")),
        *(("E031", {"EXTRA_FIELDS": names}) for names in ([1], [None], [""], ["a b"], ["a,b"])),
        ("E014", {"EXTRA_FIELDS": "campaign"}),
        ("E023", {"API_VERSION": 3}),
        ("E023", {"API_VERSION": 0}),
        ("E024", {"NOTIFICATION_SECRETS": "geheim-geheim-geheim-geheim"}),
        ("E024", {"NOTIFICATION_SECRETS": {"geheim"}}),
        ("E024", {"NOTIFICATION_SECRETS": [SECRET, 12345678901234567890]}),
        ("E024", {"NOTIFICATION_SECRETS": [""]}),
        ("E024", {"NOTIFICATION_SECRETS": None}),
        *(("E025", {"NOTIFICATION_SECRETS": [f"{SECRET}{letter}geheim"]}) for letter in "/\\?#% \n\x00\u00a0"),
        ("E025", {"NOTIFICATION_SECRETS": [".."]}),
        ("E026", {"PLAYER_ID": "7"}),
        ("E026", {"PLAYER_ID": 0}),
        ("E026", {"PLAYER_ID": -7}),
        ("E026", {"PLAYER_ID": True}),
        ("E026", {"PLAYER_ID": 7.0}),
        ("E026", {"PLAYER_ID": 2**63}),
        ("E027", {"TIME_ZONE": "Copenhagen"}),
        ("E027", {"TIME_ZONE": "../../etc/passwd"}),
        ("W003", {"NOTIFICATION_SECRETS": ["geheim"]}),
    ],
)
def test_check_workspaces__wrong_setting__gets_its_id(settings: Any, id: str, keys: dict[str, Any]) -> None:
    messages = check_workspace(settings, **keys)
    assert get_ids(messages) == [id]
    assert messages[0].hint
    assert "geheim" not in str(messages)
    assert "'default'" in messages[0].msg


def test_check_workspaces__no_domain__is_an_error(settings: Any) -> None:
    assert get_ids(check(settings, WORKSPACES={"default": {}})) == ["E015"]


def test_check_workspaces__http_under_debug__is_a_warning(settings: Any) -> None:
    settings.DEBUG = True
    assert get_ids(check_workspace(settings, SCHEME="http")) == ["W002"]


@pytest.mark.parametrize(
    ("first", "second", "ids"),
    [
        ("video.example.com", "video.example.com", ["E028"]),
        ("video.example.com", "VIDEO.example.com:443", ["E028"]),
        ("video.example.com", "video.example.com:8443", []),
        ("video.example.com", "intranet.example.com", []),
    ],
)
def test_check_workspaces__same_site_twice__is_an_error(settings: Any, first: str, second: str, ids: list[str]) -> None:
    messages = check(settings, WORKSPACES={"default": {"DOMAIN": first}, "intranet": {"DOMAIN": second}})
    assert get_ids(messages) == ids


def test_check_workspaces__several_mistakes__are_all_named(settings: Any) -> None:
    messages = check(
        settings, WORKSPACES={"default": {"DOMAIN": "https://a", "CONSUMER_KEY": "k"}, "b c": None}, TIMEOUT=3
    )
    assert sorted(get_ids(messages)) == ["E002", "E011", "E012", "E016", "E019"]


@pytest.mark.parametrize(
    ("settings_name", "meant"),
    [("TIMEOUT_SECOND", "TIMEOUT_SECONDS"), ("workspaces", "WORKSPACES"), ("EMBEDS", "EMBED")],
)
def test_check_site__misspelt_key__says_what_was_meant(settings: Any, settings_name: str, meant: str) -> None:
    messages = check(settings, WORKSPACES={"default": {"DOMAIN": "a"}}, **{settings_name: {}})
    assert messages[0].hint == f"Did you mean '{meant}'?"


@pytest.mark.django_db  # Django's own checks ask SQLite what it can do
def test_check_command__wrong_setting__fails_with_id_and_hint(settings: Any) -> None:
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "https://video.example.com"}}}
    with pytest.raises(SystemCheckError, match=r"twentythree\.E016.*\n.*HINT: Write 'video\.example\.com'"):
        call_command("check")


def test_checks__every_setting_right__ask_no_database_and_log_nothing(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert check_workspace(settings, **OAUTH) == []  # without the `db` fixture a query fails
    assert not caplog.records


def make_urlconf(*patterns: Any) -> type:
    return type("Urlconf", (), {"urlpatterns": list(patterns)})


OURS = path("twentythree/", include("django_twentythree.urls"))


@pytest.mark.parametrize("default_too", [True, False])
def test_check_urls__in_i18n_patterns__is_a_warning(settings: Any, default_too: bool) -> None:
    settings.LANGUAGES = [("en", "English"), ("da", "Danish")]
    settings.ROOT_URLCONF = make_urlconf(*i18n_patterns(OURS, prefix_default_language=default_too))
    assert get_ids(check_workspace(settings, NOTIFICATION_SECRETS=[SECRET])) == ["W004"]
    assert get_ids(check_workspace(settings)) == ["W004"]
    assert get_ids(check(settings)) == ["W001"]


def test_check_urls__in_i18n_patterns_of_one_language__are_silent(settings: Any) -> None:
    settings.LANGUAGES = [("en", "English")]
    settings.ROOT_URLCONF = make_urlconf(*i18n_patterns(OURS))
    assert check_workspace(settings, NOTIFICATION_SECRETS=[SECRET]) == []


def test_check_urls__not_included__is_a_warning_where_secrets_are_set(settings: Any) -> None:
    settings.ROOT_URLCONF = make_urlconf()
    assert "W005" not in get_ids(check_workspace(settings))
    messages = {message.id: message for message in check_workspace(settings, NOTIFICATION_SECRETS=[SECRET])}
    assert 'include("django_twentythree.urls")' in str(messages["twentythree.W005"].hint)


def test_check_urls__no_root_urlconf__is_silent(settings: Any) -> None:
    settings.ROOT_URLCONF = None
    assert check_workspace(settings, NOTIFICATION_SECRETS=[SECRET]) == []


def test_check_pickers__urls_not_included__is_one_warning(settings: Any) -> None:
    settings.ROOT_URLCONF = make_urlconf()
    (message,) = check_workspace(settings)
    assert message.id == "twentythree.W007"
    assert message.msg.startswith("showcase.Article.video has the picker")


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({"kinds": ["video", "audio"]}, []),
        ({"kinds": ("image",), "workspace": "default"}, []),
        ({"kinds": ["film"]}, ["E029"]),
        ({"kinds": "video"}, ["E029"]),
        ({"workspace": "nowhere"}, ["W008"]),
    ],
)
def test_check_pickers__options_of_a_field__must_make_sense(
    settings: Any, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], ids: list[str]
) -> None:
    # The field of a real model, given other options for the length of a test.
    monkeypatch.setattr(Article._meta.get_field("video"), "picker_options", {"workspace": None, **options})
    assert get_ids(check_workspace(settings)) == ids
    # Where no workspace is configured, none can be missing.
    assert set(get_ids(check(settings))) == {*ids, "W001"} - {"W008"}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="is about SQLite")
@pytest.mark.parametrize(
    ("options", "missing"),
    [
        ({}, {"transaction_mode", "timeout", "init_command"}),
        ({"transaction_mode": "DEFERRED", "timeout": 5, "init_command": "PRAGMA foreign_keys=ON"}, None),
        ({"transaction_mode": "immediate", "timeout": 5}, {"init_command"}),
        ({"timeout": 5, "init_command": "PRAGMA journal_mode = WAL;"}, {"transaction_mode"}),
        ({"transaction_mode": "EXCLUSIVE", "init_command": "pragma journal_mode=wal"}, {"timeout"}),
        ({"transaction_mode": "IMMEDIATE", "timeout": 5, "init_command": "PRAGMA journal_mode=WAL"}, set()),
    ],
)
def test_check_database__sqlite__names_what_is_missing(
    settings: Any, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], missing: set[str] | None
) -> None:
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    messages = check_workspace(settings)
    missing = {"transaction_mode", "init_command"} if missing is None else missing
    assert get_ids(messages) == (["W006"] if missing else [])
    assert {name for message in messages for name in re.findall(r"'(\w+)': ", str(message.hint))} == missing
    assert get_ids(check(settings)) == ["W001"]
    monkeypatch.setitem(connection.settings_dict, "NAME", ":memory:")
    assert check_workspace(settings) == []


def find_ids() -> set[str]:
    source = "".join(file.read_text() for file in PACKAGE.rglob("*.py"))
    return set(re.findall(r"twentythree\.[EW]\d{3}", source))


@pytest.mark.parametrize("id", sorted(find_ids()))
def test_checks_reference__names_every_id(id: str) -> None:
    assert f"`{id}`" in (REFERENCE / "checks.md").read_text()


def test_checks_reference__names_no_other_id() -> None:
    assert set(re.findall(r"twentythree\.[EW]\d{3}", (REFERENCE / "checks.md").read_text())) == find_ids()


@pytest.mark.parametrize("name", sorted(SETTING_NAMES | WORKSPACE_SETTING_NAMES))
def test_settings_reference__names_every_setting(name: str) -> None:
    assert f"`{name}`" in (REFERENCE / "settings.md").read_text()
