"""Keep whether the ledger of red flags holds, and find quickly what it is made of.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from api.database.tenancy import fence

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
INDEXES = {
    "alert_causes_ledger_ix": ("alert_causes", ["clinic_id", "reported_at", "id"], "level <> 'watch'"),
    "session_triages_flagged_ix": (
        "session_triages",
        ["clinic_id", "session_id"],
        "level IN ('review', 'urgent', 'emergency')",
    ),
    "events_alerts_ix": ("events", ["clinic_id", "subject_id"], "subject = 'alert'"),
    "webhook_deliveries_event_ix": ("webhook_deliveries", ["clinic_id", "event_id"], None),
}


def upgrade() -> None:
    """Make the table with its fence, then the indexes."""
    op.create_table(
        "ledger_checks",
        sa.Column("clinic_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("checked_at", MOMENT, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("reports", "causes", "missing", "stray")),
        sa.Column("broken_since", MOMENT),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="ledger_checks_pk"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="ledger_checks_clinic_fk"),
        sa.CheckConstraint(
            "(broken_since IS NULL) = (missing = 0 AND stray = 0)", name="ledger_checks_broken_since"
        ),
    )
    rights = ["SELECT", "INSERT", "UPDATE"]
    for statement in fence("ledger_checks", application=rights, jobs=["SELECT"]):
        op.execute(statement)
    for name, (table, columns, condition) in INDEXES.items():
        where = None if condition is None else sa.text(condition)
        op.create_index(name, table, columns, postgresql_where=where)


def downgrade() -> None:
    """Drop the indexes and the table."""
    for name, (table, _, _) in INDEXES.items():
        op.drop_index(name, table)
    op.drop_table("ledger_checks")
