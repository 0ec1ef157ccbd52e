import pytest

from django_twentythree.api import Entry, PhotoRecord, UnexpectedResponseError


def entry(item):
    return Entry(item, endpoint="photo/list", id_key="photo_id", read=PhotoRecord.from_wire)


def test_entry__same_state_spelled_differently__has_the_same_digest(wire):
    item = wire("photo.json")
    other = dict(sorted(item.items(), reverse=True))
    other |= {"tags": item["tags"][::-1] * 2, "all_albums": "9000202 9000201"}
    assert entry(item).content_digest == entry(other).content_digest


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"tags": ["workshop"]},
        {"all_albums": "9000201"},
        {"new_key": ""},
        {"published_p": "1"},
    ],
)
def test_entry__changed_content__has_another_digest(wire, change):
    item = wire("photo.json")
    assert entry(item).content_digest != entry({**item, **change}).content_digest
    assert entry(item).counters_digest == entry({**item, **change}).counters_digest


@pytest.mark.parametrize("key", ["view_count", "avg_playtime", "number_of_comments", "photo_rating", "current_viewers"])
def test_entry__changed_counter__shows_in_the_counters_only(wire, key):
    item = wire("photo.json")
    moved = {**item, key: "99"}
    assert entry(item).content_digest == entry(moved).content_digest
    assert entry(item).counters_digest != entry(moved).counters_digest


@pytest.mark.parametrize("item", [None, [], "x", 5, {}, {"photo_id": "x"}, {"photo_id": "1" * 400}])
def test_entry__unreadable_object__has_digests_and_raises_when_read(item):
    one = entry(item)
    assert one.remote_id is None
    assert one.content_digest
    assert one.counters_digest
    with pytest.raises(UnexpectedResponseError, match="photo/list"):
        one.read()


@pytest.mark.parametrize(
    "tags", [[1, "1", None], [{"a": 1}, {"b": [2]}], "a,b", {"a": 1}, [["a"], "a"], ["\U0001f600", "é"]]
)
def test_entry__odd_tags__still_have_a_digest(tags):
    assert len(entry({"photo_id": 1, "tags": tags, "all_albums": 5}).content_digest) == 32
