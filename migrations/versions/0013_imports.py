"""Make imports and the quarantine of reports.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

from api.database.tenancy import fence

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LEVELS = ["ok", "watch", "review", "urgent", "emergency"]
OUTCOMES = ["accepted", "duplicate", "corrected", "quarantined"]
COUNTED = "accepted + duplicate + corrected + quarantined"
STANDING = "state, times, last_received_at, reasons, patient_id, level, alert_id, filed_as, version"
PROGRESS = "state, accepted, duplicate, corrected, quarantined, faults, started_at, ended_at"


def upgrade() -> None:
    """Make the tables, then their fences."""
    imports()
    blocks()
    quarantined()
    steps()
    rights = {
        "imports": ["SELECT", "INSERT", f"UPDATE ({PROGRESS})"],
        "import_blocks": ["SELECT", "INSERT", "UPDATE (lines, results, filed_at)", "DELETE"],
        "quarantined_reports": ["SELECT", "INSERT", f"UPDATE ({STANDING})"],
        "quarantine_steps": ["SELECT", "INSERT"],
    }
    for table, application in rights.items():
        for statement in fence(table, application=application, jobs=["SELECT"]):
            op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    for table in ("quarantine_steps", "quarantined_reports", "import_blocks", "imports"):
        op.drop_table(table)


def imports() -> None:
    """A file of reports, and how far it is filed."""
    op.create_table(
        "imports",
        *row(),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("sent", *OUTCOMES, "faults")),
        sa.Column("started_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="imports_pk"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="imports_clinic_fk"),
        sa.CheckConstraint(
            among("state", ["queued", "running", "done", "failed", "cancelled"]), name="imports_state_known"
        ),
        sa.CheckConstraint(
            f"(state IN ('queued', 'running')) = (ended_at IS NULL) AND {COUNTED} <= sent "
            f"AND (state <> 'done' OR {COUNTED} = sent)",
            name="imports_counted",
        ),
    )
    op.create_index(
        "imports_waiting_ix",
        "imports",
        ["clinic_id", "id"],
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_index(
        "imports_ended_ix",
        "imports",
        ["clinic_id", "ended_at"],
        postgresql_where=sa.text("ended_at IS NOT NULL"),
    )


def blocks() -> None:
    """Some lines of a file, and what became of them."""
    op.create_table(
        "import_blocks",
        *row(),
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("first_line", sa.Integer, nullable=False),
        sa.Column("lines", sa.LargeBinary),
        sa.Column("results", sa.LargeBinary),
        sa.Column("filed_at", MOMENT),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="import_blocks_pk"),
        points("import_blocks_import_fk", "import_id", "imports"),
        sa.UniqueConstraint("clinic_id", "import_id", "number", name="import_blocks_once"),
        sa.CheckConstraint("(results IS NULL) = (filed_at IS NULL)", name="import_blocks_filed"),
    )


def quarantined() -> None:
    """A report that could not be filed."""
    op.create_table(
        "quarantined_reports",
        *row(),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("import_id", sa.Uuid),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("sent", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("last_received_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("patient_id", sa.Uuid),
        sa.Column("session_id", sa.Uuid),
        sa.Column("level", sa.Text),
        sa.Column("alert_id", sa.Uuid),
        sa.Column("filed_as", sa.Uuid),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="quarantined_reports_pk"),
        points("quarantined_reports_patient_fk", "patient_id", "patients"),
        points("quarantined_reports_import_fk", "import_id", "imports"),
        points("quarantined_reports_session_fk", "filed_as", "session_reports"),
        sa.CheckConstraint(
            among("state", ["waiting", "filed", "discarded"]), name="quarantined_reports_state_known"
        ),
        sa.CheckConstraint(among("level", LEVELS), name="quarantined_reports_level_known"),
        sa.CheckConstraint("(state = 'filed') = (filed_as IS NOT NULL)", name="quarantined_reports_filed"),
    )
    waiting = sa.text("state = 'waiting'")
    table = "quarantined_reports"
    op.create_index(
        f"{table}_waiting_once",
        table,
        ["clinic_id", "client_id", "sha256"],
        unique=True,
        postgresql_where=waiting,
    )
    op.create_index(f"{table}_waiting_ix", table, ["clinic_id", "id"], postgresql_where=waiting)
    op.create_index(f"{table}_patient_ix", table, ["clinic_id", "patient_id", "id"])
    op.create_index(f"{table}_session_ix", table, ["clinic_id", "session_id"])
    op.create_index(f"{table}_import_ix", table, ["clinic_id", "import_id", "id"])


def steps() -> None:
    """What was done with such a report; only ever added."""
    op.create_table(
        "quarantine_steps",
        *row(),
        sa.Column("quarantined_id", sa.Uuid, nullable=False),
        sa.Column("move", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("practitioner_id", sa.Uuid),
        sa.Column("reason", sa.Text),
        sa.Column("report", sa.JSON),
        sa.Column("result", sa.Text),
        sa.Column("session_id", sa.Uuid),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="quarantine_steps_pk"),
        points("quarantine_steps_report_fk", "quarantined_id", "quarantined_reports"),
        points("quarantine_steps_practitioner_fk", "practitioner_id", "staff"),
        sa.CheckConstraint(among("move", ["fix", "rerun", "discard"]), name="quarantine_steps_move_known"),
        sa.CheckConstraint(among("result", OUTCOMES), name="quarantine_steps_result_known"),
        sa.CheckConstraint(
            "(move = 'discard') = (reason IS NOT NULL) AND (move = 'discard') = (result IS NULL)",
            name="quarantine_steps_whole",
        ),
    )
    op.create_index("quarantine_steps_report_ix", "quarantine_steps", ["clinic_id", "quarantined_id", "id"])


def row() -> tuple[sa.Column, sa.Column]:
    """The key of a clinic's row."""
    return sa.Column("clinic_id", sa.Uuid, nullable=False), sa.Column("id", sa.Uuid, nullable=False)


def points(name: str, column: str, table: str) -> sa.ForeignKeyConstraint:
    """A foreign key to another table of the clinic."""
    return sa.ForeignKeyConstraint(["clinic_id", column], [f"{table}.clinic_id", f"{table}.id"], name=name)


def among(column: str, values: list[str]) -> str:
    """The condition that a column holds one of the values."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
