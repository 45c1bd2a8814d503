"""What falls due is checked again by the worker: expiries, another release, later revisions."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, pool, select, text

from api.caller import CONSOLE
from api.clinical.knowledge import library
from api.commands.work import one_turn
from api.database.audit import AuditEvent
from api.prescriptions import due
from tests.next_release import next_release
from tests.prescriptions.wire import (
    address,
    content,
    from_now,
    on_file,
    override,
    redraft,
    sign,
    signed,
    tell,
)

ROME = ZoneInfo("Europe/Rome")
BRISK = "walk-brisk"
DROP = "neuro-foot-drop"
EXPIRED, OTHER_RELEASE = due.TASKS


def work_done(clinic, clock, *tasks):
    """Let the worker do what is due at the moment; how many prescriptions it checked."""
    done = 0
    for task in tasks or due.TASKS:
        step = 1
        while step:
            work = clinic.work(client_id=CONSOLE, scopes=(), moment=clock.now)
            step = task.run(work)
            work.commit()
            done += step
    return done


def causes(caller):
    (alert,) = caller.get("/v1/alerts").json["items"]
    return caller.get(f"/v1/alerts/{alert['id']}").json["causes"]


@pytest.fixture(scope="module")
def newer(tmp_path_factory):
    """A release in which fewer may exercise."""
    return library.read(next_release(tmp_path_factory.mktemp("next") / "knowledge"))


def test_an_override_that_expired_pauses(clinic, clock, lasting, signer):
    given = override(signer, DROP, BRISK, expires_at=from_now(hours=2))
    made = signed(lasting, on_file(lasting, foot_drop="yes"), signer, BRISK, overrides=[given])
    clock.forward(hours=1)
    assert work_done(clinic, clock) == 0
    clock.forward(hours=1)
    assert work_done(clinic, clock) == 1
    assert lasting.get(address(made)).json["safety"] == "paused"
    (cause,) = causes(lasting)
    assert cause["detail"]["overrides"] == [
        {"rule_id": DROP, "exercise_id": BRISK, "changed": [], "expired": True}
    ]
    assert work_done(clinic, clock) == 0


def test_facts_that_expired_pause_and_are_named(clinic, clock, lasting, signer):
    made = signed(lasting, on_file(lasting), signer)
    clock.forward(days=40)
    assert work_done(clinic, clock) == 1
    assert lasting.get(address(made)).json["safety"] == "needs-review"
    (alert,) = lasting.get("/v1/alerts").json["items"]
    (cause,) = causes(lasting)
    assert cause["detail"]["decision"] == {"before": "modified", "after": "insufficient-data"}
    assert alert["level"] == "review"
    assert cause["detail"]["facts_told"] == []
    assert set(cause["detail"]["missing"]) <= set(cause["detail"]["facts_expired"])
    assert cause["detail"]["missing"]


def test_a_clearance_that_expired_pauses(clinic, clock, lasting, signer):
    swimmer = on_file(lasting, medications=["metformin", "insulin"])
    clearance = {"rule_id": "hypo-unawareness", "practitioner_id": signer, "expires_at": from_now(hours=5)}
    assert lasting.post(f"{swimmer}/clearances", json=clearance).status_code == 201
    made = signed(lasting, swimmer, signer, "swim-laps")
    clock.forward(hours=5)
    assert work_done(clinic, clock) == 1
    assert lasting.get(address(made)).json["safety"] == "paused"
    (cause,) = causes(lasting)
    assert cause["detail"]["clearances"] == [{"rule_id": "hypo-unawareness", "what": "expired"}]


def test_a_later_revision_is_looked_at_when_it_takes_effect(clinic, clock, lasting, signer):
    made = signed(lasting, on_file(lasting, foot_drop="yes"), signer, "recumbent-cycle-easy")
    first_day = (clock.now + timedelta(days=3)).date().isoformat()
    later = content(
        BRISK, reason="Walks.", effective_from=first_day, overrides=[override(signer, DROP, BRISK)]
    )
    assert sign(lasting, redraft(lasting, made, later).json, signer).status_code == 200
    work = clinic.work()
    due_on = work.db.scalar(
        text("SELECT check_due_at FROM prescriptions WHERE clinic_id = :clinic AND id = :id"),
        {"clinic": clinic.id, "id": made["id"]},
    )
    work.abandon()
    assert due_on <= datetime.fromisoformat(first_day).replace(tzinfo=UTC)


@pytest.fixture
def newer_answers(newer, monkeypatch):
    """Lets the newer release answer from now on; both hashes."""

    def answer():
        before = library.load()
        monkeypatch.setattr(library, "load", lambda: newer)
        return before.sha256, newer.sha256

    return answer


def test_another_release_checks_again_and_is_named(clinic, clock, lasting, signer, newer_answers):
    made = signed(lasting, on_file(lasting, resting_sys=95, resting_dia=60), signer)
    before, after = newer_answers()
    assert work_done(clinic, clock, OTHER_RELEASE) == 0
    clock.forward(seconds=31)
    assert work_done(clinic, clock, OTHER_RELEASE) == 1
    assert lasting.get(address(made)).json["safety"] == "needs-review"
    (cause,) = causes(lasting)
    assert cause["detail"]["release"] == {"before": before, "after": after}
    assert cause["level"] == "urgent"
    assert work_done(clinic, clock) == 0


def test_a_day_that_passes_is_enough(clinic, clock, lasting, signer):
    patient = on_file(lasting)
    made = signed(lasting, patient, signer, "pool-walk")
    day = (clock.now.astimezone(ROME) - timedelta(days=41)).date().isoformat()
    tell(lasting, patient, eye_procedure="vitrectomy-or-retinal-surgery", eye_procedure_date=day)
    assert lasting.get(address(made)).json["safety"] == "paused"
    clock.now = datetime.combine((clock.now.astimezone(ROME) + timedelta(days=1)).date(), time.min, ROME)
    assert work_done(clinic, clock) == 1
    assert lasting.get(address(made)).json["safety"] == "safe"


def test_what_has_ended_is_never_due(clinic, clock, lasting, signer):
    made = signed(lasting, on_file(lasting), signer)
    stopped = lasting.post(f"{address(made)}/stop", json={"practitioner_id": signer, "reason": "So."})
    assert stopped.status_code == 200
    clock.forward(days=60)
    assert work_done(clinic, clock) == 0


def test_what_is_past_its_last_day_stays_until_a_clinician_ends_it(clinic, clock, lasting, signer):
    patient = on_file(lasting)
    made = signed(lasting, patient, signer, ends_on=(clock.now + timedelta(days=2)).date().isoformat())
    clock.forward(days=5)
    work_done(clinic, clock)
    tell(lasting, patient, foot_ulcer_left="active")
    after = lasting.get(address(made)).json
    assert (after["state"], after["safety"]) == ("active", "needs-review")


def test_a_recheck_of_the_worker_takes_a_fixed_number_of_statements(
    clinic, clock, lasting, signer, statements
):
    signed(lasting, on_file(lasting), signer, "recumbent-cycle-easy", "walk-moderate", BRISK)
    clock.forward(days=1)
    work = clinic.work(client_id=CONSOLE, scopes=(), moment=clock.now)
    # whose turn, whether it is still due; prescriptions, evidence, clearances, revisions, overrides, standing
    with statements.at_most(8):
        assert EXPIRED.run(work) == 1
        work.commit()
    with statements.at_most(1):
        work = clinic.work(client_id=CONSOLE, scopes=(), moment=clock.now)
        assert EXPIRED.run(work) == 0
        work.commit()


def test_who_failed_is_left_aside_for_a_time_that_doubles():
    tries, patient, moment = due.Tries(), uuid4(), datetime(2026, 1, 1, tzinfo=UTC)
    waits = []
    for _ in range(14):
        tries.begin(patient, moment)
        assert tries.aside(moment) == [patient]
        waits.append(next(n for n in range(1, 4000) if not tries.aside(moment + timedelta(seconds=n))))
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == 3600
    tries.succeed(patient)
    assert tries.aside(moment) == []


@pytest.fixture
def live_due(live_clinic, clock):
    """Makes prescriptions in a live clinic whose overrides have expired since; the ids."""

    def make(number):
        token = live_clinic.token(live_clinic.register()[0])
        caller, signer = live_clinic.calling(token), str(live_clinic.practitioner())
        now = clock.now
        clock.forward(hours=-2)
        given = override(signer, DROP, BRISK, expires_at=from_now(hours=1))
        made = [
            signed(caller, on_file(caller, foot_drop="yes"), signer, BRISK, overrides=[given])["id"]
            for _ in range(number)
        ]
        clock.now = now
        return made

    return make


@pytest.fixture
def jobs(fresh_database):
    return create_engine(fresh_database.jobs_database_url, poolclass=pool.NullPool)


def rechecks(live_clinic):
    """How often each prescription was found otherwise."""
    work = live_clinic.work()
    acts = work.db.scalars(
        select(AuditEvent.subject_id).where(
            AuditEvent.clinic_id == live_clinic.id, AuditEvent.action == "prescription.rechecked"
        )
    ).all()
    work.abandon()
    return {str(one): acts.count(one) - 1 for one in acts}  # the first was the signature's


def test_two_workers_at_once_do_nothing_twice(live_app, live_clinic, live_due, jobs):
    made = live_due(12)

    def turn():
        with live_app.app_context():
            return one_turn(jobs, due.TASKS)

    with ThreadPoolExecutor(2) as pool_of_two:
        turns = [future.result() for future in [pool_of_two.submit(turn) for _ in range(2)]]
    assert [failed for _, failed in turns] == [0, 0]
    assert sum(done for done, _ in turns) == len(made)
    assert rechecks(live_clinic) == dict.fromkeys(made, 1)


@pytest.fixture
def spoil(fresh_database, live_clinic):
    """Spoils what was signed of a prescription, as only the owner of the database can."""

    def spoil(prescription_id):
        owner = create_engine(fresh_database.owner_database_url, poolclass=pool.NullPool)
        with owner.begin() as connection:
            connection.execute(text(f"SET LOCAL app.clinic_id = '{live_clinic.id}'"))
            spoilt = "UPDATE prescription_revisions SET document = '{}' WHERE prescription_id = :id"
            assert connection.execute(text(spoilt), {"id": UUID(prescription_id)}).rowcount == 1

    return spoil


def test_what_cannot_be_checked_stops_no_other(live_app, live_clinic, live_due, jobs, spoil):
    broken, *others = live_due(4)
    spoil(broken)
    with live_app.app_context():
        turns = [one_turn(jobs, due.TASKS[:1]) for _ in range(3)]
    assert sum(done for done, _ in turns) == len(others)
    assert sum(failed for _, failed in turns) == 1
    assert rechecks(live_clinic) == dict.fromkeys(others, 1) | {broken: 0}
