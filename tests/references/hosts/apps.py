"""A site's own app, as far as the mirror is concerned."""

from django.apps import AppConfig


class HostsConfig(AppConfig):
    """Installed for the tests of this package only."""

    name = "tests.references.hosts"
    label = "hosts"
    default_auto_field = "django.db.models.BigAutoField"
