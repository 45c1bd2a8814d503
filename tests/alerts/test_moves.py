"""What clinicians do with alerts: every state against every move, and how long an alert may sleep."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from api.alerts import handling
from api.alerts.moves import TABLE, AlertMove, AlertOutcome, AlertState
from api.database.audit import AuditEvent
from api.database.outbox import Event
from tests.alerts.wire import SAID, act, acted, codes, listed, now, raised, read

BY_ROUTE = (AlertMove.ACKNOWLEDGE, AlertMove.SNOOZE, AlertMove.RESOLVE)
PATHS = {
    AlertState.OPEN: (),
    AlertState.ACKNOWLEDGED: ("acknowledge",),
    AlertState.SNOOZED: ("snooze",),
    AlertState.RESOLVED: ("resolve",),
}
"""How an alert comes into each state."""


def brought(caller, alert_id, signer, state):
    for move in PATHS[state]:
        acted(caller, alert_id, move, signer)
    before = read(caller, alert_id)
    assert before["state"] == state
    return before


@pytest.fixture
def review(clinic, patient):
    return raised(clinic, patient, level="review")


@pytest.mark.parametrize("state", AlertState)
@pytest.mark.parametrize("move", BY_ROUTE)
def test_every_move_from_every_state_does_what_the_table_says(caller, review, signer, state, move):
    before = brought(caller, review, signer, state)
    answer = act(caller, review, move, signer)
    if (state, move) not in TABLE:
        assert answer.status_code == 409
        assert f"an alert that is {state}" in answer.json["detail"]
        assert read(caller, review) == before
        return
    assert answer.status_code == 200, answer.text
    assert (answer.json["state"], answer.json["version"]) == (TABLE[state, move], before["version"] + 1)
    last = answer.json["history"][0]
    assert (last["move"], last["state"], last["practitioner_id"]) == (move, TABLE[state, move], str(signer))
    assert answer.json == read(caller, review)


@pytest.mark.parametrize("state", AlertState)
@pytest.mark.parametrize("level", ["review", "urgent"])
def test_a_new_cause_does_to_every_state_what_the_table_says(clinic, review, signer, state, level):
    caller = clinic.caller()
    patient = brought(caller, review, signer, state)["patient_id"]
    landed = raised(clinic, patient, level=level)
    move = AlertMove.ESCALATE if level == "urgent" else AlertMove.REOPEN
    last = next(iter(read(caller, review)["history"]), None)
    if (state, move) in TABLE:
        assert (landed, last["move"], last["state"]) == (review, move, TABLE[state, move])
    elif state is AlertState.RESOLVED:
        assert landed != review
    else:
        assert (landed, last) == (review, None)


def test_what_was_said_is_kept(caller, review, signer):
    until = now(hours=5).isoformat()
    acted(caller, review, "acknowledge", signer, note="I call\nher.")
    acted(caller, review, "snooze", signer, until=until, reason="On the ward round.")
    history = acted(caller, review, "resolve", signer, outcome="plan-changed", note="Walks less.")["history"]
    assert [one["reason"] for one in history] == ["Walks less.", "On the ward round.", "I call\nher."]
    assert [one["outcome"] for one in history] == ["plan-changed", None, None]
    assert datetime.fromisoformat(history[1]["until"]) == datetime.fromisoformat(until)


@pytest.mark.parametrize("outcome", AlertOutcome)
def test_every_outcome_closes_an_alert(clinic, review, signer, outcome):
    caller = clinic.caller()
    assert acted(caller, review, "resolve", signer, outcome=outcome)["state"] == "resolved"
    assert listed(caller) == []


@pytest.mark.parametrize(
    ("move", "missing"),
    [
        ("acknowledge", "practitioner_id"),
        ("snooze", "until"),
        ("snooze", "reason"),
        ("resolve", "outcome"),
        ("resolve", "note"),
    ],
)
def test_a_move_says_all_that_it_needs(caller, review, signer, move, missing):
    body = {"practitioner_id": str(signer), **SAID[move]()}
    del body[missing]
    answer = caller.post(f"/v1/alerts/{review}/{move}", json=body, headers={"If-Match": '"1"'})
    assert codes(answer) == {(f"/{missing}", "required")}


@pytest.mark.parametrize("move", BY_ROUTE)
def test_a_move_names_someone_of_the_staff(clinic, other_clinic, review, move):
    caller = clinic.caller()
    for stranger in (uuid4(), other_clinic.practitioner()):
        answer = act(caller, review, move, stranger)
        assert codes(answer) == {("/practitioner_id", "unknown-practitioner")}


@pytest.mark.parametrize("move", BY_ROUTE)
def test_another_clinic_finds_no_alert(clinic, other_clinic, review, signer, move):
    stranger = other_clinic.caller()
    assert act(stranger, review, move, signer, version=1).status_code == 404
    assert stranger.get(f"/v1/alerts/{review}").status_code == 404
    assert listed(stranger) == []


@pytest.mark.parametrize("move", BY_ROUTE)
def test_what_came_in_between_is_not_put_aside_unread(clinic, review, signer, move):
    caller = clinic.caller()
    before = read(caller, review)
    raised(clinic, before["patient_id"], level="emergency", title="Chest pressure.")
    assert act(caller, review, move, signer, version=before["version"]).status_code == 412
    assert read(caller, review)["state"] == "open"


@pytest.mark.parametrize("move", BY_ROUTE)
def test_a_move_names_the_version_that_was_read(caller, review, signer, move):
    body = {"practitioner_id": str(signer), **SAID[move]()}
    assert caller.post(f"/v1/alerts/{review}/{move}", json=body).status_code == 428


@pytest.mark.parametrize("move", BY_ROUTE)
def test_the_same_move_under_the_same_key_is_done_once(caller, review, signer, move):
    body = {"practitioner_id": str(signer), **SAID[move]()}
    headers = {"If-Match": '"1"', "Idempotency-Key": "the-key"}
    first, again = (caller.post(f"/v1/alerts/{review}/{move}", json=body, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (200, 200, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(read(caller, review)["history"]) == 1


def test_every_move_is_told_and_kept_in_the_audit_trail(caller, clinic, review, signer):
    for move in BY_ROUTE:
        acted(caller, review, move, signer)
    work = clinic.work()
    told = work.db.scalars(
        select(Event.name).where(Event.clinic_id == clinic.id, Event.subject_id == review).order_by(Event.id)
    ).all()
    acts = work.db.execute(
        select(AuditEvent.action, AuditEvent.practitioner_id)
        .where(AuditEvent.clinic_id == clinic.id, AuditEvent.subject_id == review)
        .order_by(AuditEvent.id)
    ).all()
    work.abandon()
    names = ["alert.acknowledged", "alert.snoozed", "alert.resolved"]
    assert told == ["alert.raised", *names]
    assert acts == [("alert.raised", None), *[(name, signer) for name in names]]


def test_reading_needs_less_than_acting(clinic, review, signer):
    reader = clinic.caller("alerts:read")
    assert reader.get(f"/v1/alerts/{review}").status_code == 200
    assert act(reader, review, "acknowledge", signer).json["missing_scopes"] == ["alerts:write"]
    assert acted(clinic.caller("alerts:write"), review, "acknowledge", signer)["state"] == "acknowledged"


def asleep(clinic, patient, signer, *, level="review", slept=timedelta(hours=3), of=timedelta(hours=2)):
    """An alert that was put to sleep a while ago, for a while."""
    then = now() - slept
    alert_id = raised(clinic, patient, level=level, moment=then)
    work = clinic.work(moment=then)
    said = handling.Snooze(practitioner_id=signer, until=then + of, reason="Later.")
    handling.snooze(work, alert_id, said, version=1)
    work.commit()
    return alert_id


def test_what_sleeps_is_not_on_the_worklist(caller, clinic, patient, signer):
    alert_id = asleep(clinic, patient, signer, of=timedelta(hours=8))
    assert listed(caller) == []
    assert [one["id"] for one in listed(caller, state="snoozed")] == [str(alert_id)]
    assert read(caller, alert_id)["snoozed_until"] is not None


def test_what_has_slept_comes_back_by_itself(caller, clinic, patient, signer):
    alert_id = asleep(clinic, patient, signer)
    (shown,) = listed(caller)
    assert (shown["id"], shown["state"], shown["snoozed_until"]) == (str(alert_id), "open", None)
    assert listed(caller, state="open") == [shown]
    assert listed(caller, state="snoozed") == []
    assert read(caller, alert_id)["state"] == "open"
    assert acted(caller, alert_id, "acknowledge", signer)["state"] == "acknowledged"


def test_what_has_slept_is_not_reopened_by_a_cause_again(caller, clinic, patient, signer):
    alert_id = asleep(clinic, patient, signer)
    raised(clinic, patient, level="review")
    assert [one["move"] for one in read(caller, alert_id)["history"]] == ["snooze"]


def test_a_sleep_can_be_made_longer_and_shorter(caller, clinic, patient, signer):
    alert_id = asleep(clinic, patient, signer, of=timedelta(hours=8))
    for hours in (20, 1):
        until = now(hours=hours)
        shown = acted(caller, alert_id, "snooze", signer, until=until.isoformat())
        assert datetime.fromisoformat(shown["snoozed_until"]) == until


@pytest.mark.parametrize(
    ("level", "told", "until", "code"),
    [
        ("urgent", 0, {"hours": 23, "minutes": 59}, None),
        ("urgent", 0, {"hours": 24, "minutes": 1}, "after-the-deadline"),
        ("urgent", 20, {"hours": 3, "minutes": 59}, None),
        ("urgent", 20, {"hours": 4, "minutes": 1}, "after-the-deadline"),
        ("review", 0, {"days": 6, "hours": 23}, None),
        ("review", 0, {"days": 7, "minutes": 1}, "after-the-deadline"),
        ("watch", 24 * 30, {"days": 6, "hours": 23}, None),
        ("watch", 0, {"days": 7, "minutes": 1}, "too-long"),
        ("review", 0, {"seconds": -1}, "in-the-past"),
        ("watch", 0, {"days": -30}, "in-the-past"),
    ],
)
def test_an_alert_sleeps_until_its_deadline_at_the_most(clinic, level, told, until, code):
    caller = clinic.caller()
    alert_id = raised(clinic, clinic.patient(), level=level, reported_at=now(hours=-told))
    answer = act(caller, alert_id, "snooze", clinic.practitioner(), until=now(**until).isoformat())
    if code is None:
        assert (answer.status_code, answer.json["state"]) == (200, "snoozed")
    else:
        assert codes(answer) == {("/until", code)}


@pytest.mark.parametrize(("level", "told"), [("emergency", 0), ("urgent", 25), ("review", 24 * 8)])
def test_an_emergency_and_what_is_overdue_never_sleeps(clinic, signer, level, told):
    caller = clinic.caller()
    alert_id = raised(clinic, clinic.patient(), level=level, reported_at=now(hours=-told))
    answer = act(caller, alert_id, "snooze", signer, until=now(minutes=5).isoformat())
    assert answer.status_code == 409
    assert "An emergency" in answer.json["detail"] or "has passed" in answer.json["detail"]
    assert read(caller, alert_id)["state"] == "open"


def test_a_move_asks_the_database_a_fixed_number_of_times(caller, clinic, patient, signer, statements):
    alert_id = raised(clinic, patient)
    listed(caller, level="emergency")  # who calls is known from here on
    with statements.at_most(4):  # the alert, what is delivered with it, its causes, its moves
        read(caller, alert_id)
    with statements.at_most(3):
        read(caller, alert_id)
    for version, move in enumerate(BY_ROUTE, start=1):
        with statements.at_most(10):  # the row, who, it, the move, the causes, audit, outbox, three to show
            acted(caller, alert_id, move, signer, version=version)
