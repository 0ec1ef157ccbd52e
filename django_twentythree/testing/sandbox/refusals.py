"""The platform's ways of saying no. HTTP says 200 all the same.

Source: API reference, "HTTP status and errors".
"""

from __future__ import annotations

from typing import Final

CONCEALED_CODES: Final = ("", "permission_denied", "missing_authentication")
LEVELS: Final = ("none", "anonymous", "read", "write", "admin", "super")


def rank(level: str) -> int:
    """Return how high a permission level is; each includes those below."""
    return LEVELS.index(level)


class Refusal(Exception):  # noqa: N818  # an answer, not a fault
    """A call is answered with an error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


def permission_denied(required: str) -> Refusal:
    """Return the answer to a call below the level it needs."""
    return Refusal(
        "permission_denied",
        f"You don't have the necessary permissions to perform this action (required level: '{required}')",
    )


def token_required() -> Refusal:
    """Return what a closed site says to an unsigned call without an id and its token."""
    return Refusal("token_required", "This site is closed: album_id/token or photo_id/token must be given")


def invalid_signature() -> Refusal:
    """Return the one answer to everything that is wrong with a signature."""
    return Refusal("invalid_signature", "The API signature is invalid.")


def missing_authentication() -> Refusal:
    """Return what version 2 says to a bearer token it does not know."""
    return Refusal("missing_authentication", "The request could not be authenticated.")


def concealed(code: str, version: int) -> Refusal:
    """Return what version 2 may say to strangers who ask for an object that it shows to credentials only.

    Source: reference of version 2, section 4: nobody says which of the two comes; version 1 has only one of them.
    """
    return missing_authentication() if code == "missing_authentication" and version == 2 else permission_denied("read")


def no_such_photo() -> Refusal:
    """Return the answer of the methods that need a photo, all but `photo/list`."""
    return Refusal("no_such_photo", "There is no video with this id")


def no_such_album() -> Refusal:
    """Return the answer to an unknown album."""
    return Refusal("no_such_album", "There is no channel with this id")


def invalid_input(message: str) -> Refusal:
    """Return the answer to parameters that cannot be read."""
    return Refusal("invalid_input", message)
