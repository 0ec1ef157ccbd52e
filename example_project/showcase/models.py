"""`Article`, a text of the project that shows a synced video."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.urls import reverse
from django.utils import timezone

from django_twentythree.fields import VideoField
from django_twentythree.models import OrderedPhoto

_BLANK_LINES = re.compile(r"\n\s*\n")
_LONE_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of an article. A paragraph with only an address becomes a player if possible."""

    text: str

    @property
    def is_address(self) -> bool:
        """Whether the paragraph is one web address and nothing else."""
        return _LONE_ADDRESS.fullmatch(self.text) is not None


class Article(models.Model):
    """A text with a video after its first paragraph, and more wherever the author pasted an address."""

    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=200, unique=True)
    summary = models.TextField(blank=True)
    body = models.TextField(
        help_text="An empty line starts a new paragraph. The address of a video or live stream on a line of "
        "its own becomes a player.",
    )
    # A foreign key whose form field is the picker. A sync never deletes a video, it marks it as gone.
    video = VideoField(null=True, blank=True, related_name="articles")
    published_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ("-published_at", "-pk")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("showcase:article", args=[self.slug])

    def iter_paragraphs(self) -> Iterator[Paragraph]:
        """Yield the paragraphs of the body in order."""
        for text in _BLANK_LINES.split(self.body.replace("\r\n", "\n")):
            if text.strip():
                yield Paragraph(text.strip())


class RelatedVideo(OrderedPhoto):
    """A further video of an article, with its position."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="related_videos")
    photo = VideoField(verbose_name="video")
