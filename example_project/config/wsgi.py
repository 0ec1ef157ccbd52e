"""The entry point for a WSGI server, such as `waitress-serve config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

from config.celery import app

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
# Import the broker's driver without connecting. Importing SQLAlchemy takes longer than a pingback may wait.
app.connection_for_write().get_transport_cls()
