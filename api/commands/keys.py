"""`flask keys`: the keys that sign access tokens."""

from pathlib import Path

import click
from flask.cli import AppGroup

from api.commands.console import say
from api.settings import write_signing_keys

keys = AppGroup("keys", help="The keys that sign access tokens.")


@keys.command("create")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def create(file: Path) -> None:
    """Write a new private key set to FILE, for its owner only; a file that is there stays as it is."""
    write_signing_keys(file)
    say(f"The signing keys are in {file}.")
