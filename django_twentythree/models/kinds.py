"""The model of each kind of object."""

from collections.abc import Mapping
from typing import Final

from django_twentythree.kinds import ObjectKind
from django_twentythree.models.album import Album
from django_twentythree.models.livestream import LiveStream
from django_twentythree.models.photo import Photo

MODELS_BY_KIND: Final[Mapping[ObjectKind, type[Photo | Album | LiveStream]]] = {
    ObjectKind.PHOTO: Photo,
    ObjectKind.ALBUM: Album,
    ObjectKind.LIVESTREAM: LiveStream,
}
