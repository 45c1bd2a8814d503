"""Reports on the wire: what comes out."""

from api.clinical.reports import ReportLevel, SessionStatus
from api.clinical.session_fields import Reporter
from api.clinical.triaging import NextSession
from api.clinical.vocabulary import ReviewStatus
from api.patients.observations.filing import Result as Recording
from api.patients.profiles import fact_value
from api.sessions.lists import EvidenceLevel, Flag, LinkAct, Result, Telling, TriageCause
from api.web import fields, paging, shapes

LONG = 2000


class ReadValue(shapes.View):
    """A field of the report, or what was known of the patient, on which a finding rests."""

    name = fields.Text()
    value = fact_value(description="Null is not told.")


class SessionFinding(shapes.View):
    """Something in a report that somebody must know."""

    rule_id = fields.Text()
    level = fields.Closed(ReportLevel)
    says = fields.Text(most=LONG)
    why = fields.List(fields.Nested(ReadValue))
    raised = fields.List(fields.Text(most=LONG), description="Why it is above the level of its rule.")
    citations = fields.List(fields.Text(), description="Sources; `/v1/knowledge/citations` tells them.")
    verification = fields.Text(most=LONG)
    review_status = fields.Closed(ReviewStatus)


class SessionTrend(shapes.View):
    """Something that only several reports show."""

    trend_id = fields.Text()
    level = fields.Closed(ReportLevel)
    says = fields.Text(most=LONG)
    session_ids = fields.List(fields.Text(), most=10_000, description="The reports that show it.")
    verification = fields.Text(most=LONG)
    review_status = fields.Closed(ReviewStatus)


class PatientMessage(shapes.View):
    """A sentence to show to the person who exercises."""

    key = fields.Text(description="Names it, for a translation.")
    level = fields.Closed(ReportLevel)
    text = fields.Text(most=LONG)


class SessionTask(shapes.View):
    """Something that a clinician does."""

    id = fields.Text()
    sentence = fields.Text(most=LONG)


class SetFact(shapes.View):
    """A fact of the patient that the report put on file."""

    name = fields.Text()
    value = fact_value()
    observed_at = fields.Instant()
    source = fields.Text(description="Tell the fact under this source to renew it, once somebody has looked.")
    fact_id = fields.Uuid()
    result = fields.Closed(Recording, name="RecordingResult")
    rule_id = fields.Text()


class TriageAnswer(shapes.View):
    """How urgent a report is, why, and what follows."""

    level = fields.Closed(ReportLevel)
    findings = fields.List(fields.Nested(SessionFinding), description="Worst first.")
    trends = fields.List(fields.Nested(SessionTrend))
    not_asked = fields.List(
        fields.Text(), description="Questions that were left empty and would have mattered."
    )
    messages = fields.List(fields.Nested(PatientMessage), description="To be shown to the person.")
    tasks = fields.List(fields.Nested(SessionTask), description="For clinicians.")
    next_session = fields.List(
        fields.Closed(NextSession), description="What the next session begins with or leaves out."
    )
    hold_days = fields.Integer(
        allow_none=True, description="For so long it asks that no dose rises; null where it names no days."
    )
    holds_progression = fields.Boolean(
        description="Whether it speaks against a step in this interval: two do stop it, or one for review."
    )
    facts = fields.List(fields.Nested(SetFact), description="What the report put on file.")
    alert_id = fields.Uuid(allow_none=True, description="The alert that it raised, or joined.")


class SessionTriage(TriageAnswer):
    """A triage in the history of a report."""

    at = fields.Instant()
    cause = fields.Closed(TriageCause)
    number = fields.Integer(description="The version of the report that was triaged.")
    release_sha256 = fields.Text(description="The knowledge that it was triaged with.")


class LiveLock(shapes.View):
    """Exercises that stop until a clinician unlocks them, with a reason."""

    id = fields.Uuid()
    session_id = fields.Uuid(description="The report that locked them.")
    rule_id = fields.Text()
    why = fields.Text(most=LONG)
    tags = fields.List(fields.Text(), description="Exercises with one of these stop; `*` is all.")
    exercises = fields.List(fields.Text(), description="These stop too.")
    placed_at = fields.Instant()
    opens_from = fields.Instant(description="It is not unlocked earlier.")
    ketones_below = fields.Float(
        allow_none=True, description="It is not unlocked before ketones are lower, mmol/L."
    )


class Lock(LiveLock):
    """A lock, and its end."""

    patient_id = fields.Uuid()
    unlocked_at = fields.Instant(allow_none=True)
    unlocked_by = fields.Uuid(allow_none=True, description="The practitioner.")
    unlock_reason = fields.Text(most=LONG, lines=True, allow_none=True)


class SessionLinks(shapes.View):
    """The other reports of the same session."""

    counts = fields.Boolean(description="Whether this report is the one of its session that is counted.")
    session_ids = fields.List(fields.Uuid(), most=1000, description="The others.")


class RaisedSession(shapes.View):
    """Another report that is more urgent in the light of this one."""

    session_id = fields.Uuid()
    was = fields.Closed(ReportLevel)
    level = fields.Closed(ReportLevel)
    rules = fields.List(fields.Text(), description="What it shows now beside what it showed before.")


class FiledSession(shapes.View):
    """What became of a report, in one answer."""

    session_id = fields.Uuid(description="Of a duplicate that of the report on file.")
    patient_id = fields.Uuid()
    result = fields.Closed(Result, name="FilingResult")
    version = fields.Integer()
    received_at = fields.Instant()
    level = fields.Closed(ReportLevel, description="The highest that was ever found of it.")
    flags = fields.List(fields.Closed(Flag, name="SessionFlag"))
    prescription_revision = fields.Integer(allow_none=True)
    triage = fields.Nested(TriageAnswer, description="Of what is told now.")
    locks = fields.List(fields.Nested(LiveLock), most=1000, description="All that is locked now.")
    links = fields.Nested(SessionLinks)
    raised = fields.List(fields.Nested(RaisedSession), most=1000)
    stands = fields.List(
        fields.Text(most=LONG), description="What stays as it was although the report says less now."
    )


class SessionSummary(shapes.View):
    """A report in a list."""

    id = fields.Uuid()
    patient_id = fields.Uuid()
    received_at = fields.Instant()
    updated_at = fields.Instant()
    withdrawn_at = fields.Instant(allow_none=True)
    source = fields.Text()
    source_record_id = fields.Text(allow_none=True)
    performed_at = fields.Instant()
    time_zone = fields.TimeZone()
    local_date = fields.Date()
    status = fields.Closed(SessionStatus)
    reporter = fields.Closed(Reporter)
    evidence = fields.Closed(EvidenceLevel)
    prescription_id = fields.Uuid(allow_none=True)
    prescription_revision = fields.Integer(allow_none=True)
    minutes = fields.Integer(allow_none=True)
    flags = fields.List(fields.Closed(Flag, name="SessionFlag"))
    level = fields.Closed(ReportLevel)
    rules = fields.List(fields.Text(), description="What it shows.")
    link_group = fields.Uuid(allow_none=True, description="Shared by reports of one session.")
    counts = fields.Boolean()


class SessionVersion(shapes.View):
    """What was told of a session at a time."""

    number = fields.Integer()
    telling = fields.Closed(Telling)
    document = shapes.Documented("ToldSession", {"type": "object", "description": "A report as it was sent."})
    format = fields.Text()
    recorded_at = fields.Instant()
    recorded_by = fields.Uuid(description="The client.")
    reason = fields.Text(most=LONG, lines=True, allow_none=True)


class SessionLink(shapes.View):
    """That two reports were taken for one session, or no longer."""

    session_id = fields.Uuid()
    other_id = fields.Uuid()
    act = fields.Closed(LinkAct)
    at = fields.Instant()
    reason = fields.Text(most=LONG, lines=True, allow_none=True)


class Session(SessionSummary):
    """A report with all that was ever told and found of it."""

    report = shapes.Documented("ToldSession", {"type": "object", "description": "A report as it was sent."})
    triage = fields.Nested(TriageAnswer, description="The last one.")
    links = fields.Nested(SessionLinks)
    locks = fields.List(fields.Nested(Lock), most=1000, description="All that it ever locked.")
    versions = fields.List(fields.Nested(SessionVersion), most=1000, description="Oldest first.")
    triages = fields.List(fields.Nested(SessionTriage), most=1000, description="Oldest first.")
    link_history = fields.List(fields.Nested(SessionLink), most=1000, description="Oldest first.")


SESSIONS = paging.page_of(SessionSummary)
LOCKS = paging.page_of(Lock)
