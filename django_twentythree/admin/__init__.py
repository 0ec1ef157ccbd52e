"""Django's admin for the synced objects: people view and search them and start syncs, but edit nothing."""

from django_twentythree.admin.album import AlbumAdmin
from django_twentythree.admin.details import OrderedPhotoInline
from django_twentythree.admin.livestream import LiveStreamAdmin
from django_twentythree.admin.notification import NotificationAdmin
from django_twentythree.admin.photo import PhotoAdmin
from django_twentythree.admin.player import PlayerAdmin
from django_twentythree.admin.run import SyncRunAdmin
from django_twentythree.admin.tag import TagAdmin
from django_twentythree.admin.workspace import WorkspaceAdmin

__all__ = [
    "AlbumAdmin",
    "LiveStreamAdmin",
    "NotificationAdmin",
    "OrderedPhotoInline",
    "PhotoAdmin",
    "PlayerAdmin",
    "SyncRunAdmin",
    "TagAdmin",
    "WorkspaceAdmin",
]
