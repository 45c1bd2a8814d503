"""Keep the codes by which a handout is verified, and let the service read the name of its clinic.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from api.database.tenancy import CLINIC_OF_THE_TRANSACTION

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

RANDOM = "substring(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) from 1 for 16)"
"""128 of the 244 random bits of two UUIDs."""


def upgrade() -> None:
    """Give every revision a secret; it may be null, because the release before signs without one.

    The default, which goes again, fills the rows that are there: DDL rewrites them past row-level security.
    """
    op.add_column(
        "prescription_revisions", sa.Column("verify_secret", sa.LargeBinary, server_default=sa.text(RANDOM))
    )
    op.alter_column("prescription_revisions", "verify_secret", server_default=None)
    op.create_unique_constraint(
        "prescription_revisions_secret_once", "prescription_revisions", ["clinic_id", "verify_secret"]
    )
    op.execute("ALTER TABLE clinics ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE clinics FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY clinics_own ON clinics USING (id = {CLINIC_OF_THE_TRANSACTION})")
    op.execute("GRANT SELECT ON TABLE clinics TO surefoot_app")


def downgrade() -> None:
    """Forget the secrets."""
    op.execute("REVOKE SELECT ON TABLE clinics FROM surefoot_app")
    op.execute("DROP POLICY clinics_own ON clinics")
    op.execute("ALTER TABLE clinics NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE clinics DISABLE ROW LEVEL SECURITY")
    op.drop_constraint("prescription_revisions_secret_once", "prescription_revisions", type_="unique")
    op.drop_column("prescription_revisions", "verify_secret")
