"""Make the log of events, webhook endpoints, their deliveries and the attempts at them.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from api.database.tenancy import fence

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
SCOPES_BEFORE = (
    "patients:read",
    "patients:write",
    "facts:read",
    "facts:write",
    "checks:read",
    "checks:run",
    "recommendations:read",
    "prescriptions:read",
    "prescriptions:write",
    "prescriptions:sign",
    "sessions:read",
    "sessions:write",
    "adherence:read",
    "alerts:read",
    "alerts:write",
    "clients:manage",
    "staff:read",
    "staff:manage",
    "audit:read",
)
NEW_SCOPES = ("events:read", "webhooks:manage")
EVENTS = (
    "alert.raised",
    "alert.changed",
    "alert.acknowledged",
    "alert.snoozed",
    "alert.resolved",
    "prescription.signed",
    "prescription.held",
    "prescription.resumed",
    "prescription.stopped",
    "prescription.completed",
    "prescription.progressed",
    "prescription.rechecked",
    "session.reported",
    "session.corrected",
    "session.withdrawn",
    "lock.placed",
    "lock.lifted",
    "pre-session-check.made",
    "import.finished",
    "webhook.test",
)
STATES = ("enabled", "failing", "disabled")
ENDS = ("asked", "gone", "failing")
DELIVERY_STATES = ("waiting", "delivered", "given-up")
FAULTS = ("address-refused", "unknown-host", "unreachable", "tls", "timeout", "bad-answer", "status")


def upgrade() -> None:
    """Make the tables, then their fences; let clients have the new scopes."""
    scopes_known(SCOPES_BEFORE + NEW_SCOPES)
    op.create_check_constraint("events_name_known", "events", f"name IN ({listed(EVENTS)})")
    event_logs()
    webhook_endpoints()
    webhook_deliveries()
    webhook_attempts()
    rights = {
        "event_logs": (["SELECT", "INSERT", "UPDATE (sequence)"], []),
        "webhook_endpoints": (["SELECT", "INSERT", "UPDATE"], ["SELECT"]),
        "webhook_deliveries": (["SELECT", "INSERT", "UPDATE"], ["SELECT", "DELETE"]),
        "webhook_attempts": (["SELECT", "INSERT"], ["SELECT", "DELETE"]),
    }
    for table, (application, jobs) in rights.items():
        for statement in fence(table, application=application, jobs=jobs):
            op.execute(statement)


def downgrade() -> None:
    """Drop the tables; take the new scopes away from the clients that have them."""
    for table in ("webhook_attempts", "webhook_deliveries", "webhook_endpoints", "event_logs"):
        op.drop_table(table)
    op.drop_constraint("events_name_known", "events", type_="check")
    op.execute("ALTER TABLE clients NO FORCE ROW LEVEL SECURITY")
    for scope in NEW_SCOPES:
        op.execute(f"UPDATE clients SET scopes = array_remove(scopes, '{scope}')")  # noqa: S608 ours
    op.execute("ALTER TABLE clients FORCE ROW LEVEL SECURITY")
    scopes_known(SCOPES_BEFORE)


def scopes_known(scopes: tuple[str, ...]) -> None:
    """Let clients have these scopes and no others."""
    op.drop_constraint("clients_scopes_known", "clients", type_="check")
    op.create_check_constraint(
        "clients_scopes_known", "clients", f"scopes <@ ARRAY[{listed(scopes)}]::text[]"
    )


def event_logs() -> None:
    """How far the log of a clinic goes."""
    op.create_table(
        "event_logs",
        *row(),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="event_logs_pk"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="event_logs_clinic_fk"),
    )


def webhook_endpoints() -> None:
    """An address that is told what happened."""
    op.create_table(
        "webhook_endpoints",
        *row(),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("event_names", ARRAY(sa.Text)),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("disabled_because", sa.Text),
        sa.Column("failing_since", MOMENT),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("overlap_until", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="webhook_endpoints_pk"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="webhook_endpoints_clinic_fk"),
        sa.CheckConstraint(
            f"event_names <@ ARRAY[{listed(EVENTS)}]::text[]", name="webhook_endpoints_events_known"
        ),
        sa.CheckConstraint(f"state IN ({listed(STATES)})", name="webhook_endpoints_state_known"),
        sa.CheckConstraint(f"disabled_because IN ({listed(ENDS)})", name="webhook_endpoints_end_known"),
        sa.CheckConstraint(
            "(state = 'disabled') = (disabled_because IS NOT NULL)", name="webhook_endpoints_end_said"
        ),
    )


def webhook_deliveries() -> None:
    """An event on its way to an address."""
    op.create_table(
        "webhook_deliveries",
        *row(),
        sa.Column("endpoint_id", sa.Uuid, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("patient_id", sa.Uuid),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("leased_until", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="webhook_deliveries_pk"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "endpoint_id"],
            ["webhook_endpoints.clinic_id", "webhook_endpoints.id"],
            name="webhook_deliveries_endpoint_fk",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "event_id"], ["events.clinic_id", "events.id"], name="webhook_deliveries_event_fk"
        ),
        sa.UniqueConstraint("clinic_id", "endpoint_id", "event_id", name="webhook_deliveries_once"),
        sa.CheckConstraint(f"state IN ({listed(DELIVERY_STATES)})", name="webhook_deliveries_state_known"),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "webhook_deliveries_due_ix",
        "webhook_deliveries",
        ["clinic_id", "endpoint_id", "due_at", "sequence"],
        postgresql_where=waiting,
    )
    op.create_index(
        "webhook_deliveries_line_ix",
        "webhook_deliveries",
        ["clinic_id", "endpoint_id", "patient_id", "sequence"],
        postgresql_where=waiting,
    )


def webhook_attempts() -> None:
    """One call of an address."""
    op.create_table(
        "webhook_attempts",
        *row(),
        sa.Column("delivery_id", sa.Uuid, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("fault", sa.Text),
        sa.Column("ms", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="webhook_attempts_pk"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "delivery_id"],
            ["webhook_deliveries.clinic_id", "webhook_deliveries.id"],
            name="webhook_attempts_delivery_fk",
        ),
        sa.CheckConstraint(f"fault IN ({listed(FAULTS)})", name="webhook_attempts_fault_known"),
    )
    op.create_index("webhook_attempts_delivery_ix", "webhook_attempts", ["clinic_id", "delivery_id", "id"])


def row() -> tuple[sa.Column, sa.Column]:
    """The columns of every table of a clinic."""
    return sa.Column("clinic_id", sa.Uuid, nullable=False), sa.Column("id", sa.Uuid, nullable=False)


def listed(values: tuple[str, ...]) -> str:
    """The values as SQL texts."""
    return ", ".join(f"'{value}'" for value in values)
