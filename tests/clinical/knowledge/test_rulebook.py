import re
from dataclasses import replace
from pathlib import Path

import pytest

from api.clinical.knowledge import library
from api.clinical.knowledge.rulebook import opening
from api.clinical.knowledge.rulebook.book import written_out
from api.clinical.knowledge.rulebook.markdown import item, text
from api.clinical.knowledge.rulebook.opening import Verification, verification
from api.clinical.knowledge.tables import tables
from api.clinical.vocabulary import Decision, Effect, Level, RuleScope, UnknownPolicy

RELEASE = library.load()
BOOK = written_out(RELEASE)
ENTRIES = [entry for entries in tables(RELEASE).values() for entry in entries]
KEPT = Path(__file__).parents[3] / "docs" / "rulebook.md"
HEADINGS = re.findall(r"^#{1,4} (.+)$", BOOK, re.MULTILINE)


def part(heading):
    """What stands below a heading of the lowest level."""
    return re.split(r"^#", BOOK.split(f"\n#### `{heading}`", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def test_the_rule_book_in_the_repository_is_the_release():
    assert KEPT.read_text(encoding="utf-8") == BOOK, "make rulebook writes it anew"


def test_the_same_release_gives_the_same_book():
    assert written_out(library.read(library.HERE)) == BOOK


def test_it_says_which_release_it_is():
    assert RELEASE.id in BOOK
    assert RELEASE.sha256 in BOOK
    assert RELEASE.review_status.replace("-", " ") in BOOK


@pytest.mark.parametrize(
    ("explained", "words"),
    [
        (opening.LEVELS, Level),
        (opening.EFFECTS, Effect),
        (opening.UNKNOWN, UnknownPolicy),
        (opening.SCOPES, RuleScope),
        (opening.DECISIONS, Decision),
    ],
)
def test_every_word_is_explained(explained, words):
    assert [*explained] == [*words]


@pytest.mark.parametrize("rule", RELEASE.rules, ids=lambda rule: rule.id)
def test_every_rule_stands_with_all_that_is_signed(rule):
    said = " ".join(part(rule.id).split())
    for words in (rule.title, rule.do, rule.clinician, rule.verification, RELEASE.wording.patient[rule.id]):
        assert text(words) in said.replace("\\>", ">").replace("\\+", "+").replace("\\-", "-")
    assert " ".join(rule.written.split()) in said
    assert f"Version {rule.version} of {rule.effective_from}" in said
    assert rule.sha256[:16] in said
    assert all(f"[`{citation.id}`]" in said for citation in rule.citations)
    assert all(f"`{tag}`" in said for tags in rule.effects.values() for tag in tags)
    assert all(" ".join(one.written.split()) in said for one in rule.relaxations)
    assert said.count("☐") == 2


def test_every_fact_stands_once():
    chapter = BOOK.split("\n## Facts\n")[1].split("\n## Screens\n")[0]
    named = [name for line in re.findall(r"^#### (.+)$", chapter, re.MULTILINE) for name in line.split(", ")]
    assert sorted(named) == sorted(f"`{fact.name}`" for fact in RELEASE.plain_facts)


def test_both_feet_stand_together_where_the_same_is_said_of_them():
    assert "`foot_ulcer_left`, `foot_ulcer_right`" in HEADINGS


def test_a_foot_of_which_something_else_is_said_stands_alone():
    other = replace(RELEASE.facts["foot_ulcer_right"], note="Said of this foot only.")
    book = written_out(replace(RELEASE, facts={**RELEASE.facts, other.name: other}))
    assert "\n#### `foot_ulcer_left`\n" in book
    assert "\n#### `foot_ulcer_right`\n" in book


def test_everything_else_has_its_place():
    for name in (*(one.name for one in RELEASE.screens), *(one.id for one in RELEASE.exercises)):
        assert f"`{name}`" in HEADINGS
    assert all(f"`{source}`" in HEADINGS for source in RELEASE.citations)
    assert all(f"- `{name}`" in BOOK for name in RELEASE.derived)
    assert all(f"`{one.id}` settles" in BOOK for one in RELEASE.questions if one.screen is None)


def test_every_source_says_how_much_of_it_was_read():
    for source in RELEASE.citations.values():
        assert f"Read: **{text(source.read)}**" in " ".join(part(source.id).split())


def test_every_link_leads_to_its_heading():
    places = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADINGS]
    assert set(re.findall(r"\]\(#([^)]+)\)", BOOK)) <= set(places)
    rules = [rule.id for rule in RELEASE.rules]  # they stand first: of two headings the first is led to
    later = [*(one.id for one in RELEASE.exercises), *(name.lower() for name in RELEASE.citations)]
    assert all(places.count(name) == 1 for name in later)
    assert all(rules.count(name) == 1 for name in rules)
    assert BOOK.index("\n## Rules\n") < BOOK.index("\n## Facts\n")


def test_no_line_is_longer_than_a_screen():
    longest = max(BOOK.splitlines(), key=lambda line: 0 if line.startswith("|") else len(line))
    assert len(longest) <= 110


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("verified in A", Verification.VERIFIED),
        ("verified in A; 90 days is a design decision", Verification.PARTLY_DESIGN),
        ("verified in A; the ratio from memory, to be checked", Verification.PARTLY_MEMORY),
        ("from memory, to be checked (90 days is a design decision)", Verification.MEMORY),
        ("design decision", Verification.DESIGN),
    ],
)
def test_verification_words_are_counted_at_their_weakest(words, expected):
    assert verification(words) is expected


@pytest.mark.parametrize("statement", [*RELEASE.rules, *ENTRIES], ids=lambda one: one.id)
def test_every_statement_uses_the_verification_words(statement):
    assert re.search(r"verified in|from memory, to be checked|design decision", statement.verification)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_every_entry_of_a_table_stands_with_all_that_is_signed(entry):
    said = " ".join(part(entry.id).split())
    assert text(entry.says) in said
    assert text(entry.verification) in said
    assert all(f"[`{citation.id}`]" in said for citation in entry.citations)
    assert said.count("☐") == 2


def test_the_counts_add_up():
    head = "| how far statements were verified | rules | entries of tables |\n|---|---|---|\n"
    table = BOOK.split(head)[1].split("\n\n")[0]
    for column, expected in ((2, len(RELEASE.rules)), (3, len(ENTRIES))):
        counts = [int(line.split("|")[column]) for line in table.splitlines()]
        assert counts[-1] == sum(counts[:-1]) == expected


def test_words_are_not_taken_for_markup():
    assert text("a [b] c*d ~e <f> <5") == r"a \[b\] c\*d \~e \<f> <5"
    assert text("as `missing-data` or **not**") == "as `missing-data` or **not**"


@pytest.mark.parametrize("start", ["+1000", "- one", "> 5", "3. three", "# head"])
def test_a_line_that_goes_on_begins_no_list(start):
    lines = item("x" * 100 + " ." * 2 + " " + "y" * 4 + " " + start + " " + "z" * 30)
    assert len(lines) == 2
    assert not re.match(r"  ([-+#>] |>|\d+\. )", lines[1])
