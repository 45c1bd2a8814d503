"""How long a value counts: the reassuring runs out, the adverse stays."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from api.clinical.vocabulary import FactState
from tests.clinical.builders import DAY, NOW, known, seen

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
