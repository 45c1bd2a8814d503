from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.checks import examples
from tests.checks.wire import (
    FIRST,
    MOMENT,
    RELEASE,
    SCREENS,
    body,
    clearance,
    example_body,
    screened,
)

SAME_DATABASE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)


def check(caller, asked):
    answer = caller.post("/v1/checks", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json


def statuses(answer):
    return Counter(one["status"] for one in answer["exercises"])


def test_the_documented_example_is_the_answer_of_the_engine(caller):
    answer = check(caller, examples.BODY)
    assert answer["decision"] == "modified"
    answer["knowledge"]["sha256"] = examples.ANSWER["knowledge"]["sha256"]
    assert answer == examples.ANSWER


def test_nothing_known_is_never_safe(caller):
    answer = check(caller, body())
    assert answer["decision"] == "insufficient-data"
    assert answer["exercises"] == []
    assert set(answer["gates"]) <= {missing["name"] for missing in answer["missing"]}
    assert {missing["state"] for missing in answer["missing"]} == {"unknown"}


def test_clear_screens_and_core_facts_open_what_a_full_record_opens(caller):
    answer = check(caller, screened())
    full = check(caller, example_body({"facts": {}}))
    assert answer["decision"] == full["decision"] == "modified"
    assert statuses(answer) == {"allowed": 76, "clearance": 5}
    assert [
        (one["exercise_id"], one["status"]) for one in answer["exercises"] if one["status"] != "allowed"
    ] == [(one["exercise_id"], one["status"]) for one in full["exercises"] if one["status"] == "clearance"]


@pytest.mark.parametrize("screen", SCREENS)
def test_every_screen_left_out_closes_or_asks_for_something(caller, screen):
    at_risk = {"monofilament_insensate_left": 4}
    full = check(caller, screened(**at_risk))
    without = check(caller, screened(**at_risk, **{screen: None}))
    assert (without["exercises"], without["missing"]) != (full["exercises"], full["missing"])
    assert len(without["missing"]) > len(full["missing"])


def test_a_screen_does_not_take_back_an_ulcer_on_file(caller):
    asked = screened()
    earlier = (MOMENT - timedelta(days=3)).isoformat()
    asked["facts"]["foot_ulcer_left"] = {"value": "active", "observed_at": earlier}
    answer = check(caller, asked)
    seen = [fact for finding in answer["findings"] for fact in finding["facts"]]
    assert {"name": "foot_ulcer_left", "value": "active", "observed_at": _z(earlier)} in seen
    assert "conflicting" in {one["state"] for one in answer["missing"]} | {
        finding["basis"].partition("-")[0] for finding in answer["findings"]
    }


def test_a_value_is_shown_in_its_own_unit_and_as_it_counted(caller):
    asked = screened()
    asked["kind"] = "session"
    asked["facts"] |= {
        "medications": {"value": ["metformin", "insulin"]},
        "glucose_mg_dl": {"value": 3.1, "unit": "mmol/L"},
    }
    shown = {
        fact["name"]: fact["value"]
        for finding in check(caller, asked)["findings"]
        for fact in finding["facts"]
    }
    assert shown["glucose_mg_dl"] == pytest.approx(55.8496)


def test_an_answer_may_be_limited_to_some_exercises(caller):
    last = RELEASE.exercises[-1]
    whole = check(caller, screened())
    some = check(caller, screened() | {"exercises": [last.id, FIRST.id]})
    assert [one["exercise_id"] for one in some["exercises"]] == [FIRST.id, last.id]
    assert some["exercises"] == [whole["exercises"][0], whole["exercises"][-1]]
    assert some["findings"] == whole["findings"]


def test_a_clearance_opens_its_rule_while_it_is_in_date(caller):
    asked = example_body({"facts": {}})
    before = check(caller, asked)
    (finding,) = [
        one for one in before["findings"] if any(e["effect"] == "clearance" for e in one["effects"])
    ]
    in_date = clearance(finding["rule_id"])
    after = check(caller, asked | {"clearances": [in_date]})
    assert [one["cleared"] for one in after["findings"] if one["rule_id"] == finding["rule_id"]] == [True]
    assert statuses(after)["clearance"] == 0
    ended = clearance(finding["rule_id"], expires_at=MOMENT.isoformat())
    assert check(caller, asked | {"clearances": [ended]}) == before


def test_the_past_is_answered_by_what_was_known_then(caller):
    asked = screened()
    later = (MOMENT + timedelta(days=1)).isoformat()
    asked["facts"]["foot_ulcer_left"] = {"value": "active", "observed_at": later}
    then = check(caller, asked)
    now = check(caller, asked | {"as_of": later})
    assert then == check(caller, screened())
    assert statuses(now)["allowed"] < statuses(then)["allowed"]


def test_without_a_moment_a_check_is_of_now(caller):
    before = datetime.now(UTC)
    asked = body()
    del asked["as_of"]
    answer = check(caller, asked)
    assert before <= datetime.fromisoformat(answer["as_of"]) <= datetime.now(UTC)


def test_without_a_moment_the_day_is_that_of_the_observations(caller):
    zone = timezone(timedelta(hours=14))
    observed_at = datetime.now(UTC).astimezone(zone) - timedelta(minutes=1)
    asked = {
        "kind": "session",
        "observed_at": observed_at.isoformat(),
        "facts": {"screen_today": {"value": "clear"}},
    }
    assert check(caller, asked)["as_of"].endswith("+14:00")


def test_the_offset_of_the_moment_tells_the_day(caller):
    asked = screened() | {"kind": "session"}
    for name, value in {"acute_illness_today": "no", "symptoms_today": ["none"]}.items():
        asked["facts"][name] = {"value": value, "observed_at": "2026-03-09T23:30:00Z"}
    of_today = check(caller, asked | {"as_of": "2026-03-10T14:00:00+02:00"})
    of_yesterday = check(caller, asked | {"as_of": "2026-03-10T12:00:00Z"})
    assert of_today["gates"] == []
    assert of_yesterday["gates"] == ["acute_illness_today", "symptoms_today"]
    assert of_today["as_of"] == "2026-03-10T14:00:00+02:00"
    assert of_today["valid_until"].endswith("+02:00")


def test_a_clock_that_is_a_little_ahead_is_tolerated(caller):
    soon = (datetime.now(UTC) + timedelta(seconds=30)).isoformat()
    assert check(caller, body(as_of=soon, observed_at=soon))["as_of"] == _z(soon)


@SAME_DATABASE
@given(data=st.data())
def test_the_same_question_gets_the_same_bytes_in_whatever_order(caller, data):
    vignette = data.draw(st.sampled_from(RELEASE.vignettes))
    asked = example_body(vignette)
    order = data.draw(st.permutations(list(asked["facts"].items())))
    first = caller.post("/v1/checks", json=asked)
    again = caller.post("/v1/checks", json=asked | {"facts": dict(order)})
    assert first.data == again.data


@SAME_DATABASE
@given(names=st.sets(st.sampled_from([*screened()["facts"]]), min_size=1))
def test_whatever_is_left_out_the_service_answers_and_is_not_more_permissive(caller, names):
    asked = screened()
    full = {one["exercise_id"]: RANK[one["status"]] for one in check(caller, asked)["exercises"]}
    asked["facts"] = {name: fact for name, fact in asked["facts"].items() if name not in names}
    for one in check(caller, asked)["exercises"]:
        assert RANK[one["status"]] >= full[one["exercise_id"]]


RANK = {"allowed": 0, "modify": 1, "avoid": 2, "clearance": 3, "forbid": 4}


def test_a_stateless_check_stores_and_asks_nothing(caller, statements):
    check(caller, screened())
    statements.seen.clear()
    check(caller, screened())
    assert statements.seen == []


def test_a_fault_of_the_engine_is_never_an_answer(caller, monkeypatch):
    def broken(*_):
        raise ArithmeticError("of the engine")

    monkeypatch.setattr("api.checks.answers.assess", broken)
    answer = caller.post("/v1/checks", json=screened())
    assert answer.status_code == 500
    assert answer.mimetype == "application/problem+json"
    assert "of the engine" not in answer.text


def test_a_check_needs_its_scope(clinic):
    answer = clinic.caller("checks:read").post("/v1/checks", json=body())
    assert answer.status_code == 403
    assert answer.json["missing_scopes"] == ["checks:run"]


def _z(text):
    return text.replace("+00:00", "Z")
