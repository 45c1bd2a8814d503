"""What patients are told is the same in every language: keys, placeholders, numbers and exercises."""

import re
from datetime import date

import pytest

from api.clinical.catalogue import COMMON_STOP_SIGNS
from api.clinical.knowledge import library
from api.clinical.reports import ReportLevel
from api.clinical.vocabulary import ReviewStatus
from api.prescriptions.wording import Language, language_of, wording

RELEASE = library.load()
ENGLISH = wording(Language.EN)
OTHERS = [Language.ES, Language.DE]
LEVELS = {
    "emergency": ReportLevel.EMERGENCY,
    "today": ReportLevel.URGENT,
    "soon": ReportLevel.REVIEW,
}
MEASURED_AT_HOME = {"rep-headache"}
"""Severe headache is an emergency unless a blood pressure says otherwise; on paper it always is one."""
TAUGHT_BY = {
    "chest, arm or jaw discomfort": "rep-chest-pain",
    "unusual breathlessness": "rep-anginal-equivalent",
    "dizziness or faintness": "rep-dizzy",
    "palpitations": "rep-anginal-equivalent",
    "confusion": "rep-confusion",
    "glucose below 70 mg/dL or hypoglycaemia symptoms": "rep-hypo-70",
    "sudden vision change": "rep-vision",
    "new weakness": "rep-weak-48h",
    "a new wound, blister, hot or discoloured foot": "rep-foot-open",
    "fall": "rep-fall",
}


def sentences(node, path=()):
    for name, value in node.items():
        if isinstance(value, dict):
            yield from sentences(value, (*path, name))
        elif isinstance(value, str):
            yield (*path, name), value


def numbers(text):
    """The numbers in a text, whichever mark its language puts before the decimals."""
    return sorted(float(found.replace(",", ".")) for found in re.findall(r"\d+(?:[.,]\d+)?", text))


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_phrases_with_the_same_placeholders(language):
    mine, english = dict(sentences(wording(language).phrases)), dict(sentences(ENGLISH.phrases))
    assert mine.keys() == english.keys()
    for key, sentence in english.items():
        if key[-1] == "one":  # `once` may stand for a number
            continue
        assert sorted(re.findall(r"{\w+}", mine[key])) == sorted(re.findall(r"{\w+}", sentence)), key


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("section", ["phrases", "reasons"])
def test_no_number_is_lost_in_translation(language, section):
    mine, english = (getattr(one, section) for one in (wording(language), ENGLISH))
    said = dict(sentences(mine))
    for key, sentence in sentences(english):
        if key[0] not in {"decimal", "group"}:
            assert numbers(said[key]) == numbers(sentence), key


@pytest.mark.parametrize("language", Language)
def test_every_exercise_of_the_catalogue_is_told(language):
    told = wording(language).exercises
    assert told.keys() == {one.id for one in RELEASE.exercises}
    for one in RELEASE.exercises:
        said = told[one.id]
        assert said.name
        assert (said.how is None, said.stop is None) == (one.cue is None, one.stop is None), one.id


@pytest.mark.parametrize("language", OTHERS)
def test_exercises_have_the_numbers_that_they_have_in_english(language):
    for name, said in wording(language).exercises.items():
        english = ENGLISH.exercises[name]
        given = numbers(f"{english.name} {english.how}")
        assert set(numbers(f"{said.name} {said.how}")) <= set(given), name  # no miles, inches and Fahrenheit


@pytest.mark.parametrize("language", Language)
def test_every_rule_has_its_sentence(language):
    reasons = wording(language).reasons
    assert reasons.keys() == RELEASE.wording.patient.keys()
    assert all(sentence.endswith(".") and ". " not in sentence for sentence in reasons.values())


@pytest.mark.parametrize("section", LEVELS)
def test_the_stop_signs_are_those_of_triage_at_its_level(section):
    rules = {one.id for one in RELEASE.triaging.rules if one.level is LEVELS[section]}
    assert ENGLISH.phrases[section].keys() == rules - MEASURED_AT_HOME


def test_every_common_stop_sign_is_told():
    told = {name for section in LEVELS for name in ENGLISH.phrases[section]}
    assert TAUGHT_BY.keys() == set(COMMON_STOP_SIGNS)
    assert set(TAUGHT_BY.values()) <= told


@pytest.mark.parametrize("language", Language)
def test_all_of_it_awaits_review_and_says_so(language):
    words = wording(language)
    assert words.review_status is ReviewStatus.AWAITING
    assert {one.value for one in ReviewStatus} == words.phrases["review"].keys()


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("de-AT", "de"),
        ("es", "es"),
        ("ES-419", "es"),
        ("en-GB", "en"),
        ("it", "en"),
        (None, "en"),
        ("", "en"),
        ("desk", "en"),
    ],
)
def test_a_tag_finds_its_language_or_english(tag, language):
    assert language_of(tag) == language


@pytest.mark.parametrize(
    ("language", "day", "number", "minutes"),
    [
        ("en", "2 March 2026", "12,345.5", ["1 minute", "2 minutes"]),
        ("es", "2 de marzo de 2026", "12\u202f345,5", ["1 minuto", "2 minutos"]),
        ("de", "2. März 2026", "12.345,5", ["1 Minute", "2 Minuten"]),
    ],
)
def test_days_numbers_and_plurals_are_those_of_the_language(language, day, number, minutes):
    words = wording(Language(language))
    assert words.day(date(2026, 3, 2)) == day
    assert words.number(12345.5) == number
    assert words.number(1000) == "1000"
    assert [words.count("minutes", one) for one in (1, 2)] == minutes
