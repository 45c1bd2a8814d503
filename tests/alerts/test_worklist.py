"""The worklist: what is on it, in which order, and what it costs."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from api.alerts.delivery import mark_delivered
from api.alerts.levels import PRECEDENCE, AlertLevel
from api.alerts.moves import AlertState
from api.alerts.queries import WorklistOrder
from api.alerts.tables import AlertCause
from tests.alerts.wire import acted, codes, listed, now, raised, settled


@pytest.fixture
def made(clinic):
    """An alert of a new patient, each time it is called: the id as it is shown."""
    return lambda **how: str(raised(clinic, clinic.patient(), **how))


def ids(alerts):
    return [one["id"] for one in alerts]


def test_the_worst_comes_first_then_the_most_pressing_then_the_oldest(caller, made):
    watch_late = made(level="watch", moment=now(hours=-1))
    watch_early = made(level="watch", moment=now(hours=-2))
    review = made(level="review")
    urgent_late = made(level="urgent")
    urgent_pressing = made(level="urgent", reported_at=now(hours=-9))
    emergency = made(level="emergency")
    expected = [emergency, urgent_pressing, urgent_late, review, watch_early, watch_late]
    assert ids(listed(caller)) == ids(listed(caller, sort="level")) == expected


def test_the_list_can_begin_with_what_is_most_pressing(caller, made):
    watch = made(level="watch", moment=now(days=-20))
    urgent = made(level="urgent")
    overdue = made(level="review", reported_at=now(days=-8))
    assert ids(listed(caller, sort="deadline")) == [overdue, urgent, watch]


def test_the_list_can_begin_with_the_oldest(caller, made):
    late, early = made(level="urgent", moment=now(hours=-1)), made(level="watch", moment=now(hours=-3))
    assert ids(listed(caller, sort="age")) == [early, late]


def test_by_default_all_that_waits_is_listed(caller, made, signer):
    alerts = {move: made(moment=now(hours=-1)) for move in (None, "acknowledge", "snooze", "resolve")}
    for move, alert_id in alerts.items():
        if move is not None:
            acted(caller, alert_id, move, signer)
    assert set(ids(listed(caller))) == {alerts[None], alerts["acknowledge"]}
    shown = {state: ids(listed(caller, state=state)) for state in AlertState}
    assert shown == {
        "open": [alerts[None]],
        "acknowledged": [alerts["acknowledge"]],
        "snoozed": [alerts["snooze"]],
        "resolved": [alerts["resolve"]],
    }


@pytest.mark.parametrize("level", AlertLevel)
def test_a_level_asks_for_it_or_worse(clinic, made, level):
    for one in AlertLevel:
        made(level=one)
    shown = {one["level"] for one in listed(clinic.caller(), level=level)}
    assert shown == {one for one in AlertLevel if PRECEDENCE[one] <= PRECEDENCE[level]}


def test_a_kind_asks_for_alerts_with_such_a_cause(caller, clinic, made):
    patient = clinic.patient()
    both = str(raised(clinic, patient, kind="session-report"))
    raised(clinic, patient, kind="prescription-recheck")
    trend = made(kind="trend")
    assert ids(listed(caller, kind="session-report")) == [both]
    assert ids(listed(caller, kind="prescription-recheck")) == [both]
    assert ids(listed(caller, kind="trend")) == [trend]
    assert listed(caller, kind="pre-session-check") == []


def test_a_patient_asks_for_the_alert_that_waits(caller, clinic, patient, made):
    made()
    alert_id = str(raised(clinic, patient))
    assert ids(listed(caller, patient_id=patient)) == [alert_id]
    assert listed(caller, patient_id=uuid4()) == []


def test_overdue_asks_for_what_is_past_its_deadline(caller, made, signer):
    late = made(level="urgent", reported_at=now(hours=-25))
    emergency = made(level="emergency")
    pressing, watch = made(level="urgent"), made(level="watch")
    done = made(level="urgent", reported_at=now(hours=-25))
    acted(caller, done, "resolve", signer)
    assert set(ids(listed(caller, overdue="true"))) == {late, emergency}
    assert set(ids(listed(caller, overdue="false"))) == {pressing, watch}
    assert listed(caller, overdue="true", state="resolved") == []
    assert {one["id"]: one["overdue"] for one in listed(caller)} == {
        late: True,
        emergency: True,
        pressing: False,
        watch: False,
    }


def test_an_acknowledged_alert_is_overdue_until_it_is_resolved(caller, made, signer):
    late = made(level="urgent", reported_at=now(hours=-25))
    assert acted(caller, late, "acknowledge", signer)["overdue"]
    assert not acted(caller, late, "resolve", signer)["overdue"]


def test_filters_narrow_together(caller, made):
    wanted = made(level="urgent", kind="trend", reported_at=now(hours=-25))
    made(level="urgent", kind="trend")
    made(level="review", kind="trend", reported_at=now(days=-9))
    made(level="urgent", reported_at=now(hours=-25))
    assert ids(listed(caller, level="urgent", kind="trend", overdue="true", state="open")) == [wanted]


@pytest.mark.parametrize("order", WorklistOrder)
@pytest.mark.parametrize("state", [None, "resolved"])
def test_the_pages_together_are_the_list(clinic, made, signer, order, state):
    caller = clinic.caller()
    moment = now(days=-1)
    for level in [*AlertLevel] * 2:
        alert_id = made(level=level, moment=moment)  # of one moment, so that the id decides
        if state is not None:
            acted(caller, alert_id, "resolve", signer)
    query = {"sort": order.value} | ({"state": state} if state else {})
    whole, found, after = listed(caller, **query), [], {}
    while True:
        answer = caller.get("/v1/alerts", query_string={**query, "limit": 3, **after})
        found += answer.json["items"]
        if answer.json["next"] is None:
            break
        assert f"after={answer.json['next']}" in answer.headers["Link"]
        after = {"after": answer.json["next"]}
    assert len(whole) == 8
    assert found == whole


def test_a_page_of_another_order_is_refused(caller, made):
    made(), made()
    after = caller.get("/v1/alerts", query_string={"limit": 1}).json["next"]
    answer = caller.get("/v1/alerts", query_string={"sort": "age", "after": after})
    assert codes(answer) == {("/query/after", "not-a-cursor")}


@pytest.mark.parametrize(
    "query",
    [
        {"level": "ok"},
        {"state": "sleeping"},
        {"kind": "x"},
        {"overdue": "perhaps"},
        {"sort": "name"},
        {"patient_id": "1"},
    ],
)
def test_an_unknown_value_of_a_filter_is_refused(caller, query):
    (name,) = query
    ((pointer, _),) = codes(caller.get("/v1/alerts", query_string=query))
    assert pointer == f"/query/{name}"


def test_a_patients_alerts_are_listed_newest_first_and_whole(caller, clinic, patient, signer):
    first = str(raised(clinic, patient))
    acted(caller, first, "resolve", signer)
    second = str(raised(clinic, patient))
    acted(caller, second, "snooze", signer)
    page = caller.get(f"/v1/patients/{patient}/alerts", query_string={"limit": 1}).json
    rest = caller.get(f"/v1/patients/{patient}/alerts", query_string={"after": page["next"]}).json
    assert (ids(page["items"]), ids(rest["items"]), rest["next"]) == ([second], [first], None)
    assert caller.get(f"/v1/patients/{clinic.patient()}/alerts").json["items"] == []
    assert caller.get(f"/v1/patients/{uuid4()}/alerts").status_code == 404


def test_another_clinics_patient_has_no_alerts_here(caller, other_clinic):
    stranger = other_clinic.patient()
    raised(other_clinic, stranger)
    assert caller.get(f"/v1/patients/{stranger}/alerts").status_code == 404


def test_a_worklist_is_one_statement(caller, made, statements):
    for level in [*AlertLevel] * 3:
        made(level=level)
    listed(caller, level="emergency")  # who calls is known from here on
    with statements.at_most(2):  # and that they were delivered, the first time
        assert len(listed(caller)) == 12
    for query in ({}, {"sort": "age"}, {"level": "urgent", "kind": "session-report", "overdue": "true"}):
        with statements.at_most(1):
            assert listed(caller, **query)
    patient = listed(caller)[0]["patient_id"]
    with statements.at_most(1):
        assert len(caller.get(f"/v1/patients/{patient}/alerts").json["items"]) == 1


def ledger(clinic):
    work = clinic.work()
    found = work.db.scalars(
        select(AlertCause).where(AlertCause.clinic_id == work.clinic_id).order_by(AlertCause.id)
    ).all()
    work.abandon()
    return found


def test_the_ledger_has_the_five_times_of_every_cause(caller, clinic, patient, signer):
    told, moment = now(hours=-3), now(hours=-2)
    alert_id = raised(clinic, patient, reported_at=told, moment=moment)
    (cause,) = ledger(clinic)
    assert (cause.alert_id, cause.reported_at, cause.raised_at) == (alert_id, told, moment)
    assert (cause.delivered_at, cause.seen_at, cause.acted_at) == (None, None, None)
    listed(caller)
    (delivered,) = ledger(clinic)
    assert delivered.delivered_at > moment
    assert delivered.seen_at is None
    acted(caller, alert_id, "acknowledge", signer)
    raised(clinic, patient)
    seen, new = ledger(clinic)
    assert seen.delivered_at == delivered.delivered_at < seen.seen_at
    assert (new.delivered_at, new.seen_at, seen.acted_at) == (None, None, None)
    acted(caller, alert_id, "resolve", signer)
    first, second = ledger(clinic)
    assert first.seen_at == seen.seen_at < first.acted_at
    assert second.seen_at == second.acted_at == first.acted_at
    assert second.delivered_at < second.acted_at


def test_what_settled_stays_in_the_ledger(clinic, patient):
    session = uuid4()
    raised(clinic, patient, level="urgent", subject_id=session)
    settled(clinic, patient, session)
    (cause,) = ledger(clinic)
    assert (cause.level, cause.subject_id) == ("urgent", session)
    assert cause.ended_at is not None


def test_an_event_delivers_what_was_raised_before_it(clinic, patient):
    alert_id = raised(clinic, patient, moment=now(hours=-2))
    raised(clinic, patient, moment=now(hours=-1))
    work = clinic.work()
    mark_delivered(work, [alert_id], raised_by=now(minutes=-90))
    work.commit()
    assert [one.delivered_at is not None for one in ledger(clinic)] == [True, False]
