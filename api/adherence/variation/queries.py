"""What was signed first of prescriptions in some days, and what the checks behind it read."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from api.adherence.variation.cells import Prescribed, report
from api.adherence.variation.proposed import LeftOut, Memory, Proposed, numbers, proposed
from api.checks.inputs import Asked
from api.checks.tables import Check
from api.clinical.knowledge.releases import Releases, UnknownRelease
from api.clinical.release import Release
from api.database.work import Work
from api.errors import invalid
from api.prescriptions.documents import doses_of
from api.prescriptions.tables import Prescription, PrescriptionRevision

MOST = 1000
"""Prescriptions of one report: each is worked out again, for which two milliseconds are needed."""

Found = Row[*tuple[Any, ...]]

_MEMORY = Memory()


def practice_variation(work: Work, first: date, last: date, releases: Releases) -> dict[str, Any]:
    """Doses by clinician beside the proposal, for what was signed first on these days of UTC, both included.

    A proposal is a first prescription, so later revisions, which move a dose on, are not compared; they are
    counted as left out.

    Raises:
        Invalid: there are too many.
    """
    signed = _signed(work, first, last)
    firsts = [one for one in signed if one.number == 1]
    if len(firsts) > MOST:
        detail = f"{len(firsts)} prescriptions were signed in these days; a report is of {MOST} at most."
        raise invalid("/query/from", detail, "too-many")
    shelf = _Shelf(releases)
    worked_out = _worked_out(work, firsts, shelf)
    compared, left_out = [], dict.fromkeys(LeftOut, 0)
    for one in firsts:
        found = worked_out[one.check_id]
        if isinstance(found, LeftOut):
            left_out[found] += 1
        else:
            compared.append(_prescribed(one, found))
    return {
        "from": first,
        "to": last,
        **report(compared),
        "next": None,
        "left_out": {
            "later_revisions": len(signed) - len(firsts),
            "no_dose": left_out[LeftOut.NO_DOSE],
            "release_not_kept": left_out[LeftOut.RELEASE_NOT_KEPT],
        },
    }


class _Shelf:
    """The releases by their hash, each read once."""

    def __init__(self, releases: Releases) -> None:
        self.releases = releases
        self.read: dict[str, Release | None] = {}

    def release(self, release_id: str, sha256: str) -> Release | None:
        """The very release that a check was made with; None where it was not kept."""
        if sha256 == self.releases.current.sha256:
            return self.releases.current
        if sha256 not in self.read:
            try:
                found = self.releases.release(release_id)
            except UnknownRelease:
                self.read[sha256] = None
            else:
                self.read[sha256] = found if found.sha256 == sha256 else None
        return self.read[sha256]


def _signed(work: Work, first: date, last: date) -> Sequence[Found]:
    """What was signed in these days: the dose, the goals, and the release of the check."""
    begins, ends = (datetime.combine(day, time.min, UTC) for day in (first, last + timedelta(days=1)))
    revision = PrescriptionRevision
    return work.db.execute(
        select(
            revision.number,
            revision.practitioner_id,
            revision.check_id,
            revision.document["doses"].label("doses"),
            revision.document["goals"].label("goals"),
            Prescription.patient_id,
            Check.release,
            Check.release_sha256,
        )
        .join(
            Prescription,
            (Prescription.clinic_id == work.clinic_id) & (Prescription.id == revision.prescription_id),
        )
        .join(Check, (Check.clinic_id == work.clinic_id) & (Check.id == revision.check_id))
        .where(revision.clinic_id == work.clinic_id, revision.signed_at >= begins, revision.signed_at < ends)
    ).all()


def _worked_out(work: Work, firsts: Sequence[Found], shelf: _Shelf) -> dict[UUID, Proposed | LeftOut]:
    found: dict[UUID, Proposed | LeftOut] = {}
    unknown: dict[UUID, tuple[Found, Release]] = {}
    for one in firsts:
        known = _MEMORY.get(one.check_id, _goals(one), one.release_sha256)
        release = None if known is not None else shelf.release(one.release, one.release_sha256)
        if known is not None:
            found[one.check_id] = known
        elif release is None:
            found[one.check_id] = LeftOut.RELEASE_NOT_KEPT
        else:
            unknown[one.check_id] = (one, release)
    for check_id, asked in _asked(work, unknown).items():
        one, release = unknown[check_id]
        found[check_id] = proposed(asked, _goals(one), release)
        _MEMORY.put(check_id, _goals(one), one.release_sha256, found[check_id])
    return found


def _asked(work: Work, check_ids: Collection[UUID]) -> dict[UUID, Asked]:
    """What these checks read."""
    if not check_ids:
        return {}
    rows = work.db.execute(
        select(Check.id, Check.kind, Check.as_of, Check.time_zone, Check.inputs).where(
            Check.clinic_id == work.clinic_id, Check.id.in_(check_ids)
        )
    )
    return {
        row.id: Asked(
            kind=row.kind, as_of=row.as_of, time_zone=row.time_zone, inputs=row.inputs, rules={}, answer={}
        )
        for row in rows
    }


def _prescribed(row: Found, found: Proposed) -> Prescribed:
    return Prescribed(
        patient_id=row.patient_id,
        practitioner_id=row.practitioner_id,
        goals=_goals(row),
        numbers=numbers(doses_of({"doses": row.doses})),
        proposed=found,
    )


def _goals(row: Found) -> tuple[str, ...]:
    return tuple(sorted(row.goals))
