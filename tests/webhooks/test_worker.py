"""`flask work` gives places and delivers, and upkeep forgets old deliveries and no event."""

import os
import signal
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, pool, text

from api.app import create_app
from api.database.worker import Errand, Task
from api.webhooks import actions
from tests.factories import Clinic, make_clinic
from tests.webhooks.conftest import Worker


@pytest.fixture
def own_clinic(fresh_database):
    """A clinic in a database of its own, whose webhooks may be on this machine."""
    app = create_app(replace(fresh_database, webhooks_private=True))
    yield Clinic(id=make_clinic(fresh_database), app=app)
    app.extensions["surefoot"].engine.dispose()


@pytest.fixture
def run(own_clinic):
    return lambda *arguments: own_clinic.app.test_cli_runner().invoke(args=arguments)


def test_a_turn_of_the_worker_brings_an_event_to_its_receiver(run, own_clinic, receiver):
    caller = own_clinic.caller()
    webhook = caller.post("/v1/webhooks", json={"url": receiver.url}).json
    Worker(clinic=own_clinic).tell()
    said = run("work", "--once")
    assert said.exit_code == 0, said.output
    (got,) = receiver.received
    (kept,) = caller.get(f"/v1/webhooks/{webhook['id']}/deliveries").json["items"]
    assert (kept["event_id"], kept["state"]) == (got.id, "delivered")
    assert webhook["secret"] not in said.output


def test_old_deliveries_are_forgotten_and_events_stay(run, own_clinic, fresh_database, receiver):
    worker = Worker(clinic=own_clinic)
    with worker.opening() as work:
        actions.register(work, actions.NewEndpoint(url=receiver.url, description=None, events=None))
    worker.later(days=-91).tell()
    worker.turn()
    worker.later(days=2).tell()
    worker.turn()
    said = run("upkeep")
    assert "and 1 deliveries of webhooks." in said.output, said.output
    engine = create_engine(fresh_database.jobs_database_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        tables = ("events", "webhook_deliveries", "webhook_attempts")
        counts = [connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in tables]
    assert counts == [2, 1, 1]


def test_the_worker_goes_on_with_its_tasks_while_an_errand_waits_and_ends_when_told(
    run, own_clinic, monkeypatch
):
    steps = []

    def in_the_house(work):
        steps.append("task")
        if steps.count("task") == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return 0

    def outside(opening):
        steps.append("gone")
        with opening() as work:
            assert work.clinic_id == own_clinic.id
        deadline = work.moment + timedelta(seconds=20)
        while steps.count("task") < 2 and Worker(clinic=own_clinic).moment < deadline:
            pass
        steps.append("back")
        return 0

    def due(*_):
        return [own_clinic.id]

    tasks = (Task(name="task", due=due, run=in_the_house), Errand(name="errand", due=due, run=outside))
    monkeypatch.setitem(own_clinic.app.extensions, "surefoot.tasks", tasks)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        said = run("work")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert said.exit_code == 0, said.output
    assert steps.index("gone") < steps.index("back")
    assert steps[: steps.index("back")].count("task") == 2
