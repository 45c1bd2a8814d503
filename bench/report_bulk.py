"""A hundred thousand reports through an import, beside COPY of the same rows into the same tables.

The import is the whole way: a file in gzip over HTTP, kept, filed by a worker with triage, audit and events,
until it says that it is done. What it wrote is then copied into a second database that has the same patients,
with the same constraints and indexes. Both keep the promises of production (`fsync`, `synchronous_commit`).
"""

import gzip
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from api.database import embedded
from api.settings import DATABASE_NAME, REPOSITORY
from bench.rig import load, reports
from bench.rig.place import STOP_SECONDS, Place, free_port, granian, place, served, token
from bench.rig.rounds import Measured, in_turn, report

REPORTS = 100_000
PATIENTS = 2_000
ROUNDS = 1
AIM = 0.15
COPY_NAME = "surefoot_copy"
TABLES = ("session_reports", "session_versions", "session_triages", "audit_events", "events")
PATIENCE_SECONDS = 1800


def main() -> None:
    """Measure and print."""
    with place() as here:
        patients = [reports.registered(here, PATIENTS) for _ in range(ROUNDS + 1)]
        data = here.folder / "postgres"
        with embedded.superuser_connection(data) as connection:
            embedded.create_database(connection, COPY_NAME, template=DATABASE_NAME)
        port = free_port()
        service = granian("wsgi", "wsgi:app", port=port, workers=1, threads=2)
        with served(service, here.environment, here.folder, port), working(here):
            measured = measure(here, port, iter(patients))
    ratio = measured.ratio("import", "copy")
    medians = f"{measured.median('import'):.0f}/s; COPY {measured.median('copy'):.0f}/s"
    report("report-bulk", f"{ratio:.2f}", medians, aim=f"≥ {AIM:.2f}", met=ratio >= AIM)


def measure(here: Place, port: int, patients: Iterator[list[UUID]]) -> Measured:
    """Reports per second on either way; the first, short round only warms up."""
    written: list[datetime] = []
    counts = iter([2 * PATIENTS, *[REPORTS] * ROUNDS])
    in_work: list[int] = []

    def imported() -> float:
        in_work[:] = [next(counts)]
        written[:] = [datetime.now(UTC)]
        file = _file(next(patients), in_work[0])
        started = time.perf_counter()
        job = _done(here, port, file)
        if job["accepted"] != in_work[0]:
            raise RuntimeError(f"not all was accepted: {job}")
        return in_work[0] / (time.perf_counter() - started)

    def copied() -> float:
        files = _dumped(here, written[0])
        started = time.perf_counter()
        _copied(here, files)
        return in_work[0] / (time.perf_counter() - started)

    first = in_turn({"import": imported, "copy": copied}, rounds=0)
    rounds = {name: list(figures) for name, figures in first.rounds.items()}
    for _ in range(ROUNDS):
        rounds["import"].append(imported())
        rounds["copy"].append(copied())
    return Measured(rounds)


@contextmanager
def working(here: Place) -> Iterator[None]:
    """A worker beside the server."""
    log = here.folder / "worker.log"
    with open(log, "wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "work"],
            cwd=REPOSITORY,
            env=here.environment,
            stdout=written,
            stderr=written,
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _file(patients: list[UUID], count: int) -> bytes:
    """The reports of one patient after the other, as a system gives them out."""
    each = count // len(patients)
    first = datetime.now(UTC) - timedelta(days=58)
    lines = [
        orjson.dumps({"patient_id": str(patient_id), **one})
        for patient_id in patients
        for _, one in reports.quiet([patient_id], first=first, each=each)
    ]
    return gzip.compress(b"\n".join(lines), 1)


def _done(here: Place, port: int, file: bytes) -> dict[str, Any]:
    """The import, once it is done."""
    bearer = {"Authorization": f"Bearer {token(here, port)}"}
    packed = {**bearer, "Content-Encoding": "gzip"}
    sent = load.request("POST", "/v1/imports", headers=packed, body=file, kind="application/x-ndjson")
    job: dict[str, Any] = orjson.loads(load.once(port, sent))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while job["state"] in {"queued", "running"} and time.monotonic() < deadline:
        time.sleep(0.2)
        bearer = {"Authorization": f"Bearer {token(here, port)}"}
        job = orjson.loads(load.once(port, load.request("GET", f"/v1/imports/{job['id']}", headers=bearer)))
    if job["state"] != "done":
        log = (here.folder / "worker.log").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"the import is {job}\n{log}")
    return job


def _dumped(here: Place, since: datetime) -> dict[str, Path]:
    """The rows of the last import, in files."""
    files = {}
    when = {"session_reports": "received_at", "session_versions": "recorded_at"}
    with embedded.superuser_connection(here.folder / "postgres", DATABASE_NAME) as connection:
        for table in TABLES:
            files[table] = here.folder / f"{table}.copy"
            rows = f"SELECT * FROM {table} WHERE {when.get(table, 'at')} >= '{since.isoformat()}'"
            if table == "events":
                rows = rows.replace("*", "clinic_id, id, at, name, subject, subject_id, patient_id")
            with (
                open(files[table], "wb") as file,
                connection.cursor().copy(f"COPY ({rows}) TO STDOUT (FORMAT binary)") as copy,
            ):
                file.writelines(copy)
    return files


def _copied(here: Place, files: dict[str, Path]) -> None:
    """The same rows in the other database, in one transaction."""
    with (
        embedded.superuser_connection(here.folder / "postgres", COPY_NAME) as connection,
        connection.transaction(),
    ):
        for table, path in files.items():
            columns = (
                "(clinic_id, id, at, name, subject, subject_id, patient_id)" if table == "events" else ""
            )
            with connection.cursor().copy(f"COPY {table} {columns} FROM STDIN (FORMAT binary)") as copy:
                copy.write(path.read_bytes())


if __name__ == "__main__":
    main()
