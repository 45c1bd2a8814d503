"""Events reach a real receiver: signed, in each patient's order, again until received; ids only."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, pool
from standardwebhooks import Webhook, WebhookVerificationError

from api.database.outbox import EventName
from api.webhooks import actions, delivery
from api.webhooks.sending import Sender
from tests.webhooks.conftest import Worker

DAY = timedelta(days=1)


def deliveries(caller, webhook, **query):
    answer = caller.get(f"/v1/webhooks/{webhook['id']}/deliveries", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


def state(caller, webhook):
    shown = caller.get(f"/v1/webhooks/{webhook['id']}").json
    return shown["state"], shown["disabled_because"]


def test_an_event_is_received_with_a_signature_that_holds(caller, worker, receiver, register):
    webhook = register(receiver.url)
    patient_id = uuid4()
    (subject,) = worker.tell(EventName.ALERT_RAISED, patient_id=patient_id)
    assert worker.turn() == 1
    (got,) = receiver.received
    message = Webhook(webhook["secret"]).verify(got.body, got.headers)
    event = caller.get("/v1/events").json["items"][0]
    assert message == {
        "type": "alert.raised",
        "timestamp": event["at"],
        "data": {
            "id": event["id"],
            "sequence": 1,
            "subject": "alert",
            "subject_id": subject,
            "patient_id": str(patient_id),
            "clinic_id": str(worker.clinic.id),
        },
    }
    assert got.id == event["id"]
    assert got.headers["content-type"] == "application/json"
    (kept,) = deliveries(caller, webhook)
    assert (kept["state"], kept["event_id"], kept["type"]) == ("delivered", event["id"], "alert.raised")
    assert [(one["status"], one["fault"]) for one in kept["attempts"]] == [(204, None)]


@pytest.mark.parametrize("tampered", ["secret", "body", "id", "timestamp"])
def test_a_signature_does_not_hold_for_anything_else(worker, receiver, register, tampered):
    webhook, other = register(receiver.url), register("https://other.example/x")
    worker.tell()
    worker.turn()
    (got,) = receiver.received
    secret = (other if tampered == "secret" else webhook)["secret"]
    headers = dict(got.headers)
    if tampered == "id":
        headers["webhook-id"] = str(uuid4())
    if tampered == "timestamp":
        headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) + 1)
    body = got.body.replace(b"raised", b"raised ") if tampered == "body" else got.body
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers)


def test_after_a_rotation_both_secrets_sign_for_a_day(caller, clinic, receiver, register):
    old = register(receiver.url)
    new = caller.post(f"/v1/webhooks/{old['id']}/rotate-secret").json
    overlap = datetime.fromisoformat(new["overlap_until"]) - datetime.now(UTC)
    assert DAY - timedelta(minutes=1) < overlap <= DAY
    worker = Worker(clinic=clinic)
    worker.tell()
    worker.turn()
    got = receiver.received[0]
    for secret in (old["secret"], new["secret"]):
        Webhook(secret).verify(got.body, got.headers)
    worker.later(hours=24, minutes=1).tell()
    worker.turn()
    got = receiver.received[1]
    assert len(got.headers["webhook-signature"].split()) == 1
    moment = datetime.fromtimestamp(int(got.headers["webhook-timestamp"]), UTC)
    signed = Webhook(new["secret"]).sign(msg_id=got.id, timestamp=moment, data=got.body.decode())
    assert got.headers["webhook-signature"] == signed


def test_only_the_events_that_it_wants_are_sent_and_a_test_only_to_it(caller, worker, receiver, register):
    webhook = register(receiver.url, events=["lock.placed"])
    register(receiver.url + "/all")
    worker.tell(EventName.ALERT_RAISED, EventName.LOCK_PLACED)
    worker.turn()
    fired = caller.post(f"/v1/webhooks/{webhook['id']}/test")
    assert fired.status_code == 202
    worker.later(seconds=1).turn()
    got = [(one.path, one.message["type"]) for one in receiver.received]
    assert sorted(got) == [
        ("/hook", "lock.placed"),
        ("/hook", "webhook.test"),
        ("/hook/all", "alert.raised"),
        ("/hook/all", "lock.placed"),
    ]
    assert fired.json["event_id"] in {one.id for one in receiver.received}


def test_what_happened_before_is_not_sent_nor_what_happens_while_it_is_disabled(
    caller, worker, receiver, register
):
    worker.tell()
    worker.place()
    webhook = register(receiver.url)
    caller.delete(f"/v1/webhooks/{webhook['id']}")
    worker.tell()
    assert worker.turn() == 0
    assert deliveries(caller, webhook) == []


def test_a_later_event_of_a_patient_waits_for_the_earlier_and_no_other_patient_does(
    worker, receiver, register
):
    register(receiver.url)
    here, there = uuid4(), uuid4()
    first, second = worker.tell(EventName.ALERT_RAISED, EventName.ALERT_RESOLVED, patient_id=here)
    (other,) = worker.tell(patient_id=there)
    receiver.status = 500
    worker.turn()
    assert sorted(receiver.subjects) == sorted([first, other])
    receiver.status = 204
    receiver.received.clear()
    worker.later(seconds=6).turn()
    assert receiver.subjects.index(first) < receiver.subjects.index(second)
    assert set(receiver.subjects) == {first, second, other}


def test_many_events_of_many_patients_come_in_the_order_of_each(worker, receiver, register):
    register(receiver.url)
    patients = [uuid4() for _ in range(4)]
    told = {}
    for _ in range(6):
        for patient in patients:
            told.setdefault(str(patient), []).extend(worker.tell(patient_id=patient))
    assert worker.turn() == 24
    got = {}
    for one in receiver.received:
        data = one.message["data"]
        got.setdefault(data["patient_id"], []).append(data["subject_id"])
    assert got == told


def test_a_long_line_of_one_patient_holds_up_nobody_else(caller, worker, receiver, register):
    webhook = register(receiver.url)
    first, *rest = worker.tell(*[EventName.SESSION_REPORTED] * 30, patient_id=uuid4())
    receiver.status = 500
    worker.turn()
    receiver.status = 204
    receiver.received.clear()
    (other,) = worker.tell(patient_id=uuid4())
    (nobodys,) = worker.tell(EventName.IMPORT_FINISHED)
    worker.later(seconds=1).turn()
    assert sorted(receiver.subjects) == sorted([other, nobodys])
    waiting = deliveries(caller, webhook, state="waiting")
    assert [one["due_at"] is None for one in waiting] == [True] * 29 + [False]
    worker.later(seconds=6).turn()
    assert receiver.subjects[2:] == [first, *rest]


def test_what_is_sent_again_comes_in_its_order_and_behind_what_waits(caller, worker, receiver, register):
    webhook = register(receiver.url)
    subjects = worker.tell(*[EventName.SESSION_REPORTED] * 5, patient_id=uuid4())
    worker.turn()
    since = {"since": "2026-01-01T00:00:00Z"}
    caller.post(f"/v1/webhooks/{webhook['id']}/redeliver", json=since)
    worker.later(seconds=1).turn()
    assert receiver.subjects == subjects * 2
    last = deliveries(caller, webhook)[0]
    receiver.status = 500
    (held,) = worker.tell(patient_id=last["patient_id"])
    worker.turn()
    again = caller.post(f"/v1/webhooks/{webhook['id']}/deliveries/{last['id']}/redeliver").json
    assert again["state"] == "waiting"
    receiver.received.clear()
    receiver.status = 204
    worker.later(seconds=6).turn()
    assert receiver.subjects == [subjects[-1], held]


def test_it_is_tried_again_over_a_day_and_then_given_up(caller, worker, receiver, register):
    webhook = register(receiver.url)
    patient = uuid4()
    _, second = worker.tell(EventName.ALERT_RAISED, EventName.ALERT_CHANGED, patient_id=patient)
    receiver.status = 503
    worker.turn()
    began = worker.moment
    for tries, delay in enumerate(delivery.DELAYS, start=1):
        assert len(receiver.received) == tries
        worker.later(seconds=delay.total_seconds() * delivery.SHORTEST - 1).turn()
        assert len(receiver.received) == tries, "too early"
        worker.later(seconds=delay.total_seconds() * (1 - delivery.SHORTEST) + 1).turn()
    assert len(receiver.received) == len(delivery.DELAYS) + 1
    assert timedelta(hours=23) < worker.moment - began <= DAY
    assert len({one.id for one in receiver.received}) == 1
    given_up = deliveries(caller, webhook, state="given-up")
    assert [len(one["attempts"]) for one in given_up] == [8]
    assert {one["fault"] for one in given_up[0]["attempts"]} == {"status"}
    receiver.status = 200
    worker.later(seconds=1).turn()
    assert receiver.subjects[-1] == second


def test_an_endpoint_that_fails_says_so_and_recovers(caller, worker, receiver, register):
    webhook = register(receiver.url)
    worker.tell(*[EventName.ALERT_RAISED] * 5)
    receiver.status = 500
    worker.turn()
    assert state(caller, webhook) == ("failing", None)
    receiver.received.clear()
    worker.later(seconds=6).deliver()
    assert len(receiver.received) == 1, "a failing endpoint is called once at a time"
    receiver.status = 204
    assert worker.turn() == 4
    assert state(caller, webhook) == ("enabled", None)
    assert worker.later(minutes=6).turn() == 1


def test_an_endpoint_that_receives_nothing_for_five_days_is_disabled(caller, worker, receiver, register):
    webhook = register(receiver.url)
    receiver.status = 500
    worker.tell()
    worker.turn()
    worker.later(days=4, hours=23).tell()
    worker.turn()
    assert state(caller, webhook) == ("failing", None)
    worker.later(hours=2).turn()
    assert state(caller, webhook) == ("disabled", "failing")
    assert {one["state"] for one in deliveries(caller, webhook)} == {"given-up"}


def test_410_disables_at_once_and_gives_up_what_waits(caller, worker, receiver, register):
    webhook = register(receiver.url)
    worker.tell(EventName.ALERT_RAISED, EventName.ALERT_CHANGED, patient_id=uuid4())
    receiver.status = 410
    worker.turn()
    assert len(receiver.received) == 1
    assert state(caller, webhook) == ("disabled", "gone")
    assert [one["state"] for one in deliveries(caller, webhook)] == ["given-up", "given-up"]
    worker.later(days=1).turn()
    assert len(receiver.received) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(caller, worker, receiver, register, status):
    webhook = register(receiver.url)
    receiver.status, receiver.headers = status, {"Location": "/elsewhere"}
    worker.tell()
    worker.turn()
    assert [one.path for one in receiver.received] == ["/hook"]
    (attempt,) = deliveries(caller, webhook)[0]["attempts"]
    assert (attempt["status"], attempt["fault"]) == (status, "status")


def test_one_delivery_is_sent_again_on_request(caller, worker, receiver, register):
    webhook = register(receiver.url)
    worker.tell(EventName.ALERT_RAISED, EventName.ALERT_CHANGED)
    worker.turn()
    one = deliveries(caller, webhook)[0]
    again = caller.post(f"/v1/webhooks/{webhook['id']}/deliveries/{one['id']}/redeliver")
    assert (again.status_code, again.json["state"]) == (202, "waiting")
    worker.later(seconds=1).turn()
    assert [one.id for one in receiver.received].count(one["event_id"]) == 2
    assert len(receiver.received) == 3
    assert [len(kept["attempts"]) for kept in deliveries(caller, webhook)] == [2, 1]


def test_a_delivery_that_waits_for_its_next_try_is_sent_at_once_on_request(
    caller, worker, receiver, register
):
    webhook = register(receiver.url)
    worker.tell()
    receiver.status = 500
    worker.turn()
    worker.later(seconds=6).turn()
    receiver.status = 204
    (one,) = deliveries(caller, webhook)
    caller.post(f"/v1/webhooks/{webhook['id']}/deliveries/{one['id']}/redeliver")
    assert worker.later(seconds=1).turn() == 1


def test_everything_since_a_moment_is_sent_again_on_request(caller, worker, receiver, register):
    webhook = register(receiver.url)
    worker.later(hours=-2).tell()
    worker.later(hours=1).tell(EventName.LOCK_PLACED, EventName.LOCK_LIFTED)
    worker.later(hours=1).turn()
    since = (worker.moment - timedelta(minutes=90)).isoformat()
    answer = caller.post(f"/v1/webhooks/{webhook['id']}/redeliver", json={"since": since})
    assert (answer.status_code, answer.json) == (202, {"queued": 2})
    worker.later(seconds=1).turn()
    assert len(receiver.received) == 5
    assert {one.message["type"] for one in receiver.received[3:]} == {"lock.placed", "lock.lifted"}


def test_deliveries_are_listed_newest_first_in_pages(caller, worker, receiver, register):
    webhook = register(receiver.url)
    worker.tell(*[EventName.ALERT_RAISED] * 3)
    worker.turn()
    first = caller.get(f"/v1/webhooks/{webhook['id']}/deliveries?limit=2").json
    rest = caller.get(f"/v1/webhooks/{webhook['id']}/deliveries?limit=2&after={first['next']}").json
    assert [one["sequence"] for one in first["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next"] is None


def test_a_worker_killed_before_its_call_loses_nothing(worker, receiver, register):
    register(receiver.url)
    worker.tell()
    worker.place()
    assert len(worker.take()) == 1
    assert worker.later(seconds=59).turn() == 0
    assert worker.later(seconds=2).turn() == 1
    assert len(receiver.received) == 1


def test_a_worker_killed_after_its_call_sends_again_under_the_same_id(caller, worker, receiver, register):
    webhook = register(receiver.url)
    worker.tell()
    worker.place()
    worker.sender.send_all([parcel.call for parcel in worker.take()])
    worker.later(seconds=61).turn()
    first, again = receiver.received
    assert first.id == again.id
    assert deliveries(caller, webhook)[0]["state"] == "delivered"


def test_what_comes_late_of_a_lost_lease_is_noted_and_changes_nothing(caller, worker, receiver, register):
    webhook = register(receiver.url)
    worker.tell()
    worker.place()
    late = worker.take()
    receiver.status = 500
    answers = worker.sender.send_all([parcel.call for parcel in late])
    receiver.status = 204
    worker.later(seconds=61).turn()
    with worker.opening() as work:
        delivery.keep(work, list(zip(late, answers, strict=True)))
    (kept,) = deliveries(caller, webhook)
    assert kept["state"] == "delivered"
    assert sorted(one["status"] for one in kept["attempts"]) == [204, 500]


def test_a_webhook_disabled_during_a_call_stays_disabled(caller, worker, receiver, register):
    webhook = register(receiver.url)
    worker.tell(EventName.ALERT_RAISED, EventName.ALERT_CHANGED)
    worker.place()
    parcels = worker.take()
    caller.delete(f"/v1/webhooks/{webhook['id']}")
    receiver.status = 500
    answers = worker.sender.send_all([parcel.call for parcel in parcels])
    with worker.opening() as work:
        delivery.keep(work, list(zip(parcels, answers, strict=True)))
    assert state(caller, webhook) == ("disabled", "asked")
    assert {one["state"] for one in deliveries(caller, webhook)} == {"given-up"}


def walked(value):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from walked(inner)
    else:
        yield value


def test_a_message_holds_ids_and_nothing_that_is_known_of_the_patient(clinic, worker, receiver, register):
    register(receiver.url)
    patient_id = clinic.patient(family="Rossi", birth_date=datetime(1950, 3, 1, tzinfo=UTC).date())
    subjects = worker.tell(
        *[name for name in EventName if name is not EventName.WEBHOOK_TEST], patient_id=patient_id
    )
    worker.turn()
    assert len(receiver.received) == len(subjects) == len(EventName) - 1
    for got in receiver.received:
        told = set(walked(got.message))
        ids = {got.id, str(patient_id), str(clinic.id), got.message["data"]["subject_id"]}
        names = {
            "type",
            "timestamp",
            "data",
            "id",
            "sequence",
            "subject",
            "subject_id",
            "patient_id",
            "clinic_id",
        }
        known = {got.message["type"], got.message["type"].partition(".")[0], got.message["timestamp"]}
        assert told == ids | names | known | {got.message["data"]["sequence"]}
        assert b"Rossi" not in got.body
        assert "1950" not in str(got.headers) + got.path


def test_two_workers_at_once_send_everything_once_and_in_order(live_clinic, receiver):
    worker = Worker(clinic=live_clinic)
    with worker.opening() as work:
        actions.register(work, actions.NewEndpoint(url=receiver.url, description=None, events=None))
    told = {}
    for _ in range(5):
        for patient in told or [uuid4() for _ in range(6)]:
            told.setdefault(patient, []).extend(worker.tell(patient_id=patient))
    with ThreadPoolExecutor(2) as threads:
        for _ in range(20):
            for one in [threads.submit(worker.turn) for _ in range(2)]:
                one.result()
    got = {}
    for one in receiver.received:
        got.setdefault(one.message["data"]["patient_id"], []).append(one.message["data"]["subject_id"])
    assert got == {str(patient): subjects for patient, subjects in told.items()}


def test_no_transaction_is_open_while_the_receiver_takes_its_time(live_clinic, fresh_database, receiver):
    worker = Worker(clinic=live_clinic)
    with worker.opening() as work:
        actions.register(work, actions.NewEndpoint(url=receiver.url, description=None, events=None))
    worker.tell()
    worker.place()
    busy = []

    class Watching(Sender):
        def send_all(self, calls):
            busy.append(live_clinic.building.engine.pool.checkedout())
            return super().send_all(calls)

    worker.sender = Watching(private=True)
    assert worker.turn() == 1
    assert busy == [0]
    engine = create_engine(fresh_database.jobs_database_url, poolclass=pool.NullPool)
    with engine.connect() as jobs:
        assert delivery.due(jobs, worker.moment) == []
        worker.tell()
        worker.place()
        assert delivery.due(jobs, worker.moment) == [live_clinic.id]
