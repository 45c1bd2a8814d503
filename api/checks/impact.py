"""What another release would change for the patients of a clinic, a page of them at a time."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from api.checks.answers import Question, answers_of
from api.checks.clearances import queries as clearances
from api.checks.clearances.standing import in_force
from api.clinical.impact import Answered, Impact, impact
from api.clinical.release import Release
from api.clinical.vocabulary import CheckKind
from api.database.work import Work
from api.patients import evidence


def impacts(
    work: Work, patient_ids: Sequence[UUID], kind: CheckKind, *, before: Release, after: Release
) -> list[tuple[UUID, Impact]]:
    """What changes for each of these patients, checked now under both releases; in the order of the ids."""
    told = evidence.on_file(work, patient_ids, work.moment, [before, after])
    cleared = clearances.unrevoked(work, patient_ids, work.moment)
    found = []
    for one in told:
        as_of = work.moment.astimezone(one.time_zone)
        answered = [
            _answered(
                release,
                Question(
                    kind=kind,
                    as_of=as_of,
                    observations=one.observations(release),
                    clearances=in_force(release, cleared.get(one.patient_id, ()), as_of),
                ),
            )
            for release in (before, after)
        ]
        found.append((one.patient_id, impact(*answered)))
    return found


def shown(patient_id: UUID, found: Impact) -> dict[str, Any]:
    """What changes for a patient, as it is answered."""
    return {
        "patient_id": patient_id,
        "decision": {"before": found.decision_before, "after": found.decision_after},
        "closed": [one._asdict() for one in found.closed],
        "opened": [one._asdict() for one in found.opened],
        "rules": found.rules._asdict(),
        "open_aerobic": {"before": found.aerobic_before, "after": found.aerobic_after},
        "left_without_aerobic": found.left_without_aerobic,
    }


def by_rule(found: Iterable[Impact]) -> list[dict[str, Any]]:
    """For each rule: how many patients it concerns, and how many exercises it closes and opens among them."""
    patients, closed, opened = Counter[str](), Counter[str](), Counter[str]()
    for one in found:
        for rule_id, (closes, opens) in one.causes.items():
            patients[rule_id] += 1
            closed[rule_id] += closes
            opened[rule_id] += opens
    return [
        {"rule_id": name, "patients": patients[name], "closed": closed[name], "opened": opened[name]}
        for name in sorted(patients, key=lambda name: (-patients[name], name))
    ]


def _answered(release: Release, question: Question) -> Answered:
    return Answered(release, answers_of(release).judged(question).assessment)
