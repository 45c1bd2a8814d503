"""A session on its day: what is not known, or is worse, never opens more of it."""

import random
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.clinical import pre_session
from api.clinical.adversity import severity
from api.clinical.alarms import Withheld
from api.clinical.contraindications import Clearance, assess
from api.clinical.day_questions import day_questions
from api.clinical.day_rules import facts_of_the_day
from api.clinical.errors import ValueRefused
from api.clinical.locks import Lock
from api.clinical.pre_session import Asked, ItemState, Planned, Result
from api.clinical.profile import profile
from api.clinical.reports import ORDER, ReportLevel
from api.clinical.vocabulary import CheckKind, FactType, Level
from tests.clinical.builders import NOW, RELEASE, base, random_patient, random_value, seen

CHANCES = st.integers(0, 2**32).map(random.Random)
CHAIR, WALK, BRISK = "chair-march", "walk-moderate", "walk-brisk"
RESULTS, STATES = tuple(Result), tuple(ItemState)
DAY_FACTS = sorted(
    name
    for name in facts_of_the_day(RELEASE)
    if not RELEASE.facts[name].display_only and name != "resting_sys"
)
WELL = {"acute_illness_today": "no", "symptoms_today": ["none"], "foot_check_today": "done-clear"}


def today(facts, *planned, told=(), clearances=(), **asked):
    """What may be done today, of exercises that were signed for what is known beside the day."""
    known = profile(RELEASE, list(facts.values()), NOW)
    items = [Planned(one, signed=signed_for(facts)) if isinstance(one, str) else one for one in planned]
    checked = assess(RELEASE, known, CheckKind.SESSION, clearances)
    return pre_session.today(RELEASE, known, checked, Asked(planned=items, **asked), told)


def signed_for(facts):
    lasting = [one for name, one in facts.items() if name not in DAY_FACTS]
    known = profile(RELEASE, lasting, NOW)
    return frozenset(one.rule.id for one in assess(RELEASE, known, CheckKind.PROGRAMME).findings)


def worse_or_same(before, after):
    """Whether nothing of a session is more open than it was."""
    if RESULTS.index(after.result) < RESULTS.index(before.result):
        return False
    pairs = zip(before.items, after.items, strict=True)
    return all(STATES.index(two.state) >= STATES.index(one.state) for one, two in pairs)


def level(found):
    return -1 if found.alarm is None else ORDER.index(found.alarm)


def test_somebody_who_is_well_goes_on_as_signed():
    found = today(base(**WELL), CHAIR, WALK)
    assert (found.result, found.withheld, found.alarm, found.reasons) == (Result.GO, None, None, ())


@pytest.mark.parametrize(
    ("changed", "result", "withheld", "alarm"),
    [
        ({"symptoms_today": ["chest-pain"]}, Result.STOP, Withheld.SYMPTOM, ReportLevel.EMERGENCY),
        ({"symptoms_today": ["dizziness"]}, Result.STOP, Withheld.SYMPTOM, ReportLevel.URGENT),
        ({"acute_illness_today": "yes"}, Result.STOP, Withheld.ILLNESS, None),
        ({"temp_c": 38.0}, Result.STOP, Withheld.ILLNESS, None),
        ({"glucose_mg_dl": 64}, Result.STOP, Withheld.GLUCOSE, ReportLevel.REVIEW),
        ({"glucose_mg_dl": 50}, Result.STOP, Withheld.GLUCOSE, ReportLevel.URGENT),
        ({"ketones_blood_mmol_l": 3.0}, Result.STOP, Withheld.GLUCOSE, ReportLevel.EMERGENCY),
        (
            {"ketones_blood_mmol_l": 2.0, "hyperglycaemia_symptoms": "no"},
            Result.STOP,
            Withheld.GLUCOSE,
            ReportLevel.URGENT,
        ),
        (
            {"ketones_blood_mmol_l": 2.0, "hyperglycaemia_symptoms": None},
            Result.STOP,
            Withheld.GLUCOSE,
            ReportLevel.EMERGENCY,
        ),
        ({"resting_sys": 184}, Result.STOP, Withheld.BP, ReportLevel.URGENT),
        ({"glucose_mg_dl": 300}, Result.GO_LIGHTER, None, None),
        ({"last_session_post_pain_min": 121}, Result.GO_LIGHTER, None, None),
        ({"last_session_post_pain_min": 120}, Result.GO, None, None),
        ({"symptoms_today": None}, Result.STOP, None, None),
        ({"acute_illness_today": None}, Result.STOP, None, None),
    ],
)
def test_what_the_day_brings(changed, result, withheld, alarm):
    found = today(base(**WELL | {"ketones_urine": None} | changed), CHAIR, WALK, told=changed.keys())
    assert (found.result, found.withheld, found.alarm) == (result, withheld, alarm)


def test_a_foot_at_risk_that_nobody_looked_at_leaves_the_seated_part():
    risky = base(**WELL | {"foot_check_today": None, "lops_left": "yes"})
    found = today(risky, CHAIR, WALK)
    assert found.result is Result.GO_LIGHTER
    assert [one.state for one in found.items] == [ItemState.OPEN, ItemState.NOT_TODAY]
    assert found.items[1].rules == ("foot-check-today",)
    assert today(risky, WALK).result is Result.STOP
    assert today(risky, WALK).withheld is None  # it is not withheld, only not answered


def test_a_problem_of_a_foot_is_withheld_and_alarms():
    found = today(base(**WELL | {"foot_check_today": "done-problem", "lops_left": "yes"}), WALK)
    assert (found.result, found.withheld, found.alarm) == (
        Result.STOP,
        Withheld.FOOT_PROBLEM,
        ReportLevel.URGENT,
    )


def test_a_rule_that_the_signature_knew_makes_no_day_lighter():
    facts = base(**WELL | {"last_session_post_pain_min": 200})
    known = frozenset({*signed_for(facts), "seed-two-hour-pain"})
    assert today(facts, Planned(CHAIR, signed=known)).result is Result.GO
    assert today(facts, CHAIR).result is Result.GO_LIGHTER


def test_a_clearance_for_today_makes_it_lighter():
    granted = Clearance(
        rule_id="symptoms-today",
        granted_by_name="Giulia Conti",
        granted_by_role="physician",
        granted_at=NOW - timedelta(hours=1),
        expires_at=NOW + timedelta(hours=3),
    )
    found = today(base(**WELL | {"symptoms_today": ["dizziness"]}), CHAIR, clearances=[granted])
    assert (found.result, found.alarm) == (Result.GO_LIGHTER, None)


def lock(**given):
    return Lock(**{"report_id": uuid4(), "reason": "rep-blister", "since": NOW - timedelta(hours=2)} | given)


def test_what_is_locked_is_not_for_today():
    well = base(**WELL)
    found = today(well, CHAIR, WALK, locks=[lock(tags=frozenset({"weight-bearing"}))])
    assert found.result is Result.GO_LIGHTER
    assert [one.state for one in found.items] == [ItemState.OPEN, ItemState.NOT_TODAY]
    assert found.items[1].locks[0].reason == "rep-blister"
    whole = today(well, CHAIR, WALK, locks=[lock(tags=frozenset({"*"}))])
    assert (whole.result, whole.withheld) == (Result.STOP, Withheld.LOCKED)
    by_name = today(well, CHAIR, locks=[lock(exercises=frozenset({CHAIR}))])
    assert (by_name.result, by_name.withheld) == (Result.STOP, Withheld.LOCKED)


def test_a_lock_that_is_over_closes_nothing():
    over = lock(tags=frozenset({"*"}), until=NOW)
    assert today(base(**WELL), CHAIR, locks=[over]).result is Result.GO
    with pytest.raises(ValueRefused):
        lock()


def test_what_no_catalogue_knows_is_not_for_today():
    assert today(base(**WELL), "of-an-earlier-release").result is Result.STOP
    assert lock(tags=frozenset({"seated"})).closes(RELEASE, "of-an-earlier-release")


def test_on_hold_nothing_goes():
    found = today(base(**WELL), CHAIR, on_hold=True)
    assert (found.result, found.withheld) == (Result.STOP, Withheld.ON_HOLD)


def test_without_a_plan_the_decision_answers():
    assert today(base(**WELL)).result is Result.GO_LIGHTER
    assert today(base(**WELL | {"symptoms_today": ["chest-pain"]})).result is Result.STOP
    assert today(base(**WELL), Planned(CHAIR)).result in {Result.GO, Result.GO_LIGHTER}


def test_what_lies_on_file_alarms_only_when_it_is_told_today():
    facts = base(**WELL | {"foot_ulcer_left": "active"})
    assert today(facts, CHAIR).alarm is None
    told = today(facts, CHAIR, told={"foot_ulcer_left"})
    assert (told.alarm, told.withheld) == (ReportLevel.URGENT, Withheld.FOOT_PROBLEM)


def test_an_answer_that_is_missing_alarms_nobody():
    high = base(**WELL | {"glucose_mg_dl": 290, "hyperglycaemia_symptoms": None})
    asked = today(high, CHAIR, told={"glucose_mg_dl"})
    assert (asked.result, asked.alarm, asked.withheld) == (Result.STOP, None, None)
    unwell = {**high, "hyperglycaemia_symptoms": seen("hyperglycaemia_symptoms", "yes")}
    told = today(unwell, CHAIR, told={"glucose_mg_dl", "hyperglycaemia_symptoms"})
    assert (told.result, told.alarm, told.withheld) == (Result.STOP, ReportLevel.URGENT, Withheld.GLUCOSE)


def test_whatever_can_stop_a_session_says_whom_it_alarms():
    absolutes = {rule.id for rule in RELEASE.rules if rule.level is Level.ABSOLUTE}
    assert absolutes <= RELEASE.alarms.alarms.keys()


@given(CHANCES)
@settings(max_examples=60)
def test_an_answer_of_the_day_that_is_missing_opens_nothing(chance):
    facts, planned = a_day(chance)
    before = today(facts, *planned)
    for name in chance.sample(DAY_FACTS, 6):
        if name in facts and reassuring(facts, name):
            for less in ({**facts, name: seen(name, None)}, {k: v for k, v in facts.items() if k != name}):
                assert worse_or_same(before, today(less, *planned)), name


@given(CHANCES)
@settings(max_examples=60)
def test_a_more_alarming_day_is_never_better(chance):
    facts, planned = a_day(chance)
    name = chance.choice([one for one in DAY_FACTS if one in facts and reassuring(facts, one)])
    worse = {**facts, name: seen(name, random_value(RELEASE.facts[name], chance))}
    before, after = today(facts, *planned, told=[name]), today(worse, *planned, told=[name])
    assert worse_or_same(before, after), (name, worse[name].value)
    assert level(after) >= level(before)


@given(CHANCES)
@settings(max_examples=40)
def test_one_more_symptom_never_lowers_the_alarm(chance):
    facts, planned = a_day(chance)
    values = [one for one in RELEASE.facts["symptoms_today"].values if one != "none"]
    some = frozenset(chance.sample(values, 2))
    told = {"symptoms_today"}
    before = today({**facts, "symptoms_today": seen("symptoms_today", some)}, *planned, told=told)
    more = some | {chance.choice(values)}
    after = today({**facts, "symptoms_today": seen("symptoms_today", more)}, *planned, told=told)
    assert worse_or_same(before, after)
    assert level(after) >= level(before)


@given(CHANCES)
@settings(max_examples=40)
def test_a_lock_opens_nothing(chance):
    facts, planned = a_day(chance)
    tag = chance.choice(sorted(RELEASE.tagged))
    locked = today(facts, *planned, locks=[lock(tags=frozenset({tag}))])
    assert worse_or_same(today(facts, *planned), locked)


@given(CHANCES)
@settings(max_examples=40)
def test_who_answers_all_that_is_needed_is_not_asked_again(chance):
    """What was not asked holds no session back."""
    facts, planned = a_day(chance)
    known = profile(RELEASE, list(facts.values()), NOW)
    asked = {one.fact for one in day_questions(RELEASE, known, planned)}
    closed = today({k: v for k, v in facts.items() if k not in DAY_FACTS}, *planned)
    for item in closed.items:
        for rule_id in item.rules:
            position = [rule.id for rule in RELEASE.rules].index(rule_id)
            waits = RELEASE.rule_inputs[position] & set(DAY_FACTS)
            rule = RELEASE.rules[position]
            if rule.scope == "session" and waits:
                assert waits & asked, rule_id


def test_questions_are_of_this_patient_and_of_these_exercises():
    def asked(*exercises, **changed):
        found = day_questions(RELEASE, profile(RELEASE, base(**changed).values(), NOW), exercises)
        return {one.fact: one.needed for one in found}

    no_diabetes = asked(CHAIR, diabetes_type="none", medications=["none"])
    assert no_diabetes == {
        "acute_illness_today": True,
        "symptoms_today": True,
        "temp_c": False,
        "last_session_post_pain_min": False,
    }
    insulin = asked(CHAIR, medications=["insulin"])
    assert insulin["glucose_mg_dl"]
    assert insulin["severe_hypo_last_24h"]
    assert "foot_check_today" not in asked(CHAIR, lops_left="yes")
    assert asked(WALK, lops_left="yes")["foot_check_today"]
    pressure = asked(WALK, cvd_known=["hypertension"])
    assert pressure["resting_sys"]
    assert pressure["resting_dia"]
    assert asked() == {}


def reassuring(facts, name):
    raw = {one.name: one.value for one in facts.values()}
    return facts[name].value is not None and severity(RELEASE, name, raw, NOW) == 0


def a_day(chance):
    """A random patient on a random day that answers every question, and some exercises."""
    facts = dict(random_patient(chance).facts)
    for name in DAY_FACTS:
        if chance.random() < 0.5:
            facts[name] = seen(name, random_value(RELEASE.facts[name], chance))
    for name, value in WELL.items():
        if chance.random() < 0.7:
            facts[name] = seen(name, value)
    facts.setdefault("acute_illness_today", seen("acute_illness_today", "no"))
    return facts, chance.sample([one.id for one in RELEASE.exercises], 4)


def test_a_screen_is_no_question_of_its_own():
    assert all(RELEASE.facts[name].type is not FactType.SCREEN for name in DAY_FACTS)
