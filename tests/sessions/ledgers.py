"""Ledgers with something in each part, and a hand that reaches in behind the back of the service."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, pool

from api.caller import CONSOLE, Caller
from api.database.work import Work
from api.sessions.ledger import reconciliation
from tests.prescriptions.wire import on_file
from tests.sessions.test_batch import batch, item
from tests.sessions.wire import sent

OPEN_SPOT = {"foot_check_after": "bleeding-or-open"}
BLISTER = {"foot_check_after": "blister"}
OF_THE_SESSION = "WHERE subject_id = :session"


def balance(clinic, connection=None):
    """What the ledger of a clinic comes to, as this connection sees it if there is one."""
    caller = Caller(clinic_id=clinic.id, client_id=CONSOLE, scopes=frozenset())
    engine = connection if connection is not None else clinic.building.engine
    work = Work(engine, caller, moment=datetime.now(UTC), request_id="a-test", followers=())
    found = reconciliation.reconcile(work)
    work.abandon()
    return found


def alarmed(caller, patient):
    """A check before a session that alarms; its id."""
    body = {
        "observed_at": datetime.now(UTC).isoformat(),
        "facts": {"symptoms_today": {"value": ["chest-pain"]}},
    }
    answer = caller.post(f"{patient}/pre-session-checks", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json["id"]


@pytest.fixture
def owner(fresh_database):
    """Does something behind the back of the service, as whoever repairs a database by hand."""
    engine = create_engine(fresh_database.owner_database_url, poolclass=pool.NullPool)

    @contextmanager
    def owner(clinic):
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL app.clinic_id = '{clinic.id}'")
            yield connection

    yield owner
    engine.dispose()


@pytest.fixture
def flagged(live_clinic):
    """An open spot and a blister of two patients, an alarm and a doubt; the id of the first session."""
    caller = live_clinic.caller()
    patients = [on_file(caller) for _ in range(2)]
    session = sent(caller, patients[0], **OPEN_SPOT)
    sent(caller, patients[1], **BLISTER)
    alarmed(caller, patients[1])
    batch(caller, [item(patients[1].rpartition("/")[2], rpe="much", **OPEN_SPOT)])
    return session["session_id"]
