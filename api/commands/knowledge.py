"""`flask knowledge`: the medicine that this service was released with."""

import click
from flask.cli import AppGroup

from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge import library
from api.commands.console import say

knowledge = AppGroup("knowledge", help="The medicine that this service was released with.")


@knowledge.command("check")
def check() -> None:
    """Read and check the whole knowledge release; every fault names its file, rule and place."""
    try:
        release = library.load()
    except KnowledgeFault as fault:
        raise click.ClickException(str(fault)) from fault
    say(f"Knowledge release {release.id}: {len(release.rules)} rules, {len(release.exercises)} exercises.")
