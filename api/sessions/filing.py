"""What becomes of a report: new, told before or in contradiction; how urgent it is, and of which session."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from api.clinical.knowledge import library
from api.clinical.reports import ReportLevel
from api.clinical.session_context import Context, context
from api.clinical.trends import before, touched
from api.clinical.triage import triage
from api.clinical.triaged import Triage, worst
from api.errors import Conflict
from api.sessions.files import PatientFile, Revision
from api.sessions.kept import Kept
from api.sessions.linking import NEAR, Partner, partner, preferred
from api.sessions.lists import Flag, Result, TriageCause
from api.sessions.told import Told, told_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Triaged:
    """A triage of a report, with what it adds to what was found before.

    Attributes:
        kept: the report as it is on file with it.
        new_rules: findings and trends that were not among those of before.
        was: the level of before.
    """

    kept: Kept
    told: Told
    triage: Triage
    context: Context
    cause: TriageCause
    new_rules: frozenset[str]
    was: ReportLevel


@dataclass(slots=True, kw_only=True)
class Filed:
    """What became of a report.

    Attributes:
        kept: the report as it is on file; of a duplicate the one that says the same.
        triaged: how urgent it is; none of a duplicate.
        partner: the report of the same session, if this one was linked now.
        regrouped: others of which the group changed, or whether they count.
    """

    result: Result
    patient_id: UUID
    told: Told
    kept: Kept
    revision: Revision | None = None
    triaged: Triaged | None = None
    partner: Partner | None = None
    regrouped: list[Kept] = field(default_factory=list)


def filed(file: PatientFile, told: Told, source: str) -> Filed:
    """File a report: it is new, or it repeats what is on file.

    Args:
        file: of its patient; the report is added to it.
        told: the report.
        source: who tells it, where the report does not say.

    Raises:
        Conflict: something else is on file under its id, or as its record of its source.
        Invalid: it names a prescription that the patient does not have.
    """
    owner = file.owners.get(told.id)
    if owner is not None and owner != file.patient_id:
        raise Conflict("This id is that of a session of another patient.")
    known = file.reports.get(told.id) or _of_record(file, told, source)
    if known is None:
        return _taken(file, told, source, None)
    if known.sha256 != told.sha256:
        raise Conflict(
            f"Something else is on file of this session; correct it: PUT /v1/sessions/{known.id}.",
            extra={"session_id": str(known.id)},
        )
    return Filed(result=Result.DUPLICATE, patient_id=file.patient_id, told=told, kept=known)


def corrected(file: PatientFile, told: Told, former: Kept) -> Filed:
    """File what a report says now; the level of the session is never lower than it was.

    Raises:
        Conflict: another report is on file as its record of its source.
        Invalid: it names a prescription that the patient does not have.
    """
    other = _of_record(file, told, former.source)
    if other is not None and other.id != former.id:
        raise Conflict(
            "Another session is on file as this record of its source.", extra={"session_id": str(other.id)}
        )
    return _taken(file, told, former.source, former)


def again(file: PatientFile, told: Told, kept: Kept) -> Triaged | None:
    """Triage a report again because another came, changed or went; None where that finds nothing new.

    What it found once stays: only a clinician closes it.
    """
    known = _context(file, file.revision(told))
    found = _triage(file, told, known)
    new_rules = frozenset(found.rule_ids) - kept.rules
    was = kept.level
    if not new_rules and worst([was, found.level]) is was:
        return None
    kept.level = worst([was, found.level])
    kept.rules |= new_rules
    return Triaged(
        kept=kept,
        told=told,
        triage=found,
        context=known,
        cause=TriageCause.OTHER_REPORT,
        new_rules=new_rules,
        was=was,
    )


def later(file: PatientFile, filings: Iterable[Filed], before_change: Iterable[Kept] = ()) -> set[UUID]:
    """The reports on file that must be triaged again after these were filed.

    Args:
        file: with the reports.
        filings: what was filed.
        before_change: reports as they were before they changed or went.
    """
    filings, before_change = list(filings), list(before_change)
    own = {one.kept.id for one in filings} | {one.id for one in before_change}
    moments = [one.told.report.performed_at for one in filings] + [one.past.at for one in before_change]
    others = [one for one in file.counting() if one.id not in own]
    if not moments or all(one.performed_at < min(moments) for one in others):
        return set()
    release, others_past = library.load(), [one.past for one in others]
    return {UUID(name) for moment in moments for name in touched(release, moment, others_past)}


class Regrouping:
    """Puts reports of a patient into groups of one session, and tells of which ones anything changed."""

    def __init__(self, file: PatientFile) -> None:
        self.file = file
        self._was = self._standings()

    def settle(self, *groups: UUID | None) -> list[Kept]:
        """Let one report of each group count, and dissolve a group of one; all that changed."""
        for group in set(groups) - {None}:
            members = self.file.members(group)
            best = preferred([one.span for one in members]) if members else None
            for one in members:
                one.link_group, one.counts = group if len(members) > 1 else None, one.id == best
        now = self._standings()
        return [one for one in self.file.reports.values() if self._was.get(one.id, _ALONE) != now[one.id]]

    def _standings(self) -> dict[UUID, tuple[bool, frozenset[UUID]]]:
        """Of each report whether it counts, and the others of its session."""
        groups: dict[UUID, set[UUID]] = {}
        for one in self.file.counting():
            if one.link_group is not None:
                groups.setdefault(one.link_group, set()).add(one.id)
        return {
            one.id: (one.counts, frozenset(groups.get(one.link_group, ()) if one.link_group else ()))
            for one in self.file.reports.values()
        }


_ALONE: tuple[bool, frozenset[UUID]] = (True, frozenset())


def _of_record(file: PatientFile, told: Told, source: str) -> Kept | None:
    """The report on file that is the same record of the same source."""
    if told.source_record_id is None:
        return None
    record = (told.source or source, told.source_record_id)
    return next((one for one in file.reports.values() if (one.source, one.source_record_id) == record), None)


def _taken(file: PatientFile, told: Told, source: str, former: Kept | None) -> Filed:
    revision = file.revision(told)
    known = _context(file, revision)
    found = _triage(file, told, known)
    kept = _kept(file, told, found, source=source, former=former)
    file.reports[kept.id], file.owners[kept.id] = kept, file.patient_id
    linked, regrouped = _link(file, kept, former)
    triaged = Triaged(
        kept=kept,
        told=told,
        triage=found,
        context=known,
        cause=TriageCause.RECEIVED if former is None else TriageCause.CORRECTED,
        new_rules=frozenset(found.rule_ids) - (frozenset() if former is None else former.rules),
        was=ReportLevel.OK if former is None else former.level,
    )
    return Filed(
        result=Result.ACCEPTED if former is None else Result.CORRECTED,
        patient_id=file.patient_id,
        told=told,
        kept=kept,
        revision=revision,
        triaged=triaged,
        partner=linked,
        regrouped=[one for one in regrouped if one is not kept],
    )


def _context(file: PatientFile, revision: Revision | None) -> Context:
    doses = None if revision is None else revision.dosed
    return context(library.load(), file.known.values, doses, settled=file.settled)


def _triage(file: PatientFile, told: Told, known: Context) -> Triage:
    pasts = (one.past for one in file.counting() if one.id != told.id)
    return triage(library.load(), told.report, known, before(told.report, pasts))


def _link(file: PatientFile, kept: Kept, former: Kept | None) -> tuple[Partner | None, list[Kept]]:
    """Find out of which session a report is; what a person said of it stands."""
    left = kept.link_group
    if former is not None and former.linked_by_hand:
        return None, Regrouping(file).settle(left)
    others = [
        one.span
        for one in file.counting()
        if one.id != kept.id
        and abs(one.performed_at - kept.performed_at) <= NEAR
        and (former is None or not one.linked_by_hand)
    ]
    found = partner(kept.span, others)
    if found is None and left is None:
        return None, []
    grouping = Regrouping(file)
    if found is None:
        kept.link_group, kept.counts = None, True
        return None, grouping.settle(left)
    group = found.span.group or found.span.id
    kept.link_group = file.reports[found.span.id].link_group = group
    return found if group != left else None, grouping.settle(left, group)


def _kept(file: PatientFile, told: Told, found: Triage, *, source: str, former: Kept | None) -> Kept:
    report, moment = told.report, file.moment
    own = frozenset(found.rule_ids)
    return Kept(
        id=told.id if former is None else former.id,
        patient_id=file.patient_id,
        received_at=moment if former is None else former.received_at,
        withdrawn_at=None,
        source=told.source or source,
        source_record_id=told.source_record_id,
        performed_at=report.performed_at,
        time_zone=told.zone.key,
        status=report.status,
        evidence=told.evidence,
        items=[told_of(item) for item in report.items],
        minutes=told.minutes,
        steps=report.steps,
        hr_pre=report.hr_pre,
        pain_pre=report.pain_pre,
        pain_after_min=report.pain_after_min,
        fatigue_next_day=report.fatigue_next_day,
        level=found.level if former is None else worst([former.level, found.level]),
        own_level=found.own_level,
        rules=own,
        not_asked=bool(found.not_asked),
        asked=found.asked,
        link_group=None if former is None else former.link_group,
        linked_by_hand=False if former is None else former.linked_by_hand,
        counts=True if former is None else former.counts,
        sha256=told.sha256,
        number=1 if former is None else former.number + 1,
        version=1 if former is None else former.version + 1,
    )


def flags(told: Told, found: Triage, received_at: Any) -> list[Flag]:
    """What is to be known of a report beside its content."""
    late = [Flag.LATE] if told.report.late(received_at) else []
    note = [Flag.READ_NOTE] if found.read_note else []
    return [*late, *note, *told.flags]
