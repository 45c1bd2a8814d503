"""The adherence of one patient on the wire."""

from api.adherence.lists import Line, Period
from api.adherence.pages import MOST_DAYS
from api.adherence.schemas.numbers import LINK, AdherenceShare, BandedNumbers, LineNumbers, OpeningNumbers
from api.clinical.adherence import Band, NoNumber
from api.clinical.counted import Word
from api.clinical.opened import Behind
from api.clinical.plan_versions import PauseKind
from api.clinical.reports import ReportLevel
from api.sessions.lists import EvidenceLevel
from api.web import fields, shapes

_WEEKS = 2 * MOST_DAYS
_SESSIONS = 10_000


class _Window(shapes.Query):
    first = fields.Date(
        data_key="from", load_default=None, description="The patient's day; if left out, 12 weeks back."
    )
    last = fields.Date(
        data_key="to", load_default=None, description="Up to this day; if left out, the patient's today."
    )


class AdherenceWindow(_Window):
    """Which days; 366 at most, and none that lies ahead."""

    by = fields.Closed(
        Period,
        name="ToldApartBy",
        load_default=Period.WEEK,
        description="By what the numbers are told apart.",
    )


class BehindQuery(_Window):
    """Which sessions of which days."""

    line = fields.Closed(
        Line, name="AdherenceLine", load_default=Line.ALL, description="Only sessions of this line."
    )
    number = fields.Closed(
        Behind, name="CountedNumber", load_default=None, description="Only those that stand behind a number."
    )
    evidence = fields.Closed(EvidenceLevel, load_default=None, description="Only those known of like this.")
    skip_reason = fields.Text(load_default=None, description="Only those left out for this reason.")


class LineBand(shapes.View):
    """How a line is called in a week."""

    line = fields.Closed(Line, name="AdherenceLine")
    band = fields.Closed(Band, name="AdherenceBand")


class StripWeek(shapes.View):
    """One week of the strip; a week counts from the first day of its revision."""

    prescription_id = fields.Uuid()
    revision = fields.Integer()
    week = fields.Integer(description="Of the revision, from 1.")
    first = fields.Date(data_key="from")
    last = fields.Date(data_key="to")
    band = fields.Closed(
        Band,
        name="AdherenceBand",
        description="`low` only if it is low even with every session done of which nobody told; "
        "`not-reported` where that is open.",
    )
    lower = fields.Nested(AdherenceShare)
    upper = fields.Nested(AdherenceShare)
    lines = fields.List(fields.Nested(LineBand))
    href = fields.Text(most=LINK)


class AdherencePeriod(shapes.View):
    """The numbers of a week, or of the days of a revision, line by line."""

    prescription_id = fields.Uuid()
    revision = fields.Integer()
    week = fields.Integer(allow_none=True)
    first = fields.Date(data_key="from")
    last = fields.Date(data_key="to")
    numbers = fields.List(fields.Nested(BandedNumbers))


class AdherencePause(shapes.View):
    """Days on which lines were paused; only a medical pause takes them out of what is expected."""

    first = fields.Date(data_key="from")
    last = fields.Date(data_key="to", allow_none=True)
    kind = fields.Closed(PauseKind, name="AdherencePauseKind")
    lines = fields.List(fields.Closed(Line, name="AdherenceLine"))


class TriageEvent(shapes.View):
    """A report that triage found worth a look."""

    date = fields.Date()
    level = fields.Closed(ReportLevel)
    rules = fields.List(fields.Text())
    session_id = fields.Uuid()
    href = fields.Text(most=LINK)


class Saying(shapes.View):
    """What a number means, and how sure that is."""

    id = fields.Text()
    says = fields.Text(most=1000)
    verification = fields.Text(most=1000)


class AdherenceLinks(shapes.View):
    """Where to go from here."""

    self = fields.Text(most=LINK)
    patient = fields.Text(most=LINK)
    sessions = fields.Text(most=LINK)
    report = fields.Text(most=LINK)
    alerts = fields.Text(most=LINK)


class PatientAdherence(shapes.View):
    """The adherence of a patient in a window."""

    patient_id = fields.Uuid()
    first = fields.Date(data_key="from")
    last = fields.Date(data_key="to")
    today = fields.Date(description="The patient's day.")
    time_zone = fields.TimeZone()
    absent = fields.Closed(
        NoNumber, allow_none=True, description="Why there is no number at all: nothing was in force."
    )
    last_contact = fields.Date(allow_none=True, description="Also before the window.")
    days_silent = fields.Integer(allow_none=True, description="Days since then.")
    total = fields.Nested(OpeningNumbers)
    lines = fields.List(fields.Nested(LineNumbers))
    weeks = fields.List(fields.Nested(StripWeek), most=_WEEKS)
    by = fields.Closed(Period, name="ToldApartBy")
    periods = fields.List(fields.Nested(AdherencePeriod), most=_WEEKS)
    pauses = fields.List(fields.Nested(AdherencePause), most=_SESSIONS)
    events = fields.List(fields.Nested(TriageEvent), most=_SESSIONS)
    says = fields.List(fields.Nested(Saying))
    links = fields.Nested(AdherenceLinks)


class CountedSession(shapes.View):
    """One session of one line, as it was counted."""

    session_ids = fields.List(fields.Uuid(), description="All reports of it, that which counts first.")
    check_ids = fields.List(fields.Uuid(), description="The checks before a session that withheld it.")
    prescription_id = fields.Uuid()
    revision = fields.Integer()
    week = fields.Integer()
    line = fields.Closed(Line, name="AdherenceLine")
    date = fields.Date()
    word = fields.Closed(Word, name="CountedWord")
    minutes = fields.Float(allow_none=True)
    evidence = fields.Closed(EvidenceLevel)
    skip_reason = fields.Text(allow_none=True)
    paused = fields.Boolean(description="On a day of a medical pause, or locked.")
    extra = fields.Boolean()
    over_dose = fields.Boolean()
    exertion = fields.Text(allow_none=True, description="below, within or above its band.")
    behind = fields.List(
        fields.Closed(Behind, name="CountedNumber"), description="The numbers that count it."
    )
    hrefs = fields.List(fields.Text(most=LINK))


class CountedSessions(shapes.View):
    """The sessions behind a number."""

    patient_id = fields.Uuid()
    first = fields.Date(data_key="from")
    last = fields.Date(data_key="to")
    items = fields.List(fields.Nested(CountedSession), most=_SESSIONS)
