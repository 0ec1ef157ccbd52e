"""`twentythree_doctor` against the sandbox, in both versions and at every level."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from django_twentythree.sync.doctor import QUESTIONS

pytestmark = pytest.mark.django_db


def examine() -> dict[str, dict[str, Any]]:
    out = io.StringIO()
    call_command("twentythree_doctor", "--json", stdout=out)
    return {finding["topic"]: finding for finding in json.loads(out.getvalue())}


@pytest.mark.parametrize("api_version", [1, 2])
@pytest.mark.parametrize("level", ["super", "read", None])
def test_doctor__every_question__is_answered_and_nothing_changes(
    configure: Any, twentythree_platform: Any, api_version: int, level: str | None
) -> None:
    twentythree_platform.fill(photos=150)
    configure(level=level, api_version=api_version)
    found = examine()
    assert found.keys() == {"Permission level", *QUESTIONS}
    assert [topic for topic, finding in found.items() if not finding["is_fine"]] == []
    assert found["Permission level"]["answer"].startswith(f"level {level or 'anonymous'}")
    changing = [r for r in twentythree_platform.requests if not r["method"].endswith(("list", "get", "events"))]
    assert changing == []
    assert {r["outcome"] for r in twentythree_platform.requests} <= {"ok", "photo_not_found", "no_such_photo"}


def test_doctor__odd_platform__is_pointed_out(platform: Any) -> None:
    platform.add_photo(1)
    platform.add_photo(2)
    platform.fail_next("slow", seconds=0, times=9, method="photo/list")
    platform.fail_next("miscount", total_count=2, times=9, method="photo/list")
    platform.add_livestream(1)
    found = examine()
    assert not found["Recordings of a live stream"]["is_fine"]
    assert "ignored" in found["Recordings of a live stream"]["meaning"]


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
