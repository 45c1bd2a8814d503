"""Keep weekly counts of adherence.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from api.database.tenancy import fence

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

LINES = ["aerobic", "resistance", "balance", "flexibility", "foot-ankle", "all"]
OF_DUE = ["due7", "withheld7", "done7", "partly7", "short7", "missed7", "excused7", "away7", "unreported7"]
SEVENTHS = [*OF_DUE, "expected7", "attended7", "possible7", "paused7"]
SESSIONS = ["reported", "done", "partly", "partly_short", "missed", "excused", "withheld", "extra"]
BESIDE = ["during_pause", "unplanned", "over_dose"]
SECONDS = ["seconds", "timed_seconds", "expected_seconds7", "completed7"]
RATED = ["timed", "untold", "rated", "in_band", "above_band"]
EVIDENCE = ["in_clinic", "device", "caregiver", "self_report"]
ON_THE_PANEL = [
    *("patient_id", "due_days", "expected7", "attended7", "possible7"),
    *("short7", "missed7", "excused7", "paused7", "reported"),
]


def upgrade() -> None:
    """Make the tables, then their fences."""
    op.create_table(
        "adherence_weeks",
        *[sa.Column(name, sa.Uuid, nullable=False) for name in ("clinic_id", "id", "patient_id")],
        sa.Column("prescription_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("starts", sa.Date, nullable=False),
        sa.Column("ends", sa.Date, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("due_days", sa.SmallInteger, nullable=False),
        sa.Column("contact", sa.Date),
        sa.Column("reasons", postgresql.JSONB, nullable=False),
        *[sa.Column(name, sa.SmallInteger, nullable=False) for name in (*SEVENTHS, *SESSIONS, *BESIDE)],
        *[sa.Column(name, sa.Integer, nullable=False) for name in SECONDS],
        *[sa.Column(name, sa.SmallInteger, nullable=False) for name in (*RATED, *EVIDENCE)],
        sa.PrimaryKeyConstraint("clinic_id", "id", name="adherence_weeks_pk"),
        of_patient("adherence_weeks", "patient_id"),
        sa.CheckConstraint(f"line IN ({', '.join(map(repr, LINES))})", name="adherence_weeks_line_known"),
    )
    op.create_index(
        "adherence_weeks_once",
        "adherence_weeks",
        ["clinic_id", "patient_id", "line", "starts", "prescription_id", "number"],
        unique=True,
    )
    op.create_index(
        "adherence_weeks_panel_ix",
        "adherence_weeks",
        ["clinic_id", "line", "starts"],
        postgresql_include=ON_THE_PANEL,
    )
    op.create_table(
        "adherence_patients",
        sa.Column("clinic_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("counted_until", sa.Date),
        sa.Column("counted_release", sa.Text, nullable=False),
        sa.Column("prescription_id", sa.Uuid),
        sa.Column("practitioner_id", sa.Uuid),
        *[sa.Column(name, sa.Date) for name in ("plan_first", "plan_last", "last_contact")],
        sa.PrimaryKeyConstraint("clinic_id", "id", name="adherence_patients_pk"),
        of_patient("adherence_patients", "id"),
    )
    for column in ("counted_until", "counted_release"):
        short = column.removeprefix("counted_")
        op.create_index(f"adherence_patients_{short}_ix", "adherence_patients", [column, "clinic_id"])
    changing = ["SELECT", "INSERT", "UPDATE", "DELETE"]
    for table in ("adherence_weeks", "adherence_patients"):
        for statement in fence(table, application=changing, jobs=["SELECT"]):
            op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("adherence_patients")
    op.drop_table("adherence_weeks")


def of_patient(table: str, column: str) -> sa.ForeignKeyConstraint:
    """The patient of a row."""
    return sa.ForeignKeyConstraint(
        ["clinic_id", column], ["patients.clinic_id", "patients.id"], name=f"{table}_patient_fk"
    )
