"""`flask clinics`, `flask clients`, `flask staff`: who may use the service."""

from datetime import UTC, datetime
from uuid import UUID

import click
from flask.cli import AppGroup

from api.access.actions import (
    NewClient,
    NewPractitioner,
    open_clinic,
    register_client,
    register_practitioner,
    revoke_client,
)
from api.access.tables import Role
from api.caller import Caller, Scope
from api.commands.console import console_work, jobs_connection

clinics = AppGroup("clinics", help="The clinics of this service.")
clients = AppGroup("clients", help="The systems that may call for a clinic.")
staff = AppGroup("staff", help="The people who answer for what is done in a clinic.")

clinic = click.option("--clinic", "clinic_id", type=click.UUID, required=True, help="The clinic's id.")


@clinics.command("create")
@click.argument("name")
def create_clinic(name: str) -> None:
    """Make a clinic and print its id."""
    with jobs_connection() as connection:
        clinic_id = open_clinic(connection, name, moment=datetime.now(UTC))
    click.echo(clinic_id)


@clients.command("create")
@click.argument("name")
@clinic
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="May be repeated.",
)
def create_client(name: str, clinic_id: UUID, scopes: tuple[str, ...]) -> None:
    """Make a client; print its id and its secret, which is shown this once."""
    with console_work(clinic_id) as work:
        new = NewClient(name=name, scopes=frozenset(scopes), keys=None)
        client_id, secret = register_client(work, new)
    caller = Caller(clinic_id=clinic_id, client_id=client_id, scopes=frozenset(scopes))
    click.echo(f"client_id      {caller.wire_id}\nclient_secret  {secret}")


@clients.command("revoke")
@click.argument("client_id", type=click.UUID)
@clinic
def revoke(client_id: UUID, clinic_id: UUID) -> None:
    """Let a client in no longer; CLIENT_ID is the part after the dot."""
    with console_work(clinic_id) as work:
        revoke_client(work, client_id)


@staff.command("create")
@click.argument("name")
@clinic
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--may-sign", is_flag=True, help="May sign prescriptions.")
def create_practitioner(name: str, clinic_id: UUID, role: str, *, may_sign: bool) -> None:
    """Register a member of staff and print the id."""
    with console_work(clinic_id) as work:
        practitioner_id = register_practitioner(
            work, NewPractitioner(name=name, role=Role(role), may_sign=may_sign)
        )
    click.echo(practitioner_id)
