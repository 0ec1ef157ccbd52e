"""What an answer may cost in memory: measured in a process of its own, which has nothing else to remember."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.api.scripted import answer

MOST_MIB = 150
"""Of an answer of 25 MiB: itself, once more as it is put together, and as text."""

# The peak of this very process: what `getrusage` tells begins with that of its parent.
ASK = r"""
import re, sys
from pathlib import Path
from django_twentythree.api import Client, UnexpectedResponseError

def get_peak_mib():
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024

client = Client(sys.argv[1], scheme="http", max_attempts=3)
before = get_peak_mib()
try:
    outcome = f"{sum(len(page.items) for page in client.list_photos())} objects"
except UnexpectedResponseError as error:
    outcome = str(error)
print(f"{get_peak_mib() - before:.0f} {client.request_count} {outcome}")
"""


def measure(domain: str) -> tuple[int, int, str]:
    """Return the growth in MiB, the number of requests, and what became of a listing."""
    run = subprocess.run([sys.executable, "-c", ASK, domain], capture_output=True, text=True, check=True, timeout=300)
    growth, requests, outcome = run.stdout.split(" ", 2)
    return int(growth), int(requests), outcome.strip()


def as_page(items: bytes) -> bytes:
    return b'{"status": "ok", "permission_level": "read", "photos": [' + items + b"]}"


HOSTILE = {
    "empty objects": b"{}," * 8_500_000 + b"{}",
    "empty lists": b"[]," * 8_500_000 + b"[]",
    "objects of one": b'{"a":1},' * 3_200_000 + b"{}",
    "numbers": b"1.5," * 6_400_000 + b"1",
    "depth": b"[" * 26_000_000,
    "escaped quotes": b'"' + rb"\"" * 12_000_000,
}


@pytest.mark.parametrize("items", HOSTILE.values(), ids=HOSTILE)
def test_answer__many_small_values__costs_little_and_is_refused(scripted, items):
    scripted.script(answer(as_page(items)))
    growth, requests, outcome = measure(scripted.domain)
    assert growth < MOST_MIB
    assert ("500,000 values" in outcome and requests == 1) or "cut off" in outcome


@pytest.mark.parametrize("length", [1_000, 200_000])
def test_answer__page_of_long_descriptions_full_of_commas__is_read(scripted, length):
    text = b"Tides, ebb, flood; moles, piers, [quays], {locks}, and so on, and so on. "
    content = (text * (length // len(text) + 1))[:length]
    items = b",".join(b'{"photo_id": "%d", "content": "%b"}' % (number, content) for number in range(1, 101))
    scripted.script(answer(as_page(items)), answer(as_page(b"")))
    growth, _, outcome = measure(scripted.domain)
    assert outcome == "100 objects"
    assert growth < MOST_MIB


def test_answer__more_than_48_mib__is_refused_with_a_way_out(scripted):
    scripted.script(answer(as_page(b'"' + b"x" * (49 * 2**20) + b'"')))
    growth, requests, outcome = measure(scripted.domain)
    assert growth < MOST_MIB
    assert requests == 1
    assert "larger than 48 MiB" in outcome
    assert "size=" in outcome
