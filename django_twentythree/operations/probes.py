"""Probes of what the platform's reference leaves uncertain, for a `Doctor`.

Source of the uncertainties: API reference, the places named with each question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, timedelta, timezone
from typing import Any, Final

from django_twentythree.api.levels import is_privileged
from django_twentythree.api.wire import read_epoch, read_flag, read_remote_id, read_timestamp
from django_twentythree.exceptions import (
    AuthenticationError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
    ResponseError,
)
from django_twentythree.operations.doctor import Doctor, Outcome, describe, read_count
from django_twentythree.sync.missing import is_proof_of_being_gone

# No video has it yet, and every database reads it as a number.
NO_SUCH_ID: Final = 2**31 - 1
LARGEST_PAGE: Final = 100
MOST_HIDDEN_ALBUMS: Final = 3
ELSEWHERE: Final = timezone(timedelta(hours=1))


def _unknown_id(doctor: Doctor) -> Outcome:
    try:
        items, envelope = doctor.list_("photo/list", photo_id=NO_SUCH_ID, **doctor.privileges)
    except (NotFoundError, PermissionDeniedError) as error:
        if is_proof_of_being_gone(error, doctor.level):
            return describe(error), "A video that is gone is recognised by this error.", True
        return describe(error), "This is no sign of a video that is gone: it stays in the mirror.", False
    except AuthenticationError:
        raise
    except ResponseError as error:
        return describe(error), "This is no sign of a video that is gone: it stays in the mirror.", False
    if items:
        return f"{len(items)} objects", "The filter photo_id is ignored: nothing can be looked up by its id.", False
    if announced := read_count(envelope.get("total_count")):
        answer = f"an empty list that announces {announced}"
        return answer, "This is no sign of a video that is gone: it stays in the mirror.", False
    return "an empty list", "A video that is gone is recognised by an empty list.", True


def _page_size(doctor: Doctor) -> Outcome:
    try:
        items, envelope = doctor.list_("photo/list", size=LARGEST_PAGE + 50, **doctor.privileges)
    except InvalidInputError as error:
        return describe(error), "Larger pages than 100 are refused; the mirror does not ask for them.", True
    echoed, total = read_count(envelope.get("size")), read_count(envelope.get("total_count"))
    answer = f"{len(items)} objects, size {echoed}, total_count {total}"
    if len(items) > LARGEST_PAGE:
        return answer, "Larger pages than 100 are possible; the mirror does not need them.", True
    if total <= len(items):
        return answer, "There are too few videos to tell.", True
    return answer, f"Pages are cut to {len(items)}; the mirror asks for 100 and counts what comes.", True


def _echoed_size(doctor: Doctor) -> Outcome:
    items, envelope = doctor.list_("photo/list", size=2, **doctor.privileges)
    echoed = read_count(envelope.get("size"))
    is_same = echoed == 2 or len(items) < 2
    meaning = "It is the size asked for." if is_same else "It is another number; the mirror counts objects instead."
    return f"{len(items)} objects, size {echoed}", meaning, True


def _order(doctor: Doctor) -> Outcome:
    name = "uploaded" if doctor.client.api_version == 2 else "created"
    items, _ = doctor.list_(
        "photo/list", size=LARGEST_PAGE, orderby=name, order="asc", prioritize_promoted_p=0, **doctor.privileges
    )
    epochs = [epoch for item in items if (epoch := read_count(item.get("creation_date_epoch")))]
    if len(items) < 2:
        return f"{len(items)} objects", "There are too few videos to tell.", True
    if not epochs:
        return f"{len(items)} objects without dates in seconds", "Dates are read by the setting TIME_ZONE.", True
    is_sorted = epochs == sorted(epochs)
    meaning = "Pages hold still while they are read." if is_sorted else "Pages may shift while they are read."
    return ("oldest first" if is_sorted else "not in the order asked for"), meaning, is_sorted


def _unpublished(doctor: Doctor) -> Outcome:
    if not is_privileged(doctor.level):
        doctor.asked = "photo/list"
        return "not asked", "Below level 'read' unpublished videos are not told of.", True
    with_, without = doctor.count(**doctor.privileges), doctor.count()
    answer = f"{with_} with, {without} without"
    if with_ < without:
        return answer, "Fewer come when unpublished videos are asked for: that parameter does something else.", False
    return answer, "Unpublished videos are listed when asked for.", True


def _hidden(doctor: Doctor) -> Outcome:
    if not is_privileged(doctor.level):
        doctor.asked = "photo/list include_hidden_p=1"
        return "not asked", "Below level 'read' videos in hidden categories are not told of.", True
    if doctor.client.api_version == 2:
        return _hidden_in_version_2(doctor)
    without = doctor.count(**doctor.privileges)
    with_ = doctor.count(include_hidden_p=1, **doctor.privileges)
    answer = f"{with_} with include_hidden_p, {without} without"
    return answer, "Videos in hidden categories are listed when asked for.", with_ >= without


def _hidden_in_version_2(doctor: Doctor) -> Outcome:
    """Look for a video of hidden categories among all videos of the day on which it was uploaded."""
    albums, _ = doctor.list_("album/list", size=LARGEST_PAGE, include_hidden_p=1)
    hidden = {read_remote_id(album.get("album_id")) for album in albums if read_flag(album.get("hide_p"))}
    if not hidden:
        return "no hidden categories", "Nothing can be told.", True
    for album_id in sorted(filter(None, hidden))[:MOST_HIDDEN_ALBUMS]:
        items, _ = doctor.list_("photo/list", album_id=album_id, size=LARGEST_PAGE, **doctor.privileges)
        for item in items:
            lies_in = {read_remote_id(part) for part in str(item.get("all_albums") or "").split()}
            day = str(item.get("creation_date_ansi") or "")[:10].split("-")
            if lies_in and lies_in <= hidden and len(day) == 3:
                return _hidden_among(doctor, album_id, item, dict(zip(("year", "month", "day"), day, strict=True)))
    return "no videos in hidden categories only", "Nothing can be told.", True


def _hidden_among(doctor: Doctor, album_id: int, video: Mapping[str, Any], day: Mapping[str, str]) -> Outcome:
    def is_there(**parameters: Any) -> tuple[bool, bool]:
        items, envelope = doctor.list_("photo/list", size=LARGEST_PAGE, **parameters, **day, **doctor.privileges)
        is_cut = len(items) < read_count(envelope.get("total_count"))
        return any(item.get("photo_id") == video.get("photo_id") for item in items), is_cut

    is_known_by_day, _ = is_there(album_id=album_id)
    is_listed, is_cut = is_there()
    if is_listed:
        return "one was found in an ordinary listing", "Videos in hidden categories are listed.", True
    if is_cut or not is_known_by_day:
        return "too many videos to find one of them", "Nothing can be told.", True
    return "one was left out of an ordinary listing", "They are left out, and found by id only.", False


def _recordings(doctor: Doctor) -> Outcome:
    everything = doctor.count()
    if not everything:
        return "there are no videos", "Nothing can be told.", True
    try:
        filtered = doctor.count(live_id=NO_SUCH_ID)
    except NotFoundError as error:
        return describe(error), "Recordings can be asked for by their live stream.", True
    if filtered and filtered == everything:
        return f"all {filtered}", "The filter live_id is ignored: recordings are known only by their own word.", False
    return f"{filtered} of {everything}", "Recordings can be asked for by their live stream.", True


def _upcoming(doctor: Doctor) -> Outcome:
    everything = doctor.count("live/list", **doctor.live_parameters)
    if not everything:
        return "there are no live streams", "Nothing can be told.", True
    upcoming = doctor.count("live/list", upcoming_p=1, **doctor.live_parameters)
    return (
        f"{upcoming} of {everything}",
        "What is on air or to come can be asked for by itself."
        if upcoming < everything
        else "None is left out: the filter is ignored, or all are to come.",
        upcoming <= everything,
    )


def _live_fields(doctor: Doctor) -> Outcome:
    items, _ = doctor.list_("live/list", size=1, **doctor.live_parameters)
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
    except InvalidInputError as error:
        return describe(error), "Unknown names are refused; the mirror then asks for all properties.", True
    if not items:
        return "there are no videos", "Nothing can be told.", True
    count = len(items[0])
    meaning = "Only what is asked for is sent." if count <= 2 else "The choice is ignored; everything is sent."
    return f"{count} properties", meaning, True


def _zone(doctor: Doctor) -> Outcome:
    items, _ = doctor.list_("photo/list", size=LARGEST_PAGE, **doctor.privileges)
    apart = set()
    for item in items:
        epoch, text = read_epoch(item.get("creation_date_epoch")), item.get("creation_date_ansi")
        moment = read_timestamp(text, doctor.time_zone)
        has_zone = read_timestamp(text, UTC) == read_timestamp(text, ELSEWHERE)
        if epoch and moment and not has_zone:
            apart.add(moment - epoch)
    if not apart:
        return "no such dates beside dates in seconds", "Nothing can be told.", True
    if max(map(abs, apart)) < timedelta(minutes=1):
        return "as the setting TIME_ZONE says", "Dates of categories, which have no seconds, are read rightly.", True
    hours = ", ".join(sorted(f"{difference.total_seconds() / 3600:+g} h" for difference in apart)[:4])
    return f"{hours} apart from the same in seconds", "Set TIME_ZONE of the workspace to the site's own zone.", False


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


PROBES: Final[Mapping[str, Callable[[Doctor], Outcome]]] = {
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
    "Dates without a zone": _zone,  # v2 section 13
    "Cache": _cache,  # README section 9
    "Events of webhooks": _webhooks,  # webhooks section 3
}
