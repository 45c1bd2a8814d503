"""What raises an alert, and what further causes do to one that waits."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from api.alerts import actions
from api.alerts.levels import PRECEDENCE, WITHIN, AlertLevel
from api.database.audit import AuditEvent
from api.database.outbox import Event
from api.errors import NotFound
from tests.alerts.wire import acted, cause, listed, now, raised, read, settled

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def moments(alert, name="deadline_at"):
    return None if alert[name] is None else datetime.fromisoformat(alert[name])


@pytest.mark.parametrize(
    ("level", "within"),
    [
        ("emergency", timedelta(0)),
        ("urgent", timedelta(hours=24)),
        ("review", timedelta(days=7)),
        ("watch", None),
    ],
)
def test_the_deadline_follows_from_the_level(caller, clinic, patient, level, within):
    alert = read(caller, raised(clinic, patient, level=level, moment=NOON))
    assert (alert["level"], alert["state"]) == (level, "open")
    assert moments(alert) == (None if within is None else NOON + within)


def test_the_deadline_counts_from_when_it_was_told(caller, clinic, patient):
    told = NOON - timedelta(hours=30)
    alert = read(caller, raised(clinic, patient, level="urgent", moment=NOON, reported_at=told))
    assert moments(alert) == told + timedelta(hours=24)
    assert alert["overdue"]
    assert moments(alert["causes"][0], "reported_at") == told
    assert moments(alert["causes"][0], "raised_at") == NOON


def test_a_clock_that_is_ahead_gains_no_time(caller, clinic, patient):
    ahead = NOON + timedelta(days=2)
    alert = read(caller, raised(clinic, patient, level="urgent", moment=NOON, reported_at=ahead))
    assert moments(alert) == NOON + timedelta(hours=24)
    assert moments(alert["causes"][0], "reported_at") == NOON


def test_what_is_ok_is_no_cause():
    with pytest.raises(ValueError, match="ok"):
        cause(level="ok")


def test_all_that_comes_for_a_patient_is_in_one_alert(caller, clinic, patient):
    first = raised(clinic, patient, title="Pain for more than a day.")
    again = raised(clinic, patient, kind="prescription-recheck", title="Two exercises are paused.")
    assert again == first
    alert = read(caller, first)
    assert alert["kinds"] == ["prescription-recheck", "session-report"]
    assert (alert["cause_count"], len(alert["causes"])) == (2, 2)
    assert [one["id"] for one in listed(caller)] == [str(first)]


def test_patients_do_not_share_an_alert(clinic, patient):
    assert raised(clinic, patient) != raised(clinic, clinic.patient())


def test_a_worse_cause_raises_the_level_and_names_the_alert(caller, clinic, patient):
    alert_id = raised(clinic, patient, level="review", moment=NOON)
    raised(clinic, patient, level="urgent", title="An open foot.", moment=NOON + timedelta(hours=1))
    alert = read(caller, alert_id)
    assert (alert["level"], alert["title"]) == ("urgent", "An open foot.")
    assert moments(alert) == NOON + timedelta(hours=25)
    assert [one["level"] for one in alert["causes"]] == ["urgent", "review"]
    assert [(one["move"], one["level"]) for one in alert["history"]] == [("escalate", "urgent")]
    assert alert["history"][0]["practitioner_id"] is None


def test_a_milder_cause_changes_neither_level_nor_deadline_nor_title(caller, clinic, patient):
    alert_id = raised(clinic, patient, level="urgent", title="An open foot.", moment=NOON)
    before = read(caller, alert_id)
    raised(clinic, patient, level="watch", moment=NOON + timedelta(hours=1))
    after = read(caller, alert_id)
    for name in ("level", "deadline_at", "title", "raised_at"):
        assert after[name] == before[name]
    assert (after["cause_count"], after["history"]) == (2, [])


def test_an_older_report_of_the_same_level_brings_the_deadline_nearer(caller, clinic, patient):
    alert_id = raised(clinic, patient, level="urgent", moment=NOON)
    told = NOON - timedelta(hours=5)
    raised(clinic, patient, level="urgent", moment=NOON + timedelta(hours=1), reported_at=told)
    assert moments(read(caller, alert_id)) == told + timedelta(hours=24)


@pytest.mark.parametrize("aside", ["acknowledge", "snooze"])
@pytest.mark.parametrize("level", ["watch", "review", "urgent"])
def test_a_new_cause_opens_an_alert_that_was_put_aside(clinic, patient, signer, aside, level):
    caller = clinic.caller()
    alert_id = raised(clinic, patient, level="review")
    acted(caller, alert_id, aside, signer)
    raised(clinic, patient, level=level)
    alert = read(caller, alert_id)
    assert (alert["state"], alert["snoozed_until"]) == ("open", None)
    assert alert["history"][0]["move"] == ("escalate" if level == "urgent" else "reopen")


def test_the_same_told_again_is_not_raised_twice(caller, clinic, patient, signer):
    same = {"subject_id": uuid4(), "detail": {"paused": ["walk"], "at": NOON}, "kind": "prescription-recheck"}
    alert_id = raised(clinic, patient, **same)
    acted(caller, alert_id, "acknowledge", signer)
    before = read(caller, alert_id)
    assert raised(clinic, patient, **same) == alert_id
    assert read(caller, alert_id) == before


def test_the_same_subject_told_otherwise_stands_beside_what_was_told_first(caller, clinic, patient):
    same = {"subject_id": uuid4(), "kind": "prescription-recheck", "title": "Exercises are paused."}
    alert_id = raised(clinic, patient, level="urgent", detail={"paused": ["walk"]}, **same)
    raised(clinic, patient, level="review", detail={"paused": []}, **same)
    alert = read(caller, alert_id)
    first, second = alert["causes"]
    assert (first["detail"], second["detail"]) == ({"paused": ["walk"]}, {"paused": []})
    assert first["ended_at"] is not None
    assert second["ended_at"] is None
    assert (alert["level"], alert["cause_count"]) == ("urgent", 2)


def test_two_trends_of_one_session_both_stand(caller, clinic, patient):
    session = uuid4()
    alert_id = raised(clinic, patient, kind="trend", subject_id=session, rules=["trend-watch"])
    raised(clinic, patient, kind="trend", subject_id=session, rules=["trend-hr"])
    assert [one["ended_at"] for one in read(caller, alert_id)["causes"]] == [None, None]


def test_what_no_longer_stands_is_said_and_closes_nothing(caller, clinic, patient):
    session = uuid4()
    alert_id = raised(clinic, patient, level="urgent", subject_id=session)
    before = read(caller, alert_id)
    assert settled(clinic, patient, session, because="The report was withdrawn.") == alert_id
    alert = read(caller, alert_id)
    assert (alert["state"], alert["level"], alert["deadline_at"]) == ("open", "urgent", before["deadline_at"])
    assert alert["causes"][0]["ended_because"] == "The report was withdrawn."
    assert alert["version"] == before["version"] + 1
    assert settled(clinic, patient, session) is None
    assert settled(clinic, patient, uuid4()) is None


def test_what_settles_and_comes_again_is_raised_again(caller, clinic, patient, signer):
    session = uuid4()
    alert_id = raised(clinic, patient, subject_id=session)
    acted(caller, alert_id, "acknowledge", signer)
    settled(clinic, patient, session)
    raised(clinic, patient, subject_id=session)
    alert = read(caller, alert_id)
    assert (alert["state"], alert["cause_count"]) == ("open", 2)


def test_a_cause_after_the_end_opens_another_alert(caller, clinic, patient, signer):
    session = uuid4()
    first = raised(clinic, patient, level="urgent", subject_id=session)
    acted(caller, first, "resolve", signer)
    before = read(caller, first)
    second = raised(clinic, patient, level="review", subject_id=session)
    assert second != first
    assert read(caller, second)["level"] == "review"
    assert read(caller, first) == before
    assert settled(clinic, patient, session) == second


def test_without_a_patient_there_is_no_alert(clinic, other_clinic):
    for stranger in (uuid4(), other_clinic.patient()):
        work = clinic.work()
        with pytest.raises(NotFound):
            actions.raise_alert(work, stranger, cause())
        work.abandon()


def test_every_cause_is_told_and_kept_in_the_audit_trail(caller, clinic, patient):
    alert_id = raised(clinic, patient, level="review")
    raised(clinic, patient, level="review")
    raised(clinic, patient, level="urgent")
    work = clinic.work()
    told = work.db.execute(
        select(Event.name, Event.subject, Event.subject_id, Event.patient_id)
        .where(Event.clinic_id == clinic.id, Event.subject == "alert")
        .order_by(Event.id)
    ).all()
    acts = work.db.scalars(
        select(AuditEvent.action)
        .where(AuditEvent.clinic_id == clinic.id, AuditEvent.subject_id == alert_id)
        .order_by(AuditEvent.id)
    ).all()
    work.abandon()
    names = ["alert.raised", "alert.changed", "alert.changed"]
    assert told == [(name, "alert", alert_id, patient) for name in names]
    assert acts == names


def test_raising_asks_the_database_a_fixed_number_of_times(clinic, patient, statements):
    with statements.at_most(6):  # the queue, the alert, it, its cause, the audit trail, the outbox
        raised(clinic, patient)
    with statements.at_most(7):  # besides what stands of the subject
        raised(clinic, patient)
    with statements.at_most(8):  # besides the move
        raised(clinic, patient, level="urgent")


STEPS = st.lists(
    st.tuples(st.sampled_from(list(AlertLevel)), st.integers(0, 400), st.integers(0, 3), st.booleans()),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_level_never_falls_and_the_deadline_never_gets_later(clinic, steps):
    """The level is the worst that came, the deadline the nearest, in whatever order, repeated or settled."""
    patient, subjects = clinic.patient(), [uuid4() for _ in range(4)]
    caller, start = clinic.caller(), now(days=-30)
    worst, nearest = AlertLevel.WATCH, None
    for number, (level, hours, subject, settles) in enumerate(steps):
        moment = start + timedelta(hours=number)
        told = moment - timedelta(hours=hours)
        alert_id = raised(
            clinic, patient, moment=moment, level=level, subject_id=subjects[subject], reported_at=told
        )
        if settles:
            settled(clinic, patient, subjects[subject])
        worst = min(worst, level, key=PRECEDENCE.__getitem__)
        if (within := WITHIN[level]) is not None:
            nearest = min(filter(None, (nearest, told + within)))
        alert = read(caller, alert_id)
        assert alert["level"] == worst
        assert moments(alert) == nearest
        assert len(alert["causes"]) == alert["cause_count"]
