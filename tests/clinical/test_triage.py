"""Triage of one report: the vignettes, each finding at its limit, and what follows from it."""

import pytest

from api.clinical.session_context import Context, context
from tests.clinical.builders import values
from tests.clinical.dose_cases import worked
from tests.clinical.report_builders import RELEASE, TABLES, found, judged, known
from tests.clinical.report_cases import LIMITS

OK, WATCH, REVIEW, URGENT, EMERGENCY = ["ok", "watch", "review", "urgent", "emergency"]

# title, changes to the base report, changes to what is known, level, rules in the order of the answer
VIGNETTES = [
    ("T01 nothing to report", {}, {}, OK, []),
    ("T02 pain for exactly 120 min", {"pain_after_min": 120}, {}, OK, []),
    ("T05 pain for 26 h", {"pain_after_min": 1560}, {}, REVIEW, ["rep-pain-24h", "rep-pain-2h"]),
    ("T06 chest pressure that went away", {"symptoms": ["chest-pain"]}, {}, EMERGENCY, ["rep-chest-pain"]),
    (
        "T07 breathless, cold sweat, known autonomic neuropathy",
        {"symptoms": ["breathless-unusual", "cold-sweat"]},
        {"autonomic": "yes"},
        URGENT,
        ["rep-anginal-equivalent"],
    ),
    ("T09 open spot", {"foot_check_after": "bleeding-or-open"}, {}, URGENT, ["rep-foot-open"]),
    ("T11 feet not looked at", {"foot_check_after": "not-done"}, {}, WATCH, ["rep-foot-not-checked"]),
    ("T13 glucose 61", {"glucose_min": 61}, {}, REVIEW, ["rep-hypo-70"]),
    ("T14 glucose 50", {"glucose_min": 50}, {}, URGENT, ["rep-hypo-54"]),
    (
        "T15 head strike with an anticoagulant",
        {"fall": "fall-head-strike"},
        {"on_anticoagulant": "yes"},
        EMERGENCY,
        ["rep-head-strike", "rep-fall-injury"],
    ),
    ("T17 systolic falls by 14", {"sys_pre": 140, "sys_peak": 126}, {}, URGENT, ["rep-bp-drop"]),
    ("T18 usual claudication", {"symptoms": ["claudication-usual"]}, {}, OK, ["rep-claudication"]),
    ("T19 exertion 8 where 5 was planned", {"rpe": 8}, {}, WATCH, ["rep-rpe-over"]),
    ("T20 floaters", {"symptoms": ["vision-loss-or-floaters"]}, {}, URGENT, ["rep-vision"]),
    (
        "T23 headache, pressure not measured",
        {"symptoms": ["severe-headache"], "sys_peak": None, "dia_peak": None},
        {},
        EMERGENCY,
        ["rep-severe-headache", "rep-headache"],
    ),
    (
        "T24 headache, systolic 150",
        {"symptoms": ["severe-headache"], "sys_peak": 150},
        {},
        URGENT,
        ["rep-headache"],
    ),
    (
        "T26 hypoglycaemia with help",
        {"symptoms": ["hypo-help-needed"], "glucose_min": 48},
        {},
        EMERGENCY,
        ["rep-hypo-help", "rep-hypo-54"],
    ),
]


@pytest.mark.parametrize(
    ("changes", "beside", "level", "rules"),
    [vignette[1:] for vignette in VIGNETTES],
    ids=[vignette[0] for vignette in VIGNETTES],
)
def test_a_vignette_of_the_specification(changes, beside, level, rules):
    answer = judged(context=known(**beside), **changes)
    assert (answer.level, sorted(answer.rule_ids)) == (level, sorted(rules))
    assert answer.not_asked == ()


class TestFindings:
    def test_every_rule_has_its_cases(self):
        assert {rule.id for rule in TABLES.rules} == {*LIMITS, "rep-pain-2h-repeat"}
        assert len(TABLES.rules) == 44

    @pytest.mark.parametrize("rule_id", LIMITS)
    def test_a_rule_fires_at_its_limit_and_not_beside_it(self, rule_id):
        fires, silent, *rest = LIMITS[rule_id]
        beside = known(**(rest[0] if rest else {}))
        assert rule_id in found(judged(context=beside, **fires))
        assert rule_id not in found(judged(context=beside, **silent))

    @pytest.mark.parametrize("rule_id", LIMITS)
    def test_the_level_is_not_below_any_finding(self, rule_id):
        answer = judged(**LIMITS[rule_id][0])
        levels = [one.level for one in answer.fired]
        order = [OK, WATCH, REVIEW, URGENT, EMERGENCY]
        assert order.index(answer.level) == max(map(order.index, levels), default=0)
        assert [order.index(one) for one in levels] == sorted(map(order.index, levels), reverse=True)

    @pytest.mark.parametrize(
        ("changes", "rule_id"),
        [
            ({"new_numb_or_weak": "sudden-one-sided"}, "rep-stroke-signs"),
            ({"fall": "fall-head-strike"}, "rep-fall-injury"),
            ({"sys_peak": None, "dia_peak": 110}, "rep-bp-peak"),
            ({"new_numb_or_weak": "weak-lasting-over-48h"}, "rep-weak-48h"),
            ({"rpe": 15, "rpe_scale": "borg-6-20"}, "rep-rpe-over"),
            ({"glucose_pre": 60}, "rep-hypo-70"),
            ({"glucose_post": 50}, "rep-hypo-54"),
            ({"symptoms": ["breathless-unusual"]}, "rep-anginal-equivalent"),
            ({"symptoms": ["near-syncope"]}, "rep-anginal-equivalent"),
            ({"symptoms": ["cold-sweat"]}, "rep-anginal-equivalent"),
        ],
    )
    def test_every_way_to_fire_counts(self, changes, rule_id):
        assert rule_id in found(judged(**changes))

    @pytest.mark.parametrize(
        ("changes", "rule_id"),
        [
            ({"dia_peak": 109}, "rep-bp-peak"),
            ({"rpe": 14, "rpe_scale": "borg-6-20"}, "rep-rpe-over"),
            ({"ketones_mmol_l": 3.0}, "rep-ketones"),
            ({"glucose_min": 53}, "rep-hypo-70"),
        ],
    )
    def test_and_no_other(self, changes, rule_id):
        assert rule_id not in found(judged(**changes))

    @pytest.mark.parametrize(
        "name",
        ["sys_pre", "sys_peak", "dia_peak", "sys_post", "sys_standing_post", "glucose_pre", "pain_pre",
         "pain_peak", "pain_after_min", "muscle_soreness_h", "fatigue_next_day", "rpe", "talk_test"],
    )  # fmt: skip
    def test_a_measurement_that_was_not_taken_fires_nothing(self, name):
        answer = judged(**{name: None})
        assert (answer.level, answer.rule_ids, answer.not_asked) == (OK, (), ())

    def test_the_reason_names_what_was_read(self):
        answer = judged(sys_pre=140, sys_peak=126)
        assert found(answer)["rep-bp-drop"].why == (("sys_peak", 126), ("sys_pre", 140))
        assert found(judged(symptoms=["syncope"]))["rep-syncope"].why == (("symptoms", ("syncope",)),)

    def test_vigorous_work_may_leave_one_without_words(self):
        changes = {"talk_test": "cannot-talk"}
        assert judged(context=known(intensity_planned="vigorous"), **changes).level == OK
        assert judged(context=known(intensity_planned=None), **changes).level == WATCH

    def test_without_a_plan_exertion_is_not_over_it(self):
        assert judged(context=known(rpe_high=None), rpe=10).level == OK


class TestUnknownContext:
    @pytest.mark.parametrize(
        ("name", "changes", "rule_id"),
        [
            ("on_anticoagulant", {"fall": "fall-head-strike"}, "rep-head-strike"),
            ("foot_at_risk", {"footwear_worn": "no"}, "rep-barefoot"),
            ("foot_at_risk", {"foot_check_after": "not-done"}, "rep-foot-not-checked"),
            ("insulin_or_secretagogue", {"glucose_pre": None}, "rep-glucose-not-measured"),
        ],
    )
    def test_it_reads_as_adverse(self, name, changes, rule_id):
        assert rule_id in found(judged(context=known(**{name: None}), **changes))
        assert rule_id not in found(judged(context=known(**{name: "no"}), **changes))

    @pytest.mark.parametrize(
        ("beside", "said"),
        [
            ({}, False),
            ({"autonomic": "yes"}, True),
            ({"autonomic": None}, True),
            ({"diabetes_10_years": "yes"}, True),
            ({"diabetes_10_years": None}, True),
        ],
    )
    def test_silent_ischaemia_is_thought_of_unless_excluded(self, beside, said):
        task = judged(context=known(**beside), symptoms=["cold-sweat"]).tasks[0]
        assert ("silent ischaemia" in task.sentence) is said

    def test_nobody_known_is_all_adverse(self):
        answer = judged(context=Context(), fall="fall-head-strike", glucose_pre=None, footwear_worn="no")
        assert {"rep-head-strike", "rep-glucose-not-measured", "rep-barefoot"} <= set(answer.rule_ids)

    def test_it_is_read_from_the_facts_of_the_patient(self):
        facts = values(medications=["anticoagulant", "insulin"], diabetes_duration_years=12)
        read = context(RELEASE, facts, None)
        assert (read.on_anticoagulant, read.insulin_or_secretagogue) == ("yes", "yes")
        assert (read.diabetes_10_years, read.intensity_planned, read.rpe_high) == ("yes", None, None)
        nothing = context(RELEASE, values(), None)
        assert {nothing.on_anticoagulant, nothing.autonomic, nothing.insulin_or_secretagogue} == {None}
        assert "no" not in {nothing.foot_at_risk, nothing.iwgdf_1}

    def test_and_from_the_doses_of_the_plan(self):
        doses = worked("V02", steps_baseline=4000).doses
        read = context(RELEASE, values(), doses)
        assert read.rpe_high == doses.aerobic.rpe_high
        assert read.intensity_planned == RELEASE.dosing.exertion.band(doses.aerobic.rpe_high)
        assert read.steps_at_most == 4000 + doses.steps.ceiling


class TestRises:
    @pytest.mark.parametrize(
        ("changes", "beside", "rule_id", "level"),
        [
            ({"glucose_min": 48, "symptoms": ["hypo-help-needed"]}, {}, "rep-hypo-54", EMERGENCY),
            ({"glucose_post": 310, "symptoms": ["nausea"]}, {}, "rep-glucose-high", URGENT),
            ({"glucose_post": 310, "stop_reason": "illness"}, {}, "rep-glucose-high", URGENT),
            ({"glucose_post": 310, "symptoms": ["claudication-usual"]}, {}, "rep-glucose-high", REVIEW),
            (
                {"sys_post": 140, "sys_standing_post": 110, "symptoms": ["near-syncope"]},
                {},
                "rep-post-oh",
                URGENT,
            ),
            (
                {"symptoms": ["dizziness"], "symptoms_resolved_10min": "no"},
                {},
                "rep-dizzy",
                URGENT,
            ),
            ({"symptoms": ["dizziness"]}, {}, "rep-dizzy", REVIEW),
            (
                {"symptoms": ["claudication-usual"], "symptoms_resolved_10min": "no"},
                {},
                "rep-claudication",
                URGENT,
            ),
            ({"foot_check_after": "cold-blue-or-white", "pain_site": "foot"}, {}, "rep-foot-cold", EMERGENCY),
            ({"foot_check_after": "cold-blue-or-white", "pain_site": "hand"}, {}, "rep-foot-cold", URGENT),
            ({"foot_check_after": "blister"}, {"lops_and_pad": "yes"}, "rep-blister", URGENT),
            ({"foot_check_after": "blister"}, {"lops_and_pad": None}, "rep-blister", REVIEW),
        ],
    )
    def test_a_finding_rises_with_what_comes_with_it(self, changes, beside, rule_id, level):
        answer = judged(context=known(**beside), **changes)
        assert found(answer)[rule_id].level == level
        assert bool(found(answer)[rule_id].raised) is (level != TABLES.by_id[rule_id].level)

    def test_a_rise_that_hangs_on_an_open_question_asks_it(self):
        answer = judged(symptoms=["claudication-usual"], symptoms_resolved_10min=None)
        assert (answer.level, answer.not_asked) == (WATCH, ("symptoms_resolved_10min",))
        unsure = judged(symptoms=["claudication-usual"], symptoms_resolved_10min="unknown")
        assert unsure.not_asked == answer.not_asked

    def test_whatever_became_urgent_locks_something(self):
        answer = judged(symptoms=["claudication-usual"], symptoms_resolved_10min="no")
        assert [lock.tags for lock in answer.locks] == [
            {"leg-work", "weight-bearing", "partial-weight-bearing"}
        ]


class TestNotAsked:
    @pytest.mark.parametrize("name", ["symptoms", "new_numb_or_weak", "fall", "foot_check_after"])
    def test_an_open_question_is_a_watch(self, name):
        answer = judged(**{name: None})
        assert (answer.level, answer.not_asked) == (WATCH, (name,))
        assert "not-asked" in [message.key for message in answer.messages]

    def test_an_empty_list_is_an_open_question(self):
        assert judged(symptoms=[]).not_asked == ("symptoms",)

    def test_an_open_question_hides_nothing(self):
        answer = judged(symptoms=None, foot_check_after="bleeding-or-open")
        assert (answer.level, answer.not_asked) == (URGENT, ("symptoms",))

    def test_a_device_that_asks_nothing_leaves_all_open(self):
        open_questions = dict.fromkeys(("symptoms", "new_numb_or_weak", "fall", "foot_check_after"))
        answer = judged(**open_questions)
        assert answer.level == WATCH
        assert set(answer.not_asked) == set(open_questions)


class TestSkipped:
    NOTHING = dict.fromkeys(
        ("symptoms", "new_numb_or_weak", "fall", "foot_check_after", "glucose_pre", "footwear_worn", "rpe")
    )

    def left_out(self, reason, **changes):
        told = {**self.NOTHING, **changes, "status": "skipped", "skip_reason": reason}
        return judged(context=Context(), **told)

    @pytest.mark.parametrize("reason", ["none", "time", "motivation", "weather", "equipment"])
    def test_without_a_reason_of_health_nothing_is_asked(self, reason):
        answer = self.left_out(reason)
        assert (answer.level, answer.not_asked, answer.rule_ids, answer.asked) == (OK, (), (), False)

    @pytest.mark.parametrize(
        ("reason", "asked"),
        [
            (None, ("symptoms",)),
            ("symptom", ("new_numb_or_weak", "symptoms")),
            ("pain", ("symptoms",)),
            ("illness", ("symptoms",)),
            ("glucose", ("symptoms",)),
            ("bp", ("symptoms",)),
            ("foot-problem", ("foot_check_after",)),
            ("fear-of-falling", ("fall",)),
        ],
    )
    def test_a_reason_of_health_is_asked_about(self, reason, asked):
        assert self.left_out(reason).not_asked == asked
        assert self.left_out(reason).level == WATCH

    def test_what_it_tells_counts(self):
        assert self.left_out("symptom", symptoms=["chest-pain"]).level == EMERGENCY
        assert self.left_out("foot-problem", foot_check_after="blister").level == REVIEW

    def test_it_is_not_blamed_for_what_comes_with_a_session(self):
        answer = self.left_out("time", foot_check_after="not-done", footwear_worn="no")
        assert answer.level == OK
