"""A session report over HTTP, triaged and acknowledged, beside pgbench with the same statements.

The report is a quiet one, as most are, of any of many patients who have reported before. The database keeps
its promises as in production (`fsync` and `synchronous_commit`), and has looked at its tables (`ANALYZE`).
What pgbench writes lies so far in the past that it does not slow down what the service reads.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from uuid import UUID

import orjson

from api.app import create_app
from api.caller import parse_wire_id
from api.database import embedded
from api.settings import DATABASE_NAME, Settings
from bench.peers import same_statements
from bench.rig import load, reports
from bench.rig.place import Place, free_port, granian, place, served, token
from bench.rig.rounds import Measured, in_turn, report

ROUNDS = 5
SECONDS = 2
PATIENTS = 400
SERVED = Settings(database_url="")  # workers and threads as the service has them
WORKERS, THREADS = SERVED.web_workers, SERVED.web_threads
AIM = 0.33
LONG_AGO, BEFORE = timedelta(days=300), timedelta(days=150)

_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}")
_TEXT = re.compile(r"'(?:[^']|'')*'")


def main() -> None:
    """Measure and print."""
    with place() as here:
        port = free_port()
        service = granian("wsgi", "wsgi:app", port=port, workers=WORKERS, threads=THREADS)
        with served(service, here.environment, here.folder, port):
            measured = measure(here, port)
    ratio = measured.ratio("http", "pgbench")
    medians = f"{measured.median('http'):.0f}/s; pgbench {measured.median('pgbench'):.0f}/s"
    report("report-insert", f"{ratio:.2f}", medians, aim=f"≥ {AIM:.2f}", met=ratio >= AIM)


def measure(here: Place, port: int) -> Measured:
    """Reports, and transactions, per second, over as many connections to the database on both sides."""
    bearer = {"Authorization": f"Bearer {token(here, port)}"}
    patients = reports.registered(here, PATIENTS)
    first = datetime.now(UTC) - LONG_AGO
    file = b"\n".join(
        orjson.dumps({"patient_id": str(patient_id), **one})
        for patient_id, one in reports.quiet(patients, first=first, each=1)
    )
    seed = load.request("POST", "/v1/sessions/batch", headers=bearer, body=file, kind="application/x-ndjson")
    if orjson.loads(load.once(port, seed))["accepted"] != PATIENTS:
        raise RuntimeError("not all was accepted")
    with embedded.superuser_connection(here.folder / "postgres", DATABASE_NAME) as connection:
        connection.execute("ANALYZE")
    script = _script(here, patients, bearer)
    requests = _requests(patients, bearer)
    url = here.settings.database_url.replace("postgresql+psycopg:", "postgresql:")
    connections = WORKERS * THREADS
    pgbench = partial(same_statements.transactions_per_second, url, script, clients=connections)
    http = partial(load.requests_per_second, port, requests, connections=2 * connections)
    return in_turn(
        {"http": partial(http, seconds=SECONDS), "pgbench": partial(pgbench, seconds=SECONDS)}, rounds=ROUNDS
    )


def _requests(patients: list[UUID], headers: dict[str, str]) -> Iterator[bytes]:
    """Requests for one patient after the other, each of a session of its own."""
    first = datetime.now(UTC) - timedelta(days=58)
    for number in count():
        begun = first + (number // len(patients)) * reports.HALF_A_DAY
        ((patient_id, body),) = reports.quiet([patients[number % len(patients)]], first=begun, each=1)
        path = f"/v1/patients/{patient_id}/sessions"
        yield load.request("POST", path, headers=headers, body=orjson.dumps(body))


def _script(here: Place, patients: list[UUID], headers: dict[str, str]) -> Path:
    """The statements of a report, recorded in this process, for any of the patients."""
    os.environ.update(here.environment)
    app = create_app(Settings.from_environment(os.environ))
    engine = app.extensions["surefoot"].engine
    ids = parse_wire_id(here.client_id)
    assert ids is not None
    begun = datetime.now(UTC) - BEFORE
    for patient_id in (patients[1], patients[0]):  # the first request also asks about the caller
        ((_, body),) = reports.quiet([patient_id], first=begun, each=1)
        with same_statements.recorded(engine) as statements:
            answer = app.test_client().post(f"/v1/patients/{patient_id}/sessions", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
    engine.dispose()
    file = here.folder / "report.sql"
    file.write_text(_transaction(statements, kept={one.hex for one in ids}, patients=patients))
    return file


def _transaction(statements: list[str], *, kept: set[str], patients: list[UUID]) -> str:
    """A pgbench script: the ids of the report are new each time, and the same in all its statements."""
    text = "\n".join(f"{' '.join(one.split())};" for one in statements)
    found = {one.replace("-", "") for one in _ID.findall(text)} - kept - {patients[0].hex}
    names = {one: f"id_{number}" for number, one in enumerate(sorted(found), 1)}
    anyone = ",".join(str(one) for one in patients)

    def new(match: re.Match[str]) -> str:
        plain = match[0].replace("-", "")
        if plain == patients[0].hex:
            return f"' || ('{{{anyone}}}'::text[])[:chosen] || '"
        if plain not in names:
            return match[0]
        return f"' || '01900000-0000-7000-8000-' || lpad(to_hex(:{names[plain]}::bigint), 12, '0') || '"

    def rewritten(match: re.Match[str]) -> str:
        changed = _ID.sub(new, match[0]).replace('":', '": ')  # pgbench takes `:null` for a variable
        return f"({changed})" if changed.count("||") else changed

    lines = [f"\\set chosen random(1, {len(patients)})"]
    lines += [f"\\set {name} random(1, {2**47})" for name in names.values()]
    return "\n".join([*lines, "BEGIN;", _TEXT.sub(rewritten, text), "COMMIT;", ""])


if __name__ == "__main__":
    main()
