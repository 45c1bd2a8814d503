"""Make data points of devices: each as it was sent, and what it became.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

from api.database.tenancy import fence

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BECAME = ["session", "measurement", "red-flag", "fact", "kept"]


def upgrade() -> None:
    """Make the table, then its fence."""
    op.create_table(
        "data_points",
        sa.Column("clinic_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("patient_id", sa.Uuid, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("point_id", sa.Uuid, nullable=False),
        sa.Column("schema", sa.Text, nullable=False),
        sa.Column("starts_at", MOMENT),
        sa.Column("ends_at", MOMENT),
        sa.Column("session_id", sa.Uuid),
        sa.Column("became", sa.Text, nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.Column("document", sa.JSON, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="data_points_pk"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="data_points_patient_fk",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "session_id"],
            ["session_reports.clinic_id", "session_reports.id"],
            name="data_points_session_fk",
        ),
        sa.UniqueConstraint("clinic_id", "point_id", name="data_points_once"),
        sa.CheckConstraint(
            f"became IN ({', '.join(repr(one) for one in BECAME)})", name="data_points_became_known"
        ),
        sa.CheckConstraint(
            "(session_id IS NOT NULL) = (became IN ('session', 'measurement', 'red-flag'))",
            name="data_points_session_named",
        ),
    )
    op.create_index("data_points_patient_ix", "data_points", ["clinic_id", "patient_id", "id"])
    op.create_index("data_points_time_ix", "data_points", ["clinic_id", "patient_id", "starts_at"])
    op.create_index("data_points_session_ix", "data_points", ["clinic_id", "session_id"])
    placed = "UPDATE (session_id, became, answer)"
    for statement in fence("data_points", application=["SELECT", "INSERT", placed], jobs=["SELECT"]):
        op.execute(statement)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("data_points")
