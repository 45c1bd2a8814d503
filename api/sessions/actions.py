"""What files reports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from api.database.outbox import EventName
from api.database.work import Aspect, Work
from api.errors import Refusal
from api.patients.queries import no_such_patient
from api.sessions import answers, effects, keeping, locks, looks
from api.sessions.files import PatientFile, load
from api.sessions.filing import Filed, Triaged, filed, flags, later
from api.sessions.lists import Flag
from api.sessions.retriage import retriage
from api.sessions.told import Told

_WITHDRAWN = "It was withdrawn, and counts no longer."


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a report, and what stands of its patient now.

    Attributes:
        answer: of its triage; of a duplicate none, it is on file.
        linked: the other reports of the same session.
        raised: other reports that were found more urgent because of it.
        stands: what stays as it was, although the report says less than it did.
    """

    filed: Filed
    answer: Mapping[str, Any] | None
    locked: Sequence[locks.Live]
    linked: Sequence[UUID]
    raised: Sequence[Triaged] = ()
    stands: Sequence[str] = ()

    @property
    def flags(self) -> list[Flag]:
        """What is to be known of the report beside its content."""
        triaged = self.filed.triaged
        return [] if triaged is None else flags(self.filed.told, triaged.triage, self.filed.kept.received_at)

    @property
    def revision(self) -> int | None:
        """The number of the revision that was acted on."""
        return None if self.filed.revision is None else self.filed.revision.number


def file_report(work: Work, patient_id: UUID, told: Told) -> Outcome:
    """File a report of a session: triage, locks, facts and alerts in the same transaction.

    Raises:
        NotFound: there is no such patient.
        Conflict: something else is on file under its id, or as its record of its source.
        Invalid: it names a prescription that the patient does not have.
    """
    (outcome,) = file_reports(work, [(patient_id, told)])
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def file_reports(work: Work, arrivals: Sequence[tuple[UUID, Told]]) -> list[Outcome | Refusal]:
    """File reports of any number of patients, each patient's by the time of the sessions.

    Args:
        work: the work.
        arrivals: patient and report.

    Returns:
        What became of each, in the order given; one that is refused changes nothing.
    """
    told: dict[UUID, list[Told]] = {}
    for patient_id, one in arrivals:
        told.setdefault(patient_id, []).append(one)
    files = load(work, told)
    results: dict[int, Filed | Refusal] = {}
    for place in sorted(range(len(arrivals)), key=lambda place: arrivals[place][1].report.performed_at):
        patient_id, one = arrivals[place]
        results[place] = _filed(work, files.get(patient_id), one)
    new = [one for one in results.values() if isinstance(one, Filed) and one.triaged is not None]
    answered = _follow(work, files, new)
    raised = _look_again(work, files, new)
    return [_outcome(files, results[place], answered, raised) for place in range(len(arrivals))]


def _filed(work: Work, file: PatientFile | None, told: Told) -> Filed | Refusal:
    if file is None:
        return no_such_patient()
    try:
        return filed(file, told, str(work.caller.client_id))
    except Refusal as refused:
        return refused


def _follow(
    work: Work, files: Mapping[UUID, PatientFile], new: Sequence[Filed]
) -> dict[UUID, dict[str, Any]]:
    """Write new reports with all that follows from each; the answers by session."""
    answered = {}
    for one in new:
        assert one.triaged is not None, one.kept.id
        file = files[one.patient_id]
        facts = effects.set_facts(work, file, one.triaged)
        answered[one.kept.id] = answers.of_triage(one.triaged.triage, facts, effects.alert(work, one.triaged))
    keeping.add(work, [(one, answered[one.kept.id]) for one in new])
    own = {one.kept.id for one in new}
    keeping.change(work, [kept for one in new for kept in one.regrouped if kept.id not in own])
    for one in new:
        assert one.triaged is not None, one.kept.id
        effects.place_locks(work, files[one.patient_id], one.triaged)
        if one.partner is not None:
            keeping.link(work, one.kept, [one.partner.span.id], one.partner.act)
        work.record("session.reported", "session", one.kept.id)
        work.tell(EventName.SESSION_REPORTED, "session", one.kept.id, patient_id=one.patient_id)
        since = files[one.patient_id].since(one.kept)
        work.affects(one.patient_id, Aspect.SESSIONS, since=since)
    looks.renew(work, files, new, answered)
    return answered


def _look_again(work: Work, files: Mapping[UUID, PatientFile], new: Sequence[Filed]) -> list[Triaged]:
    """Triage again what came later than the sessions that were told only now."""
    by_patient: dict[UUID, list[Filed]] = {}
    for one in new:
        by_patient.setdefault(one.patient_id, []).append(one)
    touched = {patient_id: later(files[patient_id], several) for patient_id, several in by_patient.items()}
    return retriage(work, files, touched)


def _outcome(
    files: Mapping[UUID, PatientFile],
    result: Filed | Refusal,
    answered: Mapping[UUID, Mapping[str, Any]],
    raised: Iterable[Triaged],
) -> Outcome | Refusal:
    if isinstance(result, Refusal):
        return result
    answer = answered.get(result.kept.id) if result.triaged is not None else None
    of_patient = [one for one in raised if one.kept.patient_id == result.patient_id]
    return outcome_of(files[result.patient_id], result, answer, of_patient)


def outcome_of(
    file: PatientFile,
    filed: Filed,
    answer: Mapping[str, Any] | None,
    raised: Sequence[Triaged],
    *,
    stands: Sequence[str] = (),
) -> Outcome:
    """What became of a report, with what stands of its patient now."""
    kept = filed.kept
    gone = () if kept.withdrawn_at is None else (_WITHDRAWN,)
    return Outcome(
        filed=filed,
        answer=answer,
        locked=file.locked,
        linked=[one.id for one in file.members(kept.link_group) if one.id != kept.id],
        raised=raised,
        stands=(*gone, *stands),
    )
