"""The widgets: custom elements around a text or number field that also works without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.forms import Media, NumberInput, Script, TextInput
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from django_twentythree.pickers.labels import get_words
from django_twentythree.pickers.options import PickerOptions

_STYLES: dict[str, Sequence[str]] = {
    "all": (
        "django_twentythree/embed.css",
        *(f"django_twentythree/picker/{name}.css" for name in ("picker", "dialog", "upload")),
    )
}
# Scripts run in this order: what others use comes first.
_MODULES = (
    *("text", "keys", "waiting", "session", "item", "grid", "combobox", "filters", "library"),
    *("upload_metadata", "upload_row", "upload_sending", "upload", "dialog", "picker"),
)


def _get_module(name: str) -> Any:  # the stubs know of addresses only
    return Script(f"django_twentythree/picker/{name}.js", type="module")


class PickerWidget(TextInput):
    """Shows the chosen object and opens the dialog to choose another one."""

    template_name = "twentythree/picker/widget.html"

    def __init__(self, options: PickerOptions, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.options = options

    @property
    def media(self) -> Media:
        # The preview needs the script of the embeds, because its player starts with a click.
        embeds: Any = Script("django_twentythree/embed.js", defer=True)
        return Media(css=_STYLES, js=(embeds, *map(_get_module, _MODULES)))

    def format_value(self, value: Any) -> str | None:
        # A key, not a number: never written as people of a country do, "1.234", also not in a form that is localized.
        return None if value in (None, "") else str(value)

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        try:
            return super().render(name, value, attrs, renderer)
        except NoReverseMatch:
            # The project does not include our URLs; `manage.py check` reports that. The text field still works.
            return TextInput(self.attrs).render(name, value, attrs, renderer)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        url = reverse("twentythree:picker", args=[self.options.model])
        context["widget"]["picker"] = {
            "model": self.options.model,
            "url": url,
            "options": self.options.to_query(),
            "words": get_words(self.options),
        }
        return context


class PositionWidget(NumberInput):
    """A field for the position of a row, with buttons and a handle to move it."""

    template_name = "twentythree/picker/order.html"

    @property
    def media(self) -> Media:
        return Media(css=_STYLES, js=tuple(map(_get_module, ("text", "order"))))
