"""What a person says of which reports are of one session; each word can be taken back by the other."""

from collections.abc import Iterable
from uuid import UUID

from api.database.work import Aspect, Work
from api.errors import Conflict, invalid
from api.sessions import keeping, queries
from api.sessions.files import PatientFile, load
from api.sessions.filing import Regrouping
from api.sessions.kept import Kept
from api.sessions.lists import LinkAct


def separate(work: Work, session_id: UUID, *, reason: str) -> None:
    """Take a report for a session of its own.

    Raises:
        NotFound: there is no such report.
        Conflict: it is one already.
    """
    file, kept, _ = _held(work, session_id, session_id)
    group = kept.link_group
    if group is None:
        raise Conflict("It is linked with no other report.")
    grouping = Regrouping(file)
    others = [one.id for one in file.members(group) if one.id != kept.id]
    kept.link_group, kept.counts, kept.linked_by_hand = None, True, True
    _keep(work, kept, grouping.settle(group), others, act=LinkAct.SEPARATED, reason=reason)


def merge(work: Work, session_id: UUID, other_id: UUID, *, reason: str) -> None:
    """Take two reports of a patient for one session; what was linked with either comes along.

    Raises:
        NotFound: there is no such report.
        Conflict: they are taken for one already, or one was withdrawn.
        Invalid: the other is not one of the same patient.
    """
    file, kept, other = _held(work, session_id, other_id)
    if kept.link_group is not None and kept.link_group == other.link_group:
        raise Conflict("They are taken for one session already.")
    grouping = Regrouping(file)
    group = other.link_group or kept.link_group or other.id
    for one in (kept, other, *file.members(kept.link_group), *file.members(other.link_group)):
        one.link_group = group
    kept.linked_by_hand = other.linked_by_hand = True
    _keep(work, kept, [other, *grouping.settle(group)], [other.id], act=LinkAct.MERGED, reason=reason)


def _held(work: Work, session_id: UUID, other_id: UUID) -> tuple[PatientFile, Kept, Kept]:
    """The patient's file, held until the end of the work, and two reports in it that count."""
    found = queries.session(work, session_id)
    other = found if other_id == session_id else queries.session_if_any(work, other_id)
    if other is None or other.patient_id != found.patient_id:
        raise invalid("/with", "The patient has no such session.", "unknown-session")
    as_of = min(found.performed_at, other.performed_at)
    file = load(work, {found.patient_id: []}, as_of=as_of)[found.patient_id]
    kept, second = file.reports[session_id], file.reports[other_id]
    if kept.withdrawn_at is not None or second.withdrawn_at is not None:
        raise Conflict("A report that was withdrawn is of no session.")
    return file, kept, second


def _keep(
    work: Work, kept: Kept, changed: Iterable[Kept], others: Iterable[UUID], *, act: LinkAct, reason: str
) -> None:
    keeping.change(work, [kept, *changed])
    keeping.link(work, kept, others, act, reason=reason)
    work.record(f"session.{act}", "session", kept.id)
    work.affects(kept.patient_id, Aspect.SESSIONS)
