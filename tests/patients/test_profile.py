from datetime import datetime, timedelta

import pytest

from api.clinical.evidence import settle
from api.clinical.facts import Observation
from api.clinical.knowledge import library
from api.clinical.profile import profile
from api.errors import NotFound
from api.patients import queries

RELEASE = library.load()
AT = "2026-01-10T09:00:00+01:00"
MOMENT = datetime.fromisoformat(AT)


@pytest.fixture
def patient(clinic):
    """The address of a patient of whom nothing is known."""
    return f"/v1/patients/{clinic.patient(time_zone='Europe/Rome')}"


def record(caller, patient, facts, observed_at=AT):
    answer = caller.post(f"{patient}/facts", json={"observed_at": observed_at, "facts": facts})
    assert answer.status_code == 200, answer.text
    return answer.json["results"]


def profile_of(caller, patient, as_of=AT):
    answer = caller.get(f"{patient}/profile", query_string={"as_of": as_of})
    assert answer.status_code == 200, answer.text
    return answer.json


def known(caller, patient, name, as_of=AT):
    return next(fact for fact in profile_of(caller, patient, as_of)["facts"] if fact["name"] == name)


def derived(caller, patient, name, as_of=AT):
    return next(fact for fact in profile_of(caller, patient, as_of)["derived"] if fact["name"] == name)


def later(**span):
    return (MOMENT + timedelta(**span)).isoformat()


def test_of_a_patient_of_whom_nothing_is_told_every_fact_is_unknown(caller, patient):
    shown = profile_of(caller, patient)
    assert [fact["name"] for fact in shown["facts"]] == [fact.name for fact in RELEASE.plain_facts]
    assert {fact["observed"] for fact in shown["facts"]} == {None}
    assert {fact["state"] for fact in shown["facts"] if fact["value"] is None} == {"unknown"}
    assert shown["knowledge"] == {"release": RELEASE.id, "sha256": RELEASE.sha256}


def test_a_reassuring_value_runs_out_and_says_when(caller, patient):
    record(caller, patient, {"monofilament_insensate_left": {"value": 0}})
    fresh = known(caller, patient, "monofilament_insensate_left")
    assert (fresh["state"], fresh["value"]) == ("known", 0)
    assert fresh["counts_until"] == "2027-01-10T08:00:00Z"
    stale = known(caller, patient, "monofilament_insensate_left", later(days=366))
    assert (stale["state"], stale["value"], stale["counts_until"]) == ("stale", None, None)
    assert stale["observed"]["value"] == 0


def test_an_adverse_value_does_not_run_out(caller, patient):
    record(caller, patient, {"monofilament_insensate_left": {"value": 4}})
    assert known(caller, patient, "monofilament_insensate_left", later(days=4000))["value"] == 4


def test_a_conflict_shows_both_sides(caller, patient):
    both = [{"value": "yes", "source": "podiatry"}, {"value": "no", "source": "ward"}]
    record(caller, patient, {"hot_swollen_foot_left": both})
    shown = known(caller, patient, "hot_swollen_foot_left")
    assert (shown["state"], shown["value"]) == ("conflicting", "yes")
    assert shown["observed"]["source"] == "podiatry"
    assert [(one["value"], one["source"]) for one in shown["others"]] == [("no", "ward")]


def test_a_newer_value_of_the_same_source_is_a_renewal(caller, patient):
    record(caller, patient, {"hot_swollen_foot_left": {"value": "yes"}})
    record(caller, patient, {"hot_swollen_foot_left": {"value": "no"}}, later(hours=1))
    assert known(caller, patient, "hot_swollen_foot_left", later(hours=2))["value"] == "no"


def test_an_ulcer_that_is_gone_is_a_healed_one_whatever_came_between(caller, patient):
    for days, value in enumerate(["active", "none", "none"]):
        record(caller, patient, {"foot_ulcer_left": {"value": value}}, later(days=days))
    assert known(caller, patient, "foot_ulcer_left", later(days=3))["value"] == "healed"


def test_a_low_glucose_of_the_last_day_is_remembered_behind_a_newer_one(caller, patient):
    low, fine = {"value": 50, "unit": "mg/dL"}, {"value": 110, "unit": "mg/dL"}
    record(caller, patient, {"glucose_mg_dl": low})
    record(caller, patient, {"glucose_mg_dl": fine}, later(hours=1))
    assert known(caller, patient, "severe_hypo_last_24h", later(hours=2))["value"] == "yes"
    assert known(caller, patient, "severe_hypo_last_24h", later(hours=30))["value"] != "yes"


def test_a_screen_stands_for_its_facts(caller, patient):
    record(caller, patient, {"screen_feet_today": {"value": "clear"}})
    shown = known(caller, patient, "foot_ulcer_left")
    assert (shown["value"], shown["observed"]["screen"]) == ("none", "screen_feet_today")


def test_what_follows_is_shown(caller, patient):
    record(
        caller, patient, {"birth_date": {"value": "1958-01-11"}, "last_stroke_date": {"value": "asked-none"}}
    )
    assert derived(caller, patient, "age_years")["value"] == 67
    assert derived(caller, patient, "last_stroke_days")["value"] == "asked-none"


@pytest.mark.parametrize(
    ("time_zone", "age"), [("Pacific/Auckland", 68), ("Europe/Rome", 67), ("America/Los_Angeles", 67)]
)
def test_the_day_is_the_patients_day(caller, time_zone, age):
    patient = caller.post("/v1/patients", json={"time_zone": time_zone}).headers["Location"]
    record(caller, patient, {"birth_date": {"value": "1958-01-11"}})
    assert derived(caller, patient, "age_years", "2026-01-10T12:00:00Z")["value"] == age


@pytest.mark.parametrize(("time_zone", "state"), [("Europe/Rome", "stale"), ("America/New_York", "known")])
def test_what_counts_today_counts_until_the_patients_midnight(caller, time_zone, state):
    patient = caller.post("/v1/patients", json={"time_zone": time_zone}).headers["Location"]
    record(caller, patient, {"acute_illness_today": {"value": "no"}}, "2026-01-10T22:30:00Z")
    assert known(caller, patient, "acute_illness_today", "2026-01-10T23:30:00Z")["state"] == state


def test_the_past_is_shown_as_it_is_known_today(caller, patient):
    record(caller, patient, {"pad_status": {"value": "none"}})
    (wrong,) = record(caller, patient, {"pad_status": {"value": "claudication"}}, later(days=1))
    assert known(caller, patient, "pad_status", later(hours=1))["value"] == "none"
    assert known(caller, patient, "pad_status", later(days=2))["value"] == "claudication"
    caller.post(f"{patient}/facts/{wrong['fact_id']}/entered-in-error", json={"reason": "Not this patient."})
    assert known(caller, patient, "pad_status", later(days=2))["value"] == "none"


def test_now_is_the_moment_if_none_is_asked_for(caller, patient):
    shown = caller.get(f"{patient}/profile").json
    assert abs(datetime.fromisoformat(shown["as_of"]) - datetime.now(MOMENT.tzinfo)) < timedelta(minutes=5)


@pytest.mark.parametrize(
    "as_of", ["2026-01-10", "2026-01-10T09:00:00", "9999-12-31T23:00:00Z", "0001-01-01T00:00:00Z"]
)
def test_a_moment_that_cannot_be_is_refused(caller, patient, as_of):
    answer = caller.get(f"{patient}/profile", query_string={"as_of": as_of})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/query/as_of"


def test_the_evidence_says_as_much_as_the_whole_history(caller, clinic, patient):
    """Leaving rows out of the evidence changes nothing that the rules read."""
    whole = []
    for hours in range(0, 24 * 40, 7):
        at = MOMENT + timedelta(hours=hours)
        facts = {
            "foot_ulcer_left": {"value": ["none", "active", "healed"][hours % 3], "source": f"s{hours % 2}"},
            "pad_status": {"value": ["none", "claudication"][hours % 2], "source": f"s{hours % 5}"},
            "glucose_mg_dl": {"value": 45 + hours % 100, "unit": "mg/dL"},
            "pain_nrs": {"value": hours % 10},
        }
        record(caller, patient, facts, at.isoformat())
        client = str(caller_id(caller, patient))
        whole += [
            Observation(name, fact["value"], at, source=fact.get("source", client))
            for name, fact in facts.items()
        ]
    work = clinic.work()
    for hours in (3, 50, 200, 900):
        as_of = MOMENT + timedelta(hours=hours)
        evidence = queries.evidence(work, patient_id(patient), as_of).observations
        assert len(evidence) < 40
        assert set(evidence) <= set(whole)
        read, expected = (profile(RELEASE, some, as_of) for some in (evidence, whole))
        assert (read.values, read.states, read.fading) == (expected.values, expected.states, expected.fading)
        assert settle(RELEASE, evidence, as_of) == settle(RELEASE, whole, as_of)


def test_there_is_no_evidence_of_nobody(clinic, patient):
    with pytest.raises(NotFound):
        queries.evidence(clinic.work(), clinic.id, MOMENT)


def patient_id(address):
    return address.rpartition("/")[2]


def caller_id(caller, patient):
    return caller.get(f"{patient}/facts?limit=1").json["items"][0]["recorded_by"]
