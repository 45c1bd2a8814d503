"""Decision, findings, exercises and clearances of a check."""

from datetime import timedelta

import pytest

from api.clinical.knowledge.examples import example_assessment
from api.clinical.vocabulary import LEVEL_RANK, Basis, CheckKind, Decision, Effect, FactState, Level, Status
from tests.clinical.builders import (
    DAY,
    GATES_ONLY,
    NOW,
    RELEASE,
    base,
    check_base,
    checked,
    cleared,
    fired,
    flat,
    open_exercises,
    seen,
    statuses,
)

SESSION = CheckKind.SESSION
MINUTE = timedelta(minutes=1)
FOOT_RULE = "foot-ulcer-healed-under-90d"
TWO_FALLS = {"falls_12m": 2}
HEALED = {"foot_ulcer_right": "healed", "ulcer_healed_days_right": 40, "footwear": "therapeutic"}
CASES = [
    pytest.param(rule_id, case, id=f"{rule_id}-{position + 1}")
    for rule_id, examples in RELEASE.examples.items()
    for position, case in enumerate(examples.get("cases", ()))
]


@pytest.mark.parametrize("vignette", RELEASE.vignettes, ids=lambda vignette: vignette["id"])
def test_a_vignette_holds(vignette):
    answer = example_assessment(RELEASE, vignette)
    assert answer.decision == vignette["decision"]
    assert set(vignette.get("fires", ())) <= set(fired(answer))
    assert not set(vignette.get("silent", ())) & set(fired(answer))
    if answer.exercises:
        assert set(vignette.get("open", ())) <= open_exercises(answer)
        assert not set(vignette.get("closed", ())) & open_exercises(answer)


@pytest.mark.parametrize(("rule_id", "case"), CASES)
def test_a_case_of_a_single_rule_holds(rule_id, case):
    answer = example_assessment(RELEASE, case)
    assert (rule_id in fired(answer)) is case["fires"]
    assert case.get("decision", answer.decision) == answer.decision


class TestDecision:
    @pytest.mark.parametrize(
        ("changes", "decision"),
        [
            ({"age_years": 17, "unstable_cardiac": ["unstable-angina"], "cv_symptoms": None}, "out-of-scope"),
            ({"care_episode": "inpatient-acute", "cv_symptoms": None}, "out-of-scope"),
            ({"unstable_cardiac": ["unstable-angina"], "cv_symptoms": None}, "do-not-exercise"),
            ({"resting_sys": 180, "neuro_red_flags": None}, "do-not-exercise"),
            ({"cv_symptoms": None, "hf_nyha": "iii"}, "insufficient-data"),
            ({"hf_nyha": "iii"}, "clearance-required"),
            ({}, "modified"),
        ],
    )
    def test_the_strictest_reason_decides(self, changes, decision):
        assert check_base(**changes).decision == decision

    def test_standard_is_left_where_nothing_has_an_effect(self):
        answer = check_base(
            diabetes_type="none",
            neuropathy_types=["none"],
            neuropathy_cause="other",
            medications=["none"],
            evs_days_per_week=5,
            evs_minutes_per_day=30,
        )
        assert answer.decision is Decision.STANDARD
        assert set(statuses(answer).values()) == {Status.ALLOWED}
        assert all(finding.level is Level.INFORMATION for finding in answer.findings)

    @pytest.mark.parametrize("changes", [{"age_years": 15}, {"cv_symptoms": None}])
    def test_no_list_is_given_out_of_scope_or_without_a_gate(self, changes):
        answer = check_base(**changes)
        assert answer.exercises == ()
        assert answer.findings

    def test_a_list_is_given_when_nobody_should_exercise(self):
        answer = check_base(resting_sys=180)
        assert set(statuses(answer).values()) == {Status.FORBID}

    def test_a_cleared_rule_no_longer_asks_for_clearance(self):
        assert check_base(hf_nyha="iii", clearances=[cleared("cardiac-hf-iii")]).decision is Decision.MODIFIED


class TestUnknown:
    def test_same_fires_at_its_level_for_what_is_missing(self):
        arteries = fired(check_base(pad_status=None))["pad-unassessed"]
        assert (arteries.level, arteries.basis) == (Level.PRECAUTION, Basis.MISSING_DATA)
        assert (arteries.facts, arteries.missing) == ((), ("pad_status",))
        sensation = fired(check_base(monofilament_insensate_left=None))["foot-lops"]
        assert (sensation.level, sensation.basis) == (Level.PRECAUTION, Basis.MISSING_DATA)
        assert set(sensation.missing) == {"lops_left", "monofilament_insensate_left"}

    def test_relative_caps_a_prohibition_at_clearance(self):
        finding = fired(check_base(SESSION, medications=["insulin"], severe_hypo_last_24h=None))
        capped = finding["glucose-severe-hypo-24h"]
        assert capped.level is Level.RELATIVE
        assert capped.effects == {Effect.CLEARANCE: {"*"}}
        assert capped.missing == ("severe_hypo_last_24h",)

    def test_precaution_caps_at_avoid(self):
        finding = fired(check_base(stress_fracture_suspected=None))["seed-new-shape-or-stress-fracture"]
        assert finding.level is Level.PRECAUTION
        assert set(finding.effects) == {Effect.AVOID}

    def test_information_has_no_effect(self):
        finding = fired(check_base(hba1c_percent=None))["hba1c-10"]
        assert finding.level is Level.INFORMATION
        assert finding.effects == {}

    def test_ignore_is_silent(self):
        assert "osteoporosis" not in fired(check_base(osteoporosis=None))

    def test_a_clearance_does_not_raise_what_is_only_missing(self):
        missing = {"eye_procedure": None}
        finding = fired(check_base(clearances=[cleared("eye-recent-procedure")], **missing))
        assert finding["eye-recent-procedure"].level is Level.INFORMATION
        assert not finding["eye-recent-procedure"].cleared

    def test_nothing_known_but_the_gates_leaves_light_seated_work(self):
        answer = checked(flat(GATES_ONLY))
        assert answer.decision is Decision.MODIFIED
        assert len(open_exercises(answer)) == 6

    def test_nothing_known_at_all_gives_no_list(self):
        answer = checked([])
        assert answer.decision is Decision.INSUFFICIENT_DATA
        assert len(answer.gates) == 5
        assert answer.exercises == ()


class TestClearance:
    def test_it_lifts_its_own_clearance_to_modify_and_nothing_else(self):
        before, after = check_base(**HEALED), check_base(**HEALED, clearances=[cleared(FOOT_RULE)])
        finding = fired(after)[FOOT_RULE]
        assert finding.cleared
        assert finding.level is Level.PRECAUTION
        assert finding.effects == {
            Effect.FORBID: {"barefoot"},
            Effect.MODIFY: {"weight-bearing", "high-impact"},
        }
        assert statuses(before)["walk-moderate"] is Status.CLEARANCE
        assert statuses(after)["walk-moderate"] is Status.MODIFY
        barefoot = [exercise.id for exercise in RELEASE.exercises if "barefoot" in exercise.tags]
        assert {statuses(after)[name] for name in barefoot} == {Status.FORBID}

    @pytest.mark.parametrize(
        ("granted", "lasts", "counts"),
        [
            (timedelta(0), DAY, True),
            (DAY, DAY + timedelta(seconds=1), True),
            (DAY, DAY, False),
            (9 * DAY, 3 * DAY, False),
            (-timedelta(seconds=1), DAY, False),
        ],
    )
    def test_it_counts_from_when_it_is_granted_to_before_it_expires(self, granted, lasts, counts):
        clearance = cleared(FOOT_RULE, granted=granted, lasts=lasts)
        assert fired(check_base(**HEALED, clearances=[clearance]))[FOOT_RULE].cleared is counts

    def test_an_absolute_rule_is_never_cleared(self):
        for changes, rule_id in (
            ({"unstable_cardiac": ["unstable-angina"]}, "cardiac-unstable"),
            ({"hot_swollen_foot_left": None}, "charcot-suspected"),
        ):
            before, after = check_base(**changes), check_base(**changes, clearances=[cleared(rule_id)])
            assert not fired(after)[rule_id].cleared
            assert statuses(before) == statuses(after)

    def test_no_other_rule_is_touched_and_an_unknown_rule_does_nothing(self):
        clearances = [cleared(FOOT_RULE), cleared("no-such-rule")]
        assert statuses(check_base(clearances=clearances)) == statuses(check_base())

    def test_only_relative_rules_that_ask_for_clearance_can_be_cleared(self):
        for rule in RELEASE.rules:
            assert rule.clearable is (rule.level is Level.RELATIVE and Effect.CLEARANCE in rule.effects)


class TestRelaxation:
    @pytest.mark.parametrize("supervision", ["on-site-trained", "clinical"])
    def test_supervision_makes_high_falls_risk_milder_on_three_tags(self, supervision):
        effects = fired(check_base(**TWO_FALLS, supervision=supervision))["falls-high"].effects
        relaxed = {"balance-high", "treadmill", "stairs"}
        assert effects[Effect.AVOID] == {"uneven-ground", "brisk-walking", "ladder", "slip-trip-hazard"}
        assert relaxed <= effects[Effect.MODIFY]

    @pytest.mark.parametrize("supervision", ["none", "remote", None])
    def test_other_supervision_or_none_does_not(self, supervision):
        effects = fired(check_base(**TWO_FALLS, supervision=supervision))["falls-high"].effects
        assert {"balance-high", "treadmill", "stairs"} <= effects[Effect.AVOID]

    def test_a_supervised_balance_exercise_opens(self):
        alone = statuses(check_base(**TWO_FALLS))
        trained = statuses(check_base(**TWO_FALLS, supervision="clinical"))
        assert alone["tandem-walk"] is Status.AVOID
        assert trained["tandem-walk"] is Status.MODIFY


class TestFindings:
    def test_they_come_worst_first_then_by_rule(self):
        answer = checked(flat({**GATES_ONLY, "foot_ulcer_left": "active", "pad_status": "claudication"}))
        keys = [(-LEVEL_RANK[finding.level], finding.rule.id) for finding in answer.findings]
        assert keys == sorted(keys)
        assert len({level for level, _ in keys}) == 4

    def test_they_name_the_facts_that_carry_them(self):
        finding = fired(check_base(foot_ulcer_left="active", ulcer_site_left="plantar"))[
            "foot-ulcer-active-plantar"
        ]
        assert finding.facts == ("foot_ulcer_left", "ulcer_site_left")
        assert (finding.missing, finding.basis) == ((), Basis.OBSERVED)

    def test_an_unknown_site_is_named_as_missing(self):
        finding = fired(check_base(foot_ulcer_left="active"))["foot-ulcer-active-plantar"]
        assert finding.facts == ("foot_ulcer_left",)
        assert finding.missing == ("ulcer_site_left",)
        assert finding.basis is Basis.MISSING_DATA

    def test_a_stale_fact_is_said_to_be_stale(self):
        patient = base() | {"pad_status": seen("pad_status", "none", ago=366 * DAY)}
        answer = checked(patient.values())
        assert fired(answer)["pad-unassessed"].basis is Basis.STALE_DATA
        asked = {one.name: one for one in answer.missing}["pad_status"]
        assert asked.state is FactState.STALE
        assert "pad-unassessed" in asked.rules

    def test_a_conflict_asks_for_the_facts_in_conflict(self):
        answer = checked([*base().values(), seen("footwear", "inadequate")])
        assert fired(answer)["data-conflict"].missing == ("footwear",)
        assert fired(answer)["data-conflict"].basis is Basis.CONFLICTING_DATA

    def test_an_old_list_with_heart_disease_still_asks_for_the_history(self):
        patient = base() | {"cvd_known": seen("cvd_known", ["hypertension"], ago=366 * DAY)}
        assert fired(checked(patient.values()))["cvd-history-missing"].basis is Basis.STALE_DATA


class TestExercises:
    def test_they_come_in_the_order_of_the_catalogue_all_of_them(self):
        answer = check_base()
        assert [one.exercise_id for one in answer.exercises] == [one.id for one in RELEASE.exercises]

    def test_the_status_is_the_worst_effect_and_because_names_who_has_it(self):
        for answer in (
            check_base(),
            check_base(SESSION, pad_status=None, foot_ulcer_left="active", falls_12m=3),
        ):
            for exercise, judged in zip(RELEASE.exercises, answer.exercises, strict=True):
                effects = {}
                for finding in answer.findings:
                    for effect, tags in finding.effects.items():
                        if "*" in tags or tags & exercise.tags:
                            effects.setdefault(effect, []).append(finding.rule.id)
                worst = next((effect for effect in Effect if effect in effects), None)
                assert judged.status == (worst or "allowed")
                assert list(judged.because) == effects.get(worst, [])


def test_what_was_asked_is_told_back():
    answer = check_base(SESSION)
    assert (answer.kind, answer.as_of) == (SESSION, NOW)
