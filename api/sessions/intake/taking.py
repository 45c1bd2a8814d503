"""Files reports among others: what is wrong with one stops no other, and it is as if each came by itself."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from api.database.work import Work, refusal_of
from api.errors import Conflict, FieldError, Invalid, Refusal, Unavailable
from api.patients import queries as patients
from api.sessions import actions, corrections, queries
from api.sessions.intake.items import Item
from api.sessions.intake.lists import Outcome
from api.sessions.intake.queries import OnFile, standing, told_before
from api.sessions.lists import Result

log = logging.getLogger("surefoot.intake")

_OUTCOMES = {
    Result.ACCEPTED: Outcome.ACCEPTED,
    Result.DUPLICATE: Outcome.DUPLICATE,
    Result.CORRECTED: Outcome.CORRECTED,
}
_FAULT = FieldError(
    pointer="", detail="A fault of the service kept it from being filed; it can be run again.", code="fault"
)
Ready = tuple[int, UUID, Item]
"""The place of an item among all, its patient, and the item."""
Settled = actions.Outcome | Refusal | FieldError | UUID
"""What became of a report; an id is that of the session of which this was told before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of an item.

    Attributes:
        patient_id: whose it is; None if the clinic has no such patient.
        session_id: of the report on file; None if it could not be filed.
        told: how that stands now, and what was found of it last.
        reasons: why it could not be filed.
    """

    item: Item
    outcome: Outcome
    patient_id: UUID | None
    session_id: UUID | None = None
    told: OnFile | None = None
    reasons: tuple[FieldError, ...] = ()


def take(work: Work, items: Sequence[Item]) -> list[Verdict]:
    """File what can be filed; what became of each, in the order given.

    All patients are held at first and in one order, so that two who send reports of the same never wait for
    each other. Several tellings of one session are taken one after the other, as they come.
    """
    whose = _patients(work, items)
    verdicts: dict[int, Verdict] = {}
    ready: list[Ready] = []
    for place, item in enumerate(items):
        patient_id = whose.get(item.patient_id or item.identifier or "")
        faults = list(item.faults)
        if patient_id is None and (item.patient_id or item.identifier):
            pointer = "/patient_id" if item.patient_id else "/identifier"
            faults.append(
                FieldError(pointer=pointer, detail="There is no such patient.", code="unknown-patient")
            )
        if faults or patient_id is None:
            verdicts[place] = _put_aside(item, patient_id, faults)
        else:
            ready.append((place, patient_id, item))
    rounds = _rounds(ready)
    for several in rounds:
        verdicts |= _round(work, several)
    in_order = [verdicts[place] for place in range(len(items))]
    return _as_it_stands(work, in_order, all_of_them=len(rounds) > 1)


def _patients(work: Work, items: Iterable[Item]) -> dict[Any, UUID]:
    """The patients whom items name, by id and by identifier, each held until the end of the work."""
    owners = patients.owners(work, {one.identifier for one in items if one.identifier is not None})
    named = {one.patient_id for one in items if one.patient_id is not None} | set(owners.values())
    if not named:
        return {}
    held = patients.held(work, named)
    return {**{one: one for one in held}, **{key: one for key, one in owners.items() if one in set(held)}}


def _as_it_stands(work: Work, verdicts: Sequence[Verdict], *, all_of_them: bool) -> list[Verdict]:
    """The verdicts with how each report stands: of what was filed now that is known, if nothing followed."""
    unknown = {
        one.session_id for one in verdicts if one.session_id is not None and (all_of_them or one.told is None)
    }
    found = standing(work, unknown)
    return [replace(one, told=found[one.session_id]) if one.session_id in found else one for one in verdicts]


def _rounds(ready: Sequence[Ready]) -> list[list[Ready]]:
    """Items in rounds: of those that may tell the same session, each in a round after the one before."""
    rounds: list[list[Ready]] = []
    last: dict[tuple[Any, ...], int] = {}
    for one in ready:
        chains = one[2].chains
        number = max((last.get(chain, -1) for chain in chains), default=-1) + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(one)
        last.update(dict.fromkeys(chains, number))
    return rounds


def _round(work: Work, ready: Sequence[Ready]) -> dict[int, Verdict]:
    results = _filed(work, ready)
    contested = [
        (one[2], result)
        for one, result in zip(ready, results, strict=True)
        if isinstance(result, Conflict) and "session_id" in result.extra
    ]
    known = told_before(work, [UUID(str(result.extra["session_id"])) for _, result in contested])
    verdicts = {}
    for (place, patient_id, item), result in zip(ready, results, strict=True):
        settled = result
        if isinstance(result, Conflict) and "session_id" in result.extra:
            settled = _settled(work, item, result, known)
        verdicts[place] = _verdict(item, patient_id, settled)
    return verdicts


def _filed(work: Work, ready: Sequence[Ready]) -> list[Settled]:
    """What became of each; where they cannot be filed together, they are filed by halves."""
    arrivals = [(patient_id, item.told) for _, patient_id, item in ready if item.told is not None]
    try:
        with work.attempt():
            return list(actions.file_reports(work, arrivals))
    except Exception as fault:  # noqa: BLE001 what breaks on one report must not stop the others
        result = _survived(fault, ready)
    if result is not None:
        return [result]
    half = len(ready) // 2
    return _filed(work, ready[:half]) + _filed(work, ready[half:])


def _survived(fault: Exception, ready: Sequence[Ready]) -> Refusal | FieldError | None:
    """What a fault means for the only report of several; None if there are others to try.

    Raises:
        Exception: the fault again, if it is none of a report: the database is away or too busy.
    """
    refusal = refusal_of(fault) if isinstance(fault, DBAPIError) else None
    if isinstance(refusal, Unavailable) or isinstance(fault, Unavailable):
        raise fault
    if len(ready) > 1:
        return None
    if refusal is not None:
        return refusal
    log.error("report-failed", extra={"fault": type(fault).__name__, "line": ready[0][2].document.line})
    return _FAULT


def _settled(work: Work, item: Item, conflict: Conflict, known: Mapping[UUID, Collection[str]]) -> Settled:
    """What a report is that says otherwise than what is on file: told before, a correction, or neither."""
    assert item.told is not None, item.document.line
    session_id = UUID(str(conflict.extra["session_id"]))
    found = queries.session(work, session_id)
    correction = item.correction
    goes_back = correction is not None and correction.version == found.version
    if item.told.sha256 in known.get(session_id, ()) and not goes_back:
        return session_id
    if correction is None or item.told.id != session_id:
        return conflict
    version = found.version if correction.version is None else correction.version
    try:
        with work.attempt():
            return corrections.correct(work, session_id, item.told, version=version, reason=correction.reason)
    except Refusal as refused:
        return refused


def _verdict(item: Item, patient_id: UUID, result: Settled) -> Verdict:
    match result:
        case actions.Outcome():
            return _on_file(item, patient_id, result)
        case UUID():
            return Verdict(item=item, outcome=Outcome.DUPLICATE, patient_id=patient_id, session_id=result)
        case FieldError():
            return _put_aside(item, patient_id, [result])
        case Invalid():
            return _put_aside(item, patient_id, result.errors)
        case _:
            reason = FieldError(pointer="", detail=result.detail, code=result.kind)
            return _put_aside(item, patient_id, [reason])


def _on_file(item: Item, patient_id: UUID, result: actions.Outcome) -> Verdict:
    filed, answer = result.filed, result.answer
    told = None
    if answer is not None:
        kept = filed.kept
        told = OnFile(version=kept.version, level=kept.level, rules=sorted(kept.rules), answer=answer)
    return Verdict(
        item=item,
        outcome=_OUTCOMES[filed.result],
        patient_id=patient_id,
        session_id=filed.kept.id,
        told=told,
    )


def _put_aside(item: Item, patient_id: UUID | None, reasons: Iterable[FieldError]) -> Verdict:
    return Verdict(item=item, outcome=Outcome.QUARANTINED, patient_id=patient_id, reasons=tuple(reasons))
