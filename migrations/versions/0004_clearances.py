"""Make clearances and their revocations, which are only ever added.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from api.database.tenancy import fence

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, then their fences."""
    op.create_table(
        "clearances",
        sa.Column("clinic_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("patient_id", sa.Uuid, nullable=False),
        sa.Column("rule_id", sa.Text, nullable=False),
        sa.Column("rule_version", sa.Integer, nullable=False),
        sa.Column("practitioner_id", sa.Uuid, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("limits", sa.Text),
        sa.Column("evidence", sa.Text),
        sa.Column("known", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="clearances_pk"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"], name="clearances_patient_fk"
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "practitioner_id"], ["staff.clinic_id", "staff.id"], name="clearances_staff_fk"
        ),
        sa.CheckConstraint("expires_at > granted_at", name="clearances_end_after_grant"),
    )
    op.create_index("clearances_patient_ix", "clearances", ["clinic_id", "patient_id", "id"])
    op.create_table(
        "clearance_revocations",
        sa.Column("clinic_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("clearance_id", sa.Uuid, nullable=False),
        sa.Column("practitioner_id", sa.Uuid, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="clearance_revocations_pk"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "clearance_id"],
            ["clearances.clinic_id", "clearances.id"],
            name="clearance_revocations_clearance_fk",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "practitioner_id"],
            ["staff.clinic_id", "staff.id"],
            name="clearance_revocations_staff_fk",
        ),
        sa.UniqueConstraint("clinic_id", "clearance_id", name="clearance_revocations_once"),
    )
    for table in ("clearances", "clearance_revocations"):
        for statement in fence(table, application=["SELECT", "INSERT"], jobs=["SELECT"]):
            op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("clearance_revocations")
    op.drop_table("clearances")
