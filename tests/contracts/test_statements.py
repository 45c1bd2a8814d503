"""The recorder that watches every statement of the suite sees what it must see."""

import pytest

from tests.statements import faults

GOOD = [
    "SELECT staff.id FROM staff WHERE staff.clinic_id = %(clinic_id_1)s::UUID",
    "SELECT id FROM staff WHERE clinic_id = %(c)s FOR UPDATE SKIP LOCKED",
    "SELECT s.id FROM staff AS s JOIN clients c ON c.clinic_id = %(c)s WHERE s.clinic_id = %(c)s",
    "INSERT INTO staff (clinic_id) VALUES (%(c)s) ON CONFLICT (id) DO UPDATE SET a = excluded.a",
    "UPDATE staff SET name = %(n)s WHERE staff.clinic_id = %(c)s AND staff.id = %(i)s",
    "DELETE FROM staff WHERE staff.clinic_id = %(c)s",
    "SET LOCAL app.clinic_id = '019a9c4e-8c1f-7d2a-9a55-0b6c4f2f7a10'",
    "SELECT max(version_num) FROM alembic_version",
]
BAD = [
    "SELECT staff.id FROM staff",
    "SELECT id FROM staff WHERE id = %(i)s FOR UPDATE",
    "SELECT s.id FROM staff AS s JOIN clients c ON c.id = s.id WHERE s.clinic_id = %(c)s",
    "SELECT id FROM staff WHERE clinic_id = %(c)s AND id IN (SELECT client_id FROM audit_events)",
    "UPDATE staff SET name = %(n)s WHERE id = %(i)s",
    "DELETE FROM staff",
    "SELECT set_config('app.clinic_id', %(c)s, true)",
    "SELECT pg_advisory_xact_lock(1)",
    "SET app.clinic_id = '019a9c4e-8c1f-7d2a-9a55-0b6c4f2f7a10'",
    "INSERT INTO staff (id) VALUES (%(i)s) ON CONFLICT (id) DO UPDATE SET at = now()",
    "INSERT INTO staff (id) VALUES (%(i)s) RETURNING clock_timestamp()",
]


@pytest.mark.parametrize("statement", GOOD)
def test_a_statement_that_keeps_the_rules_is_let_through(statement):
    assert faults(statement) == ()


@pytest.mark.parametrize("statement", BAD)
def test_a_statement_that_breaks_a_rule_is_seen(statement):
    assert faults(statement)
