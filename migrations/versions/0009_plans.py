"""Keep the checks before a session.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from api.database.tenancy import fence

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

RESULTS = ["go", "go-lighter", "stop"]
REVISION = ["prescription_id", "revision"]
WITHHELD = ["glucose", "bp", "illness", "symptom", "foot-problem", "locked", "on-hold", "other"]


def upgrade() -> None:
    """Make the table, then its fence."""
    op.create_table(
        "pre_session_checks",
        sa.Column("clinic_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("patient_id", sa.Uuid, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("local_date", sa.Date, nullable=False),
        sa.Column("check_id", sa.Uuid, nullable=False),
        sa.Column("prescription_id", sa.Uuid),
        sa.Column("revision", sa.Integer),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("withheld", sa.Text),
        sa.Column("alert_id", sa.Uuid),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="pre_session_checks_pk"),
        points("patient", ["patient_id"], "patients", ["id"]),
        points("check", ["check_id"], "checks", ["id"]),
        points("revision", REVISION, "prescription_revisions", ["prescription_id", "number"]),
        points("alert", ["alert_id"], "alerts", ["id"]),
        sa.CheckConstraint(among("result", RESULTS), name="pre_session_checks_result_known"),
        sa.CheckConstraint(among("withheld", WITHHELD), name="pre_session_checks_withheld_known"),
        sa.CheckConstraint("withheld IS NULL OR result = 'stop'", name="pre_session_checks_withheld"),
    )
    op.create_index("pre_session_checks_patient_ix", "pre_session_checks", ["clinic_id", "patient_id", "id"])
    op.create_index(
        "pre_session_checks_day_ix", "pre_session_checks", ["clinic_id", "patient_id", "local_date"]
    )
    for statement in fence("pre_session_checks", application=["SELECT", "INSERT"], jobs=["SELECT"]):
        op.execute(statement)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("pre_session_checks")


def points(name: str, columns: list[str], table: str, keys: list[str]) -> sa.ForeignKeyConstraint:
    """A foreign key inside the clinic."""
    return sa.ForeignKeyConstraint(
        ["clinic_id", *columns],
        [f"{table}.clinic_id", *(f"{table}.{key}" for key in keys)],
        name=f"pre_session_checks_{name}_fk",
    )


def among(column: str, values: list[str]) -> str:
    """The CHECK of a closed list."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
