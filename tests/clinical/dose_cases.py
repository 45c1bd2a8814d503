"""First prescriptions of patients, for tests in one line each."""

from api.clinical.contraindications import assess
from api.clinical.dose import propose
from api.clinical.draft import DoseRefused
from api.clinical.profile import profile
from api.clinical.recommendation import Wishes
from api.clinical.vocabulary import CheckKind
from tests.clinical.builders import NOW, RELEASE, base

VIGNETTES = {one["id"]: one for one in RELEASE.vignettes}


def proposed(seen_facts, clearances=(), *, steps_baseline=None, **wishes):
    """The first prescription on these observations."""
    patient = profile(RELEASE, seen_facts, NOW)
    answer = assess(RELEASE, patient, CheckKind.PROGRAMME, clearances)
    return propose(RELEASE, patient, answer, Wishes(**wishes), steps_baseline=steps_baseline)


def dosed(clearances=(), steps_baseline=None, **changes):
    """The first prescription of the base patient with some facts changed."""
    return proposed(base(**changes).values(), clearances, steps_baseline=steps_baseline)


def worked(vignette, **options):
    """The first prescription of a worked patient."""
    return proposed(base(**VIGNETTES[vignette]["facts"]).values(), **options)


def refused(seen_facts, clearances=()):
    """Why there is no dose, or None where there is one."""
    try:
        proposed(seen_facts, clearances)
    except DoseRefused as refusal:
        return refusal
    return None


def exercises(draft, part):
    """The exercises of a part, by id."""
    return {item.exercise_id: item for item in draft.items if item.part is part}


def offered(draft, part):
    """What is chosen for a part, and what could be chosen instead."""
    return set(exercises(draft, part)) | set(draft.alternatives.get(part, ()))


def amounts(draft):
    """How much a prescription asks, number by number; more is more of a risk."""
    doses, levels = draft.doses, RELEASE.dosing.balance.levels
    aerobic, strength, steps, rate = doses.aerobic, doses.resistance, doses.steps, doses.heart_rate
    cap = doses.foot_cap
    return {
        "minutes a week": aerobic.weekly_minutes if aerobic else 0,
        "minutes": aerobic.minutes if aerobic else 0,
        "RPE": aerobic.rpe_high if aerobic else 0,
        "MET": (aerobic.met_at_most or 99) if aerobic else 0,
        "strength exercises": strength.exercises if strength else 0,
        "sets": strength.sets_at_most if strength else 0,
        "load": (strength.load_percent or 0) if strength else 0,
        "strength RPE": strength.rpe_high if strength else 0,
        "repetitions": strength.reps_high if strength else 0,
        "balance level": 1 + levels.index(doses.balance.level) if doses.balance else 0,
        "weight-bearing now": 100 if cap is None else cap.percent(1),
        "weight-bearing later": 100 if cap is None else cap.percent(99),
        "steps": 9999 if cap is None else steps.ceiling if steps else 0,
        "heart rate": (rate.upper or 0) if rate else 0,
        "short warm-up": -doses.frame.warm_up_minutes,
        "short cool-down": -doses.frame.cool_down_minutes,
    }
