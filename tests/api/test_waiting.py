"""While an answer is awaited, the thread that awaits it does its duty; no other thread ever does."""

from __future__ import annotations

import threading
import time

import pytest

from django_twentythree.api.waiting import AHEAD, Waiter
from tests.api.scripted import answer, ok
from tests.timing import wait_until


class Duty:
    """Notes in which threads it was called."""

    def __init__(self):
        self.threads = []

    def __call__(self):
        self.threads.append(threading.get_ident())


class LostError(Exception):
    pass


@pytest.fixture
def duty():
    return Duty()


def in_another_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(timeout=60)
    assert not thread.is_alive()


def late(duty, **body):
    """Answer once the heartbeat has come twice more."""
    known = len(duty.threads)

    def step(connection):
        wait_until(lambda: len(duty.threads) >= known + 2)
        ok(**body)(connection)

    return step


def test_call__nothing_to_do_meanwhile__stays_in_this_thread():
    assert Waiter().call(threading.get_ident) == threading.get_ident()


def test_call__takes_long__does_its_duty_here_again_and_again(duty):
    def work():
        wait_until(lambda: len(duty.threads) >= 3)
        return threading.get_ident()

    assert Waiter(duty).call(work) != threading.get_ident()
    assert set(duty.threads) == {threading.get_ident()}


def test_call__takes_no_time__does_its_duty_once(duty):
    assert Waiter(duty).call(lambda: 5) == 5
    assert len(duty.threads) == 1


def test_call__fails__raises_what_the_work_raised(duty):
    def work():
        raise LostError

    with pytest.raises(LostError):
        Waiter(duty).call(work)


def test_call__in_another_thread__leaves_the_duty_to_the_first(duty):
    waiter = Waiter(duty)
    threads = []
    in_another_thread(lambda: threads.append((threading.get_ident(), waiter.call(threading.get_ident))))
    assert threads[0][0] == threads[0][1]
    assert duty.threads == []


def test_call__duty_cannot_be_done__ends_the_wait_at_once():
    ended = threading.Event()
    began = []

    def give_up():
        if began:
            raise LostError

    def work():
        began.append(True)
        ended.wait(60)
        ended.set()

    try:
        with pytest.raises(LostError):
            Waiter(give_up).call(work)
        assert not ended.is_set()
    finally:
        ended.set()


def test_ask_each__many__come_in_order_and_few_are_under_way(duty):
    lock = threading.Lock()
    under_way = most = 0
    taken = []

    def ask(number):
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.01)
        with lock:
            under_way -= 1
        return number * number

    def numbers():
        for number in range(40):
            taken.append(number)
            yield number

    answers = []
    for number, future in Waiter(duty).ask_each(ask, numbers(), in_flight=3):
        assert len(taken) <= len(answers) + 3 * AHEAD
        answers.append((number, future.result()))
    assert answers == [(number, number * number) for number in range(40)]
    assert 1 < most <= 3


def test_ask_each__one_fails__is_told_with_its_item():
    def ask(number):
        if number == 2:
            raise LostError
        return number

    answered = {number: future.exception() for number, future in Waiter().ask_each(ask, range(4), in_flight=2)}
    assert [number for number, error in answered.items() if error] == [2]
    assert isinstance(answered[2], LostError)


def test_ask_each__consumer_walks_away__asks_no_more():
    asked = []

    def ask(number):
        asked.append(number)
        time.sleep(0.05)

    for _ in Waiter().ask_each(ask, range(100), in_flight=2):
        break
    time.sleep(0.3)
    assert len(asked) <= 2 * 2


@pytest.mark.parametrize("in_flight", [1, 3])
def test_listing__page_comes_late__does_its_duty_in_the_thread_that_reads(scripted, make_client, duty, in_flight):
    def choose(request):
        number = int(request.query["p"])
        photos = [{"photo_id": str(number)}] if number <= 2 else []
        return late(duty, photos=photos, p=str(number), size="1", total_count="2")

    scripted.route(choose)
    client = make_client(on_wait=duty, timeout_seconds=90.0)
    pages = list(client.list_photos(in_flight=in_flight, size=1))
    assert sum(len(page.items) for page in pages) == 2
    assert set(duty.threads) == {threading.get_ident()}


def test_listing__one_in_flight__asks_for_no_page_before_it_is_wanted(scripted, make_client, duty):
    scripted.route(lambda request: ok(photos=[{"photo_id": request.query["p"]}], size="1", total_count="9"))
    next(iter(make_client(on_wait=duty).list_photos(in_flight=1, size=1)))
    assert len(scripted.received) == 1


def test_call__platform_asks_for_a_pause__does_its_duty_during_it(scripted, make_client, duty):
    scripted.script(answer("", 429, Retry_After="2"), ok(site={"site_id": 1}))
    client = make_client(on_wait=duty, sleep=None)
    client.call("site/get")
    assert len(scripted.received) == 2
    assert len(duty.threads) >= 2
