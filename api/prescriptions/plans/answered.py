"""What a check before a session answers, in the words of its language."""

from collections.abc import Collection, Iterable
from typing import Any

from api.checks.answers import Judged, answers
from api.clinical.contraindications import Finding
from api.clinical.day_questions import DayQuestion, asked
from api.clinical.pre_session import ItemToday, Result, Today, stops_all
from api.clinical.reports import ReportLevel
from api.prescriptions.plans import spoken
from api.prescriptions.wording import Words

_TOLD = frozenset({ReportLevel.EMERGENCY, ReportLevel.URGENT})
"""Levels at which the person is told to call somebody."""


def answer(words: Words, checked: Judged, found: Today, begun: Collection[str]) -> dict[str, Any]:
    """What may be done today and why, as plain data.

    Args:
        words: in which to say it.
        checked: what is known, and the check of the session.
        found: what that means for the session.
        begun: the exercises that the plan has today.
    """
    missing, not_on_file = _missing(words, checked, found)
    return {
        "text": _text(words, found, unanswered=bool(missing), planned=bool(begun)),
        "decision": checked.assessment.decision,
        "valid_until": checked.assessment.valid_until,
        "alarm": found.alarm,
        "items": [_item(words, one, planned=one.exercise_id in begun) for one in found.items],
        "reasons": [_reason(words, one) for one in found.reasons],
        "missing": missing,
        "not_on_file": not_on_file,
    }


def _text(words: Words, found: Today, *, unanswered: bool, planned: bool) -> list[str]:
    """What to do, the most urgent first."""
    said = [words.say("session", found.alarm.value)] if found.alarm in _TOLD and found.alarm else []
    said.append(words.say("session", found.result.value))
    if unanswered:
        said.append(words.say("session", "unanswered" if found.result is Result.STOP else "open"))
    if not planned:
        said.append(words.say("session", "unplanned"))
    return said


def _item(words: Words, item: ItemToday, *, planned: bool) -> dict[str, Any]:
    return {
        "exercise_id": item.exercise_id,
        "name": words.exercise(item.exercise_id).name,
        "planned": planned,
        "state": item.state,
        "rules": item.rules,
        "locks": [
            {"reason": one.reason, "since": one.since, "until": one.until, "report_id": one.report_id}
            for one in item.locks
        ],
    }


def _reason(words: Words, finding: Finding) -> dict[str, Any]:
    return {
        "rule_id": finding.rule.id,
        "level": finding.level,
        "basis": finding.basis,
        "stops": stops_all(finding),
        "title": finding.rule.title,
        "text": words.because((finding.rule.id,))[0],
        "do": finding.rule.do,
        "missing": finding.missing,
    }


def _missing(words: Words, checked: Judged, found: Today) -> tuple[list[dict[str, Any]], list[str]]:
    """What was not answered and matters today: questions for the person, and facts for the clinic."""
    release = answers().release
    reasons = {one.rule.id for one in found.reasons}
    wanted = [
        one
        for one in checked.assessment.missing
        if one.name in checked.assessment.gates or reasons.intersection(one.rules)
    ]
    of_the_day = {
        one.name: DayQuestion(one.name, needed=True, rules=one.rules, screen=None)
        for one in wanted
        if spoken.speakable(words, release, one.name)
    }
    questions = [spoken.question(words, release, one) for one in asked(release, of_the_day)]
    return questions, _names(one.name for one in wanted if one.name not in of_the_day)


def _names(names: Iterable[str]) -> list[str]:
    return sorted(set(names))
