"""Doses, questions, advice and stop signs of a plan, in the words of its language."""

from collections.abc import Collection, Mapping
from typing import Any

from api.checks.answers import Judged
from api.clinical.day_questions import DayQuestion
from api.clinical.fitt import Part
from api.clinical.release import Release
from api.clinical.vocabulary import UNKNOWN, FactType
from api.prescriptions.documents import doses_of
from api.prescriptions.plain import dose_in_words, frame_in_words, limits_in_words
from api.prescriptions.wording import Words

URGENCIES = ("emergency", "today", "soon")
"""The sections of the stop signs, the most urgent first."""
NO_DOSES: Mapping[str, Any] = {
    "doses": None,
    "parts": [],
    "frame": [],
    "limits": [],
    "weight_bearing_percent": None,
}


def doses(words: Words, document: Mapping[str, Any], week: int | None) -> dict[str, Any]:
    """The doses of a document as data, and in sentences part by part.

    Args:
        words: in which to say it.
        document: the revision.
        week: of the prescription, before it begins the first; the share that feet carry depends on it.
    """
    read = doses_of(document)
    parts = [part for part in Part if any(one["part"] == part.value for one in document["items"])]
    cap = read.foot_cap
    return {
        "doses": document["doses"],
        "parts": [
            {
                "part": part,
                "name": words.say("part", part.value),
                "text": dose_in_words(words.language, part, read),
            }
            for part in parts
        ],
        "frame": frame_in_words(words.language, read.frame),
        "limits": limits_in_words(words.language, read),
        "weight_bearing_percent": None if cap is None else cap.percent(week or 1),
    }


def stop_signs(words: Words) -> list[dict[str, Any]]:
    """When to stop, and whom to tell how soon."""
    return [
        {"urgency": urgency, "id": name, "text": words.say(urgency, name)}
        for urgency in URGENCIES
        for name in words.phrases[urgency]
    ]


def question(words: Words, release: Release, asked: DayQuestion) -> dict[str, Any]:
    """A question of the day."""
    fact = release.facts[asked.fact]
    values = [*fact.values, UNKNOWN] if fact.values else []
    return {
        "fact": asked.fact,
        "text": text_of(words, asked.fact),
        "type": fact.type,
        "values": [{"value": one, "text": words.say("answer", one)} for one in values],
        "units": [one.code for one in fact.units],
        "least": fact.minimum,
        "most": fact.maximum,
        "needed": asked.needed,
        "rules": asked.rules,
        "screen": asked.screen,
    }


def text_of(words: Words, name: str) -> str:
    """The question for a fact; a fact without words of its own goes by its name."""
    asked: Mapping[str, str] = words.phrases["ask"]
    return asked.get(name) or name.replace("_", " ")


def speakable(words: Words, release: Release, name: str) -> bool:
    """Whether the person who exercises can be asked for a fact."""
    return name in words.phrases["ask"] and release.facts[name].type is not FactType.SCREEN


def advice(words: Words, now: Judged, rules: Collection[str]) -> list[dict[str, Any]]:
    """What the named rules say, worst first."""
    return [
        {
            "rule_id": one.rule.id,
            "level": one.level,
            "title": one.rule.title,
            "text": words.because((one.rule.id,))[0],
            "do": one.rule.do,
        }
        for one in now.assessment.findings
        if one.rule.id in rules
    ]
