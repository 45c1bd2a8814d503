"""What the numbers of patients are counted from, of many patients in a few statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from api.adherence.plans import Locked, Moved, Signed, Spell, holds, pauses, spells
from api.adherence.told import Found, Window, sessions, told
from api.clinical.counted import Session
from api.clinical.lifecycle import State
from api.clinical.locks import Lock
from api.clinical.plan_versions import Pause, PlanVersion
from api.database.work import Work

_PLANS = text("""
SELECT p.id, p.time_zone,
    (SELECT json_agg(json_build_object('prescription_id', r.prescription_id, 'number', r.number,
            'began', s.began, 'first', r.effective_from, 'last', r.ends_on, 'sha256', r.sha256,
            'signer', r.practitioner_id, 'doses', r.document -> 'doses', 'items', r.document -> 'items')
        ORDER BY r.signed_at, r.prescription_id, r.number)
     FROM (SELECT q.id, min(f.effective_from) AS began
           FROM prescriptions q
           JOIN prescription_revisions f ON f.clinic_id = :clinic_id AND f.prescription_id = q.id
           WHERE q.clinic_id = :clinic_id AND q.patient_id = p.id GROUP BY q.id) AS s
     JOIN prescription_revisions r ON r.clinic_id = :clinic_id AND r.prescription_id = s.id) AS signed,
    (SELECT json_agg(json_build_object('prescription_id', m.prescription_id, 'state', m.state, 'at', m.at,
            'by_clinician', m.practitioner_id IS NOT NULL) ORDER BY m.id)
     FROM prescriptions q
     JOIN prescription_moves m ON m.clinic_id = :clinic_id AND m.prescription_id = q.id
     WHERE q.clinic_id = :clinic_id AND q.patient_id = p.id) AS moves,
    (SELECT json_agg(json_build_object('session_id', l.session_id, 'rule_id', l.rule_id, 'tags', l.tags,
            'exercises', l.exercises, 'placed_at', l.placed_at, 'unlocked_at', l.unlocked_at) ORDER BY l.id)
     FROM session_locks l WHERE l.clinic_id = :clinic_id AND l.patient_id = p.id) AS locks
FROM patients p
WHERE p.clinic_id = :clinic_id AND p.id = ANY(:patients)
ORDER BY p.id
""")


@dataclass(kw_only=True)
class History:
    """A patient, as far as adherence reads it.

    Attributes:
        today: the local day.
        signed: all that was ever signed, in the order in which it was.
        signer: who signed last; None where only the service did.
        spells: what was in force, day after day.
        told: reports that count, and checks that withheld a session, of the days that were asked for.
    """

    patient_id: UUID
    zone: ZoneInfo
    today: date
    signed: Sequence[Signed]
    signer: UUID | None
    spells: Sequence[Spell]
    pauses: Sequence[Pause]
    told: Sequence[Found] = ()
    plan: Sequence[PlanVersion] = field(init=False)

    def __post_init__(self) -> None:
        self.plan = tuple(one.version for one in self.spells)

    @property
    def sessions(self) -> list[Session]:
        """What was told, as the medicine counts it."""
        return sessions(self.told, self.signed, self.zone)


def plans(work: Work, patient_ids: Collection[UUID]) -> dict[UUID, History]:
    """What was in force for these patients, and what paused it, without what was told.

    Returns:
        By patient; one that the clinic does not have is not among them.
    """
    rows = work.db.execute(_PLANS, {"clinic_id": work.clinic_id, "patients": list(patient_ids)})
    return {row.id: _history(row, work.moment) for row in rows}


def read_told(work: Work, histories: Mapping[UUID, History], windows: Mapping[UUID, Window]) -> None:
    """Read into these histories what was told of the days of a window, both ends included."""
    found = told(work, windows)
    for patient_id in windows:
        histories[patient_id].told = found.get(patient_id, ())


def _history(row: Any, moment: datetime) -> History:
    zone = ZoneInfo(row.time_zone)
    signed = [_signed(one) for one in row.signed or ()]
    signers = [UUID(one["signer"]) for one in row.signed or () if one["signer"] is not None]
    moves = [_moved(one, zone) for one in row.moves or ()]
    in_force = spells(signed, moves)
    return History(
        patient_id=row.id,
        zone=zone,
        today=moment.astimezone(zone).date(),
        signed=signed,
        signer=signers[-1] if signers else None,
        spells=in_force,
        pauses=pauses(in_force, holds(moves), [_locked(one, zone) for one in row.locks or ()]),
    )


def _signed(one: Mapping[str, Any]) -> Signed:
    return Signed(
        prescription_id=UUID(one["prescription_id"]),
        number=one["number"],
        began=date.fromisoformat(one["began"]),
        first=date.fromisoformat(one["first"]),
        last=None if one["last"] is None else date.fromisoformat(one["last"]),
        sha256=one["sha256"],
        doses=one["doses"],
        items=one["items"],
    )


def _moved(one: Mapping[str, Any], zone: ZoneInfo) -> Moved:
    state = State(one["state"])
    return Moved(UUID(one["prescription_id"]), state, _day(one["at"], zone), one["by_clinician"])


def _locked(one: Mapping[str, Any], zone: ZoneInfo) -> Locked:
    closes = Lock(
        report_id=UUID(one["session_id"]),
        reason=one["rule_id"],
        since=datetime.fromisoformat(one["placed_at"]),
        tags=frozenset(one["tags"]),
        exercises=frozenset(one["exercises"]),
    )
    until = None if one["unlocked_at"] is None else _day(one["unlocked_at"], zone)
    return Locked(closes, _day(one["placed_at"], zone), until)


def _day(at: str, zone: ZoneInfo) -> date:
    return datetime.fromisoformat(at).astimezone(zone).date()
