"""A dose goes on by itself from what was reported, and waits where a report has locked it."""

import pytest

from tests.checks.wire import screened
from tests.prescriptions.test_due import work_done
from tests.prescriptions.wire import address, content, on_file, sign, tell
from tests.sessions.wire import ago, sent

CYCLE = "recumbent-cycle-easy"
AUTOMATIC = {"progression": {"mode": "automatic", "ceiling_minutes": 150}}


@pytest.fixture
def running(app, clinic, clock, lasting):
    """A patient in the second week of a prescription that goes on by itself, and the prescription."""
    patient = on_file(lasting)
    made = lasting.post(f"{patient}/prescriptions", json=content(CYCLE, **AUTOMATIC)).json
    assert sign(lasting, made, str(clinic.practitioner())).status_code == 200
    clock.forward(days=8)
    tell(lasting, patient, told=screened()["facts"])
    return patient, made


def report(caller, running, days, **changed):
    patient, made = running
    items = [{"exercise_id": CYCLE, "minutes": 8}]
    usual = {"items": items, "prescription_id": made["id"], "performed_at": ago(days=days)}
    usual |= {"rpe": 11, "rpe_scale": "borg-6-20"}
    return sent(caller, patient, **(usual | changed))


def turn(app, clinic, clock):
    task = next(one for one in app.extensions["surefoot.tasks"] if one.name == "prescriptions-going-on")
    return work_done(clinic, clock, task)


def test_reported_sessions_earn_a_step_without_anybody_asking(app, clinic, clock, lasting, running):
    for days in (7, 5, 3):
        report(lasting, running, days)
    assert turn(app, clinic, clock) == 1
    after = lasting.get(address(running[1])).json
    assert (after["revision"], after["signed"]["applied_by"], after["signed"]["within"]) == (2, "engine", 1)
    clock.forward(days=1)
    assert turn(app, clinic, clock) <= 1
    assert lasting.get(address(running[1])).json["revision"] == 2


def test_a_red_flag_stops_it_until_a_clinician_has_looked(app, clinic, clock, lasting, running):
    for days in (7, 5):
        report(lasting, running, days)
    report(lasting, running, 3, symptoms=["calf-swelling"])
    assert turn(app, clinic, clock) == 1
    after = lasting.get(address(running[1])).json
    assert after["revision"] == 1
    (alert,) = lasting.get("/v1/alerts").json["items"]
    assert set(alert["kinds"]) >= {"progression", "session-report"}
