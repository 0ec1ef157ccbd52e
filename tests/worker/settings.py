"""Settings of the example project with another rhythm: how often the schedule looks, and what it leaves alone."""

from config.settings import *  # noqa: F403
from config.settings import BEAT_SCHEDULE, TWENTYTHREE, env  # type: ignore[attr-defined]

TWENTYTHREE["INTERVALS"] |= dict.fromkeys(env.list("SWITCHED_OFF", default=[]))
CELERY_BEAT_SCHEDULE = {
    name: {**entry, "schedule": env.float("SCHEDULE_SECONDS", default=entry["schedule"])}
    for name, entry in BEAT_SCHEDULE.items()
}
