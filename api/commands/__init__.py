"""The `flask …` commands: what an operator or a developer does without HTTP."""

from flask import Flask

from api.commands.access import clients, clinics, staff
from api.commands.adherence import adherence
from api.commands.demo import demo
from api.commands.document import document
from api.commands.keys import keys
from api.commands.knowledge import knowledge
from api.commands.ledger import ledger
from api.commands.releases import diff, keep, rulebook
from api.commands.schema import schema
from api.commands.serve import serve
from api.commands.upkeep import upkeep
from api.commands.work import work

GROUPS = (
    adherence,
    clinics,
    clients,
    staff,
    upkeep,
    demo,
    document,
    keys,
    knowledge,
    ledger,
    schema,
    serve,
    work,
)


def register(app: Flask) -> None:
    """Give the application its commands."""
    for command in (keep, diff, rulebook):
        knowledge.add_command(command)
    for group in GROUPS:
        app.cli.add_command(group)
