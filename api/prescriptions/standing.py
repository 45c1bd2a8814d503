"""What is known of a patient now, and what it means for what is signed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from api.checks import queries as checks
from api.checks.actions import Made
from api.checks.answers import answers
from api.clinical.ageing import next_change
from api.clinical.profile import Profile
from api.clinical.vocabulary import STATUS_RANK, CheckKind, Decision
from api.database.work import Work
from api.prescriptions import gate, queries
from api.prescriptions.documents import exercise_ids
from api.prescriptions.gate import Blocked, Safety, Verdict
from api.prescriptions.queries import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a check means for all that is signed of a prescription and still counts.

    Attributes:
        decision: of the check.
        blocked: exercises that may not be done, each once, with the worst that some revision says of it.
        lapsing: for each override that relied on a fact which has changed since, the names of such facts.
        expired: the overrides whose time is over.
        due_at: when it must be looked at again, if nothing happens before.
    """

    decision: Decision
    safety: Safety
    blocked: tuple[Blocked, ...]
    lapsing: Mapping[UUID, tuple[str, ...]]
    expired: tuple[UUID, ...]
    due_at: datetime


def check_now(work: Work, patient_id: UUID, *, as_of: datetime | None = None) -> Made:
    """Check a programme for what is on file; nothing is kept yet.

    Args:
        work: the work.
        patient_id: whose.
        as_of: the moment, if not that of the work.

    Raises:
        NotFound: there is no such patient.
    """
    file = checks.on_file(work, patient_id, as_of=as_of)
    question = file.question(CheckKind.PROGRAMME)
    return Made(file=file, question=question, judged=answers().judged(question))


def looked_at(work: Work, prescription_id: UUID, made: Made) -> Standing:
    """Look with a check at what is signed of a prescription; nothing is kept.

    Overrides that relied on a fact that has changed do not count.
    """
    known, assessment = made.judged
    revisions = queries.standing_revisions(work, prescription_id, known.as_of.date())
    granted = [
        one
        for one in queries.overrides(work, prescription_id, since=revisions[-1].number)
        if one.lapsed_at is None
    ]
    in_date = [one for one in granted if one.expires_at > known.as_of]
    lapsing = {one.id: facts for one in in_date if (facts := _changed(one, known))}
    in_force = [one for one in in_date if one.id not in lapsing]
    verdicts = [
        gate.verdict(assessment, exercise_ids(one.document), _pairs(in_force, one)) for one in revisions
    ]
    ends = [assessment.valid_until, *(one.expires_at for one in in_force), *_turns(revisions, known)]
    change = next_change(answers().release, known, made.question.observations)
    return Standing(
        decision=assessment.decision,
        safety=_worst(verdicts),
        blocked=_merged(verdicts),
        lapsing=lapsing,
        expired=tuple(one.id for one in granted if one.expires_at <= known.as_of),
        due_at=min(one for one in (*ends, change) if one is not None and one > known.as_of),
    )


def _changed(override: Found, known: Profile) -> tuple[str, ...]:
    return gate.changed(gate.relied_from(override.relied_on), known)


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
