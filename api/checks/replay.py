"""The same check again: what was asked and read then, answered by the release of now, and what differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from api.checks.answers import Answers, Question
from api.clinical.contraindications import Clearance
from api.clinical.facts import Observation
from api.clinical.release import Release
from api.clinical.vocabulary import CheckKind
from api.patients.observations.values import plain, restored

_STAMP = "knowledge"
_COMPARED = ("valid_until", "gates", "missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A check as it was kept.

    Attributes:
        inputs: as `kept` wrote them.
        rules: the version of every rule that was read.
        answer: as it was given, as JSON data.
    """

    kind: CheckKind
    as_of: datetime
    time_zone: str
    inputs: Mapping[str, Any]
    rules: Mapping[str, int]
    answer: Mapping[str, Any]


def kept(question: Question) -> dict[str, Any]:
    """All that an answer depends on, beside the moment and the release, as JSON data."""
    return {
        "observations": [
            {
                "name": one.name,
                "value": plain(one.value),
                "observed_at": one.observed_at,
                "method": one.method,
                "source": one.source,
                "source_record_id": one.source_record_id,
            }
            for one in question.observations
        ],
        "clearances": [
            {
                "rule_id": one.rule_id,
                "granted_by": {"name": one.granted_by_name, "role": one.granted_by_role},
                "granted_at": one.granted_at,
                "expires_at": one.expires_at,
                "limits": one.limits,
            }
            for one in question.clearances
        ],
    }


def replayed(asked: Asked, answers: Answers) -> dict[str, Any]:
    """The check answered again, and what differs from the answer that was given.

    Args:
        asked: the check.
        answers: those of the release that answers now.
    """
    question, unread = _question(asked, answers.release)
    now: dict[str, Any] = orjson.loads(orjson.dumps(answers.answer(question), option=orjson.OPT_UTC_Z))
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


def _question(asked: Asked, release: Release) -> tuple[Question, list[str]]:
    """The question again, and the facts that the release no longer knows."""
    observations = []
    unread = set()
    for one in asked.inputs["observations"]:
        fact = release.facts.get(one["name"])
        if fact is None:
            unread.add(one["name"])
            continue
        moment = datetime.fromisoformat(one["observed_at"])
        told = (one["method"], one["source"], one["source_record_id"])
        observations.append(Observation(fact.name, restored(fact, one["value"]), moment, *told))
    clearances = [
        Clearance(
            rule_id=one["rule_id"],
            granted_by_name=one["granted_by"]["name"],
            granted_by_role=one["granted_by"]["role"],
            granted_at=datetime.fromisoformat(one["granted_at"]),
            expires_at=datetime.fromisoformat(one["expires_at"]),
            limits=one["limits"],
        )
        for one in asked.inputs["clearances"]
    ]
    question = Question(
        kind=asked.kind,
        as_of=asked.as_of.astimezone(ZoneInfo(asked.time_zone)),
        observations=observations,
        clearances=clearances,
    )
    return question, sorted(unread)


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
