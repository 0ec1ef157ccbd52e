"""`manage.py twentythree_doctor`: what the platform's reference leaves uncertain, asked of a real workspace."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser

from django_twentythree.conf import DEFAULT_ALIAS, get_workspace_settings
from django_twentythree.coordination.connections import connect
from django_twentythree.coordination.explain import explain
from django_twentythree.exceptions import TwentyThreeError
from django_twentythree.management.base import MirrorCommand
from django_twentythree.operations.doctor import Doctor, Finding
from django_twentythree.operations.probes import PROBES


class Command(MirrorCommand):
    """Prints each question, what came back and what that means; asks only what changes nothing."""

    help = "Ask a workspace what TwentyThree's documentation leaves open: about twenty calls that change nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", default=DEFAULT_ALIAS, metavar="ALIAS", help="default: %(default)s")
        parser.add_argument("--json", action="store_true", help="print it as JSON, and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        alias = options["workspace"]
        findings: list[Finding] = []
        try:
            with connect(alias, max_attempts=2) as client:
                if not options["json"]:
                    self.stdout.write(f"{alias}: {client.scheme}://{client.domain}, version {client.api_version}")
                for finding in Doctor(client, get_workspace_settings(alias).time_zone).examine(PROBES):
                    findings.append(finding)
                    if not options["json"]:
                        self._print(finding)
        except TwentyThreeError as error:
            raise CommandError(explain(error, alias)) from error
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings]))

    def _print(self, finding: Finding) -> None:
        mark = self.style.SUCCESS("ok") if finding.is_fine else self.style.WARNING("!!")
        self.stdout.write(f"{mark} {finding.topic}: {finding.answer}. {finding.meaning}")
        self.stdout.write(f"     {finding.asked}")
