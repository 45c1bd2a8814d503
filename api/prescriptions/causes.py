"""Why a prescription stands otherwise than before: what was told, ended or replaced since its last check."""

from collections.abc import Iterable
from typing import Any

from api.checks.actions import Made
from api.checks.answers import answers
from api.checks.clearances import queries as clearances
from api.clinical.profile import Profile, profile
from api.clinical.vocabulary import FactState
from api.database.work import Work
from api.patients import queries as patients
from api.prescriptions import queries
from api.prescriptions.standing import Standing
from api.prescriptions.tables import Prescription


def since_last_check(
    work: Work, prescription: Prescription, made: Made, standing: Standing
) -> dict[str, Any]:
    """What happened since the last check of a prescription, as JSON data.

    Args:
        work: the work.
        prescription: as it stood.
        made: the check of now.
        standing: what that means for the prescription.
    """
    since = prescription.checked_at or work.moment
    known = made.judged.known
    release = answers().release
    then = profile(release, made.question.observations, since.astimezone(known.as_of.tzinfo))
    told = patients.told_since(work, prescription.patient_id, since)
    renewed = prescription.checked_release not in {None, release.sha256}
    return {
        "facts_told": _of_concern(told, made),
        "facts_expired": sorted(_stale(known) - _stale(then)),
        "clearances": clearances.ended_or_granted(work, prescription.patient_id, since),
        "overrides": _overrides(work, prescription, standing),
        "release": {"before": prescription.checked_release, "after": release.sha256} if renewed else None,
    }


def _of_concern(told: Iterable[str], made: Made) -> list[str]:
    """Of the facts that were told those that some finding rests on; all, if no finding rests on any."""
    names = set(told)
    findings = made.judged.assessment.findings
    concerned = names.intersection(*[{name for one in findings for name in (*one.facts, *one.missing)}])
    return sorted(concerned or names)


def _stale(known: Profile) -> set[str]:
    return {name for name, state in known.states.items() if state is FactState.STALE}


def _overrides(work: Work, prescription: Prescription, standing: Standing) -> list[dict[str, Any]]:
    """The overrides that count no longer: those whose facts changed now, and those that expired."""
    if not standing.lapsing and not standing.expired:
        return []
    return [
        {
            "rule_id": one.rule_id,
            "exercise_id": one.exercise_id,
            "changed": list(standing.lapsing.get(one.id, ())),
            "expired": one.id in standing.expired,
        }
        for one in queries.overrides(work, prescription.id, since=1)
        if one.id in standing.lapsing or one.id in standing.expired
    ]
