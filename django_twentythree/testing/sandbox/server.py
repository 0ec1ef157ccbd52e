"""The HTTP server: HTTP/1.1 with connections that stay open, one thread for each, and faults below HTTP."""

from __future__ import annotations

import errno
import io
import socket
import struct
import sys
import time
import traceback
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request, Response

from django_twentythree.testing.sandbox.cors import is_upload
from django_twentythree.testing.sandbox.disruptions import Disruption

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_twentythree.testing.sandbox.application import Application

LARGEST_BODY = 512 * 1024 * 1024
PIECE = 16 * 1024


class ListenError(Exception):
    """The address cannot be listened on; the message says which one, and why."""


class Handler(WSGIRequestHandler):
    """Serves one connection.

    werkzeug's own handler closes the connection after each answer, because a body may still be unread. Here
    the body is read to its end before the application is asked.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def run_wsgi(self) -> None:
        """Answer one request."""
        body = self._read_body()
        if body is None:
            return
        environ = self.make_environ()
        environ["wsgi.input"] = io.BytesIO(body)
        environ["wsgi.input_terminated"] = True
        answer = self.server.application.answer(Request(environ))
        if isinstance(answer, Response):
            self._send(answer, environ)
        else:
            self._disrupt(answer, environ)

    def _read_body(self) -> bytes | None:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            self.close_connection = True
            self.send_error(411, "Length Required")
            return None
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            self.close_connection = True
            self.send_error(413, "Content Too Large")
            return None
        return self._receive_upload(int(length)) if is_upload(self.path) else self.rfile.read(int(length))

    def _receive_upload(self, length: int) -> bytes | None:
        """Return a body that comes as slowly as the settings say; None when the connection was broken off."""
        settings = self.server.application.site.settings
        body = bytearray()
        while len(body) < length:
            if 0 < settings.upload_breaks_after_bytes <= len(body):
                self._disrupt(Disruption("reset"))
                return None
            if not (piece := self.rfile.read(min(PIECE, length - len(body)))):
                self.close_connection = True  # the browser has given up
                return None
            body += piece
            if settings.upload_bytes_per_second:
                time.sleep(len(piece) / settings.upload_bytes_per_second)
        return bytes(body)

    def _send(self, response: Response, environ: dict[str, Any], *, cut: bool = False) -> None:
        chunks, status, headers = response.get_wsgi_response(environ)
        if not any(name.lower() == "content-length" for name, _ in headers):
            self.close_connection = True
        code, _, phrase = status.partition(" ")
        self.send_response(int(code), phrase)
        for name, value in headers:
            if name.lower() not in {"date", "server"}:
                self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        # Head and body leave in one write: one packet for most answers.
        head = self._take_head()
        if cut:
            body = b"".join(chunks)
            self.wfile.write(head + body[: len(body) // 2])
        else:
            self._write(head, chunks)
        self.wfile.flush()
        response.close()

    def _take_head(self) -> bytes:
        buffer: list[bytes] = self.__dict__.pop("_headers_buffer")
        return b"".join(buffer) + b"\r\n"

    def _write(self, head: bytes, chunks: Iterable[bytes]) -> None:
        for chunk in chunks:
            self.wfile.write(head + chunk)
            head = b""
        if head:
            self.wfile.write(head)

    def _disrupt(self, disruption: Disruption, environ: dict[str, Any] | None = None) -> None:
        self.close_connection = True
        if disruption.kind == "silence":
            time.sleep(disruption.seconds)
        elif disruption.kind == "cut" and disruption.response is not None and environ is not None:
            self._send(disruption.response, environ, cut=True)
        elif disruption.kind == "reset":
            # With a linger time of nought, closing sends RST instead of FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Stay silent about requests: the control page shows them."""

    def version_string(self) -> str:
        """Return the name of the server."""
        return "TwentyThreeSandbox"


class Server(ThreadedWSGIServer):
    """Serves one site on a socket that listens already: werkzeug's own answer to a taken port is sys.exit."""

    daemon_threads = True

    def __init__(self, application: Application, host: str, listening: socket.socket) -> None:
        self.application = application
        port = listening.getsockname()[1]
        super().__init__(host, port, _unused, handler=Handler, fd=listening.fileno())

    @property
    def url(self) -> str:
        """The address of the site, for a browser on this machine."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # compared, not bound
        host = everywhere.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent when a client went away, else print what happened."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            traceback.print_exc()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        ListenError: The address is taken, or not of this machine; the message says which, and what to do.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        raise ListenError(_explain(host, port, error)) from error
    return listening


def _explain(host: str, port: int, error: Exception) -> str:
    code = getattr(error, "errno", None)
    reason = {
        errno.EADDRINUSE: "another program listens there; --port N chooses another port, --port 0 a free one",
        errno.EACCES: "this user may not; choose a port above 1023",
        errno.EADDRNOTAVAIL: "this machine has no such address",
    }.get(code or 0, str(error))
    return f"Cannot listen on {host}:{port}: {reason}."


def _unused(environ: Any, start_response: Any) -> list[bytes]:
    # ThreadedWSGIServer wants a WSGI application; Handler asks `Application` instead.
    raise NotImplementedError
