"""What is known of data points, and of the reports that they told."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select, text

from api.clinical.lifecycle import State
from api.database.work import Work
from api.patients import queries as patients
from api.patients.queries import no_such_patient
from api.patients.tables import Patient
from api.prescriptions.tables import Prescription, PrescriptionRevision
from api.sessions.data_points.activities import Planned
from api.sessions.data_points.lists import Became
from api.sessions.data_points.placing import Slot, near
from api.sessions.data_points.points import Point, read
from api.sessions.data_points.tables import DataPoint
from api.sessions.tables import SessionReport

FORMAT = "open-mhealth"
"""The form of a report that data points told; one that a person corrected since has another."""
Found = Row[*tuple[Any, ...]]

_WINDOWS = "unnest(CAST(:firsts AS timestamptz[]), CAST(:lasts AS timestamptz[])) AS near(first, last)"
_SLOTS = text(f"""
SELECT d.session_id, d.starts_at, d.ends_at, d.became, v.document, r.version
FROM data_points d
JOIN session_reports r ON r.clinic_id = :clinic_id AND r.id = d.session_id AND r.withdrawn_at IS NULL
JOIN session_versions v ON v.clinic_id = :clinic_id AND v.session_id = r.id AND v.number = r.number
    AND v.format = :format
WHERE d.clinic_id = :clinic_id AND d.patient_id = :patient_id AND d.point_id = d.session_id
    AND EXISTS (SELECT FROM {_WINDOWS} WHERE d.starts_at <= near.last AND d.ends_at >= near.first)
ORDER BY d.starts_at, d.session_id
""")  # noqa: S608 put together of constants
_LOOSE = text(f"""
SELECT d.document, d.answer
FROM data_points d
WHERE d.clinic_id = :clinic_id AND d.patient_id = :patient_id AND d.session_id IS NULL
    AND EXISTS (SELECT FROM {_WINDOWS} WHERE d.starts_at <= near.last AND d.ends_at >= near.first)
ORDER BY d.starts_at, d.point_id
""")  # noqa: S608 put together of constants


@dataclass(frozen=True, slots=True, kw_only=True)
class Loose:
    """A measurement on file that is of no report, and what was answered of it."""

    point: Point
    answer: dict[str, Any]


def held_zone(work: Work, patient_id: UUID) -> ZoneInfo:
    """The zone of the patient, who is held until the end of the work.

    Raises:
        NotFound: there is no such patient.
    """
    zone = work.db.scalar(
        select(Patient.time_zone)
        .where(Patient.clinic_id == work.clinic_id, Patient.id == patient_id)
        .with_for_update(key_share=True)
    )
    if zone is None:
        raise no_such_patient()
    return ZoneInfo(zone)


def known(work: Work, point_ids: Collection[UUID]) -> dict[UUID, Found]:
    """Data points of the clinic on file, by the `uuid` of their headers."""
    found = work.db.execute(
        select(DataPoint.point_id, DataPoint.patient_id, DataPoint.sha256, DataPoint.answer).where(
            DataPoint.clinic_id == work.clinic_id, DataPoint.point_id.in_(point_ids)
        )
    )
    return {row.point_id: row for row in found}


def reports(work: Work, point_ids: Collection[UUID]) -> set[UUID]:
    """Which of these ids are those of reports on file."""
    return set(
        work.db.scalars(
            select(SessionReport.id).where(
                SessionReport.clinic_id == work.clinic_id, SessionReport.id.in_(point_ids)
            )
        )
    )


def plans(work: Work, patient_id: UUID) -> list[Planned]:
    """What is and was in effect of the patient's active prescription, the newest revision first."""
    rows = work.db.execute(
        select(
            Prescription.id,
            PrescriptionRevision.effective_from,
            PrescriptionRevision.ends_on,
            PrescriptionRevision.document["items"].label("items"),
        )
        .join(
            PrescriptionRevision,
            (PrescriptionRevision.clinic_id == work.clinic_id)
            & (PrescriptionRevision.prescription_id == Prescription.id),
        )
        .where(
            Prescription.clinic_id == work.clinic_id,
            Prescription.patient_id == patient_id,
            Prescription.state == State.ACTIVE,
        )
        .order_by(PrescriptionRevision.number.desc())
    )
    return [
        Planned(
            prescription_id=row.id,
            first=row.effective_from,
            last=row.ends_on,
            exercises=frozenset(one["exercise_id"] for one in row.items),
        )
        for row in rows
    ]


def slots(work: Work, patient_id: UUID, points: Iterable[Point]) -> list[Slot]:
    """The reports on file near these that data points told and nobody changed since, with what is in them."""
    windows = [(one.starts, one.ends) for one in points if one.starts is not None]
    rows = _near(work, patient_id, _SLOTS, windows, format=FORMAT)
    found = {
        row.session_id: Slot(
            id=row.session_id,
            starts=row.starts_at,
            ends=row.ends_at,
            is_red_flag=row.became == Became.RED_FLAG,
            document=row.document,
            version=row.version,
        )
        for row in rows
    }
    if found:
        inside = select(DataPoint.session_id, DataPoint.document).where(
            DataPoint.clinic_id == work.clinic_id, DataPoint.session_id.in_(found)
        )
        for session_id, document in work.db.execute(inside):
            found[session_id].points += _restored(work, document)
    return list(found.values())


def loose(work: Work, patient_id: UUID, several: Iterable[Slot]) -> list[Loose]:
    """Measurements on file that are of no report, near these new ones."""
    rows = _near(work, patient_id, _LOOSE, [(one.starts, one.ends) for one in several])
    return [Loose(point=one, answer=row.answer) for row in rows for one in _restored(work, row.document)]


def data_points(work: Work, patient_id: UUID, *, after: tuple[UUID] | None, limit: int) -> Sequence[Found]:
    """A patient's data points, the newest received first, at most `limit + 1`.

    Raises:
        NotFound: there is no such patient.
    """
    listed = (
        select(
            DataPoint.id,
            DataPoint.patient_id,
            DataPoint.received_at,
            DataPoint.starts_at,
            DataPoint.ends_at,
            DataPoint.answer,
            DataPoint.document,
        )
        .where(DataPoint.clinic_id == work.clinic_id, DataPoint.patient_id == patient_id)
        .order_by(DataPoint.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        listed = listed.where(DataPoint.id < after[0])
    found = work.db.execute(listed).all()
    if not found:
        patients.patient(work, patient_id)
    return found


def _near(
    work: Work, patient_id: UUID, asked: Any, windows: Sequence[tuple[Any, Any]], **more: Any
) -> Sequence[Found]:
    if not windows:
        return ()
    values = {
        "clinic_id": work.clinic_id,
        "patient_id": patient_id,
        "firsts": [first - near() for first, _ in windows],
        "lasts": [last + near() for _, last in windows],
    }
    return work.db.execute(asked, values | more).all()


def _restored(work: Work, document: Any) -> list[Point]:
    """A data point as it was taken in; none if ranges have become narrower since."""
    point = read(document, work.moment, on_file=True)
    return [point] if isinstance(point, Point) else []
