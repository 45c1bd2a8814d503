"""The numbers of adherence on the wire."""

from api.adherence.lists import Line
from api.clinical.adherence import Band, NoNumber
from api.sessions.lists import EvidenceLevel
from api.web import fields, shapes

LINK = 2000


class AdherenceShare(shapes.View):
    """A share in percent, or why there is none; never 0 or 100 in place of a missing one."""

    percent = fields.Float(allow_none=True)
    reason = fields.Closed(NoNumber, allow_none=True)


class AdherenceWords(shapes.View):
    """What became of the sessions that were due: `due` is the sum of the others, without `paused`."""

    due = fields.Float()
    done = fields.Float()
    partly = fields.Float()
    declared_missed = fields.Float(description="Told to be left out.")
    excused = fields.Float(description="Left out because a clinician said so, or in another pause.")
    withheld = fields.Float(description="Refused by a check before the session; not expected.")
    unreported = fields.Float(description="Nobody told anything of them: not the same as not done.")
    paused = fields.Float(description="In a medical pause or locked; not due.")


class OverDoing(shapes.View):
    """More than was planned: a matter of safety, not of merit. Whole sessions."""

    over_dose = fields.Integer(description="Found by triage to be more than planned.")
    above_band = fields.Integer(description="Exertion above its band.")
    extra = fields.Integer(description="Beyond what was due in their week, or done in a pause.")
    rated = fields.Integer(description="With an exertion that can be held to its band.")


class AdherenceNumbers(shapes.View):
    """The numbers of one line, or of all together; each line counts its own sessions."""

    expected = fields.Float(description="Sessions that were due and not withheld.")
    attended = fields.Float(description="Sessions done, of each week no more than were expected.")
    words = fields.Nested(AdherenceWords)
    lower = fields.Nested(AdherenceShare, description="Attendance; what nobody told of counts as missed.")
    upper = fields.Nested(AdherenceShare, description="The same where what nobody told of counts as done.")
    projected = fields.Nested(
        AdherenceShare, description="Done of the sessions told of; null below 70 % coverage."
    )
    completion = fields.Nested(AdherenceShare, description="Minutes done, of each week no more than planned.")
    dose_ratio = fields.Nested(AdherenceShare, description="Minutes done of those planned; may exceed 100.")
    intensity = fields.Nested(AdherenceShare, description="Sessions within the band of exertion.")
    coverage = fields.Nested(AdherenceShare, description="Sessions told of, done or not.")
    minutes = fields.Float()
    minutes_expected = fields.Float()
    extra = fields.Integer(description="Sessions beyond what was due, and those done in a pause.")
    during_pause = fields.Integer(description="Of these, in a medical pause or locked.")
    unplanned = fields.Integer(description="Activity outside the plan that counts for minutes.")
    untold = fields.Integer(description="Sessions of which nobody told how long they were.")
    findings = fields.Integer(
        description="Sessions left out for pain, fear of falling or a foot problem: a clinical finding."
    )
    over_doing = fields.Nested(OverDoing)


class EvidenceSplit(shapes.View):
    """Attended sessions that are known in one way, best known first."""

    evidence = fields.Closed(EvidenceLevel)
    sessions = fields.Integer()
    href = fields.Text(most=LINK)


class SkipReason(shapes.View):
    """Why sessions were left out."""

    reason = fields.Text()
    sessions = fields.Integer()
    finding = fields.Boolean(description="A clinical finding, and not a lack of motivation.")
    href = fields.Text(most=LINK)


class BehindNumbers(shapes.View):
    """The addresses of the sessions behind each number."""

    all = fields.Text(most=LINK)
    attended = fields.Text(most=LINK)
    done = fields.Text(most=LINK)
    partly = fields.Text(most=LINK)
    declared_missed = fields.Text(most=LINK)
    excused = fields.Text(most=LINK)
    withheld = fields.Text(most=LINK)
    reported = fields.Text(most=LINK)
    minutes = fields.Text(most=LINK)
    rated = fields.Text(most=LINK)
    in_band = fields.Text(most=LINK)
    extra = fields.Text(most=LINK)
    during_pause = fields.Text(most=LINK)
    unplanned = fields.Text(most=LINK)
    over_dose = fields.Text(most=LINK)


class OpeningNumbers(AdherenceNumbers):
    """The numbers, with the ways to the sessions behind them."""

    by_evidence = fields.List(fields.Nested(EvidenceSplit))
    reasons = fields.List(fields.Nested(SkipReason))
    sessions = fields.Nested(BehindNumbers)


class LineNumbers(OpeningNumbers):
    """The numbers of one line of the prescription."""

    line = fields.Closed(Line, name="AdherenceLine")


class BandedNumbers(AdherenceNumbers):
    """The numbers of a line in a week, or under a revision."""

    line = fields.Closed(Line, name="AdherenceLine")
    band = fields.Closed(Band, name="AdherenceBand")
    href = fields.Text(most=LINK, description="The sessions behind them.")
