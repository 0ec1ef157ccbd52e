"""A server that does to a connection what a test tells it, for trouble below HTTP and odd bytes above it."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

Step = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Received:
    """One request as it came in."""

    line: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def target(self) -> str:
        return self.line.split(" ")[1]

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


class ScriptedServer:
    """Answers the first request with the first step, and so on; the last step stands for all that follow."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self._steps: list[Step] = []
        self._route: Callable[[Received], Step] | None = None
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._connections = 0
        self.domain = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def script(self, *steps: Step) -> None:
        self._steps = list(steps)

    def route(self, choose: Callable[[Received], Step]) -> None:
        """Let each request choose its step."""
        self._route = choose

    def close(self) -> None:
        self._listener.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection, self._connections), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        reader = connection.makefile("rb")
        try:
            while line := reader.readline():
                headers = {}
                while (header := reader.readline()) not in (b"\r\n", b""):
                    name, _, value = header.decode("latin-1").partition(":")
                    headers[name.lower()] = value.strip()
                body = reader.read(int(headers.get("content-length", 0)))
                with self._lock:
                    request = Received(line.decode("latin-1").strip(), headers, body, number)
                    self.received.append(request)
                    if self._route is None:
                        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
                if self._route is not None:
                    step = self._route(request)
                step(connection)
        except OSError:
            pass
        finally:
            reader.close()
            connection.close()


def answer(body: bytes | str | dict | list, status: int = 200, **headers: str) -> Step:
    """A complete HTTP answer."""
    if isinstance(body, dict | list):
        body = json.dumps(body)
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return send("\r\n".join(lines).encode() + b"\r\n\r\n" + content)


def ok(**extra: object) -> Step:
    return answer({"status": "ok", "permission_level": "read", "cached": "0", **extra})


def send(content: bytes) -> Step:
    return lambda connection: connection.sendall(content)


def hang_up(after: bytes = b"") -> Step:
    def step(connection: socket.socket) -> None:
        connection.sendall(after)
        connection.shutdown(socket.SHUT_RDWR)

    return step


def reset(connection: socket.socket) -> None:
    # With a linger time of zero, closing sends RST in place of FIN.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise OSError


def silence(seconds: float) -> Step:
    return lambda connection: time.sleep(seconds)


def trickle(step_seconds: float, count: int, headers: bytes = b"") -> Step:
    """A body that comes byte by byte and is announced to be long."""

    def step(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n" + headers + b"\r\n")
        for _ in range(count):
            connection.sendall(b" ")
            time.sleep(step_seconds)

    return step
