from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from django_twentythree.conf import (
    DEFAULT_INTERVALS,
    Settings,
    WorkspaceSettings,
    get_aliases,
    get_settings,
    get_workspace_settings,
    is_preview_function,
    workspaces_from_env,
)
from django_twentythree.exceptions import ConfigurationError

FULL = {
    "DOMAIN": "video.example.com",
    "SCHEME": "https",
    "CONSUMER_KEY": "key",
    "CONSUMER_SECRET": "geheim-1",
    "ACCESS_TOKEN": "geheim-2",
    "ACCESS_TOKEN_SECRET": "geheim-3",
    "BEARER_TOKEN": "geheim-4",
    "TIME_ZONE": "Europe/Copenhagen",
}


class Env(environ.Env):
    """An environment of its own for each test."""

    ENVIRON: dict[str, str]


def read(**variables: str) -> dict[str, dict[str, Any]]:
    env = Env()
    env.ENVIRON = {f"TWENTYTHREE_{name}": value for name, value in variables.items()}
    return workspaces_from_env(env)


def test_get_settings__nothing_written__has_the_documented_defaults(settings: Any) -> None:
    del settings.TWENTYTHREE
    assert get_settings() == Settings()
    assert get_settings().TIMEOUT_SECONDS == 20
    assert get_settings().REQUESTS_IN_FLIGHT == 4
    assert get_settings().MISSING_LIMIT == 0.05
    assert get_settings().NOTIFICATION_RETENTION_DAYS == 7
    assert get_settings().RUN_RETENTION_DAYS == 90
    assert get_aliases() == []


@pytest.mark.parametrize("given", [None, [], "video.example.com", {"TIMEOUT": 3, 1: 2}])
def test_get_settings__unknown_names_or_no_dictionary__are_left_to_the_checks(settings: Any, given: Any) -> None:
    settings.TWENTYTHREE = given
    assert get_settings() == Settings()


def test_get_settings__override_settings__is_read_again() -> None:
    with override_settings(TWENTYTHREE={"TIMEOUT_SECONDS": 3, "WORKSPACES": {"a": {"DOMAIN": "a.example.com"}}}):
        assert get_settings().TIMEOUT_SECONDS == 3
        assert get_workspace_settings("a").DOMAIN == "a.example.com"
        with override_settings(TWENTYTHREE={"WORKSPACES": {"a": {"DOMAIN": "b.example.com"}}}):
            assert get_settings().TIMEOUT_SECONDS == 20
            assert get_workspace_settings("a").DOMAIN == "b.example.com"
        assert get_workspace_settings("a").DOMAIN == "a.example.com"
    with pytest.raises(ConfigurationError):
        get_workspace_settings("a")


def test_is_preview_function__path__is_imported_and_read_again(settings: Any) -> None:
    assert is_preview_function() is None
    settings.TWENTYTHREE = {"IS_PREVIEW": "django_twentythree.conf.get_aliases"}
    assert is_preview_function() is get_aliases  # type: ignore[comparison-overlap]
    settings.TWENTYTHREE = {}
    assert is_preview_function() is None


def test_get_interval_seconds__given_and_default__are_merged() -> None:
    given = Settings(INTERVALS={"photos": 60, "details": None})
    assert given.get_interval_seconds("photos") == 60
    assert given.get_interval_seconds("details") is None
    assert given.get_interval_seconds("albums") == DEFAULT_INTERVALS["albums"] == 3_600


def test_get_workspace_settings__unknown_alias__names_the_known(settings: Any) -> None:
    settings.TWENTYTHREE = {"WORKSPACES": {"main": FULL, "intranet": {}}}
    with pytest.raises(ConfigurationError, match=r"no workspace 'other' .*\(configured: intranet, main\)") as caught:
        get_workspace_settings("other")
    assert isinstance(caught.value, ImproperlyConfigured)
    with pytest.raises(ConfigurationError, match=r"\['intranet'\] has no DOMAIN"):
        get_workspace_settings("intranet")


def test_settings__repr__holds_no_secret() -> None:
    workspace = WorkspaceSettings(**FULL, NOTIFICATION_SECRETS=["geheim-5"])
    everything = Settings(WORKSPACES={"default": {**FULL, "NOTIFICATION_SECRETS": ["geheim-5"]}})
    assert "geheim" not in repr(workspace) + repr(everything)
    assert "video.example.com" in repr(workspace)


def test_workspace_settings__addresses_and_credentials() -> None:
    assert WorkspaceSettings(DOMAIN="video.example.com").base_url == "https://video.example.com"
    assert WorkspaceSettings(DOMAIN="127.0.0.1:8000", SCHEME="http").base_url == "http://127.0.0.1:8000"
    assert WorkspaceSettings(DOMAIN="video.example.com").is_anonymous
    assert not WorkspaceSettings(**FULL).is_anonymous


def test_workspace_settings__time_zone__is_the_sites_unless_given(settings: Any) -> None:
    assert WorkspaceSettings(**FULL).time_zone == ZoneInfo("Europe/Copenhagen")
    assert WorkspaceSettings(DOMAIN="video.example.com").time_zone in {UTC, ZoneInfo("UTC")}
    settings.TIME_ZONE = "Asia/Tokyo"
    assert WorkspaceSettings(DOMAIN="video.example.com").time_zone == ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("given", "usable"),
    [
        (["new", "old"], ("new", "old")),
        (("new",), ("new",)),
        ([], ()),
        ("lone text", ("lone text",)),
        ("", ()),
        (None, ()),
        (7, ()),
        (["", None, b"bytes", 7, "new"], ("new",)),
    ],
)
def test_notification_secrets__whatever_was_written__is_texts(given: Any, usable: tuple[str, ...]) -> None:
    workspace = WorkspaceSettings(DOMAIN="video.example.com", NOTIFICATION_SECRETS=given)
    assert workspace.notification_secrets == usable


@pytest.mark.parametrize("variables", [{}, {"CONSUMER_KEY": "key"}, {"DOMAIN": ""}, {"DOMAIN": "  "}])
def test_workspaces_from_env__no_domain__is_empty(variables: dict[str, str]) -> None:
    assert read(**variables) == {}


def test_workspaces_from_env__domain_alone__leaves_the_rest_to_the_defaults() -> None:
    assert read(DOMAIN="video.example.com") == {"default": {"DOMAIN": "video.example.com"}}


def test_workspaces_from_env__everything__is_read_in_its_type() -> None:
    found = read(**FULL, API_VERSION="1", PLAYER_ID="17", EMBED_UNPUBLISHED="true", NOTIFICATION_SECRETS="new,old")
    assert found == {
        "default": {
            **FULL,
            "API_VERSION": 1,
            "PLAYER_ID": 17,
            "EMBED_UNPUBLISHED": True,
            "NOTIFICATION_SECRETS": ["new", "old"],
        }
    }
    assert WorkspaceSettings(**found["default"]).PLAYER_ID == 17


def test_workspaces_from_env__blanks__are_no_values() -> None:
    found = read(
        DOMAIN=" video.example.com ",
        CONSUMER_KEY="  ",
        PLAYER_ID=" ",
        API_VERSION="",
        EMBED_UNPUBLISHED=" ",
        NOTIFICATION_SECRETS=" new , , old ,",
        WORKSPACES=" default , ",
    )
    assert found == {"default": {"DOMAIN": "video.example.com", "NOTIFICATION_SECRETS": ["new", "old"]}}


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("Yes", True), ("1", True), ("false", False), ("No", False), ("0", False), ("ture", "ture")],
)
def test_workspaces_from_env__boolean__is_read_or_left_to_the_checks(text: str, value: Any) -> None:
    assert read(DOMAIN="a", EMBED_UNPUBLISHED=text)["default"]["EMBED_UNPUBLISHED"] is value or text == value


@pytest.mark.parametrize("text", ["seven", "7.5", "9" * 5_000, "７"])  # noqa: RUF001 - a digit, but not for us
def test_workspaces_from_env__no_number__is_left_to_the_checks(text: str) -> None:
    assert read(DOMAIN="a", PLAYER_ID=text, API_VERSION=text)["default"] == {
        "DOMAIN": "a",
        "PLAYER_ID": text,
        "API_VERSION": text,
    }


@pytest.mark.parametrize(
    ("variables", "secrets"),
    [
        ({"NOTIFICATION_SECRET": "only"}, ["only"]),
        ({"NOTIFICATION_SECRETS": "only"}, ["only"]),
        ({"NOTIFICATION_SECRETS": "new,old", "NOTIFICATION_SECRET": "older"}, ["new", "old", "older"]),
    ],
)
def test_workspaces_from_env__secrets__the_first_is_current(variables: dict[str, str], secrets: list[str]) -> None:
    assert read(DOMAIN="a", **variables)["default"]["NOTIFICATION_SECRETS"] == secrets


def test_workspaces_from_env__further_aliases__have_variables_of_their_own() -> None:
    found = read(
        WORKSPACES="default,intranet,press-room",
        DOMAIN="video.example.com",
        CONSUMER_KEY="main key",
        INTRANET_DOMAIN="intranet.example.com",
        INTRANET_NOTIFICATION_SECRETS="s1,s2",
        PRESS_ROOM_DOMAIN="press.example.com",
        PRESS_ROOM_PLAYER_ID="3",
    )
    assert found == {
        "default": {"DOMAIN": "video.example.com", "CONSUMER_KEY": "main key"},
        "intranet": {"DOMAIN": "intranet.example.com", "NOTIFICATION_SECRETS": ["s1", "s2"]},
        "press-room": {"DOMAIN": "press.example.com", "PLAYER_ID": 3},
    }


def test_workspaces_from_env__alias_without_a_domain__is_left_out() -> None:
    assert read(WORKSPACES="default,intranet", INTRANET_DOMAIN="intranet.example.com").keys() == {"intranet"}


@pytest.mark.parametrize("aliases", ["main site", "main/site", "vidéo", "default,ünlü"])
def test_workspaces_from_env__alias_no_slug__is_refused(aliases: str) -> None:
    with pytest.raises(ConfigurationError, match="is no slug"):
        read(WORKSPACES=aliases)


@pytest.mark.parametrize(
    "aliases",
    [
        *("consumer", "access", "ACCESS-TOKEN", "bearer", "api", "notification", "player", "embed", "time"),
        *("intranet,INTRANET", "press-room,press_room", "default,notification"),
    ],
)
def test_workspaces_from_env__alias_that_collides__is_refused(aliases: str) -> None:
    with pytest.raises(ConfigurationError, match="choose another"):
        read(WORKSPACES=aliases, DOMAIN="a")


@pytest.mark.parametrize("alias", ["domain", "scheme", "workspaces", "base", "intervals", "consumer-2"])
def test_workspaces_from_env__alias_that_only_resembles__is_taken(alias: str) -> None:
    variables = {f"{alias.upper().replace('-', '_')}_DOMAIN": "a.example.com"}
    assert read(WORKSPACES=alias, **variables) == {alias: {"DOMAIN": "a.example.com"}}


def test_workspaces_from_env__same_alias_twice__is_read_once() -> None:
    assert read(WORKSPACES="default,default", DOMAIN="a") == {"default": {"DOMAIN": "a"}}
