"""What the rules may know at a moment: history, old lists, dates, contradictions, reads-as."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from api.clinical.criteria import PartOfSet
from api.clinical.profile import runs_out
from api.clinical.vocabulary import FactState
from tests.clinical.builders import DAY, NOW, RELEASE, birthday, known, seen, values

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def state_after(name, value, ago):
    patient = known(seen(name, value, ago=ago))
    return patient.state(name), patient.values[name]


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

    @pytest.mark.parametrize(
        ("observed", "ends"),
        [
            (seen("pad_status", "none"), NOW + 365 * DAY),
            (seen("pad_status", "claudication"), None),
            (seen("foot_ulcer_left", "active"), None),
            (seen("foot_ulcer_left", "healed"), NOW + 30 * DAY),
            (seen("glucose_mg_dl", 40), NOW + timedelta(minutes=30)),
            (seen("medications", ["insulin"]), NOW + 90 * DAY),
            (seen("ulcer_site_left", "plantar"), None),
            (seen("pad_status", "none", ago=366 * DAY), None),
        ],
    )
    def test_an_adverse_value_outlives_its_shelf_life(self, observed, ends):
        assert runs_out(RELEASE, known(observed), observed.name) == ends
