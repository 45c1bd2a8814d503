"""A knowledge release with a fault is refused, and the refusal names file, entry and place."""

import re
from collections import Counter
from pathlib import Path

import pytest

import api
from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge import library
from api.clinical.vocabulary import Effect, FactType, Level, Modality, UnknownPolicy
from tests.next_release import copied, edited

RELEASE = library.load()
CODE = Path(api.__file__).parent
SHOWN = ("examples.py", "schemas.py", "shapes.py", "routes.py")


@pytest.fixture
def here(tmp_path):
    """A folder with the files of this release, to break."""
    return copied(tmp_path / "release")


def refusal(folder):
    with pytest.raises(KnowledgeFault) as refused:
        library.read(folder)
    return refused.value


def test_the_shipped_release_holds_when_read_from_a_folder(here):
    assert library.read(here).sha256 == RELEASE.sha256


BP = "rules/blood-pressure.yaml"
STRAINING = "    clearance: [heavy-resistance, isometric, valsalva-prone, vigorous]\n"
LOW = "- id: bp-low\n  version: 1\n"
FAULTS = {
    "an unknown fact in a condition": (
        BP,
        ("  when: resting_sys < 90\n", "  when: resting_dia > 3 and resting_sis < 90\n"),
        ("bp-low", "when, column 21", "there is no fact 'resting_sis'"),
    ),
    "a condition outside the language": (
        BP,
        ("  when: resting_sys < 90\n", "  when: resting_sys < max(90, 80)\n"),
        ("bp-low", "when, column 15", "compared with a value"),
    ),
    "a value that a fact never has": (
        "rules/falls.yaml",
        ("when: fall_risk == 'high'", "when: fall_risk == 'highest'"),
        ("falls-high", "when, column 14", "fall_risk is never 'highest'"),
    ),
    "a fault in a relaxation": (
        "rules/falls.yaml",
        ("in {'on-site-trained', 'clinical'}", "in {'on-site', 'clinical'}"),
        ("falls-high.relax", "when, column 17", "supervision is never 'on-site'"),
    ),
    "an unknown tag": (
        BP,
        (STRAINING, "    clearance: [heavy]\n"),
        ("bp-160-179", "effects.clearance", "no exercise carries the tag 'heavy'"),
    ),
    "an effect without tags": (
        BP,
        (STRAINING, "    clearance: []\n"),
        ("bp-160-179", "effects.clearance", "must list tags"),
    ),
    "an unknown effect": (
        BP,
        (STRAINING, "    ban: [vigorous]\n"),
        ("bp-160-179", "effects", "'ban' is not one of"),
    ),
    "an unknown level": (
        BP,
        (f"{LOW}  title", f"{LOW}  levels: 3\n  title"),
        ("bp-low", "levels", "not a known key"),
    ),
    "a version that is no number": (
        BP,
        (LOW, "- id: bp-low\n  version: one\n"),
        ("bp-low", "version", "wrong type"),
    ),
    "a rule without an id": (BP, (LOW, "- version: 1\n"), ("entry 3", "id", "is missing")),
    "an edited rule": (
        BP,
        ("  when: resting_sys < 90\n", "  when: resting_sys < 91\n"),
        ("bp-low", "version", "new version"),
    ),
    "a raised version that is not sealed": (
        BP,
        (LOW, "- id: bp-low\n  version: 2\n"),
        ("bp-low", "version", "new version"),
    ),
    "a rule twice": (BP, (LOW, "- id: bp-severe\n  version: 1\n"), ("bp-severe", "id", "stands twice")),
    "a key twice": (BP, (LOW, f"{LOW}  version: 1\n"), ("file", "line ", "'version' stands twice")),
    "a date that does not exist": (
        "release.yaml",
        ("released_on: 2026-11-22", "released_on: 2026-11-31"),
        ("file", "-", "day is out of range"),
    ),
    "text that is no YAML": ("release.yaml", ("id: '", "id: [ '"), ("file", "line ", "")),
    "a misspelt key of the release": (
        "release.yaml",
        ("review_status:", "review_state:"),
        ("release", "review_status", "is missing"),
    ),
    "a file of rules that is not named": (
        "release.yaml",
        (" nerve, day]", " nerve]"),
        ("file", "-", "not named"),
    ),
    "a duplicate fact": (
        "facts/eyes.yaml",
        ("- name: vision\n", "- name: eye_procedure\n"),
        ("eye_procedure", "id", "stands twice"),
    ),
    "a number without a unit": (
        "facts/function.yaml",
        (
            "- name: tug_s\n  type: number\n  range: {min: 3, max: 300}\n  units:\n    - {code: s}\n",
            "- name: tug_s\n  type: number\n  range: {min: 3, max: 300}\n  units: []\n",
        ),
        ("tug_s", "units", "needs a unit"),
    ),
    "a number without a range": (
        "facts/function.yaml",
        ("- name: tug_s\n  type: number\n  range: {min: 3, max: 300}\n", "- name: tug_s\n  type: number\n"),
        ("tug_s", "range", "is missing"),
    ),
    "a misspelt key of a fact": (
        "facts/eyes.yaml",
        ("- name: vision\n", "- name: vision\n  gates: session\n"),
        ("vision", "gates", "not a known key"),
    ),
    "a stand-in that the fact never has": (
        "facts/person.yaml",
        ("    - {value: none}\n", "    - {value: nobody}\n"),
        ("supervision", "reads_as", "supervision is never 'nobody'"),
    ),
    "a history that the fact never has": (
        "facts/feet.yaml",
        ("{healed: healed, active: healed}", "{healed: healed, actve: healed}"),
        ("foot_ulcer", "history", "is never 'actve'"),
    ),
    "a shelf life under a bad condition": (
        "facts/kidney.yaml",
        ("when: egfr < 30", "when: egrf < 30"),
        ("egfr.shelf_life", "when, column 1", "there is no fact 'egrf'"),
    ),
    "a shelf life of nothing": (
        "facts/kidney.yaml",
        ("{days: 90, when: egfr < 30}", "{when: egfr < 30}"),
        ("egfr.shelf_life", "days", "give days"),
    ),
    "only conditional shelf lives": (
        "facts/kidney.yaml",
        ("    - {days: 90, when: egfr < 30}\n    - {days: 180}\n", "    - {days: 90, when: egfr < 30}\n"),
        ("egfr", "shelf_life", "the last one"),
    ),
    "a derived fact of an unknown one": (
        "derived.yaml",
        ("of: [birth_date]", "of: [birthdate]"),
        ("age_years", "of", "there is no fact 'birthdate'"),
    ),
    "a derived fact of itself": (
        "derived.yaml",
        ("\"has(medications, 'insulin')\"", "ketone_prone == 'yes'"),
        ("file", "order", "derived from itself"),
    ),
    "a case without a value": (
        "derived.yaml",
        ("{value: no, when: known(diabetes)", "{when: known(diabetes)"),
        ("glucose_rules_apply.cases", "value", "is missing"),
    ),
    "a screen for an unknown fact": (
        "screens.yaml",
        ("    footwear: adequate\n", "    shoes: adequate\n"),
        ("screen_footwear", "clear", "there is no fact 'shoes'"),
    ),
    "a screen with a value that does not exist": (
        "screens.yaml",
        ("    footwear: adequate\n", "    footwear: fine\n"),
        ("screen_footwear", "clear.footwear", "footwear is one of"),
    ),
    "a screen that keeps what it does not clear": (
        "screens.yaml",
        ("    foot_ulcer_left: healed\n", "    charcot_left: remission\n"),
        ("screen_feet_today", "keeps.charcot_left", "not a value of a fact of this screen"),
    ),
    "an unknown exercise as the easier one": (
        "exercises/balance.yaml",
        ("  regress: feet-together\n", "  regress: feet-apart\n"),
        ("semi-tandem", "regress", "there is no exercise 'feet-apart'"),
    ),
    "an unknown rule in a vignette": (
        "vignettes.yaml",
        ("    silent: [foot-lops, oh-untested, falls-unknown]\n", "    silent: [foot-lobs]\n"),
        ("V01", "fires", "there is no rule 'foot-lobs'"),
    ),
    "an unknown exercise in a vignette": (
        "vignettes.yaml",
        ("    closed: [run, upright-cycle-vigorous]\n", "    closed: [runs]\n"),
        ("V01", "open", "there is no exercise 'runs'"),
    ),
    "an unknown fact in a vignette": (
        "vignettes.yaml",
        ("    facts: {retinopathy_stage: null}\n", "    facts: {retina: none}\n"),
        ("V50", "facts", "there is no fact 'retina'"),
    ),
    "a misspelt key of a vignette": (
        "vignettes.yaml",
        ("    closed: [run, upright-cycle-vigorous]\n", "    close: [run]\n"),
        ("V01", "vignette", "close is not a known key"),
    ),
    "a vignette twice": ("vignettes.yaml", ("  - id: V04\n", "  - id: V02\n"), ("V02", "id", "stands twice")),
    "a vignette whose decision does not hold": (
        "vignettes.yaml",
        ("{age_years: 15}\n    decision: out-of-scope\n", "{age_years: 15}\n    decision: modified\n"),
        ("V60", "decision", "is out-of-scope, not modified"),
    ),
    "an exercise that is not open": (
        "vignettes.yaml",
        ("    closed: [run, upright-cycle-vigorous]\n", "    closed: [walk-brisk]\n"),
        ("V01", "walk-brisk", "is allowed"),
    ),
    "an example of a vignette that does not exist": (
        "rules/eyes.yaml",
        ("    fires: [V49]\n", "    fires: [V99]\n"),
        ("eye-severe-npdr-pdr", "examples.fires", "there is no vignette 'V99'"),
    ),
    "an example that does not hold": (
        "rules/eyes.yaml",
        ("    fires: [V49]\n", "    fires: [V01]\n"),
        ("eye-severe-npdr-pdr", "V01", "should fire and does not"),
    ),
    "a misspelt key of the examples": (
        "rules/eyes.yaml",
        ("    fires: [V49]\n", "    fired: [V49]\n"),
        ("eye-severe-npdr-pdr", "examples", "fired is not a known key"),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_it_is_refused(here, fault):
    file, change, (entry, place, detail) = FAULTS[fault]
    edited(here, file, change)
    refused = refusal(here)
    assert refused.entry == entry
    assert refused.place == place or (place.endswith(" ") and refused.place.startswith(place))
    assert detail in refused.detail
    expected = {
        "file": ("facts/", "rules/", "release.yaml", "derived.yaml"),
    }.get(entry, (file,))
    assert refused.file.startswith(expected)
    assert str(refused) == f"{refused.file}: {refused.entry}: {refused.place}: {refused.detail}"


def test_an_unknown_citation_is_refused(here):
    text = (here / BP).read_text(encoding="utf-8")
    named = re.search(r"- \{id: (\w+)\}", text).group(0)
    (here / BP).write_text(text.replace(named, "- {id: NOWHERE}", 1), encoding="utf-8")
    refused = refusal(here)
    assert (refused.file, refused.place) == (BP, "citations")
    assert refused.detail == "there is no source 'NOWHERE'"


def test_a_rule_that_touches_no_exercise_is_refused(here):
    path = here / BP
    text = path.read_text(encoding="utf-8")
    before, low = text.split(LOW)
    path.write_text(
        before + LOW + low.replace("  effects:\n    forbid: ['*']\n", "  effects: {}\n", 1), encoding="utf-8"
    )
    refused = refusal(here)
    assert (refused.entry, refused.place, refused.detail) == ("bp-low", "effects", "touches no exercise")


def test_a_decision_without_a_prohibition_is_refused(here):
    path = here / "rules/scope.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("forbid: ['*']", "avoid: ['*']", 1), encoding="utf-8"
    )
    assert refusal(here).place == "decision"


def test_a_missing_file_is_refused(here):
    (here / "rules/day.yaml").unlink()
    refused = refusal(here)
    assert (refused.file, refused.detail) == ("rules/day.yaml", "cannot be read")


def test_a_file_that_is_no_text_is_refused(here):
    (here / "screens.yaml").write_bytes(b"\xff\xfe\x00")
    assert refusal(here).file == "screens.yaml"


@pytest.mark.parametrize("content", ["{a: 1}", "3", "", "- 3"])
def test_a_file_of_another_shape_is_refused(here, content):
    (here / "screens.yaml").write_text(content, encoding="utf-8")
    assert refusal(here).file == "screens.yaml"


def test_a_rule_that_is_not_sealed_is_refused(here):
    one = library.seal()["bp-low"]
    line = f"  bp-low: {{version: 1, sha256: {one['sha256']}}}\n"
    edited(here, "release.yaml", (line, ""))
    refused = refusal(here)
    assert (refused.file, refused.entry, refused.place) == (BP, "bp-low", "version")
    assert "seal the release" in refused.detail


def test_a_sealed_rule_that_is_gone_is_refused(here):
    edited(here, "release.yaml", ("sealed:\n", "sealed:\n  bp-high: {version: 1, sha256: 00}\n"))
    refused = refusal(here)
    assert (refused.file, refused.entry, refused.detail) == (
        "release.yaml",
        "bp-high",
        "was released and is gone",
    )


class TestTheReleaseAgreesWithItself:
    def test_138_rules_by_level(self):
        levels = Counter(rule.level for rule in RELEASE.rules)
        assert levels == {Level.ABSOLUTE: 30, Level.RELATIVE: 47, Level.PRECAUTION: 53, Level.INFORMATION: 8}

    def test_81_exercises_by_modality(self):
        assert Counter(exercise.modality for exercise in RELEASE.exercises) == {
            Modality.AEROBIC: 30,
            Modality.RESISTANCE: 23,
            Modality.BALANCE: 9,
            Modality.FLEXIBILITY: 6,
            Modality.FUNCTIONAL: 13,
        }

    def test_verification_words_are_counted_as_the_specification_counts_them(self):
        first = Counter(rule.verification.split()[0].strip(";,") for rule in RELEASE.rules)
        assert sum(first.values()) == 138
        assert set(first) <= {"verified", "partly", "from", "design"}

    def test_every_rule_awaits_review_and_says_what_it_rests_on(self):
        for rule in RELEASE.rules:
            assert rule.review_status == "awaiting-clinical-review"
            assert rule.citations
            assert rule.do
            assert rule.clinician

    def test_every_source_is_cited_and_every_fact_is_explained(self):
        cited = {citation.id for rule in RELEASE.rules for citation in rule.citations}
        cited |= {entry.source for entry in RELEASE.derived.values() if entry.source}
        assert cited <= set(RELEASE.citations)
        assert all(fact.unknown_means for fact in RELEASE.plain_facts)

    def test_every_rule_but_information_touches_an_exercise(self):
        for rule in RELEASE.rules:
            touched = [RELEASE.tagged[tag] for tags in rule.effects.values() for tag in tags]
            assert any(touched) or rule.level is Level.INFORMATION

    def test_a_rule_that_is_capped_has_something_to_cap(self):
        for rule in RELEASE.rules:
            if rule.unknown is UnknownPolicy.RELATIVE:
                assert Effect.FORBID in rule.effects, rule.id

    def test_two_feet_have_the_same_facts(self):
        left = {name.removesuffix("_left") for name in RELEASE.facts if name.endswith("_left")}
        right = {name.removesuffix("_right") for name in RELEASE.facts if name.endswith("_right")}
        assert left == right
        assert len(left) == 13

    def test_every_fact_of_minutes_and_hours_and_of_the_day_runs_out_both_ways(self):
        for fact in RELEASE.plain_facts:
            lasts = fact.shelf_lives[-1].lasts if fact.shelf_lives else None
            short = bool(fact.shelf_lives) and (lasts is None or lasts.days == 0)
            assert fact.expires_both_ways is (short or fact.group == "day"), fact.name

    def test_gates_have_a_way_to_be_answered(self):
        for fact in RELEASE.plain_facts:
            if fact.gate is not None and fact.type is FactType.SET:
                assert "none" in fact.values


def test_no_rule_or_exercise_is_named_in_the_code():
    """All medicine is data; only documented examples of the API show what an answer looks like."""
    ids = [*RELEASE.rules_by_id, *(one for one in RELEASE.exercise_positions if "-" in one)]
    named = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, ids))})(?![\w-])")
    for path in CODE.rglob("*.py"):
        if "clinical" in path.parts or not path.name.endswith(SHOWN):
            assert named.findall(path.read_text(encoding="utf-8")) == [], path
