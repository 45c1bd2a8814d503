"""What filing a report reads of its patient: one file a patient, of many patients in a few statements."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text

from api.alerts.tables import Alert, AlertCause
from api.clinical.fitt import Doses
from api.clinical.knowledge import library
from api.clinical.profile import Profile, profile
from api.database.work import Work
from api.errors import invalid
from api.patients import queries as patients
from api.patients.evidence import OnFile, on_file
from api.prescriptions.documents import doses_of
from api.prescriptions.tables import Prescription, PrescriptionRevision
from api.sessions import locks
from api.sessions.kept import Kept
from api.sessions.tables import SessionLock
from api.sessions.told import Told

LOOKS_BACK = timedelta(days=60)
"""How far before a report others are always read; what repeats and what came first is read however old."""
FIRST_DAYS = timedelta(days=16)
"""How far after the first report others are always read: the first days of a trend, and two for zones."""
_NEAR = timedelta(days=7)
"""How far from a report all lie that were found to be of the same session."""

_COLUMNS = """r.id, r.patient_id, r.received_at, r.withdrawn_at, r.source, r.source_record_id, r.performed_at,
    r.time_zone, r.status, r.evidence, r.items, r.minutes, r.steps, r.hr_pre, r.pain_pre, r.pain_after_min,
    r.fatigue_next_day, r.level, r.own_level, r.rules, r.not_asked, r.asked, r.link_group, r.linked_by_hand,
    r.counts, r.sha256, r.number, r.version"""
_REPORTS = text(f"""
SELECT {_COLUMNS}
FROM unnest(CAST(:patients AS uuid[]), CAST(:moments AS timestamptz[])) AS asked(patient_id, moment)
CROSS JOIN LATERAL (
    SELECT min(f.performed_at) AS at FROM session_reports f
    WHERE f.clinic_id = :clinic_id AND f.patient_id = asked.patient_id) first
JOIN session_reports r ON r.clinic_id = :clinic_id AND r.patient_id = asked.patient_id
 AND (r.performed_at >= asked.moment - :looks_back OR r.performed_at <= first.at + :first_days
   OR r.rules && CAST(:repeating AS text[])
   OR r.source_record_id = ANY(CAST(:records AS text[])) OR r.id = ANY(:ids))
UNION ALL
SELECT {_COLUMNS} FROM session_reports r
WHERE r.clinic_id = :clinic_id AND r.id = ANY(:ids) AND r.patient_id <> ALL(:patients)
""")  # noqa: S608 put together of constants


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A signed revision of a prescription."""

    number: int
    effective_from: date
    doses: Mapping[str, Any]

    @property
    def dosed(self) -> Doses:
        """Its doses, as the medicine reads them."""
        return doses_of({"doses": self.doses})


@dataclass(kw_only=True)
class PatientFile:
    """What filing reads of a patient; reports that are filed are added, so that the next one sees them.

    Attributes:
        owners: whose reports those are that are on file under the ids of what is filed.
        reports: those on file that matter, by id; withdrawn ones too.
        plans: the signed revisions of the prescriptions that reports name, the newest first.
        locked: what is locked.
        settled: when a clinician closed a finding or a trend last, by its id.
        added: by how much the reports filed now raised facts that count something.
    """

    patient_id: UUID
    evidence: OnFile
    moment: datetime
    owners: dict[UUID, UUID]
    reports: dict[UUID, Kept]
    plans: Mapping[tuple[UUID, UUID], Sequence[Revision]]
    locked: list[locks.Live]
    settled: Mapping[str, datetime]
    added: Counter[str] = field(default_factory=Counter)

    @cached_property
    def known(self) -> Profile:
        """What is known of the patient now."""
        release = library.load()
        return profile(release, self.evidence.observations(release), self.moment.astimezone(self.zone))

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose days are the patient's days."""
        return self.evidence.time_zone

    def counting(self) -> Iterator[Kept]:
        """The reports that nobody has withdrawn."""
        return (one for one in self.reports.values() if one.withdrawn_at is None)

    def members(self, group: UUID | None) -> list[Kept]:
        """The reports of one session that nobody has withdrawn."""
        return [one for one in self.counting() if group is not None and one.link_group == group]

    def since(self, report: Kept) -> date | None:
        """The first local day on which sessions may count otherwise because of a report; None is any day.

        What a person said to be of one session may lie anywhere.
        """
        if report.linked_by_hand or any(one.linked_by_hand for one in self.members(report.link_group)):
            return None
        return (report.performed_at - _NEAR).date()

    def revision(self, told: Told) -> Revision | None:
        """The revision that was acted on; None for an unplanned session.

        Raises:
            Invalid: the patient has no such prescription, or it no such revision.
        """
        if told.report.prescription_id is None:
            return None
        signed = self.plans.get((self.patient_id, told.report.prescription_id))
        if not signed:
            raise invalid(
                "/prescription_id", "The patient has no such signed prescription.", "unknown-prescription"
            )
        if told.prescription_revision is None:
            return next((one for one in signed if one.effective_from <= told.local_date), signed[-1])
        for one in signed:
            if one.number == told.prescription_revision:
                return one
        raise invalid("/prescription_revision", "There is no such revision.", "unknown-revision")


def load(
    work: Work, told: Mapping[UUID, Sequence[Told]], *, as_of: datetime | None = None
) -> dict[UUID, PatientFile]:
    """The files of these patients, each held until the end of the work.

    Args:
        work: the work.
        told: what is to be filed, by patient.
        as_of: of a report that is to be changed, when the session was.

    Returns:
        By patient; one that the clinic does not have is not among them.
    """
    held = patients.held(work, told)
    if not held:
        return {}
    mine = {patient_id: told[patient_id] for patient_id in held}
    reports = _reports(work, mine, as_of)
    owners = {one.id: one.patient_id for one in reports}
    by_patient: dict[UUID, dict[UUID, Kept]] = {patient_id: {} for patient_id in held}
    for one in reports:
        by_patient.setdefault(one.patient_id, {})[one.id] = one
    evidence = {file.patient_id: file for file in on_file(work, held, work.moment, [library.load()])}
    plans = plans_of(work, mine)
    locked = locks.live_of(work, held)
    flagged = {one.patient_id for one in reports if one.rules} & mine.keys()
    settled = _settled(work, flagged) if flagged else {}
    return {
        patient_id: PatientFile(
            patient_id=patient_id,
            evidence=evidence[patient_id],
            moment=work.moment,
            owners=owners,
            reports=by_patient[patient_id],
            plans=plans,
            locked=locked.get(patient_id, []),
            settled=settled.get(patient_id, {}),
        )
        for patient_id in held
    }


def _reports(work: Work, told: Mapping[UUID, Sequence[Told]], as_of: datetime | None) -> list[Kept]:
    """What is on file of these patients, as far as it matters, and whatever has one of the ids."""
    several = [one for each in told.values() for one in each]
    changed = [] if as_of is None else [as_of]
    rows = work.db.execute(
        _REPORTS,
        {
            "clinic_id": work.clinic_id,
            "patients": list(told),
            "moments": [
                min([one.report.performed_at for one in each] + changed, default=work.moment)
                for each in told.values()
            ],
            "looks_back": LOOKS_BACK,
            "first_days": FIRST_DAYS,
            "repeating": sorted(rule.id for rule in library.load().triaging.rules if rule.rises),
            "records": [one.source_record_id for one in several if one.source_record_id is not None],
            "ids": [one.id for one in several],
        },
    )
    return [Kept.of(dict(row)) for row in rows.mappings()]


def plans_of(work: Work, told: Mapping[UUID, Sequence[Told]]) -> dict[tuple[UUID, UUID], list[Revision]]:
    """The signed revisions of the prescriptions that reports name, by patient and prescription."""
    named = {one.report.prescription_id for each in told.values() for one in each} - {None}
    plans: dict[tuple[UUID, UUID], list[Revision]] = {}
    if not named:
        return plans
    for row in work.db.execute(
        select(
            Prescription.patient_id,
            Prescription.id,
            PrescriptionRevision.number,
            PrescriptionRevision.effective_from,
            PrescriptionRevision.document["doses"].label("doses"),
        )
        .join(
            PrescriptionRevision,
            (PrescriptionRevision.clinic_id == work.clinic_id)
            & (PrescriptionRevision.prescription_id == Prescription.id),
        )
        .where(
            Prescription.clinic_id == work.clinic_id,
            Prescription.id.in_(named),
            Prescription.patient_id.in_(told),
        )
        .order_by(PrescriptionRevision.number.desc())
    ):
        revision = Revision(number=row.number, effective_from=row.effective_from, doses=row.doses)
        plans.setdefault((row.patient_id, row.id), []).append(revision)
    return plans


def _settled(work: Work, patient_ids: Collection[UUID]) -> dict[UUID, dict[str, datetime]]:
    """When a clinician last unlocked what a rule had locked, or resolved the alert that it had raised."""
    unlocked = select(SessionLock.patient_id, SessionLock.rule_id, SessionLock.unlocked_at.label("at")).where(
        SessionLock.clinic_id == work.clinic_id,
        SessionLock.patient_id.in_(patient_ids),
        SessionLock.unlocked_at.is_not(None),
    )
    resolved = (
        select(Alert.patient_id, func.unnest(AlertCause.rules), AlertCause.acted_at)
        .join(AlertCause, (AlertCause.clinic_id == work.clinic_id) & (AlertCause.alert_id == Alert.id))
        .where(
            Alert.clinic_id == work.clinic_id,
            Alert.patient_id.in_(patient_ids),
            AlertCause.acted_at.is_not(None),
        )
    )
    settled: dict[UUID, dict[str, datetime]] = {}
    rows: Any = work.db.execute(unlocked.union_all(resolved))
    for patient_id, rule_id, at in rows:
        known = settled.setdefault(patient_id, {})
        known[rule_id] = max(at, known.get(rule_id, at))
    return settled
