"""A proposal for what is on file of a patient, as plain data; nothing of it is kept."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from api.checks.answers import answers
from api.clinical import dose
from api.clinical.draft import DoseRefused, Draft
from api.clinical.recommendation import Wishes
from api.clinical.statements import Why
from api.database.work import Work
from api.prescriptions import conditions
from api.prescriptions.documents import ProgressionMode
from api.prescriptions.standing import check_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a proposal is asked for.

    Attributes:
        steps_baseline: steps a day, the mean of 7 days; None where it was not measured.
    """

    wishes: Wishes
    steps_baseline: int | None = None


def propose(work: Work, patient_id: UUID, asked: Asked) -> dict[str, Any]:
    """Propose a prescription for what is on file.

    Raises:
        NotFound: there is no such patient.
        Unsafe: the check allows no dose; it names what is needed.
    """
    now = check_now(work, patient_id).judged
    engine = answers()
    try:
        proposed = dose.propose(
            engine.release, now.known, now.assessment, asked.wishes, steps_baseline=asked.steps_baseline
        )
    except DoseRefused as refused:
        raise conditions.no_dose(refused.decision, refused.needs) from None
    return shown(proposed, asked, engine.knowledge)


def shown(proposed: Draft, asked: Asked, knowledge: dict[str, Any]) -> dict[str, Any]:
    """A proposal as it is answered."""
    return {
        "as_of": proposed.as_of,
        "valid_until": proposed.valid_until.astimezone(proposed.as_of.tzinfo),
        "decision": proposed.decision,
        "knowledge": knowledge,
        "classes": {"fitness": proposed.fitness, "risk": proposed.risk},
        "draft": _content(proposed, asked),
        "items": [one._asdict() for one in proposed.items],
        "alternatives": [
            {"part": part, "exercises": exercises} for part, exercises in proposed.alternatives.items()
        ],
        "interval_weeks": proposed.interval_weeks,
        "milestones": [one._asdict() for one in proposed.milestones],
        "talk_test": proposed.talk_test,
        "rpe_on_0_10": proposed.rpe_on_0_10,
        "frame_steps": proposed.frame_steps,
        "instructions": [{"part": one.part, "why": _reason(one.why)} for one in proposed.instructions],
        "day_rules": [
            {
                "rule_id": one.rule.id,
                "title": one.rule.title,
                "do": one.rule.do,
                "surely": one.surely,
                "facts": one.facts,
            }
            for one in proposed.day_rules
        ],
        "gaps": [one._asdict() for one in proposed.gaps],
        "why": [{"number": name, "reasons": reasons(whys)} for name, whys in proposed.why.items()],
    }


def reasons(whys: Iterable[Why]) -> list[dict[str, Any]]:
    """Why a number is what it is, as plain data."""
    return [_reason(why) for why in whys]


def _reason(why: Why) -> dict[str, Any]:
    return {**why._asdict(), "citations": [one.id for one in why.citations]}


def _content(proposed: Draft, asked: Asked) -> dict[str, Any]:
    """The proposal as the body of a draft."""
    return {
        "effective_from": None,
        "ends_on": None,
        "reason": None,
        "goals": list(asked.wishes.goals),
        "doses": asdict(proposed.doses),
        "items": [
            {
                "part": one.part,
                "exercise_id": one.exercise_id,
                "from_week": one.from_week,
                "note": None,
            }
            for one in proposed.items
        ],
        "progression": {
            "mode": ProgressionMode.PROPOSED,
            "ceiling_minutes": proposed.ceiling_minutes,
        },
        "beyond_ceiling_reason": None,
        "overrides": [],
        "notes": None,
    }
