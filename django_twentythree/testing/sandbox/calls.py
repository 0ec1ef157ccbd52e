"""One API call: its parameters, its permission level, and what a method answers to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django_twentythree.testing.sandbox.refusals import (
    Refusal,
    invalid_input,
    permission_denied,
    rank,
    token_required,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from werkzeug.datastructures import FileStorage
    from werkzeug.wrappers import Response

    from django_twentythree.testing.sandbox.model import Wire
    from django_twentythree.testing.sandbox.site import Site

LARGEST_PAGE: Final = 100
DEFAULT_PAGE: Final = 20
LONGEST_NUMBER: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The result of a method; the envelope is put around it later."""

    payload: Mapping[str, Any] = field(default_factory=dict)
    page: int = 1
    size: int = 1
    total: int | None = None
    message: str = ""
    plain: Response | None = None
    """An answer that is no envelope at all: a redirect, a text, an image."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a method."""

    site: Site
    params: Mapping[str, str]
    level: str
    base_url: str
    """Scheme and host the client used, without a slash at the end."""
    files: Mapping[str, FileStorage] = field(default_factory=dict)
    verb: str = "GET"
    consumer: str = ""
    """The key of the application that signed the call; empty when none did."""
    version: int = 1
    """The version of the API that it was asked in."""

    @property
    def is_privileged(self) -> bool:
        """True when the level shows unpublished, hidden and private objects."""
        return rank(self.level) >= rank("read")

    def require(self, level: str) -> None:
        """Refuse the call below a level."""
        if rank(self.level) < rank(level):
            raise token_required() if level == "anonymous" else permission_denied(level)

    def text(self, name: str) -> str:
        """Return a parameter; the empty string when it was not given."""
        return self.params.get(name, "")

    def needed(self, name: str) -> str:
        """Return a parameter that must be there."""
        value = self.text(name)
        if not value:
            raise invalid_input(f"The parameter {name} is required")
        return value

    def flag(self, name: str, *, default: bool | None = None) -> bool | None:
        """Return a flag, or the default when it was not given."""
        value = self.text(name).strip().lower()
        if value in {"1", "t", "true"}:
            return True
        if value in {"0", "f", "false"}:
            return False
        if value:
            raise invalid_input(f"The parameter {name} must be 0 or 1")
        return default

    def number(self, name: str) -> int | None:
        """Return an id, or None when it was not given."""
        value = self.text(name).strip()
        if not value:
            return None
        if not (value.isascii() and value.isdecimal() and len(value) <= LONGEST_NUMBER):
            raise invalid_input(f"The parameter {name} must be a number")
        return int(value)

    def privileged_flag(self, name: str, *, is_opened: bool = False) -> bool:
        """Return a flag that needs the level `read` when it is set, or the token of the object asked for."""
        if not self.flag(name):
            return False
        if not is_opened:
            self.require("read")
        return True

    def page(self, items: Sequence[Any]) -> Page:
        """Return the slice of a listing that was asked for; a larger size than 100 is cut down to it."""
        number, size = self.number("p"), self.number("size")
        if number == 0 or size == 0:
            raise invalid_input("p and size start from 1")
        size = min(size or DEFAULT_PAGE, LARGEST_PAGE)
        number = number or 1
        return Page(items[(number - 1) * size : number * size], number, size, len(items))

    def choice(self, name: str, choices: Mapping[str, Any], default: str) -> str:
        """Return one of the given words."""
        value = self.text(name) or default
        if value not in choices:
            raise invalid_input(f"The parameter {name} must be one of: {', '.join(choices)}")
        return value


class Page(NamedTuple):
    """A slice of a listing."""

    items: Sequence[Any]
    number: int
    size: int
    total: int

    def answer(self, key: str, items: list[Wire]) -> Answer:
        """Return the page as the answer of a listing method."""
        return Answer(payload={key: items}, page=self.number, size=self.size, total=self.total)


class Method(NamedTuple):
    """One entry of the platform's list of methods."""

    answer: Callable[[Call], Answer]
    level: str
    verb: str
    """The one verb to call it by; empty: any, as everywhere in version 1."""


METHODS: dict[str, Method] = {}


def method(path: str, *, level: str, verb: str = "") -> Callable[[Callable[[Call], Answer]], Callable[[Call], Answer]]:
    """Register a function as a method of the API; below the level, or by another verb, it is not called."""

    def register(answer: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
        METHODS[path] = Method(answer, level, verb)
        return answer

    return register


def perform(path: str, call: Call) -> Answer:
    """Return the answer of a method.

    Raises:
        Refusal: The platform says no.
    """
    known = METHODS.get(path)
    if known is None:
        raise Refusal("invalid_input", f"There is no method /api/{path}")
    if known.verb not in {"", call.verb}:
        raise invalid_input(f"/api/{path} is called by {known.verb}")
    call.require(known.level)
    with call.site.lock:
        return known.answer(call)
