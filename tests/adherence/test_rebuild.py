"""`flask adherence rebuild`: it writes what differs from what was told, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from tests.adherence.wire import reported, signed
from tests.prescriptions.wire import on_file

SPOILT = (
    "UPDATE adherence_weeks SET done = 7 WHERE clinic_id = :clinic AND done > 0",
    "DELETE FROM adherence_weeks WHERE clinic_id = :clinic AND done = 0",
)


@pytest.fixture
def rebuild(live_app):
    """What the command says."""
    runner = live_app.test_cli_runner()

    def run(*arguments):
        said = runner.invoke(args=["adherence", "rebuild", *arguments])
        assert said.exit_code == 0, said.output
        return said.output

    return run


@pytest.fixture
def told(live_clinic):
    """A patient with a plan and a report of today."""
    caller = live_clinic.caller()
    patient = on_file(caller)
    plan = signed(caller, patient, str(live_clinic.practitioner()))
    reported(caller, patient, plan, (datetime.now(UTC) - timedelta(days=1)).date())


def spoil(clinic):
    work = clinic.work()
    rows = [work.db.execute(text(one), {"clinic": clinic.id}).rowcount for one in SPOILT]
    work.commit()
    return sum(rows)


def test_what_the_service_counted_is_what_a_rebuild_counts(rebuild, told):
    assert "Counted 1 patients of 1 clinics; 0 rows differed." in rebuild()


def test_what_was_written_past_the_service_is_put_right(live_clinic, rebuild, told):
    spoilt = spoil(live_clinic)
    assert spoilt > 0
    assert f"; {spoilt} rows differed." in rebuild("--clinic", str(live_clinic.id))
    assert "; 0 rows differed." in rebuild()


def test_another_clinic_stays_as_it_is(live_clinic, rebuild, told):
    assert spoil(live_clinic) > 0
    assert "Counted 0 patients" in rebuild("--clinic", "019a9c51-3c4d-7e5f-8a6b-7c8d9e0f1a2b")
