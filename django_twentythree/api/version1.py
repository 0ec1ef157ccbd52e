"""Version 1 of the API: results under a name of their own, numbers as texts.

Source: README section 4 (result keys) and section 8 (stable order); methods-v1 sections 1, 3 to 5, 7 and 8.
"""

from __future__ import annotations

from datetime import tzinfo
from functools import partial
from typing import Final

from django_twentythree.api.records import (
    AlbumRecord,
    LiveStreamRecord,
    PhotoRecord,
    PlayerRecord,
    SectionRecord,
    SubtitleRecord,
)
from django_twentythree.api.resources import Dialect, Resource

# A single object comes with its calls to action by default, a listed one without (methods-v1 section 1).
AS_IN_A_LIST: Final = {"include_actions_p": 0}


def get_dialect(time_zone: tzinfo, extra_fields: tuple[str, ...] = ()) -> Dialect:
    """Return the dialect, with dates that name no zone read in `time_zone`; everything is sent in any case."""
    return Dialect(
        version=1,
        prefix="",
        site_key="site",
        photos=Resource(
            "photo/list",
            "photos",
            "photo_id",
            partial(PhotoRecord.from_wire, time_zone=time_zone),
            order={"prioritize_promoted_p": 0, "orderby": "created", "order": "asc"},
            single=AS_IN_A_LIST,
        ),
        albums=Resource(
            "album/list",
            "albums",
            "album_id",
            partial(AlbumRecord.from_wire, time_zone=time_zone),
            order={"orderby": "creation_date", "order": "asc"},
        ),
        livestreams=Resource(
            "live/list",
            "live",
            "live_id",
            partial(LiveStreamRecord.from_wire, time_zone=time_zone),
            order={"ordering": "creation_date"},
            single=AS_IN_A_LIST,
        ),
        players=Resource("player/list", "players", "player_id", PlayerRecord.from_wire),
        sections=Resource("photo/section/list", "sections", "section_id", SectionRecord.from_wire),
        subtitles=Resource("photo/subtitle/list", "subtitles", "", SubtitleRecord.from_wire),
    )
