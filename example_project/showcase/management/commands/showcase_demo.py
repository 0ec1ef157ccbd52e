"""`showcase_demo`: create the data of the demo, an administrator and three articles."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.utils import timezone

from django_twentythree.listings import get_lives
from django_twentythree.models import LiveStream, Photo
from showcase import selections
from showcase.models import Article, RelatedVideo

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "admin"


class Command(BaseCommand):
    """Creates only missing data, so that it can run at every start of the demo."""

    help = "Creates the user admin (password admin) and three articles about synced videos."

    def handle(self, *args: Any, **options: Any) -> None:
        users = get_user_model()._default_manager
        if not users.filter(**{users.model.USERNAME_FIELD: NAME}).exists():
            users.create_superuser(NAME, password=NAME)
        if not Article.objects.exists():
            videos = list(selections.newest_videos(order="views").filter(kind=Photo.Kind.VIDEO)[:12])
            articles = Article.objects.bulk_create(_write_articles(videos))
            RelatedVideo.objects.bulk_create(_choose_related(articles, videos))


def _write_articles(videos: list[Photo]) -> list[Article]:
    lives = list(get_lives(upcoming=True)[:1])
    articles = [_write_article(number, video, videos[-1 - number]) for number, video in enumerate(videos[:6:2])]
    if articles and lives:
        articles[0].body += "\n\n" + _invite(lives[0])
    return articles


def _write_article(number: int, video: Photo, second: Photo) -> Article:
    openings = (
        "We watched it three times before lunch",
        "A short look behind the camera",
        "What people asked us about this one",
    )
    return Article(
        slug=f"demo-{number + 1}",
        title=f"{openings[number]}: {video}",
        summary="An article of this site, with a video chosen in the admin and one pasted by its address.",
        video=video,
        published_at=timezone.now() - timedelta(days=6 * number),
        body="\n\n".join(
            (
                f"“{video}” went online, and the comments came at once. Here it is, for everyone who has not "
                "had five quiet minutes yet.",
                "The video above was chosen in the admin: an article has a foreign key to it, as it would to "
                "any other row. When somebody changes its title on the platform, it changes here as well.",
                "The next video was added by its address, on a line of its own:",
                second.platform_url,
                "An address that matches no synced video stays a link.",
            )
        ),
    )


def _choose_related(articles: list[Article], videos: list[Photo]) -> Iterator[RelatedVideo]:
    for number, article in enumerate(articles):
        for position, video in enumerate(videos[1 + 2 * number :: 3]):
            yield RelatedVideo(article=article, photo=video, position=position)


def _invite(live: LiveStream) -> str:
    return f"And there is more to come. The player below counts down by itself:\n\n{live.platform_url}"
