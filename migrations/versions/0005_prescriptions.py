"""Make prescriptions, their revisions, moves and overrides.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from api.database.tenancy import fence

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = ["draft", "active", "on-hold", "stopped", "completed", "superseded", "discarded"]
MOVES = ["edit", "sign", "amend", "hold", "resume", "stop", "complete", "supersede", "discard"]
SAFETIES = ["safe", "paused", "needs-review"]
REASONS = ["benefit-outweighs-risk", "supervised", "specialist-advice", "adapted", "other"]


def upgrade() -> None:
    """Make the tables, then their fences."""
    prescriptions()
    revisions()
    moves()
    overrides()
    rights = {
        "prescriptions": (["SELECT", "INSERT", "UPDATE"], ["SELECT"]),
        "prescription_revisions": (["SELECT", "INSERT"], ["SELECT"]),
        "prescription_moves": (["SELECT", "INSERT"], ["SELECT"]),
        "prescription_overrides": (["SELECT", "INSERT", "UPDATE (lapsed_at, lapsed_by)"], ["SELECT"]),
    }
    for table, (application, jobs) in rights.items():
        for statement in fence(table, application=application, jobs=jobs):
            op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    for table in ("prescription_overrides", "prescription_moves", "prescription_revisions", "prescriptions"):
        op.drop_table(table)


def prescriptions() -> None:
    """A prescription, its pending draft, and how safe it was found last."""
    op.create_table(
        "prescriptions",
        *row(),
        sa.Column("patient_id", sa.Uuid, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("draft", sa.JSON),
        sa.Column("draft_sha256", sa.Text),
        sa.Column("safety", sa.Text),
        sa.Column("paused", sa.JSON, nullable=False),
        sa.Column("checked_at", MOMENT),
        sa.Column("check_due_at", MOMENT),
        sa.Column("checked_release", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="prescriptions_pk"),
        points("prescriptions_patient_fk", "patient_id", "patients"),
        sa.CheckConstraint(among("state", STATES), name="prescriptions_state_known"),
        sa.CheckConstraint(among("safety", SAFETIES), name="prescriptions_safety_known"),
        sa.CheckConstraint("(draft IS NULL) = (draft_sha256 IS NULL)", name="prescriptions_draft_hashed"),
    )
    op.create_index("prescriptions_patient_ix", "prescriptions", ["clinic_id", "patient_id", "id"])
    op.create_index(
        "prescriptions_one_active",
        "prescriptions",
        ["clinic_id", "patient_id"],
        unique=True,
        postgresql_where=sa.text("state = 'active'"),
    )


def revisions() -> None:
    """What was signed; only ever added."""
    op.create_table(
        "prescription_revisions",
        *row(),
        sa.Column("prescription_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("effective_from", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.Column("document", sa.JSON, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("changes", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.Column("practitioner_id", sa.Uuid, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("check_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="prescription_revisions_pk"),
        points("prescription_revisions_prescription_fk", "prescription_id", "prescriptions"),
        points("prescription_revisions_practitioner_fk", "practitioner_id", "staff"),
        points("prescription_revisions_check_fk", "check_id", "checks"),
        sa.UniqueConstraint("clinic_id", "prescription_id", "number", name="prescription_revisions_once"),
    )


def moves() -> None:
    """How a prescription came into its state; only ever added."""
    op.create_table(
        "prescription_moves",
        *row(),
        sa.Column("prescription_id", sa.Uuid, nullable=False),
        sa.Column("move", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("practitioner_id", sa.Uuid),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="prescription_moves_pk"),
        points("prescription_moves_prescription_fk", "prescription_id", "prescriptions"),
        points("prescription_moves_practitioner_fk", "practitioner_id", "staff"),
        sa.CheckConstraint(among("move", MOVES), name="prescription_moves_move_known"),
        sa.CheckConstraint(among("state", STATES), name="prescription_moves_state_known"),
    )
    op.create_index("prescription_moves_ix", "prescription_moves", ["clinic_id", "prescription_id", "id"])


def overrides() -> None:
    """What a clinician let through; of a row only its lapse is ever changed."""
    op.create_table(
        "prescription_overrides",
        *row(),
        sa.Column("prescription_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("rule_id", sa.Text, nullable=False),
        sa.Column("exercise_id", sa.Text, nullable=False),
        sa.Column("reason_code", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("monitored", sa.Text, nullable=False),
        sa.Column("monitored_every", sa.Text, nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("practitioner_id", sa.Uuid, nullable=False),
        sa.Column("relied_on", sa.JSON, nullable=False),
        sa.Column("lapsed_at", MOMENT),
        sa.Column("lapsed_by", sa.ARRAY(sa.Text)),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="prescription_overrides_pk"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "prescription_id", "revision"],
            [
                "prescription_revisions.clinic_id",
                "prescription_revisions.prescription_id",
                "prescription_revisions.number",
            ],
            name="prescription_overrides_revision_fk",
        ),
        points("prescription_overrides_practitioner_fk", "practitioner_id", "staff"),
        sa.UniqueConstraint(
            "clinic_id",
            "prescription_id",
            "revision",
            "rule_id",
            "exercise_id",
            name="prescription_overrides_once",
        ),
        sa.CheckConstraint(among("reason_code", REASONS), name="prescription_overrides_reason_known"),
        sa.CheckConstraint("(lapsed_at IS NULL) = (lapsed_by IS NULL)", name="prescription_overrides_lapse"),
    )
    op.create_index("prescription_overrides_rule_ix", "prescription_overrides", ["clinic_id", "rule_id"])


def row() -> tuple[sa.Column, sa.Column]:
    """The key of a clinic's row."""
    return sa.Column("clinic_id", sa.Uuid, nullable=False), sa.Column("id", sa.Uuid, nullable=False)


def points(name: str, column: str, table: str) -> sa.ForeignKeyConstraint:
    """A foreign key to another table of the clinic."""
    return sa.ForeignKeyConstraint(["clinic_id", column], [f"{table}.clinic_id", f"{table}.id"], name=name)


def among(column: str, values: list[str]) -> str:
    """The condition that a column holds one of the values."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
