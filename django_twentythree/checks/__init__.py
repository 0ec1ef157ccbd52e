"""System checks: every wrong setting as one line of `manage.py check`, with an id and a hint.

They ask neither the network nor the database, and never show the value of a secret. Each id is explained in
`docs/reference/checks.md`; ids are not used again.
"""

from django_twentythree.checks.environment import check_database, check_urls
from django_twentythree.checks.pickers import check_pickers
from django_twentythree.checks.site import check_site
from django_twentythree.checks.workspaces import check_workspaces

ALL_CHECKS = (check_site, check_workspaces, check_urls, check_pickers, check_database)

__all__ = ["ALL_CHECKS", "check_database", "check_pickers", "check_site", "check_urls", "check_workspaces"]
