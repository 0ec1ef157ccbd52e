"""`Embeddable`: what photos, albums and live streams offer to pages.

Nothing here asks the database or the platform: the values come from the row, from the workspace that this
process remembers, and from the settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings

from django_twentythree.conf import get_settings
from django_twentythree.models.mirrored import Mirrored, MirroredQuerySet
from django_twentythree.rendering import (
    NAMED_SIZES,
    Embed,
    EmbedOptions,
    Kind,
    Subject,
    build_embed,
    describe_value,
    get_embed_url,
    get_image_url,
    get_placeholder_url,
    is_image_size,
    raise_or_warn,
    read_options,
)


class EmbeddableQuerySet(MirroredQuerySet):
    """Rows by what a visitor may see."""

    def published(self) -> Self:
        """Return what anybody may see: present, and public."""
        return self.filter(self.model.visibility.published.condition)

    def available(self) -> Self:
        """Return what may be embedded: present, ready to play, and public unless the workspace embeds others."""
        return self.filter(self.model.visibility.get_available())


class Embeddable(Mirrored):
    """An object that a page can show: its thumbnail, its player, its page on the platform."""

    if TYPE_CHECKING:  # columns of each of the models

        @property
        def token(self) -> str: ...
        @property
        def page_path(self) -> str: ...
        @property
        def description_html(self) -> str: ...
        @property
        def description_text(self) -> str: ...

    class Meta(Mirrored.Meta):
        abstract = True

    def embed(self, **options: Any) -> Embed:
        """Return the object ready for a page; empty, and not available, where it may not be shown.

        Args:
            options: Those of `{% twentythree_embed %}`, over `TWENTYTHREE["EMBED"]`.

        Raises:
            OptionError: An option is wrong, and `DEBUG` is on; otherwise it is logged once and ignored.
        """
        return build_embed(self.get_subject(), self.read_embed_options(options))

    def embed_url(self, **options: Any) -> str:
        """Return the address of its player, of a still image's picture; "" where it may not be shown.

        Args and Raises: as of `embed`.
        """
        return get_embed_url(self.get_subject(), self.read_embed_options(options))

    def thumbnail_url(self, size: str = "large", *, allow_unpublished: bool | None = None) -> str:
        """Return the address of its picture, of a placeholder while there is none to show.

        The address holds the object's token. So of what is not public, and on a site closed to the public of
        everything, the placeholder is shown unless allowed.

        Args:
            size: A named size ("quad100", "large", …), or a free one: "600x400", "600x338cr" (cropped),
                "800x" (natural height), "180xfr" (a strip of frames).
            allow_unpublished: None: as the workspace and `TWENTYTHREE["EMBED"]` say.

        Raises:
            OptionError: The platform makes no such size, and `DEBUG` is on.
        """
        if not is_image_size(size):
            known = ", ".join(NAMED_SIZES)
            raise_or_warn(
                f"There is no thumbnail size {describe_value(size)}; write {known}, or as 600x338cr, 600x400, 800x.",
                strict=settings.DEBUG,
            )
            return get_placeholder_url()
        options = self.read_embed_options({"allow_unpublished": allow_unpublished})
        url = get_image_url(self.get_subject(), size, allow_unpublished=options.allow_unpublished)
        return url or get_placeholder_url()

    @property
    def is_available(self) -> bool:
        """Whether a page may show it: present, ready to play, and public unless the workspace embeds others."""
        return self.visibility.is_available(self)

    @property
    def platform_url(self) -> str:
        """The address of its page on the platform, without a token."""
        return self.get_subject().page_url

    def get_subject(self) -> Subject:
        """Return the values of the row that rendering works with."""
        raise NotImplementedError

    def read_embed_options(self, given: Mapping[str, Any]) -> EmbedOptions:
        """Return the options with the defaults of this site and of the object's workspace beneath them."""
        workspace = self.get_workspace().get_settings()
        # A player belongs to a workspace: what is set there is meant more than what is set for all.
        own = {"player_id": workspace.PLAYER_ID, "allow_unpublished": workspace.EMBED_UNPUBLISHED or None}
        options = dict(get_settings().EMBED)
        for layer in (own, given):
            options |= {name: value for name, value in layer.items() if value is not None}
        return read_options(options, strict=settings.DEBUG)

    def _begin_subject(self, kind: Kind) -> Subject:
        workspace = self.get_workspace()
        return Subject(
            kind=kind,
            base_url=workspace.get_settings().base_url,
            remote_id=self.remote_id,
            title=str(self),
            token=self.token,
            page_path=self.page_path,
            missing_since=self.missing_since,
            is_ready=self.visibility.ready.holds(self),
            blocked_by=self.visibility.find_barrier(self),
            is_site_closed=workspace.is_closed,
        )
