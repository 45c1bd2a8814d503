"""Make patients, their identifiers, their facts and what was taken back of them.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from api.database.tenancy import fence

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, then their fences."""
    make_patients()
    make_patient_identifiers()
    make_facts()
    make_fact_retractions()
    rights = {
        "patients": ["SELECT", "INSERT", "UPDATE"],
        "patient_identifiers": ["SELECT", "INSERT", "DELETE"],
        "facts": ["SELECT", "INSERT"],
        "fact_retractions": ["SELECT", "INSERT"],
    }
    for table, application in rights.items():
        for statement in fence(table, application=application, jobs=["SELECT"]):
            op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    for table in ("fact_retractions", "facts", "patient_identifiers", "patients"):
        op.drop_table(table)


def make_patients() -> None:
    """The people in the clinic's care."""
    op.create_table(
        "patients",
        *columns(),
        sa.Column("family", sa.Text),
        sa.Column("given", ARRAY(sa.Text), nullable=False),
        sa.Column("birth_date", sa.Date),
        sa.Column("sex_for_reference", sa.Text),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("language", sa.Text),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="patients_pk"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="patients_clinic_fk"),
        sa.CheckConstraint(
            "sex_for_reference IN ('female', 'male', 'other')", name="patients_sex_for_reference_known"
        ),
    )


def make_patient_identifiers() -> None:
    """What other systems call them."""
    op.create_table(
        "patient_identifiers",
        *columns(),
        sa.Column("patient_id", sa.Uuid, nullable=False),
        sa.Column("system", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="patient_identifiers_pk"),
        sa.UniqueConstraint("clinic_id", "system", "value", name="patient_identifiers_once"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="patient_identifiers_patient_fk",
        ),
    )
    op.create_index("patient_identifiers_patient_ix", "patient_identifiers", ["clinic_id", "patient_id"])


def make_facts() -> None:
    """What was observed of them."""
    op.create_table(
        "facts",
        *columns(),
        sa.Column("patient_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", JSONB(none_as_null=True)),
        sa.Column("value_as_sent", JSONB, nullable=False),
        sa.Column("unit_as_sent", sa.Text),
        sa.Column("observed_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("method", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_record_id", sa.Text),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="facts_pk"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"], name="facts_patient_fk"
        ),
        sa.CheckConstraint("jsonb_typeof(value) IN ('string', 'number', 'array')", name="facts_value_shape"),
    )
    of_patient = ["clinic_id", "patient_id"]
    op.create_index("facts_newest_ix", "facts", [*of_patient, "name", "observed_at"])
    op.create_index("facts_stream_ix", "facts", [*of_patient, "name", "source", "observed_at"])
    op.create_index("facts_history_ix", "facts", [*of_patient, "observed_at", "id"])
    op.create_index(
        "facts_record_ix",
        "facts",
        [*of_patient, "source_record_id"],
        postgresql_where=sa.text("source_record_id IS NOT NULL"),
    )


def make_fact_retractions() -> None:
    """Which facts count no longer, and why."""
    op.create_table(
        "fact_retractions",
        *columns(),
        sa.Column("fact_id", sa.Uuid, nullable=False),
        sa.Column("replaced_by", sa.Uuid),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="fact_retractions_pk"),
        sa.UniqueConstraint("clinic_id", "fact_id", name="fact_retractions_once"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "fact_id"], ["facts.clinic_id", "facts.id"], name="fact_retractions_fact_fk"
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "replaced_by"],
            ["facts.clinic_id", "facts.id"],
            name="fact_retractions_replaced_by_fk",
        ),
    )


def columns() -> tuple[sa.Column[object], sa.Column[object]]:
    """The key columns of a clinic table."""
    return sa.Column("clinic_id", sa.Uuid, nullable=False), sa.Column("id", sa.Uuid, nullable=False)
