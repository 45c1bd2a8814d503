"""Let the worker find what is due of prescriptions, and apply a next dose within signed bounds.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

DECISIONS = [
    "out-of-scope",
    "do-not-exercise",
    "insufficient-data",
    "clearance-required",
    "modified",
    "standard",
]
ACTIVE = sa.text("state = 'active' AND step_due_at IS NOT NULL")
COUNTS = sa.text("state IN ('active', 'on-hold')")


def upgrade() -> None:
    """Add what the last check decided, what finds those that are due, and whose bounds a revision keeps."""
    op.add_column("prescriptions", sa.Column("checked_decision", sa.Text))
    among = ", ".join(repr(one) for one in DECISIONS)
    op.create_check_constraint(
        "prescriptions_decision_known", "prescriptions", f"checked_decision IN ({among})"
    )
    op.create_index(
        "prescriptions_due_ix", "prescriptions", ["check_due_at", "clinic_id"], postgresql_where=COUNTS
    )
    op.create_index(
        "prescriptions_release_ix", "prescriptions", ["checked_release", "clinic_id"], postgresql_where=COUNTS
    )
    op.add_column("prescriptions", sa.Column("step_due_at", sa.DateTime(timezone=True)))
    op.create_index(
        "prescriptions_step_ix", "prescriptions", ["step_due_at", "clinic_id"], postgresql_where=ACTIVE
    )
    op.add_column("prescription_revisions", sa.Column("within_revision", sa.Integer))
    op.alter_column("prescription_revisions", "practitioner_id", nullable=True)
    op.create_check_constraint(
        "prescription_revisions_answered_for",
        "prescription_revisions",
        "(practitioner_id IS NULL) = (within_revision IS NOT NULL)",
    )


def downgrade() -> None:
    """Drop them; a revision without a practitioner has to be removed by hand before."""
    op.drop_constraint("prescription_revisions_answered_for", "prescription_revisions")
    op.alter_column("prescription_revisions", "practitioner_id", nullable=False)
    op.drop_column("prescription_revisions", "within_revision")
    op.drop_index("prescriptions_step_ix", "prescriptions")
    op.drop_column("prescriptions", "step_due_at")
    op.drop_index("prescriptions_release_ix", "prescriptions")
    op.drop_index("prescriptions_due_ix", "prescriptions")
    op.drop_constraint("prescriptions_decision_known", "prescriptions")
    op.drop_column("prescriptions", "checked_decision")
