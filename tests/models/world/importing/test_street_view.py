import json
import logging

import pytest

from models.world.importing.source import StoppedError
from models.world.importing.street_view import Coverage, street_view_at
from tests.models.world.importing.online import Answer

PLACE = (40.457375, -80.009353)
# As documented.
OK = {
    "copyright": "© 2017 Google",
    "date": "2016-05",
    "location": {"lat": 40.4573, "lng": -80.0094},
    "pano_id": "tu510ie_z4ptBZYo2BGEJg",
    "status": "OK",
}


def says(body):
    return Answer(body=json.dumps(body).encode())


@pytest.fixture
def ask(web, stand_in):
    stand_in.routes["/maps/api/streetview/metadata"] = lambda _: says(OK)
    return lambda: street_view_at(web, "secret", PLACE, api=f"{stand_in.url}/maps/api/streetview")


def test_where_it_was(ask, stand_in):
    assert ask() == Coverage(
        "tu510ie_z4ptBZYo2BGEJg", 40.4573, -80.0094, "2016-05", "© 2017 Google"
    )
    (asked,) = stand_in.asked
    assert asked.query == {
        "location": "40.4573750,-80.0093530",
        "source": "outdoor",
        "key": "secret",
    }


@pytest.mark.parametrize("status", ["ZERO_RESULTS", "NOT_FOUND"])
def test_where_it_was_not(ask, stand_in, status):
    stand_in.faults.append(says({"status": status}))
    assert ask() is None


@pytest.mark.parametrize("status", ["OVER_QUERY_LIMIT", "REQUEST_DENIED", "INVALID_REQUEST"])
def test_a_refusal_is_final(ask, stand_in, status):
    stand_in.faults.append(says({"status": status, "error_message": "The key secret is bad"}))
    with pytest.raises(StoppedError, match=f"got: {status}") as caught:
        ask()
    assert len(stand_in.asked) == 1
    assert "secret" not in str(caught.value)


def test_trouble_passes(ask, stand_in):
    stand_in.faults += [says({"status": "UNKNOWN_ERROR"}), Answer(500)]
    assert ask() is not None


@pytest.mark.parametrize("answer", [says([]), Answer(body=b"<html>"), Answer(403)])
def test_another_answer_is_named_without_the_key(ask, stand_in, answer, caplog):
    caplog.set_level(logging.DEBUG)
    stand_in.faults.append(answer)
    with pytest.raises(StoppedError, match="Street View: ") as caught:
        ask()
    assert "secret" not in caplog.text + str(caught.value)
