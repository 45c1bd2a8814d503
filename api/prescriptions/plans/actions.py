"""What checks a session before it begins, and keeps the check."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from api.alerts.actions import Cause, CauseKind, raise_alert
from api.checks.actions import Made, keep, made, with_more
from api.checks.answers import answers
from api.checks.inputs import kept_observations
from api.clinical import pre_session
from api.clinical.facts import Observation
from api.clinical.lifecycle import State
from api.clinical.locks import Lock
from api.clinical.pre_session import Asked, Planned, Today
from api.clinical.vocabulary import CheckKind
from api.database.base import uuid7
from api.database.json_columns import as_json
from api.database.work import Aspect, Work
from api.patients import foot_looks
from api.patients.observations.values import plain
from api.prescriptions.plans import answered, looks, queries
from api.prescriptions.plans.basis import RUNNING, Basis, Locks, basis
from api.prescriptions.plans.tables import PreSessionCheck
from api.prescriptions.wording import Language, language_of, wording

_SUBJECT = "pre-session-check"
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCheck:
    """What is told before a session.

    Attributes:
        of_the_day: the facts; they count for this check only.
        exercises: what is to be done; none for all that the plan has now.
        language: of the sentences; None for that of the patient.
    """

    of_the_day: Sequence[Observation] = ()
    exercises: frozenset[str] = frozenset()
    language: Language | None = None


def check(work: Work, patient_id: UUID, new: NewCheck, locks: Locks) -> UUID:
    """Check a session before it begins, keep the check, and tell a clinician what is alarming in it.

    Args:
        work: the work.
        patient_id: whose.
        new: what is told.
        locks: finds what reports of sessions have closed.

    Raises:
        NotFound: there is no such patient.
    """
    prescribed = queries.prescribed(work, patient_id)
    row_id = uuid7()
    checked = _checked(work, patient_id, new, row_id)
    known, assessment = checked.judged
    plan = basis(work, prescribed, known) if prescribed.state in RUNNING else None
    begun = [] if plan is None else plan.begun
    asked = _asked(work, new, plan, locks(work, patient_id))
    told = {one.name for one in new.of_the_day}
    found = pre_session.today(answers().release, known, assessment, asked, told)
    words = wording(new.language or language_of(prescribed.language))
    in_effect = plan.revision if plan is not None and begun else None
    row: dict[str, Any] = {
        "id": row_id,
        "patient_id": patient_id,
        "client_id": work.caller.client_id,
        "at": work.moment,
        "local_date": known.as_of.date(),
        "check_id": keep(work, patient_id, checked)["id"],
        "prescription_id": None if in_effect is None else prescribed.id,
        "revision": None if in_effect is None else in_effect.number,
        "result": found.result,
        "withheld": found.withheld,
        "alert_id": _raised(work, patient_id, row_id, checked, found),
        "language": words.language.value,
        "answer": as_json(
            {
                **answered.answer(words, checked.judged, found, frozenset(begun)),
                "facts": kept_observations(new.of_the_day),
            }
        ),
    }
    work.db.execute(insert(PreSessionCheck).values(clinic_id=work.clinic_id, **row))
    work.record("pre-session-check.made", _SUBJECT, row_id)
    work.affects(patient_id, Aspect.SESSIONS, since=row["local_date"])
    return row_id


def _checked(work: Work, patient_id: UUID, new: NewCheck, row_id: UUID) -> Made:
    """The check of the session; a clear look at the feet is put on file and counts for it already."""
    checked = made(work, patient_id, CheckKind.SESSION, of_the_day=new.of_the_day)
    look = looks.look(checked, new.of_the_day, row_id)
    if look is None:
        return checked
    foot_looks.record(work, patient_id, look)
    return with_more(checked, [one.observation for one in look.renewed])


def _asked(work: Work, new: NewCheck, plan: Basis | None, locks: Sequence[Lock]) -> Asked:
    """What is to be done: the exercises that were named, or else all that the plan has today."""
    begun = [] if plan is None else plan.begun
    overridden = set() if plan is None else plan.pairs()
    signed = frozenset[str]()
    if plan is not None and plan.revision is not None and begun:
        signed = queries.fired(work, plan.revision.check_id)
    catalogue = answers().release.exercise_positions
    named = sorted(new.exercises, key=lambda one: catalogue[one])
    return Asked(
        planned=[
            Planned(
                exercise_id=one,
                overridden=frozenset(rule for rule, exercise in overridden if exercise == one),
                signed=signed if one in begun else frozenset(),
            )
            for one in named or begun
        ],
        locks=locks,
        on_hold=plan is not None and plan.state is State.ON_HOLD,
    )


def _raised(work: Work, patient_id: UUID, row_id: UUID, checked: Made, found: Today) -> UUID | None:
    """The alert that tells a clinician; none where nothing is alarming."""
    if found.alarm is None:
        return None
    known = checked.judged.known
    facts = sorted({name for one in found.alarming for name in one.facts if name in known.seen})
    cause = Cause(
        kind=CauseKind.PRE_SESSION_CHECK,
        level=found.alarm,
        subject=_SUBJECT,
        subject_id=row_id,
        title=f"Before a session: {'; '.join(one.rule.title for one in found.alarming)}"[:_LONGEST_TITLE],
        rules=tuple(one.rule.id for one in found.alarming),
        detail={
            "result": found.result,
            "clinician": [one.rule.clinician for one in found.alarming],
            "facts": [
                {
                    "name": name,
                    "value": plain(known.seen[name].value),
                    "observed_at": known.seen[name].observed_at,
                }
                for name in facts
            ],
        },
    )
    return raise_alert(work, patient_id, cause)
