"""What the look at the feet that a report tells of renews on file."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from api.clinical.foot_looks import SOURCE
from api.clinical.knowledge import library
from api.clinical.looking import looked
from api.clinical.profile import profile
from api.clinical.reports import FootFinding
from api.clinical.session import SessionReport
from api.clinical.session_fields import FootBefore, FootSide, Reporter
from api.database.work import Work
from api.patients import foot_looks
from api.sessions.files import PatientFile
from api.sessions.filing import Filed

_ONE_FOOT = frozenset({FootSide.LEFT, FootSide.RIGHT})


def is_clear(report: SessionReport) -> bool:
    """Whether somebody looked at both feet after the session, and nothing was amiss before or after."""
    return (
        report.foot_check_after is FootFinding.CLEAR
        and report.foot_check_before is not FootBefore.PROBLEM
        and report.foot_side not in _ONE_FOOT
        and report.reporter is not Reporter.DEVICE
    )


def renew(
    work: Work,
    files: Mapping[UUID, PatientFile],
    new: Iterable[Filed],
    answers: Mapping[UUID, Mapping[str, Any]],
) -> None:
    """Put on file what clear looks renew; of several reports of a patient the newest look suffices.

    Args:
        work: the work.
        files: by patient.
        new: what was filed.
        answers: of the triages, by session, with the facts that the reports set.
    """
    several = list(new)
    newest: dict[UUID, Filed] = {}
    for one in sorted(several, key=lambda one: one.told.report.performed_at):
        if is_clear(one.told.report):
            newest[one.patient_id] = one
    for patient_id, one in newest.items():
        of_patient = (answers[each.kept.id]["facts"] for each in several if each.patient_id == patient_id)
        told = {fact["name"] for facts in of_patient for fact in facts}
        _renew(work, files[patient_id], one, told)


def correct(work: Work, file: PatientFile, new: Filed, answer: Mapping[str, Any]) -> None:
    """Let what a report said of the feet count no longer, and renew what it says now."""
    clear = is_clear(new.told.report)
    at = min(new.told.report.performed_at, work.moment) if clear else None
    record_id = _record_id(new.kept.id)
    foot_looks.withdraw(work, file.patient_id, record_id, reason="The report was corrected.", but=at)
    if clear:
        _renew(work, file, new, {fact["name"] for fact in answer["facts"]})


def withdraw(work: Work, patient_id: UUID, session_id: UUID) -> None:
    """Let what a report said of the feet count no longer."""
    foot_looks.withdraw(work, patient_id, _record_id(session_id), reason="The report was withdrawn.")


def _renew(work: Work, file: PatientFile, new: Filed, told: set[str]) -> None:
    """Put on file what a look renews beside what was told with it."""
    release, record_id = library.load(), _record_id(new.kept.id)
    without = [
        one
        for one in file.evidence.observations(release)
        if (one.source, one.source_record_id) != (SOURCE, record_id) and one.name not in told
    ]
    known = profile(release, without, file.moment.astimezone(file.zone))
    at = min(new.told.report.performed_at, work.moment)
    foot_looks.record(work, file.patient_id, looked(release, known, at, record_id))


def _record_id(session_id: UUID) -> str:
    return f"session {session_id}"
