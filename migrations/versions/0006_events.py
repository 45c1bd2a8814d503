"""Make the outbox: what other systems must hear.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from api.database.tenancy import fence

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, then its fence."""
    op.create_table(
        "events",
        sa.Column("clinic_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("patient_id", sa.Uuid),
        sa.Column("sequence", sa.BigInteger),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="events_pk"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="events_clinic_fk"),
        sa.UniqueConstraint("clinic_id", "sequence", name="events_once"),
    )
    op.create_index(
        "events_waiting_ix", "events", ["clinic_id", "id"], postgresql_where=sa.text("sequence IS NULL")
    )
    for statement in fence("events", application=["SELECT", "INSERT", "UPDATE (sequence)"], jobs=["SELECT"]):
        op.execute(statement)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("events")
