"""Subtitles as text, in each of the platform's formats."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_twentythree.testing.sandbox.model import Cue


def _clock(seconds: float, mark: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}{mark}{milliseconds % 1000:03}"


def as_websrt(cues: Sequence[Cue]) -> str:
    """Return the numbered form with commas in the times."""
    parts = []
    for number, cue in enumerate(cues, start=1):
        lines = "\n".join(cue.lines)
        parts.append(f"{number}\n{_clock(cue.begin, ',')} --> {_clock(cue.end, ',')}\n{lines}\n")
    return "\n".join(parts)


def as_vtt(cues: Sequence[Cue]) -> str:
    """Return WebVTT, which browsers read."""
    parts = ["WEBVTT\n"]
    for cue in cues:
        lines = "\n".join(cue.lines)
        parts.append(f"{_clock(cue.begin, '.')} --> {_clock(cue.end, '.')}\n{lines}\n")
    return "\n".join(parts)


def as_json(cues: Sequence[Cue]) -> str:
    """Return the JSON that travels as a string within JSON."""
    entries = [{"timestamp_begin": cue.begin, "timestamp_end": cue.end, "text": list(cue.lines)} for cue in cues]
    return json.dumps({"subtitles": entries}, ensure_ascii=False)
