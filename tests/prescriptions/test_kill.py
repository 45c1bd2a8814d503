"""The process is killed before every single statement, and before the commit: nothing is ever half done."""

import os
import signal
import warnings
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, event, pool, text

from api.commands.work import one_turn
from api.database.base import Base
from api.prescriptions import due
from tests.prescriptions.wire import address, drafted, from_now, on_file, override, sign, signed

BRISK = "walk-brisk"
DROP = "neuro-foot-drop"
TABLES = sorted(name for name, table in Base.metadata.tables.items() if "clinic_id" in table.columns)
_ALL = "SELECT md5(string_agg(t::text, '|' ORDER BY t.id))"


@pytest.fixture
def live(live_clinic):
    """A client of a clinic with real commits."""
    return live_clinic.calling(live_clinic.token(live_clinic.register()[0]))


@pytest.fixture
def live_signer(live_clinic):
    return str(live_clinic.practitioner())


@pytest.fixture
def kept(live_clinic):
    """Everything that is kept of the clinic, by table."""

    def everything():
        work = live_clinic.work()
        found = {
            table: work.db.scalar(
                text(f"{_ALL} FROM {table} t WHERE t.clinic_id = :c"), {"c": live_clinic.id}
            )
            for table in TABLES
        }
        work.abandon()
        return found

    return everything


@pytest.fixture
def killed(live_app):
    """Does something in a process that is killed before its step of a number; whether it came so far."""
    engine = live_app.extensions["surefoot"].engine

    def at(number, act):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # from 3.12 on: of threads, which this child never uses
            child = os.fork()
        if not child:
            _die_at(engine, number, act)
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])

    return at


def _die_at(engine, number, act):
    """In the child: a statement or a commit is a step. It never comes back into the tests."""
    left = [number]

    def step(*_):
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    try:
        engine.dispose(close=False)  # what the parent has opened stays the parent's
        event.listen(engine, "before_cursor_execute", step)
        event.listen(engine, "commit", step)
        act()
    finally:
        os._exit(0)


def test_a_signature_is_made_or_not(live, live_signer, killed, kept):
    patient = on_file(live, foot_drop="yes")
    made = drafted(live, patient, BRISK, overrides=[override(live_signer, DROP, BRISK)])
    before, steps = kept(), 0
    while killed(steps, lambda: sign(live, made, live_signer, **{"Idempotency-Key": "sign"})):
        assert kept() == before, steps
        steps += 1
    assert steps > 20
    shown = live.get(address(made)).json
    assert (shown["state"], shown["revision"], shown["safety"]) == ("active", 1, "safe")
    assert (len(shown["overrides"]), len(shown["history"])) == (1, 1)
    assert sign(live, made, live_signer, **{"Idempotency-Key": "sign"}).status_code == 200


def test_a_fact_comes_with_all_that_follows_or_not_at_all(live, live_signer, killed, kept):
    patient = on_file(live)
    made = signed(live, patient, live_signer, BRISK)
    body = {"observed_at": from_now(), "facts": {"foot_drop": {"value": "yes"}}}
    key = {"Idempotency-Key": "fact"}
    before, steps = kept(), 0
    while killed(steps, lambda: live.post(f"{patient}/facts", json=body, headers=key)):
        assert kept() == before, steps
        steps += 1
    assert steps > 15
    assert live.get(address(made)).json["safety"] == "paused"
    (alert,) = live.get("/v1/alerts").json["items"]
    assert alert["cause_count"] == 1
    after = kept()
    assert live.post(f"{patient}/facts", json=body, headers=key).status_code == 200
    assert kept() == after


@pytest.mark.usefixtures("live_clinic")
def test_a_recheck_of_the_worker_is_whole(live_app, live, live_signer, killed, kept, clock, fresh_database):  # noqa: PLR0917 fixtures are named, not placed
    now = clock.now
    clock.now = now - timedelta(hours=2)
    given = override(live_signer, DROP, BRISK, expires_at=from_now(hours=1))
    made = signed(live, on_file(live, foot_drop="yes"), live_signer, BRISK, overrides=[given])
    clock.now = now
    jobs = create_engine(fresh_database.jobs_database_url, poolclass=pool.NullPool)

    def turn():
        with live_app.app_context():
            return one_turn(jobs, due.TASKS)

    before, steps = kept(), 0
    while live.get(address(made)).json["safety"] == "safe":
        assert kept() == before, steps
        killed(steps, turn)
        steps += 1
    assert steps > 12
    assert turn() == (0, 0)
    (alert,) = live.get("/v1/alerts").json["items"]
    assert (alert["cause_count"], live.get(address(made)).json["safety"]) == (1, "paused")
