"""The unit of work: nothing before it is used, all or nothing after."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import aliased

from api.access.tables import Practitioner, Role
from api.caller import CONSOLE, Caller, implied, parse_wire_id
from api.database.audit import AuditEvent
from api.database.base import closed, uuid7
from api.database.outbox import Event, EventName
from api.database.work import Aspect, Work


def test_work_that_is_not_used_says_nothing_to_the_database(clinic, statements):
    work = clinic.work()
    work.commit()
    work.abandon()
    assert not work.begun
    assert statements.seen == []


def test_the_first_statement_names_the_clinic(clinic, statements):
    work = clinic.work()
    work.db.execute(select(Practitioner.id).where(Practitioner.clinic_id == clinic.id))
    work.commit()
    assert statements.seen[0] == f"SET LOCAL app.clinic_id = '{clinic.id}'"


def test_an_orm_statement_stays_in_the_clinic_whoever_wrote_it(clinic, other_clinic, statements):
    other_clinic.practitioner()
    mine = clinic.practitioner()
    work = clinic.work()
    other = aliased(Practitioner)
    assert [row.id for row in work.db.scalars(select(Practitioner))] == [mine]
    joined = select(Practitioner.id, other.id).join(other, other.role == Practitioner.role)
    assert work.db.execute(joined).all() == [(mine, mine)]
    exists = select(Practitioner.id).where(select(other.id).where(other.id == Practitioner.id).exists())
    assert work.db.scalars(exists).all() == [mine]
    work.abandon()


def test_what_is_abandoned_leaves_nothing(clinic):
    work = clinic.work()
    work.db.execute(insert(Practitioner), row(clinic))
    work.record("x.done", "x", uuid4())
    work.abandon()
    work = clinic.work()
    for table in (Practitioner, AuditEvent):
        assert (
            work.db.scalar(select(func.count()).select_from(table).where(table.clinic_id == clinic.id)) == 0
        )
    work.abandon()


def row(clinic):
    return {
        "clinic_id": clinic.id,
        "id": uuid7(),
        "name": "Ada",
        "role": Role.NURSE,
        "may_sign": False,
        "active": True,
        "created_at": datetime.now(UTC),
        "version": 1,
    }


def test_an_act_names_its_client_and_the_console_names_nobody(clinic):
    client_id, _ = clinic.register()
    subject, practitioner = uuid4(), uuid4()
    for who in (client_id, CONSOLE):
        work = clinic.work(who)
        work.record("thing.done", "thing", subject, practitioner_id=practitioner)
        work.commit()
    work = clinic.work()
    trail = work.db.execute(
        select(AuditEvent.client_id, AuditEvent.practitioner_id)
        .where(AuditEvent.clinic_id == clinic.id, AuditEvent.subject_id == subject)
        .order_by(AuditEvent.id)
    ).all()
    work.abandon()
    assert trail == [(client_id, practitioner), (None, practitioner)]


def test_works_in_two_clinics_at_once_do_not_meet(live_clinic, fresh_database):
    live_clinic.practitioner()

    def count(clinic_id):
        caller = Caller(clinic_id=clinic_id, client_id=CONSOLE, scopes=frozenset())
        work = live_clinic.building.work(caller, moment=datetime.now(UTC), request_id="a-test")
        try:
            return work.db.scalar(select(func.count()).select_from(Practitioner))
        finally:
            work.abandon()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(count, [live_clinic.id, uuid4()] * 20))
    assert counts == [1, 0] * 20


def test_ids_sort_by_time():
    ids = [uuid7() for _ in range(5_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert all(one.version == 7 and one.variant.startswith("specified in RFC 4122") for one in ids[:10])


def test_an_id_carries_the_moment_that_it_is_given():
    moment = datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert uuid7(moment).int >> 80 == int(moment.timestamp() * 1000)
    assert uuid7(moment) != uuid7(moment)


def test_a_long_constraint_name_is_refused():
    with pytest.raises(ValueError, match="longer than 50"):
        closed(Role, name="x" * 51)


def test_more_implies_reading():
    assert implied(frozenset({"facts:write", "clients:manage"})) == {
        "facts:write",
        "facts:read",
        "clients:manage",
    }


_ID = "0190a2b4-6c1d-7e3f-8a5b-9c0d1e2f3a4b"


@pytest.mark.parametrize("text", ["", "x", f"{_ID}", f"{_ID}.", f"{_ID}.{_ID}x", f"{'x' * 36}.{_ID}"])
def test_what_is_no_client_id_is_nobodys(text):
    assert parse_wire_id(text) is None


def test_a_client_id_on_the_wire_comes_back():
    caller = Caller(clinic_id=uuid4(), client_id=uuid4(), scopes=frozenset())
    assert parse_wire_id(caller.wire_id) == (caller.clinic_id, caller.client_id)


def test_what_is_derived_follows_before_the_commit_until_nothing_more_is_affected(clinic):
    followed = []

    def follow(work, affected):
        for patient_id, aspects in affected.items():
            followed.append((patient_id, aspects))
            if Aspect.FACTS in aspects:
                work.affects(patient_id, Aspect.PRESCRIPTION)

    caller = Caller(clinic_id=clinic.id, client_id=CONSOLE, scopes=frozenset())
    moment = datetime.now(UTC)
    work = Work(clinic.building.engine, caller, moment=moment, request_id="a-test", followers=(follow,))
    first, second = sorted((uuid4(), uuid4()))
    earlier, later = date(2026, 1, 1), date(2026, 1, 2)
    for since in (later, earlier, later):
        work.affects(second, Aspect.SESSIONS, since=since)
    for since in (earlier, None, later):
        work.affects(first, Aspect.SESSIONS, since=since)
    work.affects(first, Aspect.FACTS)
    work.commit()
    assert followed == [
        (first, {Aspect.SESSIONS: None, Aspect.FACTS: None}),
        (second, {Aspect.SESSIONS: earlier}),
        (first, {Aspect.PRESCRIPTION: None}),
    ]


def test_an_event_is_written_with_the_transaction_or_not_at_all(clinic):
    subject, abandoned = uuid4(), uuid4()
    for one in (subject, abandoned):
        work = clinic.work()
        work.tell(EventName.ALERT_RAISED, "alert", one, patient_id=None)
        if one == abandoned:
            work.abandon()
        work.commit()
    work = clinic.work()
    told = work.db.execute(
        select(Event.name, Event.subject_id, Event.sequence).where(Event.clinic_id == clinic.id)
    )
    assert told.all() == [(EventName.ALERT_RAISED, subject, None)]
    work.abandon()
