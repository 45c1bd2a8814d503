"""`flask adherence`: counts the weeks of patients anew."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select

from api.adherence.actions import recount
from api.adherence.counts import Changed
from api.commands.console import console_works, jobs_connection, say
from api.prescriptions.tables import Prescription

AT_ONCE = 50
"""Patients in one transaction, who wait for it to end."""


@click.group("adherence")
def adherence() -> None:
    """The counts that the panel is made of."""


@adherence.command("rebuild")
@click.option("--clinic", "clinic_id", type=click.UUID, help="Only of this clinic.")
@with_appcontext
def rebuild(*, clinic_id: UUID | None) -> None:
    """Count all weeks anew from what was told, and write what differs.

    Nothing differs, unless reports were written past the service, or a release counts otherwise. Patients are
    counted in groups, each in its own transaction: the service goes on meanwhile.
    """
    of_clinic = select(Prescription.clinic_id, func.array_agg(Prescription.patient_id.distinct()))
    if clinic_id is not None:
        of_clinic = of_clinic.where(Prescription.clinic_id == clinic_id)
    with jobs_connection() as connection:
        clinics = connection.execute(of_clinic.group_by(Prescription.clinic_id)).all()
    differing = 0
    for each, patients in clinics:
        differing += _rebuild(each, patients)
    counted = sum(len(patients) for _, patients in clinics)
    say(f"Counted {counted} patients of {len(clinics)} clinics; {differing} rows differed.")


def _rebuild(clinic_id: UUID, patient_ids: Sequence[UUID]) -> int:
    """Count these patients anew; how many rows differed."""
    differing = 0
    with (
        console_works(clinic_id) as opens,
        click.progressbar(length=len(patient_ids), label=f"Clinic {clinic_id}") as shown,
    ):
        for start in range(0, len(patient_ids), AT_ONCE):
            some = sorted(patient_ids)[start : start + AT_ONCE]
            with opens(datetime.now(UTC)) as work:
                differing += recount(work, dict.fromkeys(some, Changed(None, ahead=True)))
            shown.update(len(some))
    return differing
