"""What the environment makes of the example project's settings, each time in a fresh process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_twentythree.testing import TwentyThreePlatform

PROJECT_DIR = Path(__file__).resolve().parents[2] / "example_project"
CALL = """
import logging
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django_twentythree.coordination.connections import connect
logging.getLogger().setLevel(logging.DEBUG)
with connect("default") as client:
    client.call("photo/list", photo_id=7, token="0123abcd")
logging.getLogger("somebody.else").debug("the root writes this")
"""
NAMES = (
    "ALLOWED_HOSTS CACHES CELERY_BEAT_SCHEDULE CELERY_BROKER_URL CONTENT_SECURITY_POLICY DATABASES DEBUG TWENTYTHREE"
)


def run(program: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    own = {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(PROJECT_DIR.parent)}
    finished = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT_DIR,
        env={**kept, **own, **environment},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert finished.returncode == 0, finished.stderr.decode()
    return finished


def read_settings(**environment: str) -> dict[str, Any]:
    program = (
        "import json; from django.conf import settings;"
        f"print(json.dumps({{name: getattr(settings, name) for name in '{NAMES}'.split()}}, default=str))"
    )
    finished = run(program, **environment)
    return json.loads(finished.stdout)


def test_settings__nothing_in_the_environment__runs_on_files_of_its_own() -> None:
    found = read_settings()
    assert found["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert found["DATABASES"]["default"]["NAME"] == str(PROJECT_DIR / "var" / "example.sqlite3")
    assert found["CELERY_BROKER_URL"] == f"sqla+sqlite:///{PROJECT_DIR / 'var' / 'broker.sqlite3'}"
    assert found["DEBUG"] is False
    assert found["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert found["TWENTYTHREE"]["WORKSPACES"] == {}
    assert found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["default-src"] == ["'self'"]
    assert "django_twentythree.run_due" in found["CELERY_BEAT_SCHEDULE"]


def test_settings__any_sqlite_address__lets_writers_queue_up(tmp_path: Path) -> None:
    database = read_settings(DATABASE_URL=f"sqlite:///{tmp_path / 'other.sqlite3'}")["DATABASES"]["default"]
    assert database["NAME"] == str(tmp_path / "other.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert database["OPTIONS"]["timeout"] > 0
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]


def test_settings__servers_in_the_environment__are_used() -> None:
    found = read_settings(
        DATABASE_URL="postgres://site:pass@db.example.com:5433/videos",
        CELERY_BROKER_URL="amqp://guest:guest@127.0.0.1//",
        CACHE_URL="redis://127.0.0.1:6379/1",
        ALLOWED_HOSTS="www.example.com,example.com",
        DEBUG="1",
    )
    assert found["DATABASES"]["default"]["ENGINE"] == "django.db.backends.postgresql"
    assert found["DATABASES"]["default"]["HOST"] == "db.example.com"
    assert "transaction_mode" not in found["DATABASES"]["default"].get("OPTIONS", {})
    assert found["CELERY_BROKER_URL"] == "amqp://guest:guest@127.0.0.1//"
    assert found["CACHES"]["default"]["BACKEND"] == "django.core.cache.backends.redis.RedisCache"
    assert found["ALLOWED_HOSTS"] == ["www.example.com", "example.com"]
    assert found["DEBUG"] is True


def test_settings__mariadb_address__uses_the_mysql_backend() -> None:
    database = read_settings(DATABASE_URL="mysql://root@127.0.0.1:3306/videos")["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.mysql"


def test_settings__two_workspaces__are_the_only_foreign_sources_of_the_policy() -> None:
    found = read_settings(
        TWENTYTHREE_WORKSPACES="default,intranet",
        TWENTYTHREE_DOMAIN="video.example.com",
        TWENTYTHREE_INTRANET_DOMAIN="127.0.0.1:8024",
        TWENTYTHREE_INTRANET_SCHEME="http",
        TWENTYTHREE_INTERVALS="photos=60,livestreams=15",
    )
    directives = found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert directives["frame-src"] == ["'self'", "https://video.example.com", "http://127.0.0.1:8024"]
    delivery = "https://delivery.twentythree.com"
    assert directives["img-src"] == ["'self'", "https://video.example.com", "http://127.0.0.1:8024", delivery]
    assert not any("unsafe" in source for sources in directives.values() for source in sources)
    assert found["TWENTYTHREE"]["INTERVALS"] == {"photos": 60, "livestreams": 15}


def test_settings__everything_is_logged__shows_no_signature_and_no_token(
    twentythree_platform: TwentyThreePlatform,
) -> None:
    names = ("CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")
    entry = twentythree_platform.workspace()
    environment = {f"TWENTYTHREE_{name}": entry[name] for name in names}
    twentythree_platform.add_photo(7, token="0123abcd")
    logged = run(
        CALL,
        TWENTYTHREE_DOMAIN=twentythree_platform.domain,
        TWENTYTHREE_SCHEME="http",
        DATABASE_URL="sqlite://:memory:",
        **environment,
    ).stderr.decode()
    assert "the root writes this" in logged
    assert "oauth" not in logged
    assert not [secret for secret in (*environment.values(), "0123abcd") if secret in logged]
