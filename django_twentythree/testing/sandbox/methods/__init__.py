"""The methods of the API. Importing this package registers all of them."""

from django_twentythree.testing.sandbox.methods import (
    albums,
    details,
    frames,
    livestreams,
    misc,
    photochanges,
    photos,
    players,
    tags,
    uploads,
    version2,
    webhooks,
)

__all__ = [
    "albums",
    "details",
    "frames",
    "livestreams",
    "misc",
    "photochanges",
    "photos",
    "players",
    "tags",
    "uploads",
    "version2",
    "webhooks",
]
