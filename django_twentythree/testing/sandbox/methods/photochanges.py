"""photo/update, photo/delete, photo/get-transcoding-progress.

Source: API reference, methods of version 1, section 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django_twentythree.testing.sandbox.calls import Answer, method
from django_twentythree.testing.sandbox.editing import edit_photo, forget_overrides, read_ids
from django_twentythree.testing.sandbox.methods.access import needed_photo
from django_twentythree.testing.sandbox.methods.photos import LISTING_PARAMETERS, read_tags
from django_twentythree.testing.sandbox.refusals import Refusal
from django_twentythree.testing.sandbox.wire import plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_twentythree.testing.sandbox.calls import Call
    from django_twentythree.testing.sandbox.model import Photo, Wire

TRANSCODED: Final = (
    "audio",
    "video_original",
    "video_medium",
    "video_mobile_high",
    "video_hd",
    "video_1080p",
    "video_frames",
    "video_webm_360p",
    "video_webm_720p",
    "video_mobile_h263_aac",
    "video_mobile_h263_amr",
    "video_mobile_mpeg4_amr",
)


@method("photo/update", level="write")
def update_photo(call: Call) -> Answer:
    """Change the metadata of a photo; what is not given stays."""
    photo = needed_photo(call)
    change_photo(call, photo, call.params)
    return Answer(payload={"photo": {}}, message="The photo/video was updated")


def change_photo(call: Call, photo: Photo, params: Mapping[str, str]) -> None:
    """Apply the parameters of photo/update, photo/upload and the redeem methods."""
    wire: Wire = {}
    if "title" in params:
        wire["title"] = plain_text(params["title"]) if "<" in params["title"] else params["title"]
    if "description" in params:
        wire["content"] = params["description"]
        forget_overrides(photo, "content_text")
    if "tags" in params:
        wire["tags"] = list(read_tags(params["tags"]))
        forget_overrides(photo, "number_of_tags")
    if "album_id" in params:
        ids = read_ids(params["album_id"])
        if any(number not in call.site.library.albums for number in ids):
            raise Refusal("invalid_album", "There is no channel with this id")
        wire["all_albums"] = list(ids)
        forget_overrides(photo, "album_id", "album_title", "album_hide_p", "number_of_albums")
    if params.get("published_p"):
        wire["published_p"] = int(params["published_p"] in {"1", "t", "true"})
    known = LISTING_PARAMETERS | {
        "title",
        "description",
        "published_p",
        "publish",
        "publish_date",
        "absolute_url",
    }
    for name, value in params.items():
        # Whatever is not a parameter of the method is one of the customer's own variables.
        if name not in known and not name.startswith(("oauth_", "resumable")):
            wire[name] = value
    call.site.announce(photo, edit_photo(call.site.library, photo, wire))


@method("photo/delete", level="write")
def delete_photo(call: Call) -> Answer:
    """Delete a photo. The platform sends no pingback for it."""
    call.site.library.delete_photo(needed_photo(call).photo_id)
    return Answer(payload={"photo": {}}, message="The photo/video was deleted")


@method("photo/get-transcoding-progress", level="read")
def get_transcoding_progress(call: Call) -> Answer:
    """The progress of the encoding of a video."""
    photo = needed_photo(call)
    if photo.is_encoded:
        progress = dict.fromkeys((*TRANSCODED, "all"), "1")
    else:
        progress = dict.fromkeys(TRANSCODED, "0")
        progress |= {
            "audio": "1",
            "video_original": "1",
            "video_medium": "1",
            "video_hd": "0.42",
            "all": "0.18",
        }
    if call.flag("percentage_formated_p"):
        progress = {name: f"{float(value):.0%}" for name, value in progress.items()}
    return Answer(payload={"progress": progress})
