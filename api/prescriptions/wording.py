"""The words for the person who exercises, in the languages that there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from api.clinical.knowledge import library
from api.clinical.knowledge.reading import document
from api.clinical.vocabulary import ReviewStatus

FOLDER = Path(__file__).parent / "words"
PHRASES, EXERCISES, REASONS = "phrases.yaml", "exercises.yaml", "reasons.yaml"
_GROUPED_FROM = 10_000  # below, no language that we write needs a mark between thousands


class Language(StrEnum):
    """The languages in which a person can be told what to do."""

    EN = "en"
    ES = "es"
    DE = "de"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseWords:
    """An exercise for the person who does it.

    Attributes:
        how: what to mind; None where the catalogue says nothing.
        stop: when to stop this one, beside the signs that stop every exercise.
    """

    name: str
    how: str | None
    stop: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Everything that is said in one language.

    Attributes:
        phrases: sentences with placeholders, by section and name; what is counted has two forms.
        exercises: by exercise id.
        reasons: one sentence by rule id.
    """

    language: Language
    review_status: ReviewStatus
    phrases: Mapping[str, Any]
    exercises: Mapping[str, ExerciseWords]
    reasons: Mapping[str, str]

    def say(self, section: str, name: str, **values: object) -> str:
        """A sentence, with its placeholders filled."""
        sentence: str = self.phrases[section][name]
        return sentence.format(**values) if values else sentence

    def all(self, section: str) -> tuple[str, ...]:
        """Every sentence of a section, in order."""
        return tuple(self.phrases[section].values())

    def count(self, name: str, number: int) -> str:
        """A number of things, in the right form."""
        forms = self.phrases["count"][name]
        form: str = forms["one" if number == 1 else "other"]
        return form.format(count=self.number(number))

    def number(self, value: float) -> str:
        """A number as it is written here, with one decimal at most."""
        text = f"{value:,.1f}" if value >= _GROUPED_FROM else f"{value:.1f}"
        whole, _, tenths = text.partition(".")
        whole = whole.replace(",", self.phrases["group"])
        return whole if tenths == "0" else f"{whole}{self.phrases['decimal']}{tenths}"

    def span(self, low: int, high: int) -> str:
        """From a number to another, or the one that it is."""
        if low == high:
            return self.number(low)
        return self.say("dose", "span", low=self.number(low), high=self.number(high))

    def day(self, value: date) -> str:
        """A day as it is written out here."""
        month = self.phrases["months"][value.month - 1]
        return str(self.phrases["date"]).format(day=value.day, month=month, year=value.year)

    def exercise(self, exercise_id: str) -> ExerciseWords:
        """An exercise; one that only an earlier release had goes by its id."""
        found = self.exercises.get(exercise_id)
        return found or ExerciseWords(name=exercise_id, how=None, stop=None)

    def because(self, rule_ids: Sequence[str]) -> list[str]:
        """Why an exercise is paused, one sentence a rule; one that says so where no rule is known."""
        known = [self.reasons[rule_id] for rule_id in rule_ids if rule_id in self.reasons]
        return known or [self.say("reason", "other")]


def language_of(tag: str | None) -> Language:
    """The language of a BCP 47 tag, or English where it is none of ours."""
    primary = (tag or "").partition("-")[0].lower()
    return next((one for one in Language if one.value == primary), Language.EN)


@cache
def wording(language: Language) -> Words:
    """The words of a language; read once."""
    folder = FOLDER / language.value
    phrases = document(folder, PHRASES)
    exercises = document(folder, EXERCISES)
    return Words(
        language=language,
        review_status=ReviewStatus(phrases["review_status"]),
        phrases=phrases,
        exercises={name: ExerciseWords(**said) for name, said in exercises.items()},
        reasons=_reasons(language),
    )


def _reasons(language: Language) -> Mapping[str, str]:
    """Why rules fire; in English the release itself says so."""
    if language is Language.EN:
        return library.load().wording.patient
    reasons: dict[str, str] = document(FOLDER / language.value, REASONS)
    return reasons
