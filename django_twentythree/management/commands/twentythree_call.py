"""`manage.py twentythree_call`: one call of the platform's API, for trying things."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser

from django_twentythree.conf import DEFAULT_ALIAS
from django_twentythree.coordination.connections import connect
from django_twentythree.exceptions import TwentyThreeError
from django_twentythree.management.base import MirrorCommand


class Command(MirrorCommand):
    """Calls one method and prints the answer as indented JSON."""

    help = "Call one method of the TwentyThree API and print the answer, for trying things."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("method", help="the method's path, such as photo/list")
        parser.add_argument("parameters", nargs="*", metavar="key=value", help="its parameters")
        parser.add_argument("--workspace", default=DEFAULT_ALIAS, metavar="ALIAS", help="default: %(default)s")

    def handle(self, *args: Any, **options: Any) -> None:
        parameters: dict[str, str] = {}
        for parameter in options["parameters"]:
            key, separator, value = parameter.partition("=")
            if not key or not separator:
                raise CommandError(f"'{parameter}' is not of the form key=value.", returncode=2)
            parameters[key] = value
        try:
            with connect(options["workspace"]) as client:
                envelope = client.call(options["method"], **parameters)
        except (TwentyThreeError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(envelope, indent=2, ensure_ascii=False))
