"""protection/verify: the password of a protected video.

Source: API reference, methods of version 1, section 19.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_twentythree.testing.sandbox.calls import Answer, method
from django_twentythree.testing.sandbox.refusals import Refusal, invalid_input
from django_twentythree.testing.sandbox.wire import protected_token

if TYPE_CHECKING:
    from django_twentythree.testing.sandbox.calls import Call

SANDBOX_PASSWORD = "open sesame"  # noqa: S105  # printed in the documentation; it opens invented videos


@method("protection/verify", level="none")
def verify_protection(call: Call) -> Answer:
    """Exchange the password of a protected video for the token that opens its files."""
    photo = call.site.library.photos.get(call.number("object_id") or 0)
    if photo is None or not photo.protection_method:
        raise invalid_input("This object is not protected")
    if call.text("verification_data") != SANDBOX_PASSWORD:
        raise Refusal("permission_denied", "The password is not correct")
    return Answer(
        payload={
            "protectedtoken": {
                "object_id": str(photo.photo_id),
                "object_type": "photo",
                "protected_token": protected_token(photo),
            }
        },
        message="You have access to the resource",
    )
