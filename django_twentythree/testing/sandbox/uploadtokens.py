"""Upload tokens: the right to add a few files, handed to a browser.

Source: API reference, "Uploads from the browser" and photo/get-upload-token.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, kw_only=True)
class UploadToken:
    """One token and the description of what will be uploaded with it."""

    upload_token: str
    metadata: dict[str, str]
    return_url: str = ""
    is_background_return: bool = False
    extra: dict[str, str] = field(default_factory=dict)
    """Parameters that the platform does not know and repeats in the callback."""
    max_uploads: int = 1
    valid_minutes: int = 180
    valid_until: int = 0
    uploads: int = 0

    @property
    def is_usable(self) -> bool:
        """True while a file may be sent with it."""
        return self.uploads < self.max_uploads and time.time() < self.valid_until

    def as_wire(self) -> dict[str, Any]:
        """Return the object `uploadtoken`."""
        return {
            "valid_minutes": str(self.valid_minutes),
            "description": self.metadata.get("description", ""),
            "upload_token": self.upload_token,
            "max_uploads": str(self.max_uploads),
            "album_id": self.metadata.get("album_id", ""),
            "return_url": self.return_url,
            "title": self.metadata.get("title", ""),
            "valid_until": str(self.valid_until),
            "publish": self.metadata.get("publish", "1"),
            "tags": self.metadata.get("tags", ""),
            "user_id": self.metadata.get("user_id", "8123477"),
        }


class UploadTokens:
    """The upload tokens of a site. Callers hold the lock of the sandbox."""

    def __init__(self) -> None:
        self._tokens: dict[str, UploadToken] = {}

    def issue(
        self,
        *,
        metadata: dict[str, str],
        return_url: str,
        is_background_return: bool,
        extra: dict[str, str],
        max_uploads: int,
        valid_minutes: int,
    ) -> UploadToken:
        """Make a token."""
        token = UploadToken(
            upload_token=secrets.token_hex(20),
            metadata=metadata,
            return_url=return_url,
            is_background_return=is_background_return,
            extra=extra,
            max_uploads=max_uploads,
            valid_minutes=valid_minutes,
            valid_until=int(time.time()) + valid_minutes * 60,
        )
        self._tokens[token.upload_token] = token
        return token

    def find(self, upload_token: str) -> UploadToken | None:
        """Return the token of this name, used up or not; None when there is none."""
        return self._tokens.get(upload_token)

    def expire(self, upload_token: str) -> None:
        """Let the validity of a token end now."""
        self._tokens[upload_token].valid_until = int(time.time()) - 1

    def clear(self) -> None:
        """Forget all tokens."""
        self._tokens.clear()
