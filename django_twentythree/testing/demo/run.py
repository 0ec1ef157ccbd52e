"""Running a sandbox with the demonstration in it: what both command lines start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TextIO

from django_twentythree.testing.demo.control import answer
from django_twentythree.testing.demo.thumbnails import draw_jpeg, draw_strip
from django_twentythree.testing.demo.town import fill
from django_twentythree.testing.sandbox.run import serve
from django_twentythree.testing.sandbox.scenery import Scenery

if TYPE_CHECKING:
    from django_twentythree.testing.sandbox.options import Options

SCENERY: Final = Scenery(fill=fill, draw_jpeg=draw_jpeg, draw_strip=draw_strip)


def run(options: Options, output: TextIO) -> None:
    """Serve the invented town until told to stop, with its control page at `/sandbox/`.

    Raises:
        ListenError: The address cannot be listened on.
    """
    serve(options, output, scenery=SCENERY, answer_control=answer)
