"""Host models: installed, with tables, for the tests of this package only."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import modify_settings, override_settings

from tests.references.hosts.models import WITH_TABLES


@pytest.fixture(scope="module", autouse=True)
def hosts(django_db_setup, django_db_blocker):
    installed = modify_settings(INSTALLED_APPS={"append": "tests.references.hosts"})
    with installed, override_settings(HOSTS_SWAPPED_MODEL="hosts.Article"), django_db_blocker.unblock():
        apps.clear_cache()  # of what models know of each other, which outlives a change of the installed apps
        with connection.schema_editor() as editor:
            for model in WITH_TABLES:
                editor.create_model(model)
        create_permissions(apps.get_app_config("hosts"), verbosity=0)
        yield
        ContentType.objects.filter(app_label="hosts").delete()
        ContentType.objects.clear_cache()
        with connection.schema_editor() as editor:
            for model in reversed(WITH_TABLES):
                editor.delete_model(model)
    apps.clear_cache()
