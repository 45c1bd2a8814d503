"""Doses that go on by themselves, within what a practitioner signed."""

import hashlib
from datetime import timedelta
from uuid import UUID

import pytest
import rfc8785
from sqlalchemy import select

from api.clinical.fitt import Part, RpeScale
from api.clinical.reports import Fall, Report, Reported, ReportLevel, SessionStatus
from api.database.outbox import Event
from api.prescriptions import progressing
from tests.checks.wire import screened
from tests.prescriptions.test_due import work_done
from tests.prescriptions.wire import (
    address,
    content,
    drafted,
    moved,
    on_file,
    override,
    redraft,
    sign,
    signed,
    tell,
)

AUTOMATIC = {"progression": {"mode": "automatic", "ceiling_minutes": 150}}


@pytest.fixture
def begun(clock, lasting, signer):
    """Makes a prescription that goes on by itself, signed eight days ago, and lets its first week pass."""

    def make(*exercise_ids, facts=None, **changed):
        patient = on_file(lasting, **(facts or {}))
        made = signed(lasting, patient, signer, *exercise_ids, **(AUTOMATIC | changed))
        clock.forward(days=8)
        tell(lasting, patient, told=screened(**(facts or {}))["facts"])
        return made

    return make


@pytest.fixture
def sessions(clock):
    """What was told of sessions of so many days ago."""

    def told(*days_ago, settled_at=None, **said):
        usual = {"status": SessionStatus.DONE, "minutes": 8, "planned_minutes": 8, "rpe": 11}
        usual |= {"parts": frozenset({Part.AEROBIC, Part.BALANCE}), "rpe_scale": RpeScale.BORG}
        reports = [
            Report(**{"id": str(one), "performed_at": clock.now - timedelta(days=one)} | usual | said)
            for one in days_ago
        ]
        return Reported(reports, settled_at)

    return told


@pytest.fixture
def go_on(clinic, clock):
    """Lets the worker go on with what was told; how many prescriptions it looked at."""
    return lambda told: work_done(clinic, clock, progressing.task(lambda _work, _id: told))


def read(lasting, made):
    return lasting.get(address(made)).json


def causes(lasting):
    (alert,) = lasting.get("/v1/alerts").json["items"]
    found = lasting.get(f"/v1/alerts/{alert['id']}").json["causes"]
    return alert, [one for one in found if one["kind"] == "progression"]


def test_an_earned_step_is_applied_by_itself(clinic, lasting, begun, sessions, go_on):
    made = begun()
    assert go_on(sessions(7, 5, 3)) == 1
    after = read(lasting, made)
    revision = after["signed"]
    assert (after["state"], after["revision"], after["safety"]) == ("active", 2, "safe")
    assert (revision["practitioner_id"], revision["applied_by"], revision["within"]) == (None, "engine", 1)
    assert revision["sha256"] == hashlib.sha256(rfc8785.dumps(revision["document"])).hexdigest()
    assert [one["pointer"] for one in revision["changes"]] == ["/doses/aerobic/days_per_week"]
    assert revision["reason"]
    assert lasting.get(f"/v1/checks/{revision['check_id']}").status_code == 200
    last = after["history"][-1]
    assert (last["move"], last["state"], last["practitioner_id"]) == ("amend", "active", None)
    work = clinic.work()
    told = work.db.scalars(
        select(Event.name)
        .where(Event.clinic_id == clinic.id, Event.subject_id == UUID(made["id"]))
        .order_by(Event.id)
    ).all()
    work.abandon()
    assert told == ["prescription.signed", "prescription.progressed"]
    assert lasting.get("/v1/alerts").json["items"] == []
    assert (made["signed"]["applied_by"], made["signed"]["within"]) == ("practitioner", None)


def test_a_step_is_applied_once(clock, lasting, begun, sessions, go_on):
    made = begun()
    told = sessions(7, 5, 3)
    assert go_on(told) == 1
    assert go_on(told) == 0
    clock.forward(days=1)
    go_on(told)
    assert read(lasting, made)["revision"] == 2


def test_missed_weeks_are_one_step(clock, lasting, begun, sessions, go_on):
    made = begun()
    clock.forward(days=15)
    patient = f"/v1/patients/{made['patient_id']}"
    tell(lasting, patient, told=screened()["facts"])
    go_on(sessions(22, 20, 18, 15, 13, 11, 8, 6, 4, 2))
    assert read(lasting, made)["revision"] == 2


def test_before_an_interval_is_over_nothing_goes_on(lasting, clock, signer, sessions, go_on):
    made = signed(lasting, on_file(lasting), signer, **AUTOMATIC)
    assert go_on(sessions(0)) == 1
    clock.forward(days=3)
    assert go_on(sessions(3, 2, 1)) == 0
    assert read(lasting, made) == made


def test_what_is_only_proposed_never_goes_on(begun, sessions, go_on):
    begun(progression={"mode": "proposed", "ceiling_minutes": 150})
    assert go_on(sessions(7, 5, 3)) == 0


def test_a_step_back_is_applied_too(lasting, begun, sessions, go_on):
    made = begun()
    fall = sessions(1, fall=Fall.NO_INJURY)
    assert go_on(Reported([*sessions(5, 3).reports, *fall.reports])) == 1
    after = read(lasting, made)["signed"]
    assert (after["number"], after["applied_by"]) == (2, "engine")
    assert after["document"]["doses"]["balance"]["level"] == "feet-together"


def test_no_step_goes_above_the_signed_ceiling(lasting, begun, sessions, go_on):
    made = begun(progression={"mode": "automatic", "ceiling_minutes": 24})
    go_on(sessions(7, 5, 3))
    after = read(lasting, made)
    minutes = after["signed"]["document"]["doses"]["aerobic"]
    assert minutes["minutes"] * minutes["days_per_week"] <= 24


def test_a_lock_waits_for_a_clinician_until_it_is_settled(clock, lasting, begun, sessions, go_on):
    made = begun()
    told = sessions(3, level=ReportLevel.URGENT)
    assert go_on(told) == 1
    alert, (cause,) = causes(lasting)
    assert (alert["level"], cause["subject_id"]) == ("review", made["id"])
    assert cause["detail"]["kind"] == "locked"
    assert read(lasting, made)["revision"] == 1
    clock.forward(days=8)
    tell(lasting, f"/v1/patients/{made['patient_id']}", told=screened()["facts"])
    assert go_on(told._replace(settled_at=clock.now)) == 1
    assert read(lasting, made)["revision"] == 2


def test_a_waiting_draft_is_not_overtaken(lasting, begun, sessions, go_on, signer):
    made = begun()
    again = redraft(lasting, made, content(reason="Something else.", **AUTOMATIC))
    assert again.status_code == 200
    go_on(sessions(7, 5, 3))
    assert read(lasting, made) == again.json
    alert, (cause,) = causes(lasting)
    assert alert["level"] == "watch"
    assert cause["detail"]["not_applied_because"] == ["Another draft waits for a signature."]
    assert sign(lasting, again.json, signer).status_code == 200
    _, (cause,) = causes(lasting)
    assert cause["ended_because"] == "A clinician signed what counts from now on."


def test_an_override_is_not_renewed_by_itself(lasting, begun, sessions, go_on, signer):
    given = override(signer, "neuro-foot-drop", "walk-brisk")
    made = begun("walk-brisk", facts={"foot_drop": "yes"}, overrides=[given])
    go_on(sessions(7, 5, 3))
    assert read(lasting, made)["revision"] == 1
    _, (cause,) = causes(lasting)
    assert "walk-brisk: the check says avoid." in cause["detail"]["not_applied_because"]


def test_on_hold_nothing_goes_on(lasting, begun, sessions, go_on, signer):
    made = begun()
    moved(lasting, made, "hold", signer, reason="A fever.")
    assert go_on(sessions(7, 5, 3)) == 0
    moved(lasting, made, "resume", signer, reason="Well again.")
    assert go_on(sessions(7, 5, 3)) == 1


def test_what_was_signed_for_later_is_not_overtaken(clock, lasting, begun, sessions, go_on, signer):  # noqa: PLR0917 fixtures are named, not placed
    made = begun()
    later = (clock.now + timedelta(days=5)).date().isoformat()
    again = redraft(lasting, made, content(reason="Later.", effective_from=later, **AUTOMATIC)).json
    assert sign(lasting, again, signer).status_code == 200
    assert go_on(sessions(7, 5, 3)) == 1
    assert read(lasting, made)["revision"] == 2
    assert read(lasting, made)["signed"]["applied_by"] == "practitioner"


def test_past_the_last_day_nothing_goes_on(clock, lasting, signer, sessions, go_on):
    last = (clock.now + timedelta(days=5)).date().isoformat()
    made = signed(lasting, on_file(lasting), signer, ends_on=last, **AUTOMATIC)
    clock.forward(days=8)
    assert go_on(sessions(7, 5, 3)) == 1
    clock.forward(days=30)
    assert go_on(sessions(7, 5, 3)) == 0
    assert read(lasting, made)["revision"] == 1


def test_the_next_step_keeps_the_bounds_that_were_signed(clock, lasting, begun, sessions, go_on):
    made = begun()
    go_on(sessions(7, 5, 3))
    clock.forward(days=9)
    tell(lasting, f"/v1/patients/{made['patient_id']}", told=screened()["facts"])
    go_on(sessions(7, 5, 3, minutes=12, planned_minutes=12))
    revision = read(lasting, made)["signed"]
    assert revision["within"] == 1
    assert revision["document"]["doses"]["aerobic"]["rpe_high"] <= 11


def test_a_step_takes_a_fixed_number_of_statements(clinic, clock, begun, sessions, statements):
    begun()
    task = progressing.task(lambda _work, _id: sessions(7, 5, 3))
    work = clinic.work(moment=clock.now)
    with statements.at_most(23):
        assert task.run(work) == 1
        work.commit()


def test_a_handout_of_a_step_names_who_signed_the_bounds(lasting, begun, sessions, go_on):
    made = begun()
    go_on(sessions(7, 5, 3))
    page = lasting.get(f"{address(made)}/handout")
    assert page.status_code == 200
    assert "Giulia Conti" in page.text


def test_a_draft_of_somebody_else_is_left(lasting, begun, go_on, sessions):
    made = begun()
    other = drafted(lasting, f"/v1/patients/{made['patient_id']}")
    go_on(sessions(7, 5, 3))
    assert read(lasting, other) == other
