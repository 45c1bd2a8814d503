"""How Alembic reaches the database: as the owner, one transaction per migration."""

import os

from alembic import context
from sqlalchemy import Connection, create_engine, pool, text

import api.app  # noqa: F401 - every room's tables register themselves
from api.database.base import Base
from api.settings import Settings, SettingsError

LOCK_TIMEOUT = "5s"  # a migration that waits for a lock would hold up every request behind it


def migrate(connection: Connection) -> None:
    """Run what was asked for over one connection."""
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def owner_url() -> str:
    """The owner's address: given by the caller, or read from the environment.

    Raises:
        SettingsError: the environment gives the application's address and not the owner's.
    """
    url = context.config.attributes.get("url") or Settings.from_environment(os.environ).owner_database_url
    if not url:
        raise SettingsError("migrations need OWNER_DATABASE_URL, the address for the role surefoot_owner")
    return str(url)


if context.is_offline_mode():
    context.configure(url=owner_url(), target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine(owner_url(), poolclass=pool.NullPool)
    with engine.connect() as connection:
        migrate(connection)
