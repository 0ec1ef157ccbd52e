"""photo/section/list, photo/subtitle/list, photo/subtitle/data, photo/attachment/list.

Source: API reference, methods of version 1, sections 7 to 9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_twentythree.testing.sandbox.calls import Answer, method
from django_twentythree.testing.sandbox.methods.access import needed_photo, photo_is_opened
from django_twentythree.testing.sandbox.refusals import invalid_input
from django_twentythree.testing.sandbox.subtitles import as_json, as_websrt
from django_twentythree.testing.sandbox.wire import section_wire, subtitle_wire

if TYPE_CHECKING:
    from django_twentythree.testing.sandbox.calls import Call
    from django_twentythree.testing.sandbox.model import Photo

SUBTITLE_FORMATS = {"websrt": as_websrt, "json": as_json}


def _opened_photo(call: Call) -> Photo:
    photo = needed_photo(call)
    call.needed("token")
    photo_is_opened(call, photo)
    return photo


@method("photo/section/list", level="none")
def list_sections(call: Call) -> Answer:
    """The chapters of a video."""
    photo = _opened_photo(call)
    sections = call.site.library.sections.get(photo.photo_id, [])
    # Page and size are "1" whatever the number of chapters.
    return Answer(payload={"sections": [section_wire(photo, s) for s in sections]}, total=len(sections))


@method("photo/subtitle/list", level="none")
def list_subtitles(call: Call) -> Answer:
    """The subtitles of a video; drafts only when asked for."""
    photo = _opened_photo(call)
    extension = call.choice("subtitle_format", SUBTITLE_FORMATS, "websrt")
    drafts = bool(call.flag("include_drafts_p"))
    found = [s for s in call.site.library.subtitles.get(photo.photo_id, []) if drafts or not s.is_draft]
    # The platform's own documentation shows a total of nought beside three entries.
    return Answer(payload={"subtitles": [subtitle_wire(photo, s, extension=extension) for s in found]}, total=0)


@method("photo/subtitle/data", level="none")
def get_subtitle_data(call: Call) -> Answer:
    """The text of the subtitles in one language."""
    photo = _opened_photo(call)
    name = call.choice("subtitle_format", SUBTITLE_FORMATS, "websrt")
    locale, kind = call.text("locale"), call.text("type") or "general"
    known = [s for s in call.site.library.subtitles.get(photo.photo_id, []) if s.kind == kind]
    chosen = next((s for s in known if s.locale == locale or (not locale and s.is_default)), None)
    if chosen is None:
        raise invalid_input("There are no subtitles in this language")
    return Answer(payload={"data": {name: SUBTITLE_FORMATS[name](chosen.cues)}}, total=0)


@method("photo/attachment/list", level="none")
def list_attachments(call: Call) -> Answer:
    """The files beside a video; the sandbox keeps none."""
    _opened_photo(call)
    return Answer(payload={"attachments": []}, total=0)
