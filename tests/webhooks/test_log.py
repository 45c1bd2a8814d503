"""The log of what happened: complete, in order, and only of the clinic."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, pool

from api.database.outbox import EventName
from api.webhooks import sequencing
from tests.webhooks.conftest import Worker


def places(caller, **query):
    answer = caller.get("/v1/events", query_string=query)
    assert answer.status_code == 200, answer.text
    return [event["sequence"] for event in answer.json["items"]]


def test_an_event_is_read_once_it_has_its_place(caller, worker):
    patient_id = uuid4()
    (subject,) = worker.tell(EventName.ALERT_RAISED, patient_id=patient_id)
    assert places(caller) == []
    assert worker.place() == 1
    (event,) = caller.get("/v1/events").json["items"]
    assert event.pop("id")
    assert event.pop("at")
    assert event == {
        "sequence": 1,
        "type": "alert.raised",
        "subject": "alert",
        "subject_id": subject,
        "patient_id": str(patient_id),
    }


def test_the_log_goes_on_behind_any_place_and_can_be_read_again(caller, worker):
    worker.tell(*[EventName.SESSION_REPORTED] * 5)
    worker.place()
    first = caller.get("/v1/events?limit=2")
    assert [event["sequence"] for event in first.json["items"]] == [1, 2]
    assert first.json["next"] == 2
    assert first.headers["Link"] == '</v1/events?limit=2&after=2>; rel="next"'
    assert places(caller, after=2) == [3, 4, 5]
    assert places(caller, after=4, limit=1) == [5]
    assert places(caller, after=5) == places(caller, after=99) == []
    assert places(caller) == [1, 2, 3, 4, 5]
    worker.tell(EventName.SESSION_REPORTED)
    worker.place()
    assert places(caller, after=5) == [6]


def test_the_log_is_filtered_by_name_and_patient(caller, worker):
    here, there = uuid4(), uuid4()
    worker.tell(EventName.ALERT_RAISED, EventName.LOCK_PLACED, patient_id=here)
    worker.tell(EventName.ALERT_RAISED, patient_id=there)
    worker.place()
    assert places(caller, name="alert.raised") == [1, 3]
    assert places(caller, patient_id=str(here)) == [1, 2]
    assert places(caller, patient_id=str(here), name="alert.raised", after=1) == []
    assert caller.get("/v1/events?name=alert.invented").status_code == 422


def test_each_clinic_has_a_log_of_its_own(caller, worker, other_clinic):
    worker.tell(EventName.ALERT_RAISED)
    worker.place()
    there = Worker(clinic=other_clinic)
    there.tell(EventName.ALERT_RAISED, EventName.ALERT_RESOLVED)
    there.place()
    assert places(caller) == [1]
    assert places(other_clinic.caller()) == [1, 2]


def test_events_get_places_in_the_order_of_their_ids_among_those_committed(caller, worker, clinic):
    late = clinic.work()
    late_id = late.tell(EventName.ALERT_RAISED, "alert", uuid4(), patient_id=None)
    worker.tell(EventName.ALERT_CHANGED, EventName.ALERT_RESOLVED)
    assert worker.place() == 2
    late.commit()
    assert worker.place() == 1
    items = caller.get("/v1/events").json["items"]
    assert [item["sequence"] for item in items] == [1, 2, 3]
    assert items[2]["id"] == str(late_id)
    assert items[2]["id"] < items[0]["id"]


@pytest.fixture
def jobs(fresh_database):
    engine = create_engine(fresh_database.jobs_database_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        yield connection


def test_the_clinics_with_events_that_wait_are_listed(live_clinic, jobs):
    worker = Worker(clinic=live_clinic)
    assert sequencing.waiting(jobs, worker.moment) == []
    worker.tell(EventName.ALERT_RAISED, EventName.ALERT_RAISED)
    assert sequencing.waiting(jobs, worker.moment) == [live_clinic.id]
    worker.place()
    assert sequencing.waiting(jobs, worker.moment) == []


def test_workers_and_writers_at_once_leave_no_gap_and_no_reader_misses_anything(live_clinic):
    worker = Worker(clinic=live_clinic)
    caller_of = live_clinic.caller()
    seen = []

    def write(_):
        worker.tell(EventName.SESSION_REPORTED)

    def read():
        after = seen[-1] if seen else 0
        seen.extend(places(caller_of, after=after))

    with ThreadPoolExecutor(4) as threads:
        writing = [threads.submit(write, number) for number in range(40)]
        while not all(one.done() for one in writing):
            placing = [threads.submit(worker.place) for _ in range(2)]
            read()
            for one in placing:
                one.result()
    while worker.place():
        pass
    read()
    assert seen == list(range(1, 41))
