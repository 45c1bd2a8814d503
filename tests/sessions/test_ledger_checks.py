"""`flask ledger check`, the worker's check, and what a collector is told of it."""

import logging
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

import pytest
from sqlalchemy import create_engine, pool, text

from api.commands.gauges import measured
from api.sessions.ledger import delivered, reconciliation
from api.webhooks import actions as webhooks
from tests.sessions.ledgers import OF_THE_SESSION, OPEN_SPOT
from tests.sessions.wire import sent
from tests.webhooks.conftest import Worker


class TestCommand:
    def test_the_command_names_what_is_lost_and_fails(self, live_app, live_clinic, flagged, owner):
        run = live_app.test_cli_runner().invoke
        said = run(args=["ledger", "check"])
        assert said.exit_code == 0, said.output
        assert f"{live_clinic.id}  holds: 4 red flags told, 4 put before a clinician" in said.stdout
        with owner(live_clinic) as connection:
            connection.execute(text("DELETE FROM alert_causes WHERE kind = 'session-report'"))
        said = run(args=["ledger", "check", "--clinic", str(live_clinic.id)])
        assert said.exit_code == 1
        assert f"{live_clinic.id}  BROKEN: 4 red flags told, 2 put before a clinician" in said.stdout
        assert "  session-report no-cause: 2\n" in said.stdout
        assert f"    {flagged}\n" in said.stdout

    def test_only_a_few_are_named_and_all_are_counted(
        self, live_app, live_clinic, flagged, owner, monkeypatch
    ):
        monkeypatch.setattr(reconciliation, "MOST_NAMED", 1)
        with owner(live_clinic) as connection:
            connection.execute(text("DELETE FROM alert_causes WHERE kind = 'session-report'"))
        said = live_app.test_cli_runner().invoke(args=["ledger", "check"])
        assert "    and 1 more\n" in said.stdout


class TestWorker:
    @pytest.fixture
    def check(self, live_clinic):
        """Checks the ledger as the worker does, at a moment from now; how much was done."""

        def check(**later):
            work = live_clinic.work(moment=datetime.now(UTC) + timedelta(**later))
            done = reconciliation.check(work)
            work.commit()
            return done

        return check

    def test_it_checks_every_clinic_every_few_minutes(self, live_app, live_clinic, flagged):
        assert "Did " in live_app.test_cli_runner().invoke(args=["work", "--once"]).output
        caller = live_clinic.caller()
        found = caller.get("/v1/ledger/summary").json["reconciliation"]
        assert (found["reports"], found["causes"], found["missing"], found["stray"]) == (4, 4, 0, 0)
        assert found["broken_since"] is None

    def test_before_the_first_check_none_is_claimed(self, caller):
        assert caller.get("/v1/ledger/summary").json["reconciliation"] is None

    def test_it_says_so_loudly_until_it_holds_again(self, live_clinic, flagged, owner, check, caplog):
        with owner(live_clinic) as connection:
            connection.execute(
                text(f"UPDATE alert_causes SET kind = 'outcome' {OF_THE_SESSION}"), {"session": flagged}
            )
        assert [check(), check(minutes=4), check(minutes=6)] == [1, 0, 1]
        said = [one for one in caplog.records if one.name == "surefoot.ledger"]
        assert [(one.levelno, one.getMessage()) for one in said] == [(logging.ERROR, "ledger-broken")] * 2
        assert (said[0].clinic_id, said[0].fault, said[0].ids) == (str(live_clinic.id), "no-cause", [flagged])
        caller = live_clinic.caller()
        first = caller.get("/v1/ledger/summary").json["reconciliation"]
        assert (first["missing"], first["broken_since"] < first["checked_at"]) == (1, True)
        with owner(live_clinic) as connection:
            connection.execute(
                text(f"UPDATE alert_causes SET kind = 'session-report' {OF_THE_SESSION}"),
                {"session": flagged},
            )
        assert check(minutes=12) == 1
        assert caller.get("/v1/ledger/summary").json["reconciliation"]["broken_since"] is None

    def test_clinics_fall_due_that_were_not_checked_for_a_while(
        self, live_clinic, fresh_database, flagged, check
    ):
        engine = create_engine(fresh_database.jobs_database_url, poolclass=pool.NullPool)
        with engine.connect() as jobs:
            now = datetime.now(UTC)
            assert live_clinic.id in reconciliation.due(jobs, now)
            check()
            assert live_clinic.id not in reconciliation.due(jobs, now + timedelta(minutes=4))
            assert live_clinic.id in reconciliation.due(jobs, now + timedelta(minutes=6))

    def test_a_collector_is_told_the_sums_and_nothing_of_a_clinic(
        self, live_clinic, fresh_database, flagged, owner, check
    ):
        with owner(live_clinic) as connection:
            connection.execute(text(f"DELETE FROM alert_causes {OF_THE_SESSION}"), {"session": flagged})
        check()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = replace(fresh_database, worker_metrics_port=port)
        engine = create_engine(fresh_database.jobs_database_url, poolclass=pool.NullPool)
        with measured(settings, engine), urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            said = answer.read().decode()
        lines = dict(line.split(" ") for line in said.splitlines() if not line.startswith("#"))
        assert {
            name: float(lines[f"surefoot_ledger_{name}"])
            for name in ("reports", "causes", "missing", "stray")
        } == {
            "reports": 4,
            "causes": 3,
            "missing": 1,
            "stray": 0,
        }
        assert (
            abs(float(lines["surefoot_ledger_checked_timestamp_seconds"]) - datetime.now(UTC).timestamp())
            < 60
        )
        assert str(live_clinic.id) not in said

    def test_without_a_port_nothing_listens(self, fresh_database):
        with measured(fresh_database, None):
            pass


def test_a_cause_that_somebody_has_in_hand_is_noted_as_delivered_in_the_next_turn(live_clinic, receiver):
    told = Worker(clinic=live_clinic)
    with told.opening() as work:
        webhooks.register(work, webhooks.NewEndpoint(url=receiver.url, description=None, events=None))
    sent(live_clinic.caller(), f"/v1/patients/{live_clinic.patient()}", **OPEN_SPOT)
    told.later(seconds=2).turn()

    def noted():
        with told.opening() as work:
            return delivered.note(work)

    elsewhere = live_clinic.work()
    locked = text("SELECT id FROM alert_causes WHERE clinic_id = :clinic_id FOR UPDATE")
    elsewhere.db.execute(locked, {"clinic_id": live_clinic.id})
    assert noted() == 0
    elsewhere.abandon()
    assert noted() == 1
