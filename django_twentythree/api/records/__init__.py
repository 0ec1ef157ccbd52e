"""A frozen record for each kind of object. The only place with the field names of the wire."""

from django_twentythree.api.records.album import AlbumRecord
from django_twentythree.api.records.details import SectionRecord, SubtitleRecord
from django_twentythree.api.records.library import PlayerRecord, SiteRecord, TagRecord
from django_twentythree.api.records.livestream import LiveStreamRecord
from django_twentythree.api.records.photo import PhotoRecord
from django_twentythree.api.records.renditions import Rendition
from django_twentythree.api.records.webhook import WebhookRecord

__all__ = [
    "AlbumRecord",
    "LiveStreamRecord",
    "PhotoRecord",
    "PlayerRecord",
    "Rendition",
    "SectionRecord",
    "SiteRecord",
    "SubtitleRecord",
    "TagRecord",
    "WebhookRecord",
]
