"""Settings of the example project. Values that differ between sites come from the environment."""

from pathlib import Path
from typing import Any

import environ
from django.urls import reverse

from django_twentythree.conf import workspaces_from_env
from django_twentythree.csp import get_csp_directives
from django_twentythree.schedules import BEAT_SCHEDULE

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
"""The directory for the database, the broker and the state of beat, unless the environment names another."""
VAR_DIR.mkdir(exist_ok=True)

# --- Django -------------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
# Good enough for visitors on this machine, whom ALLOWED_HOSTS allows. A site on a network sets both.
SECRET_KEY = env.str("SECRET_KEY", default="django-insecure-example-project-on-this-machine-only")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_twentythree",
    "showcase",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "showcase.context_processors.site_name",
            ],
        },
    },
]
LANGUAGE_CODE = "en"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_TZ = True
SITE_NAME = env.str("SITE_NAME", default="Screening Room")

# WhiteNoise serves static files from where the apps keep them: no collectstatic, with and without DEBUG.
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True

# --- Database and cache ---------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'example.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # The site reads while a worker writes (WAL); writers wait for each other instead of failing (IMMEDIATE).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}

# --- TwentyThree ----------------------------------------------------------------------------------------------

TWENTYTHREE: dict[str, Any] = {
    "WORKSPACES": workspaces_from_env(env),
    "BASE_URL": env.str("TWENTYTHREE_BASE_URL", default=""),
    # TWENTYTHREE_INTERVALS="photos=60,livestreams=30": seconds between scheduled syncs.
    "INTERVALS": {name: int(value) for name, value in env.dict("TWENTYTHREE_INTERVALS", default={}).items()},
}
# The pages of this site that show a synced object. "View on site" in the admin leads there.
ABSOLUTE_URL_OVERRIDES = {
    "twentythree.photo": lambda photo: reverse("showcase:video", args=[photo.pk]),
    "twentythree.album": lambda album: reverse("showcase:album", args=[album.pk]),
    "twentythree.livestream": lambda live: reverse("showcase:live", args=[live.pk]),
}

# --- Celery ---------------------------------------------------------------------------------------------------

# Without a broker the project keeps messages in an SQLite file. Of kombu's two transports without a server
# this one is reliable; the other, with plain files, sometimes reads half-written messages.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=f"sqla+sqlite:///{VAR_DIR / 'broker.sqlite3'}")
if CELERY_BROKER_URL.startswith("sqla+sqlite:"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {"connect_args": {"timeout": 20}}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = env.str("CELERY_TASK_DEFAULT_QUEUE", default="celery")
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = env.str("CELERY_BEAT_SCHEDULE_FILENAME", default=str(VAR_DIR / "celerybeat-schedule"))

# --- Security -------------------------------------------------------------------------------------------------

# Frames with players and images come from the TwentyThree sites, everything else from here. No page has inline
# scripts or styles, including embeds and the picker, so there is no 'unsafe-inline' and no nonce.
CONTENT_SECURITY_POLICY = {"DIRECTIVES": get_csp_directives(TWENTYTHREE["WORKSPACES"])}
# The platform counts views by site and can limit embedding to sites, so send it the origin.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"

# --- Logging --------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django_twentythree": {"level": env.str("LOG_LEVEL", default="INFO")},
        # At DEBUG level these log signatures, tokens and addresses, so they stay above it.
        "oauthlib": {"level": "INFO"},
        "requests_oauthlib": {"level": "INFO"},
        "urllib3": {"level": "INFO"},
    },
}
