"""Forty facts of a patient put on file over HTTP, beside pgbench with the same statements on the same server.

The facts are of an encounter, always newer than what is on file; birth date and sex, which are sent once, are
not among them. The database keeps its promises as in production (`fsync` and `synchronous_commit` are on),
and has looked at its tables (`ANALYZE`), as it does by itself after a while.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count, islice
from pathlib import Path

import orjson

from api.app import create_app
from api.caller import parse_wire_id
from api.database import embedded
from api.patients.queries import DEMOGRAPHICS
from api.settings import DATABASE_NAME, Settings
from bench.peers import same_statements
from bench.rig import load, patient
from bench.rig.place import Place, free_port, granian, place, served, token
from bench.rig.rounds import Measured, in_turn, report

ROUNDS = 5
SECONDS = 2
PATIENTS = 64
ENCOUNTERS = 4
FACTS = 40
SERVED = Settings(database_url="")  # workers and threads as the service has them
WORKERS, THREADS = SERVED.web_workers, SERVED.web_threads
AIM = 0.25


def main() -> None:
    """Measure and print."""
    with place() as here:
        port = free_port()
        service = granian("wsgi", "bench.rig.application:app", port=port, workers=WORKERS, threads=THREADS)
        with served(service, here.environment, here.folder, port):
            measured = measure(here, port)
    ratio = measured.ratio("http", "pgbench")
    medians = f"{measured.median('http'):.0f}/s; pgbench {measured.median('pgbench'):.0f}/s"
    report("facts-write", f"{ratio:.2f}", medians, aim=f"≥ {AIM:.2f}", met=ratio >= AIM)


def measure(here: Place, port: int) -> Measured:
    """Requests, and transactions, per second, over as many connections to the database on both sides."""
    bearer = {"Authorization": f"Bearer {token(here, port)}"}
    register = load.request("POST", "/v1/patients", headers=bearer, body=b"{}")
    patients = [orjson.loads(load.once(port, register))["id"] for _ in range(PATIENTS)]
    requests = _requests(patients, bearer)
    for _ in range(ENCOUNTERS * PATIENTS):
        load.once(port, next(requests))
    with embedded.superuser_connection(here.folder / "postgres", DATABASE_NAME) as connection:
        connection.execute("ANALYZE")
    script = _script(here, patients, bearer)
    url = here.settings.database_url.replace("postgresql+psycopg:", "postgresql:")
    connections = WORKERS * THREADS
    pgbench = partial(same_statements.transactions_per_second, url, script, clients=connections)
    http = partial(load.requests_per_second, port, requests, connections=2 * connections)
    return in_turn(
        {"http": partial(http, seconds=SECONDS), "pgbench": partial(pgbench, seconds=SECONDS)}, rounds=ROUNDS
    )


def _requests(patients: list[str], headers: dict[str, str]) -> Iterator[bytes]:
    """Requests for one patient after the other, each with a moment of its own."""
    first = datetime.now(UTC) - timedelta(hours=2)
    for number in count():
        observed_at = first + timedelta(milliseconds=number)
        path = f"/v1/patients/{patients[number % len(patients)]}/facts"
        yield load.request("POST", path, headers=headers, body=_body(observed_at))


def _body(observed_at: datetime) -> bytes:
    return orjson.dumps({"observed_at": observed_at.isoformat(), "facts": _FACTS})


def _script(here: Place, patients: list[str], headers: dict[str, str]) -> Path:
    """The statements of a request, recorded in this process, for any of the patients."""
    os.environ.update(here.environment)
    app = create_app(Settings.from_environment(os.environ))
    engine = app.extensions["surefoot"].engine
    ids = parse_wire_id(here.client_id)
    assert ids is not None
    for _ in range(2):  # the first request also asks about the caller
        with same_statements.recorded(engine) as statements:
            answer = app.test_client().post(
                f"/v1/patients/{patients[0]}/facts",
                data=_body(datetime.now(UTC)),
                headers={**headers, "Content-Type": "application/json"},
            )
        assert answer.status_code == 200, answer.text
    engine.dispose()
    file = here.folder / "facts.sql"
    kept = [str(one) for one in ids]
    file.write_text(same_statements.script(statements, kept=kept, one_of=patients), encoding="utf-8")
    return file


_SEEN = (one for one in patient.seen(datetime.now(UTC)) if one.name not in DEMOGRAPHICS)
_FACTS = {one.name: patient.fact(one) for one in islice(_SEEN, FACTS)}


if __name__ == "__main__":
    main()
