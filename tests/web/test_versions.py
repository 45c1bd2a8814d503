"""A change says which version it changes, so that nobody's change is lost."""

import pytest
from sqlalchemy import text

from api.access.tables import Practitioner


@pytest.fixture
def nurse(caller):
    answer = caller.post("/v1/staff", json={"name": "Ada", "role": "nurse"})
    return answer.headers["Location"]


def test_the_etag_is_the_version(caller, nurse):
    assert caller.get(nurse).headers["ETag"] == '"1"'
    changed = caller.patch(nurse, json={"name": "Bea"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"], changed.json["name"]) == (200, '"2"', "Bea")
    assert caller.get(nurse).headers["ETag"] == '"2"'


@pytest.mark.parametrize("headers", [{}, {"If-Match": "*"}])
def test_a_change_without_its_version_is_refused(caller, nurse, headers):
    answer = caller.patch(nurse, json={"name": "Bea"}, headers=headers)
    assert (answer.status_code, answer.json["type"]) == (428, "/problems/precondition-required")


def test_a_stale_change_is_refused_and_changes_nothing(caller, nurse):
    caller.patch(nurse, json={"name": "Bea"}, headers={"If-Match": '"1"'})
    answer = caller.patch(nurse, json={"name": "Eva"}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json["type"]) == (412, "/problems/stale-version")
    assert caller.get(nurse).json["name"] == "Bea"


@pytest.mark.parametrize("tag", ["1", 'W/"1"', '"x"', '"1", "2"', '""', '"0"', '"99999999999"'])
def test_a_malformed_version_is_refused(caller, nurse, tag):
    assert caller.patch(nurse, json={"name": "Bea"}, headers={"If-Match": tag}).status_code == 400


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', '"7", "1"', "*"])
def test_what_the_client_already_has_is_not_sent_again(caller, nurse, tag):
    answer = caller.get(nurse, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", '"1"')


def test_what_the_client_does_not_have_is_sent(caller, nurse):
    assert caller.get(nurse, headers={"If-None-Match": '"7"'}).status_code == 200


def test_a_change_between_reading_and_writing_is_stale(live_clinic, live_app, monkeypatch):
    caller = live_clinic.caller()
    nurse = caller.post("/v1/staff", json={"name": "Ada", "role": "nurse"}).headers["Location"]
    set_name = Practitioner.__setattr__

    def interfere(row, name, value):
        if name == "name":
            work = live_clinic.work()
            work.db.execute(
                text("UPDATE staff SET version = version + 1 WHERE clinic_id = :c"), {"c": live_clinic.id}
            )
            work.commit()
        set_name(row, name, value)

    monkeypatch.setattr(Practitioner, "__setattr__", interfere)
    answer = caller.patch(nurse, json={"name": "Bea"}, headers={"If-Match": '"1"'})
    assert answer.status_code == 412
