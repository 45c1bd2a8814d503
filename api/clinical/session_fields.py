"""What a session report can say: its closed lists, and each field with unit and range, once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from api.clinical.errors import ValueRefused
from api.clinical.fitt import RpeScale
from api.clinical.reports import Fall, FootFinding, SessionStatus


class Tern(StrEnum):
    """Yes, no, or asked without a clear answer."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class StopReason(StrEnum):
    """Why a session was left out or cut short."""

    NONE = "none"
    TIME = "time"
    MOTIVATION = "motivation"
    PAIN = "pain"
    SYMPTOM = "symptom"
    FOOT_PROBLEM = "foot-problem"
    GLUCOSE = "glucose"
    BLOOD_PRESSURE = "bp"
    ILLNESS = "illness"
    FEAR_OF_FALLING = "fear-of-falling"
    EQUIPMENT = "equipment"
    WEATHER = "weather"
    CLINICIAN = "told-by-clinician"
    OTHER = "other"


class TalkTest(StrEnum):
    """Whether talking was possible during the session."""

    COMFORTABLE = "comfortable"
    NOT_SINGING = "can-talk-not-sing"
    CANNOT_TALK = "cannot-talk"
    NOT_ASKED = "not-asked"


class PainSite(StrEnum):
    """Where it hurt."""

    FOOT = "foot"
    CALF = "calf"
    JOINT = "joint"
    BACK = "back"
    HAND = "hand"
    CHEST = "chest"
    OTHER = "other"
    NONE = "none"


class NumbOrWeak(StrEnum):
    """New numbness or weakness."""

    NONE = "none"
    NUMB_OVER_1H = "numb-lasting-over-1h"
    WEAK_OVER_48H = "weak-lasting-over-48h"
    ONE_SIDED = "sudden-one-sided"
    SADDLE = "saddle-or-bladder"


class Symptom(StrEnum):
    """What was felt during or after the session."""

    CHEST_PAIN = "chest-pain"
    ARM_JAW_PAIN = "arm-jaw-pain"
    BREATHLESS_UNUSUAL = "breathless-unusual"
    BREATHLESS_AT_REST = "breathless-at-rest"
    DIZZINESS = "dizziness"
    NEAR_SYNCOPE = "near-syncope"
    SYNCOPE = "syncope"
    PALPITATIONS = "palpitations"
    COLD_SWEAT = "cold-sweat"
    NAUSEA = "nausea"
    SEVERE_HEADACHE = "severe-headache"
    VISION = "vision-loss-or-floaters"
    CONFUSION = "confusion"
    HYPO_HELP = "hypo-help-needed"
    SPEECH_OR_FACE = "speech-or-face"
    CALF_SWELLING = "calf-swelling"
    CLAUDICATION_USUAL = "claudication-usual"
    NONE = "none"


class FootBefore(StrEnum):
    """What the look at the feet before the session found."""

    CLEAR = "clear"
    PROBLEM = "problem"
    NOT_DONE = "not-done"


class FootSide(StrEnum):
    """Which foot a finding is of."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    UNKNOWN = "unknown"


class Reporter(StrEnum):
    """Who reported."""

    PATIENT = "patient"
    CAREGIVER = "caregiver"
    CLINICIAN = "clinician"
    DEVICE = "device"


class FieldKind(StrEnum):
    """The type of a field."""

    UUID = "uuid"
    INSTANT = "instant"
    CHOICE = "choice"
    SET = "set"
    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"
    ITEMS = "items"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportField:
    """One field of a report.

    Attributes:
        says: what it is, in one sentence.
        minimum, maximum: allowed range, inclusive; of a text its length.
        unit: UCUM.
        choices: the closed list of a choice or a set.
        asked: somebody is asked for it and may leave it empty; otherwise it is measured or recorded.
        required: a report without it is refused.
    """

    name: str
    kind: FieldKind
    says: str
    minimum: float | None = None
    maximum: float | None = None
    unit: str | None = None
    choices: type[StrEnum] | None = None
    asked: bool = False
    required: bool = False

    def check(self, value: float | None) -> None:
        """Refuse a number outside its range.

        Raises:
            ValueRefused: it is not within.
        """
        low, high = self.minimum, self.maximum
        if value is not None and low is not None and high is not None and not low <= value <= high:
            unit = "" if self.unit is None else f" {self.unit}"
            raise ValueRefused("out-of-range", f"{self.name} is from {low:g} to {high:g}{unit}.")


def _plain(name: str, kind: FieldKind, says: str, *, required: bool = False) -> ReportField:
    return ReportField(name=name, kind=kind, says=says, required=required)


def _choice(name: str, choices: type[StrEnum], says: str, *, required: bool = False) -> ReportField:
    return ReportField(
        name=name, kind=FieldKind.CHOICE, says=says, choices=choices, asked=not required, required=required
    )


def _whole(name: str, low: int, high: int, unit: str, says: str, *, asked: bool = False) -> ReportField:
    return ReportField(
        name=name, kind=FieldKind.INTEGER, says=says, minimum=low, maximum=high, unit=unit, asked=asked
    )


def _number(name: str, low: float, high: float, unit: str, says: str) -> ReportField:
    return ReportField(name=name, kind=FieldKind.NUMBER, says=says, minimum=low, maximum=high, unit=unit)


_RATE, _MMHG, _GLUCOSE, _SCORE = "/min", "mm[Hg]", "mg/dL", "{score}"

ITEM_FIELDS = (
    ReportField(
        name="exercise_id", kind=FieldKind.TEXT, says="Which exercise.", minimum=1, maximum=100, required=True
    ),
    _whole("minutes", 0, 300, "min", "For how long."),
    _whole("sets", 0, 20, "{set}", "How many sets."),
    _whole("reps", 0, 200, "{repetition}", "Repetitions in each set; the fewest, where they differ."),
    _number("load_kg", 0, 300, "kg", "The load."),
    _whole("steps", 0, 60000, "{step}", "Steps taken."),
    _whole("bouts", 1, 20, "{bout}", "Into how many bouts it was split."),
)
"""The fields of one exercise done. Source: specification, report fields."""

FIELDS = (
    _plain("session_id", FieldKind.UUID, "The session, named by the one who reports it.", required=True),
    _plain("prescription_id", FieldKind.UUID, "The plan; none for an unplanned session."),
    _plain("performed_at", FieldKind.INSTANT, "When it was done or was to be done.", required=True),
    _choice("status", SessionStatus, "Whether it was done.", required=True),
    _choice("skip_reason", StopReason, "Why it was left out."),
    _choice("stop_reason", StopReason, "Why it was cut short."),
    ReportField(
        name="items",
        kind=FieldKind.ITEMS,
        says="What was done; of a session that was left out, its exercises alone, without amounts.",
        minimum=0,
        maximum=50,
    ),
    _whole("duration_min", 0, 600, "min", "All of it; not under the longest item."),
    _whole("rpe", 0, 20, _SCORE, "Perceived exertion, on its scale.", asked=True),
    replace(_choice("rpe_scale", RpeScale, "Its scale; no value is converted."), asked=False),
    _choice("talk_test", TalkTest, "Whether talking was possible."),
    _whole("hr_pre", 25, 240, _RATE, "Heart rate at rest before the session."),
    _whole("hr_mean", 25, 240, _RATE, "Mean heart rate."),
    _whole("hr_peak", 25, 240, _RATE, "Highest heart rate."),
    _whole("hr_post5", 25, 240, _RATE, "Heart rate 5 minutes after."),
    _whole("sys_pre", 40, 320, _MMHG, "Systolic pressure before."),
    _whole("dia_pre", 20, 220, _MMHG, "Diastolic pressure before."),
    _whole("sys_peak", 40, 320, _MMHG, "Highest systolic pressure under load."),
    _whole("dia_peak", 20, 220, _MMHG, "Highest diastolic pressure under load."),
    _whole("sys_post", 40, 320, _MMHG, "Systolic pressure after, sitting."),
    _whole("dia_post", 20, 220, _MMHG, "Diastolic pressure after, sitting."),
    _whole("sys_standing_post", 40, 320, _MMHG, "Systolic pressure after, standing."),
    _number("glucose_pre", 10, 1000, _GLUCOSE, "Glucose before."),
    _number("glucose_min", 10, 1000, _GLUCOSE, "Lowest glucose during or after."),
    _number("glucose_post", 10, 1000, _GLUCOSE, "Glucose after."),
    _number("ketones_mmol_l", 0, 15, "mmol/L", "Blood ketones."),
    _whole("pain_pre", 0, 10, _SCORE, "Pain before.", asked=True),
    _whole("pain_peak", 0, 10, _SCORE, "Worst pain.", asked=True),
    _whole("pain_post", 0, 10, _SCORE, "Pain after.", asked=True),
    _whole("pain_after_min", 0, 10080, "min", "How long pain stayed above that before.", asked=True),
    _choice("pain_site", PainSite, "Where it hurt."),
    _choice("new_numb_or_weak", NumbOrWeak, "New numbness or weakness."),
    replace(_choice("symptoms", Symptom, "What was felt; `none` stands alone."), kind=FieldKind.SET),
    _choice("symptoms_resolved_10min", Tern, "Whether it was gone within 10 minutes of rest."),
    _choice("fall", Fall, "Whether there was a fall."),
    _choice("foot_check_after", FootFinding, "What the feet looked like after."),
    _choice("foot_side", FootSide, "Which foot that was; not said reads as both."),
    _choice("foot_check_before", FootBefore, "What the feet looked like before."),
    _choice("footwear_worn", Tern, "Whether the shoes of the plan were worn."),
    _whole("muscle_soreness_h", 0, 240, "h", "How long muscles were sore.", asked=True),
    _whole("fatigue_next_day", 0, 10, _SCORE, "Fatigue on the next day.", asked=True),
    _choice("alone", Tern, "Whether nobody else was there."),
    _choice("balance_held", Tern, "Whether the balance level was held, untouched and as often as asked."),
    _choice("reporter", Reporter, "Who reports.", required=True),
    ReportField(
        name="note", kind=FieldKind.TEXT, says="In own words; not parsed for triage.", minimum=0, maximum=2000
    ),
)  # fmt: skip
"""Every field of a report in its order. Source: specification, report fields."""

BY_NAME: Mapping[str, ReportField] = MappingProxyType({field.name: field for field in FIELDS})
ASKED = frozenset(field.name for field in FIELDS if field.asked)
"""Questions that somebody can leave empty; a measurement that was not taken is not among them."""
NUMBERS = tuple(field for field in FIELDS if field.kind in {FieldKind.INTEGER, FieldKind.NUMBER})
ITEM_NUMBERS = tuple(field for field in ITEM_FIELDS if field.kind in {FieldKind.INTEGER, FieldKind.NUMBER})
