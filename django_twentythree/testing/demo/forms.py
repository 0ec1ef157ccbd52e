"""The forms of the control page: each changes something and leads back to the page it came from."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from werkzeug.exceptions import BadRequest, Forbidden, MethodNotAllowed, NotFound
from werkzeug.utils import redirect

from django_twentythree.testing.sandbox.commands import CommandError, Commands
from django_twentythree.testing.sandbox.methods.photos import read_tags
from django_twentythree.testing.sandbox.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.datastructures import MultiDict
    from werkzeug.wrappers import Request, Response

    from django_twentythree.testing.sandbox.site import Site

    Form = MultiDict[str, str]

DETAIL_NAMES: Final = {
    "silence": "seconds",
    "slow": "seconds",
    "redirect": "to",
    "huge": "megabytes",
    "error": "code",
    "drop_level": "level",
    "429": "retry_after",
    "503": "retry_after",
}


def answer_form(site: Site, request: Request) -> Response:
    """Carry out a form, and return the way back."""
    if request.method != "POST":
        raise MethodNotAllowed(["POST"])
    _refuse_foreign_pages(request)
    action = _ACTIONS.get(request.path.removeprefix("/sandbox/do/"))
    if action is None:
        raise NotFound
    commands = Commands(site, f"{request.scheme}://{request.host}")
    try:
        with site.lock:
            target, done = action(commands, request.form)
    except Refusal as refusal:
        raise BadRequest(refusal.message) from refusal
    except (CommandError, ValueError, KeyError) as error:
        raise BadRequest(str(error)) from error
    return redirect(f"{target or _came_from(request)}?{urlencode({'done': done})}", code=303)


def _refuse_foreign_pages(request: Request) -> None:
    # The sandbox has no sessions, so this is all that stands between it and a form on another site.
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise Forbidden("This form belongs to another page.")
    origin = request.headers.get("Origin")
    if origin and origin != "null" and urlsplit(origin).netloc != request.host:
        raise Forbidden("This form belongs to another page.")


def _came_from(request: Request) -> str:
    path = urlsplit(request.headers.get("Referer", "")).path
    return path if path.startswith("/sandbox/") else "/sandbox/"


def _number(form: Form, name: str) -> int:
    return int(form[name])


def _add_photo(do: Commands, form: Form) -> tuple[str, str]:
    now = str(int(time.time()))
    wire: dict[str, Any] = {"title": form["title"], "creation_date_epoch": now, "publish_date_epoch": now}
    if "waiting" in form:
        wire |= {"video_encoded_p": 0}
    photo = do.add_photo(wire=wire)
    return f"/sandbox/video/{photo['photo_id']}", "The video was added."


def _edit_photo(do: Commands, form: Form) -> tuple[str, str]:
    number = _number(form, "photo_id")
    do.edit_photo(
        number,
        {
            "title": form["title"],
            "content": form["content"].replace("\r\n", "\n"),
            "tags": list(read_tags(form["tags"])),
            "all_albums": form.getlist("album"),
            "promoted_p": int("promoted" in form),
        },
    )
    return f"/sandbox/video/{number}", "The video was saved."


def _publish(do: Commands, form: Form) -> tuple[str, str]:
    do.edit_photo(_number(form, "photo_id"), {"published_p": 1})
    return "", "The video was published. The platform sends no pingback for this."


def _unpublish(do: Commands, form: Form) -> tuple[str, str]:
    do.edit_photo(_number(form, "photo_id"), {"published_p": 0})
    return "", "The video was taken back. The platform sends no pingback for this."


def _finish_encoding(do: Commands, form: Form) -> tuple[str, str]:
    do.finish_encoding(_number(form, "photo_id"))
    return "", "The video is encoded."


def _delete_photo(do: Commands, form: Form) -> tuple[str, str]:
    do.delete_photo(_number(form, "photo_id"))
    return "/sandbox/", "The video was deleted. The platform sends no pingback for this."


def _add_album(do: Commands, form: Form) -> tuple[str, str]:
    do.add_album(wire={"title": form["title"], "hide_p": int("hidden" in form)})
    return "", "The album was added."


def _edit_album(do: Commands, form: Form) -> tuple[str, str]:
    do.edit_album(_number(form, "album_id"), {"title": form["title"], "hide_p": int("hidden" in form)})
    return "", "The album was saved."


def _delete_album(do: Commands, form: Form) -> tuple[str, str]:
    do.delete_album(_number(form, "album_id"))
    return "", "The album was deleted."


def _add_live(do: Commands, form: Form) -> tuple[str, str]:
    do.add_livestream(wire={"name": form["name"], "private_p": int("private" in form)})
    return "", "The live stream was added."


def _on_air(do: Commands, form: Form) -> tuple[str, str]:
    do.edit_livestream(_number(form, "live_id"), {"streaming_p": 1, "broadcasting_p": 1, "next_start_time_epoch": ""})
    return "", "The live stream is on air."


def _off_air(do: Commands, form: Form) -> tuple[str, str]:
    do.edit_livestream(_number(form, "live_id"), {"streaming_p": 0, "broadcasting_p": 0})
    return "", "The live stream is off air."


def _schedule_live(do: Commands, form: Form) -> tuple[str, str]:
    start = str(int(time.time()) + int(form["minutes"]) * 60) if form.get("minutes") else ""
    do.edit_livestream(_number(form, "live_id"), {"next_start_time_epoch": start})
    return "", "The next start was planned." if start else "Nothing is planned any more."


def _delete_live(do: Commands, form: Form) -> tuple[str, str]:
    do.delete_livestream(_number(form, "live_id"))
    return "", "The live stream was deleted."


def _fail(do: Commands, form: Form) -> tuple[str, str]:
    kind, value = form["kind"], form.get("value", "").strip()
    name = DETAIL_NAMES.get(kind)
    details: dict[str, Any] = {}
    if name and value:
        details[name] = float(value) if name == "seconds" else int(value) if name == "megabytes" else value
    do.fail_next(kind, int(form.get("times") or 1), form.get("method", "").strip() or None, details)
    return "", "The fault waits for its call."


def _clear_faults(do: Commands, form: Form) -> tuple[str, str]:
    do.clear_faults()
    return "", "No fault waits any more."


def _configure(do: Commands, form: Form) -> tuple[str, str]:
    do.set_pingback_url(form.get("pingback_url", "").strip())
    do.configure(
        is_closed="is_closed" in form,
        latency_ms=int(form["latency_ms"]),
        cache_seconds=int(form["cache_seconds"]),
        encoding_seconds=float(form["encoding_seconds"]),
        has_cors="has_cors" in form,
        max_upload_bytes=int(form["max_upload_bytes"]),
        upload_bytes_per_second=int(form["upload_bytes_per_second"]),
    )
    return "", "The settings were saved."


def _revoke(do: Commands, form: Form) -> tuple[str, str]:
    do.revoke_credentials()
    return "", "All credentials are refused from now on."


def _restore(do: Commands, form: Form) -> tuple[str, str]:
    do.restore_credentials()
    return "", "The credentials are accepted again."


_ACTIONS: Final[dict[str, Callable[[Commands, Form], tuple[str, str]]]] = {
    "add-photo": _add_photo,
    "edit-photo": _edit_photo,
    "publish": _publish,
    "unpublish": _unpublish,
    "finish-encoding": _finish_encoding,
    "delete-photo": _delete_photo,
    "add-album": _add_album,
    "edit-album": _edit_album,
    "delete-album": _delete_album,
    "add-live": _add_live,
    "on-air": _on_air,
    "off-air": _off_air,
    "schedule-live": _schedule_live,
    "delete-live": _delete_live,
    "fail": _fail,
    "clear-faults": _clear_faults,
    "configure": _configure,
    "revoke-credentials": _revoke,
    "restore-credentials": _restore,
}
