"""Every address of the package and of its admin, asked by everybody who might ask: who is let in, and to what.

The addresses are read off the URL configuration, so that a new one without an expectation fails here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from django_twentythree.models import Album, LiveStream, Photo, SyncRun
from django_twentythree.testing.factories import (
    AlbumFactory,
    LiveStreamFactory,
    NotificationFactory,
    PhotoFactory,
    PlayerFactory,
    SyncRunFactory,
    TagFactory,
    WorkspaceFactory,
)
from django_twentythree.testing.platform import TwentyThreePlatform
from tests.conftest import SECRET

MODELS: Final = ("album", "livestream", "notification", "photo", "player", "syncrun", "tag", "workspace")
PICKED: Final = ("photo", "album", "livestream")
ALLOWED: Final = frozenset({200, 201, 302, 400, 404})
"""Let in: what the answer is then depends on what was asked."""


@dataclass(frozen=True)
class Role:
    """Somebody who asks.

    Attributes:
        permissions: Codenames such as `view_photo`; None: nobody is logged in.
        fields: Of the user.
    """

    permissions: tuple[str, ...] | None
    fields: tuple[tuple[str, bool], ...] = ()

    @property
    def is_active(self) -> bool:
        return self.permissions is not None and dict(self.fields).get("is_active", True)

    @property
    def is_staff(self) -> bool:
        return self.is_active and dict(self.fields).get("is_staff", False)

    def has(self, codename: str) -> bool:
        """Whether the person has a permission, as Django tells."""
        is_superuser = dict(self.fields).get("is_superuser", False)
        return self.is_active and (is_superuser or codename in (self.permissions or ()))


def _every(*actions: str) -> tuple[str, ...]:
    return tuple(f"{action}_{model}" for action in actions for model in MODELS)


STAFF: Final = (("is_staff", True),)
ROLES: Final = {
    "anonymous": Role(None),
    "inactive with every permission": Role(_every("view", "add", "change", "delete"), (*STAFF, ("is_active", False))),
    "active without permission": Role(()),
    "viewer": Role(_every("view")),
    "viewer of videos": Role(("view_photo",)),
    "uploader who sees nothing": Role(("add_photo",)),
    "uploader": Role(("view_photo", "add_photo")),
    "staff without permission": Role((), STAFF),
    "staff who sees": Role(_every("view"), STAFF),
    "staff who asks": Role(_every("view", "change"), STAFF),
    "superuser": Role((), (*STAFF, ("is_superuser", True))),
}

Expectation = Callable[[Role, str, str], frozenset[int]]


def _is(*statuses: int) -> frozenset[int]:
    return frozenset(statuses)


def _picker(role: Role, method: str, model: str, *, method_wanted: str) -> frozenset[int]:
    if method != method_wanted:
        return _is(405)
    if not role.is_active:
        return _is(401)
    return ALLOWED | {429, 503} if role.has(f"view_{model}") else _is(403)


def reading(role: Role, method: str, model: str) -> frozenset[int]:
    """Look at what may be chosen."""
    return _picker(role, method, model, method_wanted="GET")


def asking(role: Role, method: str, model: str) -> frozenset[int]:
    """Have the platform asked."""
    return _picker(role, method, model, method_wanted="POST")


def uploading(role: Role, method: str, model: str) -> frozenset[int]:
    """Send a file."""
    allowed = _picker(role, method, "photo", method_wanted="POST")
    return _is(403) if role.has("view_photo") and not role.has("add_photo") and method == "POST" else allowed


def open_to_all(role: Role, method: str, model: str) -> frozenset[int]:
    """Come back from the platform; there is nothing to see."""
    return _is(200)


def logging_in(role: Role, method: str, model: str) -> frozenset[int]:
    """Be sent to log in, and told that one is; there is nothing to see."""
    if method != "GET":
        return _is(405)
    return _is(200) if role.is_active else _is(302)


def notifying(role: Role, method: str, model: str) -> frozenset[int]:
    """Tell of a change: the secret in the address vouches, whoever is logged in."""
    return _is(200) if method == "POST" else _is(405)


def nothing_there(role: Role, method: str, model: str) -> frozenset[int]:
    return _is(404)


def _in_admin(role: Role, *, is_let_in: bool) -> frozenset[int]:
    if not role.is_staff:
        return _is(302)
    return ALLOWED if is_let_in else _is(403)


def admin_reading(role: Role, method: str, model: str) -> frozenset[int]:
    """Look at a page of the admin, which nobody changes anything on."""
    sees = role.has(f"view_{model}") or role.has(f"change_{model}")
    # A change form that is posted to is refused; the list takes actions, which ask for permissions of their own.
    return _in_admin(role, is_let_in=sees)


def admin_change_page(role: Role, method: str, model: str) -> frozenset[int]:
    return _in_admin(role, is_let_in=False) if method == "POST" else admin_reading(role, method, model)


def admin_never(role: Role, method: str, model: str) -> frozenset[int]:
    """Add, or delete: nobody does, not even superusers."""
    return _in_admin(role, is_let_in=False)


def admin_asking(role: Role, method: str, model: str) -> frozenset[int]:
    if not role.is_staff:
        return _is(302)
    if method != "POST":
        return _is(405)
    return _in_admin(role, is_let_in=role.has(f"change_{model}"))


def admin_accepting(role: Role, method: str, model: str) -> frozenset[int]:
    return _in_admin(role, is_let_in=role.has(f"change_{model}"))


EXPECTED: Final[dict[str, Expectation]] = {
    "twentythree:notify": notifying,
    "twentythree:": nothing_there,
    "twentythree:picker": reading,
    "twentythree:picker_dialog": reading,
    "twentythree:picker_describe": reading,
    "twentythree:picker_suggest": reading,
    "twentythree:picker_details": reading,
    "twentythree:picker_find": asking,
    "twentythree:picker_newest": asking,
    "twentythree:picker_refresh": asking,
    "twentythree:logged_in": logging_in,
    "twentythree:upload_begin": uploading,
    "twentythree:upload_status": uploading,
    "twentythree:upload_return": open_to_all,
    **{f"admin:twentythree_{model}_changelist": admin_reading for model in MODELS},
    **{f"admin:twentythree_{model}_history": admin_reading for model in MODELS},
    **{f"admin:twentythree_{model}_change": admin_change_page for model in MODELS},
    **{f"admin:twentythree_{model}_add": admin_never for model in MODELS},
    **{f"admin:twentythree_{model}_delete": admin_never for model in MODELS},
    **{f"admin:twentythree_{model}_sync": admin_asking for model in (*PICKED, "player", "workspace")},
    "admin:twentythree_photo_refresh": admin_asking,
    "admin:twentythree_workspace_accept": admin_accepting,
    "admin:twentythree_syncrun_accept": admin_accepting,
}


def list_names() -> set[str]:
    """Return the names of all addresses of the package, and of its models in the admin."""
    return set(_iter_names(get_resolver("tests.urls").url_patterns, ""))


def _iter_names(patterns: list[Any], namespace: str) -> Iterator[str]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from _iter_names(each.url_patterns, f"{each.namespace}:" if each.namespace else namespace)
        elif isinstance(each, URLPattern):
            name = each.name or ""
            if namespace == "twentythree:" or name.startswith("twentythree_"):
                yield f"{namespace}{name}"


@pytest.fixture
def rows(db: None, platform: TwentyThreePlatform) -> dict[str, Any]:
    """A row of each model."""
    workspace = WorkspaceFactory(permission_level="super", site_id=int(platform.configure()["site_id"]))
    return {
        "album": AlbumFactory(),
        "livestream": LiveStreamFactory(),
        "notification": NotificationFactory(),
        "photo": PhotoFactory(),
        "player": PlayerFactory(),
        "syncrun": SyncRunFactory(held_back=True),
        "tag": TagFactory(),
        "workspace": workspace,
    }


def iter_addresses(name: str, rows: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the addresses that a name stands for, each with the model that it is about."""
    if name == "twentythree:":
        yield "/twentythree/notify/elsewhere", ""
    elif name == "twentythree:notify":
        yield f"/twentythree/notify/default/{SECRET}/", ""
        yield f"/twentythree/notify/default/{SECRET}/an.event", ""
    elif name.startswith("twentythree:picker"):
        # Only videos are filtered by categories and tags.
        for model in ("photo",) if name == "twentythree:picker_suggest" else PICKED:
            further = {
                "twentythree:picker_details": [rows[model].pk],
                "twentythree:picker_refresh": [rows[model].pk],
                "twentythree:picker_suggest": ["albums"],
            }
            yield reverse(name, args=[model, *further.get(name, [])]), model
    elif name.startswith("twentythree:"):
        yield reverse(name), "photo"
    else:
        model, _, page = name.removeprefix("admin:twentythree_").partition("_")
        has_row = page in {"history", "change", "delete", "refresh", "accept"} or name.endswith("workspace_sync")
        yield reverse(name, args=[rows[model].pk] if has_row else []), model


def log_in(role: Role) -> Client:
    client = Client()
    if role.permissions is None:
        return client
    user = User.objects.create_user("somebody", **{**dict(role.fields), "is_active": True})  # type: ignore[arg-type]
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="twentythree", codename__in=role.permissions)
    )
    client.force_login(user)
    if not role.is_active:
        User.objects.filter(pk=user.pk).update(is_active=False)
    return client


def test_addresses__all_there_are__have_an_expectation() -> None:
    assert list_names() == set(EXPECTED)


@pytest.mark.parametrize("role", ROLES)
def test_addresses__each_role__is_let_in_where_it_should(rows: dict[str, Any], role: str) -> None:
    client = log_in(ROLES[role])
    counts = {model: model._default_manager.count() for model in (Photo, Album, LiveStream)}
    wrong = []
    asked = 0
    for name, expectation in EXPECTED.items():
        for method in ("GET", "POST"):
            for address, model in iter_addresses(name, rows):
                status = client.generic(method, address).status_code
                asked += 1
                if status not in (wanted := expectation(ROLES[role], method, model)):
                    wrong.append(f"{method} {address}: {status}, not {sorted(wanted)}")
    assert not wrong, "\n".join(wrong)
    assert asked > 120
    # Whatever was pressed: nobody made or deleted a row by hand.
    assert {model: model._default_manager.count() for model in counts} == counts


@pytest.mark.parametrize("role", [name for name, role in ROLES.items() if not role.has("change_photo")])
def test_addresses__who_may_not_ask__has_nothing_asked(
    rows: dict[str, Any], platform: TwentyThreePlatform, role: str
) -> None:
    client = log_in(ROLES[role])
    platform.clear_requests()
    runs = SyncRun.objects.count()
    for name in EXPECTED:
        if name.startswith("admin:"):
            for address, _ in iter_addresses(name, rows):
                client.post(address)
    assert platform.requests == []
    assert SyncRun.objects.count() == runs
