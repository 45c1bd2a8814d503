from datetime import timedelta

import pytest

from tests.checks.wire import ABSOLUTE, FIRST, MOMENT, RELEASE, body, clearance, facts


def refused(caller, asked):
    answer = caller.post("/v1/checks", json=asked)
    assert answer.status_code == 422, answer.text
    return {(error["pointer"], error["code"]) for error in answer.json["errors"]}


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"kind": "weekly"}, {("/kind", "not-in-the-list")}),
        ({"kind": None}, {("/kind", "not-in-the-list")}),
        ({"colour": 1, "a/b": 2}, {("/colour", "unknown"), ("/a~1b", "unknown")}),
        ({"as_of": "2026-03-10"}, {("/as_of", "not-an-instant")}),
        ({"as_of": "2026-03-10T12:00:00"}, {("/as_of", "no-offset")}),
        ({"as_of": 5}, {("/as_of", "not-an-instant")}),
        ({"as_of": "1800-03-10T12:00:00Z"}, {("/as_of", "out-of-range")}),
        ({"as_of": "9000-03-10T12:00:00Z"}, {("/as_of", "in-the-future")}),
        ({"facts": []}, {("/facts", "type")}),
        ({"facts": facts({"no_such": 1})}, {("/facts/no_such", "unknown-fact")}),
        ({"facts": facts({"resting_sys": "high"})}, {("/facts/resting_sys/value", "wrong-type")}),
        ({"facts": facts({"resting_sys": 900})}, {("/facts/resting_sys/value", "out-of-range")}),
        ({"facts": facts({"glucose_mg_dl": 90})}, {("/facts/glucose_mg_dl/unit", "unit-required")}),
        (
            {"facts": facts({"resting_sys": 80, "resting_dia": 80})},
            {("/facts/resting_dia/value", "not-below-systolic")},
        ),
        (
            {"facts": facts({"monofilament_insensate_left": 4, "monofilament_sites_tested_left": 3})},
            {("/facts/monofilament_insensate_left/value", "more-than-tested")},
        ),
        ({"observed_at": "9000-03-10T12:00:00Z"}, {("/observed_at", "in-the-future")}),
        ({"exercises": []}, {("/exercises", "wrong-number")}),
        ({"exercises": "all"}, {("/exercises", "wrong-number")}),
        ({"exercises": ["no-such", FIRST.id]}, {("/exercises/0", "unknown-exercise")}),
        ({"exercises": [FIRST.id, FIRST.id]}, {("/exercises/1", "repeated")}),
        ({"exercises": [["nested"]]}, {("/exercises/0", "unknown-exercise")}),
        ({"clearances": {}}, {("/clearances", "invalid")}),
        ({"clearances": [clearance("no-such")]}, {("/clearances/0/rule_id", "unknown-rule")}),
        ({"clearances": [clearance(ABSOLUTE.id)]}, {("/clearances/0/rule_id", "not-clearable")}),
        (
            {"clearances": [clearance(), clearance(granted_at=(MOMENT + timedelta(days=1)).isoformat())]},
            {("/clearances/1/granted_at", "after-the-check")},
        ),
        (
            {"clearances": [clearance(expires_at=(MOMENT - timedelta(days=1)).isoformat())]},
            {("/clearances/0/expires_at", "not-after-granted")},
        ),
        (
            {"clearances": [clearance(granted_by={"name": "", "role": 3}, more=1)]},
            {
                ("/clearances/0/granted_by/name", "empty"),
                ("/clearances/0/granted_by/role", "not-a-text"),
                ("/clearances/0/more", "unknown"),
            },
        ),
        (
            {"clearances": [{}]},
            {
                (f"/clearances/0/{name}", "required")
                for name in ("rule_id", "granted_by", "granted_at", "expires_at")
            },
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(caller, changed, faults):
    assert refused(caller, body() | changed) == faults


def test_every_fault_is_told_at_once(caller):
    asked = body(
        {"resting_sys": 900, "no_such": 1},
        kind="weekly",
        as_of="yesterday",
        exercises=["no-such"],
        clearances=[clearance(ABSOLUTE.id)],
    )
    assert {pointer for pointer, _ in refused(caller, asked)} == {
        "/kind",
        "/as_of",
        "/facts/resting_sys/value",
        "/facts/no_such",
        "/exercises/0",
        "/clearances/0/rule_id",
    }


@pytest.mark.parametrize(
    "rule", [rule for rule in RELEASE.rules if not rule.clearable], ids=lambda rule: rule.id
)
def test_nobody_clears_what_cannot_be_cleared(caller, rule):
    asked = body(clearances=[clearance(rule.id)])
    assert refused(caller, asked) == {("/clearances/0/rule_id", "not-clearable")}
