"""The HTTP verb of each method, and whether it is safe to send twice."""

from __future__ import annotations

from typing import Final

VERSION_2: Final = "2/"
"""The beginning of the path of every method of version 2."""

# By the last word of the path. A method not named here may change something: it is not repeated.
READING: Final = frozenset(
    {
        "data",
        "echo",
        "embed-details",
        "events",
        "geography",
        "get",
        "get-ratings",
        "get-transcoding-progress",
        "list",
        "list-slides",
        "locales",
        "photo-totals",
        "play-details",
        "play-totals",
        "related",
        "sample",
        "settings",
        "status",
        "timeline",
        "types",
        "video-capabilties",
    }
)

# Version 2 names one verb for each method. Source: v2 section 2 (exceptions) and section 12 (all paths).
READ_BY_POST: Final = frozenset(
    {
        "agentic/session/list",
        "agentic/session/metrics",
        "agentic/session/status",
        "app/list",
        "audience/field/types",
        "player/list",
        "seo/get",
        "seo/metrics",
        "seo/status",
    }
)
READ_BY_GET: Final = frozenset(
    {
        "audience/companies",
        "audience/funnel",
        "audience/identity-sources",
        "audience/list-collectors",
        "audience/metrics",
        "audience/search",
        "audience/timelines",
        "live/clips",
        "live/highlights",
        "live/list-formats",
        "live/log",
        "live/mail/preview",
        "live/metrics",
        "live/series/mapped-objects",
        "live/series/metrics",
        "live/series/recurrences",
        "live/speaker/connection-types",
        "live/transcriptionlist",
        "live/webinar/connect",
        "live/webinar/info",
        "live/webinar/room-themes",
        "photo/frame",
        "player/embed",
        "player/embed-versions",
        "player/styles",
        "presentation/page/link-locations",
        "protection/verify",
        "site/search",
        "spot/check",
        "thumbnail/template/list-files",
    }
)
CHANGING_BY_GET: Final = frozenset(
    {
        "collector/exclude",
        "collector/include",
        "comment/clone",
        "comment/reaction/add",
        "comment/reaction/remove",
        "live/series/apply-recurrence",
        "live/series/skip-recurrence",
        "photo/get-replace-token",
        "photo/get-update-token",
        "photo/get-upload-token",
        "session/get-token",
        "user/get-login-token",
        "user/redeem-login-token",
    }
)


def is_reading(method: str) -> bool:
    """Return whether a method changes nothing, so that it may be sent again after temporary trouble.

    Source: README section 1 (version 1); v2 section 12.
    """
    name = method.removeprefix(VERSION_2)
    if name.rpartition("/")[2] in READING:
        return True
    is_version_2 = name != method
    return is_version_2 and (name in READ_BY_GET or name in READ_BY_POST or name.startswith("analytics/"))


def takes_get(method: str) -> bool:
    """Return whether a method's parameters go into the query of a GET."""
    name = method.removeprefix(VERSION_2)
    if name == method:
        return is_reading(method)
    return name in CHANGING_BY_GET or (is_reading(method) and name not in READ_BY_POST)
