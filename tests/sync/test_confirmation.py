"""What an answer by id proves: told answer by answer, without any platform."""

from __future__ import annotations

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from django_twentythree.exceptions import (
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    ResponseError,
    UnexpectedResponseError,
)
from django_twentythree.models import Photo
from django_twentythree.sync.missing import confirm_missing, find_deletion_guard, is_proof_of_being_gone
from tests.sync.test_missing import three  # noqa: F401 - a fixture


def say_no(kind: type[ResponseError], actual_level: str = "") -> Any:
    return kind("photo/list", 404, "some_code", "No.", actual_level)


@pytest.mark.parametrize(
    ("kind", "actual_level", "level", "is_proof"),
    [
        (NotFoundError, "", "super", True),
        (NotFoundError, "read", "super", True),  # both see everything
        (NotFoundError, "anonymous", "super", False),
        (NotFoundError, "none", "anonymous", False),
        (NotFoundError, "", "anonymous", True),
        (PermissionDeniedError, "", "anonymous", True),
        (PermissionDeniedError, "anonymous", "anonymous", True),
        (PermissionDeniedError, "none", "anonymous", False),
        (PermissionDeniedError, "", "read", False),
        (PermissionDeniedError, "super", "super", False),
    ],
)
def test_is_proof_of_being_gone__every_no__counts_at_the_level_that_was_asked_at(kind, actual_level, level, is_proof):
    assert is_proof_of_being_gone(say_no(kind, actual_level), level) is is_proof


class FakeSession:
    """A session whose platform gives the answers that it is told."""

    level = "super"

    def __init__(self, answers: dict[int, Any]) -> None:
        self.answers = answers
        self.client = SimpleNamespace(waiter=self)

    def fetch_one(self, resource: str, remote_id: int) -> Any:
        answer = self.answers[remote_id]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def ask_each(self, ask, items, *, in_flight):
        for item in items:
            future: Future[Any] = Future()
            try:
                future.set_result(ask(item))
            except ResponseError as error:
                future.set_exception(error)
            except UnexpectedResponseError as error:
                future.set_exception(error)
            yield item, future

    def accepts(self, answer: str) -> bool:
        return answer == "ours"


def entry(remote_id: int) -> Any:
    return SimpleNamespace(remote_id=remote_id)


def confirm(answers: dict[int, Any]) -> Any:
    session: Any = FakeSession(answers)
    return confirm_missing(session, "photos", answers, in_flight=1)


def test_confirm_missing__every_answer__is_gone_found_or_undecided():
    before = timezone.now()
    unusable = UnexpectedResponseError("photo/list", "half an answer")
    confirmation = confirm(
        {
            1: (None, "ours"),
            2: (entry(2), "ours"),
            3: (None, "another level"),
            4: (entry(4), "another level"),
            5: (entry(6), "ours"),  # another object than the one asked for
            6: (entry(5), "ours"),
            7: say_no(NotFoundError),
            8: say_no(NotFoundError, "anonymous"),
            9: say_no(PermissionDeniedError),
            10: say_no(ResponseError),
            11: unusable,
        }
    )
    assert confirmation.gone == {1, 7}
    assert [found.remote_id for found, _ in confirmation.found] == [2]
    assert confirmation.undecided == 8
    assert before <= confirmation.asked_at <= timezone.now()


def test_confirm_missing__credentials_refused__concludes_nothing():
    with pytest.raises(AuthenticationError):
        confirm({1: (None, "ours"), 2: say_no(AuthenticationError)})


@pytest.mark.parametrize(
    ("candidates", "visible", "is_held_back"),
    [
        (5, 20, False),
        (6, 20, True),
        (50, 1_000, False),
        (51, 1_000, True),
        (2, 2, False),  # two of two may go, three of three are everything
        (3, 3, True),
        (0, 0, False),
    ],
)
def test_find_deletion_guard__few_or_a_small_share__may_go(settings, candidates, visible, is_held_back):
    settings.TWENTYTHREE = {"MISSING_LIMIT": 0.05}
    reason = find_deletion_guard(candidates, visible, "photos", "default")
    assert bool(reason) is is_held_back
    assert not reason or f"{candidates} of {visible} rows" in reason


@pytest.mark.django_db
def test_sync_photos__several_unclear_answers__are_all_counted(three, sync):  # noqa: F811 - the fixture
    three.fail_next("omit", ids=[2, 3], method="photo/list")
    three.fail_next("error", method="photo/list", code="video_is_being_moved", message="No.", times=2)
    run = sync()
    assert run.missing == 0
    assert "2 objects were not listed" in run.error
    assert Photo.objects.present().count() == 3
