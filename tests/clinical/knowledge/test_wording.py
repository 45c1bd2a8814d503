"""Every rule speaks to the person who exercises, in one plain sentence that says no more than the rule."""

import re

import pytest

from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge import library
from api.clinical.knowledge.wording_file import read_wording
from api.clinical.vocabulary import ReviewStatus

RELEASE = library.load()
LONGEST = 32
JARGON = re.compile(
    r"\b(LOPS|PAD|CAN|NYHA|RPE|MET|CLTI|NPDR|PDR|IWGDF|OH|HbA1c|eGFR|ischaemi\w*|neuropath\w*|orthosta\w*|"
    r"hypogly\w*|hypergly\w*|contraindicat\w*|claudication|bilateral|plantar|retinopathy|neutropeni\w*)\b"
)
NUMBER = re.compile(r"\d+(?:\.\d+)?")
OPEN = "{untouched: A., with-changes: A., by-clearance: A.}"
EACH = pytest.mark.parametrize("rule", RELEASE.rules, ids=lambda rule: rule.id)


@EACH
def test_a_sentence_is_short_and_plain(rule):
    sentence = RELEASE.wording.patient[rule.id]
    assert len(sentence.split()) <= LONGEST
    assert not JARGON.search(sentence)
    assert sentence[0].isupper()


@EACH
def test_a_sentence_brings_no_number_of_its_own(rule):
    said = NUMBER.findall(" ".join([rule.title, rule.do, rule.clinician, rule.written]))
    assert set(NUMBER.findall(RELEASE.wording.patient[rule.id])) <= set(said)


def test_the_sentences_await_a_clinician():
    assert RELEASE.wording.review_status is ReviewStatus.AWAITING


@pytest.mark.parametrize(
    ("text", "entry", "detail"),
    [
        ("patient: {one: A sentence.}", "two", "has no sentence for patients"),
        (
            "patient: {one: A sentence., two: A sentence., three: A sentence.}",
            "three",
            "there is nothing of this name",
        ),
        ("patient: {one: A sentence., two: no end}", "two", "must be one sentence"),
        ("patient: {one: A sentence., two: One. And two.}", "two", "must be one sentence"),
        ("patient: {one: A sentence., two: 2}", "two", "must be one sentence"),
        ("more: 1\npatient: {one: A sentence., two: A sentence.}", "wording", "is not a known key"),
    ],
)
def test_a_sentence_that_is_missing_or_loose_is_refused(tmp_path, text, entry, detail):
    (tmp_path / "wording.yaml").write_text(
        f"review_status: reviewed\nopen: {OPEN}\n{text}\n", encoding="utf-8"
    )
    with pytest.raises(KnowledgeFault) as refused:
        read_wording(tmp_path, ["one", "two"])
    assert entry in str(refused.value)
    assert detail in str(refused.value)
