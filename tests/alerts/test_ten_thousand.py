"""A worklist of ten thousand alerts: its pages are read from an index, in the order they are shown in."""

import pytest
from sqlalchemy import create_engine, event, pool, text

from api.alerts import queries
from api.alerts.levels import NEVER, PRECEDENCE, WITHIN
from api.alerts.moves import AlertState
from api.alerts.queries import WorklistOrder
from tests.alerts.wire import now

MANY = 10_000


PATIENTS = text("""
INSERT INTO patients (clinic_id, id, given, time_zone, created_at, updated_at, version)
SELECT :clinic_id, gen_random_uuid(), '{}', 'Europe/Rome', :moment, :moment, 1 FROM generate_series(1, :many)
""")
ALERTS = text("""
INSERT INTO alerts (clinic_id, id, patient_id, level, precedence, state, deadline_at, due_at, title,
    kinds, cause_count, raised_at, updated_at, version)
SELECT :clinic_id, gen_random_uuid(), p.id, :level, :precedence, :state, s.raised_at + :within,
    coalesce(s.raised_at + :within, :never), 'Pain.', '{session-report}', 1, s.raised_at, s.raised_at, 1
FROM (
    SELECT p.id, row_number() OVER (ORDER BY p.id) AS n FROM patients p WHERE p.clinic_id = :clinic_id
) AS p, LATERAL (SELECT :moment - n * interval '1 minute' AS raised_at) AS s
WHERE n % 4 = :precedence - 1
""")


@pytest.fixture
def crowded(live_clinic, fresh_database):
    """Work in a clinic with ten thousand alerts that wait, and as many that are resolved."""
    work = live_clinic.work()
    common = {"clinic_id": live_clinic.id, "moment": now(), "never": NEVER}
    work.db.execute(PATIENTS, {**common, "many": MANY})
    for state in (AlertState.OPEN, AlertState.RESOLVED):
        for level, precedence in PRECEDENCE.items():
            values = {"level": level, "precedence": precedence, "state": state, "within": WITHIN[level]}
            work.db.execute(ALERTS, common | values)
    work.commit()
    owner = create_engine(fresh_database.owner_database_url, poolclass=pool.NullPool)
    with owner.begin() as connection:
        connection.execute(text("ANALYZE alerts"))
    work = live_clinic.work()
    yield work
    work.abandon()


def plan(work, **query):
    """How the database reads a page of the worklist: every node of its plan."""
    said = []

    def note(_connection, _cursor, statement, parameters, *_):
        said.append((statement, parameters))

    engine = work.db.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        queries.worklist(work, **query)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    ((statement, parameters),) = said
    explained = work.db.connection().exec_driver_sql(
        f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters
    )
    return list(nodes(explained.scalar_one()[0]["Plan"]))


def nodes(node):
    yield node
    for inner in node.get("Plans", ()):
        yield from nodes(inner)


def test_the_pages_of_ten_thousand_alerts_are_read_in_the_order_of_an_index(crowded):
    for order in WorklistOrder:
        for state, prefix in ((None, ""), (AlertState.RESOLVED, "resolved_")):
            deep = queries.worklist(crowded, order=order, state=state, limit=6_000)[5_999]
            for after in (None, queries.place(order, deep)):
                found = plan(crowded, order=order, state=state, limit=50, after=after)
                scan = next(node for node in found if node.get("Relation Name") == "alerts")
                assert scan["Node Type"] == "Index Scan"
                assert scan["Index Name"] == f"alerts_{prefix}{order}_ix"
                assert scan["Actual Rows"] == 51
                assert not scan.get("Rows Removed by Filter")
                assert not [node for node in found if "Sort" in node["Node Type"]]
