"""`twentythree_sync`: what it prints, where, and how it exits."""

from __future__ import annotations

import io
import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from django_twentythree.coordination.explain import explain
from django_twentythree.exceptions import PermissionDeniedError
from django_twentythree.models import Photo, SyncRun
from django_twentythree.signals import sync_finished

pytestmark = pytest.mark.django_db

KEYS = {"state", "seen", "created", "updated", "unchanged", "skipped", "missing", "requests", "seconds", "error"}


def run(*arguments, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command("twentythree_sync", *arguments, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_sync__everything__prints_a_line_for_each_resource(platform):
    platform.add_photo(1, title="Onboarding")
    out, _ = run()
    assert [line.split(":")[1].strip() for line in out.splitlines()] == [
        "albums", "livestreams", "players", "photos", "details",
    ]  # fmt: skip
    assert "photos: 1 seen, 1 created" in out
    assert set(SyncRun.objects.values_list("trigger", flat=True)) == {"command"}


def test_sync__json__prints_only_json_with_the_documented_keys(platform):
    platform.add_photo(1)
    out, _ = run("--json")
    facts = json.loads(out)
    assert list(facts["default"]) == ["albums", "livestreams", "players", "photos", "details"]
    assert all(set(each) == KEYS for each in facts["default"].values())
    assert facts["default"]["photos"]["created"] == 1


def test_sync__one_resource__mirrors_that_only(platform):
    facts = json.loads(run("--json", "--resource", "albums")[0])
    assert list(facts["default"]) == ["albums"]


def test_sync__failure__is_one_line_and_json_has_the_state(platform):
    platform.revoke_credentials()
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("twentythree_sync", "--json", stdout=out, stderr=err)
    assert caught.value.returncode == 1
    assert len(str(caught.value).splitlines()) == 1
    facts = json.loads(out.getvalue())
    assert facts["default"]["albums"]["state"] == "failed"
    assert "refused the credentials of 'default'" in facts["default"]["albums"]["error"]


def test_sync__failure_on_a_site_without_logging__is_told_once(platform, capsys):
    platform.revoke_credentials()
    root = logging.getLogger()
    handlers, root.handlers[:] = root.handlers[:], []
    try:
        with pytest.raises(CommandError):
            run()
    finally:
        root.handlers[:] = handlers
    assert capsys.readouterr().err == ""


def test_sync__stopped_by_hand__is_one_line(platform):
    def stop(**kwargs):
        raise KeyboardInterrupt

    sync_finished.connect(stop)
    try:
        with pytest.raises(CommandError, match="Stopped"):
            run()
    finally:
        sync_finished.disconnect(stop)


def test_explain__closed_site_without_credentials__says_to_create_some(configure):
    configure(level=None)
    denied = PermissionDeniedError("site/get", 200, "permission_denied", "level too low", "none")
    assert "the site is closed" in explain(denied, "default")
    assert "set TWENTYTHREE_CONSUMER_KEY" in explain(denied, "default")


def test_sync__no_workspace__says_what_to_set(settings):
    settings.TWENTYTHREE = {}
    with pytest.raises(CommandError, match="No workspace is configured"):
        run()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--workspace", "nowhere"),
        ("--due", "--resource", "photos"),
        ("--photo", "1", "--resource", "photos"),
        ("--photo", "not an address"),
    ],
)
def test_sync__wrong_usage__exits_with_two(platform, arguments):
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    assert caught.value.returncode == 2


@pytest.mark.parametrize(
    ("domain", "words"),
    [("127.0.0.1:1", "could not be asked"), ("no-such-host.invalid", "could not be asked")],
)
def test_sync__unreachable__names_the_domain(settings, domain, words):
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": domain, "SCHEME": "http"}}, "TIMEOUT_SECONDS": 1}
    with pytest.raises(CommandError, match=words) as caught:
        run("--resource", "albums")
    assert domain.partition(":")[0] in str(caught.value)
    assert SyncRun.objects.get().state == "failed"


def test_sync_photo__id_or_address__mirrors_that_video_with_its_chapters(platform):
    platform.add_photo(7, title="Onboarding", one="/onboarding")
    platform.add_section(7, title="Opening", start_time=0)
    assert run("--photo", "7")[0] == "Onboarding: created.\n"
    assert Photo.objects.get().sections.count() == 1
    assert run("--photo", f"{platform.base_url}/manage/video/7")[0] == "Onboarding: unchanged.\n"
    assert run("--photo", f"{platform.base_url}/onboarding")[0] == "Onboarding: unchanged.\n"
    facts = json.loads(run("--photo", "7", "--json")[0])["default"]["photos"]
    assert (set(facts), facts["seen"], facts["error"]) == (KEYS, 1, "")
    assert facts["requests"] > 1


def test_sync_photo__unknown__is_one_sentence(platform):
    with pytest.raises(CommandError, match="has no video 404"):
        run("--photo", "404")


def test_sync_due__first_time__mirrors_everything_and_then_nothing(platform):
    platform.add_photo(1)
    run("--due")
    assert Photo.objects.count() == 1
    platform.clear_requests()
    run("--due")
    # The newest uploads are looked at once a listing has succeeded.
    assert {r["method"] for r in platform.requests} <= {"site/get", "photo/list"}
    platform.clear_requests()
    run("--due")
    assert platform.requests == []


def test_sync_queue__worker_takes_it(platform):
    platform.add_photo(1)
    out, _ = run("--queue", "--resource", "photos")
    assert out == "Queued for a worker: photos of default.\n"
    assert Photo.objects.count() == 1  # tasks run at once in this suite


def test_sync_queue__one_video__worker_takes_it(platform):
    platform.add_photo(7)
    assert run("--queue", "--photo", "7")[0] == "Queued for a worker: video 7 of default.\n"
    assert Photo.objects.get().remote_id == 7


def test_sync_photo__fails__json_says_so_as_well(platform):
    out = io.StringIO()
    with pytest.raises(CommandError, match="has no video 404"):
        call_command("twentythree_sync", "--photo", "404", "--json", stdout=out)
    facts = json.loads(out.getvalue())["default"]["photos"]
    assert set(facts) == KEYS
    assert (facts["state"], "404" in facts["error"]) == ("failed", True)


def test_sync__before_migrate__is_one_line(tmp_path):
    manage = Path(__file__).resolve().parents[2] / "example_project" / "manage.py"
    site = {"TWENTYTHREE_DOMAIN": "video.example.com", "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3"}
    finished = subprocess.run(
        [sys.executable, str(manage), "twentythree_sync"],
        env={**os.environ, **site, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert finished.returncode == 1
    (line,) = finished.stderr.splitlines()
    assert "Has manage.py migrate been run?" in line


def test_sync_queue__broker_away__says_so(platform, settings):
    from celery import current_app

    broker, eager = current_app.conf.broker_url, current_app.conf.task_always_eager
    current_app.conf.update(broker_url="redis://127.0.0.1:1/0", task_always_eager=False)
    try:
        with pytest.raises(CommandError, match="broker does not answer"):
            run("--queue")
    finally:
        current_app.conf.update(broker_url=broker, task_always_eager=eager)


def test_sync__setting_misspelt__is_one_line_that_names_it(tmp_path):
    finished = run_in_a_process("DOMIAN")
    assert finished.returncode == 1
    assert finished.stdout == ""
    (line,) = finished.stderr.splitlines()
    assert "DOMIAN" in line
    assert "DOMAIN" in line
    assert "(twentythree.E" in line


def test_sync__silenced_check__does_not_stop_it(settings):
    settings.TWENTYTHREE = {"WORKSPACES": {}, "MISING_LIMIT": 0.1}
    with pytest.raises(CommandError, match=r"has no key 'MISING_LIMIT'.*E002"):
        run(skip_checks=False)
    settings.SILENCED_SYSTEM_CHECKS = ["twentythree.E002"]
    with pytest.raises(CommandError, match="No workspace is configured"):
        run(skip_checks=False)


def test_sync__sigterm__is_one_line_and_gives_up_the_run(platform, db):
    def stop(**kwargs):
        os.kill(os.getpid(), signal.SIGTERM)

    sync_finished.connect(stop)
    try:
        with pytest.raises(CommandError, match="Stopped"):
            run()
    finally:
        sync_finished.disconnect(stop)
    assert SyncRun.objects.filter(active_key__isnull=False).count() == 0


def run_in_a_process(key):
    """Run the command as a shell does, on a site whose workspace has a key of this name."""
    script = (
        "import sys; from django.conf import settings; import tests.settings as base; from django.core.management"
        " import execute_from_command_line as run; settings.configure(**{name: getattr(base, name) for name in"
        f" dir(base) if name.isupper() and name != 'TWENTYTHREE'}}, TWENTYTHREE={{'WORKSPACES': {{'default':"
        f" {{'{key}': 'video.example.com'}}}}}}); run(['manage.py', 'twentythree_sync'])"
    )
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=300)
