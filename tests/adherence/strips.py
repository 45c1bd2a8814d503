"""Twelve fixed weeks with everything that a strip can show, counted by the medicine."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from api.adherence.charts.queries import Named
from api.adherence.charts.report import Given
from api.adherence.charts.strip import strip
from api.adherence.history import History
from api.adherence.pages import Event, Page
from api.adherence.plans import Signed, Spell
from api.clinical.adherence import NoNumber, absence, adherence
from api.clinical.adherence_weeks import weeks
from api.clinical.counted import EvidenceLevel, Session
from api.clinical.fitt import Part, RpeScale
from api.clinical.knowledge import library
from api.clinical.opened import opened
from api.clinical.plan_versions import Pause, PauseKind, PlannedLine, PlanVersion
from api.clinical.reports import ReportLevel, SessionStatus
from api.clinical.statements import Span
from api.clinical.week_counts import week_counts

FIRST = date(2026, 8, 31)
LAST = FIRST + timedelta(days=83)
PATIENT = UUID("019a9c51-3c4d-7e5f-8a6b-7c8d9e0f1a2b")
PRESCRIPTION = str(UUID("019a9c54-8a10-7c3e-9b21-5d6f7a8b9c0d"))
_AEROBIC = PlannedLine(per_week=4, seconds=1200, bands={RpeScale.BORG: Span(11, 13)})
_BEFORE = {Part.AEROBIC: _AEROBIC, Part.BALANCE: PlannedLine(per_week=3)}
_AFTER = {
    Part.AEROBIC: replace(_AEROBIC, per_week=5),
    Part.RESISTANCE: PlannedLine(per_week=2, seconds=900),
    Part.BALANCE: PlannedLine(per_week=3),
}
DOSES = dict.fromkeys(
    ("resistance", "balance", "flexibility", "foot_ankle", "foot_cap", "steps", "heart_rate")
) | {
    "frame": {"warm_up_minutes": 5, "cool_down_minutes": 5, "sit_minutes": 0},
    "aerobic": {"days_per_week": 4, "minutes": 20, "rpe_low": 11, "rpe_high": 13},
}
PLAN = (
    PlanVersion(
        prescription=PRESCRIPTION, number=1, first=FIRST, last=FIRST + timedelta(days=48), lines=_BEFORE
    ),
    PlanVersion(
        prescription=PRESCRIPTION, number=2, first=FIRST + timedelta(days=49), last=None, lines=_AFTER
    ),
)
PAUSES = (
    Pause(first=FIRST + timedelta(days=28), last=FIRST + timedelta(days=34), kind=PauseKind.MEDICAL),
    Pause(
        first=FIRST + timedelta(days=63),
        last=FIRST + timedelta(days=76),
        kind=PauseKind.MEDICAL,
        lines=frozenset({Part.BALANCE}),
    ),
)
_D, _S, _0 = "done", "skipped", None
AEROBIC = ("DDDD", "DDDS", "DDSS", "D..", "", "DSSS", "SSSS", "DDDDD", "DDD", "DDDDDD", "DDDDS", "DDDD")
BALANCE = ("DDD", "DD", "DSS", ".", "", "SSS", "DSS", "DDD", "D", "", "", "D")
RESISTANCE = ("", "", "", "", "", "", "", "DD", "D", "SS", "DD", "D")
PAIN = (3, 4, 4, 5, None, 6, 7, 5, 4, 3, 3, 2)
EVENTS = (
    (8, ReportLevel.WATCH, "rep-pain-2h"),
    (36, ReportLevel.REVIEW, "rep-pain-24h"),
    (41, ReportLevel.WATCH, "rep-rpe-over"),
    (44, ReportLevel.URGENT, "rep-foot-hot"),
    (45, ReportLevel.EMERGENCY, "rep-chest-pain"),
    (66, ReportLevel.WATCH, "rep-near-fall"),
)


def _sessions():
    for line, rows in ((Part.AEROBIC, AEROBIC), (Part.BALANCE, BALANCE), (Part.RESISTANCE, RESISTANCE)):
        for week, told in enumerate(rows):
            for place, what in enumerate(told):
                if what in "DS":
                    yield _session(line, 7 * week + place, done=what == "D")


def _session(line, offset, *, done):
    day = FIRST + timedelta(days=offset)
    return Session(
        id=str(uuid5(PATIENT, f"{line} {offset}")),
        day=day,
        began=datetime.combine(day, time(9), UTC),
        status=SessionStatus.DONE if done else SessionStatus.SKIPPED,
        evidence=EvidenceLevel.DEVICE if offset % 5 == 0 else EvidenceLevel.SELF_REPORT,
        seconds={line: 1200 if done and line is not Part.BALANCE else None},
        skip_reason=None if done else ("pain" if offset % 2 else "weather"),
        rpe=12 + offset % 3 if done and line is Part.AEROBIC else None,
        rpe_scale=RpeScale.BORG if done and line is Part.AEROBIC else None,
    )


def page(plan=PLAN, pauses=PAUSES, sessions=None, *, first=FIRST, last=LAST, events=EVENTS):
    """The numbers of these weeks."""
    tables = library.load().counting
    sessions = tuple(_sessions()) if sessions is None else sessions
    counts = week_counts(tables, plan, pauses, sessions, first=first, last=last)
    absent = None if counts else absence(plan, last)
    return Page(
        patient_id=PATIENT,
        today=last,
        first=first,
        last=last,
        absent=absent,
        history=History(
            patient_id=PATIENT,
            zone=ZoneInfo("Europe/Rome"),
            today=last,
            signed=(),
            signer=None,
            spells=[
                Spell(
                    Signed(
                        prescription_id=UUID(one.prescription),
                        number=one.number,
                        began=FIRST,
                        first=one.first,
                        last=one.last,
                        sha256=f"{one.number:064x}",
                        doses=DOSES,
                        items=(),
                    ),
                    one.first,
                    one.last,
                )
                for one in plan
            ],
            pauses=pauses,
        ),
        counts=counts,
        numbers=adherence(tables, counts, last, absent=absent or NoNumber.NO_PRESCRIPTION),
        weeks=weeks(tables, counts, last),
        opened=opened(tables, plan, pauses, sessions, first=first, last=last, today=last),
        events=[
            Event(first + timedelta(days=place), level, [rule], uuid5(PATIENT, rule))
            for place, level, rule in events
        ],
        last_contact=last - timedelta(days=2),
    )


def pain():
    """Reports with pain before a session, three a week."""
    return [
        SimpleNamespace(local_date=FIRST + timedelta(days=7 * week + day), pain_pre=value + day % 2)
        for week, value in enumerate(PAIN)
        if value is not None
        for day in (0, 1, 3)
    ]


def everything():
    """The strip of these weeks."""
    return strip(page(), pain(), met_percent=80)


def silence(days=84):
    """The strip of days in which nothing was prescribed."""
    return strip(page((), (), (), last=FIRST + timedelta(days=days - 1), events=()), [], met_percent=80)


def given():
    """A report of these weeks, with a measure."""
    found = page()
    walk = {"value": None, "word": None, "category": None, "of": None}
    return Given(
        page=found,
        strip=everything(),
        patient=SimpleNamespace(
            given=["Anna"],
            family="Rossi",
            birth_date=date(1964, 3, 9),
            identifiers=[{"system": "mrn", "value": "4711"}],
        ),
        named=Named("Clinica San Luca", "Giulia Conti"),
        outcomes={
            "below_change": library.load().outcomes.below_change.says,
            "items": [
                {
                    "measure": "six-minute-walk",
                    "title": "6-minute walk",
                    "unit": "m",
                    "side": None,
                    "baseline": walk | {"value": 402.0, "on": FIRST},
                    "latest": walk | {"value": 441.0, "on": LAST},
                    "since_baseline": {
                        "word": "better",
                        "sentence": "The change is as large as what can be told from chance.",
                    },
                    "due": {
                        "first": LAST,
                        "last": LAST + timedelta(days=84),
                        "occasion": None,
                        "overdue": False,
                    },
                    "note": None,
                }
            ],
        },
    )
