"""The options of a picker as they travel in addresses."""

import pytest
from django.http import QueryDict

from django_twentythree.pickers.options import PickerOptions


@pytest.mark.parametrize(
    ("options", "query"),
    [
        (PickerOptions(model="photo"), ""),
        (PickerOptions(model="photo", kinds=("video", "audio")), "kinds=video,audio"),
        (PickerOptions(model="album", allow_unpublished=True), "allow_unpublished=1"),
        (PickerOptions(model="photo", allow_unpublished=False), "allow_unpublished=0"),
        (PickerOptions(model="livestream", workspace="intranet"), "field_workspace=intranet"),
        (
            PickerOptions(model="photo", kinds=("image",), workspace="a&b", allow_unpublished=True),
            "kinds=image&field_workspace=a%26b&allow_unpublished=1",
        ),
    ],
)
def test_options__written_and_read__are_the_same(options, query):
    assert options.to_query() == query
    assert PickerOptions.from_query(options.model, QueryDict(query)) == options


def test_from_query__nonsense__is_left_out():
    nonsense = QueryDict("kinds=film,,video,video&allow_unpublished=yes&field_workspace=")
    assert PickerOptions.from_query("photo", nonsense) == PickerOptions(model="photo", kinds=("video",))
    assert PickerOptions.from_query("album", nonsense) == PickerOptions(model="album")
