"""A page of the documentation, followed in one process: no environment, no terminal, no web server, only the project.

`follow` starts it. Its input says what to follow, which form to fill in, and which page to show then.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import django
from django.core.management import call_command

from tests.docs.following import ROOT, USER, Command, File, get_shape, read_blocks

OF_THE_READER = re.compile(
    r"python3 -m venv \.venv|\. \.venv/bin/activate|pip install \S+"
    r"|python manage\.py (twentythree_sandbox|createsuperuser|runserver)"
)
"""What a reader does beside; the long form of these tests does it, too."""

PROGRAMS = {"django-admin": ("-m", "django"), "manage.py": ("manage.py",)}


def follow(folder: Path, text: str, *, add: str, page: str, values: dict[str, str]) -> str:
    """Follow a text in a folder, write an article in its admin, and return the page with it."""
    asked = json.dumps({"text": text, "add": add, "page": page, "values": values})
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        input=asked,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join((str(folder), str(ROOT)))},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    return done.stdout


def main() -> None:
    """Do what the input says, and print the page."""
    asked = json.load(sys.stdin)
    for block in read_blocks(asked["text"]):
        if isinstance(block, File):
            block.write(Path.cwd())
        else:
            for command in block:
                run(command)
    print(show_article(asked["add"], asked["page"], asked["values"]))  # noqa: T201


def run(command: Command) -> None:
    """Run a command of the page in this process."""
    if OF_THE_READER.fullmatch(command.text):
        return
    program, *arguments = command.text.removeprefix("python ").split()
    if arguments[0] in {"startproject", "startapp"}:  # before the settings are as the page wants them
        subprocess.run([sys.executable, *PROGRAMS[program], *arguments], check=True)
        return
    if "DJANGO_SETTINGS_MODULE" not in os.environ:
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        django.setup()
        call_command("check", fail_level="WARNING", stdout=io.StringIO())
    printed = io.StringIO()
    call_command(*arguments, stdout=printed)
    lines = [line for line in printed.getvalue().splitlines() if line.startswith("default: ")]
    assert not command.printed or get_shape(lines) == get_shape(command.printed), lines


def show_article(add: str, page: str, values: dict[str, str]) -> str:
    """Write an article in the admin, and return the page with it."""
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client(HTTP_HOST="127.0.0.1")
    assert client.get(page).status_code == 404
    client.force_login(User.objects.create_superuser(USER))
    assert "twentythree-picker" in client.get(add).content.decode()
    answer = client.post(add, values, follow=True).content.decode()
    assert "was added successfully" in answer, answer
    return client.get(page).content.decode()


if __name__ == "__main__":
    main()
