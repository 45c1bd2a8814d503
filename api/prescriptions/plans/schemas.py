"""Plans and checks before a session on the wire."""

from typing import Any

from api.checks import documentation as checks
from api.checks.questions import BodyReader, fault
from api.checks.schemas import ReadObservation
from api.clinical import fitt
from api.clinical.alarms import Withheld
from api.clinical.pre_session import ItemState as StateToday
from api.clinical.pre_session import Result
from api.clinical.reports import ReportLevel
from api.clinical.vocabulary import Basis, Decision, FactType, Level, ReviewStatus
from api.patients.observations import documentation as facts
from api.patients.profiles import KnowledgeRelease
from api.prescriptions.plans.actions import NewCheck
from api.prescriptions.plans.items import ItemState, PauseKind
from api.prescriptions.plans.plan import PlanStatus
from api.prescriptions.schemas.doses import LONG, NewDoses
from api.prescriptions.schemas.shown import shown
from api.prescriptions.wording import Language
from api.web import fields, paging, shapes
from api.web.request import current

_LANGUAGE = "Of the sentences; if left out, that of the patient, or English."


class PlanQuery(shapes.Query):
    """How to tell a plan."""

    language = fields.Closed(Language, load_default=None, description=_LANGUAGE)


class PlanVersion(shapes.View):
    """What was signed."""

    revision = fields.Integer()
    sha256 = fields.Text(description="Of the canonical JSON of the document.")
    signed_at = fields.Instant()
    effective_from = fields.Date()


class PlanPause(shapes.View):
    """Why an exercise is paused."""

    kind = fields.Closed(PauseKind)
    reason = fields.Text(
        allow_none=True, description="The rule, or the finding of a report; null where there is none."
    )
    text = fields.Text(most=LONG)
    since = fields.Instant(
        allow_none=True,
        description="When what it rests on was seen, reported or done; null where that is not known.",
    )
    until = fields.Instant(allow_none=True, description="Null where a clinician ends it.")
    report_id = fields.Uuid(allow_none=True)


class PlanMonitoring(shapes.View):
    """What is watched because a clinician overrode a rule."""

    rule_id = fields.Text()
    what = fields.Text(most=LONG)
    every = fields.Text()


class PlannedExercise(shapes.View):
    """An exercise of the plan."""

    part = fields.Closed(fitt.Part, name="PrescriptionPart")
    exercise_id = fields.Text()
    name = fields.Text()
    how = fields.Text(most=LONG, allow_none=True)
    stop = fields.Text(most=LONG, allow_none=True, description="When to stop this one.")
    dose = fields.Text(most=LONG, description="What to do, in plain words; the numbers are in `doses`.")
    note = fields.Text(most=LONG, lines=True, allow_none=True, description="From the clinic.")
    from_week = fields.Integer()
    starts_on = fields.Date(allow_none=True, description="Null where it has begun.")
    state = fields.Closed(ItemState, name="PlannedExerciseState")
    paused = fields.List(fields.Nested(PlanPause), description="Why, if it is paused.")
    advice = fields.List(fields.Text(), description="Rules that change how it is done; see `advice`.")
    monitoring = fields.List(fields.Nested(PlanMonitoring))


class PlanPart(shapes.View):
    """A part of the plan in plain words."""

    part = fields.Closed(fitt.Part, name="PrescriptionPart")
    name = fields.Text()
    text = fields.List(fields.Text(most=LONG))


class StopSign(shapes.View):
    """When to stop, and how soon to tell whom."""

    urgency = fields.Text(description="`emergency`, `today` or `soon`.")
    id = fields.Text()
    text = fields.Text(most=LONG)


class AnswerChoice(shapes.View):
    """An answer that can be given."""

    value = fields.Text()
    text = fields.Text(most=LONG)


class SessionQuestion(shapes.View):
    """What to ask or measure before a session; the answer goes into `facts` under the name of the fact."""

    fact = fields.Text()
    text = fields.Text(most=LONG)
    type = fields.Closed(FactType)
    values = fields.List(fields.Nested(AnswerChoice), description="Empty for a number.")
    units = fields.List(fields.Text(), description="UCUM; the first is the usual one.")
    least = fields.Float(allow_none=True, description="In the first unit.")
    most = fields.Float(allow_none=True, description="In the first unit.")
    needed = fields.Boolean(description="Whether something stays closed, or is lighter, without an answer.")
    rules = fields.List(fields.Text(), description="Empty for what is measured in the same step.")
    screen = fields.Text(
        allow_none=True, description="The screen that, answered `clear`, answers this in a reassuring way."
    )


class PlanAdvice(shapes.View):
    """What a rule says that the plan names."""

    rule_id = fields.Text()
    level = fields.Closed(Level)
    title = fields.Text(most=LONG)
    text = fields.Text(most=LONG)
    do = fields.Text(most=LONG, description="In the words of the rule, in English.")


class Plan(shapes.View):
    """What a patient may do today, and why not the rest."""

    patient_id = fields.Uuid()
    as_of_local_date = fields.Date(description="The day of the patient that it is of.")
    time_zone = fields.TimeZone()
    language = fields.Closed(Language)
    words_review_status = fields.Closed(ReviewStatus)
    knowledge = fields.Nested(KnowledgeRelease)
    status = fields.Closed(PlanStatus)
    reason = fields.Text(most=LONG, description="The status, for the person who exercises.")
    prescription_id = fields.Uuid(allow_none=True)
    version = fields.Nested(PlanVersion, allow_none=True)
    started_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True, description="The last day; null is open.")
    week = fields.Integer(allow_none=True, description="Of the prescription, from 1; null outside of it.")
    valid_until = fields.Instant(description="Read it again then: at the end of the day at the latest.")
    next_change_at = fields.Instant(
        allow_none=True,
        description="When it may change by itself, besides its date; never later than it does.",
    )
    items = fields.List(fields.Nested(PlannedExercise))
    doses = fields.Nested(shown(NewDoses), allow_none=True)
    parts = fields.List(fields.Nested(PlanPart))
    frame = fields.List(fields.Text(most=LONG), description="What surrounds every session.")
    limits = fields.List(fields.Text(most=LONG), description="What is not to be passed.")
    weight_bearing_percent = fields.Integer(
        allow_none=True, description="The share of the aerobic minutes that feet may carry this week."
    )
    stop_signs = fields.List(fields.Nested(StopSign))
    questions = fields.List(fields.Nested(SessionQuestion), description="Before each session of today.")
    advice = fields.List(fields.Nested(PlanAdvice), description="Worst first.")


class LockedBy(shapes.View):
    """What a report of a session has closed."""

    reason = fields.Text()
    since = fields.Instant()
    until = fields.Instant(allow_none=True)
    report_id = fields.Uuid()


class ExerciseToday(shapes.View):
    """What may be done of an exercise today."""

    exercise_id = fields.Text()
    name = fields.Text()
    planned = fields.Boolean(description="Whether the plan has it today.")
    state = fields.Closed(StateToday, name="ExerciseTodayState")
    rules = fields.List(fields.Text(), description="Those that close it or make it lighter; see `reasons`.")
    locks = fields.List(fields.Nested(LockedBy))


class SessionReason(shapes.View):
    """A finding that matters today."""

    rule_id = fields.Text()
    level = fields.Closed(Level)
    basis = fields.Closed(Basis)
    stops = fields.Boolean(description="Whether it closes every exercise.")
    title = fields.Text(most=LONG)
    text = fields.Text(most=LONG)
    do = fields.Text(most=LONG, description="What to do, in the words of the rule, in English.")
    missing = fields.List(fields.Text(), description="Facts whose absence it rests on.")


class PreSessionCheckSummary(shapes.View):
    """A check before a session, without its reasons."""

    id = fields.Uuid()
    patient_id = fields.Uuid()
    at = fields.Instant()
    local_date = fields.Date(description="The day of the patient.")
    check_id = fields.Uuid(description="The check of the session, with all that it read.")
    prescription_id = fields.Uuid(allow_none=True)
    revision = fields.Integer(allow_none=True, description="The one that was acted on.")
    result = fields.Closed(Result, name="PreSessionResult")
    withheld = fields.Closed(
        Withheld,
        allow_none=True,
        description="Why it is medically withheld; null where it goes on, or only answers are missing.",
    )
    alert_id = fields.Uuid(allow_none=True, description="The alert that told a clinician.")


class PreSessionCheck(PreSessionCheckSummary):
    """What may be done of a session today, and why."""

    language = fields.Closed(Language)
    text = fields.List(fields.Text(most=LONG), description="What to do, the most urgent first.")
    decision = fields.Closed(Decision)
    valid_until = fields.Instant()
    alarm = fields.Closed(ReportLevel, allow_none=True, description="How urgent it is for a clinician.")
    items = fields.List(fields.Nested(ExerciseToday))
    reasons = fields.List(fields.Nested(SessionReason), description="Worst first.")
    missing = fields.List(
        fields.Nested(SessionQuestion), description="What was not answered and matters; check again with it."
    )
    not_on_file = fields.List(fields.Text(), description="Facts that the clinic has to record.")
    facts = fields.List(fields.Nested(ReadObservation), most=100_000, description="What was told for it.")


PRE_SESSION_CHECKS = paging.page_of(PreSessionCheckSummary)
_QUESTION = checks.object_of(
    "What is known on the day, before a session; it counts for this check only.",
    [],
    {
        "observed_at": checks.DAY_QUESTION["properties"]["observed_at"],
        "facts": checks.DAY_QUESTION["properties"]["facts"],
        "exercises": {
            **checks.QUESTION["properties"]["exercises"],
            "description": "What is to be done; all that the plan has today if left out.",
        },
        "language": {**fields.Closed(Language).json_schema(), "description": _LANGUAGE},
    },
)
_MEMBERS = frozenset(_QUESTION["properties"])


class _Reader(BodyReader):
    """A body being read, and what is wrong with it."""

    def language(self) -> Language | None:
        """The language of the answer."""
        given = self.data.get("language")
        known = {one.value: one for one in Language}
        if "language" in self.data and (type(given) is not str or given not in known):
            detail = f"This must be one of: {', '.join(known)}."
            self.faults.append(fault("/language", detail, "not-in-the-list"))
        return known.get(given) if type(given) is str else None


def read_new_check(data: Any) -> NewCheck:
    """What is told before a session.

    Raises:
        Invalid: with every fault and a pointer to each.
    """
    body = _Reader(data, _MEMBERS)
    given = "facts" in body.data or "observed_at" in body.data
    new = NewCheck(
        of_the_day=body.observations(current().moment) if given else [],
        exercises=body.exercises(),
        language=body.language(),
    )
    body.refuse_faults()
    return new


NEW_CHECK = shapes.Documented(
    "NewPreSessionCheck",
    _QUESTION,
    decode=read_new_check,
    others={**fields.Closed(Language).components, **facts.components()},
)
