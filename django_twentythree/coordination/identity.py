"""Match answers with workspace rows by the platform's `site_id`, never by the alias alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_twentythree.api import Response
from django_twentythree.api.levels import get_freshness, is_privileged
from django_twentythree.api.records import SiteRecord
from django_twentythree.conf import WorkspaceSettings, get_workspace_settings
from django_twentythree.coordination.connections import connect
from django_twentythree.exceptions import APIError, ConfigurationError, ResponseError
from django_twentythree.models import Workspace


class IdentityError(ConfigurationError):
    """An alias answers as another site than the one its rows were mirrored from."""


class LevelError(ConfigurationError):
    """Credentials are configured, but the platform granted what an unsigned call gets."""


def get_or_create_workspace(alias: str) -> Workspace:
    """Return the row of a configured alias, made on first use.

    Raises:
        ConfigurationError: The alias is not configured.
    """
    domain = get_workspace_settings(alias).DOMAIN
    workspace, _ = Workspace.objects.get_or_create(alias=alias, defaults={"domain": domain})
    return workspace


def identify(workspace: Workspace, settings: WorkspaceSettings, site: SiteRecord, answer: Response) -> None:
    """Check that `site` is the one this row stands for, and note its name, level and domain.

    Args:
        workspace: The row.
        settings: The settings of its alias.
        site: What the site says of itself.
        answer: The answer that said so, which has the level.

    Raises:
        IdentityError: Another site answers, or another alias already mirrors this one.
        LevelError: The platform did not take the configured credentials into account.
    """
    _check_site(workspace, site)
    _check_level(workspace, settings, answer.permission_level)
    noted: dict[str, Any] = {
        "domain": settings.DOMAIN,
        "site_id": site.site_id,
        "name": site.name,
        "permission_level": answer.permission_level,
    }
    if not is_privileged(answer.permission_level):
        noted["is_closed"] = answer.permission_level == "none"
    changed = [name for name, value in noted.items() if getattr(workspace, name) != value]
    for name in changed:
        setattr(workspace, name, noted[name])
    if changed:
        workspace.save(update_fields=changed)


def record_whether_closed(workspace: Workspace, *, on_wait: Callable[[], None]) -> None:
    """Note whether the site answers visitors without credentials; when that cannot be told, what was noted stays.

    Tokens of a closed site's videos do not belong on public pages, and a signed call does not tell.

    Args:
        workspace: The workspace.
        on_wait: Called now and then while the answer is awaited.

    Source: API reference, "Permission levels": an unsigned call of a closed site has level `none`.
    """
    try:
        with connect(workspace.alias, is_signed=False, max_attempts=1, on_wait=on_wait) as visitor:
            site, answer = visitor.fetch_site_response(**get_freshness(visitor))
            if site.site_id != workspace.site_id:
                return
            level = answer.permission_level
    except ResponseError as error:
        level = "none" if error.code == "token_required" else error.actual_level
    except APIError:
        return
    is_closed = {"none": True, "anonymous": False}.get(level, workspace.is_closed)
    if is_closed != workspace.is_closed:
        workspace.is_closed = is_closed
        workspace.save(update_fields=["is_closed"])


def build_identity_error(workspace: Workspace, site_id: int, name: str = "") -> IdentityError:
    """Return the error that another site answers than the one whose rows these are.

    Args:
        workspace: The row.
        site_id: The site that answers.
        name: What it calls itself, if that is known.
    """
    answering = f"site {site_id} ({name})" if name else f"site {site_id}"
    return IdentityError(
        f"'{workspace.alias}' now answers as {answering}, but its rows were mirrored from"
        f" site {workspace.site_id} ({workspace.name}). Nothing of that was written. If the domain moved on purpose,"
        f" give the old rows another alias: manage.py twentythree_workspace rename {workspace.alias} NEW_ALIAS."
    )


def _check_site(workspace: Workspace, site: SiteRecord) -> None:
    if workspace.site_id is not None and workspace.site_id != site.site_id:
        raise build_identity_error(workspace, site.site_id, site.name)
    other = Workspace.objects.filter(site_id=site.site_id).exclude(pk=workspace.pk).first()
    if other is not None:
        raise IdentityError(
            f"'{workspace.alias}' is the site {site.site_id} ({site.name}), which '{other.alias}' already mirrors."
            f" Nothing was written. If DOMAIN is right, and its rows are to be kept under the new alias:"
            f" manage.py twentythree_workspace adopt {other.alias} {workspace.alias}."
        )


def _check_level(workspace: Workspace, settings: WorkspaceSettings, level: str) -> None:
    if not settings.is_anonymous and not is_privileged(level):
        raise LevelError(
            f"TwentyThree answered '{workspace.alias}' at level '{level}' although credentials are configured."
            " Check that no proxy removes the Authorization header, and that the application has level read or above."
        )
