"""The texts of a picker for each kind of object, as whole sentences that every language can translate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from django_twentythree.kinds import ObjectKind
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
    count: Any
    """How many there are, as `n` says; `count` is the number by which languages bend their words."""
    count_of_new: Any
    """How many came just now: `n`."""
    not_chosen_here: Any
    """What to say of the address of such an object where other things are chosen."""
    unseen: Any
    """The text shown when the picker gets no data about the chosen object."""
    shows_kind: bool = False
    """Whether each object shows its kind, because there are several to choose from."""


_PHOTO: Final = Words(
    choose=_("Choose a video or image"),
    choose_this=_("Choose this"),
    none_chosen=_("Nothing chosen"),
    search=_("Search by title, tag or author, or paste an address"),
    newest=_("Sync new ones"),
    nothing_found=_("Nothing matches."),
    count=ngettext_lazy("%(n)s video", "%(n)s videos", "count"),
    count_of_new=ngettext_lazy("%(n)d new video.", "%(n)d new videos.", "n"),
    not_chosen_here=_("This is the address of a video, which you cannot choose here."),
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
    count=ngettext_lazy("%(n)s video", "%(n)s videos", "count"),
    count_of_new=ngettext_lazy("%(n)d new video.", "%(n)d new videos.", "n"),
    not_chosen_here=_("This is the address of a video, which you cannot choose here."),
    unseen=_("The chosen video cannot be shown. It does not exist, or you may not see it."),
)
_AUDIO: Final = Words(
    choose=_("Choose an audio file"),
    choose_this=_("Choose this audio file"),
    none_chosen=_("No audio file chosen"),
    search=_("Search by title, tag or author, or paste an address"),
    newest=_("Sync new audio files"),
    nothing_found=_("No audio file matches."),
    count=ngettext_lazy("%(n)s result", "%(n)s results", "count"),
    count_of_new=ngettext_lazy("%(n)d new video.", "%(n)d new videos.", "n"),
    not_chosen_here=_("This is the address of a video, which you cannot choose here."),
    unseen=_("The chosen audio file cannot be shown. It does not exist, or you may not see it."),
)
_IMAGE: Final = Words(
    choose=_("Choose an image"),
    choose_this=_("Choose this image"),
    none_chosen=_("No image chosen"),
    search=_("Search by title, tag or author, or paste an address"),
    newest=_("Sync new images"),
    nothing_found=_("No image matches."),
    count=ngettext_lazy("%(n)s result", "%(n)s results", "count"),
    count_of_new=ngettext_lazy("%(n)d new video.", "%(n)d new videos.", "n"),
    not_chosen_here=_("This is the address of a video, which you cannot choose here."),
    unseen=_("The chosen image cannot be shown. It does not exist, or you may not see it."),
)
_ALBUM: Final = Words(
    choose=_("Choose a category"),
    choose_this=_("Choose this category"),
    none_chosen=_("No category chosen"),
    search=_("Search by title, or paste an address"),
    newest=_("Sync new categories"),
    nothing_found=_("No category matches."),
    count=ngettext_lazy("%(n)s category", "%(n)s categories", "count"),
    count_of_new=ngettext_lazy("%(n)d new category.", "%(n)d new categories.", "n"),
    not_chosen_here=_("This is the address of a category, which you cannot choose here."),
    unseen=_("The chosen category cannot be shown. It does not exist, or you may not see it."),
)
_LIVE_STREAM: Final = Words(
    choose=_("Choose a live stream or webinar"),
    choose_this=_("Choose this live stream"),
    none_chosen=_("No live stream chosen"),
    search=_("Search by name, or paste an address"),
    newest=_("Sync new live streams"),
    nothing_found=_("No live stream matches."),
    count=ngettext_lazy("%(n)s live stream", "%(n)s live streams", "count"),
    count_of_new=ngettext_lazy("%(n)d new live stream.", "%(n)d new live streams.", "n"),
    not_chosen_here=_("This is the address of a live stream, which you cannot choose here."),
    unseen=_("The chosen live stream cannot be shown. It does not exist, or you may not see it."),
)
_OTHER_PHOTOS: Final = replace(_PHOTO, count=_AUDIO.count)
"""Of several kinds, none of which is a video."""

_BY_KINDS_OF_PHOTOS: Final[Mapping[tuple[str, ...], Words]] = {
    ("video",): _VIDEO,
    ("audio",): _AUDIO,
    ("image",): _IMAGE,
}
WORDS_BY_KIND: Final[Mapping[ObjectKind, Words]] = {
    ObjectKind.PHOTO: _PHOTO,
    ObjectKind.ALBUM: _ALBUM,
    ObjectKind.LIVESTREAM: _LIVE_STREAM,
}


def get_words(options: PickerOptions) -> Words:
    """Return what a picker of these options says."""
    if options.kinds and "video" not in options.kinds:
        return _BY_KINDS_OF_PHOTOS.get(options.kinds, _OTHER_PHOTOS)
    return _BY_KINDS_OF_PHOTOS.get(options.kinds, WORDS_BY_KIND[options.object_kind])
