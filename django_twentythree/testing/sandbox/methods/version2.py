"""The methods of version 1 in version 2: the same library, asked by strict verbs and answered under `data`.

Source: reference of version 2, section 12 (paths, verbs, levels), sections 6 to 10 (parameters that differ).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from django_twentythree.testing.sandbox.calls import METHODS, Answer, method
from django_twentythree.testing.sandbox.version2 import PREFIX
from django_twentythree.testing.sandbox.version2wire import as_version_2, live_as_version_2, photo_as_version_2

if TYPE_CHECKING:
    from django_twentythree.testing.sandbox.calls import Call

Parameters = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A method that both versions have."""

    verb: str
    level: str
    result_key: str = ""
    """Where version 1 has the result; empty: it has none."""
    convert: Callable[..., dict[str, Any]] = as_version_2
    translate: Callable[[Call], Mapping[str, str]] = lambda call: {}
    """Parameters to ask version 1 with, over those that came."""
    is_paged: bool = False


def _photo_parameters(call: Call) -> Parameters:
    # Version 2 has no parameter for hidden categories: who may see them does (reference, section 3).
    asked = {"include_hidden_p": "1"} if call.is_privileged else {"include_hidden_p": ""}
    asked["include_actions_p"] = call.text("include_actions_p") or "0"
    asked["datemode"] = call.text("datemode") or "uploaded"
    if call.text("orderby") in {"", "default-published"}:
        asked["orderby"] = "published"
    return asked


def _live_parameters(call: Call) -> Parameters:
    # On by default, and without effect below the level `read`.
    wanted = call.text("include_private_p") or "1"
    return {
        "include_private_p": wanted if call.is_privileged else "",
        "ordering": call.text("ordering") or "creation_date",
    }


TWINS: Final[Mapping[str, Twin]] = {
    "photo/list": Twin(
        verb="GET",
        level="none",
        result_key="photos",
        convert=photo_as_version_2,
        translate=_photo_parameters,
        is_paged=True,
    ),
    "album/list": Twin(verb="GET", level="anonymous", result_key="albums", is_paged=True),
    "live/list": Twin(
        verb="GET",
        level="none",
        result_key="live",
        convert=live_as_version_2,
        translate=_live_parameters,
        is_paged=True,
    ),
    "player/list": Twin(verb="POST", level="read", result_key="players", is_paged=True),
    "site/get": Twin(verb="GET", level="none", result_key="site"),
    "photo/section/list": Twin(verb="GET", level="none", result_key="sections"),
    "photo/subtitle/list": Twin(verb="GET", level="none", result_key="subtitles"),
    "tag/list": Twin(verb="GET", level="anonymous", result_key="tags", is_paged=True),
    "photo/get-upload-token": Twin(verb="GET", level="write", result_key="uploadtoken"),
    "photo/update-upload-token": Twin(verb="POST", level="none"),
    "photo/redeem-upload-token": Twin(verb="POST", level="none"),
    "photo/update": Twin(verb="POST", level="write"),
    "photo/delete": Twin(verb="POST", level="write"),
    "album/create": Twin(verb="POST", level="write", result_key="album"),
    "album/update": Twin(verb="POST", level="write"),
    "album/delete": Twin(verb="POST", level="write"),
    "live/create": Twin(verb="POST", level="write", result_key="liveevent"),
    "live/update": Twin(verb="POST", level="write"),
    "live/delete": Twin(verb="POST", level="write"),
}


def _register(path: str, twin: Twin) -> None:
    @method(f"{PREFIX}{path}", level=twin.level, verb=twin.verb)
    def answer(call: Call) -> Answer:
        asked = replace(call, params={**call.params, **twin.translate(call)})
        return _convert(twin, METHODS[path].answer(asked), has_text_numbers=call.site.settings.has_text_numbers)


def _convert(twin: Twin, answer: Answer, *, has_text_numbers: bool) -> Answer:
    if answer.plain is not None:
        return answer
    result = answer.payload.get(twin.result_key, {})
    if isinstance(result, list):
        data: Any = [twin.convert(item, has_text_numbers=has_text_numbers) for item in result]
    else:
        data = twin.convert(result, has_text_numbers=has_text_numbers)
    payload: dict[str, Any] = {"data": data}
    if twin.is_paged:
        payload |= {"p": answer.page, "size": answer.size, "total_count": answer.total}
    return replace(answer, payload=payload)


for _path, _twin in TWINS.items():
    _register(_path, _twin)
