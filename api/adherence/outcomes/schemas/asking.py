"""Outcomes as they are told, and as they are asked for."""

from datetime import datetime
from typing import Any

from marshmallow import ValidationError, validates_schema

from api.adherence.outcomes.filing import OutcomeResult
from api.adherence.outcomes.told import Told, unknown_measure
from api.clinical.knowledge import library
from api.clinical.measures import Consequence, Side
from api.web import fields, shapes
from api.web.strict import Coded

MOST = 200
LONG = 2000
_MEASURE = "By id; GET /v1/knowledge/outcomes lists them."


class NewReading(shapes.Body):
    """One value of a measure."""

    measure = fields.Text(required=True, description=_MEASURE)
    value = fields.Float(description="In the unit of the measure.")
    word = fields.Text(description="The value of a measure that has words, as `reduced`.")
    unit = fields.Text(description="UCUM; checked where it is given.")
    of = fields.Integer(least=1, most=1000, description="Out of how many sites or questions were tested.")
    side = fields.Closed(Side)
    insensate = fields.List(
        fields.Text(), most=10, description="The names of the sites that were not felt, all of them."
    )
    target = fields.Float(description="The person's own target at that time.")
    days_per_week = fields.Integer(
        least=0, most=7, description="Of the exercise vital sign, with the minutes."
    )
    minutes_per_day = fields.Integer(least=0, most=600)
    observed_at = fields.Instant(description="When; the one at the top if left out. Not in the future.")
    method = fields.Text(description="How it was measured.")
    tester = fields.Text(description="Who or which device measured it.")
    source = fields.Text(description="Who tells it; your client if left out.")
    source_record_id = fields.Text(description="Its record there; another value corrects it.")


class NewOutcomes(shapes.Body):
    """Values of measures: all are kept, or none."""

    observed_at = fields.Instant(description="For values without their own.")
    readings = fields.List(fields.Nested(NewReading), required=True, least=1, most=MOST)

    @validates_schema(skip_on_field_errors=True)
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        release, faults = library.load(), {}
        for place, one in enumerate(data["readings"]):
            wrong: dict[str, list[Coded]] = {}
            if one["measure"] not in release.outcomes.measures:
                wrong["measure"] = [Coded(unknown_measure(release, one["measure"]), "unknown-measure")]
            if "observed_at" not in one and "observed_at" not in data:
                detail = "This is needed, here or once for all values at the top."
                wrong["observed_at"] = [Coded(detail, "required")]
            if "value" in one and "word" in one:
                wrong["word"] = [Coded("A value is a number or a word, not both.", "two-values")]
            if wrong:
                faults[place] = wrong
        if faults:
            raise ValidationError({"readings": faults})

    @staticmethod
    def told(data: dict[str, Any]) -> list[Told]:
        """The values."""
        return [_told(one, data.get("observed_at")) for one in data["readings"]]


def _told(one: dict[str, Any], shared: datetime | None) -> Told:
    said = {"at": shared, **one}
    if "observed_at" in said:
        said["at"] = said.pop("observed_at")
    if "word" in said:
        said["value"] = said.pop("word")
    return Told(**said | {"insensate": tuple(one.get("insensate", ()))})


class RecordedReading(shapes.View):
    """What became of a value."""

    pointer = fields.Text(description="Where it was in the body.")
    measure = fields.Text()
    result = fields.Closed(OutcomeResult)
    outcome_id = fields.Uuid(description="Its own, or that of the outcome which it repeats.")
    corrects = fields.Uuid(allow_none=True, description="The outcome of the same record that it replaces.")
    fact_ids = fields.List(fields.Uuid(), description="The facts that it is or sets.")
    consequences = fields.List(fields.Closed(Consequence, name="OutcomeConsequence"))


class RecordedOutcomes(shapes.View):
    """What became of the values, in the order sent."""

    results = fields.List(fields.Nested(RecordedReading))
    alert_id = fields.Uuid(allow_none=True, description="What puts a review before a clinician.")


class OutcomeError(shapes.Body):
    """Why an outcome should never have been on file."""

    reason = fields.Text(most=500, required=True)


class OutcomeTakenBack(shapes.View):
    """Why an outcome counts no longer."""

    reason = fields.Text(most=LONG)
    recorded_at = fields.Instant()
    recorded_by = fields.Uuid(allow_none=True)
    replaced_by = fields.Uuid(allow_none=True)


class KeptOutcome(shapes.View):
    """An outcome as it is kept."""

    id = fields.Uuid()
    measure = fields.Text()
    value = fields.Float(allow_none=True)
    word = fields.Text(allow_none=True)
    of = fields.Integer(allow_none=True)
    side = fields.Closed(Side, allow_none=True)
    observed_at = fields.Instant()
    recorded_at = fields.Instant()
    recorded_by = fields.Uuid()
    source = fields.Text()
    source_record_id = fields.Text(allow_none=True)
    taken_back = fields.Nested(OutcomeTakenBack, allow_none=True)


class OutcomeWindow(shapes.Query):
    """Which days, and which measure."""

    first = fields.Date(data_key="from", load_default=None, description="Of the patient; a year before `to`.")
    last = fields.Date(data_key="to", load_default=None, description="Of the patient; today if left out.")
    measure = fields.Text(load_default=None, description=_MEASURE)
