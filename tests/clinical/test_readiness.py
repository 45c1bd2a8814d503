"""Which question settles most, followed from an empty record."""

from datetime import timedelta

from api.clinical.contraindications import assess
from api.clinical.facts import Observation
from api.clinical.knowledge import library
from api.clinical.knowledge.examples import EXAMPLE_MOMENT, example_profile
from api.clinical.profile import profile
from api.clinical.readiness import readiness, reassuring
from api.clinical.vocabulary import CheckKind, FactState

RELEASE = library.load()


def of(patient, kind=CheckKind.PROGRAMME, **within):
    return readiness(RELEASE, patient, assess(RELEASE, patient, kind), **within)


def test_following_the_first_suggestion_opens_seventy_exercises_in_twenty_two_steps():
    seen = []
    ready = of(profile(RELEASE, seen, EXAMPLE_MOMENT))
    steps = 0
    while ready.open_now < 70:
        patient = profile(RELEASE, seen, EXAMPLE_MOMENT)
        answer = reassuring(RELEASE, patient, ready.suggestions[0].question)
        assert answer, ready.suggestions[0].question.id
        seen += [
            Observation(name=name, value=value, observed_at=EXAMPLE_MOMENT) for name, value in answer.items()
        ]
        ready = of(profile(RELEASE, seen, EXAMPLE_MOMENT))
        steps += 1
        assert steps <= 22


def test_a_gate_is_asked_before_all_else_and_screens_before_single_facts():
    suggestions = of(profile(RELEASE, [], EXAMPLE_MOMENT)).suggestions
    gates = [one.gate for one in suggestions]
    assert gates == sorted(gates, reverse=True)
    screens = [one.question.screen is not None for one in suggestions if not one.gate]
    assert screens == sorted(screens, reverse=True)


def test_what_a_suggestion_opens_is_what_opens_when_it_is_answered():
    patient = example_profile(RELEASE, {"tug_s": None, "tandem_s": None, "falls_12m": None, "egfr": None})
    before = of(patient)
    for suggestion in before.suggestions:
        answers = reassuring(RELEASE, patient, suggestion.question)
        seen = [*patient.seen.values()]
        seen += [
            Observation(name=name, value=value, observed_at=EXAMPLE_MOMENT) for name, value in answers.items()
        ]
        after = of(profile(RELEASE, seen, EXAMPLE_MOMENT))
        assert after.open_now - before.open_now == suggestion.opens, suggestion.question.id


def test_nothing_is_asked_of_the_base_patient():
    assert of(example_profile(RELEASE, {})).suggestions == ()


def test_a_stale_fact_is_named_as_stale():
    seen = [
        one._replace(observed_at=EXAMPLE_MOMENT - timedelta(days=200)) if one.name == "egfr" else one
        for one in example_profile(RELEASE, {}).seen.values()
    ]
    (only,) = of(profile(RELEASE, seen, EXAMPLE_MOMENT)).suggestions
    assert only.missing == {"egfr": FactState.STALE}


def test_facts_that_run_out_soon_are_listed_soonest_first():
    soon = of(example_profile(RELEASE, {}), within=timedelta(days=8)).soon
    assert [moment for _, moment in soon] == sorted(moment for _, moment in soon)
    assert "hot_swollen_foot_left" in dict(soon)
    assert "falls_12m" not in dict(soon)


def test_what_a_clearance_opens_counts_as_open():
    patient = example_profile(
        RELEASE, {"foot_ulcer_right": "healed", "ulcer_healed_days_right": 40, "footwear": "therapeutic"}
    )
    cleared = of(patient, cleared=["foot-ulcer-healed-under-90d"])
    assert cleared.open_now > of(patient).open_now
