"""A data point as it is read: when it was, what it measured, and how it lies to an exercise session.

Beside what its schema asks for, a data point is refused with a pointer to each fault where

- `uuid` is no UUID, or a time has no offset (RFC 3339): the schema would read it as UTC, and a place would be
  guessed;
- an interval ends before it starts, lies ahead by more than five minutes, or is told by months or years;
- a value is outside the range of the field of a report that it would fill (after conversion of glucose from
  mmol/L by the unit table of the fact `glucose_mg_dl`), or a diastolic pressure is not below its systolic;
- a net duration is longer than its interval.

Heart rates and pressures are whole numbers in a report and are rounded half up, so that no threshold that is
met is lost. A value that is a deviation, a variance, a count or a sum is no measurement and is never read.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from api.clinical.errors import ValueRefused
from api.clinical.knowledge import library
from api.clinical.session import AHEAD_AT_MOST
from api.clinical.session_fields import BY_NAME
from api.errors import FieldError
from api.sessions import members
from api.sessions.data_points import supported
from api.sessions.data_points.lists import Measure
from api.sessions.data_points.supported import Schema
from api.sessions.members import Refused

SOURCE = "open-mhealth"
"""Who tells it, where the data point does not say."""
RELATION = "temporal_relationship_to_physical_activity"
"""Of heart rates and pressures by their schemas; read of a glucose in the same words."""
RELATIONS = ("at rest", "active", "before exercise", "after exercise", "during exercise")
_SPREAD = frozenset({"standard deviation", "variance", "count", "sum", "quartile deviation"})
_SECONDS = {"ps": 1e-12, "ns": 1e-9, "us": 1e-6, "ms": 1e-3, "sec": 1, "min": 60, "h": 3600}
_SECONDS |= {"d": 86400, "wk": 604800}
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A data point.

    Attributes:
        starts, ends: the same of a moment; None where it tells none, as of a part of a day.
        said_start: the start in the words of the sender, or as worked out from end and duration.
        values: in the unit of the fields of a report; by `heart_rate`, `sys`, `dia` or `glucose`.
        statistic: None is one measurement.
        net: the time that was moved, of an activity.
        said: what was converted or rounded, in words.
    """

    id: UUID
    schema: Schema
    document: Mapping[str, Any]
    starts: datetime | None
    ends: datetime | None
    said_start: str | None
    values: Mapping[str, float]
    statistic: str | None
    relation: str | None
    source: str
    self_reported: bool
    net: timedelta | None
    said: tuple[str, ...]

    @property
    def measure(self) -> Measure:
        """What it is of."""
        return self.schema.measure

    @property
    def body(self) -> Mapping[str, Any]:
        """Its body, as sent."""
        body: Mapping[str, Any] = self.document["body"]
        return body

    @property
    def is_value(self) -> bool:
        """Whether its values are values that the patient had, and not how they were spread."""
        return self.statistic not in _SPREAD

    @property
    def is_single(self) -> bool:
        """Whether it is one measurement, and no statistic."""
        return self.statistic is None

    @property
    def sha256(self) -> str:
        """The same for the same content, whatever the order of its members."""
        return hashlib.sha256(orjson.dumps(self.document, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A document that is no data point that can be taken."""

    id: UUID | None
    schema: Schema | None
    faults: tuple[FieldError, ...]


def read(document: Mapping[str, Any], moment: datetime, *, on_file: bool = False) -> Point | Unread:
    """What a document with a header and a body says.

    Args:
        document: as sent.
        moment: when it came.
        on_file: it was held against its schema before.
    """
    header = document["header"]
    schema = supported.schema_of(header)
    faults = [] if on_file else supported.faults(schema, document)
    reader = _Reader(faults)
    point_id: UUID | None = reader.member(header, "uuid", members.uuid, "/header/uuid")
    reader.member(header, "source_creation_date_time", members.instant, "/header/source_creation_date_time")
    if faults or schema is None or point_id is None:
        return Unread(id=point_id, schema=schema, faults=tuple(faults))
    point = reader.point(point_id, schema, document, moment)
    return Unread(id=point_id, schema=schema, faults=tuple(faults)) if faults else point


class _Reader:
    """Reads a document that fits its schema, and collects what else speaks against it."""

    def __init__(self, faults: list[FieldError]) -> None:
        self.faults = faults
        self.said: list[str] = []

    def member(self, data: Any, name: str, read_one: Any, pointer: str) -> Any:
        """The value of a member; None if it is not there, or says nothing usable."""
        given = data.get(name) if isinstance(data, dict) else None
        if given is None:
            return None
        try:
            return read_one(given)
        except Refused as refused:
            if all(one.pointer != pointer for one in self.faults):
                self.faults += [
                    FieldError(pointer=pointer, detail=one.detail, code=one.code) for one in refused.faults
                ]
            return None

    def fault(self, pointer: str, detail: str, code: str) -> None:
        self.faults.append(FieldError(pointer=pointer, detail=detail, code=code))

    def point(self, point_id: UUID, schema: Schema, document: Mapping[str, Any], moment: datetime) -> Point:
        body = document["body"]
        starts, ends, said_start = self.frame(body.get("effective_time_frame") or {})
        ahead = ends if schema.measure is Measure.ACTIVITY else starts
        if ahead is not None and ahead - moment > AHEAD_AT_MOST:
            self.fault("/body/effective_time_frame", "This lies ahead.", "in-future")
        relation = body.get(RELATION)
        if relation is not None and relation not in RELATIONS:
            detail = f"This must be one of: {', '.join(RELATIONS)}."
            self.fault(f"/body/{RELATION}", detail, "not-in-the-list")
        statistic = body.get("descriptive_statistic")
        told = document["header"].get("acquisition_provenance")
        provenance = told if isinstance(told, dict) else {}
        modality = document["header"].get("modality") or provenance.get("modality")
        return Point(
            id=point_id,
            schema=schema,
            document=document,
            starts=starts,
            ends=ends,
            said_start=said_start,
            values={} if statistic in _SPREAD else self.values(schema.measure, body),
            statistic=statistic,
            relation=relation,
            source=_source(document["header"], provenance),
            self_reported=modality == "self-reported",
            net=self.net(body, starts, ends),
            said=tuple(self.said),
        )

    def frame(self, frame: Mapping[str, Any]) -> tuple[datetime | None, datetime | None, str | None]:
        """Start and end, and the start in words; None where a frame tells no moment."""
        place = "/body/effective_time_frame"
        at = self.member(frame, "date_time", members.instant, f"{place}/date_time")
        if at is not None:
            return at, at, frame["date_time"]
        interval, place = frame.get("time_interval"), f"{place}/time_interval"
        starts = self.member(interval, "start_date_time", members.instant, f"{place}/start_date_time")
        ends = self.member(interval, "end_date_time", members.instant, f"{place}/end_date_time")
        told = interval.get("duration") if isinstance(interval, dict) else None
        length = _length(told)
        if told is not None and length is None:
            detail = "A month or a year has no fixed length; tell both ends."
            self.fault(f"{place}/duration/unit", detail, "no-fixed-length")
        if length is not None and length < timedelta(0):
            self.fault(f"{place}/duration/value", "A duration is not below zero.", "out-of-range")
            return None, None, None
        said = None if starts is None or interval is None else interval["start_date_time"]
        try:
            if starts is not None and ends is None and length is not None:
                ends = starts + length
            elif ends is not None and starts is None and length is not None:
                starts = ends - length
                said = starts.isoformat()
        except OverflowError:
            self.fault(f"{place}/duration/value", "This is too long.", "out-of-range")
        if starts is None or ends is None:
            return None, None, None
        if ends < starts:
            self.fault(f"{place}/end_date_time", "It ends before it starts.", "ends-before-start")
        return starts, ends, said

    def net(
        self, body: Mapping[str, Any], starts: datetime | None, ends: datetime | None
    ) -> timedelta | None:
        """The time that was moved, if it is told."""
        length = _length(body.get("duration"))
        if length is None:
            return None
        if length < timedelta(0):
            self.fault("/body/duration/value", "A duration is not below zero.", "out-of-range")
        elif starts is not None and ends is not None and length > ends - starts + _MINUTE:
            self.fault("/body/duration", "This is longer than its interval.", "longer-than-interval")
        return length

    def values(self, measure: Measure, body: Mapping[str, Any]) -> dict[str, float]:
        """What was measured, in the units of a report."""
        match measure:
            case Measure.HEART_RATE:
                return self.whole(
                    "heart_rate", body["heart_rate"]["value"], "hr_peak", "/body/heart_rate/value"
                )
            case Measure.PRESSURE:
                upper, lower = body["systolic_blood_pressure"], body["diastolic_blood_pressure"]
                found = self.whole("sys", upper["value"], "sys_peak", "/body/systolic_blood_pressure/value")
                found |= self.whole("dia", lower["value"], "dia_peak", "/body/diastolic_blood_pressure/value")
                if len(found) == 2 and found["dia"] >= found["sys"]:
                    detail = "The diastolic pressure is below the systolic one."
                    self.fault("/body/diastolic_blood_pressure/value", detail, "not-below-systolic")
                return found
            case Measure.GLUCOSE:
                return self.glucose(body["blood_glucose"])
            case Measure.ACTIVITY:
                return {}

    def whole(self, name: str, value: float, field: str, pointer: str) -> dict[str, float]:
        """A value as a whole number in the range of a field."""
        try:
            BY_NAME[field].check(value)
        except ValueRefused as refused:
            self.fault(pointer, refused.detail, refused.code)
            return {}
        rounded = math.floor(value + 0.5)
        if rounded != value:
            self.said.append(f"{value:g} is read as {rounded}: a report has whole numbers.")
        return {name: rounded}

    def glucose(self, given: Mapping[str, Any]) -> dict[str, float]:
        """A glucose in mg/dL, by the unit table of the vocabulary."""
        fact = library.load().facts["glucose_mg_dl"]
        try:
            value = fact.read(given["value"], given["unit"])
        except ValueRefused as refused:
            self.fault("/body/blood_glucose/value", refused.detail, refused.code)
            return {}
        assert isinstance(value, int | float), value
        if given["unit"] != fact.units[0].code:
            told = f"{given['value']:g} {given['unit']}"
            self.said.append(f"{told} is read as {value:.1f} {fact.units[0].code}.")
        return {"glucose": float(value)}


def _length(given: Any) -> timedelta | None:
    """A duration; None where none is told, or of a unit whose length is not fixed (months, years)."""
    if not isinstance(given, dict) or given.get("unit") not in _SECONDS:
        return None
    value = given.get("value")
    if not isinstance(value, int | float):
        return None
    try:
        return timedelta(seconds=value * _SECONDS[given["unit"]])
    except OverflowError:
        return timedelta.max if value > 0 else -timedelta.resolution


def _source(header: Mapping[str, Any], provenance: Mapping[str, Any]) -> str:
    """Which system or device tells it: `source_name` of the provenance, else the first datasheet."""
    sheets = header.get("external_datasheets") or [{}]
    for given in (provenance.get("source_name"), sheets[0].get("datasheet_reference")):
        try:
            return members.label(given)
        except Refused:
            continue
    return SOURCE
