"""Reads a report as it was sent; on the way of every report, so without fields that a form would have."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from api.clinical.errors import ValueRefused
from api.clinical.knowledge import library
from api.clinical.reports import SessionStatus
from api.clinical.session import Item, SessionReport
from api.clinical.session_fields import BY_NAME, FIELDS, ITEM_FIELDS, FieldKind, Reporter, ReportField
from api.errors import FieldError, Invalid, escaped
from api.sessions import members
from api.sessions.lists import EvidenceLevel, Flag
from api.sessions.members import Refused
from api.sessions.told import Told, told_of

_DAY = timedelta(days=1)
_NO_SUCH_EXERCISE = "There is no such exercise; GET /v1/exercises lists them."
_MOST_FAULTS = 1000

_EVIDENCE_OF = {
    Reporter.PATIENT: EvidenceLevel.SELF_REPORT,
    Reporter.CAREGIVER: EvidenceLevel.CAREGIVER,
    Reporter.CLINICIAN: EvidenceLevel.IN_CLINIC,
    Reporter.DEVICE: EvidenceLevel.DEVICE,
}
Read = Callable[[Any], Any]


def read(data: Any, received_at: datetime) -> Told:
    """The report that JSON data says.

    Args:
        data: a whole body.
        received_at: aware; no session lies after it.

    Raises:
        Invalid: with every fault, and pointers into the data.
    """
    return _read(data, received_at, library.load().exercise_positions)


def restored(data: Any, received_at: datetime) -> Told:
    """The same of a document that was taken in once: its exercises may have left the catalogue since.

    Raises:
        Invalid: it was never taken in.
    """
    return _read(data, received_at, None)


def _read(data: Any, received_at: datetime, catalogue: Collection[str] | None) -> Told:
    faults: list[FieldError] = []
    if type(data) is not dict:
        raise _invalid([_fault("", "This must be an object.", "type")])
    values = _members(data, _readers(), "", faults)
    for name in _REQUIRED:
        if name not in data:
            faults.append(_fault(f"/{name}", "This is needed.", "required"))
        elif data[name] is None:
            faults.append(_fault(f"/{name}", "This may not be null.", "null"))
    if catalogue is not None:
        faults += _strangers(values.get("items", ()), catalogue)
    report = None
    if values.keys() >= _NEEDED:
        faults += _disagreements(values)
        try:
            report = _report(values, received_at)
        except ValueRefused as refused:
            # the sentences of the medicine begin with the field that they are about
            name = refused.detail.partition(" ")[0]
            faults.append(_fault(f"/{name}" if name in BY_NAME else "", refused.detail, refused.code))
    if report is None or faults:
        raise _invalid(faults)
    return _told(report, values, data)


def _members(
    data: Mapping[str, Any], readers: Mapping[str, Read], pointer: str, faults: list[FieldError]
) -> dict[str, Any]:
    """The values of all members; what is null is not told."""
    values: dict[str, Any] = {}
    for name, given in data.items():
        reader = readers.get(name)
        if reader is None:
            faults.append(_fault(f"{pointer}/{escaped(name)}", "This is not known here.", "unknown"))
        elif given is not None:
            try:
                values[name] = reader(given)
            except Refused as refused:
                faults += [replace(one, pointer=f"{pointer}/{name}{one.pointer}") for one in refused.faults]
    return values


def _strangers(items: Iterable[Item], catalogue: Collection[str]) -> Iterator[FieldError]:
    for place, item in enumerate(items):
        if item.exercise_id not in catalogue:
            yield _fault(f"/items/{place}/exercise_id", _NO_SUCH_EXERCISE, "unknown-exercise")


def _report(values: Mapping[str, Any], received_at: datetime) -> SessionReport:
    """What the medicine reads, its moment at the place.

    Raises:
        ValueRefused: values that do not go together, or a session that lies ahead.
    """
    local = values["performed_at"].astimezone(ZoneInfo(values["time_zone"]))
    fields = {name: value for name, value in values.items() if name in BY_NAME}
    report = SessionReport(**{**fields, "performed_at": local})
    report.check_past(received_at)
    return report


def _told(report: SessionReport, values: Mapping[str, Any], data: Mapping[str, Any]) -> Told:
    sent, local = values["performed_at"], report.performed_at
    day: date = values.get("local_date", local.date())
    evidence = values.get("evidence", _EVIDENCE_OF[report.reporter])
    flags = [Flag.LOCAL_DATE_DIFFERS] if day != local.date() else []
    if sent.utcoffset() and sent.utcoffset() != local.utcoffset():
        flags.append(Flag.OFFSET_DIFFERS)
    content = {**values, "local_date": day, "evidence": evidence, "performed_at": sent.astimezone(UTC)}
    return Told(
        report=report,
        zone=ZoneInfo(values["time_zone"]),
        local_date=day,
        evidence=evidence,
        prescription_revision=values.get("prescription_revision"),
        source=values.get("source"),
        source_record_id=values.get("source_record_id"),
        flags=tuple(flags),
        document=data,
        sha256=_sha256(content),
    )


def _sha256(values: Mapping[str, Any]) -> str:
    content = {name: _plain(value) for name, value in values.items() if name != "session_id"}
    told = {name: value for name, value in content.items() if value is not None and value != []}
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _plain(value: Any) -> Any:
    match value:
        case frozenset():
            return sorted(value)
        case tuple():
            return [told_of(item) for item in value]
        case _:
            return value


def _disagreements(values: Mapping[str, Any]) -> list[FieldError]:
    """What cannot be true together, beside what the medicine refuses itself."""
    found = []
    local = values["performed_at"].astimezone(ZoneInfo(values["time_zone"])).date()
    if abs(values.get("local_date", local) - local) > _DAY:
        detail = f"performed_at is on {local} in {values['time_zone']}; the day is that, or next to it."
        found.append(_fault("/local_date", detail, "not-that-day"))
    if "prescription_revision" in values and "prescription_id" not in values:
        detail = "A revision needs the prescription that it is of."
        found.append(_fault("/prescription_id", detail, "required"))
    if values["status"] is SessionStatus.SKIPPED:
        done = ["duration_min"] if values.get("duration_min") else []
        for place, item in enumerate(values.get("items", ())):
            amounts = (one.name for one in ITEM_FIELDS if one.name != "exercise_id")
            done += [f"items/{place}/{name}" for name in amounts if getattr(item, name) is not None]
        found += [_fault(f"/{name}", "A session that was left out has none.", "left-out") for name in done]
    return found


@cache
def _readers() -> Mapping[str, Read]:
    fields = {one.name: _reader(one) for one in FIELDS}
    return {
        **fields,
        "time_zone": members.zone,
        "local_date": members.day,
        "prescription_revision": members.whole(1, 2**31 - 1),
        "evidence": members.choice(EvidenceLevel),
        "source": members.label,
        "source_record_id": members.label,
    }


@cache
def _item_readers() -> Mapping[str, Read]:
    return {one.name: _reader(one) for one in ITEM_FIELDS}


def _reader(one: ReportField) -> Read:
    """What reads the values of a field."""
    match one.kind:
        case FieldKind.UUID:
            return members.uuid
        case FieldKind.INSTANT:
            return members.instant
        case FieldKind.CHOICE:
            assert one.choices is not None, one.name
            return members.choice(one.choices)
        case FieldKind.SET:
            assert one.choices is not None, one.name
            return members.several(one.choices)
        case FieldKind.INTEGER | FieldKind.NUMBER:
            return members.number(one)
        case FieldKind.ITEMS:
            return lambda given: _items(given, int(one.maximum or 0))
        case FieldKind.TEXT if one.required:
            return members.label
        case FieldKind.TEXT:
            return members.prose(int(one.maximum or 0))


def _items(given: Any, most: int) -> tuple[Item, ...]:
    if type(given) is not list:
        raise Refused("This must be an array.", "invalid")
    if len(given) > most:
        raise Refused(f"This must have 0 to {most} elements.", "wrong-number")
    faults: list[FieldError] = []
    read = []
    for position, one in enumerate(given):
        pointer = f"/{position}"
        if type(one) is not dict:
            faults.append(_fault(pointer, "This must be an object.", "type"))
            continue
        values = _members(one, _item_readers(), pointer, faults)
        if one.get("exercise_id") is None:
            faults.append(_fault(f"{pointer}/exercise_id", "This is needed.", "required"))
        elif "exercise_id" in values:
            read.append(Item(**values))
    if faults:
        raise Refused.of(faults)
    return tuple(read)


def _fault(pointer: str, detail: str, code: str) -> FieldError:
    return FieldError(pointer=pointer, detail=detail, code=code)


def _invalid(faults: list[FieldError]) -> Invalid:
    shown = faults[:_MOST_FAULTS]
    count = len(shown)
    return Invalid(f"{count} values are wrong." if count != 1 else "1 value is wrong.", errors=shown)


_REQUIRED = (*(one.name for one in FIELDS if one.required), "time_zone")
_NEEDED = frozenset(_REQUIRED)
