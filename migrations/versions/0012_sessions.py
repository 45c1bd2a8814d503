"""Make reports of sessions: what counts now, what was told when, how urgent it was, what it locks.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from api.database.tenancy import fence

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TEXTS = sa.ARRAY(sa.Text)
STATUSES = ["done", "partial", "skipped"]
REASONS = [
    *["none", "time", "motivation", "pain", "symptom", "foot-problem", "glucose", "bp", "illness"],
    *["fear-of-falling", "equipment", "weather", "told-by-clinician", "other"],
]
REPORTERS = ["patient", "caregiver", "clinician", "device"]
EVIDENCE = ["in-clinic", "device", "caregiver", "self-report"]
SCALES = ["borg-6-20", "0-10"]
FLAGS = ["late", "read-note", "local-date-differs", "offset-differs"]
LEVELS = ["ok", "watch", "review", "urgent", "emergency"]
TELLINGS = ["reported", "corrected", "withdrawn"]
CAUSES = ["received", "corrected", "other-report"]
ACTS = ["overlapping", "near-match", "merged", "separated"]


def upgrade() -> None:
    """Make the tables, then their fences."""
    reports()
    versions()
    triages()
    locks()
    links()
    unlocked = "UPDATE (unlocked_at, unlocked_by, unlock_reason)"
    rights = {
        "session_reports": ["SELECT", "INSERT", "UPDATE"],
        "session_versions": ["SELECT", "INSERT"],
        "session_triages": ["SELECT", "INSERT"],
        "session_locks": ["SELECT", "INSERT", unlocked],
        "session_links": ["SELECT", "INSERT"],
    }
    for table, application in rights.items():
        for statement in fence(table, application=application, jobs=["SELECT"]):
            op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    for table in ("links", "locks", "triages", "versions", "reports"):
        op.drop_table(f"session_{table}")


def reports() -> None:
    """A session as it is known now."""
    op.create_table(
        "session_reports",
        *row(),
        sa.Column("patient_id", sa.Uuid, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_record_id", sa.Text),
        sa.Column("performed_at", MOMENT, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("local_date", sa.Date, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("skip_reason", sa.Text),
        sa.Column("reporter", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("prescription_id", sa.Uuid),
        sa.Column("prescription_revision", sa.Integer),
        sa.Column("items", sa.JSON, nullable=False),
        sa.Column("minutes", sa.Integer),
        sa.Column("steps", sa.Integer),
        sa.Column("rpe", sa.Integer),
        sa.Column("rpe_scale", sa.Text),
        sa.Column("hr_pre", sa.Integer),
        sa.Column("pain_pre", sa.Integer),
        sa.Column("pain_after_min", sa.Integer),
        sa.Column("fatigue_next_day", sa.Integer),
        sa.Column("flags", TEXTS, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("own_level", sa.Text, nullable=False),
        sa.Column("rules", TEXTS, nullable=False),
        sa.Column("not_asked", sa.Boolean, nullable=False),
        sa.Column("asked", sa.Boolean, nullable=False),
        sa.Column("link_group", sa.Uuid),
        sa.Column("linked_by_hand", sa.Boolean, nullable=False),
        sa.Column("counts", sa.Boolean, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="session_reports_pk"),
        points("session_reports_patient_fk", "patient_id", "patients"),
        points("session_reports_prescription_fk", "prescription_id", "prescriptions"),
        sa.CheckConstraint(among("status", STATUSES), name="session_reports_status_known"),
        sa.CheckConstraint(among("skip_reason", REASONS), name="session_reports_skip_reason_known"),
        sa.CheckConstraint(among("reporter", REPORTERS), name="session_reports_reporter_known"),
        sa.CheckConstraint(among("evidence", EVIDENCE), name="session_reports_evidence_known"),
        sa.CheckConstraint(among("rpe_scale", SCALES), name="session_reports_scale_known"),
        sa.CheckConstraint(among("level", LEVELS), name="session_reports_level_known"),
        sa.CheckConstraint(among("own_level", LEVELS), name="session_reports_own_level_known"),
        sa.CheckConstraint(
            f"flags <@ ARRAY[{', '.join(repr(flag) for flag in FLAGS)}]::text[]",
            name="session_reports_flags_known",
        ),
        sa.CheckConstraint(
            "(prescription_id IS NULL) = (prescription_revision IS NULL)", name="session_reports_plan_whole"
        ),
    )
    of_patient = ["clinic_id", "patient_id"]
    op.create_index(
        "session_reports_record_once",
        "session_reports",
        [*of_patient, "source", "source_record_id"],
        unique=True,
        postgresql_where=sa.text("source_record_id IS NOT NULL"),
    )
    op.create_index("session_reports_performed_ix", "session_reports", [*of_patient, "performed_at", "id"])
    op.create_index("session_reports_day_ix", "session_reports", [*of_patient, "local_date"])
    op.create_index(
        "session_reports_flagged_ix",
        "session_reports",
        ["clinic_id", "received_at"],
        postgresql_where=sa.text("level IN ('review', 'urgent', 'emergency')"),
    )


def versions() -> None:
    """What was told of a session; only ever added."""
    op.create_table(
        "session_versions",
        *row(),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("telling", sa.Text, nullable=False),
        sa.Column("document", sa.JSON, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("original", sa.JSON),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="session_versions_pk"),
        points("session_versions_session_fk", "session_id", "session_reports"),
        sa.UniqueConstraint("clinic_id", "session_id", "number", name="session_versions_once"),
        sa.CheckConstraint(among("telling", TELLINGS), name="session_versions_telling_known"),
        sa.CheckConstraint(
            "(telling = 'reported') = (reason IS NULL) AND (telling = 'reported') = (number = 1)",
            name="session_versions_reason_given",
        ),
    )


def triages() -> None:
    """How urgent a report was found; only ever added."""
    op.create_table(
        "session_triages",
        *row(),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("rules", TEXTS, nullable=False),
        sa.Column("release_sha256", sa.Text, nullable=False),
        sa.Column("context", sa.JSON, nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="session_triages_pk"),
        points("session_triages_session_fk", "session_id", "session_reports"),
        sa.CheckConstraint(among("cause", CAUSES), name="session_triages_cause_known"),
        sa.CheckConstraint(among("level", LEVELS), name="session_triages_level_known"),
    )
    op.create_index("session_triages_session_ix", "session_triages", ["clinic_id", "session_id", "id"])


def locks() -> None:
    """What stopped because of a report; of a row only its unlocking is ever changed."""
    op.create_table(
        "session_locks",
        *row(),
        sa.Column("patient_id", sa.Uuid, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("rule_id", sa.Text, nullable=False),
        sa.Column("tags", TEXTS, nullable=False),
        sa.Column("exercises", TEXTS, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("placed_at", MOMENT, nullable=False),
        sa.Column("opens_from", MOMENT, nullable=False),
        sa.Column("ketones_below", sa.Float),
        sa.Column("unlocked_at", MOMENT),
        sa.Column("unlocked_by", sa.Uuid),
        sa.Column("unlock_reason", sa.Text),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="session_locks_pk"),
        points("session_locks_patient_fk", "patient_id", "patients"),
        points("session_locks_session_fk", "session_id", "session_reports"),
        points("session_locks_practitioner_fk", "unlocked_by", "staff"),
        sa.CheckConstraint(
            "num_nonnulls(unlocked_at, unlocked_by, unlock_reason) IN (0, 3)",
            name="session_locks_unlock_whole",
        ),
    )
    op.create_index("session_locks_patient_ix", "session_locks", ["clinic_id", "patient_id", "id"])
    op.create_index("session_locks_session_ix", "session_locks", ["clinic_id", "session_id"])
    op.create_index(
        "session_locks_live_ix",
        "session_locks",
        ["clinic_id", "patient_id"],
        postgresql_where=sa.text("unlocked_at IS NULL"),
    )


def links() -> None:
    """That two reports were taken for one session, or no longer; only ever added."""
    op.create_table(
        "session_links",
        *row(),
        sa.Column("patient_id", sa.Uuid, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("other_id", sa.Uuid, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="session_links_pk"),
        points("session_links_session_fk", "session_id", "session_reports"),
        points("session_links_other_fk", "other_id", "session_reports"),
        sa.CheckConstraint(among("act", ACTS), name="session_links_act_known"),
    )
    op.create_index("session_links_session_ix", "session_links", ["clinic_id", "session_id", "id"])
    op.create_index("session_links_other_ix", "session_links", ["clinic_id", "other_id", "id"])


def row() -> tuple[sa.Column, sa.Column]:
    """The key of a clinic's row."""
    return sa.Column("clinic_id", sa.Uuid, nullable=False), sa.Column("id", sa.Uuid, nullable=False)


def points(name: str, column: str, table: str) -> sa.ForeignKeyConstraint:
    """A foreign key to another table of the clinic."""
    return sa.ForeignKeyConstraint(["clinic_id", column], [f"{table}.clinic_id", f"{table}.id"], name=name)


def among(column: str, values: list[str]) -> str:
    """The condition that a column holds one of the values."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
