"""The methods of the API. Importing this package registers all of them."""

from django_twentythree.testing.sandbox.methods import (
    albums,
    details,
    frames,
    livestreams,
    photochanges,
    photos,
    players,
    protection,
    sitewide,
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
    "photochanges",
    "photos",
    "players",
    "protection",
    "sitewide",
    "tags",
    "uploads",
    "version2",
    "webhooks",
]
