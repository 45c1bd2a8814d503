"""Reads a report as it was sent; on the way of every report, so without fields that a form would have."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from api.clinical.errors import ValueRefused
from api.clinical.knowledge import library
from api.clinical.reports import SessionStatus
from api.clinical.session import Item, SessionReport
from api.clinical.session_fields import BY_NAME, FIELDS, ITEM_FIELDS, FieldKind, Reporter, ReportField
from api.errors import FieldError, Invalid
from api.sessions import members
from api.sessions.lists import EvidenceLevel, Flag
from api.sessions.members import Refused

NATIVE = "native"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report as it came.

    Attributes:
        report: what the medicine reads of it.
        local_date: the patient's day, as told, or that of the moment in the zone.
        prescription_revision: None is the one that was in effect on that day.
        source: None is the client itself.
        flags: what is to be known of its times.
        document: as sent, in the native form.
        sha256: of the content, whatever its id; two documents that say the same have the same.
        format: the form in which it came.
        original: what came, where that was in another form.
    """

    report: SessionReport
    zone: ZoneInfo
    local_date: date
    evidence: EvidenceLevel
    prescription_revision: int | None
    source: str | None
    source_record_id: str | None
    flags: tuple[Flag, ...]
    document: Mapping[str, Any]
    sha256: str
    format: str = NATIVE
    original: Any = None

    @property
    def id(self) -> UUID:
        """The session, as its reporter named it."""
        return self.report.session_id

    @property
    def minutes(self) -> int | None:
        """Of the whole session, or of its items together; None where neither was told."""
        if self.report.duration_min is not None:
            return self.report.duration_min
        told = [item.minutes for item in self.report.items if item.minutes is not None]
        return sum(told) if told else None

    def renamed(self, session_id: UUID) -> "Told":
        """The same report under another id."""
        return replace(self, report=replace(self.report, session_id=session_id))


def read(data: Any, received_at: datetime) -> Told:
    """The report that JSON data says.

    Args:
        data: a whole body.
        received_at: aware; no session lies after it.

    Raises:
        Invalid: with every fault, and pointers into the data.
    """
    told = restored(data, received_at)
    known = library.load().exercise_positions
    faults = [
        _fault(f"/items/{place}/exercise_id", _NO_SUCH_EXERCISE, "unknown-exercise")
        for place, item in enumerate(told.report.items)
        if item.exercise_id not in known
    ]
    if faults:
        raise _invalid(faults)
    return told


def restored(data: Any, received_at: datetime) -> Told:
    """The same of a document that was taken in once: its exercises may have left the catalogue since.

    Raises:
        Invalid: it was never taken in.
    """
    faults: list[FieldError] = []
    if type(data) is not dict:
        raise Invalid("1 value is wrong.", errors=[_fault("", "This must be an object.", "type")])
    values = _members(data, _readers(), "", faults)
    for name in _REQUIRED:
        if data.get(name) is None and name in data:
            faults.append(_fault(f"/{name}", "This may not be null.", "null"))
        elif name not in data:
            faults.append(_fault(f"/{name}", "This is needed.", "required"))
    if not faults:
        faults += _disagreements(values)
    if faults:
        raise _invalid(faults)
    return _told(values, data, received_at)


def _members(
    data: Mapping[str, Any], readers: Mapping[str, Read], pointer: str, faults: list[FieldError]
) -> dict[str, Any]:
    """The values of all members; what is null is not told."""
    values: dict[str, Any] = {}
    for name, given in data.items():
        reader = readers.get(name)
        if reader is None:
            faults.append(_fault(f"{pointer}/{_escaped(name)}", "This is not known here.", "unknown"))
        elif given is not None:
            try:
                values[name] = reader(given)
            except Refused as refused:
                faults += [replace(one, pointer=f"{pointer}/{name}{one.pointer}") for one in refused.faults]
    return values


def _told(values: dict[str, Any], data: Mapping[str, Any], received_at: datetime) -> Told:
    zone = ZoneInfo(values.pop("time_zone"))
    sent: datetime = values["performed_at"]
    local = sent.astimezone(zone)
    day: date = values.pop("local_date", local.date())
    told = {name: values.pop(name, None) for name in ("source", "source_record_id", "prescription_revision")}
    evidence = values.pop("evidence", None) or _EVIDENCE_OF[values["reporter"]]
    try:
        report = SessionReport(**{**values, "performed_at": local})
        report.check_past(received_at)
    except ValueRefused as refused:
        # the sentences of the medicine begin with the field that they are about
        name = refused.detail.partition(" ")[0]
        pointer = f"/{name}" if name in BY_NAME else ""
        raise _invalid([_fault(pointer, refused.detail, refused.code)]) from None
    flags = []
    if day != local.date():
        flags.append(Flag.LOCAL_DATE_DIFFERS)
    if sent.utcoffset() and sent.utcoffset() != local.utcoffset():
        flags.append(Flag.OFFSET_DIFFERS)
    values |= {"performed_at": sent.astimezone(UTC), "time_zone": zone.key, "local_date": day, **told}
    return Told(
        report=report,
        zone=zone,
        local_date=day,
        evidence=evidence,
        **told,
        flags=tuple(flags),
        document=data,
        sha256=_sha256({**values, "evidence": evidence}),
    )


def _sha256(values: Mapping[str, Any]) -> str:
    content = {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in values.items()
        if name != "session_id" and value is not None
    }
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


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
        done += ["items"] if values.get("items") else []
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
        elif not faults:
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


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


_REQUIRED = (*(one.name for one in FIELDS if one.required), "time_zone")
