"""`manage.py twentythree_sync`: mirror a TwentyThree site, or one object of it, in this process."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.formats import date_format
from django.utils.timezone import localtime

from django_twentythree.addresses import parse, resolve
from django_twentythree.conf import get_aliases
from django_twentythree.coordination.explain import explain
from django_twentythree.coordination.report import SyncReport
from django_twentythree.exceptions import TwentyThreeError
from django_twentythree.kinds import ObjectKind
from django_twentythree.management.base import MirrorCommand, interrupted_by_sigterm
from django_twentythree.management.progress import SyncProgress
from django_twentythree.models import Photo, SyncRun
from django_twentythree.publishing import publish_patiently
from django_twentythree.sync.due import purge_expired
from django_twentythree.sync.refresh import connect_refresher
from django_twentythree.sync.runner import FULL_MIRROR, SyncRequest, SyncResult, summarize, sync_resource
from django_twentythree.sync.schedule import Done, Work, do, iter_due_work
from django_twentythree.tasks import refresh_photo
from django_twentythree.tasks import sync_resource as sync_resource_task

Facts = dict[str, Any]

NO_COUNTS: Facts = {"state": "failed", **asdict(SyncReport()), "requests": 0, "seconds": 0.0}

# Where a site configures no LOGGING, Python prints warnings of its own accord: each failure would be told twice.
NOWHERE = logging.NullHandler()


class Command(MirrorCommand):
    """Runs the mirror, shows how far it is, and reports what it did."""

    help = "Sync TwentyThree into this site's database: everything, one resource, or one video."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", metavar="ALIAS", help="only this workspace (default: all)")
        parser.add_argument(
            "--resource", choices=[str(resource) for resource in FULL_MIRROR], help="only this resource"
        )
        parser.add_argument("--photo", metavar="ID_OR_URL", help="only this video")
        parser.add_argument("--due", action="store_true", help="do what the schedule would do now")
        parser.add_argument("--queue", action="store_true", help="hand the work to a Celery worker")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON, and nothing else")
        parser.add_argument("--no-progress", action="store_true", help="show no progress bar")
        parser.add_argument(
            "--accept-missing",
            action="store_true",
            help="mark rows as gone even if there are more than MISSING_LIMIT allows",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger("django_twentythree").addHandler(NOWHERE)
        try:
            with interrupted_by_sigterm():
                self._handle(options)
        except KeyboardInterrupt:
            raise CommandError("Stopped. What was synced so far stays. The next sync starts anew.") from None

    def _handle(self, options: dict[str, Any]) -> None:
        aliases = self._get_aliases(options["workspace"])
        if options["due"] and (options["resource"] or options["photo"] or options["queue"]):
            raise CommandError(
                "--due chooses what to sync. Use it without --resource, --photo and --queue.", returncode=2
            )
        if options["photo"] and options["resource"]:
            raise CommandError("--photo does not go with --resource.", returncode=2)
        if options["photo"]:
            self._sync_photo(aliases, options)
        elif options["queue"]:
            self._queue(aliases, options)
        elif options["due"]:
            self._sync_due(aliases, options)
        else:
            self._sync(aliases, options)

    def _get_aliases(self, alias: str | None) -> list[str]:
        aliases = get_aliases()
        if not aliases:
            raise CommandError("No workspace is configured: set TWENTYTHREE['WORKSPACES'] (or TWENTYTHREE_DOMAIN).")
        if alias is not None and alias not in aliases:
            known = ", ".join(aliases)
            raise CommandError(f"There is no workspace '{alias}' (configured: {known}).", returncode=2)
        return aliases if alias is None else [alias]

    def _sync(self, aliases: list[str], options: dict[str, Any]) -> None:
        facts: dict[str, Facts] = {alias: {} for alias in aliases}
        failures: list[str] = []
        resources = [options["resource"]] if options["resource"] else [str(resource) for resource in FULL_MIRROR]
        with self._show_progress(options) as progress:
            for alias in aliases:
                for resource in resources:
                    order = SyncRequest(
                        alias,
                        resource,
                        SyncRun.Trigger.COMMAND,
                        accept_missing=options["accept_missing"],
                        is_everything=options["resource"] == SyncRun.Resource.DETAILS,
                    )
                    try:
                        outcome = self._run(order, progress)
                    except TwentyThreeError as error:  # no run could be begun
                        failures.append(explain(error, alias))
                        facts[alias][resource] = {**NO_COUNTS, "error": failures[-1]}
                        break
                    assert outcome.run is not None  # noqa: S101 - a run elsewhere is waited for
                    self._take_down(outcome.run, alias, facts, options, has_failed=outcome.error is not None)
                    if outcome.error is not None:
                        failures.append(outcome.run.error or str(outcome.error))
                        break
        self._end(facts, failures, options)

    def _sync_due(self, aliases: list[str], options: dict[str, Any]) -> None:
        facts: dict[str, Facts] = {alias: {} for alias in aliases}
        failures: dict[str, str] = {}  # what ails a workspace is told once
        with self._show_progress(options) as progress:
            for alias in aliases:
                try:
                    for work in iter_due_work(alias):
                        for done in self._do(work, progress, options):
                            if done.run is not None:
                                self._take_down(done.run, alias, facts, options, has_failed=done.error is not None)
                            if done.error is not None:
                                told = done.run.error if done.run else explain(done.error, alias)
                                failures.setdefault(alias, told or str(done.error))
                except TwentyThreeError as error:
                    failures.setdefault(alias, explain(error, alias))
        purge_expired()
        self._end(facts, list(failures.values()), options)

    def _do(self, work: Work, progress: SyncProgress, options: dict[str, Any]) -> Iterator[Done]:
        """Do a piece of work and all that follows from it, and yield what became of each."""
        pieces = [work]
        while pieces:
            piece = pieces.pop(0)
            if isinstance(piece, SyncRequest):
                order = replace(piece, accept_missing=options["accept_missing"])
                with progress.show(f"{order.alias} {order.resource}") as advance:
                    done = do(order, progress=advance)
            else:
                done = do(piece)
            pieces[:0] = done.follow_ups
            yield done

    def _show_progress(self, options: dict[str, Any]) -> SyncProgress:
        is_shown = sys.stderr.isatty() and not options["no_progress"] and not options["json"]
        return SyncProgress(is_shown=is_shown)

    def _end(self, facts: dict[str, Facts], failures: list[str], options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(facts))
        if failures:
            raise CommandError("\n".join(dict.fromkeys(failures)))

    def _run(self, order: SyncRequest, progress: SyncProgress) -> SyncResult:
        def tell(run: SyncRun) -> None:
            started = date_format(localtime(run.started_at), "H:i:s") if run.started_at else "?"
            self.stderr.write(
                f"{order.alias}: {run.get_resource_display()} are being synced since {started}"
                f" ({run.get_trigger_display()}); waiting for that run to end."
            )

        with progress.show(f"{order.alias} {order.resource}") as advance:
            return sync_resource(order, progress=advance, on_wait=tell)

    def _take_down(
        self, run: SyncRun, alias: str, facts: dict[str, Facts], options: dict[str, Any], *, has_failed: bool
    ) -> None:
        """Note what a run did, and say so."""
        facts[alias][run.resource] = summarize(run)
        if has_failed:
            return
        if run.error:
            self.stderr.write(f"{alias}: {run.error}")
        if not options["json"]:
            self.stdout.write(self._describe(alias, run))

    def _describe(self, alias: str, run: SyncRun) -> str:
        if run.state == SyncRun.State.NOT_PERMITTED:
            return f"{alias}: {run.resource}: not permitted at level '{run.permission_level}' (no failure)"
        counts = ", ".join(
            f"{getattr(run, name)} {name}"
            for name in ("created", "updated", "unchanged", "skipped", "missing")
            if getattr(run, name) or name in {"created", "updated"}
        )
        return (
            f"{alias}: {run.resource}: {run.seen} seen, {counts}"
            f" ({run.requests} requests, {run.duration_seconds or 0.0:.1f} s)"
        )

    def _queue(self, aliases: list[str], options: dict[str, Any]) -> None:
        resources = [options["resource"]] if options["resource"] else [str(each) for each in FULL_MIRROR]
        queued = {alias: {resource: {"state": "queued"} for resource in resources} for alias in aliases}
        for alias in aliases:
            for resource in resources:
                self._publish(
                    sync_resource_task,
                    alias,
                    resource,
                    accept_missing=options["accept_missing"],
                    trigger=SyncRun.Trigger.COMMAND,
                )
        if options["json"]:
            self.stdout.write(json.dumps(queued))
        else:
            self.stdout.write(f"Queued for a worker: {', '.join(resources)} of {', '.join(aliases)}.")

    def _publish(self, task: Any, *args: Any, **kwargs: Any) -> None:
        if not publish_patiently(task, *args, **kwargs):
            raise CommandError("The Celery broker does not answer; nothing was queued. Is it running?")

    def _find_photo(self, text: str, aliases: list[str]) -> tuple[str, int]:
        address = parse(text)
        if address is None or address.kind != ObjectKind.PHOTO:
            raise CommandError(f"'{text}' is neither the id nor an address of a video.", returncode=2)
        if address.alias is not None and address.alias not in aliases:
            raise CommandError(f"'{text}' belongs to the workspace '{address.alias}'.", returncode=2)
        if address.remote_id is None:
            photo = resolve(text)  # a permalink: only the mirror knows whose it is
            if not isinstance(photo, Photo):
                raise CommandError(f"No mirrored video has the address '{text}'; use its id.")
            return photo.get_workspace().alias, photo.remote_id
        if address.alias is None and len(aliases) > 1:
            raise CommandError("Several workspaces are configured: say which one by --workspace.", returncode=2)
        return address.alias or aliases[0], address.remote_id

    def _sync_photo(self, aliases: list[str], options: dict[str, Any]) -> None:
        alias, remote_id = self._find_photo(options["photo"], aliases)
        if options["queue"]:
            self._publish(refresh_photo, alias, remote_id)
            queued = json.dumps({alias: {"photos": {"state": "queued"}}})
            self.stdout.write(queued if options["json"] else f"Queued for a worker: video {remote_id} of {alias}.")
            return
        started = time.monotonic()
        try:
            with connect_refresher(alias) as refresher:
                refreshed = refresher.refresh(SyncRun.Resource.PHOTOS, remote_id, with_details=True)
            problem = refreshed.problem and f"Video {remote_id} could not be refreshed: {refreshed.problem}"
            if refreshed.row is None and not problem:
                problem = f"TwentyThree has no video {remote_id} that '{alias}' may see."
        except TwentyThreeError as error:
            problem = explain(error, alias)
        if problem:
            if options["json"]:
                self.stdout.write(json.dumps({alias: {"photos": {**NO_COUNTS, "error": problem}}}))
            raise CommandError(problem)
        report = refreshed.report
        if options["json"]:
            facts = {
                "state": "succeeded",
                **asdict(report),
                "requests": refresher.request_count,
                "seconds": time.monotonic() - started,
                "error": "",
            }
            self.stdout.write(json.dumps({alias: {"photos": facts}}))
        elif refreshed.row.missing_since:
            self.stdout.write(f"{refreshed.row}: gone from TwentyThree.")
        else:
            what = "created" if report.created else "updated" if report.updated else "unchanged"
            self.stdout.write(f"{refreshed.row}: {what}.")
