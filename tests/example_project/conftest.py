"""The example site inside the test process, with a workspace that nothing here asks for anything."""

from typing import Any

import pytest
from django.test import Client

from config import settings as example_settings
from tests.celery_app import app

# Importing `config` made its own Celery application the current one.
app.set_current()
app.set_default()

WORKSPACES = {"default": {"DOMAIN": "video.example.com"}}


@pytest.fixture
def site(db: None, settings: Any, client: Client) -> Client:
    """A visitor of the example site, whose tables are empty."""
    for name in ("ABSOLUTE_URL_OVERRIDES", "MIDDLEWARE", "ROOT_URLCONF", "SITE_NAME", "TEMPLATES"):
        setattr(settings, name, getattr(example_settings, name))
    settings.CONTENT_SECURITY_POLICY = example_settings.CONTENT_SECURITY_POLICY
    settings.TWENTYTHREE = {"WORKSPACES": WORKSPACES}
    return client
