"""Embeds in a real browser, under a Content Security Policy that allows nothing but what they need."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from playwright.sync_api import Page, expect

import django_twentythree
from django_twentythree.rendering import EmbedOptions, ImageSource, Kind, Subject, build_embed, render_notice
from django_twentythree.rendering.subject import UnavailableReason

STATIC = Path(django_twentythree.__file__).parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9"><path fill="teal" d="M0 0h16v9H0z"/></svg>'


@dataclass
class Site:
    """Pages on a loopback port, and beside it, on another port, a platform that plays."""

    url: str = ""
    platform_url: str = ""
    pages: dict[str, str] = field(default_factory=dict)

    def show(self, *pieces: str, head: str = "") -> str:
        """Keep a page with these pieces and return its address."""
        body = "\n".join(pieces)
        self.pages["/page"] = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Page</title>'
            '<link rel="stylesheet" href="/static/django_twentythree/embed.css">'
            f'<script defer src="/static/django_twentythree/embed.js"></script>{head}'
            f"<body><main>{body}</main></body></html>"
        )
        return f"{self.url}/page"

    def make(self, options: EmbedOptions | None = None, **values: Any) -> str:
        """Return the HTML of one embed."""
        defaults: dict[str, Any] = {
            "kind": Kind.VIDEO,
            "base_url": self.platform_url,
            "remote_id": 5,
            "title": "Onboarding",
            "width": 1280,
            "height": 720,
            "duration_seconds": 247,
            "token": "abc",
            "image": ImageSource(tree_id=1, photo_id=5, token="abc"),
        }
        return build_embed(Subject(**{**defaults, **values}), options or EmbedOptions()).html


class PlatformHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        is_player = ".ihtml" in self.path
        body = f"<!doctype html><title>Player</title><h1>Player</h1><p>{self.path}</p>" if is_player else PICTURE
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if is_player else "image/svg+xml")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args: object) -> None:
        """Keep quiet."""


def make_site_handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class SiteHandler(PlatformHandler):
        policy: ClassVar[str] = f"default-src 'self'; frame-src {site.platform_url}; img-src 'self' {site.platform_url}"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path in site.pages:
                body, kind = site.pages[path].encode(), "text/html"
            elif path.startswith("/static/") and (STATIC / path.removeprefix("/static/")).is_file():
                file = STATIC / path.removeprefix("/static/")
                body, kind = file.read_bytes(), TYPES[file.suffix]
            else:
                body, kind = b"", "image/x-icon"
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", self.policy)
            self.end_headers()
            self.wfile.write(body)

    return SiteHandler


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    platform = ThreadingHTTPServer(("127.0.0.1", 0), PlatformHandler)
    found.platform_url = f"http://127.0.0.1:{platform.server_port}"
    server = ThreadingHTTPServer(("127.0.0.1", 0), make_site_handler(found))
    found.url = f"http://127.0.0.1:{server.server_port}"
    threads = [threading.Thread(target=each.serve_forever, daemon=True) for each in (platform, server)]
    for thread in threads:
        thread.start()
    yield found
    for each in (platform, server):
        each.shutdown()
        each.server_close()
    for thread in threads:
        thread.join()


def measure(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["width"], box["height"]


@pytest.mark.parametrize(("width", "viewport"), [(1200, 1280), (300, 320)])
def test_video__any_width__keeps_its_shape(page: Page, site: Site, width: int, viewport: int) -> None:
    page.set_viewport_size({"width": viewport, "height": 800})
    page.goto(site.show(site.make()))
    box, frame = measure(page, ".twentythree"), measure(page, "iframe")
    assert frame == pytest.approx(box, abs=1)
    assert frame[0] / frame[1] == pytest.approx(16 / 9, rel=0.02)
    assert frame[0] >= width


def test_video__stylesheet_and_player_late__does_not_move_what_follows(page: Page, site: Site) -> None:
    page.goto(site.show(site.make(EmbedOptions(loading="click")), "<p id=after>After</p>"))
    before = measure(page, ".twentythree")
    top = page.locator("#after").bounding_box()
    page.get_by_role("button", name="Play video: Onboarding").click()
    expect(page.frame_locator("iframe").get_by_role("heading", name="Player")).to_be_visible()
    assert measure(page, ".twentythree") == before
    assert page.locator("#after").bounding_box() == top


def test_portrait_video__wide_page__does_not_fill_the_screen(page: Page, site: Site) -> None:
    page.goto(site.show(site.make(width=1080, height=1920)))
    width, height = measure(page, "iframe")
    assert width / height == pytest.approx(9 / 16, rel=0.02)
    assert height < 700


def test_audio__narrow_page__stays_high_enough_for_the_controls(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(site.show(site.make(kind=Kind.AUDIO)))
    assert 120 <= measure(page, "iframe")[1] <= 230


@pytest.mark.parametrize("key", ["Enter", " "])
def test_loading_click__keyboard__plays_in_place_and_takes_the_focus(page: Page, site: Site, key: str) -> None:
    page.goto(site.show(site.make(EmbedOptions(loading="click"))))
    assert page.locator("iframe").count() == 0
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name="Play video: Onboarding")
    expect(button).to_be_focused()
    page.keyboard.press(key)
    expect(page.frame_locator("iframe").get_by_text("autoPlay=1")).to_be_visible()
    assert page.evaluate("document.activeElement.tagName") == "IFRAME"
    assert page.url == f"{site.url}/page"


def test_loading_click__without_script__leads_to_the_player(page: Page, site: Site) -> None:
    html = site.show(site.make(EmbedOptions(loading="click")))
    site.pages["/page"] = site.pages["/page"].replace("<script defer", "<script type=none")
    page.goto(html)
    page.get_by_role("link", name="Play video: Onboarding").click()
    expect(page.get_by_role("heading", name="Player")).to_be_visible()


def test_loading_click__inserted_later__works_too(page: Page, site: Site) -> None:
    page.goto(site.show("<div id=place></div>"))
    html = site.make(EmbedOptions(loading="click"))
    page.evaluate("html => { document.getElementById('place').innerHTML = html }", html)
    page.get_by_role("button", name="Play video").click()
    expect(page.frame_locator("iframe").get_by_role("heading", name="Player")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_all_kinds__screenshot__for_people_to_look_at(
    page: Page, site: Site, tmp_path: Path, scheme: Any, direction: str
) -> None:
    page.emulate_media(color_scheme=scheme)
    click = EmbedOptions(loading="click")
    page.goto(
        site.show(
            site.make(),
            site.make(click),
            site.make(click, kind=Kind.ALBUM, image=None),
            site.make(click, kind=Kind.AUDIO),
            site.make(kind=Kind.IMAGE),
            render_notice(UnavailableReason.UNPUBLISHED, title="Onboarding"),
            head='<meta name="color-scheme" content="light dark">',
        )
    )
    page.evaluate("direction => { document.documentElement.dir = direction }", direction)
    page.set_viewport_size({"width": 700, "height": 900})
    page.get_by_role("button").first.focus()
    page.screenshot(path=tmp_path / f"embeds-{scheme}-{direction}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
