"""`flask knowledge`: the medicine that this service was released with."""

import click
from flask.cli import AppGroup

from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge import library, proof, published, releases
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
@click.option(
    "--check", "only_check", is_flag=True, help="Change nothing; fail if the published proof differs."
)
def prove(*, only_check: bool) -> None:
    """Try every claim on the release and publish the proof beside it."""
    try:
        release = library.read(library.HERE)
    except KnowledgeFault as fault:
        raise click.ClickException(str(fault)) from fault
    found = proof.prove(release, say)
    text = published.written(proof.as_json(found))
    file = library.HERE / published.FILE
    if only_check and (not file.exists() or file.read_text(encoding="utf-8") != text):
        raise click.ClickException(
            "The published proof is not the proof of this release: run flask knowledge prove."
        )
    if not only_check:
        file.write_text(text, encoding="utf-8")
    for claim in found.claims:
        say(f"{'holds' if claim.holds else 'FAILS'}  {claim.id}: {claim.cases} cases")
        for case in claim.against:
            say(f"       against: {case}")
    if not found.holds:
        raise click.ClickException("The release does not hold; it will not load.")
