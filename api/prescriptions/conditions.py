"""What must hold before a prescription is drafted, signed or resumed; each refuses what does not."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from api.access.queries import named_practitioner
from api.checks.answers import Judged, answers
from api.clinical import dose
from api.clinical.ceilings import Beyond, beyond
from api.clinical.draft import DoseRefused, Need
from api.clinical.vocabulary import Decision, Status
from api.database.work import Work
from api.errors import Conflict, FieldError, Invalid, NotEntitled, Unsafe
from api.patients import queries as patients
from api.prescriptions import queries
from api.prescriptions.differences import paused_as
from api.prescriptions.documents import begins, doses_of, exercise_ids
from api.prescriptions.gate import NO_DOSE, Blocked, Pair, Verdict
from api.prescriptions.tables import Prescription

_SAYS = {
    Status.FORBID: "{exercise} is forbidden by {rules}.",
    Status.CLEARANCE: "{exercise} needs a clearance of {rules}, and none is on file.",
    Status.AVOID: "{exercise} is to be avoided by {rules}: it needs an override of each.",
}


def refuse_strangers(work: Work, overrides: Iterable[Mapping[str, Any]]) -> None:
    """Refuse overrides for which nobody answers who may.

    Raises:
        Invalid: an override names no active member of staff, or one who may not sign.
    """
    seen: set[str] = set()
    for place, one in enumerate(overrides):
        practitioner_id = str(one["practitioner_id"])
        if practitioner_id not in seen:
            pointer = f"/overrides/{place}/practitioner_id"
            named_practitioner(work, UUID(practitioner_id), pointer=pointer, signs=True)
            seen.add(practitioner_id)


def unexplained(
    written: Mapping[str, Any], now: Judged, *, signed: Mapping[str, Any] | None = None
) -> list[FieldError]:
    """The doses above what the patient's dose-risk class allows, for which no reason is given.

    Where the check allows no dose at all there is no ceiling to compare with: the gate stays shut anyway.

    Args:
        written: the document.
        now: what is known, and the check of a programme for it.
        signed: the document that is in force, whose numbers may stay.
    """
    if written["beyond_ceiling_reason"] is not None:
        return []
    release = answers().release
    doses = doses_of(written)
    counted = None if doses.steps is None else doses.steps.baseline
    try:
        usual = dose.propose(release, now.known, now.assessment, steps_baseline=counted)
    except DoseRefused:
        return []
    already = None if signed is None else doses_of(signed)
    return [
        FieldError(pointer=_place(one, written), detail=_sentence(one), code="beyond-ceiling")
        for one in beyond(release, usual, doses, already)
    ]


def refuse_unexplained(
    written: Mapping[str, Any], now: Judged, *, signed: Mapping[str, Any] | None = None
) -> None:
    """Refuse a draft with doses above the class ceiling and no reason.

    Raises:
        Invalid: naming each.
    """
    errors = unexplained(written, now, signed=signed)
    if errors:
        raise Invalid(
            f"{len(errors)} doses need a reason." if len(errors) > 1 else "A dose needs a reason.",
            errors=errors,
        )


def _place(one: Beyond, written: Mapping[str, Any]) -> str:
    """Where the dose stands in the body, or the nearest that does."""
    dosed = written["doses"][one.part]
    if dosed is None:
        return "/doses"
    return f"/doses/{one.part}/{one.field}" if one.field in dosed else f"/doses/{one.part}"


def _sentence(one: Beyond) -> str:
    part = one.part.replace("_", " ")
    if one.field != "part":
        limit = "none" if one.limit is None else one.limit
        said = f"{part}, {one.field.replace('_', ' ')}: the patient's class begins with {limit}"
    elif one.limit is None:
        said = f"{part}: not for the patient's class"
    else:
        said = f"{part}: needed for the patient's class, at most {one.limit}"
    return f"{said}; give a beyond_ceiling_reason."


def refuse_second(work: Work, found: Prescription) -> None:
    """Refuse to make a prescription active beside another.

    Raises:
        Conflict: the patient has another that is active.
    """
    other = queries.active(work, found.patient_id)
    if other is not None and other != found.id:
        raise Conflict(f"The patient has an active prescription, {other}: stop or complete that one first.")


def refuse_overtaken(work: Work, patient_id: UUID) -> None:
    """Refuse to sign on a check that would not see what was observed while the signature waited its turn.

    Raises:
        Conflict: something was put on file that is newer than the request.
    """
    if patients.observed_since(work, patient_id, work.moment):
        raise Conflict("Something was put on file while this was on its way. Read again what it means.")


def refuse_late(written: Mapping[str, Any], today: date) -> None:
    """Refuse to sign what would begin or end in the past.

    Raises:
        Conflict: it would.
    """
    ends_on = written["ends_on"]
    if begins(written, today) < today:
        raise Conflict("effective_from lies in the past: nobody can have followed it. Change the draft.")
    if ends_on is not None and date.fromisoformat(ends_on) < begins(written, today):
        raise Conflict("ends_on lies before the day from which it would count. Change the draft.")


def refuse_idle_overrides(written: Mapping[str, Any], verdict: Verdict) -> None:
    """Refuse overrides of what the check does not say: nobody signs them ahead of time.

    Raises:
        Conflict: naming each.
    """
    errors = [
        FieldError(
            pointer=f"/overrides/{place}",
            detail=f"{pair[0]} does not say to avoid {pair[1]} now: take this override out.",
            code="not-needed",
        )
        for place, pair in enumerate(pairs(written["overrides"]))
        if pair not in verdict.needed
    ]
    if errors:
        raise Conflict(" ".join(one.detail for one in errors), errors=errors)


def refuse_unsafe(written: Mapping[str, Any], decision: Decision, blocked: Sequence[Blocked]) -> None:
    """Refuse what a check does not let through, naming every exercise and rule.

    Raises:
        Unsafe: it does not.
    """
    if decision in NO_DOSE:
        raise no_dose(decision)
    if not blocked:
        return
    named = enumerate(exercise_ids(written))
    places = {exercise_id: f"/items/{place}/exercise_id" for place, exercise_id in named}
    errors = [
        FieldError(
            pointer=places.get(one.exercise_id, ""),
            detail=_SAYS[one.status].format(exercise=one.exercise_id, rules=", ".join(one.rules)),
            code=one.status.value,
        )
        for one in blocked
    ]
    raise Unsafe(
        " ".join(one.detail for one in errors),
        errors=errors,
        extra={
            "decision": decision,
            "blocked": paused_as(blocked),
        },
    )


def no_dose(decision: Decision, needs: Iterable[Need] = ()) -> Unsafe:
    """The refusal of any dose, naming what is needed."""
    named = [{"kind": one.kind, "id": one.id, "sentence": one.sentence} for one in needs]
    return Unsafe(
        " ".join([f"The check says {decision}: there is no dose.", *(one["sentence"] for one in named)]),
        extra={"decision": decision, "needs": named},
    )


def pairs(overrides: Iterable[Mapping[str, Any]]) -> list[Pair]:
    """The rule and the exercise that each override names."""
    return [(one["rule_id"], one["exercise_id"]) for one in overrides]


def signer(work: Work, practitioner_id: UUID) -> None:
    """Refuse a signature by someone who may not sign.

    Raises:
        Invalid: there is no such active member of staff.
        NotEntitled: this one may not sign.
    """
    if not named_practitioner(work, practitioner_id).may_sign:
        raise NotEntitled("This member of staff may not sign.")
