"""photo/frame: one frame of a film as JPEG.

Source: API reference, methods of version 1, section 2.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from werkzeug.wrappers import Response

from django_twentythree.testing.sandbox.calls import Answer, method
from django_twentythree.testing.sandbox.methods.access import needed_photo, photo_is_opened
from django_twentythree.testing.sandbox.refusals import invalid_input
from django_twentythree.testing.sandbox.renditions import fit
from django_twentythree.testing.sandbox.scenery import Picture

if TYPE_CHECKING:
    from django_twentythree.testing.sandbox.calls import Call

SIZE: Final = re.compile(r"([1-9]\d{0,3})x([1-9]\d{0,3})")
LONGEST_SIDE: Final = 1920


@method("photo/frame", level="none")
def get_frame(call: Call) -> Answer:
    """The frame at a second of a film."""
    photo = needed_photo(call)
    call.needed("token")
    photo_is_opened(call, photo)
    found = SIZE.fullmatch(call.text("size") or "640x360")
    try:
        moment = float(call.needed("time")) / (photo.length or 1.0)
    except ValueError as error:
        raise invalid_input("The parameter time must be a number of seconds") from error
    if found is None or not 0 <= moment <= 1:
        raise invalid_input("There is no such frame")
    width, height = int(found[1]), int(found[2])
    if max(width, height) > LONGEST_SIDE:
        width, height = fit(width, height, LONGEST_SIDE)
    # A hundred different frames of each film are enough.
    picture = Picture(photo.photo_id, "", width, height, round(moment, 2))
    return Answer(plain=Response(call.site.scenery.draw_jpeg(picture), content_type="image/jpeg"))
