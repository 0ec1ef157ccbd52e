"""The one entry a Celery beat schedule needs."""

from typing import Any, Final

BEAT_SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    "django_twentythree.run_due": {
        "task": "django_twentythree.run_due",
        "schedule": 60.0,
        # A look that waited longer than a minute is stale: the next one is already there.
        "options": {"expires": 55.0},
    },
}
"""Merge it into `CELERY_BEAT_SCHEDULE`: each minute everything is looked at that `INTERVALS` says is due."""
