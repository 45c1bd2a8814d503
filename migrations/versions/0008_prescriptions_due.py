"""Let the worker find the prescriptions whose check is due, and keep what the last check decided.

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
COUNTS = sa.text("state IN ('active', 'on-hold')")


def upgrade() -> None:
    """Add what the last check decided, and what finds those that are due, over all clinics."""
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


def downgrade() -> None:
    """Drop them."""
    op.drop_index("prescriptions_release_ix", "prescriptions")
    op.drop_index("prescriptions_due_ix", "prescriptions")
    op.drop_constraint("prescriptions_decision_known", "prescriptions")
    op.drop_column("prescriptions", "checked_decision")
