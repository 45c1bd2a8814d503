"""The change from one release to another on the wire."""

from dataclasses import dataclass

from api.clinical.knowledge import library
from api.clinical.vocabulary import CheckKind, Decision, Status
from api.patients.profiles import KnowledgeRelease
from api.web import fields, paging, shapes

MOST = 100
USUAL = 50
MOST_RULES = 1000
_RELEASE = library.load()
_SHA256 = "0" * 64  # the true one would change this document with every comment in a file of the knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From which release to which, for which kind of check."""

    from_release: str
    to_release: str | None
    kind: CheckKind


class ReleaseStep(shapes.Body):
    """From which release to which; `/v1/meta` lists those that can be asked."""

    makes = Step

    from_release = fields.Text(required=True, description="Id of a release.")
    to_release = fields.Text(load_default=None, description="The release that answers now, if left out.")
    kind = fields.Closed(CheckKind, load_default=CheckKind.PROGRAMME)


class ImpactPage(paging.Page):
    """Which patients, by id."""

    limit = fields.Integer(least=1, most=MOST, load_default=USUAL, description="How many patients to check.")


class ImpactDecision(shapes.View):
    """The decision under either release."""

    before = fields.Closed(Decision)
    after = fields.Closed(Decision)


class TurnedExercise(shapes.View):
    """An exercise that is open under one of the two releases only."""

    exercise_id = fields.Text()
    before = fields.Closed(Status, allow_none=True, description="Null where it is not judged.")
    after = fields.Closed(Status, allow_none=True)
    because = fields.List(
        fields.Text(), most=MOST_RULES, description="The rules that close it where it is closed."
    )


class ImpactRules(shapes.View):
    """Rules that fire under one of the two releases only, or act otherwise."""

    appeared = fields.List(fields.Text(), most=MOST_RULES)
    disappeared = fields.List(fields.Text(), most=MOST_RULES)
    changed = fields.List(fields.Text(), most=MOST_RULES)


class ImpactCount(shapes.View):
    """A number under either release."""

    before = fields.Integer()
    after = fields.Integer()


class PatientImpact(shapes.View):
    """What changes for a patient."""

    patient_id = fields.Uuid()
    decision = fields.Nested(ImpactDecision)
    closed = fields.List(fields.Nested(TurnedExercise), most=MOST_RULES)
    opened = fields.List(fields.Nested(TurnedExercise), most=MOST_RULES)
    rules = fields.Nested(ImpactRules)
    open_aerobic = fields.Nested(
        ImpactCount, description="How many aerobic exercises are open that may be recommended."
    )
    left_without_aerobic = fields.Boolean(description="Whether the last of them is lost.")


class RuleImpact(shapes.View):
    """What a rule has to do with the changes of the patients checked here."""

    rule_id = fields.Text()
    patients = fields.Integer(description="How many patients change where it has to do with it.")
    closed = fields.Integer(description="How many exercises it closes, over all of them.")
    opened = fields.Integer(description="How many exercises it no longer closes, over all of them.")


class ReleaseImpact(shapes.View):
    """What a step from one release to another changes for the patients checked here."""

    from_release = fields.Nested(KnowledgeRelease)
    to_release = fields.Nested(KnowledgeRelease)
    kind = fields.Closed(CheckKind)
    as_of = fields.Instant()
    patients_checked = fields.Integer()
    patients_left_without_aerobic = fields.Integer()
    rules = fields.List(fields.Nested(RuleImpact), most=MOST_RULES, description="Most patients first.")
    items = fields.List(
        fields.Nested(PatientImpact),
        most=MOST,
        description="Patients whose decision or open exercises change, by id; the others are only counted.",
    )
    next = fields.Text(
        allow_none=True,
        most=1000,
        description="Give this as `after`, with the same body, for the next patients; null behind the last.",
    )


STEP = {"from_release": _RELEASE.id, "to_release": _RELEASE.id, "kind": CheckKind.PROGRAMME.value}
_STAMP = {"release": _RELEASE.id, "sha256": _SHA256}
_EXERCISE = next(one.id for one in _RELEASE.exercises if one.suggest and one.modality == "aerobic")
_RULE = "bp-low"
IMPACT = {
    "from_release": _STAMP,
    "to_release": _STAMP,
    "kind": CheckKind.PROGRAMME.value,
    "as_of": "2025-11-20T08:30:00Z",
    "patients_checked": 50,
    "patients_left_without_aerobic": 1,
    "rules": [{"rule_id": _RULE, "patients": 1, "closed": 1, "opened": 0}],
    "items": [
        {
            "patient_id": "019a9c51-3c4d-7e5f-8a6b-7c8d9e0f1a2b",
            "decision": {"before": Decision.MODIFIED.value, "after": Decision.DO_NOT_EXERCISE.value},
            "closed": [
                {
                    "exercise_id": _EXERCISE,
                    "before": Status.MODIFY.value,
                    "after": Status.FORBID.value,
                    "because": [_RULE],
                }
            ],
            "opened": [],
            "rules": {"appeared": [_RULE], "disappeared": [], "changed": []},
            "open_aerobic": {"before": 1, "after": 0},
            "left_without_aerobic": True,
        }
    ],
    "next": None,
}
