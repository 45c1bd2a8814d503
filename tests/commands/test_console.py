"""The commands that work on the database: through the service's own command line."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from api.app import create_app


@pytest.fixture
def run(fresh_database):
    app = create_app(fresh_database)
    runner = app.test_cli_runner()
    yield lambda *arguments: runner.invoke(args=arguments)
    app.extensions["surefoot"].engine.dispose()


@pytest.fixture
def ask(fresh_database):
    engine = create_engine(fresh_database.jobs_database_url)
    with engine.connect() as connection:
        yield lambda question, **bound: connection.execute(text(question), bound).all()
    engine.dispose()


def test_a_clinic_gets_clients_and_staff(run, ask):
    clinic_id = run("clinics", "create", "North clinic").stdout.strip()
    said = run("clients", "create", "Record system", "--clinic", clinic_id, "--scope", "checks:run")
    assert said.exit_code == 0, said.output
    assert f"client_id      {clinic_id}." in said.stdout
    assert "client_secret  sfs_" in said.stdout
    said = run("staff", "create", "R. Mole", "--clinic", clinic_id, "--role", "nurse", "--may-sign")
    assert said.exit_code == 0, said.output
    assert ask("SELECT name FROM clinics") == [("North clinic",)]


def test_the_demo_clinic_is_made_once(run, ask, fresh_database):
    file = fresh_database.var / "demo-credentials.json"
    file.unlink(missing_ok=True)
    assert run("demo", "seed", "--people", "1").exit_code == 0
    first = json.loads(file.read_text())
    assert run("demo", "seed", "--people", "1").exit_code == 0
    assert json.loads(file.read_text()) == first
    assert ask("SELECT count(*) FROM clinics") == [(1,)]
    assert ask("SELECT count(*) FROM patients") == [(3,)]
    assert ask("SELECT count(*) > 10 FROM session_reports") == [(True,)]
    file.unlink()


def test_the_demo_clinic_is_made_anew_where_its_database_is_gone(run, ask, fresh_database):
    file = fresh_database.var / "demo-credentials.json"
    nowhere = "00000000-0000-7000-8000-000000000000"
    file.write_text(json.dumps({"client_id": f"{nowhere}.{nowhere}"}))
    assert run("demo", "seed", "--people", "1").exit_code == 0
    assert json.loads(file.read_text())["clinic_id"] != nowhere
    file.unlink()


def test_upkeep_deletes_what_has_had_its_time(run):
    said = run("upkeep")
    assert said.exit_code == 0, said.output
    assert "Deleted 0 idempotency keys, 0 client assertions and 0 deliveries of webhooks." in said.output


def test_a_command_says_which_address_it_misses(settings):
    app = create_app(replace(settings, jobs_database_url="", owner_database_url=""))
    said = app.test_cli_runner().invoke(args=["clinics", "create", "Nowhere"])
    assert said.exit_code == 2
    assert "JOBS_DATABASE_URL" in said.output
    said = app.test_cli_runner().invoke(args=["db", "upgrade"])
    assert said.exit_code == 2
    assert "OWNER_DATABASE_URL" in said.output
