"""Secrets that errors do not carry: reports of errors show the variables of each frame to whoever reads them."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Secrets:
    """Texts that no message may repeat; its `repr` tells how many there are, and nothing else does."""

    __slots__ = ("_texts",)

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = tuple(texts)

    def __repr__(self) -> str:
        return f"<{len(self._texts)} secrets>"

    def strike_from(self, text: str) -> str:
        """Return a text without them; what is as short as a word of every text stays."""
        for secret in self._texts:
            if len(secret) > 3:
                text = text.replace(secret, "…")
        return text


def forgets_variables(function: Callable[P, R]) -> Callable[P, R]:
    """Have the errors of a function leave it without its variables, its arguments, and those of all that it calls.

    Where an error came from is still told, line by line. This reaches also what others keep in their frames: the
    header of a signature, an address with its query.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        handled = sys.exception()
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            del args, kwargs
            _forget_variables(error, handled)
            raise

    return call


def _forget_variables(error: BaseException, handled: BaseException | None) -> None:
    """Clear the frames of an error, and of those it arose from, but for what the caller was handling meanwhile."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = {id(handled)}
    while waiting:
        current = waiting.pop()
        if current is not None and id(current) not in seen:
            seen.add(id(current))
            traceback.clear_frames(current.__traceback__)  # frames that still run are left alone
            waiting += [current.__cause__, current.__context__]
