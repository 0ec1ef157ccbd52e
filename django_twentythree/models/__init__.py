"""The models of the synced objects and of the sync itself."""

from django_twentythree.models.album import Album
from django_twentythree.models.details import Section, Subtitle
from django_twentythree.models.engine import Lease, Recheck, WorkspaceCondition
from django_twentythree.models.kinds import MODELS_BY_KIND
from django_twentythree.models.livestream import LiveStream
from django_twentythree.models.mirrored import Mirrored
from django_twentythree.models.notification import Notification
from django_twentythree.models.ordered import OrderedPhoto
from django_twentythree.models.photo import AlbumPhoto, Photo
from django_twentythree.models.player import Player
from django_twentythree.models.run import SyncRun
from django_twentythree.models.tag import Tag
from django_twentythree.models.workspace import Workspace

__all__ = [
    "MODELS_BY_KIND",
    "Album",
    "AlbumPhoto",
    "Lease",
    "LiveStream",
    "Mirrored",
    "Notification",
    "OrderedPhoto",
    "Photo",
    "Player",
    "Recheck",
    "Section",
    "Subtitle",
    "SyncRun",
    "Tag",
    "Workspace",
    "WorkspaceCondition",
]
