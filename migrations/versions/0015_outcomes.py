"""Make outcomes, what was taken back of them, and the facts that they are.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

from api.database.tenancy import fence

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TEXTS = sa.ARRAY(sa.Text)
SIDES = ["left", "right"]
RELATIONS = ["same", "follows"]


def upgrade() -> None:
    """Make the tables, then their fences."""
    outcomes()
    retractions()
    facts()
    for table in ("outcomes", "outcome_retractions", "outcome_facts"):
        for statement in fence(table, application=["SELECT", "INSERT"], jobs=["SELECT"]):
            op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    for table in ("outcome_facts", "outcome_retractions", "outcomes"):
        op.drop_table(table)


def outcomes() -> None:
    """What was measured."""
    op.create_table(
        "outcomes",
        *key(),
        sa.Column("patient_id", sa.Uuid, nullable=False),
        sa.Column("measure", sa.Text, nullable=False),
        sa.Column("side", sa.Text),
        sa.Column("value", sa.Double),
        sa.Column("word", sa.Text),
        sa.Column("out_of", sa.Integer),
        sa.Column("insensate", TEXTS, nullable=False),
        sa.Column("target", sa.Double),
        sa.Column("days_per_week", sa.Integer),
        sa.Column("minutes_per_day", sa.Integer),
        sa.Column("observed_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("method", sa.Text),
        sa.Column("tester", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_record_id", sa.Text),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="outcomes_pk"),
        points("outcomes_patient_fk", "patient_id", "patients"),
        sa.CheckConstraint(among("side", SIDES), name="outcomes_side_known"),
        sa.CheckConstraint("(value IS NULL) <> (word IS NULL)", name="outcomes_value_or_word"),
    )
    columns = ["clinic_id", "patient_id", "measure", "observed_at"]
    op.create_index("outcomes_patient_ix", "outcomes", columns)


def retractions() -> None:
    """What was taken back."""
    op.create_table(
        "outcome_retractions",
        *key(),
        sa.Column("outcome_id", sa.Uuid, nullable=False),
        sa.Column("replaced_by", sa.Uuid),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="outcome_retractions_pk"),
        points("outcome_retractions_outcome_fk", "outcome_id", "outcomes"),
        points("outcome_retractions_replaced_by_fk", "replaced_by", "outcomes"),
        sa.UniqueConstraint("clinic_id", "outcome_id", name="outcome_retractions_once"),
    )


def facts() -> None:
    """Which facts an outcome is, or sets."""
    op.create_table(
        "outcome_facts",
        *key(),
        sa.Column("outcome_id", sa.Uuid, nullable=False),
        sa.Column("fact_id", sa.Uuid, nullable=False),
        sa.Column("relation", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="outcome_facts_pk"),
        points("outcome_facts_outcome_fk", "outcome_id", "outcomes"),
        points("outcome_facts_fact_fk", "fact_id", "facts"),
        sa.UniqueConstraint("clinic_id", "outcome_id", "fact_id", name="outcome_facts_once"),
        sa.CheckConstraint(among("relation", RELATIONS), name="outcome_facts_relation_known"),
    )
    op.create_index("outcome_facts_fact_ix", "outcome_facts", ["clinic_id", "fact_id"])


def key() -> tuple[sa.Column, sa.Column]:
    """The key of a clinic's row."""
    return sa.Column("clinic_id", sa.Uuid, nullable=False), sa.Column("id", sa.Uuid, nullable=False)


def points(name: str, column: str, table: str) -> sa.ForeignKeyConstraint:
    """A foreign key to another table of the clinic."""
    return sa.ForeignKeyConstraint(["clinic_id", column], [f"{table}.clinic_id", f"{table}.id"], name=name)


def among(column: str, values: list[str]) -> str:
    """The condition that a column holds one of the values."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
