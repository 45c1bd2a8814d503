"""Patients and what is known of them on the wire."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from marshmallow import ValidationError, validates_schema

from api.clinical.derived import years_since
from api.errors import FieldError, Invalid
from api.patients.actions import DEFAULT_TIME_ZONE
from api.patients.observations import documentation, reading
from api.patients.observations.filing import Result
from api.patients.observations.members import EASTERNMOST
from api.patients.observations.recording import Intake
from api.patients.profiles import fact_value
from api.patients.tables import SexForReference
from api.web import fields, paging, shapes
from api.web.request import current
from api.web.strict import Coded

_MOST_IDENTIFIERS = 20


Details = tuple[dict[str, Any], list[tuple[str, str]] | None]
"""Columns of a patient's row, and identifiers if there are any."""


class BirthDate(fields.Date):
    """A date of birth: not in the future, and of nobody older than anyone is."""

    sentences: ClassVar[Mapping[str, str]] = {
        **fields.Date.sentences,
        "in-the-future": "This lies in the future.",
        "out-of-range": "This would make the person older than {most} years.",
    }

    def read(self, value: Any) -> date:
        """The value of JSON data."""
        born = super().read(value)
        today = (current().moment + EASTERNMOST).date()
        if born > today:
            raise self.make_error("in-the-future")
        if (years_since(born, today) or 0) > reading.GREATEST_AGE:
            raise self.make_error("out-of-range", most=reading.GREATEST_AGE)
        return born


class NewIdentifier(shapes.Body):
    """What another system calls a patient."""

    system = fields.Text(
        required=True, most=300, description="Whose numbers these are; a URI where there is one."
    )
    value = fields.Text(required=True)

    @staticmethod
    def makes(system: str, value: str) -> tuple[str, str]:
        """The value."""
        return system, value


class NewName(shapes.Body):
    """A name; a service that needs none of it may leave it out."""

    family = fields.Text(allow_none=True, load_default=None)
    given = fields.List(
        fields.Text(), most=10, load_default=list, description="In the order in which they are used."
    )

    @validates_schema
    def _says_something(self, data: dict[str, Any], **_: Any) -> None:
        if data["family"] is None and not data["given"]:
            raise ValidationError(
                [Coded("This needs a family name or a given name; leave it out if there is none.", "empty")]
            )


def _language(**options: Any) -> fields.Text:
    return fields.Text(
        most=35,
        pattern="[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*",
        allow_none=True,
        description="A BCP 47 tag, as `it` or `pt-BR`.",
        **options,
    )


class PatientChange(shapes.Body):
    """What is to be changed of a patient; what is left out stays, what is null is taken out."""

    identifiers = fields.List(fields.Nested(NewIdentifier), most=_MOST_IDENTIFIERS)
    name = fields.Nested(NewName, allow_none=True)
    birth_date = BirthDate(allow_none=True)
    sex_for_reference = fields.Closed(SexForReference, allow_none=True)
    time_zone = fields.TimeZone(description="Whose days are the patient's days.")
    language = _language()

    @staticmethod
    def makes(identifiers: list[tuple[str, str]] | None = None, **details: Any) -> Details:
        """Columns of the row, and identifiers if there are any."""
        if "name" in details:
            name = details.pop("name") or {"family": None, "given": []}
            details |= name
        return details, identifiers


class NewPatient(PatientChange):
    """A patient to be registered; nothing that is left out is assumed, except UTC as the time zone."""

    time_zone = fields.TimeZone(
        load_default=DEFAULT_TIME_ZONE,
        description=f"Whose days are the patient's days; {DEFAULT_TIME_ZONE} if left out.",
    )


class PatientIdentifier(shapes.View):
    """What another system calls a patient."""

    system = fields.Text(most=300)
    value = fields.Text()


class PatientName(shapes.View):
    """A name."""

    family = fields.Text(allow_none=True)
    given = fields.List(fields.Text(), most=10)


class Patient(shapes.View):
    """A patient; null is unknown."""

    id = fields.Uuid()
    identifiers = fields.List(fields.Nested(PatientIdentifier))
    name = fields.Nested(PatientName, allow_none=True)
    birth_date = fields.Date(allow_none=True)
    sex_for_reference = fields.Closed(SexForReference, allow_none=True)
    time_zone = fields.TimeZone()
    language = fields.Text(most=35, allow_none=True)
    created_at = fields.Instant()
    updated_at = fields.Instant()


class PatientPage(paging.Page):
    """Which patients to list."""

    identifier = fields.Text(
        most=600,
        pattern=r"[^|]+\|[^|]+",
        load_default=None,
        description="`system|value`: the one patient with this identifier.",
    )


class FactStatus(StrEnum):
    """Whether a fact in the history still counts."""

    ON_FILE = "on-file"
    CORRECTED = "corrected"
    ENTERED_IN_ERROR = "entered-in-error"


class TakenBack(shapes.View):
    """Why a fact counts no longer."""

    reason = fields.Text(most=500, lines=True)
    recorded_at = fields.Instant()
    recorded_by = fields.Uuid(description="The client.")
    replaced_by = fields.Uuid(allow_none=True, description="The fact that corrects it.")


class FactOnFile(shapes.View):
    """A fact in the history of a patient."""

    id = fields.Uuid()
    name = fields.Text()
    value = fact_value()
    unit = fields.Text(allow_none=True, description="UCUM, of `value`.")
    value_as_sent = fact_value()
    unit_as_sent = fields.Text(allow_none=True)
    observed_at = fields.Instant()
    recorded_at = fields.Instant()
    recorded_by = fields.Uuid(description="The client.")
    method = fields.Text(allow_none=True)
    source = fields.Text()
    source_record_id = fields.Text(allow_none=True)
    status = fields.Closed(FactStatus)
    taken_back = fields.Nested(TakenBack, allow_none=True)


class FactPage(paging.Page):
    """Which part of a history to list."""

    after = paging.Cursor(
        datetime, UUID, load_default=None, description="Where to go on: the `next` of the previous page."
    )
    name = fields.Text(load_default=None, description="Of this fact only.")


class RecordedFact(shapes.View):
    """What became of one fact."""

    pointer = fields.Text(most=400, description="Where it stands in the body.")
    name = fields.Text()
    observed_at = fields.Instant()
    result = fields.Closed(
        Result,
        name="RecordingResult",
        description="`superseded`: kept, but something newer is on file; `duplicate`: it was on file.",
    )
    fact_id = fields.Uuid(description="The fact, or the one that it repeats.")
    corrects = fields.Uuid(allow_none=True, description="The fact of the same record that it replaces.")


class RecordedFacts(shapes.View):
    """What became of each fact, in the order sent."""

    results = fields.List(fields.Nested(RecordedFact), most=100_000)


class EnteredInError(shapes.Body):
    """Why a fact should never have been on file."""

    reason = fields.Text(required=True, most=500, lines=True)


def _intake(data: Any) -> Intake:
    if not isinstance(data, dict):
        raise Invalid(
            "1 value is wrong.",
            errors=[FieldError(pointer="", detail="This must be an object.", code="type")],
        )
    read, faults = reading.read(data, current().moment)
    unknown = [
        FieldError(
            pointer=f"/{name.replace('~', '~0').replace('/', '~1')}",
            detail="This is not known here.",
            code="unknown",
        )
        for name in data
        if name not in {"observed_at", "facts"}
    ]
    if faults or unknown:
        count = len(unknown) + len(faults)
        raise Invalid(
            f"{count} values are wrong." if count > 1 else "1 value is wrong.", errors=[*unknown, *faults]
        )
    return Intake(observations=read, sent=list(reading.as_sent(data["facts"])))


FACTS = shapes.Documented(
    "NewFacts",
    {
        "type": "object",
        "description": "Facts to be put on file: all of them, or none if one is refused.",
        "required": ["facts"],
        "additionalProperties": False,
        "properties": {
            "observed_at": documentation.OBSERVED_AT
            | {"description": "When they were observed, of all facts that do not say it themselves."},
            "facts": {"$ref": f"#/components/schemas/{documentation.FACTS}"},
        },
    },
    decode=_intake,
    others=documentation.components(),
)
PATIENTS = paging.page_of(Patient)
HISTORY = paging.page_of(FactOnFile)
