"""Settings of the processes that measure: a site that mirrors the sandbox, and nothing else."""

import environ

from bench.chooser import APPS as WAGTAIL
from django_twentythree.conf import workspaces_from_env

env = environ.Env()

SECRET_KEY = "only-for-measuring"
DEBUG = env.bool("DEBUG", default=False)
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django_twentythree"]
if env.str("BENCH_ROW", default="") == "7":  # the only one that Wagtail is a yardstick of
    INSTALLED_APPS += WAGTAIL
    WAGTAIL_SITE_NAME = "bench"
    WAGTAILADMIN_BASE_URL = "http://127.0.0.1"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
STATIC_URL = "static/"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.urls"
MIDDLEWARE = ["bench.counting.tell_cost"]

DATABASES = {"default": env.db("DATABASE_URL")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # As in the example project, and as the README advises.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }

TWENTYTHREE = {
    "WORKSPACES": workspaces_from_env(env),
    # A listing leaves one of them to refreshes, so that pages are fetched four at a time.
    "REQUESTS_IN_FLIGHT": 5,
}
