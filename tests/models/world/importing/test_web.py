import logging
from email.utils import formatdate

import pytest

from models.world.importing import web as web_room
from models.world.importing.source import StoppedError
from models.world.importing.web import TRIES, USER_AGENT, Web, WebError
from tests.models.world.importing.online import Answer


@pytest.fixture
def page(stand_in):
    stand_in.routes["/a"] = lambda _: Answer(body=b'{"n": 1}')
    return f"{stand_in.url}/a"


def test_it_says_who_it_is(web, page, stand_in):
    assert web.get_json(page, {"q": "x y"}, {"Authorization": "OAuth t"}) == {"n": 1}
    (asked,) = stand_in.asked
    assert asked.query == {"q": "x y"}
    assert asked.headers["User-Agent"] == USER_AGENT
    assert asked.headers["Authorization"] == "OAuth t"


def test_requests_keep_their_distance(page, time):
    with Web(2, clock=time.clock, sleep=time.sleep) as web:
        for _ in range(4):
            web.get(page)
    assert time.slept == pytest.approx([0.5, 0.5, 0.5])


@pytest.mark.parametrize(
    "fault",
    [Answer(500), Answer(429), Answer(503), Answer(body=b'{"n"', cut=True)],
    ids=lambda fault: f"{fault.status} {fault.cut}",
)
def test_passing_failures_are_tried_again(web, page, stand_in, time, fault):
    stand_in.faults += [fault, fault]
    assert web.get_json(page) == {"n": 1}
    assert sum(time.slept) == pytest.approx(0.5 * 2 + 0.5 * 4, abs=0.05)  # draw 0.5 of 2**attempt


@pytest.mark.parametrize("asked_as", ["seconds", "date"])
def test_retry_after_is_honoured(web, page, stand_in, time, asked_as):
    after = "7" if asked_as == "seconds" else formatdate(time.now_s + 7, usegmt=True)
    stand_in.faults.append(Answer(429, headers={"Retry-After": after}))
    assert web.get_json(page) == {"n": 1}
    assert max(time.slept) == pytest.approx(7 + 1)


@pytest.mark.parametrize("after", ["soon", "-3", "Mon, 01 Jan 2001 00:00:00 GMT"])
def test_a_senseless_retry_after_counts_as_none(web, page, stand_in, time, after):
    stand_in.faults.append(Answer(503, headers={"Retry-After": after}))
    assert web.get_json(page) == {"n": 1}
    assert max(time.slept) == pytest.approx(1)


def test_a_long_pause_is_not_waited_for(web, page, stand_in, time):
    stand_in.faults.append(Answer(429, headers={"Retry-After": "86400"}))
    with pytest.raises(StoppedError, match="asks for a pause of 86400 s"):
        web.get(page)
    assert not time.slept


def test_tries_end(web, page, stand_in):
    stand_in.faults += [Answer(502)] * 9
    with pytest.raises(WebError, match="/a: status 502") as caught:
        web.get(page)
    assert caught.value.status == 502
    assert len(stand_in.asked) == TRIES
    stand_in.faults.clear()
    stand_in.faults += [Answer(429)] * 9
    with pytest.raises(StoppedError, match="too many requests"):
        web.get(page)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_lasting_failures_are_not_tried_again(web, page, stand_in, status):
    stand_in.faults.append(Answer(status))
    with pytest.raises(WebError, match=f"status {status}"):
        web.get(page)
    assert len(stand_in.asked) == 1


def test_nobody_there(web, page, stand_in):
    with pytest.raises(WebError, match=r"127.0.0.1/x: ConnectError"):
        web.get("http://127.0.0.1:9/x?key=secret")


def test_what_is_not_json_is_named(web, stand_in):
    stand_in.routes["/b"] = lambda _: Answer(body=b"<html>")
    with pytest.raises(WebError, match="expected JSON, got: 6 other bytes"):
        web.get_json(f"{stand_in.url}/b")


@pytest.mark.parametrize("url", ["file:///etc/hosts", "ftp://x/y", "/relative", "http://", ""])
def test_other_addresses_are_refused(web, url):
    with pytest.raises(WebError, match="expected a web address"):
        web.get(url)


def test_answers_are_bounded(web, page, monkeypatch):
    monkeypatch.setattr(web_room, "MAX_BYTES", 4)
    with pytest.raises(WebError, match="expected up to 4 bytes"):
        web.get(page)


def test_keys_are_neither_logged_nor_told(web, page, stand_in, caplog):
    caplog.set_level(logging.DEBUG)
    stand_in.faults += [Answer(500), Answer(404)]
    with pytest.raises(WebError) as caught:
        web.get(page, {"key": "secret"})
    assert "secret" not in caplog.text + str(caught.value)
