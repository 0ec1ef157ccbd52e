"""Questions about values that the checks have in common."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from django.core.checks import CheckMessage, Error


class Kind(NamedTuple):
    """A kind of value: how to recognise it, and what to call it."""

    types: tuple[type, ...]
    name: str

    def accepts(self, value: Any) -> bool:
        """Whether `value` is of this kind. True and False are no numbers here."""
        if isinstance(value, bool):
            return bool in self.types
        if isinstance(value, float) and not math.isfinite(value):
            return False
        return isinstance(value, self.types)


TEXT = Kind((str,), "a text")
OPTIONAL_TEXT = Kind((str, type(None)), "a text or None")
BOOLEAN = Kind((bool,), "True or False")
INTEGER = Kind((int,), "a whole number")
NUMBER = Kind((int, float), "a number")
DICTIONARY = Kind((Mapping,), "a dictionary")
LIST = Kind((list, tuple), "a list")


def is_list_of_texts(value: Any) -> bool:
    """Whether `value` is a list or tuple of texts; a text itself is not."""
    return LIST.accepts(value) and all(isinstance(item, str) and item for item in value)


def check_names(where: str, given: Mapping[Any, Any], known: Collection[str], id: str) -> Iterator[CheckMessage]:
    """Report each name that is not known, with the one that was probably meant."""
    for name in given:
        if name not in known:
            similar = get_close_matches(str(name).upper(), [*map(str.upper, known)], n=1)
            meant = next((one for one in sorted(known) if similar and one.upper() == similar[0]), None)
            hint = f"Did you mean '{meant}'?" if meant else f"The names are: {', '.join(sorted(known))}."
            yield Error(f"{where} has no key '{name}'.", hint=hint, id=id)


def check_kinds(where: str, given: Mapping[str, Any], kinds: Mapping[str, Kind], id: str) -> Iterator[CheckMessage]:
    """Report each value of the wrong kind. The value is not shown: it may be a secret."""
    for name, kind in kinds.items():
        if name in given and not kind.accepts(given[name]):
            yield Error(
                f"{where}['{name}'] must be {kind.name}, not {describe(given[name])}.",
                hint=f"Write {kind.name}, or leave '{name}' out for its default.",
                id=id,
            )


def describe(value: Any) -> str:
    """Name the kind of `value` without showing it."""
    if value is None:
        return "None"
    names: Sequence[tuple[type, str]] = (
        (bool, "True or False"),
        (str, "a text"),
        (int, "a whole number"),
        (float, "a number"),
        (Mapping, "a dictionary"),
        (list, "a list"),
        (tuple, "a tuple"),
    )
    return next((name for type_, name in names if isinstance(value, type_)), f"a {type(value).__name__}")
