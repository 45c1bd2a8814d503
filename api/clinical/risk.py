"""How fit a patient is, how careful a dose must be, and why."""

from typing import NamedTuple

from api.clinical.contraindications import Assessment
from api.clinical.criteria import Values, holds
from api.clinical.dosing import Dosing
from api.clinical.fitt import FitnessClass, RiskClass
from api.clinical.profile import Profile
from api.clinical.statements import Why


class Classes(NamedTuple):
    """The classes of a patient, each with its reasons."""

    fitness: FitnessClass
    risk: RiskClass
    fitness_why: tuple[Why, ...]
    risk_why: tuple[Why, ...]


def classes(dosing: Dosing, profile: Profile, assessment: Assessment) -> Classes:
    """The classes of fitness and of risk.

    A condition of risk that is neither known to hold nor known not to counts as its entry says.

    Source: specification, fitness class and dose-risk class (design decision).
    """
    fitness = _fitness(dosing, profile.values)
    risk, reasons = _risk(dosing, profile.values, assessment)
    return Classes(fitness, risk, (dosing.fitness.why,), reasons)


def _fitness(dosing: Dosing, values: Values) -> FitnessClass:
    weekly = values.get("evs_min_week")
    order = list(FitnessClass)
    reached = [
        fitness
        for fitness, least in dosing.fitness.from_minutes.items()
        if weekly is not None and weekly >= least
    ]
    place = max((order.index(fitness) for fitness in reached), default=0)
    lower = holds(dosing.fitness.one_lower_when, values) is not False
    return order[max(place - 1, 0) if lower else place]


def _risk(dosing: Dosing, values: Values, assessment: Assessment) -> tuple[RiskClass, tuple[Why, ...]]:
    if assessment.decision in dosing.no_dose.decisions:
        return RiskClass.X, (dosing.no_dose.why,)
    cleared = any(finding.cleared for finding in assessment.findings)
    found: list[tuple[RiskClass, Why]] = []
    for condition in dosing.risk_classes:
        truth = cleared if condition.when is None else holds(condition.when, values)
        risk = condition.risk if truth else RiskClass.A if truth is False else condition.unknown
        if risk is not RiskClass.A:
            found.append((risk, condition.why))
    worst = max((risk for risk, _ in found), default=RiskClass.A)
    return worst, tuple(why for risk, why in found if risk is worst)
