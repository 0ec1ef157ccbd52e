"""The texts of a picker for each kind of object, as whole sentences that every language can translate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from django_twentythree.pickers.options import PickerOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The texts of a picker, translated when they are shown."""

    choose: Any
    """The heading of the dialog and the text of the button that opens it."""
    choose_this: Any
    none_chosen: Any
    search: Any
    newest: Any
    nothing_found: Any
    unseen: Any
    """The text shown when the picker gets no data about the chosen object."""
    shows_kind: bool = False
    """Whether each object shows its kind, because there are several to choose from."""


_PHOTO: Final = Words(
    choose=_("Choose a video or image"),
    choose_this=_("Choose this"),
    none_chosen=_("Nothing chosen"),
    search=_("Search by title, tag or author, or paste an address"),
    newest=_("Sync new videos and images"),
    nothing_found=_("Nothing matches."),
    unseen=_("The chosen object cannot be shown. It does not exist, or you may not see it."),
    shows_kind=True,
)
_VIDEO: Final = Words(
    choose=_("Choose a video"),
    choose_this=_("Choose this video"),
    none_chosen=_("No video chosen"),
    search=_("Search by title, tag or author, or paste an address"),
    newest=_("Sync new videos"),
    nothing_found=_("No video matches."),
    unseen=_("The chosen video cannot be shown. It does not exist, or you may not see it."),
)
_AUDIO: Final = Words(
    choose=_("Choose an audio file"),
    choose_this=_("Choose this audio file"),
    none_chosen=_("No audio file chosen"),
    search=_("Search by title, tag or author, or paste an address"),
    newest=_("Sync new audio files"),
    nothing_found=_("No audio file matches."),
    unseen=_("The chosen audio file cannot be shown. It does not exist, or you may not see it."),
)
_IMAGE: Final = Words(
    choose=_("Choose an image"),
    choose_this=_("Choose this image"),
    none_chosen=_("No image chosen"),
    search=_("Search by title, tag or author, or paste an address"),
    newest=_("Sync new images"),
    nothing_found=_("No image matches."),
    unseen=_("The chosen image cannot be shown. It does not exist, or you may not see it."),
)
_ALBUM: Final = Words(
    choose=_("Choose a category"),
    choose_this=_("Choose this category"),
    none_chosen=_("No category chosen"),
    search=_("Search by title, or paste an address"),
    newest=_("Sync new categories"),
    nothing_found=_("No category matches."),
    unseen=_("The chosen category cannot be shown. It does not exist, or you may not see it."),
)
_LIVE_STREAM: Final = Words(
    choose=_("Choose a live stream or webinar"),
    choose_this=_("Choose this live stream"),
    none_chosen=_("No live stream chosen"),
    search=_("Search by name, or paste an address"),
    newest=_("Sync new live streams"),
    nothing_found=_("No live stream matches."),
    unseen=_("The chosen live stream cannot be shown. It does not exist, or you may not see it."),
)
_BY_KIND: Final[dict[tuple[str, ...], Words]] = {("video",): _VIDEO, ("audio",): _AUDIO, ("image",): _IMAGE}
_BY_MODEL: Final = {"photo": _PHOTO, "album": _ALBUM, "livestream": _LIVE_STREAM}


def get_words(options: PickerOptions) -> Words:
    """Return the texts of a picker with these options."""
    return _BY_KIND.get(options.kinds, _BY_MODEL[options.model])
