"""What the platform's reference leaves uncertain, asked of a real workspace: calls that read, and change nothing.

Each question names its call, what came back and what that means for the mirror. No answer of the platform is
repeated beyond counts, codes and names of properties, so that a report can be shown to anybody.

Source of the uncertainties: API reference, the places named with each question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django_twentythree.api import Answer, Client
from django_twentythree.exceptions import APIError, ResponseError
from django_twentythree.sync.levels import is_privileged

NO_SUCH_ID: Final = 2**52 + 1
LARGEST_PAGE: Final = 100
CLOCK_TOLERANCE_SECONDS: Final = 60
_LISTS: Final = {"photo/list": "photos", "album/list": "albums", "live/list": "live", "player/list": "players"}


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


@dataclass(slots=True)
class Doctor:
    """Asks one workspace. Every call goes through `_ask`, which tells what it was."""

    client: Client
    asked: str = ""
    level: str = ""

    def examine(self) -> Iterator[Finding]:
        """Yield a finding for each question, as it is answered.

        A refusal is an answer, too; only when the platform cannot be reached at all does this end early.

        Raises:
            APIError: There was no usable answer to `site/get`.
        """
        yield self._ask_level()
        for topic, question in QUESTIONS.items():
            try:
                answer, meaning, is_fine = question(self)
            except ResponseError as error:
                answer, meaning, is_fine = _describe(error), "The call is refused at this level.", True
            except APIError as error:
                answer, meaning, is_fine = str(error), "No usable answer; ask again later.", False
            yield Finding(topic, self.asked, answer, meaning, is_fine)

    def ask(self, method: str, **parameters: Any) -> Answer:
        """Call a method of the workspace's version, and remember how that is written."""
        self.asked = " ".join((method, *(f"{name}={value}" for name, value in parameters.items())))
        return self.client.fetch(method, **parameters)

    def list_(self, method: str, **parameters: Any) -> tuple[list[Mapping[str, Any]], Mapping[str, Any]]:
        """Return the objects of a listing, and the envelope around them."""
        envelope = self.ask(method, **parameters).envelope
        items = envelope.get("data" if self.client.api_version == 2 else _LISTS[method], [])
        listed = items if isinstance(items, list) else [items]
        return [item for item in listed if isinstance(item, dict)], envelope

    def count(self, **parameters: Any) -> int:
        """Return how many photos a listing announces."""
        return _integer(self.list_("photo/list", size=1, **parameters)[1].get("total_count"))

    @property
    def privileges(self) -> dict[str, int]:
        """The parameters that show what is not public, where the level allows them."""
        return {"include_unpublished_p": 1} if is_privileged(self.level) else {}

    def _ask_level(self) -> Finding:
        answer = self.ask("site/get")
        self.level = answer.permission_level
        skew = (answer.server_date - answer.sent_at).total_seconds() if answer.server_date else 0.0
        is_wrong = abs(skew) > CLOCK_TOLERANCE_SECONDS
        clock = f"the clocks differ by {abs(skew):.0f} s" if is_wrong else "the clocks agree"
        meaning = "Everything can be mirrored." if is_privileged(self.level) else "What is public can be mirrored."
        return Finding(
            "Permission level", self.asked, f"level {self.level or 'not told'}; {clock}", meaning, not is_wrong
        )


Outcome = tuple[str, str, bool]


def _unknown_id(doctor: Doctor) -> Outcome:
    try:
        items, _ = doctor.list_("photo/list", photo_id=NO_SUCH_ID, **doctor.privileges)
    except ResponseError as error:
        return _describe(error), "A video that is gone is recognised by this error.", True
    if items:
        return f"{len(items)} objects", "The filter photo_id is ignored: nothing can be looked up by its id.", False
    return "an empty list", "A video that is gone is recognised by an empty list.", True


def _page_size(doctor: Doctor) -> Outcome:
    items, envelope = doctor.list_("photo/list", size=LARGEST_PAGE + 50, **doctor.privileges)
    echoed, total = _integer(envelope.get("size")), _integer(envelope.get("total_count"))
    answer = f"{len(items)} objects, size {echoed}, total_count {total}"
    if len(items) > LARGEST_PAGE:
        return answer, "Larger pages than 100 are possible; the mirror does not need them.", True
    return answer, "Pages are cut to 100, which is what the mirror asks for.", True


def _echoed_size(doctor: Doctor) -> Outcome:
    items, envelope = doctor.list_("photo/list", size=2, **doctor.privileges)
    echoed = _integer(envelope.get("size"))
    is_same = echoed == 2 or len(items) < 2
    meaning = "It is the size asked for." if is_same else "It is another number; the mirror counts objects instead."
    return f"{len(items)} objects, size {echoed}", meaning, True


def _order(doctor: Doctor) -> Outcome:
    name = "uploaded" if doctor.client.api_version == 2 else "created"
    items, _ = doctor.list_(
        "photo/list", size=LARGEST_PAGE, orderby=name, order="asc", prioritize_promoted_p=0, **doctor.privileges
    )
    epochs = [_integer(item.get("creation_date_epoch")) for item in items]
    if not any(epochs):
        return f"{len(items)} objects without dates in seconds", "Dates are read by the setting TIME_ZONE.", True
    is_sorted = epochs == sorted(epochs)
    meaning = "Pages hold still while they are read." if is_sorted else "Pages may shift while they are read."
    return ("oldest first" if is_sorted else "not in the order asked for"), meaning, is_sorted


def _unpublished(doctor: Doctor) -> Outcome:
    if not is_privileged(doctor.level):
        doctor.asked = "photo/list"
        return "not asked", "Below level 'read' unpublished videos are not told of.", True
    with_, without = doctor.count(**doctor.privileges), doctor.count()
    return f"{with_} with, {without} without", "Unpublished videos are listed when asked for.", with_ >= without


def _hidden(doctor: Doctor) -> Outcome:
    if not is_privileged(doctor.level):
        doctor.asked = "photo/list include_hidden_p=1"
        return "not asked", "Below level 'read' videos in hidden categories are not told of.", True
    without = doctor.count(**doctor.privileges)
    with_ = doctor.count(include_hidden_p=1, **doctor.privileges)
    answer = f"{with_} with include_hidden_p, {without} without"
    if doctor.client.api_version == 2 and with_ != without:
        return answer, "Version 2 leaves out videos in hidden categories; they are found by id only.", False
    return answer, "Videos in hidden categories are listed.", True


def _recordings(doctor: Doctor) -> Outcome:
    everything, filtered = doctor.count(), doctor.count(live_id=NO_SUCH_ID)
    if filtered and filtered == everything:
        return f"all {filtered}", "The filter live_id is ignored: recordings are known only by their own word.", False
    return f"{filtered} of {everything}", "Recordings can be asked for by their live stream.", True


def _upcoming(doctor: Doctor) -> Outcome:
    everything = _integer(doctor.list_("live/list", size=1)[1].get("total_count"))
    upcoming = _integer(doctor.list_("live/list", size=1, upcoming_p=1)[1].get("total_count"))
    return (
        f"{upcoming} of {everything}",
        "What is on air or to come can be asked for by itself.",
        upcoming <= everything,
    )


def _live_fields(doctor: Doctor) -> Outcome:
    items, _ = doctor.list_("live/list", size=1)
    if not items:
        return "there are no live streams", "Nothing can be told.", True
    names = ("streaming_p", "broadcasting_p", "private_p", "next_start_time", "live_date", "live_status", "album_id")
    told = [name for name in names if name in items[0]]
    is_enough = "streaming_p" in told or "live_status" in told
    meaning = "Enough to tell what is on air." if is_enough else "Whether it is on air is not told."
    return ", ".join(told) or "none of those looked for", meaning, is_enough


def _fields(doctor: Doctor) -> Outcome:
    if doctor.client.api_version == 1:
        doctor.asked = "photo/list"
        return "not asked", "Version 1 sends every property.", True
    try:
        items, _ = doctor.list_("photo/list", size=1, fields="photo_id,no_such_property", **doctor.privileges)
    except ResponseError as error:
        return _describe(error), "Unknown names are refused; the mirror then asks for all properties.", True
    count = len(items[0]) if items else 0
    meaning = "Only what is asked for is sent." if count <= 2 else "The choice is ignored; everything is sent."
    return f"{count} properties", meaning, True


def _cache(doctor: Doctor) -> Outcome:
    answer = doctor.ask("site/get")
    if doctor.client.is_signed:
        is_fine = not answer.is_cached
        return ("from a cache" if answer.is_cached else "fresh"), "Calls with credentials pass by the cache.", is_fine
    fresh = doctor.ask("site/get", time=int(answer.sent_at.timestamp()))
    return ("from a cache" if fresh.is_cached else "fresh"), "time= passes by the cache.", not fresh.is_cached


def _webhooks(doctor: Doctor) -> Outcome:
    events = doctor.ask("2/webhook/events").envelope.get("data")
    names = [item.get("event") for item in events if isinstance(item, dict)] if isinstance(events, list) else []
    return ", ".join(str(name)[:60] for name in names[:40]) or "none", "Names for twentythree_webhooks subscribe.", True


QUESTIONS: Final[Mapping[str, Callable[[Doctor], Outcome]]] = {
    "A video that does not exist": _unknown_id,  # README section 7; v2 section 4, "Missing object on a list call"
    "Largest page": _page_size,  # README section 8; v2 section 4, "over the maximum"
    "Size that is echoed": _echoed_size,  # v2 section 4
    "Order of a listing": _order,  # README section 8
    "Unpublished videos": _unpublished,  # README section 10
    "Videos in hidden categories": _hidden,  # v2 section 6: there is no such parameter
    "Recordings of a live stream": _recordings,  # methods-v1 section 1
    "Live streams on air or to come": _upcoming,  # methods-v1 section 4
    "What a live stream tells": _live_fields,  # v2 section 8: not documented
    "Choice of properties": _fields,  # v2 sections 2 and 13
    "Cache": _cache,  # README section 9
    "Events of webhooks": _webhooks,  # webhooks section 3
}


def _describe(error: ResponseError) -> str:
    return f"HTTP {error.status}, code {error.code or 'none'}"


def _integer(value: Any) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
