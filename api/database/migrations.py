"""Bring a database to a version of the schema."""

import io

from alembic import command
from alembic.config import Config

from api.settings import REPOSITORY


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Apply the migrations up to a revision, as the owner role."""
    command.upgrade(_configuration(owner_url), revision)


def downgrade(owner_url: str, revision: str = "base") -> None:
    """Take migrations back down to a revision, as the owner role."""
    command.downgrade(_configuration(owner_url), revision)


def check(owner_url: str) -> None:
    """Compare the tables of the database with those of the code.

    Raises:
        alembic.util.CommandError: they differ, so a migration is missing.
    """
    command.check(_configuration(owner_url))


def _configuration(owner_url: str) -> Config:
    quiet = io.StringIO()  # our commands say in their own words what was done
    return Config(toml_file=REPOSITORY / "pyproject.toml", attributes={"url": owner_url}, stdout=quiet)
