"""`python -m django_twentythree.testing`: run the sandbox platform."""

from __future__ import annotations

import argparse
import sys

from django_twentythree.testing.extra import MissingExtraError, require_testing_extra
from django_twentythree.testing.sandbox.options import Options, add_arguments


def main(arguments: list[str] | None = None) -> int:
    """Run a sandbox, and return the exit code: 1 when it could not start, with one line on stderr."""
    parser = argparse.ArgumentParser(
        prog="python -m django_twentythree.testing",
        description="A small TwentyThree platform on this machine, with invented videos.",
    )
    add_arguments(parser)
    options = Options.from_arguments(vars(parser.parse_args(arguments)))
    try:
        require_testing_extra()
        from django_twentythree.testing.demo.run import run
        from django_twentythree.testing.sandbox.server import ListenError
    except MissingExtraError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    try:
        run(options, sys.stdout)
    except ListenError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
