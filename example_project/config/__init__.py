"""The example project: settings, URLs, and the entry points for a web server and a worker."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
