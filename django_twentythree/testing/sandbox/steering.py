"""The way for programs to steer a sandbox: one POST per command, used by `TwentyThreePlatform`.

`POST /sandbox/api/<command>` with a JSON object answers `{"result": …}`, or `{"error": "…"}` with status 400.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import Forbidden, MethodNotAllowed, NotFound
from werkzeug.wrappers import Response

from django_twentythree.testing.sandbox.commands import CommandError, Commands
from django_twentythree.testing.sandbox.model import REMOVED

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Request

    from django_twentythree.testing.sandbox.site import Site

COMMANDS: dict[str, Callable[..., Any]] = {
    name: member for name, member in vars(Commands).items() if not name.startswith("_")
}


def answer_command(site: Site, request: Request) -> Response:
    """Return the answer to one command."""
    name = request.path.removeprefix("/sandbox/api/").strip("/")
    if request.method != "POST":
        raise MethodNotAllowed(["POST"])
    if request.mimetype != "application/json":
        # A form on a foreign page cannot send this type without asking first.
        raise Forbidden("Commands are sent as application/json.")
    try:
        arguments = _decode(json.loads(request.get_data()))
        if name == "wait_for_pingbacks":  # without the lock: they are sent meanwhile
            return _respond({"result": site.pingbacks.wait(float(arguments.get("seconds", 5.0)))})
        if name == "wait_for_webhooks":
            return _respond({"result": site.webhooks.outbox.wait(float(arguments.get("seconds", 5.0)))})
        if name not in COMMANDS:
            raise NotFound(f"There is no command {name!r}.")
        with site.lock:
            result = COMMANDS[name](Commands(site, f"{request.scheme}://{request.host}"), **arguments)
            return _respond({"result": result})
    except (CommandError, TypeError, ValueError) as error:
        return _respond({"error": f"{name}: {error}"}, status=400)


def _decode(arguments: dict[str, Any]) -> dict[str, Any]:
    # JSON has no word for "leave this key out", so such keys travel in a list beside the others.
    removed = arguments.pop("remove", [])
    if removed:
        arguments["wire"] = {**arguments.get("wire", {}), **dict.fromkeys(removed, REMOVED)}
    return arguments


def _respond(values: dict[str, Any], *, status: int = 200) -> Response:
    return Response(json.dumps(values), status=status, content_type="application/json")
