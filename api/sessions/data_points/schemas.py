"""Data points on the wire."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from api.errors import FieldError, Invalid, escaped
from api.patients.observations.filing import Result as Recording
from api.sessions.data_points.lists import Became, PointResult
from api.sessions.schemas.answers import FiledSession
from api.web import fields, paging, shapes

LONG = 2000
MOST = 200
_OPEN = {"type": "object", "description": "As its schema has it; see `GET /v1/data-point-schemas`."}
_POINT: dict[str, Any] = {
    "type": "object",
    "description": "A data point of IEEE 1752.1: a header that names a schema, and a body of that schema.",
    "required": ["header", "body"],
    "additionalProperties": False,
    "properties": {
        "header": {
            "type": "object",
            "description": "IEEE 1752.1 header 1.0. Its `uuid` is the identity: sent again, the point is a "
            "duplicate. `acquisition_provenance.source_name`, or else the first datasheet, names the source; "
            "`modality` says whether it was sensed or self-reported.",
        },
        "body": _OPEN,
    },
}
_SENT: dict[str, Any] = {
    "type": "array",
    "description": "Data points of the patient, each answered by itself.",
    "minItems": 1,
    "maxItems": MOST,
    "items": {"$ref": "#/components/schemas/DataPoint"},
}


def read(data: Any) -> Sequence[Mapping[str, Any]]:
    """The data points of a body, each with a header and a body; one by itself is taken too.

    Raises:
        Invalid: something is no data point at all, or there are none, or too many.
    """
    if isinstance(data, list) and not 1 <= len(data) <= MOST:
        _refuse([FieldError(pointer="", detail=f"This must have 1 to {MOST} elements.", code="wrong-number")])
    several = data if isinstance(data, list) else [data]
    faults = [
        fault
        for place, one in enumerate(several)
        for fault in _envelope(one, f"/{place}" if isinstance(data, list) else "")
    ]
    if faults:
        _refuse(faults)
    return several


def _envelope(one: Any, pointer: str) -> Iterator[FieldError]:
    if not isinstance(one, dict):
        yield FieldError(pointer=pointer, detail="This must be an object.", code="type")
        return
    for name in ("header", "body"):
        if name not in one:
            yield FieldError(pointer=f"{pointer}/{name}", detail="This is needed.", code="required")
        elif not isinstance(one[name], dict):
            yield FieldError(pointer=f"{pointer}/{name}", detail="This must be an object.", code="type")
    for name in one.keys() - {"header", "body"}:
        yield FieldError(
            pointer=f"{pointer}/{escaped(name)}", detail="This is not known here.", code="unknown"
        )


def _refuse(faults: list[FieldError]) -> None:
    count = len(faults)
    raise Invalid(f"{count} values are wrong." if count > 1 else "1 value is wrong.", errors=faults)


NEW = shapes.Documented(
    "NewDataPoints",
    _SENT,
    decode=read,
    others={"DataPoint": _POINT},
)
DOCUMENT = shapes.Documented("DataPoint", _POINT)


class DataPointField(shapes.View):
    """A field of a report in which a data point is read."""

    session_id = fields.Uuid()
    name = fields.Text()
    value = fields.Float(description="In the unit of the field.")
    stands = fields.Boolean(
        description="Whether the report has this value; of several the highest, lowest or nearest stands."
    )


class DataPointFact(shapes.View):
    """A fact that a data point put on file."""

    name = fields.Text()
    value = fields.Float(description="In the usual unit of the fact.")
    fact_id = fields.Uuid()
    result = fields.Closed(Recording, name="RecordingResult")


class DataPointError(shapes.View):
    """Why a data point was refused."""

    pointer = fields.Text(most=LONG, description="Into the data point.")
    detail = fields.Text(most=LONG)
    code = fields.Text()


class DataPointAnswer(shapes.View):
    """What a data point became."""

    point_id = fields.Uuid(allow_none=True, description="The uuid of its header; null if it has none.")
    schema = fields.Text(allow_none=True, description="Null if its schema is not taken.")
    became = fields.Closed(Became, name="DataPointBecame", allow_none=True, description="Null if refused.")
    session_id = fields.Uuid(
        allow_none=True, description="The report that it opened, or in which it is read; null if none."
    )
    fields_read = fields.List(
        fields.Nested(DataPointField), data_key="fields", attribute="fields", description="Where it is read."
    )
    facts = fields.List(fields.Nested(DataPointFact))
    says = fields.List(fields.Text(most=LONG), description="What was converted, rounded or left, and why.")
    errors = fields.List(fields.Nested(DataPointError), description="Why it was refused, if it was.")


class ReceivedDataPoint(DataPointAnswer):
    """What became of a data point that was sent."""

    position = fields.Integer(description="Its place among those sent, from 0.")
    result = fields.Closed(PointResult, name="DataPointResult")


class ReceivedDataPoints(shapes.View):
    """What became of data points: `sent = accepted + duplicate + refused`."""

    sent = fields.Integer()
    accepted = fields.Integer()
    duplicate = fields.Integer()
    refused = fields.Integer()
    results = fields.List(fields.Nested(ReceivedDataPoint), most=MOST, description="In the order sent.")
    sessions = fields.List(
        fields.Nested(FiledSession),
        most=2 * MOST,
        description="Every report that was filed or corrected: its triage, its locks, what to show.",
    )


class KeptDataPoint(DataPointAnswer):
    """A data point on file."""

    id = fields.Uuid()
    patient_id = fields.Uuid()
    received_at = fields.Instant()
    starts_at = fields.Instant(allow_none=True, description="Null where it tells no moment.")
    ends_at = fields.Instant(allow_none=True)
    document = DOCUMENT


class SchemaId(shapes.View):
    """The `schema_id` of a header."""

    namespace = fields.Text()
    name = fields.Text()
    version = fields.Text()


class DataPointForm(shapes.View):
    """A schema of data points that is taken."""

    schema = fields.Text()
    schema_id = fields.Nested(SchemaId)
    is_deprecated = fields.Boolean(description="Whether its publisher has a successor for it.")
    becomes = fields.Text(most=LONG, description="What a data point of it becomes.")
    document = shapes.Documented(
        "BodyDefinition", {"type": "object", "description": "JSON Schema of the body."}
    )


class DataPointForms(shapes.View):
    """The schemas of data points that are taken."""

    items = fields.List(fields.Nested(DataPointForm))


DATA_POINTS = paging.page_of(KeptDataPoint)
