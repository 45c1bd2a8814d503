"""Every measure at the limit where its change counts, and what is refused."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.clinical.errors import ValueRefused
from api.clinical.measures import Better, Consequence, JudgedBy, Occasion, Side
from api.clinical.months import months_after
from api.clinical.outcomes import ChangeWord, NoWord, alone, change, course, due
from tests.clinical.builders import RELEASE

OUTCOMES = RELEASE.outcomes
MEASURES = OUTCOMES.measures
FIRST = date(2026, 1, 31)
LATER = date(2026, 4, 30)
BETTER, WORSE, SAME = ChangeWord.BETTER, ChangeWord.WORSE, ChangeWord.NO_DETECTABLE_CHANGE


def between(name, before, after, **said):
    measure = MEASURES[name]
    return change(measure, measure.reading(FIRST, before, **said), measure.reading(LATER, after, **said))


@pytest.mark.parametrize(
    ("name", "before", "after", "word"),
    [
        ("pain-nrs", 8, 6, BETTER),
        ("pain-nrs", 8, 6.1, SAME),
        ("pain-nrs", 5, 3.5, BETTER),
        ("pain-nrs", 5, 3.6, SAME),
        ("pain-nrs", 8, 10, WORSE),
        ("pain-nrs", 8, 9.9, SAME),
        ("pain-nrs", 5, 6.5, WORSE),
        ("pain-nrs", 0, 1.9, SAME),
        ("pain-nrs", 0, 2, WORSE),
        ("pain-nrs", 0, 0, SAME),
        ("six-minute-walk", 400, 427, BETTER),
        ("six-minute-walk", 400, 426.9, SAME),
        ("six-minute-walk", 400, 373, WORSE),
        ("six-minute-walk", 400, 373.1, SAME),
        ("timed-up-and-go", 12.3, 11.3, BETTER),
        ("timed-up-and-go", 12.3, 11.31, SAME),
        ("timed-up-and-go", 12.3, 13.3, WORSE),
        ("chair-stand-30s", 10, 14, BETTER),
        ("chair-stand-30s", 10, 13, SAME),
        ("chair-stand-30s", 10, 7, SAME),
        ("chair-stand-30s", 10, 6, WORSE),
        ("berg-balance", 40, 47, BETTER),
        ("berg-balance", 40, 46, SAME),
        ("berg-balance", 40, 33, WORSE),
        ("tandem-stand", 9.9, 10, BETTER),
        ("tandem-stand", 2, 9.9, SAME),
        ("tandem-stand", 10, 30, SAME),
        ("tandem-stand", 10, 9, WORSE),
        ("evs", 0, 1, BETTER),
        ("evs", 1, 149, SAME),
        ("evs", 149, 150, BETTER),
        ("evs", 150, 149, WORSE),
        ("iwgdf-risk", 1, 2, WORSE),
        ("iwgdf-risk", 2, 2, SAME),
        ("eortc-cipn20", 40, 34, BETTER),
        ("eortc-cipn20", 40, 35, SAME),
        ("eortc-cipn20", 40, 44, WORSE),
        ("eortc-cipn20", 40, 43, SAME),
    ],
)
def test_a_change_counts_from_its_limit_on(name, before, after, word):
    assert between(name, before, after).word is word


@pytest.mark.parametrize(
    ("name", "before", "after", "target", "word"),
    [
        ("hba1c", 8.0, 7.5, 7.0, BETTER),
        ("hba1c", 8.0, 7.6, 7.0, SAME),
        ("hba1c", 7.0, 7.5, 7.0, WORSE),
        ("hba1c", 7.0, 6.5, 7.0, WORSE),
        ("hba1c", 7.5, 6.5, 7.0, SAME),
        ("hba1c-ifcc", 64, 58.5, 53, BETTER),
        ("hba1c-ifcc", 64, 58.6, 53, SAME),
        ("resting-systolic", 150, 145, 130, BETTER),
        ("resting-systolic", 150, 146, 130, SAME),
        ("resting-systolic", 120, 100, 130, WORSE),
    ],
)
def test_with_a_target_nearer_is_better(name, before, after, target, word):
    assert between(name, before, after, target=target).word is word


@pytest.mark.parametrize("name", ["hba1c", "resting-systolic"])
def test_without_a_target_a_change_that_counts_has_no_word(name):
    low = 60 if name == "resting-systolic" else 6
    found = between(name, low, low + 6)
    assert (found.word, found.reason, found.difference) == (None, NoWord.NO_TARGET, 6)
    assert between(name, low, low).word is SAME


@pytest.mark.parametrize("one", MEASURES.values(), ids=lambda one: one.id)
def test_a_measure_without_an_agreed_change_gets_no_word(one):
    said = {"side": Side.LEFT} if one.sides else {}
    if one.of:
        said["of"] = max(one.of)
    values = (
        (one.words[0], one.words[-1]) if one.words else (one.low or 0, one.high or max(one.of, default=9))
    )
    found = between(one.id, *values, **said)
    if one.judged_by is JudgedBy.NOTHING:
        assert (found.word, found.reason) == (None, NoWord.NO_AGREED_CHANGE)
    assert one.says.endswith(".")
    assert one.verification
    assert {citation.id for citation in one.citations} <= RELEASE.citations.keys()


def test_no_sentence_speaks_of_recovery():
    said = " ".join(
        one.says.lower() for one in (*MEASURES.values(), OUTCOMES.below_change, OUTCOMES.no_recovery)
    )
    assert "recover" not in said
    assert "regenerat" not in said


def test_bands_are_shown_where_no_change_is_agreed():
    found = between("tcss", 8, 9)
    assert (found.word, found.before, found.after, found.difference) == (None, "mild", "moderate", 1)
    limits = {0: "none", 5: "none", 6: "mild", 8: "mild", 9: "moderate", 11: "moderate", 12: "severe"}
    assert {value: MEASURES["tcss"].category(Fraction(value)) for value in limits} == limits
    assert MEASURES["timed-up-and-go"].category(Fraction(12)) == "from-12"
    vibration = between("vibration-128hz", "present", "absent", side=Side.LEFT)
    assert (vibration.word, vibration.before, vibration.after) == (None, "present", "absent")


def test_any_rise_of_foot_risk_is_reviewed_and_a_fall_gets_no_word():
    assert between("iwgdf-risk", 0, 1).consequences == {Consequence.REVIEW}
    fallen = between("iwgdf-risk", 3, 2)
    assert (fallen.word, fallen.reason, fallen.consequences) == (None, NoWord.ONLY_WORSE_COUNTS, frozenset())


def test_any_newly_insensate_site_makes_the_foot_risk_be_worked_out_again():
    one = MEASURES["monofilament-10g"]
    felt = {"of": 10, "side": Side.LEFT}
    assert between(one.id, 10, 9, **felt).consequences == {Consequence.RECOMPUTE_RISK}
    assert between(one.id, 9, 9, **felt).word is SAME
    assert between(one.id, 8, 10, **felt).reason is NoWord.ONLY_WORSE_COUNTS
    before = one.reading(FIRST, 9, insensate=frozenset({"hallux"}), **felt)
    after = one.reading(LATER, 9, insensate=frozenset({"heel"}), **felt)
    assert change(one, before, after).word is WORSE
    assert change(one, before, one.reading(LATER, 9, insensate=frozenset({"hallux"}), **felt)).word is SAME
    regained = one.reading(LATER, 10, **felt)
    assert change(one, before, regained).word is None


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ({"of": 3}, {"of": 10}, NoWord.OTHER_NUMBER_TESTED),
        ({"side": Side.RIGHT}, {}, NoWord.OTHER_SIDE),
        ({"on": LATER}, {"on": LATER}, NoWord.NOT_LATER),
    ],
)
def test_what_was_measured_otherwise_is_not_compared(before, after, reason):
    one = MEASURES["monofilament-10g"]
    usual = {"value": 3, "of": 10, "side": Side.LEFT}
    found = change(
        one,
        one.reading(**{"on": FIRST, **usual, **before}),
        one.reading(**{"on": LATER, **usual, **after}),
    )
    assert (found.word, found.reason, found.difference) == (ChangeWord.NOT_COMPARABLE, reason, None)


def test_two_measures_are_not_compared():
    a, b = MEASURES["hba1c"], MEASURES["hba1c-ifcc"]
    found = change(a, a.reading(FIRST, 7), b.reading(LATER, 53))
    assert found.reason is NoWord.OTHER_MEASURE


def test_an_injurious_fall_is_reviewed_by_itself():
    one = MEASURES["injurious-falls"]
    assert alone(one, one.reading(FIRST, 1)) == {Consequence.REVIEW}
    assert alone(one, one.reading(FIRST, 0)) == frozenset()
    assert course(one, [one.reading(FIRST, 1)]).consequences == {Consequence.REVIEW}


@pytest.mark.parametrize(("rise", "found"), [(1000, set()), (1001, {Consequence.ABOVE_SAFE_RISE})])
def test_steps_beyond_the_safe_rise_are_told(rise, found):
    assert between("steps", 4000, 4000 + rise).consequences == found


@pytest.mark.parametrize(
    ("name", "value", "said", "code"),
    [
        ("pain-nrs", 10.1, {}, "out-of-range"),
        ("pain-nrs", -0.1, {}, "out-of-range"),
        ("pain-nrs", "much", {}, "not-a-number"),
        ("pain-nrs", True, {}, "not-a-number"),
        ("pain-nrs", float("nan"), {}, "not-a-number"),
        ("neuroqol", float("inf"), {}, "not-a-number"),
        ("pain-nrs", 3, {"side": Side.LEFT}, "side"),
        ("pain-nrs", 3, {"of": 10}, "of"),
        ("pain-nrs", 3, {"target": 2}, "target"),
        ("pain-nrs", 3, {"insensate": frozenset({"hallux"})}, "insensate"),
        ("berg-balance", 40.5, {}, "not-whole"),
        ("tcss", 20, {}, "out-of-range"),
        ("mtcns", 34, {}, "out-of-range"),
        ("mnsi-questionnaire", 14, {"of": 13}, "out-of-range"),
        ("mnsi-questionnaire", 7, {}, "of"),
        ("mnsi-questionnaire", 7, {"of": 14}, "of"),
        ("monofilament-10g", 3, {"of": 10}, "side"),
        ("monofilament-10g", 4, {"of": 3, "side": Side.LEFT}, "out-of-range"),
        (
            "monofilament-10g",
            8,
            {"of": 10, "side": Side.LEFT, "insensate": frozenset({"hallux"})},
            "insensate",
        ),
        ("vibration-128hz", "weak", {"side": Side.LEFT}, "not-allowed"),
        ("iwgdf-risk", 4, {}, "out-of-range"),
        ("hba1c", 2.9, {}, "out-of-range"),
        ("hba1c", 7, {"target": 21}, "out-of-range"),
        ("evs", -1, {}, "out-of-range"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(name, value, said, code):
    with pytest.raises(ValueRefused) as refused:
        MEASURES[name].reading(FIRST, value, **said)
    assert refused.value.code == code


def test_both_ends_of_a_range_are_allowed():
    for one in MEASURES.values():
        said = {"side": Side.LEFT} if one.sides else {}
        if one.of:
            said["of"] = min(one.of)
        for value in one.words or (one.low, min(one.of) if one.of else one.high):
            if value is not None:
                assert one.reading(FIRST, value, **said).measure == one.id


@pytest.mark.parametrize(
    ("name", "value", "said", "first", "last"),
    [
        ("pain-nrs", 3, {}, FIRST + timedelta(days=7), FIRST + timedelta(days=7)),
        ("evs", 90, {}, FIRST + timedelta(days=90), FIRST + timedelta(days=90)),
        ("six-minute-walk", 400, {}, FIRST + timedelta(weeks=12), FIRST + timedelta(weeks=12)),
        ("mtcns", 9, {}, date(2026, 7, 31), date(2027, 1, 31)),
        ("hba1c", 7, {}, date(2026, 4, 30), date(2026, 7, 31)),
        ("iwgdf-risk", 0, {}, date(2027, 1, 31), date(2027, 1, 31)),
        ("iwgdf-risk", 1, {}, date(2026, 7, 31), date(2027, 1, 31)),
        ("iwgdf-risk", 2, {}, date(2026, 4, 30), date(2026, 7, 31)),
        ("iwgdf-risk", 3, {}, date(2026, 2, 28), date(2026, 4, 30)),
        ("monofilament-10g", 9, {"of": 10, "side": Side.LEFT}, date(2027, 1, 31), date(2027, 1, 31)),
    ],
)
def test_when_the_next_one_is_due(name, value, said, first, last):
    one = MEASURES[name]
    found = due(one, one.reading(FIRST, value, **said), iwgdf_risk=2)
    assert (found.first, found.last, found.occasion) == (first, last, None)


@pytest.mark.parametrize(
    ("name", "occasion"),
    [("falls", Occasion.REPORT), ("resting-systolic", Occasion.VISIT), ("steps", Occasion.CONTINUOUS)],
)
def test_some_are_taken_on_each_occasion(name, occasion):
    one = MEASURES[name]
    assert due(one, one.reading(FIRST, 100)).occasion is occasion


@pytest.mark.parametrize("risk", [3, None])
def test_at_the_highest_foot_risk_sites_are_tested_at_each_visit(risk):
    one = MEASURES["monofilament-10g"]
    found = due(one, one.reading(FIRST, 9, of=10, side=Side.LEFT), iwgdf_risk=risk)
    assert found.occasion is Occasion.VISIT


def test_a_course_compares_the_last_with_the_first_and_with_the_one_before():
    one = MEASURES["six-minute-walk"]
    values = [400, 420, 440]
    readings = [one.reading(FIRST + timedelta(weeks=12 * n), value) for n, value in enumerate(values)]
    found = course(one, readings[::-1])
    assert (found.baseline, found.previous, found.latest) == tuple(readings)
    assert (found.since_baseline.word, found.since_previous.word) == (BETTER, SAME)
    assert found.due.first == readings[-1].on + timedelta(weeks=12)
    single = course(one, readings[:1])
    assert (single.since_baseline, single.since_previous, single.previous) == (None, None, None)
    assert course(one, []) is None
    corrected = one.reading(FIRST, 410)
    assert course(one, [readings[0], corrected]).latest == corrected


def test_a_month_later_stays_in_its_month():
    assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_after(date(2025, 12, 31), 12) == date(2026, 12, 31)


judged = [one for one in MEASURES.values() if one.judged_by is JudgedBy.DIFFERENCE]


@given(st.sampled_from(judged), st.integers(0, 100), st.integers(0, 100))
def test_a_change_and_its_reverse_never_point_the_same_way(one, before, after):
    low, high = int(one.low), int(one.high)
    first, second = (low + (high - low) * share // 100 for share in (before, after))
    target = {"target": low} if one.better is Better.TARGET else {}
    there, back = (between(one.id, *pair, **target).word for pair in ((first, second), (second, first)))
    assert there is SAME or back is SAME or {there, back} == {BETTER, WORSE}
    if first == second:
        assert there is SAME
