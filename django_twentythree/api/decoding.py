"""Bytes of an answer to the JSON object they hold, in whichever wrapping it arrived.

This is the hot path of a mirror. Cleaning walks over every value, so it is done only for texts in which a
cheap search has found something that may need it.
"""

from __future__ import annotations

import json
import math
import re
from itertools import islice
from typing import Any

from django_twentythree.folding import replace_unwritable

# Escapes of surrogates, and of pairs of them; each begins with a literal, which makes the search fast.
SUSPICIOUS = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
PAIR = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
# A string that does not end reaches to the end of the text, so that no search begins anew at each of its quotes.
STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
QUOTE = ord('"')
STRING_OR_BRACKET = re.compile(rf"{STRING}|[\[\]{{}}]", re.DOTALL)
STRING_OR_BEGINNING = re.compile(rf"{STRING}|[\[{{,]".encode(), re.DOTALL)
SIGNS_OF_DEPTH = ("]" * 20, "}" * 20, "]}" * 10)
# MariaDB takes 31 levels, Python reads about a thousand; an object of a listing begins at the third.
DEEPEST = 30
# A page of 100 photos holds some 20,000. Empty objects of three bytes each take seventy in memory.
MOST_VALUES = 500_000
FEWEST_BYTES_OF_A_VALUE = 2
# Python refuses to read or write longer integers as text when its limit is set as low as it goes.
LONGEST_INTEGER = 640


class UndecodableError(ValueError):
    """The body is not what it should be; the message says what it looks like."""


class TooManyValuesError(UndecodableError):
    """The body would take far more memory than any answer to what is asked; asking again would not change that."""


def decode(body: bytes, *, keep_damaged_text: bool = False) -> dict[str, Any]:
    """Return the JSON object in a body: plain, `var visual = {...}`, or JSONP.

    U+0000 and lone surrogates become U+FFFD and numbers that are not finite become None: no database takes
    them. Integers of more than 640 digits, and what is nested more than 30 levels deep, stay text.

    Args:
        body: The bytes received.
        keep_damaged_text: Read bytes that are not UTF-8 as U+FFFD, instead of refusing them.

    Raises:
        UndecodableError: The body is empty, a web page, cut off, not UTF-8, or no JSON object.
        TooManyValuesError: It holds more than 500,000 values.

    Source: README section 2 (formats; control characters occur inside strings) and section 1 (UTF-8).
    """
    if _has_too_many_values(body):
        raise TooManyValuesError(
            f"the answer holds more than {MOST_VALUES:,} values, which no page of 100 objects does; check the domain,"
            " and in calls of your own ask for less at once (size=)"
        )
    try:
        text = body.decode("utf-8-sig", errors="replace" if keep_damaged_text else "strict").strip()
    except UnicodeDecodeError as error:
        raise UndecodableError(f"the answer is not UTF-8 (byte {error.start})") from None
    if not text:
        raise UndecodableError("the answer is empty")
    if text.startswith("<"):
        raise UndecodableError("the answer is a web page, not JSON")
    try:
        value = _parse(_unwrapped(text))
    except ValueError:
        raise UndecodableError("the answer is cut off, or no JSON") from None
    if not isinstance(value, dict):
        raise UndecodableError("the answer is JSON, but no object")
    return _clean(value) if _may_need_cleaning(body) else value


def _has_too_many_values(body: bytes) -> bool:
    """Return whether decoding would make more objects than it may; that is told before any is made."""
    if len(body) < MOST_VALUES * FEWEST_BYTES_OF_A_VALUE or sum(map(body.count, (b"[", b"{", b","))) < MOST_VALUES:
        return False
    # Long texts are full of commas, so only those between values count.
    begun = (token for token in STRING_OR_BEGINNING.finditer(body) if body[token.start()] != QUOTE)
    return next(islice(begun, MOST_VALUES, None), None) is not None


def _unwrapped(text: str) -> str:
    if text.startswith("{"):
        if text.endswith("}"):
            return text
        return text[: text.rfind("}") + 1]
    return text[text.find("{") : text.rfind("}") + 1] if "{" in text else text


def _parse(text: str) -> Any:
    if any(sign in text for sign in SIGNS_OF_DEPTH):
        return DECODER.decode(_flattened(text))
    try:
        return DECODER.decode(text)
    except RecursionError:
        return DECODER.decode(_flattened(text))


def _flattened(text: str) -> str:
    """Return JSON in which what is nested too deeply is a string of its own JSON: one odd value, not a lost page."""
    parts: list[str] = []
    depth = copied = start = 0
    for token in STRING_OR_BRACKET.finditer(text):
        if token[0] in {"[", "{"}:
            depth += 1
            if depth == DEEPEST + 1:
                start = token.start()
                parts.append(text[copied:start])
        elif token[0] in {"]", "}"}:
            if depth == DEEPEST + 1:
                copied = token.end()
                parts.append(json.dumps(text[start:copied]))
            depth -= 1
    if depth <= DEEPEST:  # else the text is cut off inside, and what was copied shows it
        parts.append(text[copied:])
    return "".join(parts)


def _finite(number: str) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= LONGEST_INTEGER else digits


def _no_number(name: str) -> None:
    """Read NaN, Infinity and -Infinity, which JSON does not have, as null."""


DECODER = json.JSONDecoder(strict=False, parse_float=_finite, parse_int=_integer, parse_constant=_no_number)


def _may_need_cleaning(body: bytes) -> bool:
    # Bytes are searched several times as fast as text.
    if b"\x00" in body:
        return True
    if SUSPICIOUS.search(body) is None:
        return False
    # An escaped backslash before a "u" would mislead the count of surrogates.
    return b"\\u0000" in body or b"\\\\u" in body or len(SURROGATE.findall(body)) != 2 * len(PAIR.findall(body))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return replace_unwritable(value)
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value
