"""Every table obeys the database rules, read from the catalogue and not from the code."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import CheckConstraint, create_engine, pool, text
from sqlalchemy.exc import DBAPIError

import api.app  # noqa: F401 - every room's tables register themselves
from api.database.base import LONGEST_CONSTRAINT_NAME, SCHEMA_HEAD, Base, ClosedText
from api.database.tenancy import APPLICATION, JOBS
from tests.contracts import samples

CLINIC_TABLES = sorted(name for name, table in Base.metadata.tables.items() if "clinic_id" in table.columns)
POLICY = "(clinic_id = (NULLIF(current_setting('app.clinic_id'::text, true), ''::text))::uuid)"

CONSTRAINTS = """
SELECT c.conrelid::regclass::text AS table, c.conname AS name, c.contype AS kind,
       c.condeferrable AS deferrable,
       c.confdeltype AS on_delete, c.confupdtype AS on_update, c.confrelid::regclass::text AS target,
       pg_get_constraintdef(c.oid) AS definition,
       ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k(n, i)
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY k.i) AS columns
FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
WHERE n.nspname = 'public' AND c.contype <> 'n' AND c.conrelid <> 0
ORDER BY 1, 2
"""


@pytest.fixture(scope="module")
def ask(settings):
    engine = create_engine(settings.owner_database_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        yield lambda statement, **values: connection.execute(text(statement), values).all()


@pytest.fixture(scope="module")
def constraints(ask):
    return [row for row in ask(CONSTRAINTS) if row.table != "alembic_version"]


def test_the_tables_of_the_code_are_those_of_the_database(ask):
    kept = {row[0] for row in ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert kept == Base.metadata.tables.keys() | {"alembic_version"}


def test_every_table_belongs_to_a_clinic_or_is_known_not_to(ask):
    assert set(Base.metadata.tables) - set(CLINIC_TABLES) <= samples.UNTOUCHED


@pytest.mark.parametrize("table", CLINIC_TABLES)
def test_the_clinic_is_a_uuid_and_never_null(ask, table):
    columns = ask(
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name = :table "
        "AND column_name IN ('clinic_id', 'id') ORDER BY 1",
        table=table,
    )
    assert columns == [("clinic_id", "uuid", "NO"), ("id", "uuid", "NO")]


@pytest.mark.parametrize("table", CLINIC_TABLES)
def test_the_key_is_clinic_and_id(constraints, table):
    assert [row.columns for row in constraints if (row.table, row.kind) == (table, "p")] == [
        ["clinic_id", "id"]
    ]


def test_the_clinic_leads_every_unique_and_foreign_key(constraints):
    for row in constraints:
        if row.table in CLINIC_TABLES and row.kind in {"u", "f", "x"} and row.target not in samples.UNTOUCHED:
            assert row.columns[0] == "clinic_id", row.name


def test_unique_indexes_lead_with_the_clinic(ask):
    indexes = ask(
        "SELECT tablename, indexname, indexdef FROM pg_indexes "
        "WHERE schemaname = 'public' AND indexdef LIKE 'CREATE UNIQUE%'"
    )
    for table, name, definition in indexes:
        if table in CLINIC_TABLES:
            assert re.search(r"\(clinic_id\b", definition), name


def test_foreign_keys_point_down_and_act_plainly(constraints):
    for row in constraints:
        if row.kind == "f":
            assert row.on_delete in {"a", "r", "c"}, row.name
            assert row.on_update in {"a", "r"}, row.name
            assert row.table in CLINIC_TABLES or row.target not in CLINIC_TABLES, row.name
        assert not row.deferrable, row.name


def test_every_constraint_is_named_by_us_and_briefly(constraints):
    for row in constraints:
        assert len(row.name) <= LONGEST_CONSTRAINT_NAME, row.name
        assert not re.search(r"_(pkey|fkey|key\d*|check\d*|excl)$", row.name), row.name


def test_there_are_no_sequences_triggers_rules_or_views(ask):
    assert not ask(
        "SELECT relname FROM pg_class "
        "WHERE relkind IN ('S', 'v', 'm') AND relnamespace = 'public'::regnamespace"
    )
    assert not ask("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
    assert not ask("SELECT rulename FROM pg_rules WHERE schemaname = 'public'")
    assert not ask("SELECT attname FROM pg_attribute WHERE attidentity <> '' AND attnum > 0")


@pytest.mark.parametrize("table", CLINIC_TABLES)
def test_row_level_security_is_on_and_forced_with_the_one_policy(ask, table):
    security = ask(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = :table", table=table
    )
    assert security == [(True, True)]
    policies = ask(
        "SELECT permissive, roles::text[], cmd, qual, with_check FROM pg_policies WHERE tablename = :table",
        table=table,
    )
    assert policies == [("PERMISSIVE", ["public"], "ALL", POLICY, POLICY)]


def test_the_roles_are_as_far_apart_as_they_must_be(ask):
    roles = {
        row.rolname: row
        for row in ask(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles "
            "WHERE rolname LIKE 'surefoot%'"
        )
    }
    assert not roles[APPLICATION].rolbypassrls
    assert roles[JOBS].rolbypassrls
    assert not any(row.rolsuper or row.rolcreaterole or row.rolcreatedb for row in roles.values())
    owners = {row[0] for row in ask("SELECT tableowner FROM pg_tables WHERE schemaname = 'public'")}
    assert owners == {"surefoot_owner"}


def test_nobody_truncates_and_what_is_append_only_stays(ask):
    for table in Base.metadata.tables:
        denied = ["TRUNCATE", "REFERENCES", "TRIGGER"]
        denied += ["UPDATE", "DELETE"] if table in samples.APPEND_ONLY else []
        for right in denied:
            for role in (APPLICATION, JOBS):
                (held,) = ask(
                    "SELECT has_table_privilege(:role, :table, :right)", role=role, table=table, right=right
                )
                assert not held[0], f"{role} may {right} {table}"


def literals(definition):
    return set(re.findall(r"'([^']*)'", definition))


def test_every_stored_list_is_the_codes(constraints):
    kept = {row.name: literals(row.definition) for row in constraints if row.kind == "c"}
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, ClosedText):
                assert kept[column.type.name] == set(column.type.enums), column.type.name
        for check in table.constraints:
            if isinstance(check, CheckConstraint):
                assert check.name in kept, f"{check.name} is in the code and not in the database"
                if "ARRAY[" in str(check.sqltext):
                    assert kept[check.name] == literals(str(check.sqltext)), check.name


def test_the_code_knows_the_newest_migration(ask):
    assert ask("SELECT version_num FROM alembic_version") == [(SCHEMA_HEAD,)]


def test_without_a_clinic_nothing_is_seen(clinic, settings):
    clinic.practitioner()
    counted = text("SELECT count(*) FROM staff WHERE clinic_id = :clinic")
    with clinic.building.engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL app.clinic_id = ''")
        assert connection.scalar(counted, {"clinic": clinic.id}) == 0


def test_a_row_of_another_clinic_cannot_be_written(clinic, other_clinic):
    work = clinic.work()
    insert = text(
        "INSERT INTO audit_events (clinic_id, id, at, action, subject, subject_id, request_id) "
        "VALUES (:clinic, :id, now(), 'x', 'x', :id, 'x')"
    )
    with pytest.raises(DBAPIError, match="row-level security"):
        work.db.execute(insert, {"clinic": other_clinic.id, "id": uuid4()})
    work.abandon()


@pytest.mark.parametrize("change", ["UPDATE audit_events SET action = 'y'", "DELETE FROM audit_events"])
def test_the_audit_trail_cannot_be_changed(clinic, change):
    work = clinic.work()
    with pytest.raises(DBAPIError, match="permission denied"):
        work.db.execute(text(f"{change} WHERE clinic_id = '{clinic.id}'"))
    work.abandon()
