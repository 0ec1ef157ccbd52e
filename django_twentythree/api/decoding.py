"""Bytes of an answer to the JSON object they hold, in whichever wrapping it arrived.

This is the hot path of a mirror. Cleaning walks over every value, so it is done only for texts in which a
cheap search has found something that may need it.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

REPLACEMENT = "\ufffd"

# Escapes of surrogates, and of pairs of them; each begins with a literal, which makes the search fast.
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
SURROGATE_OR_NUL = re.compile("[\x00\ud800-\udfff]")
SIGNS_OF_DEPTH = ("]" * 40, "}" * 40, "]}" * 20)
DEEPEST = 100
# Python refuses to read or write longer integers as text when its limit is set as low as it goes.
LONGEST_INTEGER = 640


class UndecodableError(ValueError):
    """The body is not what it should be; the message says what it looks like."""


def decode(body: bytes, *, keep_damaged_text: bool = False) -> dict[str, Any]:
    """Return the JSON object in a body: plain, `var visual = {...}`, or JSONP.

    U+0000 and lone surrogates become U+FFFD and numbers that are not finite become None: no database takes
    them. Integers of more than 640 digits stay text. What is nested more than 100 levels deep becomes None.

    Args:
        body: The bytes received.
        keep_damaged_text: Read bytes that are not UTF-8 as U+FFFD, instead of refusing them.

    Raises:
        UndecodableError: The body is empty, a web page, cut off, not UTF-8, or no JSON object.

    Source: README section 2 (formats; control characters occur inside strings) and section 1 (UTF-8).
    """
    try:
        text = body.decode("utf-8-sig", errors="replace" if keep_damaged_text else "strict").strip()
    except UnicodeDecodeError as error:
        raise UndecodableError(f"the answer is not UTF-8 (byte {error.start})") from None
    if not text:
        raise UndecodableError("the answer is empty")
    if text.startswith("<"):
        raise UndecodableError("the answer is a web page, not JSON")
    try:
        value = DECODER.decode(_unwrapped(text))
    except ValueError:
        raise UndecodableError("the answer is cut off, or no JSON") from None
    except RecursionError:
        raise UndecodableError("the answer is nested too deeply") from None
    if not isinstance(value, dict):
        raise UndecodableError("the answer is JSON, but no object")
    return _clean(value, DEEPEST) if _may_need_cleaning(text) else value


def _unwrapped(text: str) -> str:
    if text.startswith("{"):
        if text.endswith("}"):
            return text
        return text[: text.rfind("}") + 1]
    return text[text.find("{") : text.rfind("}") + 1] if "{" in text else text


def _finite(number: str) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= LONGEST_INTEGER else digits


def _no_number(name: str) -> None:
    """Read NaN, Infinity and -Infinity, which JSON does not have, as null."""


DECODER = json.JSONDecoder(strict=False, parse_float=_finite, parse_int=_integer, parse_constant=_no_number)


def _may_need_cleaning(text: str) -> bool:
    # Looking for one character is many times as fast as for two, and many pages have no backslash at all.
    return (
        "\x00" in text
        or ("\\" in text and ("\\u0000" in text or _may_have_lone_surrogates(text)))
        or any(sign in text for sign in SIGNS_OF_DEPTH)
    )


def _may_have_lone_surrogates(text: str) -> bool:
    if SURROGATE.search(text) is None:
        return False
    # An escaped backslash before a "u" would mislead the count.
    return "\\\\u" in text or len(SURROGATE.findall(text)) != 2 * len(PAIR.findall(text))


def _clean(value: Any, levels: int) -> Any:
    if isinstance(value, str):
        return SURROGATE_OR_NUL.sub(REPLACEMENT, value)
    if isinstance(value, dict):
        if not levels:
            return None
        return {_clean(key, levels): _clean(item, levels - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item, levels - 1) for item in value] if levels else None
    return value
