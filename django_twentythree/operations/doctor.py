"""Asks a real workspace questions, by calls that read and change nothing.

Each finding names its call, what came back and what that means for the mirror. No answer of the platform is
repeated beyond counts, codes and names of properties, so that a report can be shown to anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, Final

from django_twentythree.api import Client, Response
from django_twentythree.api.levels import is_privileged
from django_twentythree.exceptions import (
    APIError,
    AuthenticationError,
    PermissionDeniedError,
    ResponseError,
)
from django_twentythree.ids import read_number

CLOCK_TOLERANCE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was uncertain.

    Attributes:
        topic: What it is about.
        asked: The call, as `twentythree_call` takes it.
        answer: What came back, in few words.
        meaning: What that means for this site.
        is_fine: Whether the mirror keeps all its promises with it.
    """

    topic: str
    asked: str
    answer: str
    meaning: str
    is_fine: bool = True


Outcome = tuple[str, str, bool]
"""A finding: what came back, what it means, and whether all is fine."""


class UncountedError(Exception):
    """A listing did not say how much there is."""


@dataclass(slots=True)
class Doctor:
    """Asks one workspace. Every call goes through `ask`, which tells what it was.

    Attributes:
        client: A connection to it.
        time_zone: Zone in which the mirror reads dates that name none.
        asked: The latest call.
        level: The permission level, once known.
    """

    client: Client
    time_zone: tzinfo = UTC
    asked: str = ""
    level: str = ""

    def examine(self, questions: Mapping[str, Callable[[Doctor], Outcome]]) -> Iterator[Finding]:
        """Yield a finding for each question, as it is answered.

        A refusal is an answer, too; only when the platform cannot be reached at all does this end early.

        Raises:
            APIError: There was no usable answer to `site/get`.
        """
        yield self._ask_level()
        for topic, question in questions.items():
            try:
                answer, meaning, is_fine = question(self)
            except UncountedError:
                answer, meaning, is_fine = "no total_count", "Nothing can be told; the mirror reads to the end.", True
            except PermissionDeniedError as error:
                answer, meaning, is_fine = describe(error), "The call is refused at this level.", True
            except AuthenticationError as error:
                answer, meaning, is_fine = describe(error), "The credentials are refused for this call.", False
            except ResponseError as error:
                answer, meaning, is_fine = describe(error), "Refused otherwise: nothing can be told.", False
            except APIError as error:
                answer, meaning, is_fine = str(error), "No usable answer; ask again later.", False
            yield Finding(topic, self.asked, answer, meaning, is_fine)

    def ask(self, method: str, **parameters: Any) -> Response:
        """Call a method of the workspace's version, and remember how that is written."""
        self.asked = " ".join((method, *(f"{name}={value}" for name, value in parameters.items())))
        return self.client.fetch(method, **parameters)

    def list_(self, method: str, **parameters: Any) -> tuple[list[Mapping[str, Any]], Mapping[str, Any]]:
        """Return the objects of a listing, and the envelope around them."""
        envelope = self.ask(method, **parameters).envelope
        items = envelope.get(self.client.get_result_key(method), [])
        listed = items if isinstance(items, list) else [items]
        return [item for item in listed if isinstance(item, dict)], envelope

    def count(self, method: str = "photo/list", /, **parameters: Any) -> int:
        """Return how many objects a listing announces.

        Raises:
            UncountedError: It does not.
        """
        items, envelope = self.list_(method, size=1, **parameters)
        total = read_count(envelope.get("total_count"))
        if items and not total:
            raise UncountedError
        return total

    @property
    def privileges(self) -> dict[str, int]:
        """The parameters that show what is not public, where the level allows them."""
        return {"include_unpublished_p": 1} if is_privileged(self.level) else {}

    @property
    def live_parameters(self) -> dict[str, int]:
        """The parameters with which the mirror lists live streams."""
        always = {"include_streaming_details_p": 0} if self.client.api_version == 2 else {}
        return {**always, "include_private_p": 1} if is_privileged(self.level) else always

    def _ask_level(self) -> Finding:
        answer = self.ask("site/get")
        self.level = answer.permission_level
        skew = (answer.server_date - answer.sent_at).total_seconds() if answer.server_date else 0.0
        is_wrong = abs(skew) > CLOCK_TOLERANCE_SECONDS
        clock = f"the clocks differ by {abs(skew):.0f} s" if is_wrong else "the clocks agree"
        told = f"level {self.level or 'not told'}; {clock}"
        if is_privileged(self.level):
            return Finding("Permission level", self.asked, told, "Everything can be mirrored.", not is_wrong)
        if self.client.is_signed:
            meaning = "The credentials are ignored, or good for nothing: check them, and that they are of this site."
            return Finding("Permission level", self.asked, told, meaning, is_fine=False)
        if self.level == "none":
            meaning = "The site is closed: nothing can be mirrored without credentials."
            return Finding("Permission level", self.asked, told, meaning, is_fine=False)
        return Finding("Permission level", self.asked, told, "What is public can be mirrored.", not is_wrong)


def describe(error: ResponseError) -> str:
    """Return the two facts of an error that need no words of the platform."""
    return f"HTTP {error.status}, code {error.code or 'none'}"


def read_count(value: Any) -> int:
    """Return a number of an answer, 0 when it is none."""
    return read_number(str(value)) or 0
