"""Tokens of objects: equal inputs give equal tokens, in the alphabets the platform uses."""

from __future__ import annotations

import hashlib
import hmac
import time


def make_token(kind: str, number: int, *, length: int = 32) -> str:
    """Return the hex token of an object; live streams have 20 characters, the rest 32."""
    return hashlib.blake2b(f"{kind}:{number}".encode(), digest_size=length // 2).hexdigest()


def matches(given: str, secret: str, photo_id: int | None = None) -> bool:
    """Return whether a token opens the object, also as a time-limited one of a photo.

    Source: API reference, "Access by id and token" and "Time-limited tokens".
    """
    if not given:
        return False
    if hmac.compare_digest(given.encode(errors="replace"), secret.encode(errors="replace")):
        return True
    digest, dash, expire = given.rpartition("-")
    if not dash or photo_id is None or not expire.isdecimal() or int(expire) < time.time():
        return False
    message = f"expire{expire}photo_id{photo_id}".encode()
    expected = hmac.new(secret.encode(), message, hashlib.sha1).hexdigest()
    return hmac.compare_digest(digest.encode(errors="replace"), expected.encode())
