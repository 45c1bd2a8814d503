"""What a clinician reads, in English: one word for each thing, in the chart, on the page and in the PDF."""

from collections.abc import Mapping
from datetime import date

from api.clinical.adherence import Band, NoNumber, Share
from api.clinical.counted import EvidenceLevel
from api.clinical.fitt import Part
from api.clinical.plan_versions import PauseKind
from api.clinical.reports import ReportLevel
from api.clinical.session_fields import StopReason

ALL = "All parts"
PARTS: Mapping[Part, str] = {
    Part.AEROBIC: "Aerobic",
    Part.RESISTANCE: "Resistance",
    Part.BALANCE: "Balance",
    Part.FLEXIBILITY: "Flexibility",
    Part.FOOT_ANKLE: "Foot and ankle",
    Part.FUNCTIONAL: "Functional",
}
BANDS: Mapping[Band, str] = {
    Band.MET: "met",
    Band.PARTIAL: "partial",
    Band.LOW: "low",
    Band.NOT_REPORTED: "not reported",
    Band.PAUSED: "paused",
    Band.NOT_CLASSIFIED: "not classified",
}
LEVELS: Mapping[ReportLevel, str] = {
    ReportLevel.WATCH: "watch",
    ReportLevel.REVIEW: "review",
    ReportLevel.URGENT: "urgent",
    ReportLevel.EMERGENCY: "emergency",
}
PAUSES: Mapping[PauseKind, str] = {
    PauseKind.MEDICAL: "medical pause",
    PauseKind.HOLIDAY: "holiday",
    PauseKind.OTHER: "other pause",
}
EVIDENCE: Mapping[EvidenceLevel, str] = {
    EvidenceLevel.IN_CLINIC: "Seen in the clinic",
    EvidenceLevel.DEVICE: "Recorded by a device",
    EvidenceLevel.CAREGIVER: "Told by a caregiver",
    EvidenceLevel.SELF_REPORT: "Told by the patient",
}
REASONS: Mapping[str, str] = {
    StopReason.NONE: "none given",
    StopReason.TIME: "no time",
    StopReason.MOTIVATION: "motivation",
    StopReason.PAIN: "pain",
    StopReason.SYMPTOM: "a symptom",
    StopReason.FOOT_PROBLEM: "a foot problem",
    StopReason.GLUCOSE: "glucose",
    StopReason.BLOOD_PRESSURE: "blood pressure",
    StopReason.ILLNESS: "illness",
    StopReason.FEAR_OF_FALLING: "fear of falling",
    StopReason.EQUIPMENT: "equipment",
    StopReason.WEATHER: "weather",
    StopReason.CLINICIAN: "told to by a clinician",
    StopReason.OTHER: "another reason",
}
NO_NUMBER: Mapping[NoNumber, str] = {
    NoNumber.NO_PRESCRIPTION: "nothing was prescribed",
    NoNumber.NOT_STARTED: "not started",
    NoNumber.PAUSED: "paused",
    NoNumber.WITHHELD: "withheld for medical reasons",
    NoNumber.NOTHING_REPORTED: "nothing reported",
    NoNumber.LOW_COVERAGE: "too little reported",
    NoNumber.NO_TIME_PLANNED: "no time planned",
    NoNumber.NOT_RATED: "not rated",
}
ABSENT: Mapping[NoNumber, str] = {
    NoNumber.NO_PRESCRIPTION: "No prescription was in force in these days, so nothing was due.",
    NoNumber.NOT_STARTED: "The prescription begins after these days, so nothing was due yet.",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(given: date) -> str:
    """A day, as nobody reads it the wrong way round."""
    return f"{given.day} {_MONTHS[given.month - 1]} {given.year}"


def short_day(given: date) -> str:
    """A day without its year."""
    return f"{given.day} {_MONTHS[given.month - 1]}"


def days(first: date, last: date) -> str:
    """Days, both included."""
    if first == last:
        return day(first)
    begins = short_day(first) if first.year == last.year else day(first)
    return f"{begins} to {day(last)}"


def number(given: float) -> str:
    """A number with a decimal only where it has one."""
    return f"{given:.1f}".removesuffix(".0")


def percent(share: Share) -> str:
    """A share, or why there is none; never 0 in place of a missing one."""
    if share.percent is not None:
        return f"{number(share.percent)} %"
    return "none" if share.reason is None else NO_NUMBER[share.reason]


def span(lower: Share, upper: Share) -> str:
    """Attendance between its bounds; one number where nothing is open, the reason where there is none."""
    if lower.percent is None or upper.percent is None:
        return percent(lower)
    if lower.percent == upper.percent:
        return f"{number(lower.percent)} %"
    return f"{number(lower.percent)} to {number(upper.percent)} %"


def times(count: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{count} {one if count == 1 else many}"
