from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from api.clinical.catalogue import COMMON_STOP_SIGNS
from tests.checks.wire import RELEASE, body, clearance, example_body, facts, screened

ULCER = {"foot_ulcer_right": "active", "ulcer_site_right": "plantar", "ulcer_infection_right": "none"}
SCAR = {"foot_ulcer_right": "healed", "footwear": "therapeutic"}
BY_ID = {exercise.id: exercise for exercise in RELEASE.exercises}


def asked(caller, wanted):
    answer = caller.post("/v1/recommendations", json=wanted)
    assert answer.status_code == 200, answer.text
    return answer.json


def recommended(caller, patient, query=""):
    answer = caller.get(f"{patient}/recommendations{query}")
    assert answer.status_code == 200, answer.text
    return answer.json


def tell(caller, patient, **values):
    told = {"observed_at": datetime.now(UTC).isoformat(), "facts": facts(values)}
    assert caller.post(f"{patient}/facts", json=told).status_code == 200


def ids(answer):
    return [one["exercise_id"] for one in answer["exercises"]]


def scarred(**changed):
    healed = (datetime(2026, 3, 10, tzinfo=UTC) - timedelta(days=40)).date().isoformat()
    return screened(**SCAR, ulcer_healed_date_right=healed, **changed)


def test_every_exercise_is_offered_or_omitted_with_its_reason(caller):
    answer = asked(caller, screened())
    left = [one["exercise_id"] for one in answer["omitted"]]
    assert sorted(ids(answer) + left) == sorted(BY_ID)
    assert answer["decision"] == "modified"
    closed = [one for one in answer["omitted"] if one["reason"] == "closed"]
    assert all(one["rules"] and one["status"] not in {"allowed", "modify"} for one in closed)


def test_nothing_is_offered_that_a_check_closes(caller):
    for vignette in RELEASE.vignettes[::7]:
        wanted = example_body(vignette)
        check = caller.post("/v1/checks", json=wanted).json
        statuses = {one["exercise_id"]: one["status"] for one in check["exercises"]}
        answer = asked(caller, wanted)
        assert (answer["decision"], answer["gates"]) == (check["decision"], check["gates"])
        assert answer["valid_until"] == check["valid_until"]
        assert [one["rule_id"] for one in answer["findings"]] == [one["rule_id"] for one in check["findings"]]
        for one in answer["exercises"]:
            assert one["status"] == statuses[one["exercise_id"]] in {"allowed", "modify"}


def test_an_offered_exercise_comes_with_why_changes_cue_and_stop_signs(caller):
    answer = asked(caller, screened(monofilament_insensate_left=4))
    changed = [one for one in answer["exercises"] if one["changes"]]
    assert changed
    for one in answer["exercises"]:
        assert one["why"]["code"] == ("with-changes" if one["changes"] else "untouched")
        assert one["stop_signs"][-len(COMMON_STOP_SIGNS) :] == list(COMMON_STOP_SIGNS)
        assert one["cue"] == BY_ID[one["exercise_id"]].cue


def test_one_explanation_has_three_registers_under_one_id(caller):
    answer = asked(caller, screened(**ULCER))
    told = {one["rule_id"]: one for one in answer["explanations"]}
    assert set(told) == {rule for one in answer["omitted"] for rule in one["rules"]}
    for rule_id, one in told.items():
        rule = RELEASE.rules_by_id[rule_id]
        assert (one["title"], one["do"], one["clinician"]) == (rule.title, rule.do, rule.clinician)
        assert one["patient"] == RELEASE.wording.patient[rule_id]
    assert answer["patient_words"] == "awaiting-clinical-review"


def test_a_closed_exercise_names_the_nearest_open_one(caller):
    answer = asked(caller, screened(**ULCER))
    open_now = {one["exercise_id"] for one in answer["omitted"] if one["status"] in {"allowed", "modify"}}
    instead = {one["exercise_id"]: one["instead"] for one in answer["omitted"] if one["reason"] == "closed"}
    named = {one for one in instead.values() if one}
    assert named
    assert named <= open_now | set(ids(answer))


def test_goals_filters_and_limit_narrow_what_is_offered(caller):
    answer = asked(
        caller,
        screened() | {"goal": ["falls"], "setting": ["home"], "equipment": ["nothing"], "limit": 5},
    )
    assert answer["goals"] == ["falls"]
    assert 0 < len(answer["exercises"]) <= 5
    for name in ids(answer):
        exercise = BY_ID[name]
        assert "falls" in exercise.goals
        assert "home" in exercise.setting
        assert not exercise.equipment
    reasons = {one["reason"] for one in answer["omitted"]}
    assert {"goal", "setting", "equipment"} <= reasons


def test_the_same_wishes_in_a_query_string_get_the_same_of_a_patient(caller, patient):
    query = "?goal=falls&posture=seated&posture=supine&modality=resistance&modality=flexibility&limit=4"
    answer = recommended(caller, patient, query)
    wishes = {
        "goal": ["falls"],
        "posture": ["seated", "supine"],
        "modality": ["resistance", "flexibility"],
        "limit": 4,
    }
    assert ids(answer) == ids(asked(caller, screened() | wishes))
    assert {BY_ID[name].posture for name in ids(answer)} <= {"seated", "supine"}


def test_a_kind_that_the_plan_has_already_ranks_lower(caller):
    scores = {one["exercise_id"]: one["score"] for one in asked(caller, screened())["exercises"]}
    planned = asked(caller, screened() | {"planned": ["aerobic"]})
    for one in planned["exercises"]:
        if one["exercise_id"] in scores:
            lower = 5 if one["modality"] == "aerobic" else 0
            assert one["score"] == scores[one["exercise_id"]] - lower


def test_coverage_tells_which_parts_of_a_programme_can_be_filled(caller):
    full = {one["part"]: one for one in asked(caller, screened())["coverage"]}
    assert set(full) == {"aerobic-minutes", "strength-days", "balance"}
    assert all(one["reachable"] and one["open"] > 0 for one in full.values())
    none = asked(caller, body())
    assert all(not one["reachable"] and one["open"] == 0 for one in none["coverage"])


def test_without_an_answer_nothing_is_offered_and_the_rules_are_named(caller):
    unknown = asked(caller, body())
    assert (unknown["exercises"], unknown["decision"]) == ([], "insufficient-data")
    assert {(one["reason"], one["status"]) for one in unknown["omitted"]} == {("no-answer", None)}
    child = asked(caller, screened(birth_date="2015-01-01"))
    assert child["decision"] == "out-of-scope"
    assert all(one["rules"] == ["scope-under-18"] for one in child["omitted"])
    assert [one["rule_id"] for one in child["explanations"]] == ["scope-under-18"]


def test_what_forces_a_new_check_is_told_soonest_first(caller):
    answer = asked(caller, screened())
    moments = [one["at"] for one in answer["recheck"] if one["at"]]
    assert moments == sorted(moments)
    assert moments[0] == answer["valid_until"]
    assert answer["recheck"][-1]["cause"] == "new-fact"
    assert "answer-ages" in {one["cause"] for one in answer["recheck"]}
    assert {"fact": "hot_swollen_foot_left", "cause": "fact-runs-out"}.items() <= answer["recheck"][0].items()


def test_a_cleared_exercise_says_that_it_is_open_by_clearance(caller):
    given = clearance("foot-ulcer-healed-under-90d")
    answer = asked(caller, scarred() | {"clearances": [given], "goal": ["circulation"]})
    by_clearance = [one for one in answer["exercises"] if one["why"]["code"] == "by-clearance"]
    assert by_clearance
    assert all(one["why"]["cleared"] == ["foot-ulcer-healed-under-90d"] for one in by_clearance)
    assert "clearance-ends" not in {one["cause"] for one in answer["recheck"]}
    soon = given | {"expires_at": "2026-03-12T12:00:00Z"}
    again = asked(caller, scarred() | {"clearances": [soon]})
    assert again["valid_until"] == "2026-03-12T12:00:00Z"
    assert again["recheck"][0]["rule_id"] == "foot-ulcer-healed-under-90d"


def test_clearances_on_file_count(clinic, caller, patient):
    date = (datetime.now(UTC) - timedelta(days=40)).date().isoformat()
    tell(caller, patient, **SCAR, ulcer_healed_date_right=date)
    assert "by-clearance" not in {one["why"]["code"] for one in recommended(caller, patient)["exercises"]}
    new = {"rule_id": "foot-ulcer-healed-under-90d", "practitioner_id": str(clinic.practitioner())}
    assert caller.post(f"{patient}/clearances", json=new).status_code == 201
    assert "by-clearance" in {one["why"]["code"] for one in recommended(caller, patient)["exercises"]}


def test_a_session_can_be_asked_about(caller, patient):
    answer = recommended(caller, patient, "?kind=session")
    assert answer["gates"] == ["acute_illness_today", "symptoms_today"]


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"goal": ["fame"]}, {("/goal/0", "not-in-the-list")}),
        ({"goal": "falls"}, {("/goal", "invalid")}),
        (
            {"limit": 0, "posture": ["flying"]},
            {("/limit", "out-of-range"), ("/posture/0", "not-in-the-list")},
        ),
        ({"equipment": ["a rocket"]}, {("/equipment/0", "not-in-the-list")}),
        ({"exercises": ["chair-march"]}, {("/exercises", "unknown")}),
        ({"kind": "weekly", "limit": "5"}, {("/kind", "not-in-the-list"), ("/limit", "not-an-integer")}),
    ],
)
def test_what_cannot_be_wished_is_refused_with_its_place(caller, changed, faults):
    answer = caller.post("/v1/recommendations", json=screened() | changed)
    assert answer.status_code == 422
    assert {(error["pointer"], error["code"]) for error in answer.json["errors"]} == faults


def test_recommendations_need_their_scope_and_a_patient(clinic, caller):
    answer = clinic.caller("checks:run").post("/v1/recommendations", json=body())
    assert answer.json["missing_scopes"] == ["recommendations:read"]
    assert caller.get(f"/v1/patients/{uuid4()}/recommendations").status_code == 404


def test_a_body_takes_no_statement_and_a_patient_two(caller, patient, statements):
    asked(caller, screened())
    statements.seen.clear()
    asked(caller, screened())
    assert statements.seen == []
    with statements.at_most(2):  # the evidence, the clearances
        recommended(caller, patient)
