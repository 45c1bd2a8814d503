import pytest

from tests.prescriptions.wire import on_file, signed
from tests.sessions.wire import ago, report

MOST_OF_A_PLAIN_REPORT = 8
"""Patient, reports, facts, plan, locks; one insert of three rows; audit, outbox."""
MOST_OF_AN_URGENT_REPORT = 30
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
