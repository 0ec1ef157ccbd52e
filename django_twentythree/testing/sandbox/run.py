"""Serving a sandbox until it is told to stop."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, TextIO

from django_twentythree.testing.sandbox.application import Application
from django_twentythree.testing.sandbox.server import Server, listen
from django_twentythree.testing.sandbox.signatures import environment_lines
from django_twentythree.testing.sandbox.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Request, Response

    from django_twentythree.testing.sandbox.options import Options
    from django_twentythree.testing.sandbox.scenery import Scenery


def serve(
    options: Options,
    output: TextIO,
    *,
    scenery: Scenery | None = None,
    answer_control: Callable[[Site, Request], Response] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, or until standard input closes when the options say so.

    The first line of output is `TwentyThree sandbox: http://<host>:<port>/`.

    Raises:
        ListenError: The address cannot be listened on.
    """
    with listen(options.host, options.port) as listening:
        # The port came first: a library of 100,000 is not worth inventing where it is taken.
        server = Server(Application(Site(options, scenery), answer_control), options.host, listening)
    output.write(_describe(server))
    output.flush()
    if options.until_stdin_closes:
        threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


def _describe(server: Server) -> str:
    lines = [
        f"TwentyThree sandbox: {server.url}/",
        f"Control page: {server.url}/sandbox/",
        "Environment of a project that mirrors it:",
        *environment_lines(server.url),
    ]
    return "\n".join(lines) + "\n"


def _interrupt(signal_number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _end_with_parent() -> None:
    parent = os.getppid()
    threading.Thread(target=_wait_for_end_of_input, name="stdin", daemon=True).start()
    # A copy of the other end may live on in a child of the parent; then only this tells.
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


def _wait_for_end_of_input() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)
