"""`python -m tests.sync.flooded`: empty an inbox of large notices, and print how much memory that took, as JSON.

Standard input has the value of `TWENTYTHREE`; the database is one of its own.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path

import django

NOTICES = 20
IDS = 31_000
PEAK = Path("/proc/self/status")


def read_peak_megabytes() -> float:
    """Return the most memory that this process has had since the peak was last forgotten."""
    [line] = [line for line in PEAK.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1_000


def main() -> None:
    """Fill the inbox, then empty it once."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from django_twentythree.coordination.identity import get_or_create_workspace
    from django_twentythree.models import Notification
    from django_twentythree.sync.inbox import process_inbox

    settings.TWENTYTHREE = json.load(sys.stdin)
    call_command("migrate", verbosity=0)
    workspace = get_or_create_workspace("default")
    Notification.objects.create(workspace=workspace, payload={"json": {"photo_id": 1}}, received_at=timezone.now())
    process_inbox("default")  # what is imported and opened once
    for number in range(NOTICES):
        first = 1_000_000 + number * IDS
        payload = {"json": {"photo_id": list(range(first, first + IDS))}}
        Notification.objects.create(workspace=workspace, payload=payload, received_at=timezone.now())
    size = len(json.dumps(payload))
    del payload
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak
    before = read_peak_megabytes()
    report = process_inbox("default")
    facts = {"megabytes": read_peak_megabytes() - before, "refreshed": report.refreshed, "size": size}
    sys.stdout.write(json.dumps(facts))


if __name__ == "__main__":
    main()
