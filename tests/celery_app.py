"""The Celery application of the suite: tasks run at once, in this process, unless a test starts a worker."""

from celery import Celery

app = Celery("tests", set_as_current=True)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()
