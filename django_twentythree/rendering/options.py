"""`EmbedOptions`: what an embed can be asked for, and what is said of a wrong request."""

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
    """A tag or method was asked for something that it does not know."""


def raise_or_warn(problem: str, *, strict: bool) -> None:
    """Say what was wrong with a request: aloud to the developer, once in the log to everybody else.

    Raises:
        OptionError: `strict`, which callers set from `DEBUG`.
    """
    if strict:
        raise OptionError(problem)
    _warn_once(problem)


@lru_cache(maxsize=256)
def _warn_once(problem: str) -> None:
    logger.warning("%s It is ignored.", problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedOptions:
    """What one embed is asked for. None leaves the matter to the player's settings on the platform."""

    player_id: int | None = None
    autoplay: bool | None = None
    muted: bool | None = None
    loop: bool | None = None
    start_seconds: float | None = None
    end_on: str | None = None
    subtitles: str | bool | None = None
    """A locale such as `da_DK` to show, True for the viewer's, False for none."""
    ratio: float | None = None
    """Width over height; None: the object's own."""
    loading: str = "lazy"
    title: str | None = None
    """Of the frame; None: the object's title."""
    alt: str | None = None
    """Of a picture; None: the title."""
    classes: str = ""
    data: tuple[tuple[str, str], ...] = ()
    """`data-` attributes of the outermost element: name and value."""
    allow_unpublished: bool = False

    def get_player_parameters(self) -> list[tuple[str, str]]:
        """Return the parameters of the player's address.

        Source: API reference, section 21.2; booleans as 0 and 1, the words are not safe there.
        """
        parameters: list[tuple[str, str]] = []
        if self.autoplay is not None:
            parameters.append(("autoPlay", _flag(self.autoplay)))
        if self.autoplay:
            # Browsers raise_or_warn to start sound that nobody asked for, and so do we.
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
    """Return the options as given to a tag or method; a wrong one is refused and left out.

    None and, except as `alt`, "" mean "not given": that is what templates make of an absent variable.

    Raises:
        OptionError: `strict`, and a name or a value is wrong.
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


def _flag(value: bool) -> str:  # noqa: FBT001 - a value to write, no switch
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
    """Return a moment of a video in seconds, of a number or of "1:03:20".

    Raises:
        ValueError: It is neither, or negative.
    """
    problem = "write seconds (90) or h:m:s (1:03:20)."
    if isinstance(value, bool):
        raise ValueError(problem)  # noqa: TRY004 - to a caller all of these are one kind of wrong
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
"""The names of all options; `data_…` may be any."""
