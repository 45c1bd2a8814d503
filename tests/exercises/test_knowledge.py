import pytest

from api.clinical.criteria import names
from api.clinical.knowledge import library
from api.clinical.vocabulary import FactType

RELEASE = library.load()


def listed(anyone, what):
    answer = anyone.get(f"/v1/knowledge/{what}")
    assert answer.status_code == 200
    assert answer.json["next"] is None
    return answer.json["items"]


def test_every_fact_is_shown_as_the_vocabulary_has_it(anyone):
    shown = {item["name"]: item for item in listed(anyone, "facts")}
    assert shown.keys() == {fact.name for fact in RELEASE.plain_facts} | RELEASE.derived.keys()
    for fact in RELEASE.plain_facts:
        item = shown[fact.name]
        assert item["entered"]
        assert (item["type"], tuple(item["values"])) == (fact.type, fact.values)
        assert (item["minimum"], item["maximum"]) == (fact.minimum, fact.maximum)
        assert [unit["code"] for unit in item["units"]] == [unit.code for unit in fact.units]
        assert len(item["shelf_lives"]) == len(fact.shelf_lives)


def test_every_name_in_a_condition_is_explained(anyone):
    explained = {item["name"] for item in listed(anyone, "facts")} | RELEASE.last_names.keys() | {"conflicts"}
    for rule in RELEASE.rules:
        assert names(rule.when) <= explained


def test_every_screen_says_what_clear_means(anyone):
    shown = listed(anyone, "screens")
    assert [item["name"] for item in shown] == [fact.name for fact in RELEASE.screens]
    for item, fact in zip(shown, RELEASE.screens, strict=True):
        assert item["question"] == fact.question
        assert [one["name"] for one in item["clear"]] == list(fact.clear)
        for one in item["clear"]:
            named = RELEASE.facts[one["name"]]
            assert named.type is FactType.DATE or named.read(one["value"], None) == fact.clear[one["name"]]


def test_every_rule_names_its_condition_sources_and_review(anyone):
    shown = listed(anyone, "rules")
    assert [item["id"] for item in shown] == [rule.id for rule in RELEASE.rules]
    for item, rule in zip(shown, RELEASE.rules, strict=True):
        assert item["when"] == " ".join(rule.written.split())
        assert item["clearable"] is rule.clearable
        assert item["verification"] == rule.verification
        assert item["review_status"] == rule.review_status
        assert [cited["id"] for cited in item["citations"]] == [cited.id for cited in rule.citations]
        assert all(cited["source"] and cited["read"] for cited in item["citations"])
        assert {one["effect"]: set(one["tags"]) for one in item["effects"]} == rule.effects
        assert anyone.get(f"/v1/knowledge/rules/{rule.id}").json == item


def test_a_rule_that_is_not_there_is_not_found(anyone):
    assert anyone.get("/v1/knowledge/rules/no-such").status_code == 404


def test_every_source_names_the_rules_that_rest_on_it(anyone):
    shown = {item["id"]: item["rules"] for item in listed(anyone, "citations")}
    assert shown.keys() == RELEASE.citations.keys()
    for rule in RELEASE.rules:
        for citation in rule.citations:
            assert rule.id in shown[citation.id]


@pytest.mark.parametrize("what", ["facts", "screens", "rules", "citations"])
def test_who_has_this_version_gets_no_body(anyone, what):
    tag = anyone.get(f"/v1/knowledge/{what}").headers["ETag"]
    assert anyone.get(f"/v1/knowledge/{what}", headers={"If-None-Match": tag}).status_code == 304


def test_meta_pretends_no_review(anyone):
    shown = anyone.get("/v1/meta").json
    assert shown["knowledge"]["release"] == RELEASE.id
    assert shown["knowledge"]["sha256"] == RELEASE.sha256
    assert shown["knowledge"]["released_on"] == RELEASE.released_on.isoformat()
    assert shown["knowledge"]["review_status"] == "awaiting-clinical-review"
    assert shown["knowledge"]["rules_awaiting_review"] == shown["knowledge"]["rules"] == len(RELEASE.rules)
    assert "clinicians" in shown["intended_use"]
    assert shown["limits"]["body_bytes"] == 1_048_576
