"""How much is measured: in full, or just enough to see that everything runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Numbers of photos and repetitions.

    Attributes:
        photos: Photos in the library.
        loop_photos: Of these, how many the naive loop is measured with; the rest is extrapolated.
        repetitions: How often each side is measured, one after the other; medians count.
        few_photos: The smaller library of the memory row.
        many_photos: The larger one.
        pingbacks: How many arrive.
        pinged_photos: About so many videos.
        embeds: Players on one page.
        seeded_photos: Rows that the picker searches.
    """

    photos: int = 20_000
    loop_photos: int = 2_000
    repetitions: int = 3
    few_photos: int = 2_000
    many_photos: int = 100_000
    pingbacks: int = 10_000
    pinged_photos: int = 100
    embeds: int = 100
    seeded_photos: int = 200_000

    @classmethod
    def short(cls, photos: int | None) -> Sizes:
        """Return sizes for a run of about a minute."""
        photos = photos or 2_000
        return cls(
            photos=photos,
            loop_photos=max(1, photos // 10),
            repetitions=1,
            few_photos=max(1, photos // 4),
            many_photos=photos,
            pingbacks=max(10, photos // 4),
            pinged_photos=max(1, photos // 100),
            embeds=min(100, photos),
            seeded_photos=photos,
        )

    @classmethod
    def full(cls, photos: int | None) -> Sizes:
        """Return the sizes that the budgets are set for, or those in proportion to another library."""
        if photos is None:
            return cls()
        return cls(
            photos=photos,
            loop_photos=max(1, photos // 10),
            few_photos=max(1, photos // 10),
            many_photos=photos * 5,
            seeded_photos=photos * 10,
        )
