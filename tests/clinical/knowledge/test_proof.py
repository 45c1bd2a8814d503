"""The claims of the proof find what they are there to find."""

import json
from dataclasses import replace

import pytest

from api.clinical.criteria import Domain
from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge import claims, library, published
from api.clinical.knowledge.claims import Ground
from api.clinical.knowledge.proof import as_json, prove
from api.clinical.language import parse
from api.clinical.vocabulary import Effect, UnknownPolicy

RELEASE = library.load()
FEW = (
    "eye-exam-missing",
    "eye-moderate-npdr",
    "foot-lops",
    "foot-sensation-unknown",
    "seed-avoid-high-impact",
)


def smaller(**changed):
    """A release of a few rules, one of them changed."""
    rules = [RELEASE.rules_by_id[rule_id] for rule_id in FEW]
    if changed:
        rules[0] = replace(rules[0], **changed)
    return replace(RELEASE, rules=tuple(rules))


def condition(text):
    stages = frozenset(RELEASE.facts["retinopathy_stage"].values)
    ternary = Domain("choice", frozenset({"yes", "no"}))
    return parse(text, {"retinopathy_stage": Domain("choice", stages), "lops_any": ternary})


def test_what_holds_for_the_release_holds_for_a_few_of_its_rules():
    ground = Ground(smaller())
    for claim in (
        claims.every_rule_can_fire,
        claims.every_rule_touches,
        claims.losing_never_loosens,
        claims.losing_never_loosens_at_random,
        claims.effects_merge_to_the_strictest,
        claims.every_statement_has_a_source,
    ):
        assert claim(ground).holds, claim.__name__


def test_a_rule_that_cannot_fire_is_found():
    when = condition("retinopathy_stage == 'none' and retinopathy_stage == 'mild-npdr'")
    found = claims.every_rule_can_fire(Ground(smaller(when=when)))
    assert found.against == ("eye-exam-missing",)


def test_a_rule_that_forgets_the_unknown_is_found():
    loose = smaller(when=condition("lops_any == 'no'"), unknown=UnknownPolicy.IGNORE)
    found = claims.losing_never_loosens(Ground(loose))
    assert not found.holds
    what, _, body = found.against[0].partition(": ")
    assert what in {"losing lops_left", "losing lops_right"} or what.startswith("losing monofilament")
    assert json.loads(body)["facts"]["tug_s"] == {"value": 8.5, "unit": "s"}


def test_a_rule_that_touches_nothing_is_found():
    found = claims.every_rule_touches(Ground(smaller(effects={Effect.AVOID: frozenset()})))
    assert found.against == ("eye-exam-missing",)


def test_a_rule_without_a_source_is_found():
    found = claims.every_statement_has_a_source(Ground(smaller(citations=())))
    assert found.against == ("eye-exam-missing",)


def test_a_fact_that_no_rule_reads_is_found_unless_it_says_so():
    found = claims.every_fact_is_read(Ground(smaller()))
    assert not found.holds
    assert claims.every_fact_is_read(Ground(RELEASE)).holds


def test_a_tag_that_no_rule_reads_is_found_unless_it_only_groups():
    assert claims.every_tag_is_read(Ground(RELEASE)).holds
    assert "bal" in claims.every_tag_is_read(Ground(replace(RELEASE, grouping_tags=frozenset()))).against


def test_a_closed_exercise_is_found():
    always = replace(RELEASE.rules_by_id["scope-acute-inpatient"], when=parse("true", {}))
    found = claims.every_exercise_is_open(Ground(replace(RELEASE, rules=(always,))))
    assert not found.holds


@pytest.mark.parametrize(
    "claim", [claims.every_exercise_is_open, claims.every_rule_touches, claims.every_rule_can_fire]
)
def test_the_release_holds(claim):
    assert claim(Ground(RELEASE)).holds


def test_the_proof_shows_what_each_rule_takes_away_worst_first():
    told = as_json(prove(smaller(), "content"))
    shares = [burden["closes_when_missing"] for burden in told["burdens"]]
    assert shares == sorted(shares, reverse=True)
    assert {burden["rule_id"] for burden in told["burdens"]} == set(FEW)
    assert told["holds"] is all(claim["holds"] for claim in told["claims"])


def test_the_published_proof_is_of_this_release_and_holds():
    proved = library.fingerprint(library.HERE, published.PROVED)
    assert published.proof(library.HERE, proved)["holds"]


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (None, "cannot be read"),
        ({"sha256": "other", "holds": True, "claims": []}, "other content"),
        (
            {"sha256": "this", "holds": False, "claims": [{"id": "every-rule-can-fire", "holds": False}]},
            "does not hold",
        ),
    ],
)
def test_a_release_without_a_proof_that_holds_is_refused(tmp_path, content, detail):
    if content is not None:
        (tmp_path / published.FILE).write_text(published.written(content))
    with pytest.raises(KnowledgeFault, match=detail):
        published.proof(tmp_path, "this")
