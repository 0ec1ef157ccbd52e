"""`EmbedOptions`, the options of an embed, and the error for a wrong option."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django_twentythree.ids import read_id
from django_twentythree.rendering.markup import describe_value, write_text

logger = logging.getLogger("django_twentythree")

LOADING = ("lazy", "eager", "click")
END_ON = ("share", "browse", "loop", "thumbnail")


class OptionError(ValueError):
    """A tag or method got a wrong option or value."""


def raise_or_warn(problem: str, *, strict: bool) -> None:
    """Report a wrong option: raise an error for developers, otherwise log it once.

    Raises:
        OptionError: `strict` is true, which callers set from `DEBUG`.
    """
    if strict:
        raise OptionError(problem)
    _warn_once(problem)


@lru_cache(maxsize=256)
def _warn_once(problem: str) -> None:
    logger.warning("%s It is ignored.", problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedOptions:
    """The options of one embed. None leaves a choice to the player's settings on the platform."""

    player_id: int | None = None
    autoplay: bool | None = None
    muted: bool | None = None
    loop: bool | None = None
    start_seconds: float | None = None
    end_on: str | None = None
    subtitles: str | bool | None = None
    """A locale such as `da_DK` to show, True for the viewer's, False for none."""
    ratio: float | None = None
    """Width divided by height; None: the object's own ratio."""
    loading: str = "lazy"
    title: str | None = None
    """The title of the frame; None: the object's title."""
    alt: str | None = None
    """The alternative text of a picture; None: the title."""
    classes: str = ""
    data: tuple[tuple[str, str], ...] = ()
    """Names and values of `data-` attributes of the outermost element."""
    allow_unpublished: bool = False

    def get_player_parameters(self) -> list[tuple[str, str]]:
        """Return the parameters of the player's address.

        Source: API reference, section 21.2. Booleans are 0 and 1, because the words are not safe there.
        """
        parameters: list[tuple[str, str]] = []
        if self.autoplay is not None:
            parameters.append(("autoPlay", _flag(self.autoplay)))
        if self.autoplay:
            # Browsers refuse to start sound without a click, so the player starts muted.
            parameters += [("mutedAutoPlay", "1"), ("autoMute", "1")]
        elif self.muted is not None:
            parameters.append(("autoMute", _flag(self.muted)))
        if self.loop is not None:
            parameters.append(("loop", _flag(self.loop)))
        if self.start_seconds:
            parameters.append(("start", f"{self.start_seconds:.3f}".rstrip("0").rstrip(".")))
        if self.end_on is not None:
            parameters.append(("endOn", self.end_on))
        if self.subtitles is not None:
            shown = _flag(bool(self.subtitles))
            parameters += [("enableSubtitles", shown), ("subtitlesOnByDefault", shown)]
        if isinstance(self.subtitles, str):
            parameters.append(("defaultLocale", self.subtitles))
        return parameters


def read_options(given: Mapping[str, Any], *, strict: bool) -> EmbedOptions:
    """Return the options given to a tag or method; a wrong option is reported and left out.

    None means "not given". So does "", except for `alt`, because templates turn a missing variable into "".

    Raises:
        OptionError: A name or a value is wrong, and `strict` is true.
    """
    values: dict[str, Any] = {}
    data: list[tuple[str, str]] = []
    for name, value in given.items():
        is_data = name.startswith("data_") and re.fullmatch(r"data(_[a-z0-9]+)+", name)
        if not (is_data or name in _READERS):
            known = ", ".join([*_READERS, "data_…"])
            raise_or_warn(f"There is no embed option '{name}' (there are: {known}).", strict=strict)
        elif value is not None and (is_data or value != "" or name == "alt"):
            try:
                if is_data:
                    data.append((name.replace("_", "-"), write_text(value)))
                else:
                    field_name, read = _READERS[name]
                    values[field_name] = read(value)
            except (TypeError, ValueError, OverflowError) as error:
                raise_or_warn(f"The embed option {name}={describe_value(value)} is wrong: {error}", strict=strict)
    return EmbedOptions(**values, data=tuple(data))


def _flag(value: bool) -> str:  # noqa: FBT001 - a value to write, not a switch
    return "1" if value else "0"


def _read_boolean(value: Any) -> bool:
    words = {"true": True, "1": True, "false": False, "0": False}
    try:
        return words[str(value).lower()]
    except KeyError:
        raise ValueError("write True or False.") from None


def _read_player_id(value: Any) -> int:
    player_id = read_id(str(value))
    if player_id is None:
        raise ValueError("write the id of a player, a positive number.")
    return player_id


def read_seconds(value: Any) -> float:
    """Return a moment of a video in seconds, from a number or from "1:03:20".

    Raises:
        ValueError: The value is neither of these, or is negative.
    """
    problem = "write seconds (90) or h:m:s (1:03:20)."
    if isinstance(value, bool):
        raise ValueError(problem)  # noqa: TRY004 - callers handle one error for all wrong values
    parts = str(value).split(":")
    if len(parts) > 3:
        raise ValueError(problem)
    seconds = 0.0
    for part in parts:
        if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,20})?", part):
            raise ValueError(problem)
        seconds = seconds * 60 + float(part)
    return seconds


def _read_ratio(value: Any) -> float:
    problem = "write width:height (16:9) or their quotient (1.78), between 0.1 and 10."
    parts = re.split("[:/]", str(value))
    if isinstance(value, bool) or len(parts) > 2:
        raise ValueError(problem)
    try:
        ratio = math.prod(float(part) if i == 0 else 1 / float(part) for i, part in enumerate(parts))
    except (ValueError, ZeroDivisionError):
        raise ValueError(problem) from None
    if not 0.1 <= ratio <= 10:
        raise ValueError(problem)
    return ratio


def _read_subtitles(value: Any) -> str | bool:
    if str(value).lower() in {"true", "false", "0", "1"}:
        return _read_boolean(value)
    locale = str(value).replace("-", "_")
    if not re.fullmatch(r"[A-Za-z]{2,3}(_[A-Za-z0-9]{2,8}){0,3}", locale):
        raise ValueError("write a locale (da_DK), True or False.")
    return locale


def _one_of(choices: Iterable[str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"write one of {', '.join(choices)}.")
        return str(value)

    return read


_READERS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "player_id": ("player_id", _read_player_id),
    "autoplay": ("autoplay", _read_boolean),
    "muted": ("muted", _read_boolean),
    "loop": ("loop", _read_boolean),
    "start_seconds": ("start_seconds", read_seconds),
    "end_on": ("end_on", _one_of(END_ON)),
    "subtitles": ("subtitles", _read_subtitles),
    "ratio": ("ratio", _read_ratio),
    "loading": ("loading", _one_of(LOADING)),
    "title": ("title", write_text),
    "alt": ("alt", write_text),
    "class": ("classes", write_text),
    "allow_unpublished": ("allow_unpublished", _read_boolean),
}

OPTION_NAMES = frozenset(_READERS)
"""The names of all options except `data_…`."""
