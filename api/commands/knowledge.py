"""`flask knowledge`: the medicine that this service was released with."""

import click
from flask.cli import AppGroup

from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge import library, releases, steward
from api.commands.console import say

knowledge = AppGroup("knowledge", help="The medicine that this service was released with.")


@knowledge.command("check")
def check() -> None:
    """Read and check the whole knowledge release; every fault names its file, rule and place."""
    try:
        release = library.load()
        releases.check_succession()
    except KnowledgeFault as fault:
        raise click.ClickException(str(fault)) from fault
    say(f"Knowledge release {release.id}: {len(release.rules)} rules, {len(release.exercises)} exercises.")


@knowledge.command("prove")
@click.option("--check", is_flag=True, help="Write nothing; the published proof must come out the same.")
def prove(*, check: bool) -> None:
    """Try every claim on the release and publish the proof beside it."""
    try:
        steward.prove(say, check=check)
    except KnowledgeFault as fault:
        raise click.ClickException(str(fault)) from fault
