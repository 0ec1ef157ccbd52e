"""The mirror's own admin, and pages there for some of the host models."""

from django.contrib import admin
from django.urls import path

from tests.references.hosts import models

site = admin.AdminSite()
for model, model_admin in admin.site._registry.items():
    site.register(model, type(model_admin))
site.register(models.Article)

urlpatterns = [path("admin/", site.urls)]
