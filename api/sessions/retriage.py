"""Triages reports again that another one puts in another light; it only ever raises them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from api.database.work import Work
from api.sessions import answers, effects, keeping
from api.sessions.files import PatientFile, plans_of
from api.sessions.filing import Triaged, again
from api.sessions.reading import restored
from api.sessions.tables import SessionReport, SessionVersion
from api.sessions.told import Told


def retriage(
    work: Work, files: Mapping[UUID, PatientFile], touched: Mapping[UUID, Iterable[UUID]]
) -> list[Triaged]:
    """Triage these reports of these patients again; those in which that finds more than was found before.

    Args:
        work: the work.
        files: by patient.
        touched: the reports, by patient.
    """
    named = {session_id for ids in touched.values() for session_id in ids}
    if not named:
        return []
    documents = _documents(work, named)
    told = {
        patient_id: {one: restored(documents[one], files[patient_id].reports[one].received_at) for one in ids}
        for patient_id, ids in touched.items()
    }
    _know_plans(work, files, told)
    raised = []
    for patient_id, several in told.items():
        for kept in sorted((files[patient_id].reports[one] for one in several), key=lambda one: one.past.at):
            found = again(files[patient_id], several[kept.id], kept)
            if found is not None:
                raised.append(found)
    _keep(work, files, raised)
    return raised


def _know_plans(
    work: Work, files: Mapping[UUID, PatientFile], told: Mapping[UUID, Mapping[UUID, Told]]
) -> None:
    """Read the prescriptions that these reports name, where what is filed now names others or none."""
    unknown = {
        patient_id: [
            one
            for one in several.values()
            if one.report.prescription_id is not None
            and (patient_id, one.report.prescription_id) not in files[patient_id].plans
        ]
        for patient_id, several in told.items()
    }
    found = plans_of(work, {patient_id: several for patient_id, several in unknown.items() if several})
    for patient_id in told:
        files[patient_id].plans = {**files[patient_id].plans, **found}


def _keep(work: Work, files: Mapping[UUID, PatientFile], raised: Iterable[Triaged]) -> None:
    written: list[tuple[Triaged, dict[str, Any]]] = []
    for one in raised:
        alert_id = effects.alert(work, one)
        effects.place_locks(work, files[one.kept.patient_id], one)
        written.append((one, answers.of_triage(one.triage, (), alert_id)))
        work.record("session.triaged-again", "session", one.kept.id)
    keeping.add_triages(work, written)
    keeping.change(work, [one.kept for one in raised])


def _documents(work: Work, session_ids: Iterable[UUID]) -> dict[UUID, Any]:
    """What these reports say now."""
    rows = work.db.execute(
        select(SessionReport.id, SessionVersion.document)
        .join(
            SessionVersion,
            (SessionVersion.clinic_id == work.clinic_id)
            & (SessionVersion.session_id == SessionReport.id)
            & (SessionVersion.number == SessionReport.number),
        )
        .where(SessionReport.clinic_id == work.clinic_id, SessionReport.id.in_(session_ids))
    )
    return {row.id: row.document for row in rows}
