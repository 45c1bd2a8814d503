"""A page of the panel with five million reports on file, beside the same clinic with fifty thousand.

Both clinics lie in one database and have as many patients. The large one has reported for two years, the
small one five times each. The page is also held against its own statement in the same driver, by itself.
"""

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import repeat
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import create_engine, event

from api.adherence import queries
from api.caller import CONSOLE, SCOPES, Caller, parse_wire_id
from api.database.work import Work
from bench.rig import load
from bench.rig.adherent_clinic import fill, tidy
from bench.rig.place import Place, another_client, free_port, granian, place, served, token
from bench.rig.rounds import Measured, in_turn, report

REPORTS = 5_000_000
FEW = 50_000
PATIENTS = 10_000
PATH = "/v1/adherence?weeks=12&limit=50"
ROUNDS = 7
SECONDS = 1.0
AIM = 1.3
AIM_OF_THE_STATEMENT = 3.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=REPORTS, help="on file of the large clinic")
    many = parser.parse_args().reports
    with place() as large:
        small = another_client(large)
        for here, reports in ((large, many), (small, min(FEW, many))):
            fill(here, _clinic(here), patients=PATIENTS, reports=reports)
        tidy(large)
        port = free_port()
        service = granian("wsgi", "wsgi:app", port=port, workers=1, threads=2)
        with served(service, large.environment, large.folder, port):
            measured = measure(large, small, port)
    ratio = measured.ratio("large", "small")
    words = f"{measured.median('large'):.0f} ms; with {FEW:,} reports {measured.median('small'):.0f} ms"
    report("adherence-panel", f"{ratio:.2f}", words, aim=f"≤ {AIM}", met=ratio <= AIM)
    ratio = measured.ratio("large", "statement")
    words = f"{measured.median('large'):.0f} ms; its statement alone {measured.median('statement'):.0f} ms"
    met = ratio <= AIM_OF_THE_STATEMENT
    report("adherence-panel-sql", f"{ratio:.2f}", words, aim=f"≤ {AIM_OF_THE_STATEMENT:.0f}", met=met)


def measure(large: Place, small: Place, port: int) -> Measured:
    """Milliseconds of a page, one after the other, and of the statement that it is made of."""
    sides: dict[str, Callable[[], float]] = {}
    for name, here in (("large", large), ("small", small)):
        asked = load.request("GET", PATH, headers={"Authorization": f"Bearer {token(here, port)}"})
        load.once(port, asked)
        run = partial(load.requests_per_second, port, connections=1, seconds=SECONDS)
        sides[name] = partial(_milliseconds, run, asked)
    with psycopg.connect(large.settings.database_url.replace("+psycopg", "")) as connection:
        sides["statement"] = partial(_statement, connection, _clinic(large), *_recorded(large))
        return in_turn(sides, rounds=ROUNDS)


def _milliseconds(run: Callable[..., float], asked: bytes) -> float:
    return 1000 / run(repeat(asked))


def _statement(
    connection: psycopg.Connection[Any], clinic_id: UUID, statement: str, values: dict[str, Any]
) -> float:
    """Milliseconds of the statement in a transaction of the application's role."""
    started, times = time.perf_counter(), 0
    while time.perf_counter() - started < SECONDS:
        with connection.transaction():
            connection.execute(f"SET LOCAL app.clinic_id = '{clinic_id}'")
            found = connection.execute(statement, values).fetchall()
        times += 1
    if len(found) != values["limit"]:
        raise RuntimeError("the statement does not answer a page")
    return 1000 * (time.perf_counter() - started) / times


def _recorded(here: Place) -> tuple[str, dict[str, Any]]:
    """The statement of the page, and its values."""
    engine = create_engine(here.settings.database_url)
    said: list[tuple[str, dict[str, Any]]] = []
    event.listen(
        engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, values, *_: said.append((statement, values)),
    )
    caller = Caller(clinic_id=_clinic(here), client_id=CONSOLE, scopes=SCOPES)
    work = Work(engine, caller, moment=datetime.now(UTC), request_id="bench", followers=())
    queries.panel(work, queries.Asked(weeks=12), 50)
    work.abandon()
    engine.dispose()
    return said[-1]


def _clinic(here: Place) -> UUID:
    ids = parse_wire_id(here.client_id)
    assert ids is not None
    return ids[0]


if __name__ == "__main__":
    main()
