"""Listings over a socket: threads, errors, and what is left behind."""

import threading
import time

import pytest

from django_twentythree.api import ServerError, UnexpectedResponseError
from tests.api.scripted import answer, ok, reset
from tests.timing import find_client_threads, wait_until


def library(count, *, size=100, delay=0.0, faults=None):
    """Route for a site with `count` photos; `faults` gives the steps of pages that fail."""
    faults = faults or {}

    def choose(request):
        number = int(request.query["p"])
        if number in faults:
            return faults[number]
        time.sleep(delay)
        ids = range(1 + (number - 1) * size, 1 + min(count, number * size))
        photos = [{"photo_id": str(photo_id)} for photo_id in ids]
        return ok(photos=photos, p=str(number), size=str(size), total_count=str(count))

    return choose


def ids_of(listing):
    return sorted(entry.remote_id for page in listing for entry in page.items)


@pytest.mark.parametrize("in_flight", [1, 2, 5])
def test_listing__several_pages__gives_each_object_once(scripted, make_client, in_flight):
    scripted.route(library(450))
    listing = make_client().list_photos(in_flight=in_flight)
    assert ids_of(listing) == list(range(1, 451))
    assert (listing.announced_count, listing.distinct_count, listing.is_complete) == (450, 450, True)
    assert listing.request_count == len(scripted.received) == 5


def test_listing__order_and_size__are_asked_for_and_can_be_changed(scripted, make_client):
    scripted.route(library(1))
    client = make_client()
    ids_of(client.list_photos(include_unpublished_p=1, order="desc"))
    query = scripted.received[0].query
    assert {key: query[key] for key in ("p", "size", "prioritize_promoted_p", "orderby", "order")} == {
        "p": "1",
        "size": "100",
        "prioritize_promoted_p": "0",
        "orderby": "created",
        "order": "desc",
    }
    assert query["include_unpublished_p"] == "1"


def test_listing__one_in_flight__starts_no_thread(scripted, make_client):
    scripted.route(library(150))
    before = threading.active_count()
    listing = iter(make_client().list_photos())
    next(listing)
    # One thread of the server's for the connection.
    assert threading.active_count() <= before + 1
    assert len(scripted.received) == 1


def test_listing__slow_consumer__keeps_few_pages_waiting(scripted, make_client):
    scripted.route(library(2000))
    pages = iter(make_client().list_photos(in_flight=3))
    for taken in range(1, 6):
        next(pages)
        time.sleep(0.1)
        assert len(scripted.received) <= taken + 3
    pages.close()


def test_listing__several_in_flight__overlap(scripted, make_client):
    pages = library(900)
    together = threading.Barrier(4)

    def choose(request):
        if 2 <= int(request.query["p"]) <= 5:  # none of them comes before all four are asked for
            together.wait(timeout=60)
        return pages(request)

    scripted.route(choose)
    assert ids_of(make_client(timeout_seconds=90).list_photos(in_flight=4)) == list(range(1, 901))


@pytest.mark.parametrize("in_flight", [1, 3])
def test_listing__page_that_fails__raises_and_is_incomplete(scripted, make_client, in_flight):
    scripted.route(library(1000, faults={4: answer("", 500)}))
    listing = make_client(max_attempts=2).list_photos(in_flight=in_flight)
    with pytest.raises(ServerError):
        ids_of(listing)
    assert not listing.is_complete
    assert listing.announced_count == 1000


def test_listing__failure_in_one_thread__ends_the_others_soon(scripted, make_client):
    scripted.route(library(5000, delay=0.05, faults={3: answer("", 500)}))
    with pytest.raises(ServerError):
        ids_of(make_client(max_attempts=1).list_photos(in_flight=3))
    wait_until(lambda: not find_client_threads())
    assert len(scripted.received) < 8


def test_listing__consumer_that_walks_away__leaves_no_thread(scripted, make_client):
    scripted.route(library(5000))
    for _page in make_client().list_photos(in_flight=3):
        break
    wait_until(lambda: not find_client_threads())
    assert len(scripted.received) <= 5


def test_listing__passing_trouble__is_got_over_and_counted(scripted, make_client):
    faults = {2: [reset, answer("", 503)], 3: [answer("<html>")]}
    healthy = library(300)

    def choose(request):
        waiting = faults.get(int(request.query["p"]))
        return waiting.pop(0) if waiting else healthy(request)

    scripted.route(choose)
    listing = make_client().list_photos(in_flight=2)
    assert ids_of(listing) == list(range(1, 301))
    # Three pages, a look for a fourth after the full third, and three attempts that failed.
    assert (listing.is_complete, listing.request_count) == (True, 7)


def test_listing__iterated_twice__is_refused(scripted, make_client):
    scripted.route(library(1))
    listing = make_client().list_photos()
    ids_of(listing)
    with pytest.raises(RuntimeError, match="only once"):
        iter(listing)
    with pytest.raises(ValueError, match="in_flight"):
        make_client().list_photos(in_flight=0)


@pytest.mark.parametrize("envelope", [{}, {"photos": None}, {"photos": {}}, {"photos": ""}])
def test_listing__answer_without_the_list__is_no_empty_library(scripted, make_client, envelope):
    scripted.script(ok(total_count="0", **envelope))
    listing = make_client().list_photos()
    with pytest.raises(UnexpectedResponseError, match="no list 'photos'"):
        list(listing)
    assert not listing.is_complete


def test_listing__bytes_that_stay_bad__cost_one_character_and_not_the_page(scripted, make_client):
    body = b'{"status": "ok", "photos": [{"photo_id": "1", "title": "caf\xe9"}], "total_count": "1"}'
    scripted.script(answer(body))
    [page] = make_client().list_photos()
    assert page.items[0].read().title == "caf\ufffd"
    assert len(scripted.received) == 3


def test_listing__unreadable_objects__stay_entries_without_an_id(scripted, make_client):
    photos = [{"photo_id": "1"}, {"photo_id": "x"}, None, {"photo_id": "1"}]
    scripted.script(ok(photos=photos, size="100", total_count="3"))
    listing = make_client().list_photos()
    [page] = listing
    assert [entry.remote_id for entry in page.items] == [1, None, None]
    assert (listing.distinct_count, listing.is_complete) == (3, True)


def test_iter_photos__unreadable_object__is_left_out_with_a_warning(scripted, make_client, caplog):
    scripted.script(ok(photos=[{"photo_id": "x"}, {"photo_id": "2"}], size="100", total_count="2"))
    assert [photo.remote_id for photo in make_client().iter_photos()] == [2]
    assert "no readable photo_id" in caplog.text


def test_iter_photos__first_object__costs_one_page(scripted, make_client):
    scripted.route(library(1000))
    assert next(make_client().iter_photos()).remote_id == 1
    assert len(scripted.received) == 1


def test_fetch_photo_entry__other_objects__are_no_proof_of_absence(scripted, make_client):
    scripted.script(ok(photos=[{"photo_id": "8"}]))
    with pytest.raises(UnexpectedResponseError, match="got others"):
        make_client().fetch_photo_entry(7)
