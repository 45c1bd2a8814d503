"""Make clinics, clients, staff, spent assertions, idempotency keys and the audit trail.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from api.database.tenancy import fence

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCOPES = (
    "patients:read",
    "patients:write",
    "facts:read",
    "facts:write",
    "checks:read",
    "checks:run",
    "recommendations:read",
    "prescriptions:read",
    "prescriptions:write",
    "prescriptions:sign",
    "sessions:read",
    "sessions:write",
    "adherence:read",
    "alerts:read",
    "alerts:write",
    "clients:manage",
    "staff:read",
    "staff:manage",
    "audit:read",
)
ROLES = (
    "physician",
    "physiotherapist",
    "exercise-physiologist",
    "occupational-therapist",
    "podiatrist",
    "nurse",
    "other",
)

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, then their fences."""
    op.execute("GRANT USAGE ON SCHEMA public TO surefoot_app, surefoot_jobs")
    op.execute("GRANT SELECT ON TABLE alembic_version TO surefoot_app, surefoot_jobs")
    make_clinics()
    make_clients()
    make_client_assertions()
    make_staff()
    make_idempotency_keys()
    make_audit_events()
    fences = {
        "clients": (["SELECT", "INSERT", "UPDATE"], ["SELECT"]),
        "client_assertions": (["SELECT", "INSERT"], ["SELECT", "DELETE"]),
        "staff": (["SELECT", "INSERT", "UPDATE"], ["SELECT"]),
        "idempotency_keys": (["SELECT", "INSERT", "UPDATE"], ["SELECT", "DELETE"]),
        "audit_events": (["SELECT", "INSERT"], ["SELECT"]),
    }
    for table, (application, jobs) in fences.items():
        for statement in fence(table, application=application, jobs=jobs):
            op.execute(statement)
    op.execute("GRANT SELECT, INSERT ON TABLE clinics TO surefoot_jobs")


def downgrade() -> None:
    """Drop everything."""
    for table in ("audit_events", "idempotency_keys", "staff", "client_assertions", "clients", "clinics"):
        op.drop_table(table)
    op.execute("REVOKE SELECT ON TABLE alembic_version FROM surefoot_app, surefoot_jobs")


def make_clinics() -> None:
    """The reference table that every clinic table points at."""
    op.create_table(
        "clinics",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="clinics_pk"),
    )


def make_clients() -> None:
    """The systems that call."""
    known = ", ".join(f"'{scope}'" for scope in SCOPES)
    op.create_table(
        "clients",
        *columns(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", ARRAY(sa.Text), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary),
        sa.Column("keys", JSONB(none_as_null=True)),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="clients_pk"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="clients_clinic_fk"),
        sa.CheckConstraint(f"scopes <@ ARRAY[{known}]::text[]", name="clients_scopes_known"),
        sa.CheckConstraint("(secret_hash IS NULL) <> (keys IS NULL)", name="clients_one_authentication"),
    )


def make_client_assertions() -> None:
    """The assertions that were accepted, each of which counts once."""
    op.create_table(
        "client_assertions",
        *columns(),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("jti", sa.Text, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="client_assertions_pk"),
        sa.UniqueConstraint("clinic_id", "client_id", "jti", name="client_assertions_jti_once"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "client_id"],
            ["clients.clinic_id", "clients.id"],
            name="client_assertions_client_fk",
        ),
    )


def make_staff() -> None:
    """The people whom acts name."""
    known = ", ".join(f"'{role}'" for role in ROLES)
    op.create_table(
        "staff",
        *columns(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("may_sign", sa.Boolean, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="staff_pk"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="staff_clinic_fk"),
        sa.CheckConstraint(f"role IN ({known})", name="staff_role_known"),
    )


def make_idempotency_keys() -> None:
    """The keys that clients used, and what was answered."""
    op.create_table(
        "idempotency_keys",
        *columns(),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("headers", JSONB(none_as_null=True)),
        sa.Column("body", sa.LargeBinary),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="idempotency_keys_pk"),
        sa.UniqueConstraint("clinic_id", "client_id", "key", name="idempotency_keys_key_once"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="idempotency_keys_clinic_fk"),
    )


def make_audit_events() -> None:
    """The audit trail."""
    op.create_table(
        "audit_events",
        *columns(),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("client_id", sa.Uuid),
        sa.Column("practitioner_id", sa.Uuid),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="audit_events_pk"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="audit_events_clinic_fk"),
    )
    op.create_index("audit_events_subject_ix", "audit_events", ["clinic_id", "subject_id", "id"])


def columns() -> tuple[sa.Column[object], sa.Column[object]]:
    """The key columns of a clinic table."""
    return sa.Column("clinic_id", sa.Uuid, nullable=False), sa.Column("id", sa.Uuid, nullable=False)
