"""`twentythree_doctor` against the sandbox, in both versions and at every level."""

from __future__ import annotations

import io
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from django_twentythree.coordination.connections import connect
from django_twentythree.operations.doctor import Doctor, Finding
from django_twentythree.operations.probes import PROBES

pytestmark = pytest.mark.django_db


def examine() -> dict[str, dict[str, Any]]:
    out = io.StringIO()
    call_command("twentythree_doctor", "--json", stdout=out)
    return {finding["topic"]: finding for finding in json.loads(out.getvalue())}


def ask(topic: str, **options: Any) -> Finding:
    """Return what comes of one question."""
    with connect("default", max_attempts=1) as client:
        doctor = Doctor(client, **options)
        (_, finding) = doctor.examine({topic: PROBES[topic]})
    return finding


@pytest.mark.parametrize("api_version", [1, 2])
@pytest.mark.parametrize("level", ["super", "read", None])
def test_doctor__every_question__is_answered_and_nothing_changes(
    configure: Any, twentythree_platform: Any, api_version: int, level: str | None
) -> None:
    twentythree_platform.fill(photos=150)
    configure(level=level, api_version=api_version, TIME_ZONE="Europe/Copenhagen")
    found = examine()
    assert found.keys() == {"Permission level", *PROBES}
    assert [topic for topic, finding in found.items() if not finding["is_fine"]] == []
    assert found["Permission level"]["answer"].startswith(f"level {level or 'anonymous'}")
    changing = [r for r in twentythree_platform.requests if not r["method"].endswith(("list", "get", "events"))]
    assert changing == []
    lives = [r["params"] for r in twentythree_platform.requests if r["method"] == "live/list"]
    assert [params.get("include_streaming_details_p") for params in lives] == [None if api_version == 1 else "0"] * 3
    assert {r["outcome"] for r in twentythree_platform.requests} <= {"ok", "photo_not_found", "no_such_photo"}


def test_doctor__odd_platform__is_pointed_out(platform: Any) -> None:
    platform.add_photo(1)
    platform.add_photo(2)
    platform.fail_next("ignore", names=["live_id"], times=2, method="photo/list")
    found = ask("Recordings of a live stream")
    assert not found.is_fine
    assert "ignored" in found.meaning


def test_doctor__text__has_no_secret(platform: Any) -> None:
    platform.add_photo(1)
    out = io.StringIO()
    call_command("twentythree_doctor", stdout=out)
    text = out.getvalue()
    assert "ok Permission level: level super; the clocks agree." in text
    secrets = [*platform.credentials.values(), platform.bearer_token_for("super"), platform.get_photo(1)["token"]]
    assert not any(secret in text for secret in secrets)


def test_doctor__credentials_refused__is_one_sentence(platform: Any) -> None:
    platform.revoke_credentials()
    with pytest.raises(CommandError, match="refused the credentials of 'default'") as caught:
        call_command("twentythree_doctor", stdout=io.StringIO())
    assert "\n" not in str(caught.value)


def test_doctor__no_answer__goes_on_with_the_other_questions(platform: Any) -> None:
    platform.add_photo(1)
    platform.fail_next("html", times=2, method="photo/list")
    found = examine()
    assert not found["A video that does not exist"]["is_fine"]
    assert found["Cache"]["is_fine"]


@pytest.mark.parametrize(("api_version", "level"), [(1, "anonymous"), (2, "anonymous"), (2, "none")])
def test_doctor__credentials_ignored__is_pointed_out(
    configure: Any, twentythree_platform: Any, api_version: int, level: str
) -> None:
    configure(api_version=api_version)
    twentythree_platform.fail_next("drop_level", level=level, method="site/get")
    found = examine()["Permission level"]
    assert not found["is_fine"]
    assert "credentials are ignored" in found["meaning"]


@pytest.mark.parametrize("api_version", [1, 2])
@pytest.mark.parametrize(
    ("code", "is_fine"),
    [("no_such_photo", True), ("permission_denied", False), ("invalid_type", False), ("gone_fishing", False)],
)
def test_doctor__video_that_does_not_exist__only_some_errors_are_a_sign(
    configure: Any, twentythree_platform: Any, api_version: int, code: str, is_fine: bool
) -> None:
    configure(api_version=api_version)
    twentythree_platform.fail_next("error", code=code, message="No.", method="photo/list")
    found = ask("A video that does not exist")
    assert (found.is_fine, code in found.answer) == (is_fine, True)
    assert ("is recognised" if is_fine else "stays in the mirror") in found.meaning


@pytest.mark.parametrize(
    ("code", "is_fine", "meaning"),
    [
        ("permission_denied", True, "refused at this level"),
        ("invalid_signature", False, "credentials are refused"),
        ("feature_not_available", False, "Refused otherwise"),
    ],
)
def test_doctor__refusal__says_of_what_kind(platform: Any, code: str, is_fine: bool, meaning: str) -> None:
    platform.fail_next("error", code=code, message="No.", method="photo/list")
    found = ask("Order of a listing")
    assert (found.is_fine, meaning in found.meaning) == (is_fine, True)


def test_doctor__size_of_pages__is_told_only_where_there_are_enough_videos(platform: Any) -> None:
    platform.fill(photos=30)
    assert "too few" in ask("Largest page").meaning
    platform.fill(photos=150)
    assert "cut to 100" in ask("Largest page").meaning
    platform.fail_next("error", code="invalid_input", message="size", method="photo/list")
    assert "are refused" in ask("Largest page").meaning


def test_doctor__nothing_there__tells_nothing(configure: Any, twentythree_platform: Any) -> None:
    configure(api_version=2)
    for topic in ("Order of a listing", "Videos in hidden categories", "Recordings of a live stream"):
        found = ask(topic)
        assert found.is_fine
        assert "too few" in found.meaning or "Nothing can be told" in found.meaning
    for topic in ("Live streams on air or to come", "What a live stream tells", "Choice of properties"):
        assert ask(topic).meaning == "Nothing can be told."


def test_doctor__without_a_total__says_so(platform: Any) -> None:
    platform.add_photo(1)
    platform.fail_next("miscount", total_count=0, method="photo/list")
    assert ask("Unpublished videos").answer == "no total_count"


def test_doctor__hidden_categories_over_version_2__are_looked_for(configure: Any, twentythree_platform: Any) -> None:
    configure(api_version=2)
    twentythree_platform.add_album(50, hide_p=1)
    twentythree_platform.add_album(51)
    twentythree_platform.add_photo(1, all_albums="50 51")
    twentythree_platform.add_photo(2)
    assert ask("Videos in hidden categories").answer == "no videos in hidden categories only"
    twentythree_platform.add_photo(3, all_albums="50", title="Not to be told")
    found = ask("Videos in hidden categories")
    assert (found.is_fine, found.answer) == (True, "one was found in an ordinary listing")
    assert "Not to be told" not in repr(found)
    twentythree_platform.fail_next("slow", seconds=0, times=2, method="photo/list")
    twentythree_platform.fail_next("omit", ids=[3], method="photo/list")
    found = ask("Videos in hidden categories")
    assert (found.is_fine, found.answer) == (False, "one was left out of an ordinary listing")


def test_doctor__zone_of_dates__is_told_beside_dates_in_seconds(platform: Any) -> None:
    platform.add_photo(1, creation_date_epoch=1_759_406_691)
    found = ask("Dates without a zone")
    assert (found.is_fine, found.answer) == (False, "+2 h apart from the same in seconds")
    assert ask("Dates without a zone", time_zone=ZoneInfo("Europe/Copenhagen")).is_fine
    platform.edit_photo(1, creation_date_ansi="2025-10-02 12:04:51+00")
    assert ask("Dates without a zone").meaning == "Nothing can be told."


def test_doctor__empty_list_that_announces_something__is_no_sign(configure: Any, twentythree_platform: Any) -> None:
    configure(level=None)
    twentythree_platform.add_photo(2**31 - 1, published_p=0)
    assert ask("A video that does not exist").is_fine
    twentythree_platform.fail_next("miscount", total_count=1, method="photo/list")
    found = ask("A video that does not exist")
    assert (found.is_fine, found.answer) == (False, "an empty list that announces 1")
    assert "stays in the mirror" in found.meaning
