"""The platform's videos and the site's rows, each read in the plainest way, to be held against each other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django_twentythree.api import Client, OAuth1Credentials
from django_twentythree.testing.platform import TwentyThreePlatform
from tests.worker.databases import Database

PAGE = 100


@dataclass(frozen=True, slots=True)
class Video:
    """What is compared; lists rather than sets, so that a row too many shows."""

    title: str
    tags: list[str]
    album_ids: list[int]


def read_platform(platform: TwentyThreePlatform) -> dict[int, Video]:
    """Return every video that the platform has, oldest upload first."""
    found: dict[int, Video] = {}
    with Client(platform.domain, OAuth1Credentials(*platform.credentials.values()), scheme="http") as client:
        number = 1
        while page := _list(client, number):
            for wire in page:
                albums = sorted(int(part) for part in wire["all_albums"].split())
                found[int(wire["photo_id"])] = Video(wire["title"], sorted(wire["tags"]), albums)
            number += 1
    return found


def _list(client: Client, number: int) -> list[dict[str, Any]]:
    page = client.call(
        "photo/list",
        p=number,
        size=PAGE,
        orderby="created",
        order="asc",
        prioritize_promoted_p=0,
        include_unpublished_p=1,
        include_hidden_p=1,
    )
    return list(page["photos"])


def read_rows(database: Database) -> dict[int, Video]:
    """Return every row that is present.

    Raises:
        AssertionError: There are two of one video.
    """
    tags: dict[int, list[str]] = defaultdict(list)
    for pk, name in database.ask(
        "SELECT m.photo_id, t.name FROM twentythree_photo_tags m JOIN twentythree_tag t ON t.id = m.tag_id"
    ):
        tags[pk].append(name)
    albums: dict[int, list[int]] = defaultdict(list)
    for pk, remote_id in database.ask(
        "SELECT m.photo_id, a.remote_id FROM twentythree_albumphoto m JOIN twentythree_album a ON a.id = m.album_id"
    ):
        albums[pk].append(remote_id)
    found: dict[int, Video] = {}
    for pk, remote_id, title in database.ask(
        "SELECT id, remote_id, title FROM twentythree_photo WHERE missing_since IS NULL"
    ):
        assert remote_id not in found, f"video {remote_id} has two rows"
        found[remote_id] = Video(title, sorted(tags[pk]), sorted(albums[pk]))
    return found
