"""The check for the `testing` extra, and the message to read when it is not installed."""

from importlib.util import find_spec

NEEDED_MODULES = {"werkzeug": "werkzeug", "oauthlib": "oauthlib", "pillow": "PIL", "jinja2": "jinja2"}


class MissingExtraError(ImportError):
    """Libraries of the `testing` extra are not installed; the message says which, and what to do."""


def require_testing_extra() -> None:
    """Check that the libraries of the sandbox are installed.

    Raises:
        MissingExtraError: A library that the sandbox needs is not installed.
    """
    missing = [name for name, module in NEEDED_MODULES.items() if find_spec(module) is None]
    if missing:
        raise MissingExtraError(
            "The TwentyThree sandbox needs the extra 'testing' (not installed: {}): "
            "pip install 'django-twentythree[testing]'".format(", ".join(missing))
        )
