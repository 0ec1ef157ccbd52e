"""`Embeddable`: what photos, albums and live streams offer to pages."""

from django.db import models


class Embeddable(models.Model):
    """An object that a page can show: its thumbnail, its player, its page on the platform."""

    class Meta:
        abstract = True
