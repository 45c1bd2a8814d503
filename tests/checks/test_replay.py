from dataclasses import replace

import pytest

from api.clinical.knowledge import library
from api.clinical.vocabulary import Level
from tests.checks.wire import RELEASE


@pytest.fixture
def made(caller, patient):
    return caller.post(f"{patient}/checks", json={"kind": "programme"}).json


def replayed(caller, check):
    answer = caller.post(f"/v1/checks/{check['id']}/replay")
    assert answer.status_code == 200, answer.text
    return answer.json


def release_with(monkeypatch, **changed):
    """Let the service answer with another release."""
    release = replace(RELEASE, id="2027-01-01", sha256="f" * 64, **changed)
    monkeypatch.setattr(library, "load", lambda: release)


def test_the_same_release_gives_the_same_answer(caller, made):
    again = replayed(caller, made)
    assert again["same"]
    assert again["answer"] == {name: made[name] for name in again["answer"]}
    assert (again["release"]["changed"], again["decision"]["then"]) == (False, again["decision"]["now"])
    assert again["rules"] == {"added": [], "removed": [], "superseded": []}
    assert again["findings"] == {"appeared": [], "disappeared": [], "changed": []}
    assert (again["exercises"], again["members"], again["facts_not_read"]) == ([], [], [])


def test_what_was_told_since_does_not_change_a_replay(caller, patient, made):
    told = {
        "observed_at": made["created_at"],
        "facts": {"foot_ulcer_left": {"value": "active"}, "resting_sys": {"value": 200}},
    }
    assert caller.post(f"{patient}/facts", json=told).status_code == 200
    assert replayed(caller, made)["same"]


def test_a_release_that_says_the_same_answers_the_same(caller, made, monkeypatch):
    release_with(monkeypatch)
    again = replayed(caller, made)
    assert again["same"]
    assert again["release"]["changed"]
    assert again["release"]["now"] == {"release": "2027-01-01", "sha256": "f" * 64}


def test_a_rule_that_is_gone_is_the_cause(caller, made, monkeypatch):
    gone = made["findings"][0]["rule_id"]
    release_with(monkeypatch, rules=tuple(rule for rule in RELEASE.rules if rule.id != gone))
    again = replayed(caller, made)
    assert not again["same"]
    assert again["rules"]["removed"] == [gone]
    assert again["findings"]["disappeared"] == [gone]
    touched = {one["exercise_id"] for one in made["exercises"] if gone in one["because"]}
    assert {one["exercise_id"] for one in again["exercises"]} == touched
    assert all(
        gone in one["then"]["because"] and gone not in one["now"]["because"] for one in again["exercises"]
    )


def test_a_rule_that_is_superseded_is_the_cause(caller, made, monkeypatch):
    changed = made["findings"][-1]["rule_id"]
    rules = tuple(
        replace(rule, version=2, title="Said otherwise") if rule.id == changed else rule
        for rule in RELEASE.rules
    )
    release_with(monkeypatch, rules=rules)
    again = replayed(caller, made)
    assert not again["same"]
    assert again["rules"]["superseded"] == [{"rule_id": changed, "then": 1, "now": 2}]
    assert again["findings"]["changed"] == [{"rule_id": changed, "members": ["version", "title"]}]
    assert again["exercises"] == []


def test_a_rule_that_is_new_is_the_cause(caller, made, monkeypatch):
    first = next(rule for rule in RELEASE.rules if rule.id == made["findings"][0]["rule_id"])
    new = replace(first, id="a-new-rule", level=Level.ABSOLUTE)
    release_with(monkeypatch, rules=(*RELEASE.rules, new))
    again = replayed(caller, made)
    assert again["rules"]["added"] == [new.id]
    assert again["findings"]["appeared"] == [new.id]
    assert again["exercises"]
    assert all(
        new.id in one["now"]["because"] and new.id not in one["then"]["because"] for one in again["exercises"]
    )


def test_an_exercise_that_is_gone_is_told(caller, made, monkeypatch):
    gone = RELEASE.exercises[-1].id
    release_with(monkeypatch, exercises=RELEASE.exercises[:-1])
    again = replayed(caller, made)
    assert [(one["exercise_id"], one["now"]) for one in again["exercises"]] == [(gone, None)]


def test_a_fact_that_the_vocabulary_lost_is_told(caller, made, monkeypatch):
    known = {name: fact for name, fact in RELEASE.facts.items() if name != "screen_footwear"}
    release_with(monkeypatch, facts=known)
    assert replayed(caller, made)["facts_not_read"] == ["screen_footwear"]
