"""Every vignette and every case of a rule, through the service."""

import pytest

from api.clinical.contraindications import Clearance, assess
from api.clinical.knowledge.examples import observations
from api.clinical.profile import profile
from api.clinical.vocabulary import CheckKind, Status
from tests.checks.wire import MOMENT, RELEASE, clearance, example_body

OPEN = {Status.ALLOWED, Status.MODIFY}
CASES = [
    (rule_id, case) for rule_id, examples in RELEASE.examples.items() for case in examples.get("cases", ())
]


def asked(caller, example):
    answer = caller.post("/v1/checks", json=example_body(example))
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.mark.parametrize("vignette", RELEASE.vignettes, ids=lambda vignette: vignette["id"])
def test_a_vignette_holds(caller, vignette):
    answer = asked(caller, vignette)
    fired = {finding["rule_id"] for finding in answer["findings"]}
    assert answer["decision"] == vignette["decision"]
    assert fired.issuperset(vignette.get("fires", ()))
    assert fired.isdisjoint(vignette.get("silent", ()))
    statuses = {one["exercise_id"]: one["status"] for one in answer["exercises"]}
    if statuses:
        assert all(statuses[name] in OPEN for name in vignette.get("open", ()))
        assert all(statuses[name] not in OPEN for name in vignette.get("closed", ()))
    else:
        assert answer["decision"] in {"out-of-scope", "insufficient-data"}


@pytest.mark.parametrize(("rule_id", "case"), CASES, ids=[rule_id for rule_id, _ in CASES])
def test_a_case_of_a_rule_holds(caller, rule_id, case):
    answer = asked(caller, case)
    assert (rule_id in {finding["rule_id"] for finding in answer["findings"]}) is case["fires"]
    assert case.get("decision", answer["decision"]) == answer["decision"]


@pytest.mark.parametrize("vignette", RELEASE.vignettes, ids=lambda vignette: vignette["id"])
def test_the_answer_says_what_the_engine_found(caller, vignette):
    flat = vignette["only"] if "only" in vignette else RELEASE.base | vignette.get("facts", {})
    known = profile(RELEASE, observations(RELEASE, flat, MOMENT), MOMENT)
    given = [_clearance(rule_id) for rule_id in vignette.get("clearances", ())]
    found = assess(RELEASE, known, CheckKind(vignette["kind"]), given)
    answer = asked(caller, vignette)
    assert [(one["rule_id"], one["level"], one["basis"], one["cleared"]) for one in answer["findings"]] == [
        (one.rule.id, one.level, one.basis, one.cleared) for one in found.findings
    ]
    for shown, one in zip(answer["findings"], found.findings, strict=True):
        assert [fact["name"] for fact in shown["facts"]] == list(one.facts)
        assert shown["missing"] == list(one.missing)
        assert {each["effect"]: set(each["tags"]) for each in shown["effects"]} == one.effects
        assert (shown["version"], shown["do"], shown["verification"]) == (
            one.rule.version,
            one.rule.do,
            one.rule.verification,
        )
    assert [(one["exercise_id"], one["status"], tuple(one["because"])) for one in answer["exercises"]] == [
        tuple(one) for one in found.exercises
    ]
    assert (answer["gates"], answer["missing"]) == (
        list(found.gates),
        [{"name": one.name, "state": one.state, "rules": list(one.rules)} for one in found.missing],
    )


def _clearance(rule_id):
    wire = clearance(rule_id)
    return Clearance(
        rule_id=rule_id,
        granted_by_name="Giulia Conti",
        granted_by_role="podiatrist",
        granted_at=_moment(wire["granted_at"]),
        expires_at=_moment(wire["expires_at"]),
    )


def _moment(text):
    return type(MOMENT).fromisoformat(text)
