"""Prescriptions on the wire: what comes in."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from marshmallow import ValidationError, validates_schema

from api.clinical import fitt
from api.clinical.knowledge import library
from api.clinical.vocabulary import Goal
from api.prescriptions import actions, signing
from api.prescriptions.documents import ProgressionMode, dosed_parts
from api.prescriptions.schemas.doses import LONG, ExerciseId, NewDoses, number, words
from api.prescriptions.tables import OverrideReason
from api.web import fields, paging, shapes
from api.web.request import current
from api.web.strict import Coded, Strict

MOST_ITEMS = 40
MOST_OVERRIDES = 50
USUAL_CEILING = 150
LONGEST_OVERRIDE = timedelta(days=365)
_ID = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 200}


class RuleId(Strict[str]):
    """A rule of the release that answers now."""

    sentences: ClassVar[Mapping[str, str]] = {
        "unknown-rule": "There is no such rule; GET /v1/knowledge/rules lists them."
    }

    def read(self, value: Any) -> str:
        """The value of JSON data."""
        if type(value) is not str or value not in library.load().rules_by_id:
            raise self.make_error("unknown-rule")
        return value

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema; the rules are not part of the contract."""
        return dict(_ID)


class Expiry(fields.Instant):
    """When an override ends: in the future, and within a year."""

    sentences: ClassVar[Mapping[str, str]] = {
        **fields.Instant.sentences,
        "not-in-the-future": "This must lie in the future.",
        "too-far": "An override lasts at most 365 days.",
    }

    def read(self, value: Any) -> datetime:
        """The value of JSON data."""
        moment, now = super().read(value), current().moment
        if moment <= now:
            raise self.make_error("not-in-the-future")
        if moment > now + LONGEST_OVERRIDE:
            raise self.make_error("too-far")
        return moment


class NewMonitoring(shapes.Body):
    """What is watched while an override is in force, and how often."""

    what = fields.Text(most=LONG, required=True)
    every = fields.Text(required=True, description="As `every session` or `2 weeks`.")


class NewOverride(shapes.Body):
    """A clinician's reason to prescribe an exercise that a rule says to avoid.

    It lapses at `expires_at`, and when a fact changes that the finding of the rule rests on.
    """

    rule_id = RuleId(required=True)
    exercise_id = ExerciseId(required=True)
    reason_code = fields.Closed(OverrideReason, required=True)
    text = fields.Text(most=LONG, lines=True, required=True)
    monitoring = fields.Nested(NewMonitoring, required=True)
    expires_at = Expiry(required=True)
    practitioner_id = fields.Uuid(required=True, description="Who answers for it; one who may sign.")


class NewPrescribedExercise(shapes.Body):
    """An exercise of the catalogue, in a part of the prescription."""

    part = fields.Closed(fitt.Part, name="PrescriptionPart", required=True)
    exercise_id = ExerciseId(required=True)
    from_week = number(1, 104, "The week of the prescription in which it begins.", load_default=1)
    note = words("What to change or to mind, for the person who exercises.")


class NewProgression(shapes.Body):
    """How the dose goes on: proposed to a clinician, or applied within bounds that are signed here."""

    mode = fields.Closed(ProgressionMode, required=True)
    ceiling_minutes = number(15, 300, "Aerobic minutes a week, at most.", load_default=USUAL_CEILING)


def _as_proposed() -> dict[str, Any]:
    return {"mode": ProgressionMode.PROPOSED, "ceiling_minutes": USUAL_CEILING}


class NewPrescription(shapes.Body):
    """What is prescribed, until it is signed a draft."""

    effective_from = fields.Date(
        allow_none=True,
        load_default=None,
        description="From this day on, the patient's; null is the day of the signature.",
    )
    ends_on = fields.Date(allow_none=True, load_default=None, description="The last day; null is open.")
    reason = words("Why it is changed; needed from the second revision on.")
    goals = fields.List(fields.Closed(Goal), most=len(Goal), load_default=list)
    doses = fields.Nested(NewDoses, required=True)
    items = fields.List(fields.Nested(NewPrescribedExercise), least=1, most=MOST_ITEMS, required=True)
    progression = fields.Nested(NewProgression, load_default=_as_proposed)
    beyond_ceiling_reason = words("Why a dose is above what the patient's dose-risk class allows.")
    overrides = fields.List(fields.Nested(NewOverride), most=MOST_OVERRIDES, load_default=list)
    notes = words("For the clinic.")

    @validates_schema
    def _ends_after_it_begins(self, data: dict[str, Any], **_: Any) -> None:
        begins, ends = data["effective_from"], data["ends_on"]
        if begins is not None and ends is not None and ends < begins:
            raise ValidationError({"ends_on": [Coded("This may not lie before effective_from.", "reversed")]})

    @validates_schema
    def _names_each_exercise_once(self, data: dict[str, Any], **_: Any) -> None:
        named = [one["exercise_id"] for one in data["items"]]
        twice = {
            place: {"exercise_id": [Coded("This was named before.", "repeated")]}
            for place, exercise_id in enumerate(named)
            if exercise_id in named[:place]
        }
        if twice:
            raise ValidationError({"items": twice})

    @validates_schema
    def _has_a_dose_for_each_item(self, data: dict[str, Any], **_: Any) -> None:
        dosed = dosed_parts(data["doses"])
        faults = {
            place: {"part": [Coded("There is no dose of this part.", "no-dose")]}
            for place, one in enumerate(data["items"])
            if one["part"] not in dosed
        }
        if faults:
            raise ValidationError({"items": faults})

    @validates_schema
    def _overrides_what_it_prescribes(self, data: dict[str, Any], **_: Any) -> None:
        prescribed = {one["exercise_id"] for one in data["items"]}
        pairs = [(one["rule_id"], one["exercise_id"]) for one in data["overrides"]]
        faults: dict[int, dict[str, list[Coded]]] = {}
        for place, pair in enumerate(pairs):
            if pair[1] not in prescribed:
                faults[place] = {"exercise_id": [Coded("This is not prescribed here.", "not-prescribed")]}
            elif pair in pairs[:place]:
                faults[place] = {"rule_id": [Coded("This was overridden before.", "repeated")]}
        if faults:
            raise ValidationError({"overrides": faults})


def _named() -> fields.Uuid:
    return fields.Uuid(required=True, description="A member of staff.")


def _by_itself() -> fields.Uuid:
    return fields.Uuid(
        allow_none=True, load_default=None, description="A member of staff; null where a system does it."
    )


def _reason() -> fields.Text:
    return fields.Text(most=LONG, lines=True, required=True, description="Why.")


class NewSignature(shapes.Body):
    """Who signs, and exactly what."""

    makes = signing.Signature
    practitioner_id = fields.Uuid(required=True, description="A member of staff who may sign.")
    sha256 = fields.Text(
        most=64,
        pattern="[0-9a-f]{64}",
        required=True,
        description="The hash of the draft that was read: SHA-256 of its canonical JSON (RFC 8785).",
    )


class _StateChange(shapes.Body):
    makes = actions.Change


class NewHold(_StateChange):
    """Who interrupts a prescription, and why."""

    practitioner_id = _by_itself()
    reason = _reason()


class NewResumption(_StateChange):
    """Who goes on with a prescription, and why."""

    practitioner_id = _named()
    reason = _reason()


class NewStop(_StateChange):
    """Who ends a prescription before its goal, and why."""

    practitioner_id = _named()
    reason = _reason()


class NewCompletion(_StateChange):
    """Who says that a prescription has done what it was for."""

    practitioner_id = _named()
    reason = words("If there is something to say.")


class NewDisposal(_StateChange):
    """Who throws a draft away."""

    practitioner_id = _by_itself()
    reason = words("If there is something to say.")


class RevisionPage(paging.Page):
    """Which part of the revisions to list."""

    after = paging.Cursor(
        int, load_default=None, description="Where to go on: the `next` of the previous page."
    )


class OverridesBy(StrEnum):
    """What overrides are counted by."""

    RULE = "rule"


class OverrideReport(shapes.Query):
    """How to count overrides."""

    by = fields.Closed(OverridesBy, load_default=OverridesBy.RULE, description="What they are counted by.")
