"""`python -m bench.serving`: the notification door as a site serves it, until standard input ends; prints its port."""

from __future__ import annotations

import sys
import threading

import waitress
from django.core.wsgi import get_wsgi_application

THREADS = 8
"""More than there are senders: waitress warns of each request that has to wait for one."""


def main() -> None:
    """Serve on a free port of this machine."""
    server = waitress.create_server(get_wsgi_application(), host="127.0.0.1", port=0, threads=THREADS)
    threading.Thread(target=server.run, daemon=True).start()
    print(server.effective_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
