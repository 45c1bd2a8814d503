"""What takes data points in: reports, facts and what is kept, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import insert, text

from api.database.base import uuid7
from api.database.json_columns import as_json
from api.database.work import Work
from api.errors import FieldError, Refusal
from api.patients import actions as patients
from api.patients.observations.filing import Filed
from api.sessions import actions as sessions
from api.sessions import corrections
from api.sessions.actions import Outcome
from api.sessions.data_points import queries, sorting
from api.sessions.data_points.answers import of_point, of_refused
from api.sessions.data_points.facts import intake
from api.sessions.data_points.lists import Measure, PointResult
from api.sessions.data_points.placing import Slot
from api.sessions.data_points.points import Point, Unread, read
from api.sessions.data_points.queries import FORMAT, Found
from api.sessions.data_points.sorting import Sorted
from api.sessions.data_points.tables import DataPoint
from api.sessions.lists import Result
from api.sessions.reading import read as read_report
from api.sessions.reading import restored
from api.sessions.told import Told

Answer = Mapping[str, Any]
_CORRECTED = "A data point of the same session came."
_PLACED = text("""
UPDATE data_points d SET session_id = t.session_id, became = t.became, answer = t.answer
FROM json_to_recordset(CAST(:placed AS json)) AS t(point_id uuid, session_id uuid, became text, answer json)
WHERE d.clinic_id = :clinic_id AND d.point_id = t.point_id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of data points.

    Attributes:
        results: of each, in the order sent, as it is answered.
        outcomes: of the reports that were filed or corrected.
    """

    results: Sequence[Mapping[str, Any]]
    outcomes: Sequence[Outcome]


def receive(work: Work, patient_id: UUID, documents: Sequence[Mapping[str, Any]]) -> Received:
    """Take in data points of a patient.

    Args:
        work: the work.
        patient_id: whose.
        documents: each with a header and a body.

    Raises:
        NotFound: there is no such patient.
        Conflict: a report could not be filed, because something else is on file.
    """
    zone = queries.held_zone(work, patient_id)
    results, new, twice = _told_apart(work, patient_id, documents)
    outcomes = _take_in(work, patient_id, zone, new, results) if new else []
    for place, first in twice.items():
        results[place] = {**results[first], "position": place, "result": PointResult.DUPLICATE}
    return Received(results=[results[place] for place in range(len(documents))], outcomes=outcomes)


def _take_in(
    work: Work, patient_id: UUID, zone: ZoneInfo, new: Mapping[int, Point], results: dict[int, Answer]
) -> list[Outcome]:
    """Take in what is new, and answer it at its place; the reports that were filed or corrected."""
    points = list(new.values())
    activities = any(one.measure is Measure.ACTIVITY for one in points)
    opened = sorting.opened(points, zone, queries.plans(work, patient_id) if activities else ())
    begun = [one.slot for one in opened if one.slot is not None]
    slots = queries.slots(work, patient_id, (one for one in points if one.measure is not Measure.ACTIVITY))
    measured = sorting.joined(points, [*begun, *slots])
    loose = queries.loose(work, patient_id, begun)
    late = sorting.joined((one.point for one in loose), begun)
    begun += sorting.flagged(measured, slots, zone, work.moment)
    outcomes = [*_file(work, patient_id, begun), *_correct(work, slots)]
    recorded = _record(work, patient_id, sorting.known(measured))
    answered = {one.point.id: of_point(one, recorded) for one in (*opened, *measured)}
    _keep(work, patient_id, [(one, answered[one.point.id]) for one in (*opened, *measured)])
    before = {one.point.id: one.answer for one in loose}
    _place(work, [(one, of_point(one, {}, before[one.point.id])) for one in late if one.slot is not None])
    work.record("data-points.received", "patient", patient_id)
    for place, point in new.items():
        results[place] = {"position": place, "result": PointResult.ACCEPTED, **answered[point.id]}
    return outcomes


def _told_apart(
    work: Work, patient_id: UUID, documents: Sequence[Mapping[str, Any]]
) -> tuple[dict[int, Answer], dict[int, Point], dict[int, int]]:
    """What is refused or on file, as it is answered; what is new; what repeats that in one body; by place."""
    read_all = [read(one, work.moment) for one in documents]
    ids = {one.id for one in read_all if one.id is not None}
    on_file, taken = queries.known(work, ids), queries.reports(work, ids)
    results: dict[int, Answer] = {}
    new: dict[int, Point] = {}
    places: dict[UUID, int] = {}
    twice: dict[int, int] = {}
    for place, one in enumerate(read_all):
        if isinstance(one, Unread):
            results[place] = of_refused(place, one)
        elif one.id in on_file:
            results[place] = _again(place, one, on_file[one.id], patient_id)
        elif one.id in taken:
            results[place] = of_refused(place, _not_free(one, "This is the id of a report on file."))
        elif one.id in places and new[places[one.id]].sha256 == one.sha256:
            twice[place] = places[one.id]
        elif one.id in places:
            results[place] = of_refused(place, _not_free(one, "Another data point of this body has this id."))
        else:
            new[place], places[one.id] = one, place
    return results, new, twice


def _again(place: int, point: Point, known: Found, patient_id: UUID) -> Mapping[str, Any]:
    if known.patient_id != patient_id:
        return of_refused(place, _not_free(point, "This is the id of a data point of another patient."))
    if known.sha256 != point.sha256:
        detail = "Something else is on file under this id; a data point that differs has an id of its own."
        return of_refused(place, _not_free(point, detail))
    return {"position": place, "result": PointResult.DUPLICATE, **known.answer}


def _not_free(point: Point, detail: str) -> Unread:
    fault = FieldError(pointer="/header/uuid", detail=detail, code="id-taken")
    return Unread(id=point.id, schema=point.schema, faults=(fault,))


def _file(work: Work, patient_id: UUID, begun: Sequence[Slot]) -> list[Outcome]:
    """File the reports that are new."""
    told = [_told(read_report(as_json(one.told()), work.moment), one) for one in begun]
    outcomes = []
    for outcome in sessions.file_reports(work, [(patient_id, one) for one in told]) if told else ():
        if isinstance(outcome, Refusal):
            raise outcome
        outcomes.append(outcome)
    return outcomes


def _correct(work: Work, slots: Sequence[Slot]) -> list[Outcome]:
    """Correct the reports on file of which measurements change anything."""
    outcomes = []
    for one in slots:
        document = as_json(one.told())
        if one.arrived and document != one.document:
            assert one.version is not None, one.id
            told = _told(restored(document, work.moment), one)
            outcome = corrections.correct(work, one.id, told, version=one.version, reason=_CORRECTED)
            outcomes += [outcome] if outcome.filed.result is Result.CORRECTED else []
    return outcomes


def _told(told: Told, slot: Slot) -> Told:
    """A report in the form in which it came, with the data points that came now."""
    return replace(told, format=FORMAT, original=[one.document for one in slot.arrived])


def _record(work: Work, patient_id: UUID, several: Sequence[Sorted]) -> dict[tuple[UUID, str], Filed]:
    """Put facts on file; what became of each, by data point and name."""
    if not several:
        return {}
    told = [(one.point, one.named) for one in several]
    named = [(one.point.id, name) for one in several for name in one.named]
    filed = patients.record_facts(work, patient_id, intake(told, work.moment))
    return dict(zip(named, filed, strict=True))


def _keep(work: Work, patient_id: UUID, several: Sequence[tuple[Sorted, Mapping[str, Any]]]) -> None:
    rows = [
        {
            "clinic_id": work.clinic_id,
            "id": uuid7(),
            "patient_id": patient_id,
            "client_id": work.caller.client_id,
            "received_at": work.moment,
            "point_id": one.point.id,
            "schema": one.point.schema.id,
            "starts_at": one.point.starts,
            "ends_at": one.point.ends,
            "session_id": None if one.slot is None else one.slot.id,
            "became": one.became,
            "answer": as_json(answer),
            "document": one.point.document,
            "sha256": one.point.sha256,
        }
        for one, answer in several
    ]
    work.db.execute(insert(DataPoint), rows)


def _place(work: Work, several: Sequence[tuple[Sorted, Mapping[str, Any]]]) -> None:
    """Write that measurements on file are of a report now."""
    rows = [
        {
            "point_id": one.point.id,
            "session_id": one.slot.id,
            "became": one.became,
            "answer": answer,
        }
        for one, answer in several
        if one.slot is not None
    ]
    if rows:
        work.db.execute(_PLACED, {"clinic_id": work.clinic_id, "placed": orjson.dumps(rows).decode()})
