"""A subject to render: a public video of a public site, unless told otherwise."""

from __future__ import annotations

from typing import Any

from django_twentythree.rendering import ImageSource, Kind, Subject

TOKEN = "320c45f860729e022c93b7cef9bcec2f"
BASE_URL = "https://video.example.com"
SIZES = {
    "quad100": (100, 100),
    "small": (200, 113),
    "medium": (512, 288),
    "standard": (600, 338),
    "large": (800, 450),
}


def make_subject(**values: Any) -> Subject:
    defaults: dict[str, Any] = {
        "kind": Kind.VIDEO,
        "base_url": BASE_URL,
        "remote_id": 20481733,
        "title": "Sunrise over the north quay",
        "token": TOKEN,
        "page_path": "/sunrise-over-the-north-quay",
        "width": 640,
        "height": 360,
        "duration_seconds": 92.36,
        "renditions": make_renditions(),
        "image": ImageSource(tree_id=7411205, photo_id=20481733, token=TOKEN),
    }
    return Subject(**{**defaults, **values})


def make_renditions(**paths: str) -> list[dict[str, Any]]:
    return [
        {
            "format": name,
            "width": width,
            "height": height,
            "size_bytes": 1000,
            "path": paths.get(name, f"/7411205/20481733/{TOKEN}/{name}"),
        }
        for name, (width, height) in SIZES.items()
    ]
