"""The triage tables are read strictly, and a faulty one is refused with its place."""

import re

import pytest
import yaml

from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge import library
from api.clinical.knowledge.rule_files import Known
from api.clinical.knowledge.triage_file import read_triaging
from api.clinical.vocabulary import EVERY_EXERCISE, ReviewStatus
from tests.clinical.knowledge.test_wording import JARGON, LONGEST, NUMBER

RELEASE = library.load()
TABLES = RELEASE.triaging
ENTRIES = (*TABLES.rules, *TABLES.trends)
TAGS = frozenset(RELEASE.tagged) - {EVERY_EXERCISE}


def read(folder):
    return read_triaging(folder, RELEASE.facts, Known({}, RELEASE.citations, TAGS), RELEASE.pacing)


def refusal(folder, change):
    """Why the tables with changed content are refused."""
    text = (library.HERE / "triage.yaml").read_text(encoding="utf-8")
    content = yaml.load(text, Loader=yaml.BaseLoader)
    content = _typed(content)
    change(content)
    (folder / "triage.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(KnowledgeFault) as refused:
        read(folder)
    return str(refused.value)


def _typed(part):
    """Numbers and flags as what they are; yes and no stay words."""
    match part:
        case dict():
            return {key: _typed(value) for key, value in part.items()}
        case list():
            return [_typed(value) for value in part]
        case "true":
            return True
    return float(part) if re.fullmatch(r"\d+\.\d+", part) else int(part) if part.isdigit() else part


def rule(content, name):
    return next(one for one in content["rules"] if one["id"] == name)


FAULTS = {
    "an unknown tag": (
        lambda all_: rule(all_, "rep-calf").update(lock=["legs"]),
        "rep-calf: lock: no exercise carries the tag 'legs'",
    ),
    "an unknown tag in a rise": (
        lambda all_: rule(all_, "rep-claudication")["rises"][0].update(lock=["legs"]),
        "rep-claudication: rises.lock: no exercise carries the tag 'legs'",
    ),
    "an urgent finding without a lock": (
        lambda all_: rule(all_, "rep-calf").pop("lock"),
        "rep-calf: lock: urgent locks something",
    ),
    "a rise to urgent without a lock": (
        lambda all_: rule(all_, "rep-claudication")["rises"][0].pop("lock"),
        "rep-claudication: lock: urgent locks something",
    ),
    "an unknown field": (
        lambda all_: rule(all_, "rep-calf").update(when="has(symptom, 'calf-swelling')"),
        "there is no fact 'symptom'",
    ),
    "a word that a field never has": (
        lambda all_: rule(all_, "rep-calf").update(when="has(symptoms, 'calf-ache')"),
        "symptoms is never 'calf-ache'",
    ),
    "an unknown source": (
        lambda all_: rule(all_, "rep-calf").update(citations=[{"id": "NOBODY"}]),
        "there is no source 'NOBODY'",
    ),
    "no source": (
        lambda all_: rule(all_, "rep-calf").update(citations=[]),
        "a statement needs a source",
    ),
    "an unknown fact that is set": (
        lambda all_: rule(all_, "rep-foot-open").update(sets={"foot_wound": "active"}),
        "there is no fact 'foot_wound'",
    ),
    "a value that a fact never has": (
        lambda all_: rule(all_, "rep-foot-open").update(sets={"foot_ulcer": "open"}),
        "foot_ulcer is never 'open'",
    ),
    "a fact that cannot grow": (
        lambda all_: rule(all_, "rep-fall").update(adds={"tug_s": 1}),
        "tug_s is not a whole number",
    ),
    "an unknown entry of progression": (
        lambda all_: rule(all_, "rep-fall").update(regression="falling"),
        "there is no entry 'falling'",
    ),
    "nothing to do for a clinician": (
        lambda all_: rule(all_, "rep-fall").pop("clinician"),
        "rep-fall: clinician: says nothing to do",
    ),
    "no words for the person": (
        lambda all_: rule(all_, "rep-fall").pop("patient"),
        "rep-fall: patient: is missing",
    ),
    "two sentences for the person": (
        lambda all_: rule(all_, "rep-fall").update(patient="You fell. Call us."),
        "rep-fall.patient: must be one sentence",
    ),
    "an unknown level": (
        lambda all_: rule(all_, "rep-fall").update(level="severe"),
        "'severe' is not one of",
    ),
    "an unknown demand on the next session": (
        lambda all_: rule(all_, "rep-fall").update(next_session=["sing"]),
        "'sing' is not one of",
    ),
    "a misspelt key": (
        lambda all_: rule(all_, "rep-fall").update(locks=["upright"]),
        "locks: is not a known key",
    ),
    "a rule twice": (
        lambda all_: all_["rules"].append(rule(all_, "rep-fall")),
        "rep-fall: id: stands twice",
    ),
    "a rule without an id": (lambda all_: all_["rules"].append({"says": "A."}), "rules: one has no id"),
    "a rise without a reason": (
        lambda all_: rule(all_, "rep-barefoot")["rises"][0].pop("times"),
        "a rise needs a condition or a number of times",
    ),
    "a rise that skips what is no question": (
        lambda all_: rule(all_, "rep-fatigue")["rises"][0].update(answered="hr_pre"),
        "'hr_pre' is not a question",
    ),
    "a trend of an unknown rule": (
        lambda all_: all_["trends"][3].update(rule="rep-stumble"),
        "there is no rule 'rep-stumble'",
    ),
    "an unknown question": (
        lambda all_: all_["not_asked"].update(unsaid=["hr_pre"]),
        "'hr_pre' is not a question",
    ),
    "an unknown reason": (
        lambda all_: all_["not_asked"]["of_skipped"].update(rain=["symptoms"]),
        "'rain' is not one of",
    ),
    "an assumption of what is not read": (
        lambda all_: all_["assumed"]["values"].update(tall="yes"),
        "tall is never 'yes'",
    ),
    "a word with a capital": (
        lambda all_: all_["note_words"].update(words=["Chest"]),
        "words are in small letters",
    ),
    "a level without words": (
        lambda all_: all_["levels"]["patient"].pop("watch"),
        "must say every level",
    ),
    "a key nobody knows": (lambda all_: all_.update(rule=[]), "triage: rule: is not a known key"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_it_is_refused(tmp_path, fault):
    change, said = FAULTS[fault]
    found = refusal(tmp_path, change)
    assert found.startswith("triage.yaml: ")
    assert said in found


def test_the_tables_as_they_are_hold():
    assert read(library.HERE) == TABLES


@pytest.mark.parametrize("one", ENTRIES, ids=lambda one: one.id)
def test_every_entry_says_why_and_pretends_no_review(one):
    assert one.says.endswith(".")
    assert one.review_status is ReviewStatus.AWAITING
    assert {citation.id for citation in one.citations} <= RELEASE.citations.keys()


@pytest.mark.parametrize("key", TABLES.wording)
def test_a_sentence_is_short_and_plain(key):
    sentence = TABLES.wording[key]
    assert len(sentence.split()) <= LONGEST
    assert not JARGON.search(sentence)
    assert sentence[0].isupper()


@pytest.mark.parametrize("one", ENTRIES, ids=lambda one: one.id)
def test_a_sentence_brings_no_number_of_its_own(one):
    rises = [rise.says for rise in getattr(one, "rises", ())]
    asks = getattr(one, "next_session", ())
    said = " ".join([one.says, one.clinician or "", getattr(one, "written", ""), *rises, *asks])
    numbers = set(NUMBER.findall(said)) | {str(getattr(one, "lock_hours", ""))}
    assert set(NUMBER.findall(one.patient)) <= numbers


def test_no_id_is_that_of_a_rule_of_contraindication():
    names = [one.id for one in ENTRIES]
    assert len(names) == len(set(names))
    assert not set(names) & RELEASE.rules_by_id.keys()
