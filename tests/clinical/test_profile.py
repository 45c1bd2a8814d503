"""What the rules may know at a moment: staleness, history, contradictions, reads-as."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from api.clinical.criteria import PartOfSet
from api.clinical.vocabulary import FactState
from tests.clinical.builders import DAY, NOW, RELEASE, birthday, known, seen, values

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def state_after(name, value, ago):
    patient = known(seen(name, value, ago=ago))
    return patient.state(name), patient.values[name]


SHELF_LIVES = [
    ("pregnancy_status", "not-pregnant", 30 * DAY),
    ("care_episode", "community", 30 * DAY),
    ("cognitive_impairment", "none", 365 * DAY),
    ("neuro_red_flags", ["none"], 30 * DAY),
    ("neuropathy_types", ["none"], 365 * DAY),
    ("neuropathy_course", "stable", 180 * DAY),
    ("weakest_leg_mrc", 5, 365 * DAY),
    ("pain_nrs", 3, 14 * DAY),
    ("lops_left", "no", 365 * DAY),
    ("monofilament_insensate_left", 0, 365 * DAY),
    ("foot_ulcer_left", "none", 30 * DAY),
    ("charcot_left", "none", 365 * DAY),
    ("hot_swollen_foot_left", "no", 7 * DAY),
    ("ulcer_infection_left", "none", 7 * DAY),
    ("amputation_left", "none", 3650 * DAY),
    ("foot_temp_diff_c", 1.0, 2 * DAY),
    ("offloading_device", "none", 90 * DAY),
    ("pad_status", "none", 365 * DAY),
    ("can_status", "none", 365 * DAY),
    ("bp_supine_sys", 120, 180 * DAY),
    ("orthostatic_symptoms", "no", 90 * DAY),
    ("resting_sys", 130, 90 * DAY),
    ("unstable_cardiac", ["none"], 30 * DAY),
    ("cv_symptoms", ["none"], 30 * DAY),
    ("cvd_known", ["none"], 365 * DAY),
    ("valve_disease", "none", 1095 * DAY),
    ("exercise_test_result", "normal", 365 * DAY),
    ("diabetes_type", "none", 365 * DAY),
    ("medications", ["metformin"], 90 * DAY),
    ("severe_hypo_last_24h", "no", DAY),
    ("missed_dialysis", "no", 3 * DAY),
    ("retinopathy_stage", "none", 365 * DAY),
    ("egfr", 85, 180 * DAY),
    ("cancer_treatment", "none", 30 * DAY),
    ("bone_metastases", "no", 180 * DAY),
    ("falls_12m", 0, 180 * DAY),
    ("osteoporosis", "no", 1095 * DAY),
    ("joint_acute_inflammation", "no", 14 * DAY),
    ("height_cm", 175, 3650 * DAY),
    ("glucose_mg_dl", 140, 30 * MINUTE),
    ("glucose_trend", "flat", 15 * MINUTE),
    ("ketones_blood_mmol_l", 0.1, 2 * HOUR),
    ("ketones_urine", "negative", 4 * HOUR),
    ("last_session_post_pain_min", 0, 14 * DAY),
]


@pytest.mark.parametrize(("name", "value", "lasts"), SHELF_LIVES)
def test_a_reassuring_value_counts_for_its_shelf_life_and_no_longer(name, value, lasts):
    state, read = state_after(name, value, lasts)
    assert state is FactState.KNOWN
    assert read is not None
    state, _ = state_after(name, value, lasts + SECOND)
    assert state is FactState.STALE
    assert known(seen(name, value, ago=lasts + SECOND)).entered[name] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("foot_ulcer_left", "active"),
        ("charcot_left", "active"),
        ("charcot_left", "suspected"),
        ("lops_left", "yes"),
        ("monofilament_insensate_left", 1),
        ("pad_status", "claudication"),
        ("can_status", "severe"),
        ("resting_sys", 180),
        ("egfr", 29),
        ("potassium_mmol_l", 6.2),
        ("platelets_10e9_l", 18),
        ("hb_g_dl", 8.5),
        ("retinopathy_stage", "severe-npdr"),
        ("pregnancy_status", "pregnant"),
        ("falls_12m", 2),
        ("amputation_left", "toe"),
        ("diabetes_type", "type1"),
        ("severe_hypo_last_24h", "yes"),
        ("hot_swollen_foot_left", "yes"),
    ],
)
def test_an_adverse_value_never_runs_out(name, value):
    assert state_after(name, value, 5000 * DAY) == (FactState.KNOWN, value)


@pytest.mark.parametrize(
    ("name", "value", "ago"),
    [
        ("glucose_mg_dl", 62, 31 * MINUTE),
        ("ketones_blood_mmol_l", 3.0, 121 * MINUTE),
        ("ketones_urine", "large", 241 * MINUTE),
        ("temp_c", 39.0, DAY),
        ("acute_illness_today", "yes", DAY),
        ("symptoms_today", ["chest-pain"], DAY),
        ("foot_check_today", "done-problem", DAY),
        ("spo2_rest", 85, 91 * DAY),
        ("last_session_post_pain_min", 500, 15 * DAY),
    ],
)
def test_minutes_hours_and_the_day_run_out_both_ways(name, value, ago):
    assert state_after(name, value, ago) == (FactState.STALE, None)


class TestTheDay:
    def test_it_counts_until_local_midnight(self):
        zone = ZoneInfo("America/Los_Angeles")
        midnight = datetime(2026, 3, 9, 0, 0, tzinfo=zone)
        just_before = seen("acute_illness_today", "no", at=midnight - SECOND)
        assert known(just_before, as_of=midnight - SECOND).values["acute_illness_today"] == "no"
        assert known(just_before, as_of=midnight).state("acute_illness_today") is FactState.STALE

    def test_it_is_the_day_of_the_patient_not_of_the_observer(self):
        observed = seen("temp_c", 36.5, at=datetime(2026, 3, 8, 23, 30, tzinfo=UTC))
        tokyo = datetime(2026, 3, 9, 22, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
        assert known(observed, as_of=tokyo).values["temp_c"] == 36.5
        assert known(observed, as_of=tokyo.astimezone(UTC)).state("temp_c") is FactState.STALE

    def test_on_the_short_day_of_summer_time_it_ends_at_midnight_too(self):
        zone = ZoneInfo("Europe/Berlin")
        patient = known(
            seen("temp_c", 36.5, at=datetime(2026, 3, 29, 0, 30, tzinfo=zone)),
            as_of=datetime(2026, 3, 29, 23, 59, tzinfo=zone),
        )
        assert patient.values["temp_c"] == 36.5
        assert patient.fading["temp_c"] == datetime(2026, 3, 30, 0, 0, tzinfo=zone)

    def test_blood_pressure_of_today_is_of_the_local_day(self):
        observed = seen("resting_sys", 130, at=datetime(2026, 3, 8, 23, 30, tzinfo=UTC))
        tokyo = datetime(2026, 3, 9, 22, 0, tzinfo=timezone(9 * HOUR))
        assert known(observed, as_of=tokyo).values["bp_today"] == "yes"
        assert known(observed, as_of=tokyo.astimezone(UTC)).values["bp_today"] == "no"


class TestConditionalShelfLives:
    @pytest.mark.parametrize(
        ("name", "value", "context", "days"),
        [
            ("potassium_mmol_l", 4.4, ("dialysis", "haemodialysis"), 14),
            ("potassium_mmol_l", 4.4, ("dialysis", None), 14),
            ("potassium_mmol_l", 4.4, ("dialysis", "none"), 30),
            ("platelets_10e9_l", 240, ("cancer_treatment", "active-systemic"), 14),
            ("platelets_10e9_l", 240, ("cancer_treatment", None), 14),
            ("platelets_10e9_l", 240, ("cancer_treatment", "none"), 365),
            ("anc_10e9_l", 3.5, ("cancer_treatment", "none"), 14),
        ],
    )
    def test_they_follow_another_fact_and_the_shorter_holds_while_it_is_unknown(
        self, name, value, context, days
    ):
        patient = known(seen(name, value, ago=days * DAY), seen(*context))
        assert patient.values[name] == value
        assert patient.fading[name] == NOW
        later = known(seen(name, value, ago=days * DAY + SECOND), seen(*context))
        assert later.state(name) is FactState.STALE

    @pytest.mark.parametrize(
        ("treatment", "dialysis", "days"),
        [
            ("active-systemic", "haemodialysis", 14),
            ("none", "haemodialysis", 90),
            ("none", "none", 365),
            ("none", None, 90),
            (None, "none", 14),
        ],
    )
    def test_haemoglobin_has_three(self, treatment, dialysis, days):
        context = seen("cancer_treatment", treatment), seen("dialysis", dialysis)
        assert known(seen("hb_g_dl", 13, ago=days * DAY), *context).values["hb_g_dl"] == 13
        assert known(seen("hb_g_dl", 13, ago=days * DAY + SECOND), *context).values["hb_g_dl"] is None

    def test_a_foot_at_the_highest_risk_is_looked_at_more_often(self):
        lesion = seen("preulcer_lesion_left", "none", ago=15 * DAY)
        calm = [seen("lops_left", "no"), seen("lops_right", "no"), seen("pad_status", "none")]
        assert known(lesion, *calm).values["preulcer_lesion_left"] == "none"
        risky = known(lesion, *calm[:2], seen("pad_status", "claudication"), seen("amputation_left", "toe"))
        assert risky.values["iwgdf_risk"] == "3"
        assert risky.state("preulcer_lesion_left") is FactState.STALE

    @pytest.mark.parametrize(
        ("lung", "heart", "counts"),
        [
            ("no", ["none"], True),
            ("yes", ["none"], False),
            ("no", ["heart-failure"], False),
            (None, ["none"], False),
        ],
    )
    def test_oxygen_counts_for_the_day_only_with_lung_disease_or_heart_failure(self, lung, heart, counts):
        patient = known(seen("spo2_rest", 97, ago=DAY), seen("lung_disease", lung), seen("cvd_known", heart))
        assert (patient.values["spo2_rest"] == 97) is counts

    def test_a_low_egfr_is_adverse_and_stays(self):
        assert known(seen("egfr", 25, ago=91 * DAY)).values["egfr"] == 25

    def test_an_adverse_value_outlives_its_shorter_life_too(self):
        patient = known(seen("potassium_mmol_l", 6.2, ago=20 * DAY), seen("dialysis", "haemodialysis"))
        assert patient.values["potassium_mmol_l"] == 6.2


class TestHistory:
    def test_a_healed_ulcer_runs_out_but_its_history_stays(self):
        patient = known(seen("foot_ulcer_left", "healed", ago=31 * DAY), seen("foot_ulcer_right", "none"))
        assert patient.state("foot_ulcer_left") is FactState.STALE
        assert patient.values["foot_ulcer_left"] is None
        assert patient.values["foot_ulcer_last_left"] == "healed"
        assert patient.values["foot_ulcer_unknown"] == "yes"
        assert patient.values["ulcer_history_any"] == "yes"
        assert patient.values["ulcer_healed_under_90d"] == "yes"

    def test_charcot_in_remission_counts_for_90_days_and_its_history_stays(self):
        assert known(seen("charcot_left", "remission", ago=90 * DAY)).values["charcot_left"] == "remission"
        patient = known(seen("charcot_left", "remission", ago=91 * DAY))
        assert patient.values["charcot_left"] is None
        assert patient.values["charcot_remission_any"] == "yes"
        assert patient.values["charcot_remission_under_12m"] == "yes"

    def test_a_stale_none_says_nothing_of_history(self):
        patient = known(seen("foot_ulcer_left", "none", ago=31 * DAY), seen("foot_ulcer_right", "none"))
        assert patient.values["foot_ulcer_last_left"] is None
        assert patient.values["ulcer_history_any"] is None

    def test_an_active_ulcer_is_history_at_once(self):
        assert known(seen("foot_ulcer_left", "active")).values["ulcer_history_any"] == "yes"


class TestOldLists:
    def test_what_was_on_an_old_list_still_counts_and_what_was_not_is_unknown(self):
        patient = known(seen("medications", ["insulin", "metformin"], ago=91 * DAY))
        assert isinstance(patient.values["medications"], PartOfSet)
        assert patient.state("medications") is FactState.STALE
        assert patient.values["on_insulin"] == "yes"
        assert patient.values["on_beta_blocker"] is None
        assert patient.values["on_sglt2i"] is None

    def test_an_old_list_without_anything_adverse_is_unknown(self):
        assert state_after("medications", ["metformin"], 91 * DAY) == (FactState.STALE, None)
        assert state_after("cvd_known", ["none"], 366 * DAY) == (FactState.STALE, None)

    def test_a_fresh_list_acquits(self):
        assert known(seen("medications", ["insulin"], ago=90 * DAY)).values["on_beta_blocker"] == "no"


class TestDates:
    def test_a_clearance_for_vigorous_work_counts_for_a_year_from_its_date(self):
        granted = seen("vigorous_clearance_date", NOW.date() - 365 * DAY, ago=9 * DAY)
        patient = known(granted)
        assert patient.values["vigorous_clearance_valid"] == "yes"
        assert patient.fading["vigorous_clearance_date"] == datetime(2026, 11, 23, tzinfo=UTC)
        older = known(seen("vigorous_clearance_date", NOW.date() - 366 * DAY))
        assert older.values["vigorous_clearance_valid"] == "no"
        assert older.state("vigorous_clearance_date") is FactState.STALE

    def test_it_may_have_been_entered_long_ago(self):
        old = seen("vigorous_clearance_date", NOW.date() - 300 * DAY, ago=300 * DAY)
        assert known(old).values["vigorous_clearance_valid"] == "yes"

    def test_asked_and_none_is_known_and_never_recent(self):
        patient = known(seen("vigorous_clearance_date", "asked-none"), seen("last_stroke_date", "asked-none"))
        assert patient.values["vigorous_clearance_valid"] == "no"
        assert patient.state("last_stroke_date") is FactState.KNOWN
        assert values(cvd_known=["stroke-tia"], last_stroke_days="asked-none")["recent_stroke"] == "no"

    def test_a_birth_date_never_runs_out(self):
        assert known(seen("birth_date", date(1964, 3, 1), ago=9000 * DAY)).values["age_years"] == 62


class TestContradictions:
    def test_no_loss_against_insensate_sites_reads_as_loss(self):
        patient = known(seen("lops_left", "no"), seen("monofilament_insensate_left", 5))
        assert patient.values["lops_left"] == "yes"
        assert patient.conflicts == ("lops_left",)

    def test_loss_against_no_insensate_site_reads_as_loss(self):
        patient = known(seen("lops_left", "yes"), seen("monofilament_insensate_left", 0))
        assert patient.values["lops_left"] == "yes"
        assert patient.conflicts == ("lops_left",)

    def test_agreement_and_other_foot_are_no_conflict(self):
        agreeing = seen("lops_left", "yes"), seen("monofilament_insensate_left", 1)
        assert known(*agreeing, seen("monofilament_insensate_right", 0)).conflicts == ()

    def test_a_stale_no_no_longer_contradicts(self):
        patient = known(seen("lops_left", "no", ago=366 * DAY), seen("monofilament_insensate_left", 5))
        assert patient.values["lops_left"] == "yes"
        assert patient.conflicts == ()

    def test_without_any_conflict_the_rules_see_none(self):
        assert known(seen("lops_left", "no")).values["conflicts"] == frozenset()


@pytest.mark.parametrize(
    ("name", "facts", "reads"),
    [
        ("cardiology_plan_agreed", {}, "no"),
        ("hr_explained", {}, "no"),
        ("vigorous_clearance_valid", {}, "no"),
        ("bp_today", {}, "no"),
        ("supervision", {}, "none"),
        ("supervision", {"supervision": "clinical"}, "clinical"),
        ("angina_status", {"cvd_known": ["cad", "af"]}, "stable"),
        ("angina_status", {"cvd_known": ["af"]}, "none"),
        ("angina_status", {"cvd_known": ["none"]}, "none"),
        ("angina_status", {}, None),
        ("angina_status", {"cvd_known": ["cad"], "angina_status": "none"}, "none"),
        ("hf_nyha", {"cvd_known": ["heart-failure"]}, "iii"),
        ("hf_nyha", {"cvd_known": ["none"]}, "none"),
        ("hf_nyha", {}, None),
        ("hf_nyha", {"cvd_known": ["heart-failure"], "hf_nyha": "i"}, "i"),
        ("cancer_treatment", {"neuropathy_cause": "chemotherapy"}, "active-systemic"),
        ("cancer_treatment", {"neuropathy_cause": "diabetes"}, None),
        ("cancer_treatment", {}, None),
        ("cancer_treatment", {"neuropathy_cause": "chemotherapy", "cancer_treatment": "none"}, "none"),
        ("pregnancy_status", {"sex_for_reference": "male"}, "not-applicable"),
        ("pregnancy_status", {"sex_for_reference": "male", "age_years": 30}, "not-applicable"),
        ("pregnancy_status", {"age_years": 17}, "not-applicable"),
        ("pregnancy_status", {"age_years": 18}, None),
        ("pregnancy_status", {"age_years": 55}, None),
        ("pregnancy_status", {"age_years": 56}, "not-applicable"),
        ("pregnancy_status", {"sex_for_reference": "female"}, None),
        ("pregnancy_status", {"sex_for_reference": "other", "age_years": 30}, None),
        ("pregnancy_status", {}, None),
        ("severe_hypo_last_24h", {"glucose_mg_dl": 53.9}, "yes"),
        ("severe_hypo_last_24h", {"glucose_mg_dl": 53.9, "severe_hypo_last_24h": "no"}, "yes"),
        ("severe_hypo_last_24h", {"glucose_mg_dl": 54}, None),
        ("severe_hypo_last_24h", {"glucose_mg_dl": 54, "severe_hypo_last_24h": "no"}, "no"),
    ],
)
def test_a_missing_value_reads_as(name, facts, reads):
    assert values(**facts)[name] == reads


def test_only_the_listed_facts_have_a_stand_in():
    standing_in = {fact.name for fact in RELEASE.plain_facts if fact.reads_as or fact.overridden_by}
    assert standing_in == {
        "angina_status", "cancer_treatment", "cardiology_plan_agreed", "hf_nyha", "hr_explained",
        "injurious_fall_12m", "lops_left", "lops_right", "pregnancy_status", "severe_hypo_last_24h",
        "supervision",
    }  # fmt: skip


def test_an_old_cvd_list_does_not_tell_that_there_is_no_angina():
    patient = known(seen("cvd_known", ["hypertension"], ago=400 * DAY))
    assert patient.values["angina_status"] is None
    assert patient.values["cvd_any"] is None


@pytest.mark.parametrize("born_on_leap_day", [date(1964, 2, 29)])
def test_who_is_born_on_the_29th_of_february_grows_older_on_the_first_of_march(born_on_leap_day):
    born = seen("birth_date", born_on_leap_day, at=datetime(2026, 1, 1, tzinfo=UTC))
    ages = [
        known(born, as_of=datetime(2026, *day, 12, tzinfo=UTC)).values["age_years"]
        for day in ((2, 28), (3, 1))
    ]
    assert ages == [61, 62]


def test_age_counts_on_the_local_day():
    born = seen("birth_date", birthday(18) + DAY, ago=DAY)
    assert known(born).values["age_years"] == 17
    tomorrow_there = NOW.astimezone(timezone(14 * HOUR))
    assert known(born, as_of=tomorrow_there).values["age_years"] == 18


class TestWhatRunsOutNext:
    def test_it_is_told_for_every_fact_with_a_shelf_life(self):
        patient = known(
            seen("pad_status", "none", ago=DAY), seen("glucose_mg_dl", 140), seen("sex_for_reference", "male")
        )
        assert patient.fading == {"pad_status": NOW + 364 * DAY, "glucose_mg_dl": NOW + 30 * MINUTE}

    def test_a_value_that_has_run_out_is_not_told(self):
        assert known(seen("pad_status", "none", ago=366 * DAY)).fading == {}
