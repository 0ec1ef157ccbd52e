"""photo/upload, photo/get-upload-token, photo/redeem-upload-token, photo/update-upload-token.

Source: API reference, "Uploads from the browser", and methods of version 1, section 2.
"""

from __future__ import annotations

import mimetypes
import time
from os import SEEK_END
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from django_twentythree.testing.sandbox.calls import Answer, method
from django_twentythree.testing.sandbox.dates import read_local
from django_twentythree.testing.sandbox.methods.photochanges import change_photo
from django_twentythree.testing.sandbox.refusals import Refusal, invalid_input
from django_twentythree.testing.sandbox.wire import TREE_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_twentythree.testing.sandbox.calls import Call
    from django_twentythree.testing.sandbox.model import Kind, Photo
    from django_twentythree.testing.sandbox.uploadtokens import UploadToken

METADATA: Final = ("title", "description", "tags", "album_id", "publish", "user_id", "absolute_url")
TOKEN_PARAMETERS: Final = frozenset(
    {
        *METADATA,
        "return_url",
        "background_return_p",
        "valid_minutes",
        "max_uploads",
        "format",
        "raw",
        "varname",
        "callback",
        "upload_token",
        "file",
    }
)
LONGEST_CALLBACK: Final = 1500
KINDS: Final[dict[str, Kind]] = {"video": "video", "audio": "audio", "image": "image"}


def add_upload(call: Call, metadata: Mapping[str, str], *, upload_token: str = "") -> Photo:
    """Add what was sent as `file`; it is there at once, and encoded a while later."""
    file = call.files.get("file")
    if file is None or not file.filename:
        raise Refusal("no_file", "No file was sent")
    guessed = (mimetypes.guess_type(file.filename)[0] or file.mimetype or "").partition("/")[0]
    if guessed not in KINDS:
        raise Refusal("error_processing_upload", "This file type cannot be used")
    if 0 < call.site.settings.max_upload_bytes < file.stream.seek(0, SEEK_END):
        raise Refusal("error_processing_upload", "The file is too large")
    library = call.site.library
    now = int(time.time())
    photo = library.new_photo(created_at=now)
    photo.kind = KINDS[guessed]
    photo.is_encoded = photo.kind == "image"
    photo.length = None
    photo.is_published = metadata.get("publish", "1") not in {"0", "f", "false"}
    photo.published_at = read_local(metadata.get("publish_date", "")) or now
    photo.upload_token = upload_token
    change_photo(call, photo, {"title": file.filename.rpartition(".")[0], **metadata})
    call.site.announce(photo, {"upload"})
    if not photo.is_encoded:
        call.site.encode_later(photo)
    return photo


@method("photo/upload", level="write")
def upload_photo(call: Call) -> Answer:
    """Add a file."""
    if call.text("user_id"):
        call.require("super")
    photo = add_upload(call, {name: value for name, value in call.params.items() if name != "user_id"})
    return Answer(
        payload={"upload": {"photo_id": str(photo.photo_id), "tree_id": TREE_ID, "token": photo.token}},
        message="The file was successfully uploaded",
    )


@method("photo/get-upload-token", level="write")
def get_upload_token(call: Call) -> Answer:
    """Hand out the right to upload from a browser."""
    if call.text("user_id"):
        call.require("super")
    minutes, uploads = call.number("valid_minutes"), call.number("max_uploads")
    token = call.site.upload_tokens.issue(
        metadata={name: call.params[name] for name in METADATA if name in call.params},
        return_url=call.text("return_url"),
        is_background_return=bool(call.flag("background_return_p")),
        extra={
            name: value
            for name, value in call.params.items()
            if name not in TOKEN_PARAMETERS and not name.startswith("oauth_")
        },
        max_uploads=_within(uploads, 1, 100, 1),
        valid_minutes=_within(minutes, 15, 1440, 180),
    )
    return Answer(payload={"uploadtoken": token.as_wire()}, message="The upload token is ready to use")


def _within(value: int | None, lowest: int, highest: int, default: int) -> int:
    if value is None:
        return default
    if not lowest <= value <= highest:
        raise invalid_input(f"The value must be between {lowest} and {highest}")
    return value


@method("photo/update-upload-token", level="none")
def update_upload_token(call: Call) -> Answer:
    """Change the description of what is uploaded with a token, also of what already was."""
    token = call.site.upload_tokens.find(call.needed("upload_token"))
    if token is None:
        raise invalid_input("There is no such upload token")
    given = {name: call.params[name] for name in METADATA if name in call.params and name != "user_id"}
    token.metadata |= given
    for photo in call.site.library.photos.values():
        if photo.upload_token == token.upload_token:
            change_photo(call, photo, given)
    return Answer(payload={"photo": {}}, message="The upload token was updated")


@method("photo/redeem-upload-token", level="none")
def redeem_upload_token(call: Call) -> Answer:
    """Take a file from a browser; the token is all the permission it needs. The answer is never JSON."""
    token = call.site.upload_tokens.find(call.text("upload_token"))
    if token is None or not token.is_usable:
        return Answer(plain=_text("The upload token is not valid, has expired or was used up"))
    extra = {
        **token.extra,
        **{
            name: value
            for name, value in call.params.items()
            if name not in TOKEN_PARAMETERS and not name.startswith(("oauth_", "resumable"))
        },
    }
    result = {"domain": call.base_url.partition("://")[2], "upload_token": token.upload_token}
    try:
        photo = add_upload(call, token.metadata, upload_token=token.upload_token)
    except Refusal as refusal:
        return Answer(plain=_callback(call, token, {**extra, **result, "error_message": refusal.message}))
    token.uploads += 1
    made = {"photo_id": str(photo.photo_id), "tree_id": TREE_ID, "token": photo.token}
    return Answer(plain=_callback(call, token, {**extra, **result, **made}))


def _callback(call: Call, token: UploadToken, result: Mapping[str, str]) -> Response:
    problem = result.get("error_message", "")
    joint = "&" if "?" in token.return_url else "?"
    address = f"{token.return_url}{joint}{urlencode(result)}"
    if token.is_background_return:
        # The platform calls the address from its own servers; what the uploader reads is one line.
        if token.return_url:
            call.site.pingbacks.call_back(address, int(result.get("photo_id", 0)))
        made = (result["domain"], result.get("tree_id", ""), result.get("photo_id", ""), result.get("token", ""))
        return _text(f"error {problem}" if problem else " ".join(("ok", *made, token.return_url)))
    if not token.return_url:
        return _text(problem or "OK")
    # 307 lets the browser repeat its POST; how the platform posts a long callback is not documented.
    return redirect(address, code=301 if len(address) <= LONGEST_CALLBACK else 307)


def _text(line: str) -> Response:
    return Response(line, content_type="text/plain; charset=utf-8")
