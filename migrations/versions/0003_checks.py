"""Make the checks of patients on file, which are only ever added.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from api.database.tenancy import fence

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = ["programme", "session"]
DECISIONS = [
    "out-of-scope",
    "do-not-exercise",
    "insufficient-data",
    "clearance-required",
    "modified",
    "standard",
]

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table, then its fence."""
    op.create_table(
        "checks",
        sa.Column("clinic_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("patient_id", sa.Uuid, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("valid_until", MOMENT, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("release_sha256", sa.Text, nullable=False),
        sa.Column("rules", sa.JSON, nullable=False),
        sa.Column("inputs", sa.JSON, nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="checks_pk"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"], name="checks_patient_fk"
        ),
        sa.CheckConstraint(among("kind", KINDS), name="checks_kind_known"),
        sa.CheckConstraint(among("decision", DECISIONS), name="checks_decision_known"),
    )
    op.create_index("checks_patient_ix", "checks", ["clinic_id", "patient_id", "id"])
    for statement in fence("checks", application=["SELECT", "INSERT"], jobs=["SELECT"]):
        op.execute(statement)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("checks")


def among(column: str, values: list[str]) -> str:
    """The condition that a column holds one of the values."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
