"""What is answered of data points, as plain data."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from api.patients.observations.filing import Filed
from api.sessions import answers
from api.sessions.actions import Outcome
from api.sessions.data_points.lists import PointResult
from api.sessions.data_points.placing import Slot, readings
from api.sessions.data_points.points import Point, Unread
from api.sessions.data_points.sorting import Sorted


def of_point(
    one: Sorted, recorded: Mapping[tuple[UUID, str], Filed], before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What became of a data point.

    Args:
        one: the data point.
        recorded: what became of facts.
        before: what was answered of it, where it was on file and is of a report now.
    """
    facts = [
        {"name": name, "value": value, "fact_id": filed.fact_id, "result": filed.result}
        for name, value in one.named.items()
        if (filed := recorded.get((one.point.id, name))) is not None
    ]
    return {
        "point_id": one.point.id,
        "schema": one.point.schema.id,
        "became": one.became,
        "session_id": None if one.slot is None else one.slot.id,
        "fields": _fields(one),
        "facts": facts if before is None else before["facts"],
        "says": one.says,
        "errors": [],
    }


def of_refused(place: int, unread: Unread) -> dict[str, Any]:
    """Why a data point was refused."""
    return {
        "position": place,
        "result": PointResult.REFUSED,
        "point_id": unread.id,
        "schema": None if unread.schema is None else unread.schema.id,
        "became": None,
        "session_id": None,
        "fields": [],
        "facts": [],
        "says": [],
        "errors": [
            {"pointer": one.pointer, "detail": one.detail, "code": one.code} for one in unread.faults[:100]
        ],
    }


def of_outcome(outcome: Outcome) -> dict[str, Any]:
    """A report that was filed or corrected, as a report by itself is answered."""
    filed, kept = outcome.filed, outcome.filed.kept
    return {
        "session_id": kept.id,
        "patient_id": kept.patient_id,
        "result": filed.result,
        "version": kept.version,
        "received_at": kept.received_at,
        "level": kept.level,
        "flags": outcome.flags,
        "prescription_revision": outcome.revision,
        "triage": outcome.answer,
        "locks": answers.of_locks(outcome.locked),
        "links": {"counts": kept.counts, "session_ids": outcome.linked},
        "raised": answers.of_raised(outcome.raised),
        "stands": outcome.stands,
    }


def _fields(one: Sorted) -> list[dict[str, Any]]:
    """The fields in which it is read, and whether it is its value that stands there."""
    own = [one.slot] if one.slot is not None and one.slot is not one.joined else []
    slots = own if one.joined is None else [one.joined, *own]
    return [field for slot in slots for field in _of_slot(one.point, slot)]


def _of_slot(point: Point, slot: Slot) -> list[dict[str, Any]]:
    if slot.id == point.id and not slot.is_red_flag:
        return [
            {
                "session_id": slot.id,
                "name": "duration_min",
                "value": slot.document["duration_min"],
                "stands": True,
            }
        ]
    stands = slot.fields()
    return [
        {
            "session_id": slot.id,
            "name": each.name,
            "value": each.value,
            "stands": stands[each.name] == each.value,
        }
        for each in readings(point, slot)
    ]
