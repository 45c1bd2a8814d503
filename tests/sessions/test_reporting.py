from tests.sessions.wire import report, rules, sent


def test_a_report_with_nothing_to_say_is_ok(caller, patient):
    answer = caller.post(f"{patient}/sessions", json=report())
    assert answer.status_code == 201, answer.text
    assert (answer.json["level"], answer.json["result"], answer.json["locks"]) == ("ok", "accepted", [])


def test_an_open_spot_locks_sets_and_alerts(caller, patient):
    answer = sent(caller, patient, foot_check_after="bleeding-or-open", foot_side="left")
    assert answer["level"] == "urgent"
    assert "rep-foot-open" in rules(answer)
    assert {one["rule_id"] for one in answer["locks"]} == {"rep-foot-open"}
    assert ("foot_ulcer_left", "active") in {(one["name"], one["value"]) for one in answer["triage"]["facts"]}
    assert answer["triage"]["alert_id"]
