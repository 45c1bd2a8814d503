"""What is known of a patient now, and what it means for what is signed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import update

from api.checks import queries as checks
from api.checks.actions import Made
from api.checks.answers import Judged, answers
from api.clinical.profile import Profile
from api.clinical.vocabulary import STATUS_RANK, CheckKind
from api.database.work import Work
from api.prescriptions import gate, queries
from api.prescriptions.documents import exercise_ids
from api.prescriptions.gate import Blocked, Safety, Verdict
from api.prescriptions.queries import Found
from api.prescriptions.tables import Prescription, PrescriptionOverride


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a check means for all that is signed of a prescription and still counts.

    Attributes:
        blocked: exercises that may not be done, each once, with the worst that some revision says of it.
        due_at: when it must be looked at again, if nothing happens before.
    """

    safety: Safety
    blocked: tuple[Blocked, ...]
    due_at: datetime


def check_now(work: Work, patient_id: UUID) -> Made:
    """Check a programme for what is on file at the moment of the work; nothing is kept yet.

    Raises:
        NotFound: there is no such patient.
    """
    file = checks.on_file(work, patient_id)
    question = file.question(CheckKind.PROGRAMME)
    return Made(file=file, question=question, judged=answers().judged(question))


def reevaluate(work: Work, prescription: Prescription, now: Judged) -> Standing:
    """Check again what is signed of a prescription, and keep what that means.

    Overrides that relied on a fact that has changed lapse for good. The caller holds the patient's queue and
    the prescription's row, so that what is kept is what a fresh look would find.

    Args:
        work: the work.
        prescription: one that was signed.
        now: what is known, and the check of a programme for it.
    """
    revisions = queries.standing_revisions(work, prescription.id, now.known.as_of.date())
    granted = queries.overrides(work, prescription.id, since=revisions[-1].number)
    lapsed = _lapse(work, granted, now.known)
    in_force = [one for one in granted if _counts(one, work.moment) and one.id not in lapsed]
    verdicts = [
        gate.verdict(now.assessment, exercise_ids(one.document), _pairs(in_force, one)) for one in revisions
    ]
    ends = [now.assessment.valid_until, *(one.expires_at for one in in_force)]
    standing = Standing(
        safety=_worst(verdicts),
        blocked=_merged(verdicts),
        due_at=min([*ends, *_turns(revisions, now.known)]),
    )
    _keep(work, prescription, standing)
    return standing


def _keep(work: Work, prescription: Prescription, standing: Standing) -> None:
    """Keep a standing: a new one is a new version of the prescription, a new moment of the same is not."""
    paused = [
        {"exercise_id": one.exercise_id, "status": one.status.value, "rules": list(one.rules)}
        for one in standing.blocked
    ]
    if (prescription.safety, prescription.paused) != (standing.safety, paused):
        prescription.safety, prescription.paused = standing.safety, paused
        prescription.updated_at = work.moment
        work.db.flush()
        work.record("prescription.rechecked", "prescription", prescription.id)
    work.db.execute(
        update(Prescription)
        .where(Prescription.clinic_id == work.clinic_id, Prescription.id == prescription.id)
        .values(
            checked_at=work.moment, check_due_at=standing.due_at, checked_release=answers().release.sha256
        )
        .execution_options(synchronize_session=False)
    )


def _lapse(work: Work, granted: Iterable[Found], known: Profile) -> frozenset[UUID]:
    """Let overrides lapse whose facts have changed; those that lapsed now."""
    lapsed = {}
    for one in granted:
        facts = gate.changed(gate.relied_from(one.relied_on), known) if _counts(one, work.moment) else ()
        if facts:
            lapsed[one.id] = facts
    for override_id, facts in lapsed.items():
        work.db.execute(
            update(PrescriptionOverride)
            .where(PrescriptionOverride.clinic_id == work.clinic_id, PrescriptionOverride.id == override_id)
            .values(lapsed_at=work.moment, lapsed_by=list(facts))
        )
        work.record("override.lapsed", "override", override_id)
    return frozenset(lapsed)


def _counts(override: Found, moment: datetime) -> bool:
    in_date: bool = override.lapsed_at is None and override.expires_at > moment
    return in_date


def _pairs(in_force: Iterable[Found], revision: Found) -> set[gate.Pair]:
    return {(one.rule_id, one.exercise_id) for one in in_force if one.revision == revision.number}


def _worst(verdicts: Collection[Verdict]) -> Safety:
    """The safety of all together."""
    order = list(Safety)
    return max((one.safety for one in verdicts), key=order.index)


def _merged(verdicts: Iterable[Verdict]) -> tuple[Blocked, ...]:
    worst: dict[str, Blocked] = {}
    for verdict in verdicts:
        for one in verdict.blocked:
            known = worst.setdefault(one.exercise_id, one)
            if STATUS_RANK[one.status] > STATUS_RANK[known.status]:
                worst[one.exercise_id] = one
    return tuple(worst.values())


def _turns(revisions: Sequence[Found], known: Profile) -> list[datetime]:
    """When another revision takes effect: the first moment of its first day, the patient's."""
    today = known.as_of.date()
    return [
        datetime.combine(one.effective_from, time.min, known.as_of.tzinfo)
        for one in revisions
        if one.effective_from > today
    ]
