"""The fences between clinics: the clinic in every ORM statement, and row-level security in the database."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from api.database.base import ClinicRow

APPLICATION = "surefoot_app"
JOBS = "surefoot_jobs"

CLINIC_OF_THE_TRANSACTION = "nullif(current_setting('app.clinic_id', true), '')::uuid"


class ClinicSession(Session):
    """A session inside one clinic: every ORM statement carries the clinic, whoever wrote it."""

    def __init__(self, bind: Engine | Connection, clinic_id: UUID) -> None:
        super().__init__(bind, expire_on_commit=False)
        self.clinic_id = clinic_id

    def enter(self) -> None:
        """Begin the transaction and tell the database the clinic; the first statement of every transaction.

        The id is a parsed UUID written as a literal: `set_config()` would not reach the workers of a cluster.
        """
        self.connection().exec_driver_sql(f"SET LOCAL app.clinic_id = '{self.clinic_id}'")


@event.listens_for(ClinicSession, "do_orm_execute")
def _stay_in_the_clinic(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_insert:
        return
    session: Any = state.session
    clinic_id: UUID = session.clinic_id
    state.statement = state.statement.options(
        with_loader_criteria(ClinicRow, lambda row: row.clinic_id == clinic_id, include_aliases=True)
    )


def fence(table: str, *, application: Iterable[str], jobs: Iterable[str] = ()) -> list[str]:
    """The statements that put a clinic table behind its fence: row-level security, and rights one by one.

    Args:
        table: a table that has `clinic_id`.
        application: what the application role may do (`SELECT`, `INSERT`, `UPDATE`, `DELETE`); an append-only
            table is one without the last two.
        jobs: what the jobs role may do across clinics.
    """
    own = f"clinic_id = {CLINIC_OF_THE_TRANSACTION}"
    statements = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_of_the_clinic ON {table} USING ({own}) WITH CHECK ({own})",
    ]
    return statements + [
        f"GRANT {', '.join(rights)} ON TABLE {table} TO {role}"
        for role, rights in ((APPLICATION, list(application)), (JOBS, list(jobs)))
        if rights
    ]
