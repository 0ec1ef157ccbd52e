"""`twentythree_webhooks`: what it subscribes to, what it leaves alone, and what it never prints."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from django_twentythree.coordination.connections import connect
from django_twentythree.models import Notification, Photo
from tests.conftest import SECRET

pytestmark = pytest.mark.django_db

HERE = "https://www.example.org"
DOOR = f"{HERE}/twentythree/notify/default"
NEW_SECRET = "new-secret-after-rotation-0123456789"
ZAPIER = "https://hooks.example.net/catch/12/abc/"
RECOMMENDED = 12
"""Events of the sandbox about videos, categories and live streams; the other one is `any_conversion`."""


@pytest.fixture
def site(platform, settings):
    """The sandbox, with this site at `HERE`."""
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "BASE_URL": f"{HERE}/"}
    return platform


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    call_command("twentythree_webhooks", *arguments, stdout=out, stderr=err)
    words = out.getvalue() + err.getvalue()
    assert SECRET not in words
    assert NEW_SECRET not in words
    return words


def refuse(*arguments, returncode=1):
    """Run a command that fails, and return its one line."""
    out = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("twentythree_webhooks", *arguments, stdout=out, stderr=out)
    words = str(caught.value)
    assert caught.value.returncode == returncode
    assert len(words.splitlines()) == 1
    assert SECRET not in words + out.getvalue()
    return words


def subscribe_by_hand(event, target_url):
    with connect("default") as client:
        return client.call("2/webhook/subscribe", event=event, target_url=target_url)["data"]["webhook_id"]


def rotate(settings, *secrets):
    default = {**settings.TWENTYTHREE["WORKSPACES"]["default"], "NOTIFICATION_SECRETS": list(secrets)}
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "WORKSPACES": {"default": default}}


def get_addresses(site):
    return {(each["event"], each["target_url"]) for each in site.webhooks}


def test_events__any__are_listed_with_the_recommended_ones_marked(site):
    lines = run("events").splitlines()
    assert len([line for line in lines if line.endswith(" recommended")]) == RECOMMENDED
    assert "any_conversion" in lines
    facts = json.loads(run("events", "--json"))
    assert {"event": "photo_update", "recommended": True} in facts
    assert {"event": "any_conversion", "recommended": False} in facts


def test_events__without_credentials__are_listed_all_the_same(configure):
    configure(level=None)
    assert "photo_update" in run("events")


def test_sample__event__is_json_without_secrets_and_addresses_of_people(site):
    photo = site.add_photo(7, title="Onboarding")
    words = run("sample", "photo_update")
    assert json.loads(words)[0]["title"] == "Onboarding"
    assert photo["token"] not in words
    assert "@" not in run("sample", "any_conversion")
    assert "no event with this name" in refuse("sample", "video.uploaded")


def test_subscribe__nothing_there__subscribes_the_recommended_events(site):
    words = run("subscribe")
    assert words.count("subscribed: ") == RECOMMENDED
    assert "subscribed: photo_update, new" in words
    assert len(site.webhooks) == RECOMMENDED
    assert ("photo_update", f"{DOOR}/{SECRET}/photo_update/") in get_addresses(site)
    assert "any_conversion" not in dict(get_addresses(site))
    assert [c["http_method"] for c in site.requests] == ["GET", "GET", "GET", *["POST"] * RECOMMENDED]
    assert all(c["signed"] for c in site.requests)


def test_subscribe__second_run__changes_nothing(site):
    run("subscribe")
    before = site.webhooks
    site.clear_requests()
    assert run("subscribe").startswith("Nothing to do")
    assert site.webhooks == before
    assert {c["method"] for c in site.requests} == {"site/get", "2/webhook/events", "2/webhook/list"}


def test_subscribe__platform_writes_the_address_its_own_way__is_still_the_same(site):
    subscribe_by_hand("photo_update", f"HTTPS://WWW.Example.org/twentythree/notify/default/{SECRET}/photo_update")
    assert "Nothing to do: already subscribed to photo_update." in run("subscribe", "photo_update")


def test_subscribe__named_events__adds_those_and_keeps_the_rest(site):
    run("subscribe", "any_conversion")
    run("subscribe", "photo_update", "live_start")
    run("subscribe", "photo_update")
    assert sorted(dict(get_addresses(site))) == ["any_conversion", "live_start", "photo_update"]


def test_subscribe__dry_run__only_says_what_it_would_do(site):
    outdated = subscribe_by_hand("photo_update", f"{DOOR}/former/photo_update/")
    words = run("subscribe", "--dry-run", "photo_update", "photo_add")
    assert words.splitlines() == [
        "would subscribe: photo_update, replaces an outdated one",
        "would subscribe: photo_add, new",
        f"would unsubscribe: photo_update (number {outdated}), its address is outdated",
    ]
    assert len(site.webhooks) == 1
    assert all(c["method"] != "2/webhook/subscribe" for c in site.requests[1:])


def test_subscribe__secret_rotated__replaces_all_of_this_site_and_none_of_others(site, settings):
    run("subscribe", "photo_update", "any_conversion")
    subscribe_by_hand("photo_update", ZAPIER)
    rotate(settings, NEW_SECRET, SECRET)
    assert "outdated: subscribe replaces it" in run("list")
    site.clear_requests()
    run("subscribe", "photo_update")
    assert get_addresses(site) == {
        ("photo_update", f"{DOOR}/{NEW_SECRET}/photo_update/"),
        ("any_conversion", f"{DOOR}/{NEW_SECRET}/any_conversion/"),
        ("photo_update", ZAPIER),
    }
    # No moment without a subscription: the new ones come before the end of the old ones.
    assert [c["method"] for c in site.requests if c["http_method"] == "POST"] == [
        "2/webhook/subscribe", "2/webhook/subscribe", "2/webhook/unsubscribe", "2/webhook/unsubscribe",
    ]  # fmt: skip
    assert run("subscribe", "photo_update").startswith("Nothing to do")


def test_subscribe__twice_there_or_address_of_another_event__leaves_one_right_one(site):
    for path in ("photo_update/", "photo_update/", "photo_add/", ""):
        subscribe_by_hand("photo_update", f"{DOOR}/{SECRET}/{path}")
    run("subscribe", "photo_update")
    (left,) = site.webhooks
    assert left["target_url"] == f"{DOOR}/{SECRET}/photo_update/"


@pytest.mark.parametrize(
    "address",
    [
        ZAPIER,
        "https://www.example.org/other/hook/",
        f"{HERE}/twentythree/notify/intranet/{SECRET}/photo_update/",
        f"{HERE}.evil.example/twentythree/notify/default/{SECRET}/photo_update/",
    ],
)
def test_any_action__subscription_of_others__is_left_alone_and_shown_by_host(site, address):
    subscribe_by_hand("photo_update", address)
    run("subscribe")
    run("unsubscribe", "--all")
    assert get_addresses(site) == {("photo_update", address)}
    words = run("list")
    assert "/•••  (elsewhere)" in words
    assert "photo_update/" not in words
    assert "catch" not in words


def test_unsubscribe__named_events__ends_those_of_this_site(site, settings):
    run("subscribe", "photo_update", "photo_add")
    subscribe_by_hand("photo_update", ZAPIER)
    rotate(settings)  # none set any more: what is there can still be ended
    number = site.webhooks[0]["webhook_id"]
    assert run("unsubscribe", "photo_update", "--dry-run") == (
        f"would unsubscribe: photo_update (number {number}), as asked for\n"
    )
    assert f"unsubscribed: photo_update (number {number})" in run("unsubscribe", "photo_update")
    assert "Nothing to do" in run("unsubscribe", "photo_update")
    assert sorted(each["event"] for each in site.webhooks) == ["photo_add", "photo_update"]


def test_unsubscribe__all__ends_all_of_this_site(site):
    run("subscribe")
    subscribe_by_hand("photo_update", ZAPIER)
    assert run("unsubscribe", "--all").count("unsubscribed: ") == RECOMMENDED
    assert get_addresses(site) == {("photo_update", ZAPIER)}


def test_list__own_and_foreign__are_told_apart_without_secrets(site):
    assert "no subscriptions" in run("list")
    run("subscribe", "photo_update")
    subscribe_by_hand("any_conversion", ZAPIER)
    words = run("list")
    assert f"{DOOR}/•••/photo_update/  (this site)" in words
    assert "https://hooks.example.net/•••  (elsewhere)" in words
    own, foreign = json.loads(run("list", "--json"))
    assert own["target_url"] == f"{DOOR}/•••/photo_update/"
    assert (own["event"], own["is_own"], own["is_current"]) == ("photo_update", True, True)
    assert (foreign["is_own"], foreign["is_current"]) == (False, False)
    assert own["webhook_id"] == site.webhooks[0]["webhook_id"]


def test_list__without_base_url__works_and_says_what_it_cannot_tell(platform):
    subscribe_by_hand("photo_update", f"{DOOR}/{SECRET}/photo_update/")
    assert "shows only with TWENTYTHREE['BASE_URL'] set" in run("list")
    assert json.loads(run("list", "--json"))[0]["is_own"] is None


def test_subscribe__settings_missing__says_what_to_set_before_asking(platform, settings):
    assert "TWENTYTHREE['BASE_URL'] is not set" in refuse("subscribe")
    assert "TWENTYTHREE['BASE_URL'] is not set" in refuse("unsubscribe", "--all")
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "BASE_URL": HERE}
    rotate(settings)
    assert "has no NOTIFICATION_SECRETS" in refuse("subscribe")
    assert platform.requests == []


def test_subscribe__urls_not_included__says_what_to_include(site, settings):
    settings.ROOT_URLCONF = ()
    assert "include django_twentythree.urls" in refuse("subscribe")


@pytest.mark.parametrize("action", [("list",), ("subscribe",), ("unsubscribe", "--all"), ("sample", "photo_add")])
def test_any_action__level_too_low__names_the_level(configure, settings, action):
    configure(level="read")
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "BASE_URL": HERE}
    words = refuse(*action)
    assert "needs 'write' and had 'read'" in words


def test_list__no_credentials__says_so_before_asking(configure, twentythree_platform):
    configure(level=None)
    assert "has no credentials; webhooks need some of level 'write'" in refuse("list")
    assert twentythree_platform.requests == []


def test_list__credentials_refused__says_what_to_check(site):
    site.revoke_credentials()
    words = refuse("list")
    assert "HTTP 401" in words
    assert "Check the four OAuth values" in words


def test_list__feature_not_available__says_what_works_without(site):
    site.fail_next("error", code="feature_not_available", message="This feature is not available on this site.")
    words = refuse("list")
    assert "HTTP 412 (feature_not_available)" in words
    assert "pingbacks and the schedule work without them" in words


def test_list__nobody_answers__is_one_line(site, settings):
    default = {**settings.TWENTYTHREE["WORKSPACES"]["default"], "DOMAIN": "127.0.0.1:1"}
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "WORKSPACES": {"default": default}}
    assert "127.0.0.1:1 refused the connection" in refuse("list")


def test_subscribe__platform_quotes_the_address__is_masked(site):
    message = f"{DOOR}/{SECRET}/photo_update/ is not reachable,\n{SECRET} neither"
    site.fail_next("error", method="2/webhook/subscribe", code="invalid_input", message=message)
    assert "is not reachable" in refuse("subscribe", "photo_update")


def test_subscribe__breaks_off__goes_on_with_the_next_run(site):
    site.fail_next(500, method="2/webhook/subscribe")
    refuse("subscribe", "photo_update", "photo_add")
    run("subscribe", "photo_update", "photo_add")
    assert sorted(each["event"] for each in site.webhooks) == ["photo_add", "photo_update"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("list", "--workspace", "nowhere"),
        ("--workspace", "nowhere", "list"),
        ("unsubscribe",),
        ("unsubscribe", "photo_update", "--all"),
        ("subscribe", "video.uploaded"),
    ],
)
def test_any_action__wrong_usage__exits_with_two(site, arguments):
    refuse(*arguments, returncode=2)


@pytest.mark.django_db(transaction=True)
def test_webhook__delivered_to_the_door__refreshes_the_video(platform, settings, live_server):
    platform.add_photo(7, title="Draft")
    call_command("twentythree_sync", "--json", stdout=io.StringIO())
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "BASE_URL": live_server.url}
    run("subscribe")
    platform.edit_photo(7, title="Onboarding")
    (delivery,) = platform.wait_for_webhooks()
    assert (delivery["event"], delivery["status"]) == ("photo_update", 200)
    notice = Notification.objects.get()
    assert (notice.workspace.alias, notice.source, notice.event) == ("default", "webhook", "photo_update")
    assert (notice.object_type, notice.object_id) == ("photo", 7)
    assert notice.payload["json"]["title"] == "Onboarding"
    assert notice.state == "done"
    assert Photo.objects.get().title == "Onboarding"


def test_subscribe__another_site_answers__is_not_told_the_secret(site):
    run("subscribe", "photo_add")
    site.set_site(site_id="999")
    site.clear_requests()
    assert "now answers as site 999" in refuse("subscribe", "photo_update")
    assert SECRET not in str(site.requests)
    assert [call["method"] for call in site.requests] == ["site/get"]
