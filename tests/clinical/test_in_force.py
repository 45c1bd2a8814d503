"""What progression is told of a patient comes from the check of now."""

from datetime import timedelta

import pytest

from api.clinical.contraindications import assess
from api.clinical.fitt import RiskClass, RpeScale
from api.clinical.in_force import in_force
from api.clinical.movement import StepKind
from api.clinical.profile import profile
from api.clinical.progression import next_dose
from api.clinical.reports import Report, SessionStatus
from api.clinical.vocabulary import CheckKind
from tests.clinical.builders import DAY, NOW, RELEASE, base, open_exercises
from tests.clinical.dose_cases import dosed


def standing(ago=timedelta(0), **changes):
    patient = profile(RELEASE, base(**changes).values(), NOW)
    answer = assess(RELEASE, patient, CheckKind.PROGRAMME)
    since = NOW - ago
    return in_force(RELEASE, patient, answer, dosed().doses, since=since, started_on=since.date()), answer


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, {"risk": RiskClass.A, "fall_risk": "low", "rpe_at_most": 13, "supervised": False}),
        ({"falls_12m": None}, {"risk": RiskClass.C, "fall_risk": None}),
        ({"supervision": "clinical"}, {"supervised": True}),
        ({"supervision": None}, {"supervised": False}),
        ({"hb_g_dl": 9.0}, {"rpe_at_most": 11}),
        ({"cv_symptoms": None}, {"risk": RiskClass.X, "open_exercises": frozenset()}),
    ],
)
def test_what_the_check_of_now_says(changes, said):
    current, answer = standing(**changes)
    assert {name: getattr(current, name) for name in said} == said
    assert current.open_exercises == open_exercises(answer)
    assert current.check_valid_until == answer.valid_until


def test_a_first_dose_earns_its_first_step():
    current, _ = standing(ago=7 * DAY)
    done = [
        Report(
            id=str(day),
            performed_at=NOW - 7 * DAY + day * DAY + timedelta(hours=1),
            status=SessionStatus.DONE,
            minutes=15,
            rpe=12,
            rpe_scale=RpeScale.BORG,
        )
        for day in range(4)
    ]
    assert next_dose(RELEASE, current, done, NOW).kind is StepKind.PROGRESS
