"""Make alerts, their causes and what was done about them.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from api.database.tenancy import fence

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TEXTS = sa.ARRAY(sa.Text)
LEVELS = ["watch", "review", "urgent", "emergency"]
STATES = ["open", "acknowledged", "snoozed", "resolved"]
MOVES = ["acknowledge", "snooze", "resolve", "escalate", "reopen"]
KINDS = [
    *["prescription-recheck", "progression", "session-report", "trend", "pre-session-check"],
    *["outcome", "quarantined-report"],
]
OUTCOMES = [
    "treated",
    "referred",
    "plan-changed",
    "no-action-needed",
    "false-alarm",
    "patient-not-reached",
]
ORDERS = {
    "level": ["precedence", "due_at", "raised_at", "id"],
    "deadline": ["due_at", "precedence", "raised_at", "id"],
    "age": ["raised_at", "id"],
}
LATER = "UPDATE (ended_at, ended_because, delivered_at, seen_at, acted_at)"


def upgrade() -> None:
    """Make the tables, then their fences."""
    alerts()
    causes()
    moves()
    rights = {
        "alerts": ["SELECT", "INSERT", "UPDATE"],
        "alert_causes": ["SELECT", "INSERT", LATER],
        "alert_moves": ["SELECT", "INSERT"],
    }
    for table, application in rights.items():
        for statement in fence(table, application=application, jobs=["SELECT"]):
            op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    for table in ("alert_moves", "alert_causes", "alerts"):
        op.drop_table(table)


def alerts() -> None:
    """One for all that a patient's clinician has to look at."""
    op.create_table(
        "alerts",
        *row(),
        sa.Column("patient_id", sa.Uuid, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("precedence", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("deadline_at", MOMENT),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("snoozed_until", MOMENT),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("kinds", TEXTS, nullable=False),
        sa.Column("cause_count", sa.Integer, nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="alerts_pk"),
        points("alerts_patient_fk", "patient_id", "patients"),
        sa.CheckConstraint(among("level", LEVELS), name="alerts_level_known"),
        sa.CheckConstraint(among("state", STATES), name="alerts_state_known"),
        sa.CheckConstraint(
            "precedence = CASE level WHEN 'emergency' THEN 1 WHEN 'urgent' THEN 2 WHEN 'review' THEN 3 "
            "ELSE 4 END",
            name="alerts_precedence_of_level",
        ),
        sa.CheckConstraint("(level = 'watch') = (deadline_at IS NULL)", name="alerts_deadline_of_level"),
        sa.CheckConstraint("due_at = coalesce(deadline_at, '9999-12-31T00:00:00Z')", name="alerts_due"),
        sa.CheckConstraint("(state = 'snoozed') = (snoozed_until IS NOT NULL)", name="alerts_sleep"),
        sa.CheckConstraint(
            f"kinds <@ ARRAY[{', '.join(repr(kind) for kind in KINDS)}]::text[]", name="alerts_kinds_known"
        ),
    )
    op.create_index(
        "alerts_one_unresolved",
        "alerts",
        ["clinic_id", "patient_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'resolved'"),
    )
    op.create_index("alerts_patient_ix", "alerts", ["clinic_id", "patient_id", "id"])
    for prefix, compared in (("", "<>"), ("resolved_", "=")):
        for name, columns in ORDERS.items():
            op.create_index(
                f"alerts_{prefix}{name}_ix",
                "alerts",
                ["clinic_id", *columns],
                postgresql_where=sa.text(f"state {compared} 'resolved'"),
            )


def causes() -> None:
    """Why an alert was raised; of a row only what happened to it later is added."""
    op.create_table(
        "alert_causes",
        *row(),
        sa.Column("alert_id", sa.Uuid, nullable=False),
        sa.Column("patient_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("rules", TEXTS, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_because", sa.Text),
        sa.Column("delivered_at", MOMENT),
        sa.Column("seen_at", MOMENT),
        sa.Column("acted_at", MOMENT),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="alert_causes_pk"),
        points("alert_causes_alert_fk", "alert_id", "alerts"),
        sa.CheckConstraint(among("kind", KINDS), name="alert_causes_kind_known"),
        sa.CheckConstraint(among("level", LEVELS), name="alert_causes_level_known"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="alert_causes_end"),
    )
    op.create_index("alert_causes_alert_ix", "alert_causes", ["clinic_id", "alert_id", "id"])
    op.create_index("alert_causes_subject_ix", "alert_causes", ["clinic_id", "kind", "subject_id"])
    op.create_index(
        "alert_causes_undelivered_ix",
        "alert_causes",
        ["clinic_id", "alert_id"],
        postgresql_where=sa.text("delivered_at IS NULL"),
    )


def moves() -> None:
    """What was done with an alert; only ever added."""
    op.create_table(
        "alert_moves",
        *row(),
        sa.Column("alert_id", sa.Uuid, nullable=False),
        sa.Column("move", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("practitioner_id", sa.Uuid),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("until", MOMENT),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="alert_moves_pk"),
        points("alert_moves_alert_fk", "alert_id", "alerts"),
        points("alert_moves_practitioner_fk", "practitioner_id", "staff"),
        sa.CheckConstraint(among("move", MOVES), name="alert_moves_move_known"),
        sa.CheckConstraint(among("state", STATES), name="alert_moves_state_known"),
        sa.CheckConstraint(among("level", LEVELS), name="alert_moves_level_known"),
        sa.CheckConstraint(among("outcome", OUTCOMES), name="alert_moves_outcome_known"),
        sa.CheckConstraint(
            "(move = 'resolve') = (outcome IS NOT NULL) AND (move = 'snooze') = (until IS NOT NULL)",
            name="alert_moves_whole",
        ),
    )
    op.create_index("alert_moves_ix", "alert_moves", ["clinic_id", "alert_id", "id"])


def row() -> tuple[sa.Column, sa.Column]:
    """The key of a clinic's row."""
    return sa.Column("clinic_id", sa.Uuid, nullable=False), sa.Column("id", sa.Uuid, nullable=False)


def points(name: str, column: str, table: str) -> sa.ForeignKeyConstraint:
    """A foreign key to another table of the clinic."""
    return sa.ForeignKeyConstraint(["clinic_id", column], [f"{table}.clinic_id", f"{table}.id"], name=name)


def among(column: str, values: list[str]) -> str:
    """The condition that a column holds one of the values."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
