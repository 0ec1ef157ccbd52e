"""The settings of the example project, with this app."""

import environ

from config.settings import *  # noqa: F403 - what is not said here is as there
from config.settings import INSTALLED_APPS, TWENTYTHREE

env = environ.Env()

INSTALLED_APPS = [*INSTALLED_APPS, "tests.browser.pages"]
ROOT_URLCONF = "tests.browser.pages.urls"
LOGIN_URL = "login"
# To make a password hard to guess takes the time that the tests would like to have.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
TWENTYTHREE = {**TWENTYTHREE, "PICKER_FILTER": env.str("PICKER_FILTER", default="") or None}
