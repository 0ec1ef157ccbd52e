"""Find where this site uses synced objects."""

from django_twentythree.references.finders import Usage, ask_finders
from django_twentythree.references.relations import find_relations, get_own_models
from django_twentythree.references.usages import Usages, find_usages, find_used

__all__ = ["Usage", "Usages", "ask_finders", "find_relations", "find_usages", "find_used", "get_own_models"]
