"""Uploads from a browser: the platform hands out a ticket, with which anybody may send it one file.

Source: README section 14, methods of version 1 section 2 (photo/get-upload-token); v2 section 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django_twentythree.api.base_client import BaseClient
from django_twentythree.api.exceptions import UnexpectedResponseError
from django_twentythree.api.parameters import in_version
from django_twentythree.api.redaction import forgets_variables

VALID_MINUTES: Final = 720
"""Minutes for which a ticket is valid. Large files on slow lines take hours; the platform allows a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadMetadata:
    """Title, tags and categories of a file that will be uploaded."""

    title: str
    tags: Sequence[str] = ()
    album_ids: Sequence[int] = ()
    is_published: bool = False


@dataclass(frozen=True, slots=True)
class UploadTicket:
    """The right to upload one file.

    Attributes:
        address: Where a browser posts `upload_token` and `file` to.
        upload_token: Whoever has it may upload; `repr` leaves it out.
    """

    address: str
    upload_token: str = field(repr=False)


class UploadMethods(BaseClient):
    """The methods by which a browser may send files to the platform."""

    @forgets_variables
    def fetch_upload_ticket(self, metadata: UploadMetadata, *, return_url: str = "") -> UploadTicket:
        """Return a ticket for one file. Needs level `write`.

        Args:
            metadata: Of the file.
            return_url: Where the platform sends the browser afterwards; "": it answers with a line of text.

        Raises:
            APIError: There was no usable answer, or it was no.
        """
        method = "photo/get-upload-token"
        answer = self.fetch(
            method,
            title=metadata.title,
            tags=list(metadata.tags) or None,
            album_id=list(metadata.album_ids) or None,
            publish=metadata.is_published,
            valid_minutes=VALID_MINUTES,
            max_uploads=1,
            return_url=return_url or None,
        )
        ticket = answer.envelope.get("uploadtoken" if self.api_version == 1 else "data")
        upload_token = ticket.get("upload_token") if isinstance(ticket, dict) else None
        if not isinstance(upload_token, str) or not upload_token:
            raise UnexpectedResponseError(method, "the answer has no upload token")
        path = in_version(self.api_version, "photo/redeem-upload-token")
        return UploadTicket(f"{self.scheme}://{self.domain}/api/{path}", upload_token)
