"""A dialect whose transactions are savepoints of one that is never committed.

The application opens and commits its transactions as always; to the server they are savepoints, so one
rollback after a test takes everything back.
"""

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

FORGET_LOCAL_SETTINGS = "SET LOCAL app.clinic_id = ''"  # a released savepoint keeps what SET LOCAL said


class RolledBack(PGDialect_psycopg):
    """psycopg, with begin, commit and rollback one level down."""

    supports_statement_cache = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.depth = 0

    def do_begin(self, dbapi_connection):
        self.depth += 1
        self._say(dbapi_connection, f"SAVEPOINT transaction_{self.depth}")

    def do_commit(self, dbapi_connection):
        if self.depth:
            self._say(dbapi_connection, f"RELEASE SAVEPOINT transaction_{self.depth}", FORGET_LOCAL_SETTINGS)
            self.depth -= 1

    def do_rollback(self, dbapi_connection):
        if self.depth:
            savepoint = f"transaction_{self.depth}"
            self._say(
                dbapi_connection, f"ROLLBACK TO SAVEPOINT {savepoint}", f"RELEASE SAVEPOINT {savepoint}"
            )
            self.depth -= 1

    @staticmethod
    def _say(dbapi_connection, *statements):
        with dbapi_connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


registry.register("postgresql.rolled_back", __name__, "RolledBack")
