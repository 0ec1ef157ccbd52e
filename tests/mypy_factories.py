"""A plugin of mypy: calling a factory returns a row of its model.

factory-boy does so in a metaclass, whose `__call__` mypy does not look at.
"""

from __future__ import annotations

from collections.abc import Callable

from mypy.maptype import map_instance_to_supertype
from mypy.plugin import FunctionContext, Plugin
from mypy.types import Instance, Type, get_proper_type

MODULE = "django_twentythree.testing.factories."
BASE = "factory.base.Factory"


class FactoryPlugin(Plugin):
    """Corrects what calls of this package's factories return."""

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """Return the correction for a factory, None for anything else."""
        return _get_row if fullname.startswith(MODULE) and fullname.endswith("Factory") else None


def _get_row(context: FunctionContext) -> Type:
    made = get_proper_type(context.default_return_type)
    if not isinstance(made, Instance):
        return made
    base = next((info for info in made.type.mro if info.fullname == BASE), None)
    if base is None:
        return made
    arguments = map_instance_to_supertype(made, base).args
    return arguments[0] if arguments else made


def plugin(version: str) -> type[Plugin]:
    """Return the plugin, as mypy asks for it."""
    return FactoryPlugin
