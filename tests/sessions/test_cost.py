from datetime import UTC, datetime

import pytest

from api.errors import Refusal
from api.sessions import actions
from api.sessions.reading import read
from tests.prescriptions.wire import on_file, signed
from tests.sessions.wire import ago, report

MOST_OF_A_PLAIN_REPORT = 12
"""Patient, reports, facts, plan, locks; one insert of three rows; four for the weeks; audit, outbox."""
MOST_OF_AN_URGENT_REPORT = 35
"""Beside that: a fact put on file, the plan checked again, an alert with two causes, a lock."""


@pytest.fixture
def planned(clinic, caller):
    """A patient with a plan and a month of reports."""
    patient = on_file(caller)
    plan = signed(caller, patient, str(clinic.practitioner()), "recumbent-cycle-easy")
    for days in range(28, 0, -2):
        body = report(prescription_id=plan["id"], performed_at=ago(days=days))
        assert caller.post(f"{patient}/sessions", json=body).status_code == 201
    return patient, plan["id"]


def test_a_report_with_nothing_to_say_costs_little(caller, planned, statements):
    patient, plan = planned
    with statements.at_most(MOST_OF_A_PLAIN_REPORT):
        answer = caller.post(f"{patient}/sessions", json=report(prescription_id=plan))
    assert answer.json["level"] == "ok", answer.text


def test_a_duplicate_costs_less(caller, planned, statements):
    patient, plan = planned
    body = report(prescription_id=plan)
    caller.post(f"{patient}/sessions", json=body)
    with statements.at_most(7):
        assert caller.post(f"{patient}/sessions", json=body).status_code == 200


def test_an_urgent_report_costs_what_follows_from_it(caller, planned, statements):
    patient, plan = planned
    with statements.at_most(MOST_OF_AN_URGENT_REPORT):
        body = report(prescription_id=plan, foot_check_after="bleeding-or-open", foot_side="left")
        answer = caller.post(f"{patient}/sessions", json=body)
    assert answer.json["level"] == "urgent", answer.text


def test_many_reports_of_many_patients_cost_as_many_statements_as_one(clinic, statements):
    patients = [clinic.patient() for _ in range(10)]
    now = datetime.now(UTC)
    arrivals = [
        (patient, read(report(performed_at=ago(days=day), source="app"), now))
        for day in (3, 1, 2)
        for patient in patients
    ]
    work = clinic.work()
    with statements.at_most(7):
        outcomes = actions.file_reports(work, arrivals)
    assert [one.filed.kept.id for one in outcomes] == [told.id for _, told in arrivals]
    work.abandon()


def test_what_is_refused_of_many_changes_nothing_of_the_others(clinic, other_clinic):
    mine, theirs, now = clinic.patient(), other_clinic.patient(), datetime.now(UTC)
    first = read(report(), now)
    contradicting = read(report(session_id=str(first.id), rpe=1), now)
    work = clinic.work()
    outcomes = actions.file_reports(
        work, [(mine, first), (theirs, read(report(), now)), (mine, contradicting), (mine, first)]
    )
    work.commit()
    found = [one.kind if isinstance(one, Refusal) else one.filed.result for one in outcomes]
    assert found == ["accepted", "not-found", "conflict", "duplicate"]
