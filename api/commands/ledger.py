"""`flask ledger`: whether every red flag that was told was put before a clinician."""

from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy import select

from api.access.tables import Clinic
from api.commands.console import console_work, current_settings, jobs_connection, say
from api.database import embedded
from api.sessions.ledger.reconciliation import Balance, reconcile

ledger = AppGroup("ledger", help="What became of every red flag.")


@ledger.command("check")
@click.option("--clinic", "clinic_id", type=click.UUID, help="This one only, and not all.")
def check(clinic_id: UUID | None) -> None:
    """Prove that no red flag was lost; print every discrepancy, and fail if there is one.

    Every report for review or worse, trend, report in quarantine and alarming check before a session has its
    cause in an alert, as urgent as it is and of the same patient; and every such cause has what told it.
    Ids only, nothing of any patient.
    """
    broken = 0
    with embedded.at_hand(current_settings()):
        for one in _clinics() if clinic_id is None else [clinic_id]:
            with console_work(one) as work:
                found = reconcile(work)
            _tell(one, found)
            broken += not found.holds
    if broken:
        say(f"The ledger of {broken} clinics does not hold.")
        raise click.exceptions.Exit(1)


def _clinics() -> list[UUID]:
    with jobs_connection() as connection:
        return list(connection.scalars(select(Clinic.id).order_by(Clinic.id)))


def _tell(clinic_id: UUID, found: Balance) -> None:
    told, caused = sum(found.reports.values()), sum(found.causes.values())
    verdict = "holds" if found.holds else "BROKEN"
    click.echo(f"{clinic_id}  {verdict}: {told} red flags told, {caused} put before a clinician")
    for one in found.discrepancies:
        click.echo(f"  {one.about} {one.fault}: {one.number}")
        for each in one.ids:
            click.echo(f"    {each}")
        if one.number > len(one.ids):
            click.echo(f"    and {one.number - len(one.ids)} more")
