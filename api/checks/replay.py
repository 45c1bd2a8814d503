"""The same check again: what was asked and read then, answered by the release of now, and what differs."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.checks.answers import Answers
from api.checks.inputs import Asked, asked_again
from api.database.json_columns import as_json

_STAMP = "knowledge"
_COMPARED = ("valid_until", "gates", "missing")


def replayed(asked: Asked, answers: Answers) -> dict[str, Any]:
    """The check answered again, and what differs from the answer that was given.

    Args:
        asked: the check.
        answers: those of the release that answers now.
    """
    question, unread = asked_again(asked, answers.release)
    now: dict[str, Any] = as_json(answers.answer(question))
    then = asked.answer
    return {
        "same": {**then, _STAMP: None} == {**now, _STAMP: None},
        "release": {
            "changed": then[_STAMP] != now[_STAMP],
            "then": then[_STAMP],
            "now": now[_STAMP],
        },
        "rules": _rules(asked.rules, answers.rule_versions(asked.kind)),
        "facts_not_read": unread,
        "decision": {"then": then["decision"], "now": now["decision"]},
        "members": [name for name in _COMPARED if then[name] != now[name]],
        "findings": _findings(then["findings"], now["findings"]),
        "exercises": _exercises(then["exercises"], now["exercises"]),
        "answer": now,
    }


def _rules(then: Mapping[str, int], now: Mapping[str, int]) -> dict[str, Any]:
    """How the rules that are read have changed."""
    return {
        "added": [rule_id for rule_id in now if rule_id not in then],
        "removed": [rule_id for rule_id in then if rule_id not in now],
        "superseded": [
            {"rule_id": rule_id, "then": version, "now": now[rule_id]}
            for rule_id, version in then.items()
            if rule_id in now and now[rule_id] != version
        ],
    }


def _findings(then: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Which rules fire now, fire no longer, or fire otherwise."""
    before, after = ({one["rule_id"]: one for one in findings} for findings in (then, now))
    return {
        "appeared": [rule_id for rule_id in after if rule_id not in before],
        "disappeared": [rule_id for rule_id in before if rule_id not in after],
        "changed": [
            {"rule_id": rule_id, "members": [name for name in one if one[name] != after[rule_id].get(name)]}
            for rule_id, one in before.items()
            if rule_id in after and one != after[rule_id]
        ],
    }


def _exercises(then: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Which exercises are judged otherwise, by status or by reason; null where one is not judged."""
    before, after = ({one["exercise_id"]: one for one in judged} for judged in (then, now))
    return [
        {
            "exercise_id": name,
            "then": _judgement(before.get(name)),
            "now": _judgement(after.get(name)),
        }
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    ]


def _judgement(judged: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if judged is None else {"status": judged["status"], "because": judged["because"]}
