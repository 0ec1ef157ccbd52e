"""`Embeddable`, the base of photos, albums and live streams that pages can show.

Nothing here queries the database or calls the platform. The values come from the row, from the cached workspace
and from the settings.
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
    """Rows with filters for what visitors may see."""

    def published(self) -> Self:
        """Return the rows that anybody may see: present and public."""
        return self.filter(self.model.visibility.published.condition)

    def available(self) -> Self:
        """Return the rows that may be embedded: present, ready to play, and public or allowed by the workspace."""
        return self.filter(self.model.visibility.get_available())


class Embeddable(Mirrored):
    """An object that a page can show, with a thumbnail, a player and a page on the platform."""

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
        """Return the object ready for a page, or an empty `Embed` when it may not be shown.

        Args:
            options: The options of `{% twentythree_embed %}`, which override `TWENTYTHREE["EMBED"]`.

        Raises:
            OptionError: An option is wrong and `DEBUG` is on. Otherwise it is logged once and ignored.
        """
        return build_embed(self.get_subject(), self.read_embed_options(options))

    def embed_url(self, **options: Any) -> str:
        """Return the address of its player, or of a still image's picture; "" when it may not be shown.

        Args and Raises: as for `embed`.
        """
        return get_embed_url(self.get_subject(), self.read_embed_options(options))

    def thumbnail_url(self, size: str = "large", *, allow_unpublished: bool | None = None) -> str:
        """Return the address of its picture, or of a placeholder when there is none to show.

        The address contains the object's token. So an object that is not public shows the placeholder unless that
        is allowed. On a closed site, no object is public.

        Args:
            size: A named size ("quad100", "large", …) or a free size: "600x400", "600x338cr" (cropped),
                "800x" (natural height), "180xfr" (a strip of frames).
            allow_unpublished: None: the workspace and `TWENTYTHREE["EMBED"]` decide.

        Raises:
            OptionError: The platform does not make this size, and `DEBUG` is on.
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
        """Whether a page may show it: present, ready to play, and public or allowed by the workspace."""
        return self.visibility.is_available(self)

    @property
    def platform_url(self) -> str:
        """The address of its page on the platform, without a token."""
        return self.get_subject().page_url

    def get_subject(self) -> Subject:
        """Return the values of the row that rendering needs."""
        raise NotImplementedError

    def read_embed_options(self, given: Mapping[str, Any]) -> EmbedOptions:
        """Return the options, completed with the defaults of the workspace and of this site."""
        workspace = self.get_workspace().get_settings()
        # A player belongs to a workspace, so the setting of the workspace wins over the global one.
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
