"""Files of reports: taken in at once, filed by the worker, taken up again where a worker was killed."""

import gzip
import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, pool, text

from api.commands.work import one_turn
from api.sessions.imports import actions, processing, queries
from api.sessions.imports.processing import FAULTS_AT_MOST, TASKS
from tests.sessions.test_batch import NDJSON, item

FILING, FORGETTING = TASKS


@pytest.fixture
def patient_id(patient):
    return patient.rpartition("/")[2]


@pytest.fixture
def blocks_of_three(monkeypatch):
    monkeypatch.setattr(actions, "BLOCK_LINES", 3)


def started(caller, sent, status=202, **headers):
    """The address of an import of these lines."""
    data = b"\n".join(one if type(one) is bytes else json.dumps(one).encode() for one in sent)
    if headers.get("Content-Encoding") == "gzip":
        data = gzip.compress(data)
    answer = caller.post("/v1/imports", data=data, headers={"Content-Type": NDJSON, **headers})
    assert answer.status_code == status, answer.text
    return answer.headers.get("Location")


def worker(clinic):
    """Opens works as the worker does."""

    @contextmanager
    def works(_clinic_id):
        work = clinic.work(scopes=())
        try:
            yield work
            work.commit()
        finally:
            work.abandon()

    return works


def run(clinic, rounds=100):
    for _ in range(rounds):
        if not FILING.step(worker(clinic), clinic.id):
            return


def result(caller, where):
    return [json.loads(line) for line in caller.get(f"{where}/result").data.splitlines()]


def days(patient_id, count):
    return [item(patient_id, performed_at=f"2025-01-{day:02}T08:00:00Z") for day in range(1, count + 1)]


def test_a_file_is_filed_line_by_line_and_in_order(caller, clinic, patient_id, blocks_of_three):
    good = days(patient_id, 6)
    sent = [good[0], b"no json", good[1], b"", good[0], *good[2:], {**good[1], "rpe": "much"}]
    where = started(caller, sent)
    job = caller.get(where).json
    assert (job["state"], job["sent"], job["filed"]) == ("queued", 9, 0)
    run(clinic)
    job = caller.get(where).json
    assert job["state"] == "done"
    counted = {name: job[name] for name in ("sent", "filed", "accepted", "duplicate", "quarantined")}
    assert counted == {"sent": 9, "filed": 9, "accepted": 6, "duplicate": 1, "quarantined": 2}
    answered = result(caller, where)
    assert [one["line"] for one in answered] == [1, 2, 3, 5, 6, 7, 8, 9, 10]
    assert [one["result"] for one in answered if one["result"] != "accepted"] == [
        "quarantined",
        "duplicate",
        "quarantined",
    ]
    kept = caller.get(f"/v1/sessions/quarantine?import_id={job['id']}").json["items"]
    assert [one["line"] for one in kept] == [10, 2]
    assert caller.get("/v1/imports").json["items"][0]["id"] == job["id"]


def test_a_correction_in_a_later_block_finds_the_report(caller, clinic, patient_id, blocks_of_three):
    good = days(patient_id, 6)
    sent = [*good, {**good[0], "fall": "fall-injury", "correction": {"reason": "She told us later."}}]
    where = started(caller, sent, **{"Content-Encoding": "gzip"})
    run(clinic)
    assert caller.get(where).json["corrected"] == 1
    assert result(caller, where)[-1]["level"] == "urgent"


def test_the_reports_are_of_the_client_that_sent_the_file(caller, clinic, patient_id):
    good = item(patient_id)
    where = started(caller, [good])
    run(clinic)
    session = caller.get(f"/v1/sessions/{good['session_id']}").json
    assert session["source"] == caller.get(where).json["client_id"]
    assert session["versions"][0]["recorded_by"] == session["source"]


def test_the_result_comes_in_gzip_to_who_accepts_that(caller, clinic, patient_id, blocks_of_three):
    where = started(caller, days(patient_id, 5))
    run(clinic)
    plain = caller.get(f"{where}/result").data
    packed = clinic.app.test_client().get(
        f"{where}/result", headers={**caller.usual, "Accept-Encoding": "gzip"}
    )
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain


def test_the_file_is_kept_until_all_is_filed_and_the_result_for_a_while(
    caller, clinic, patient_id, blocks_of_three
):
    where = started(caller, days(patient_id, 5))

    def kept(column):
        work = clinic.work()
        count = text(f"SELECT count({column}) FROM import_blocks WHERE clinic_id = :clinic_id")
        found = work.db.scalar(count, {"clinic_id": clinic.id})
        work.abandon()
        return found

    FILING.step(worker(clinic), clinic.id)
    assert (kept("lines"), kept("results")) == (2, 1)
    assert caller.get(where).json["state"] == "running"
    assert len(result(caller, where)) == 3
    run(clinic)
    assert (kept("lines"), kept("results")) == (0, 2)
    work = clinic.work(moment=processing_moment(caller, where) + queries.KEPT_FOR + timedelta(seconds=1))
    assert FORGETTING.run(work) == 1
    work.commit()
    assert kept("results") == 0
    assert caller.get(f"{where}/result").data == b""
    assert caller.get(where).json["accepted"] == 5


def processing_moment(caller, where):
    from datetime import datetime  # noqa: PLC0415

    return datetime.fromisoformat(caller.get(where).json["ended_at"])


def test_a_cancelled_import_keeps_what_is_filed(caller, clinic, patient_id, blocks_of_three):
    where = started(caller, days(patient_id, 5))
    FILING.step(worker(clinic), clinic.id)
    assert caller.post(f"{where}/cancel").json["state"] == "cancelled"
    run(clinic)
    job = caller.get(where).json
    assert (job["state"], job["filed"], job["sent"]) == ("cancelled", 3, 5)
    assert caller.post(f"{where}/cancel").status_code == 409
    assert caller.post(f"{where}/resume").status_code == 409


def test_a_fault_of_our_own_ends_it_in_the_end_and_it_goes_on_where_it_stopped(
    caller, clinic, patient_id, blocks_of_three, monkeypatch
):
    where = started(caller, days(patient_id, 5))
    FILING.step(worker(clinic), clinic.id)

    def breaks(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(processing, "take_in", breaks)
    for _ in range(FAULTS_AT_MOST):
        with pytest.raises(ZeroDivisionError):
            FILING.step(worker(clinic), clinic.id)
    job = caller.get(where).json
    assert (job["state"], job["filed"]) == ("failed", 3)
    assert FILING.step(worker(clinic), clinic.id) == 0
    monkeypatch.undo()
    assert caller.post(f"{where}/resume").json["state"] == "queued"
    run(clinic)
    job = caller.get(where).json
    assert (job["state"], job["accepted"]) == ("done", 5)


def test_a_worker_that_dies_before_its_commit_leaves_nothing_behind(
    caller, clinic, patient_id, blocks_of_three
):
    where = started(caller, days(patient_id, 5))
    FILING.step(worker(clinic), clinic.id)
    work = clinic.work(scopes=())
    assert processing.file_block(work) == 2
    work.abandon()
    assert caller.get(where).json["filed"] == 3
    run(clinic)
    job = caller.get(where).json
    assert (job["accepted"], job["duplicate"]) == (5, 0)


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        (lambda: b"", {}, 422),
        (lambda: b"\n \n", {}, 422),
        (lambda: b"{}\n" * 100_001, {}, 413),
        (lambda: b" " * ((1 << 20) + 1), {}, 413),
        (lambda: gzip.compress(b"{}\n" * (90 << 20), 1), {"Content-Encoding": "gzip"}, 413),
        (lambda: b"{}", {"Content-Type": "application/json"}, 415),
    ],
    ids=["nothing", "blank", "too many", "too long", "a bomb", "not lines"],
)
def test_a_file_that_is_none_is_refused(caller, data, headers, status):
    answer = caller.post("/v1/imports", data=data(), headers={"Content-Type": NDJSON, **headers})
    assert answer.status_code == status
    assert caller.get("/v1/imports").json["items"] == []


def test_the_same_file_under_one_key_is_one_import(caller):
    first = started(caller, [b"{}"], **{"Idempotency-Key": "file-1"})
    assert started(caller, [b"{}"], **{"Idempotency-Key": "file-1"}) == first
    started(caller, [b"{}", b"{}"], 422, **{"Idempotency-Key": "file-1"})
    assert len(caller.get("/v1/imports").json["items"]) == 1


def test_two_workers_file_two_imports_and_never_one_block_twice(live_clinic, fresh_database):
    caller = live_clinic.caller()
    first, second = (started(caller, days(str(live_clinic.patient()), 4)) for _ in range(2))
    one, other, third = live_clinic.work(), live_clinic.work(), live_clinic.work()
    assert [processing.file_block(work) for work in (one, other, third)] == [4, 4, 0]
    for work in (one, other, third):
        work.commit()
    jobs = create_engine(fresh_database.jobs_database_url, poolclass=pool.NullPool)
    with live_clinic.app.app_context():
        assert one_turn(jobs, TASKS) == (2, 0)
    for where in (first, second):
        job = caller.get(where).json
        assert (job["state"], job["accepted"], job["duplicate"]) == ("done", 4, 0)
