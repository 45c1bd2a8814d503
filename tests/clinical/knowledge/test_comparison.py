import json
from dataclasses import replace

import pytest

from api.clinical.knowledge import library
from api.clinical.knowledge.comparison import as_data, as_text, compare
from tests.next_release import NEXT, RULE, next_release

CURRENT = library.load()
KINDS = ["rules", "facts", "screens", "derived", "questions", "exercises", "citations", "tables", "wording"]


@pytest.fixture(scope="module")
def newer(tmp_path_factory):
    return library.read(next_release(tmp_path_factory.mktemp("next") / "knowledge"))


def section(older, newer, kind):
    return next(one for one in compare(older, newer).sections if one.kind == kind)


def test_a_release_does_not_differ_from_itself():
    comparison = compare(CURRENT, CURRENT)
    assert comparison.same
    assert [one.kind for one in comparison.sections] == KINDS


def test_a_superseded_rule_says_what_changed(newer):
    comparison = compare(CURRENT, newer)
    assert [one.kind for one in comparison.sections if not one.same] == ["rules"]
    (rule,) = comparison.sections[0].altered
    assert rule.id == RULE
    assert rule.changes == (
        ("version", 1, 2),
        ("when", "resting_sys < 90", "resting_sys < 100"),
    )


def test_rules_are_added_and_removed():
    fewer = replace(CURRENT, rules=CURRENT.rules[1:])
    first = CURRENT.rules[0].id
    assert section(CURRENT, fewer, "rules").removed == (first,)
    assert section(fewer, CURRENT, "rules").added == (first,)


@pytest.mark.parametrize("kind", ["facts", "screens"])
def test_facts_and_screens_are_told_apart(kind):
    gone = section(CURRENT, CURRENT, kind)
    assert gone.same
    name = (CURRENT.plain_facts if kind == "facts" else CURRENT.screens)[0].name
    fewer = replace(CURRENT, facts={key: fact for key, fact in CURRENT.facts.items() if key != name})
    differing = [one for one in compare(CURRENT, fewer).sections if not one.same]
    assert [(one.kind, one.removed) for one in differing] == [(kind, (name,))]


def test_an_exercise_that_changed_says_how():
    first, *others = CURRENT.exercises
    changed = replace(CURRENT, exercises=(replace(first, met=9.9, cue=None), *others))
    (one,) = section(CURRENT, changed, "exercises").altered
    assert one == (first.id, (("met", first.met, 9.9), ("cue", first.cue, None)))


def test_the_layout_of_a_condition_is_not_a_change():
    first, *others = CURRENT.rules
    laid_out = replace(first, written=f"{first.written}\n", sha256="0" * 64)
    assert compare(CURRENT, replace(CURRENT, rules=(laid_out, *others))).same


def test_the_comparison_is_json_data(newer):
    data = as_data(compare(CURRENT, newer))
    assert json.loads(json.dumps(data)) == data
    assert (data["from"]["release"], data["to"]["release"]) == (CURRENT.id, NEXT)
    assert data["same"] is False
    assert data["rules"] == {
        "added": [],
        "removed": [],
        "superseded": [
            {
                "id": RULE,
                "changes": [
                    {"field": "version", "before": 1, "after": 2},
                    {"field": "when", "before": "resting_sys < 90", "after": "resting_sys < 100"},
                ],
            }
        ],
    }


def test_everything_in_a_release_can_be_told_as_data():
    nothing = replace(CURRENT, rules=(), exercises=(), facts={}, derived={}, citations={}, questions=())
    data = as_data(compare(nothing, CURRENT))
    assert {kind: len(data[kind]["added"]) for kind in KINDS}["rules"] == len(CURRENT.rules)
    altered = replace(
        CURRENT,
        rules=tuple(replace(one, title=".") for one in CURRENT.rules),
        facts={name: replace(one, note=".") for name, one in CURRENT.facts.items()},
    )
    json.dumps(as_data(compare(CURRENT, altered)))


def test_people_read_one_line_a_change(newer):
    text = as_text(compare(CURRENT, newer))
    assert f"Rules: 0 added, 0 removed, 1 superseded\n  ~ {RULE}\n" in text
    assert "        was  resting_sys < 90\n        is   resting_sys < 100\n" in text
