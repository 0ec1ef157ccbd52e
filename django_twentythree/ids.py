"""Numbers that people and machines send as text, and the largest that a database column holds."""

from typing import Final

LARGEST_ID: Final = 2**63 - 1
"""The largest id: of the platform's objects and of our rows, which are kept in columns of 64 bits."""

_MOST_DIGITS: Final = len(str(LARGEST_ID))


def read_number(text: str, *, largest: int = LARGEST_ID) -> int | None:
    """Return the whole number that ASCII digits write; None for any other text, and for a number that is larger."""
    # The length first: Python refuses to read numbers of thousands of digits.
    if not (len(text) <= _MOST_DIGITS and text.isascii() and text.isdecimal()):
        return None
    number = int(text)
    return number if number <= largest else None


def read_id(text: str) -> int | None:
    """Return the id that a text writes in digits, 1 to `LARGEST_ID`; None when it writes none."""
    return read_number(text) or None
