"""Embeds where the system chooses the colours: what is to be seen is measured in a picture of the page."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Literal

import pytest
from PIL import Image
from playwright.sync_api import expect

from django_twentythree.rendering import EmbedOptions
from tests.browser.test_embeds import site  # noqa: F401 - its pages and its platform

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.test_embeds import Site

Colour = tuple[int, int, int]

CONTRAST = 3.0
"""Of what is no text but tells what it does: WCAG 2.2, success criterion 1.4.11."""
PICTURES = {"teal": "none", "white": "brightness(0) invert()", "black": "brightness(0)"}
"""What makes the one picture of the platform any other."""


def get_contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, as WCAG 2.2 defines it."""
    darker, lighter = sorted(get_luminance(each) for each in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def get_luminance(colour: Colour) -> float:
    shares = [value / 255 for value in colour]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def take(element: Locator) -> Image.Image:
    return Image.open(io.BytesIO(element.screenshot(animations="disabled"))).convert("RGB")


def pick(picture: Image.Image, across: float, down: float) -> Colour:
    """Return the colour at a place, in shares of width and height."""
    red, green, blue = picture.getpixel((int(picture.width * across), int(picture.height * down)))
    return red, green, blue


@pytest.mark.parametrize("state", ["at rest", "hovered", "focused"])
@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_play_sign__forced_colours__is_seen(
    page: Page,
    site: Site,  # noqa: F811 - the fixture
    scheme: Literal["light", "dark"],
    picture: str,
    state: str,
) -> None:
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    page.goto(site.show(site.make(EmbedOptions(loading="click"))))
    page.evaluate(
        """filter => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(`.twentythree-image { filter: ${filter} }`);
            document.adoptedStyleSheets = [sheet];
        }""",
        PICTURES[picture],
    )
    button = page.get_by_role("button", name="Play video: Onboarding")
    if state == "hovered":
        button.hover()
    elif state == "focused":
        page.keyboard.press("Tab")
        expect(button).to_be_focused()
    sign = take(page.locator(".twentythree-play"))
    assert get_contrast(pick(sign, 0.5, 0.5), pick(sign, 0.25, 0.5)) >= CONTRAST
