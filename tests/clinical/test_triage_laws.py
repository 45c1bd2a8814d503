"""Laws over random reports: less said, less known or more felt never makes a report less urgent."""

import random
from dataclasses import fields, replace
from itertools import compress

from hypothesis import given, settings
from hypothesis import strategies as st

from api.clinical.reports import ORDER
from api.clinical.session_context import Context
from api.clinical.session_fields import ASKED, BY_NAME, FieldKind, Symptom
from api.clinical.triage import triage
from api.clinical.vocabulary import UnknownPolicy
from tests.clinical.report_builders import KNOWN, RELEASE, known, reported
from tests.clinical.report_cases import LIMITS

CHANCES = st.integers(0, 2**32).map(random.Random)
ADVERSE = {
    "on_anticoagulant": "yes",
    "foot_at_risk": "yes",
    "autonomic": "yes",
    "insulin_or_secretagogue": "yes",
    "diabetes_10_years": "yes",
    "iwgdf_1": "yes",
    "intensity_planned": "moderate",
}
REASSURING = {
    "symptoms": {frozenset({Symptom.NONE})},
    "new_numb_or_weak": {"none"},
    "fall": {"none"},
    "foot_check_after": {"clear"},
    "symptoms_resolved_10min": {"yes"},
    "footwear_worn": {"yes"},
    "pain_site": {"none", "back", "hand", "joint", "other"},
}


def urgency(report, context):
    return ORDER.index(triage(RELEASE, report, context).level)


def random_report(chance):
    """The base report with the cases of some findings in it."""
    changes = {}
    for rule_id in chance.sample(sorted(LIMITS), chance.choice([0, 1, 1, 2, 3])):
        changes |= LIMITS[rule_id][0]
    for name in chance.sample(sorted(REASSURING), 2):
        field = BY_NAME[name]
        told = chance.choice(list(field.choices))
        if field.kind is not FieldKind.SET:
            changes[name] = told
    return reported(**changes)


def random_context(chance):
    values = {name: chance.choice([held, ADVERSE.get(name, held), None]) for name, held in KNOWN.items()}
    return Context(**values)


@given(CHANCES)
@settings(max_examples=200)
def test_an_unknown_context_is_never_less_urgent(chance):
    report, context = random_report(chance), random_context(chance)
    for name in ADVERSE:
        unknown = replace(context, **{name: None})
        assert urgency(report, unknown) >= urgency(report, context), name


@given(CHANCES)
@settings(max_examples=200)
def test_a_reassuring_answer_left_out_is_never_less_urgent(chance):
    report, context = random_report(chance), random_context(chance)
    for name, values in REASSURING.items():
        if getattr(report, name) in values:
            assert urgency(replace(report, **{name: None}), context) >= urgency(report, context), name


@given(CHANCES)
@settings(max_examples=200)
def test_one_more_symptom_is_never_less_urgent(chance):
    report, context = random_report(chance), random_context(chance)
    felt = (report.symptoms or frozenset()) - {Symptom.NONE}
    for symptom in set(Symptom) - felt - {Symptom.NONE}:
        assert urgency(replace(report, symptoms=felt | {symptom}), context) >= urgency(report, context), (
            symptom
        )


@given(CHANCES)
@settings(max_examples=50)
def test_the_same_report_has_the_same_answer(chance):
    report, context = random_report(chance), random_context(chance)
    assert triage(RELEASE, report, context) == triage(RELEASE, report, context)


def test_the_laws_speak_of_every_question_that_a_severe_rule_rests_on():
    tables = RELEASE.triaging
    severe = [rule.unknown is UnknownPolicy.SAME for rule in tables.rules]
    resting = frozenset().union(*compress(tables.questions, severe))
    assert resting
    assert resting <= set(REASSURING) & ASKED
    assert set(ADVERSE) | {"rpe_high", "lops_and_pad", "steps_at_most", "settled"} == {
        field.name for field in fields(Context)
    }
    assert known() == Context(**KNOWN)
